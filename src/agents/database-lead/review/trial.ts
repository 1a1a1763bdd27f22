/**
 * A trial on a scratch copy: up, down, up. What the server did is looked at on the server: locks, files that were
 * written anew, the schema after each way, the rows that were there before.
 */
import { differences } from '../../../adapters/databases/same-schema.ts'
import { type Scratch, selectAll } from '../../../adapters/databases/scratch.ts'
import {
  type Database,
  findTable,
  isSameTable,
  type Row,
  type Schema,
  type Table,
  type TableName,
  tableSql,
  tableWords,
  type View,
} from '../../../adapters/databases/types.ts'
import { messageOf } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { FoundQuery } from '../analysis/code.ts'
import { preparable } from '../analysis/code.ts'
import { misbehaves, unmet, unmetInRows } from '../criteria.ts'
import type { ChangeOf, Value } from '../order/change.ts'
import type { Objection, WrittenMigration } from '../order/order.ts'
import { fillSql, tableNameSql, textSql, typeIn, whereSql } from '../order/sql.ts'
import type { Design } from '../types.ts'

export type Trial = {
  objections: Objection[]
  evidence: string[]
  /** What was seen of each migration: its time on the copy, the locks it held. */
  seen: Seen[]
  /** The schema after each migration: how far a run that broke off had come. */
  after: Schema[]
}

export type Seen = { ms: number; locks: string[]; rewrites: string[] }

/** Loss that the design names is known; anything else that is gone or different is an objection. */
export async function tryMigrations(
  { db, lacks }: Scratch,
  design: Design,
  migrations: WrittenMigration[],
  queries: FoundQuery[],
): Promise<Trial> {
  const trial: Trial = { objections: [], evidence: [], seen: [], after: [] }
  const object = (rule: string, message: string, file: string | null = null) =>
    void trial.objections.push({ rule, file, message })
  if (lacks.length > 0) trial.evidence.push(`The copy lacks: ${list(lacks, 3)}.`)
  const before = await db.schema()
  const rowsBefore = await rowsOf(db, before, design.tables)
  const working = await thatWork(db, queries)
  const filled = await expectedOf(db, before, design)
  const views = await viewsThatWork(db, before.views)

  if (!(await upAll(db, migrations, trial, object))) return trial
  const after = await db.schema()
  await judgeUp(db, after, design, object)
  for (const beyond of outside(before, after, design)) object('SCOPE', beyond)
  const broken = await thatBreak(db, working)
  for (const { query, words } of broken)
    object('APP01', `${query.file}:${query.line} does not work after it: ${words}`)
  const rowsAfter = await rowsOf(db, before, design.tables, after)
  judgeRows('up', rowsBefore, rowsAfter, design, object)
  judgeFilled(filled, rowsAfter, object)
  for (const view of await viewsThatBreak(db, views, after)) object('VIEW01', view)

  if (!(await downAll(db, migrations, object))) return trial
  const back = await db.schema()
  for (const d of differences(before, back, ['before', 'after the way back'])) object('DOWN01', d)
  judgeRows('down', rowsBefore, await rowsOf(db, before, design.tables), design, object)

  if (!(await upAll(db, migrations, null, object))) return trial
  for (const d of differences(after, await db.schema(), ['after the first time', 'after the second']))
    object('UP02', d)

  if (trial.objections.length === 0)
    trial.evidence.push(...proof(design, migrations, rowsBefore, queries, working))
  return trial
}

type Object = (rule: string, message: string, file?: string | null) => void

function proof(
  design: Design,
  migrations: WrittenMigration[],
  rows: Map<string, Row[]>,
  queries: FoundQuery[],
  working: FoundQuery[],
): string[] {
  const n = [...rows.values()].reduce((sum, r) => sum + r.length, 0)
  return [
    `Up, down, up on a scratch copy: the schema after both ups is the same, and after the way down it is as before (${count(migrations.length, 'migration')}).`,
    n > 0
      ? `${count(n, 'row')} of ${list(design.tables.map(tableWords))} kept their values both ways${design.loses.length > 0 ? ', but for what is named as lost' : ''}.`
      : 'There were no rows to look at.',
    `${count(design.criteria.length, 'acceptance criterion holds', 'acceptance criteria hold')}, by the catalogue and by trying values.`,
    queries.length > 0
      ? `The server understands ${working.length} of ${count(queries.length, 'statement')} of the application about the table, before and after.`
      : 'No statement of the application names the table, as far as its text says.',
  ]
}

