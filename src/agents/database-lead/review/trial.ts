/**
 * A trial on a scratch copy: up, down, up. What the server did is looked at on the server: locks, files that were
 * written anew, the schema after each way, the rows that were there before.
 */
import { differences } from '../../../adapters/databases/same-schema.ts'
import type { Scratch } from '../../../adapters/databases/scratch.ts'
import {
  type Database,
  isSameTable,
  type Row,
  type Schema,
  type TableName,
  tableSql,
  tableWords,
  type View,
} from '../../../adapters/databases/types.ts'
import { messageOf } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { FoundQuery } from '../analysis/code.ts'
import { preparable } from '../analysis/code.ts'
import { unmet, unmetInRows } from '../criteria.ts'
import { tableRenamed } from '../order/after.ts'
import { namesIn } from '../order/change.ts'
import type { Objection, WrittenMigration } from '../order/order.ts'
import { misbehaves } from '../probes.ts'
import type { Design } from '../types.ts'
import { comesBack, expectedOf, judgeFilled, judgeRows, rowsOf, rowsOfViews, staying } from './rows.ts'

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
  const rowsStaying = await rowsOf(db, before, design.tables, before, [], staying(design, before, db))
  const working = await thatWork(db, queries)
  const filled = await expectedOf(db, before, design)
  const views = await viewsThatWork(db, before.views)
  const viewRows = await rowsOfViews(db, design)

  if (!(await upAll(db, migrations, trial, object))) return trial
  const after = await db.schema()
  await judgeUp(db, after, design, object)
  for (const beyond of outside(before, after, design)) object('SCOPE', beyond)
  const broken = await thatBreak(db, working)
  for (const { query, words } of broken)
    object('APP01', `${query.file}:${query.line} does not work after it: ${words}`)
  const rowsAfter = await rowsOf(db, before, design.tables, after, design.changes)
  judgeRows('up', rowsStaying, rowsAfter, design, object)
  judgeFilled(filled, rowsAfter, object)
  for (const view of await viewsThatBreak(db, views, after)) object('VIEW01', view)
  for (const [view, rows] of await rowsOfViews(db, design))
    if (rows !== viewRows.get(view)) object('VIEW02', `the view ${view} does not give the rows that it gave.`)

  if (!(await downAll(db, migrations, object))) return trial
  const back = await db.schema()
  for (const d of differences(before, back, ['before', 'after the way back'])) object('DOWN01', d)
  judgeRows(
    'down',
    comesBack(design) ? rowsBefore : rowsStaying,
    await rowsOf(db, before, design.tables),
    design,
    object,
  )

  if (!(await upAll(db, migrations, null, object))) return trial
  for (const d of differences(after, await db.schema(), ['after the first time', 'after the second']))
    object('UP02', d)

  if (trial.objections.length === 0)
    trial.evidence.push(...proof(design, migrations, rowsStaying, queries, working))
  return trial
}

export type ToObject = (rule: string, message: string, file?: string | null) => void

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
  object: ToObject,
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

async function downAll(db: Database, migrations: WrittenMigration[], object: ToObject): Promise<boolean> {
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

/** The strongest lock on each table of the user; those on parts are told of their table. */
const LOCKS = `
select c.name as name, replace(replace((array_agg(l.mode order by array_position(array[
  'AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock',
  'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode)))[1], 'Lock', ''), 'Access', 'Access ') as mode
from pg_locks l join lateral (
  select case when r.relispartition then 'parts of ' || (select relname from pg_class where oid = pg_partition_root(r.oid)) else r.relname end as name
  from pg_class r join pg_namespace n on n.oid = r.relnamespace
  where r.oid = l.relation and r.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')) c on true
where l.pid = pg_backend_pid()
group by c.name order by c.name`

async function filesOf(db: Database): Promise<Map<string, string>> {
  const rows = await db.query(
    "select c.relname as name, c.relfilenode::text as file from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')",
  )
  return new Map(rows.map((r) => [String(r.name), String(r.file)]))
}

async function judgeUp(db: Database, after: Schema, design: Design, object: ToObject): Promise<void> {
  for (const criterion of design.criteria) {
    const why =
      unmet(criterion, after) ??
      (await unmetInRows(criterion, after, db)) ??
      (await misbehaves(criterion, db))
    if (why) object('CRIT', `not met: ${criterion.words} ${why}.`)
  }
}

/** What became different, and was not ordered: other tables, views, and columns that no change names. */
function outside(was: Schema, after: Schema, { changes }: Design): string[] {
  let { tables } = was
  for (const c of changes) if (c.kind === 'rename-table') tables = tableRenamed(tables, c.table, c.to)
  const gone = changes.flatMap((c) => (c.kind === 'drop-table' ? [tableWords(c.table)] : []))
  const before = { ...was, tables: tables.filter((t) => !gone.includes(tableWords(t))) }
  const own = new Set(changes.flatMap(namesIn).map(tableWords))
  const dropped = changes.flatMap((c) => (c.kind === 'drop-bridge' ? [tableWords(c.view)] : []))
  const others = (s: Schema): Schema => ({
    ...s,
    views: [],
    tables: s.tables.filter((t) => !own.has(tableWords(t))),
  })
  const named = new Set(changes.flatMap((c) => columnsOf(c).map((name) => `${tableWords(c.table)}.${name}`)))
  const made = new Set(changes.flatMap(namesAside).map(tableWords))
  const columns = (s: Schema) =>
    s.tables.flatMap((t) =>
      t.columns
        .filter(
          (c) =>
            own.has(tableWords(t)) && !made.has(tableWords(t)) && !named.has(`${tableWords(t)}.${c.name}`),
        )
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
    ...apart(views(before), [...views(after), ...dropped]).map((v) => `the view ${v} is gone.`),
  ]
}

/** Tables that come or go as a whole with a change: their columns are not looked at one by one. */
function namesAside(change: Design['changes'][number]): TableName[] {
  if (change.kind === 'drop-part') return [change.part]
  if (change.kind === 'partition-table') return change.beside ? [change.beside.old] : []
  return change.kind === 'drop-before' ? [change.old] : []
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
    case 'add-statistics':
    case 'keep-history':
    case 'add-foreign-key':
    case 'rename-table':
    case 'drop-bridge':
    case 'drop-table':
    case 'add-part':
    case 'drop-part':
    case 'drop-before':
    case 'read-renamed':
    case 'read-parts':
    case 'take-check':
    case 'keep-parts':
    case 'stop-parts':
    case 'prove-parts':
      return []
    case 'fill-parts':
      return change.stands === 'whole' ? change.parts : [change.whole]
    case 'keep-beside':
    case 'stop-beside':
    case 'fill-beside':
    case 'prove-beside':
      return change.columns.map((c) => c.own)
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
