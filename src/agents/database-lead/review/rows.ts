/** The rows that stood before a change: they keep their values, but for what the change is to write. */
import { selectAll } from '../../../adapters/databases/scratch.ts'
import {
  type Database,
  findTable,
  type Row,
  type Schema,
  type Table,
  type TableName,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { count, list } from '../../../core/text.ts'
import { nameAfter } from '../order/after.ts'
import type { ChangeOf, SchemaChange, Value } from '../order/change.ts'
import { besidePartsSql } from '../order/partitions.ts'
import { fillSql, tableNameSql, textSql, typeIn, whereSql } from '../order/sql.ts'
import type { Design } from '../types.ts'
import type { ToObject } from './trial.ts'

/** The rows of each table in the order of its key: the columns that stood before, as far as they are still there. */
export async function rowsOf(
  db: Database,
  before: Schema,
  tables: TableName[],
  now: Schema = before,
  changes: readonly SchemaChange[] = [],
  which: ReadonlyMap<string, string> = new Map(),
): Promise<Map<string, Row[]>> {
  const found = new Map<string, Row[]>()
  for (const name of tables) {
    const [was, is] = [findTable(before, name), findTable(now, nameAfter(name, changes))]
    if (!was || !is) continue
    const columns = was.columns.map((c) => c.name).filter((c) => is.columns.some((i) => i.name === c))
    const key = was.primaryKey?.columns.filter((c) => columns.includes(c)) ?? []
    const order = (key.length > 0 ? key : columns).map((c) => db.quote(c)).join(', ')
    found.set(
      tableWords(name),
      await db.query(`${selectAll(db, is, columns)}${which.get(tableWords(name)) ?? ''} order by ${order}`),
    )
  }
  return found
}

/** The rows of each table but for those of parts that go, as what follows its name in a query. */
export function staying({ changes }: Design, schema: Schema, db: Database): Map<string, string> {
  const tables = [...Map.groupBy(changes, (c) => tableWords(c.table)).values()].flatMap((own) => {
    const gone = own.flatMap((c) => (c.kind === 'drop-part' ? [c.part] : []))
    const table = own[0] && findTable(schema, own[0].table)
    return table && gone.length > 0 ? [[tableWords(table), besidePartsSql(table, gone, db)] as const] : []
  })
  return new Map(tables)
}

/** Whether the way back brings the rows of a part that went. */
export function comesBack({ changes }: Design): boolean {
  return changes.every((c) => c.kind !== 'drop-part' || c.keep)
}

/** What the views give that are made anew, in one text for each: no order was promised. */
export async function rowsOfViews(db: Database, { changes }: Design): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const change of changes)
    for (const view of viewsMadeAnew(change)) {
      const rows = await db.query(`select * from ${tableNameSql(view, db)}`).catch(() => null)
      const as = change.kind === 'swap-same' ? asNumber : undefined
      const texts = rows?.map((r) => JSON.stringify(r, as)).sort() ?? ['it cannot be read']
      found.set(tableWords(view), texts.join('\n'))
    }
  return found
}

/** Views that a change writes again. */
export function viewsMadeAnew(change: SchemaChange): TableName[] {
  if (change.kind === 'swap-same') return change.views.map((v) => v.view)
  return change.kind === 'read-other' || change.kind === 'read-parts' || change.kind === 'read-renamed'
    ? [change.view]
    : []
}