async function upAll(
  db: Database,
  migrations: WrittenMigration[],
  trial: Trial | null,
  object: Object,
): Promise<boolean> {
  for (const migration of migrations) {
    try {
      const seen = await run(db, migration.up, migration.transaction)
      trial?.seen.push(seen)
      trial?.after.push(await db.schema())
    } catch (error) {
      object('UP01', `it fails: ${messageOf(error).replace(/^the scratch copy: /, '')}`, migration.name)
      return false
    }
  }
  return true
}

async function downAll(db: Database, migrations: WrittenMigration[], object: Object): Promise<boolean> {
  for (const migration of [...migrations].reverse()) {
    try {
      await run(db, migration.down, migration.transaction)
    } catch (error) {
      object(
        'DOWN02',
        `the way back fails: ${messageOf(error).replace(/^the scratch copy: /, '')}`,
        migration.name,
      )
      return false
    }
  }
  return true
}

/** As the tool would run it; with the locks that it held when it was done, before they were let go. */
async function run(db: Database, statements: string[], transaction: boolean): Promise<Seen> {
  const isPostgres = db.server.family === 'postgres'
  const watched = isPostgres && transaction
  const files = watched ? await filesOf(db) : new Map<string, string>()
  const begun = performance.now()
  const spent = () => Math.round(performance.now() - begun)
  if (!watched) {
    for (const s of statements) await db.query(s)
    return { ms: spent(), locks: [], rewrites: [] }
  }
  await db.query('begin')
  try {
    for (const s of statements) await db.query(s)
    const ms = spent()
    const locks = (await db.query(LOCKS)).map((r) => `${r.mode} on ${r.name}`)
    const rewrites = [...(await filesOf(db))].flatMap(([name, file]) =>
      files.has(name) && files.get(name) !== file ? [name] : [],
    )
    await db.query('commit')
    return { ms, locks, rewrites }
  } catch (error) {
    await db.query('rollback')
    throw error
  }
}

/** The strongest lock on each table of the user. */
const LOCKS = `
select c.relname as name, replace(replace((array_agg(l.mode order by array_position(array[
  'AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock',
  'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode)))[1], 'Lock', ''), 'Access', 'Access ') as mode
from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
where l.pid = pg_backend_pid() and c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
group by c.relname order by c.relname`

async function filesOf(db: Database): Promise<Map<string, string>> {
  const rows = await db.query(
    "select c.relname as name, c.relfilenode::text as file from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')",
  )
  return new Map(rows.map((r) => [String(r.name), String(r.file)]))
}

async function judgeUp(db: Database, after: Schema, design: Design, object: Object): Promise<void> {
  for (const criterion of design.criteria) {
    const why =
      unmet(criterion, after) ??
      (await unmetInRows(criterion, after, db)) ??
      (await misbehaves(criterion, db))
    if (why) object('CRIT', `not met: ${criterion.words} ${why}.`)
  }
}

/** What became different, and was not ordered: other tables, views, and columns that no change names. */
function outside(before: Schema, after: Schema, { changes }: Design): string[] {
  const own = new Set(changes.map((c) => tableWords(c.table)))
  const others = (s: Schema): Schema => ({
    ...s,
    views: [],
    tables: s.tables.filter((t) => !own.has(tableWords(t))),
  })
  const named = new Set(changes.flatMap((c) => columnsOf(c).map((name) => `${tableWords(c.table)}.${name}`)))
  const columns = (s: Schema) =>
    s.tables.flatMap((t) =>
      t.columns
        .filter((c) => own.has(tableWords(t)) && !named.has(`${tableWords(t)}.${c.name}`))
        .map((c) => JSON.stringify([tableWords(t), c])),
    )
  const views = (s: Schema) => s.views.map(tableWords)
  const apart = (one: string[], other: string[]) => one.filter((x) => !other.includes(x))
  const touched = [...apart(columns(before), columns(after)), ...apart(columns(after), columns(before))].map(
    (text) => {
      const [table, column] = JSON.parse(text)
      return `${table}.${column.name} is not part of the order, and is another than before.`
    },
  )
  return [
    ...differences(others(before), others(after), ['before', 'after']).map(
      (d) => `not part of the order: ${d}`,
    ),
    ...touched,
    ...apart(views(before), views(after)).map((v) => `the view ${v} is gone.`),
  ]
}

