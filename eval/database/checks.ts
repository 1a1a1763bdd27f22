/** What must be so, looked at by queries of the examiner's own. */
import { isInStyle, quote, sqlFor, squeezed, styled } from './houses/names.ts'
import type { Session } from './stage.ts'
import type { Check, House, ServerKind } from './types.ts'

type Column = { name: string; type: string; nullable: boolean; default: string | null }
type At = { s: Session; house: House; server: ServerKind }

/** In words, each check that does not hold. */
export async function failing(at: At, checks: Check[]): Promise<string[]> {
  const found = new Map<string, string>()
  const words: string[] = []
  for (const check of checks) {
    const why = await whyNot(at, check, found).catch(
      (error: Error) => `cannot be looked at: ${error.message}`,
    )
    if (why !== null) words.push(why)
  }
  return words
}

async function whyNot(at: At, check: Check, found: Map<string, string>): Promise<string | null> {
  if ('column' in check) return columnWhyNot(at, check, found)
  if ('gone' in check) {
    const [table, column] = check.gone
    const name = styled(column, at.house.style[at.server])
    return (await columnsOf(at, table)).some((c) => c.name === name) ? `${table} has ${name} still` : null
  }
  if ('table' in check) {
    const columns = await columnsOf(at, check.table)
    if (columns.length === 0) return `there is no table ${styled(check.table, at.house.style[at.server])}`
    const lacks = (check.has ?? []).find((h) => !columns.some((c) => h.test(squeezed(c.name))))
    return lacks
      ? `${check.table} has no column ${lacks}, but ${columns.map((c) => c.name).join(', ')}`
      : null
  }
  if ('index' in check || 'noIndex' in check) {
    const [table, columns] = 'index' in check ? check.index : check.noIndex
    const isThere = (await indexesOf(at, table)).some((own) =>
      begins(
        own,
        columns.map((c) => styled(c, at.house.style[at.server])),
      ),
    )
    if ('index' in check) return isThere ? null : `no index of ${table} begins with ${columns.join(', ')}`
    return isThere ? `an index of ${table} begins with ${columns.join(', ')} still` : null
  }
  if ('reference' in check) return referenceWhyNot(at, check)
  if ('rows' in check) {
    const rows = (await at.s.rows(filled(at, check.rows, found))).map((r) => r.map(plain))
    const are = check.are.map((r) => r.map(plain))
    return JSON.stringify(rows) === JSON.stringify(are)
      ? null
      : `${check.rows} answers ${JSON.stringify(rows.slice(0, 3))}`
  }
  const sql = filled(at, 'takes' in check ? check.takes : check.refuses, found)
  const refused = await refusal(at.s, sql)
  if ('takes' in check) return refused === null ? null : `refuses ${sql}: ${refused}`
  return refused === null ? `takes ${sql}` : null
}

/** 1.50 is 1.5, and one server's `t` is the other one's 1. */
function plain(value: string | null): string {
  if (value === 't' || value === 'f') return value === 't' ? '1' : '0'
  return value !== null && /^-?\d+(\.\d+)?$/.test(value) ? String(Number(value)) : String(value)
}

/** Tried, and taken back. */
async function refusal(s: Session, sql: string): Promise<string | null> {
  await s.rows('start transaction')
  try {
    await s.rows(sql)
    return null
  } catch (error) {
    return (error as Error).message
  } finally {
    await s.rows('rollback')
  }
}

function filled({ house, server }: At, sql: string, found: Map<string, string>): string {
  return sqlFor(sql, house, server).replace(/\{(\w+)\}/g, (_, key: string) =>
    quote(found.get(key) ?? key, server),
  )
}