/** Of another type, a number has more or fewer zeros. */
function asNumber(_: string, value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

export function judgeRows(
  way: 'up' | 'down',
  before: Map<string, Row[]>,
  now: Map<string, Row[]>,
  design: Design,
  object: ToObject,
): void {
  // What a way back fills again has to be what it was, unless it is named as lost.
  const refilled = design.loses.length === 0 ? design.changes.flatMap(refilledBy) : []
  const mayDiffer = new Set([
    ...design.gone
      .flatMap((g) => (g.column === null ? [] : [`${tableWords(g.table)}.${g.column}`]))
      .filter((c) => !refilled.includes(c)),
    ...design.changes.flatMap((c) => (changesValues(c, way) ? [`${tableWords(c.table)}.${c.column}`] : [])),
  ])
  // What comes back otherwise with its table is named as lost.
  const remade = new Set(
    design.loses.length === 0
      ? []
      : design.changes.flatMap((c) => (c.kind === 'drop-table' ? [tableWords(c.table)] : [])),
  )
  for (const [table, rows] of before) {
    if (remade.has(table)) continue
    const other = now.get(table)
    if (!other) continue
    if (rows.length !== other.length) {
      object(`ROWS ${way}`, `${table} had ${count(rows.length, 'row')}, and has ${other.length}.`)
      continue
    }
    const columns = Object.keys(other[0] ?? {}).filter((c) => !mayDiffer.has(`${table}.${c}`))
    const changed = columns.filter((c) => rows.some((r, i) => String(r[c]) !== String(other[i]?.[c])))
    if (changed.length > 0)
      object(`ROWS ${way}`, `values of ${list(changed)} in ${table} are not what they were.`)
  }
}

/** Columns that the way back fills from what stayed. */
function refilledBy(change: SchemaChange): string[] {
  const on = (columns: string[]) => columns.map((c) => `${tableWords(change.table)}.${c}`)
  switch (change.kind) {
    case 'prove-same':
      return change.refill ? on([change.column]) : []
    case 'prove-beside':
      return change.refill === 'own' ? on(change.columns.map((c) => c.own)) : []
    case 'prove-parts':
      return change.refill ? on(change.stands === 'whole' ? [change.whole] : change.parts) : []
    default:
      return []
  }
}

type WithColumn = Extract<Design['changes'][number], { column: string }>

/** Changes after which rows may hold another value than before: what they then hold is looked at by itself. */
function changesValues(change: Design['changes'][number], way: 'up' | 'down'): change is WithColumn {
  switch (change.kind) {
    case 'change-type':
    case 'swap-same':
      return true
    case 'fill':
      return way === 'up' || change.back === undefined
    case 'set-values':
      return way === 'up' && change.renames.length > 0
    default:
      return false
  }
}

type Expected = { table: string; column: string; key: string[]; values: Map<string, unknown> }

/** What each row of a filled column has to hold afterwards, said by the rule and the rows of before. */
export async function expectedOf(db: Database, before: Schema, { changes }: Design): Promise<Expected[]> {
  const found: Expected[] = []
  for (const change of changes) {
    if (change.kind !== 'fill' && change.kind !== 'set-values') continue
    const table = findTable(before, change.table)
    const expected = table && expectedSql(change, table, db)
    if (!table || !expected) continue
    const cast = db.server.family === 'postgres' ? '::text' : ''
    const rows = await db.query(
      `select ${keyOf(table).map((c, i) => `${db.quote(c)}${cast} as k${i}`)}, ${expected} as v from ${tableNameSql(change.table, db)}`,
    )
    const key = keyOf(table)
    found.push({
      table: tableWords(table),
      column: change.column,
      key,
      values: new Map(rows.map((r) => [JSON.stringify(key.map((_, i) => String(r[`k${i}`]))), r.v])),
    })
  }
  return found
}

/** null about columns that the same order makes: the criterion looks at what they end with. */
function expectedSql(change: ChangeOf<'fill' | 'set-values'>, table: Table, db: Database): string | null {
  const name = db.quote(change.column)
  const [as, cast] =
    db.server.family === 'postgres' ? [`::${typeIn(table, change.column)}`, '::text'] : ['', '']
  if (change.kind === 'set-values') {
    const names = change.renames.map((r) => `when ${textSql(r.from, db)} then ${textSql(r.to, db)}`)
    return names.length === 0 ? null : `case ${name}${cast} ${names.join(' ')} else ${name}${cast} end`
  }
  const read = [change.column, ...columnsRead(change.value), ...change.where.map((w) => w.column)]
  if (!read.every((c) => table.columns.some((k) => k.name === c))) return null
  const value = fillSql(change.value, db)
  return `(case when ${whereSql(change.where, db)} then (${value})${as} else ${name} end)${cast}`
}

const keyOf = (table: Table) => table.primaryKey?.columns ?? table.columns.map((c) => c.name)

export function judgeFilled(expected: Expected[], now: Map<string, Row[]>, object: ToObject): void {
  for (const { table, column, key, values } of expected) {
    const rows = now.get(table) ?? []
    const wrong = rows.filter(
      (r) => !isSameValue(r[column], values.get(JSON.stringify(key.map((k) => String(r[k]))))),
    ).length
    if (wrong > 0)
      object('FILL', `${count(wrong, 'row')} of ${table}.${column} do not hold what the rule says.`)
  }
}

/** A server may write a number with more or fewer zeros. */
function isSameValue(one: unknown, other: unknown): boolean {
  if (String(one) === String(other)) return true
  const isNumber = (v: unknown) => v !== null && String(v).trim() !== '' && Number.isFinite(Number(v))
  return isNumber(one) && isNumber(other) && Number(one) === Number(other)
}

function columnsRead(value: Value): string[] {
  if (value.kind === 'literal') return []
  return value.kind === 'joined' ? value.columns : [value.column]
}
