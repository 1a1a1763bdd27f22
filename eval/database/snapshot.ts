/** A database at one moment, as an examiner sees it: the lines that define each table, and its rows column by column. */
import { createHash } from 'node:crypto'
import { quote } from './houses/names.ts'
import type { Cell, Session } from './stage.ts'
import type { ServerKind } from './types.ts'

export type TableSeen = {
  /** Sorted: columns, keys, checks, indexes, triggers. */
  lines: string[]
  rows: number
  /** Column -> a digest of its values in the order of the key that stood first. */
  columns: Map<string, string>
}
export type Snapshot = { tables: Map<string, TableSeen>; views: Map<string, string>; others: string[] }

/** What migration tools keep for themselves. */
const BOOKS = new Set(['schema_migrations'])

/** @param like the order of rows is that of an earlier moment: keys may be new. */
export async function snapshot(s: Session, server: ServerKind, like?: Snapshot): Promise<Snapshot> {
  const lines = server === 'postgres' ? await postgresLines(s) : await mysqlLines(s)
  const keys = await keysOf(s, server)
  const columns = await columnsOf(s, server)
  const tables = new Map<string, TableSeen>()
  for (const [name, own] of lines) {
    const key = like?.tables.has(name) ? keptKey(like, name) : keys.get(name)
    tables.set(name, { lines: own, ...(await contents(s, server, name, columns.get(name) ?? [], key)) })
  }
  return { tables, views: await viewsOf(s, server), others: await othersOf(s, server) }
}

/** The key of a snapshot is the order in which its columns are digested: kept as a column of its own. */
const KEY = '\n'

function keptKey(like: Snapshot, name: string): string[] | undefined {
  const kept = like.tables.get(name)?.columns.get(KEY)
  return kept === undefined || kept === '' ? undefined : kept.split(KEY)
}

async function contents(
  s: Session,
  server: ServerKind,
  table: string,
  names: string[],
  key: string[] | undefined,
): Promise<Pick<TableSeen, 'rows' | 'columns'>> {
  const order = (key ?? names).filter((k) => names.includes(k))
  const list = names.map((n) => quote(n, server)).join(', ')
  const by = order.length > 0 ? ` order by ${order.map((n) => quote(n, server)).join(', ')}` : ''
  const rows = await s.rows(`select ${list} from ${quote(table, server)}${by}`)
  const columns = new Map(names.map((n, i) => [n, digest(rows.map((r) => r[i] ?? null))]))
  columns.set(KEY, (key ?? []).join(KEY))
  return { rows: rows.length, columns }
}

function digest(values: Cell[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16)
}

const here = (server: ServerKind) => (server === 'postgres' ? 'current_schema()' : 'database()')

async function keysOf(s: Session, server: ServerKind): Promise<Map<string, string[]>> {
  const rows = await s.rows(
    `select k.table_name, k.column_name from information_schema.key_column_usage k
     join information_schema.table_constraints c on c.table_schema = k.table_schema
       and c.table_name = k.table_name and c.constraint_name = k.constraint_name
     where c.constraint_type = 'PRIMARY KEY' and k.table_schema = ${here(server)}
     order by k.table_name, k.ordinal_position`,
  )
  return listed(rows)
}

async function columnsOf(s: Session, server: ServerKind): Promise<Map<string, string[]>> {
  return listed(
    await s.rows(
      `select table_name, column_name from information_schema.columns where table_schema = ${here(server)}
       order by table_name, ordinal_position`,
    ),
  )
}

function listed(rows: Cell[][]): Map<string, string[]> {
  return new Map([...Map.groupBy(rows, ([t]) => t ?? '')].map(([t, own]) => [t, own.map(([, c]) => c ?? '')]))
}

const POSTGRES_LINES = `
select c.relname, 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end || a.attidentity::text || a.attgenerated::text
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
union all
select k.conrelid::regclass::text, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
  from pg_constraint k where k.conrelid <> 0 and k.connamespace = 'public'::regnamespace
union all
select i.indrelid::regclass::text, 'index ' || pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' INVALID' end
  from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace
union all
select t.tgrelid::regclass::text, 'trigger ' || pg_get_triggerdef(t.oid)
  from pg_trigger t where not t.tgisinternal`