function columnsOf(change: Design['changes'][number]): string[] {
  switch (change.kind) {
    case 'add-column':
      return [change.column.name]
    case 'rename-column':
    case 'swap-same':
      return [change.column, change.to]
    case 'create-table':
      return change.columns.map((c) => c.name)
    case 'add-unique':
    case 'add-index':
    case 'drop-index':
    case 'keep-history':
    case 'add-foreign-key':
      return []
    default:
      return [change.column]
  }
}

/** Statements that the server understands before: those that it does not are no witnesses. */
async function thatWork(db: Database, queries: FoundQuery[]): Promise<FoundQuery[]> {
  const working: FoundQuery[] = []
  for (const query of queries) if ((await db.refuses(preparable(query.sql, db))) === null) working.push(query)
  return working
}

async function thatBreak(
  db: Database,
  queries: FoundQuery[],
): Promise<{ query: FoundQuery; words: string }[]> {
  const broken: { query: FoundQuery; words: string }[] = []
  for (const query of queries) {
    const words = await db.refuses(preparable(query.sql, db))
    if (words !== null) broken.push({ query, words })
  }
  return broken
}

/** A server may let a view stand whose columns are gone: it fails when it is next read. */
async function viewsThatWork(db: Database, views: View[]): Promise<View[]> {
  const working: View[] = []
  for (const v of views) if ((await db.refuses(`select * from ${tableSql(db, v)}`)) === null) working.push(v)
  return working
}

async function viewsThatBreak(db: Database, views: View[], after: Schema): Promise<string[]> {
  const broken: string[] = []
  for (const v of views.filter((one) => after.views.some((w) => isSameTable(w, one)))) {
    const words = await db.refuses(`select * from ${tableSql(db, v)}`)
    if (words !== null) broken.push(`the view ${tableWords(v)} does not work after it: ${words}`)
  }
  return broken
}

/** The rows of each table in the order of its key: the columns that stood before, as far as they are still there. */
async function rowsOf(
  db: Database,
  before: Schema,
  tables: TableName[],
  now: Schema = before,
): Promise<Map<string, Row[]>> {
  const found = new Map<string, Row[]>()
  for (const name of tables) {
    const [was, is] = [findTable(before, name), findTable(now, name)]
    if (!was || !is) continue
    const columns = was.columns.map((c) => c.name).filter((c) => is.columns.some((i) => i.name === c))
    const key = was.primaryKey?.columns.filter((c) => columns.includes(c)) ?? []
    const order = (key.length > 0 ? key : columns).map((c) => db.quote(c)).join(', ')
    found.set(tableWords(name), await db.query(`${selectAll(db, is, columns)} order by ${order}`))
  }
  return found
}

function judgeRows(
  way: 'up' | 'down',
  before: Map<string, Row[]>,
  now: Map<string, Row[]>,
  design: Design,
  object: Object,
): void {
  const mayDiffer = new Set([
    ...design.gone.map((g) => `${tableWords(g.table)}.${g.column}`),
    ...design.changes.flatMap((c) => (changesValues(c, way) ? [`${tableWords(c.table)}.${c.column}`] : [])),
  ])
  for (const [table, rows] of before) {
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
async function expectedOf(db: Database, before: Schema, { changes }: Design): Promise<Expected[]> {
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

function judgeFilled(expected: Expected[], now: Map<string, Row[]>, object: Object): void {
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
