/** A scratch copy of a database: its schema, and rows of the tables that matter with all that they refer to. */
import { isMartsmithError, MartsmithError } from '../../core/errors.ts'
import { failpoint } from '../../core/failpoint.ts'
import { openDatabase } from './open.ts'
import {
  type Database,
  findTable,
  isSameTable,
  type Row,
  type Schema,
  type Table,
  type TableName,
  tableSql,
} from './types.ts'

export type Scratch = {
  db: Database
  url: string
  /** Statements of the schema that the copy could not take, with the server's words. */
  lacks: string[]
}

/** Rows of a table that are copied; those that they refer to come on top. */
export const MOST_ROWS = 2000
const ROWS_A_STATEMENT = 100
const KEYS_A_STATEMENT = 500

/** Makes the copy, works with it, and drops it whatever happens. A copy of that name from before is dropped first. */
export async function withScratch<T>(
  from: Database,
  name: string,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  await from.dropScratch(name)
  const url = await from.createScratch(name).catch((error) => {
    throw mayNotCopy(error, from)
  })
  try {
    const db = await openDatabase(url, 'the scratch copy')
    try {
      failpoint('scratch:made')
      return await work({ db, url, lacks: await build(db, await from.ddl()) })
    } finally {
      await db.close()
    }
  } finally {
    await from.dropScratch(name)
  }
}

function mayNotCopy(error: unknown, { server, shown, user }: Database): unknown {
  if (!isMartsmithError(error) || error.code !== 'database.permission') return error
  const grant =
    server.family === 'postgres'
      ? `ALTER ROLE ${user} CREATEDB`
      : `GRANT ALL ON \`martsmith\\_scratch\\_%\`.* TO ${user}`
  return new MartsmithError({
    code: error.code,
    message: `A review needs a scratch copy, and none may be made at ${shown}.`,
    details: [error.message],
    mend: [grant, 'or name a server where copies may be made: databases.scratch in martsmith.yml'],
    cause: error,
    exitCode: 1,
  })
}

/** What depends on what is not known: what fails is tried again, as long as anything still works. */
async function build(db: Database, statements: string[]): Promise<string[]> {
  if (await buildAtOnce(db, statements)) return []
  let left = statements
  for (;;) {
    const failed: { statement: string; words: string }[] = []
    for (const statement of left) {
      try {
        await db.query(statement)
      } catch (error) {
        failed.push({ statement, words: (error as Error).message })
      }
    }
    if (failed.length === 0) return []
    if (failed.length === left.length)
      return failed.map((f) => `${f.statement.slice(0, 80)}: ${f.words.replace(/^[^:]+: /, '')}`)
    left = failed.map((f) => f.statement)
  }
}

/** In one transaction, where that is one wait for the disk instead of hundreds; false where nothing was done. */
async function buildAtOnce(db: Database, statements: string[]): Promise<boolean> {
  if (!db.capabilities.transactionalDdl || statements.length === 0) return false
  try {
    await db.query(statements.join(';\n'))
    return true
  } catch {
    return false // one by one, what cannot be taken is told
  }
}

/** `by`: the first rows in the order of this column, so that those of another table that belong to them come too. */
export type Copied = TableName & { by?: string }

/** Copies rows of `tables`, and of what they refer to, as text: no type is lost on the way. */
export async function copyRows(
  from: Database,
  to: Database,
  schema: Schema,
  tables: readonly Copied[],
  most = MOST_ROWS,
): Promise<void> {
  const wanted = new Map<string, { table: Table; rows: Map<string, Row> }>()
  const add = async (table: Table, rows: Row[]): Promise<void> => {
    const at = wanted.get(keyOf(table)) ?? { table, rows: new Map<string, Row>() }
    wanted.set(keyOf(table), at)
    const fresh = rows.filter((r) => !at.rows.has(identity(table, r)))
    for (const row of fresh) at.rows.set(identity(table, row), row)
    if (fresh.length === 0) return
    for (const key of table.foreignKeys) {
      const parent = findTable(schema, key.references) ?? wholeOf(schema, key.references)
      if (parent) await add(parent, await parentsOf(from, parent, key.columns, key.refColumns, fresh))
    }
  }
  for (const name of tables) {
    const table = findTable(schema, name)
    const by = name.by === undefined ? (table?.primaryKey?.columns ?? []) : [name.by]
    const order =
      by.length === 0
        ? ''
        : ` order by ${by.map((c) => `${tableSql(from, name)}.${from.quote(c)}`).join(', ')}`
    if (table) await add(table, await from.query(`${selectAll(from, table)}${order} limit ${most}`))
  }
  await insertAll(to, schema, [...wanted.values()])
}

/** A reference may lead to a part of a table alone. */
function wholeOf({ tables }: Schema, part: TableName): Table | null {
  return tables.find((t) => t.partitions?.parts.some((p) => isSameTable(p, part))) ?? null
}

