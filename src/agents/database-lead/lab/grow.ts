/**
 * A copy with few rows becomes one with many, of the same statistics: each row comes again under another key, and
 * refers to the same generation of its parents, so that every parent has as many children as before.
 */
import {
  type Database,
  isSameTable,
  type Schema,
  type Table,
  tableSql,
  tableWords,
} from '../../../adapters/databases/types.ts'

/** Enough that a server does not read everything just because it is small. */
const ENOUGH_ROWS = 60_000

/** The rows that each table has then. A table that cannot be grown keeps its own. */
export async function grow(db: Database, tables: Table[]): Promise<Map<string, number>> {
  const isPostgres = db.server.family === 'postgres'
  const sizes = new Map<string, number>()
  for (const t of tables) sizes.set(tableWords(t), await rows(db, t))
  const most = Math.max(0, ...sizes.values())
  const times = most === 0 ? 0 : Math.ceil(ENOUGH_ROWS / most) - 1
  const growing = tables.filter((t) => offsetColumn(t) !== null && hasOnlyItsKey(t))
  const offsets = new Map<string, number>()
  for (const t of growing) {
    const [row] = await db.query(
      `select max(${db.quote(offsetColumn(t) ?? '')}) - min(${db.quote(offsetColumn(t) ?? '')}) + 1 as n from ${tableSql(db, t)}`,
    )
    offsets.set(tableWords(t), Number(row?.n ?? 0))
  }
  if (times > 0) {
    if (!isPostgres) await db.query('set foreign_key_checks = 0')
    for (const t of parentsFirst(growing)) await db.query(growSql(db, t, growing, offsets, times))
    if (!isPostgres) await db.query('set foreign_key_checks = 1')
  }
  for (const t of tables) {
    sizes.set(tableWords(t), await rows(db, t))
    await db.query(isPostgres ? `analyze ${tableSql(db, t)}` : `analyze table ${tableSql(db, t)}`)
  }
  return sizes
}

function parentsFirst(tables: Table[]): Table[] {
  const done: Table[] = []
  const visit = (table: Table, above: Table[]) => {
    if (done.includes(table) || above.includes(table)) return
    for (const key of table.foreignKeys) {
      const parent = tables.find((t) => isSameTable(t, key.references))
      if (parent) visit(parent, [...above, table])
    }
    done.push(table)
  }
  for (const table of tables) visit(table, [])
  return done
}

function growSql(
  db: Database,
  table: Table,
  growing: Table[],
  offsets: Map<string, number>,
  times: number,
): string {
  const isPostgres = db.server.family === 'postgres'
  const columns = table.columns.filter((c) => !c.made?.startsWith('generated always as ('))
  const shifted = (name: string, of: Table) => `${db.quote(name)} + g.n * ${offsets.get(tableWords(of)) ?? 0}`
  const values = columns.map(({ name }) => {
    if (name === offsetColumn(table)) return shifted(name, table)
    const key = table.foreignKeys.find((f) => f.columns.length === 1 && f.columns[0] === name)
    const parent = key && growing.find((t) => isSameTable(t, key.references))
    return parent ? shifted(name, parent) : db.quote(name)
  })
  const numbers = isPostgres
    ? `generate_series(1, ${times}) as g(n)`
    : `(select a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 1 as n from ${['a', 'b', 'c', 'd'].map((x) => `(${digits()}) ${x}`).join(', ')}) as g`
  const where = isPostgres ? '' : ` where g.n <= ${times}`
  const overriding = isPostgres && columns.some((c) => c.made !== null) ? ' overriding system value' : ''
  return `insert into ${tableSql(db, table)} (${columns.map((c) => db.quote(c.name)).join(', ')})${overriding} select ${values.join(', ')} from ${tableSql(db, table)} t cross join ${numbers}${where}`
}

function digits(): string {
  return Array.from({ length: 10 }, (_, i) => `select ${i} as n`).join(' union all ')
}

/** The key that tells the generations apart: one whole number, beside what says in which part the row lies. */
function offsetColumn(table: Table): string | null {
  const by = table.partitions?.columns ?? []
  const isByHash = table.partitions?.method === 'hash'
  const [only, ...more] = (table.primaryKey?.columns ?? []).filter((c) => isByHash || !by.includes(c))
  const column = table.columns.find((c) => c.name === only)
  return more.length === 0 && column && /int/i.test(column.type) ? column.name : null
}

function hasOnlyItsKey(table: Table): boolean {
  return table.uniques.length === 0 && table.indexes.every((i) => !i.unique)
}

async function rows(db: Database, table: Table): Promise<number> {
  const [row] = await db.query(`select count(*) as n from ${tableSql(db, table)}`)
  return Number(row?.n ?? 0)
}

/** The tables, and all that they refer to: what is not grown with them would get more and more children. */
export function withParents(tables: Table[], schema: Schema): Table[] {
  const all = [...tables]
  for (const table of all)
    for (const key of table.foreignKeys) {
      const parent = schema.tables.find((t) => isSameTable(t, key.references))
      if (parent && !all.includes(parent)) all.push(parent)
    }
  return all
}

/** Tables of the schema that a statement names. */
export function tablesIn(sql: string, schema: Schema): Table[] {
  const names = (name: string) =>
    new RegExp(
      `(?:from|join|,)\\s+(?:["\`]?\\w+["\`]?\\.)?["\`]?${name.replace(/\W/g, '.')}["\`]?(?!\\w)`,
      'i',
    ).test(sql)
  return schema.tables.filter((t) => names(t.name))
}
