/** What MySQL and MariaDB expect of a query, and from what they know of the rows. */
import type { Database, Estimate, Server, TableName } from '../types.ts'

/** MariaDB counts beside its plan; MySQL says it in a tree of words that names no table beside a condition. */
export async function estimates(
  query: Database['query'],
  { product }: Server,
  statement: string,
): Promise<Estimate[]> {
  if (product !== 'MariaDB') return []
  const [row] = await query(`analyze format=json ${statement}`)
  return estimatesIn(JSON.parse(String(Object.values(row ?? {})[0] ?? 'null')))
}

/** Each part of the plan that reads a table: what is left of its rows by the conditions on it. */
export function estimatesIn(part: unknown): Estimate[] {
  if (part === null || typeof part !== 'object') return []
  if (Array.isArray(part)) return part.flatMap(estimatesIn)
  const { table_name: of, rows, filtered, r_rows, r_filtered } = part as Record<string, unknown>
  const inner = Object.values(part).flatMap(estimatesIn)
  const isTold = typeof of === 'string' && typeof rows === 'number' && typeof r_rows === 'number'
  const left = (n: unknown, percent: unknown) => (Number(n) * Number(percent ?? 100)) / 100
  return isTold ? [{ of, expected: left(rows, filtered), found: left(r_rows, r_filtered) }, ...inner] : inner
}

const OPTIONS = `
select @@global.innodb_stats_auto_recalc as always, create_options as options from information_schema.tables
where table_schema = database() and table_name = ?`

/** The server renews what it knows by itself, unless it was told not to. */
export async function stale(query: Database['query'], { name }: TableName): Promise<string | null> {
  const [row] = await query(OPTIONS, [name])
  const said = /stats_auto_recalc=([01])/i.exec(String(row?.options ?? ''))?.[1]
  const isRenewed = said === undefined ? String(row?.always) !== '0' : said === '1'
  return isRenewed ? null : 'its statistics are renewed by ANALYZE TABLE alone'
}

export async function judged(
  query: Database['query'],
  { product }: Server,
  { name }: TableName,
): Promise<string[]> {
  const rows = await query(
    product === 'MariaDB'
      ? 'select column_name as name from mysql.column_stats where db_name = database() and table_name = ?'
      : 'select column_name as name from information_schema.column_statistics where schema_name = database() and table_name = ?',
    [name],
  )
  return rows.map((r) => String(r.name))
}