async function parentsOf(
  from: Database,
  parent: Table,
  columns: string[],
  refColumns: string[],
  rows: Row[],
): Promise<Row[]> {
  const keys = new Map<string, unknown[]>()
  for (const row of rows) {
    const values = columns.map((c) => row[c])
    if (values.every((v) => v !== null)) keys.set(JSON.stringify(values), values)
  }
  const all = [...keys.values()]
  const found: Row[] = []
  for (let i = 0; i < all.length; i += KEYS_A_STATEMENT) {
    const part = all.slice(i, i + KEYS_A_STATEMENT)
    let n = 0
    const mark = (column: string) =>
      from.server.family === 'postgres'
        ? `cast($${++n} as ${parent.columns.find((c) => c.name === column)?.type})`
        : '?'
    const tuples = part.map(() => `(${refColumns.map(mark).join(', ')})`)
    const sql = `${selectAll(from, parent)} where (${refColumns.map((c) => from.quote(c)).join(', ')}) in (${tuples.join(', ')})`
    found.push(...(await from.query(sql, part.flat())))
  }
  return found
}

/** Foreign keys are held off while rows arrive: a table may refer to itself. */
async function insertAll(
  to: Database,
  schema: Schema,
  wanted: { table: Table; rows: Map<string, Row> }[],
): Promise<void> {
  const isPostgres = to.server.family === 'postgres'
  if (!isPostgres) await to.query('set foreign_key_checks = 0')
  const order = inOrder(wanted.map((w) => w.table))
  const bySelf = isPostgres ? await holdOff(to, schema, order) : []
  const triggers = await holdTriggers(to, order)
  for (const table of order) {
    const rows = [...(wanted.find((w) => keyOf(w.table) === keyOf(table))?.rows.values() ?? [])]
    await insert(to, table, rows)
  }
  for (const statement of [...triggers, ...bySelf]) await to.query(statement)
  if (!isPostgres) await to.query('set foreign_key_checks = 1')
}

/** Rows arrive as they are: no trigger may write others for them. Answers what brings the triggers back. */
async function holdTriggers(to: Database, tables: Table[]): Promise<string[]> {
  const back: string[] = []
  if (to.server.family === 'postgres') {
    for (const table of tables) {
      await to.query(`alter table ${tableSql(to, table)} disable trigger user`)
      back.push(`alter table ${tableSql(to, table)} enable trigger user`)
    }
    return back
  }
  const names = tables.map((t) => t.name)
  const triggers = await to.query(
    'select trigger_name as name, event_object_table as tbl from information_schema.triggers where trigger_schema = database() order by action_order',
  )
  for (const trigger of triggers.filter((t) => names.includes(String(t.tbl)))) {
    const name = to.quote(String(trigger.name))
    const [row] = await to.query(`show create trigger ${name}`)
    await to.query(`drop trigger ${name}`)
    back.push(String(row?.['SQL Original Statement']))
  }
  return back
}

/** Takes the foreign keys of these tables away, and answers what brings them back: rows may come in any order. */
async function holdOff(to: Database, _schema: Schema, tables: Table[]): Promise<string[]> {
  const back: string[] = []
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      const [row] = await to.query(
        `select pg_get_constraintdef(oid) as definition from pg_constraint
         where conname = $1 and conrelid = $2::regclass`,
        [key.name, `${to.quote(table.schema)}.${to.quote(table.name)}`],
      )
      if (!row) continue
      await to.query(`alter table ${tableSql(to, table)} drop constraint ${to.quote(key.name)}`)
      back.push(
        `alter table ${tableSql(to, table)} add constraint ${to.quote(key.name)} ${String(row.definition)}`,
      )
    }
  }
  return back
}

function inOrder(tables: Table[]): Table[] {
  return [...tables].sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
}

async function insert(to: Database, table: Table, rows: Row[]): Promise<void> {
  const columns = table.columns.filter((c) => !c.made?.startsWith('generated always as ('))
  const isPostgres = to.server.family === 'postgres'
  const names = columns.map((c) => to.quote(c.name)).join(', ')
  const overriding = isPostgres && columns.some((c) => c.made !== null) ? ' overriding system value' : ''
  for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) {
    const part = rows.slice(i, i + ROWS_A_STATEMENT)
    let n = 0
    const tuples = part.map(() => `(${columns.map(() => (isPostgres ? `$${++n}` : '?')).join(', ')})`)
    await to.query(
      `insert into ${tableSql(to, table)} (${names})${overriding} values ${tuples.join(', ')}`,
      part.flatMap((row) => columns.map((c) => row[c.name] ?? null)),
    )
  }
}

/** Every column as text where the server can say it so, under its own name; in the order of the key. */
export function selectAll(db: Database, table: Table, columns = table.columns.map((c) => c.name)): string {
  const isPostgres = db.server.family === 'postgres'
  const list = columns.map((c) => (isPostgres ? `${db.quote(c)}::text as ${db.quote(c)}` : db.quote(c)))
  return `select ${list.join(', ')} from ${tableSql(db, table)}`
}

function keyOf({ schema, name }: TableName): string {
  return `${schema}.${name}`
}

function identity(table: Table, row: Row): string {
  const key = table.primaryKey?.columns ?? table.columns.map((c) => c.name)
  return JSON.stringify(key.map((c) => String(row[c])))
}