async function columnWhyNot(
  at: At,
  check: Extract<Check, { column: unknown }>,
  found: Map<string, string>,
): Promise<string | null> {
  const [table, form] = check.column
  const columns = await columnsOf(at, table)
  const column = columns.find((c) => form.test(squeezed(c.name)))
  if (!column) return `${table} has no column ${form.source}`
  found.set(form.source.replace(/\W/g, ''), column.name)
  if (!isInStyle(column.name, at.house.style[at.server]))
    return `${column.name} is not how this house writes names`
  if (check.type && !check.type.test(column.type)) return `${column.name} is ${column.type}`
  if (check.nullable !== undefined && check.nullable !== column.nullable)
    return `${column.name} ${column.nullable ? 'may be null' : 'may not be null'}`
  if (check.default === undefined) return null
  const is = column.default === 'NULL' ? null : column.default
  const isRight = check.default === null ? is === null : is !== null && check.default.test(is)
  return isRight ? null : `the default of ${column.name} is ${is}`
}

/** Of a table that is said in words; singular or plural is the house's matter, not ours. */
async function columnsOf({ s, house, server }: At, table: string): Promise<Column[]> {
  const name = styled(table, house.style[server])
  const sql =
    server === 'postgres'
      ? `select a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = to_regclass('public."${name}"') and a.attnum > 0 and not a.attisdropped`
      : // MySQL prints a text without its quotes, MariaDB with them.
        `select column_name, column_type, is_nullable = 'YES',
           case when version() like '%MariaDB%' or extra like '%DEFAULT_GENERATED%' or numeric_precision is not null
             then column_default else quote(column_default) end
         from information_schema.columns where table_schema = database() and table_name = '${name}'`
  return (await s.rows(sql)).map(([n, type, nullable, value]) => ({
    name: n ?? '',
    type: type ?? '',
    nullable: nullable === 't' || nullable === '1',
    default: value ?? null,
  }))
}

/** Columns of each index and key that serves now. */
async function indexesOf({ s, house, server }: At, table: string): Promise<string[][]> {
  const name = styled(table, house.style[server])
  const sql =
    server === 'postgres'
      ? `select i.indexrelid::text, pg_get_indexdef(i.indexrelid, n, true) from pg_index i, generate_series(1, i.indnkeyatts) n
         where i.indrelid = to_regclass('public."${name}"') and i.indisvalid and i.indpred is null order by 1, n`
      : `select index_name, column_name from information_schema.statistics
         where table_schema = database() and table_name = '${name}' order by index_name, seq_in_index`
  const rows = (await s.rows(sql)).map(([i, c]) => [i ?? '', (c ?? '').replaceAll('"', '')] as const)
  return [...Map.groupBy(rows, ([i]) => i).values()].map((own) => own.map(([, c]) => c))
}

const begins = (own: string[], columns: string[]) => columns.every((c, i) => own[i] === c)

async function referenceWhyNot(
  { s, house, server }: At,
  { reference: [table, to], columns = [] }: Extract<Check, { reference: unknown }>,
): Promise<string | null> {
  const style = house.style[server]
  const [from, target] = [styled(table, style), styled(to, style)]
  const sql =
    server === 'postgres'
      ? `select k.oid::text, a.attname from pg_constraint k, unnest(k.conkey) with ordinality u(n, i), pg_attribute a
         where k.contype = 'f' and k.convalidated and a.attrelid = k.conrelid and a.attnum = u.n
           and k.conrelid = to_regclass('public."${from}"') and k.confrelid = to_regclass('public."${target}"') order by 1, u.i`
      : `select constraint_name, column_name from information_schema.key_column_usage
         where table_schema = database() and table_name = '${from}' and referenced_table_name = '${target}'
         order by constraint_name, ordinal_position`
  const keys = [...Map.groupBy(await s.rows(sql), ([k]) => k).values()].map((own) =>
    own.map(([, c]) => c ?? ''),
  )
  const wanted = columns.map((c) => styled(c, style))
  const isThere = keys.some(
    (k) => wanted.length === 0 || (k.length === wanted.length && wanted.every((c) => k.includes(c))),
  )
  return isThere
    ? null
    : `no valid foreign key leads from ${from}${wanted.length > 0 ? ` (${wanted.join(', ')})` : ''} to ${target}`
}