async function postgresLines(s: Session): Promise<Map<string, string[]>> {
  return grouped(
    (await s.rows(POSTGRES_LINES)).map(([t, l]) => [(t ?? '').replace(/^"(.*)"$/, '$1'), l ?? '']),
  )
}

async function mysqlLines(s: Session): Promise<Map<string, string[]>> {
  const found: [string, string][] = []
  const names = await s.rows(
    "select table_name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'",
  )
  for (const [name = ''] of names) {
    const [row] = await s.rows(`show create table ${quote(name ?? '', 'mysql')}`)
    const text = (row?.[1] ?? '').replace(/ AUTO_INCREMENT=\d+/, '')
    // MySQL prints the collation of a column wherever it was said, also where it is the table's own.
    const [, own] = /\bCOLLATE=(\w+)/.exec(text) ?? []
    const said = new RegExp(` CHARACTER SET \\w+ COLLATE ${own}\\b`)
    for (const line of text.split('\n').slice(1))
      found.push([name ?? '', line.trim().replace(/,$/, '').replace(said, '')])
  }
  const triggers = await s.rows(
    'select event_object_table, trigger_name, action_timing, event_manipulation, action_statement from information_schema.triggers where trigger_schema = database()',
  )
  for (const [table, ...rest] of triggers) found.push([table ?? '', `trigger ${rest.join(' ')}`])
  return grouped(found)
}

function grouped(found: [string, string][]): Map<string, string[]> {
  const own = found.filter(([t]) => !BOOKS.has(t))
  return new Map([...Map.groupBy(own, ([t]) => t)].map(([t, lines]) => [t, lines.map(([, l]) => l).sort()]))
}

async function viewsOf(s: Session, server: ServerKind): Promise<Map<string, string>> {
  const rows = await s.rows(
    `select table_name, view_definition from information_schema.views where table_schema = ${here(server)}`,
  )
  return new Map(rows.map(([n, d]) => [n ?? '', d ?? '']))
}

/** Types and routines that are no part of a table. */
async function othersOf(s: Session, server: ServerKind): Promise<string[]> {
  const sql =
    server === 'postgres'
      ? `select 'enum ' || t.typname || ' ' || e.enumlabel from pg_type t join pg_enum e on e.enumtypid = t.oid
         union all select 'function ' || p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace`
      : "select concat(routine_type, ' ', routine_name) from information_schema.routines where routine_schema = database()"
  return (await s.rows(sql)).map(([l]) => l ?? '').sort()
}

/** In words, what of one moment is otherwise at another; tables in `may` and columns in `mayColumns` (`table.column`) may be; `others` looks at types and routines too. */
export function changed(
  was: Snapshot,
  is: Snapshot,
  {
    may = [],
    mayColumns = [],
    others = false,
  }: { may?: string[]; mayColumns?: string[]; others?: boolean } = {},
): string[] {
  const found: string[] = []
  for (const name of new Set([...was.tables.keys(), ...is.tables.keys()])) {
    const [before, now] = [was.tables.get(name), is.tables.get(name)]
    const isFree = may.includes(name)
    if (!before || !now) {
      if (!isFree) found.push(before ? `the table ${name} is gone` : `there is a table ${name}`)
      continue
    }
    if (!isFree)
      found.push(
        ...before.lines.filter((l) => !now.lines.includes(l)).map((l) => `${name} lacks: ${l}`),
        ...now.lines.filter((l) => !before.lines.includes(l)).map((l) => `${name} has: ${l}`),
      )
    if (before.rows !== now.rows) found.push(`${name} had ${before.rows} rows, and has ${now.rows}`)
    for (const [column, values] of before.columns)
      if (column !== KEY && !mayColumns.includes(`${name}.${column}`) && now.columns.get(column) !== values)
        found.push(
          now.columns.has(column) ? `other values in ${name}.${column}` : `${name}.${column} is gone`,
        )
  }
  for (const [name, text] of was.views)
    if (!may.includes(name) && is.views.get(name) !== text) found.push(`the view ${name} is another`)
  if (others) {
    found.push(...was.others.filter((o) => !is.others.includes(o)).map((o) => `${o} is gone`))
    found.push(...is.others.filter((o) => !was.others.includes(o)).map((o) => `${o} is left`))
  }
  return found
}
