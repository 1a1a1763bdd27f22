/** What Postgres expects of a query, and from what it knows of the rows. */
import type { Database, Estimate, Row, TableName } from '../types.ts'

type Node = {
  'Node Type': string
  'Relation Name'?: string
  Alias?: string
  'Plan Rows': number
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Node[]
}

export async function estimates(query: Database['query'], statement: string): Promise<Estimate[]> {
  const [row] = await query(`explain (analyze, timing off, format json) ${statement}`)
  const plans = (row?.['QUERY PLAN'] ?? []) as { Plan: Node }[]
  return plans.flatMap((p) => estimatesIn(p.Plan))
}

/** Rows are of one loop, expected and found alike. What may stop before its last row has only a least number. */
export function estimatesIn(node: Node, mayStop = false): Estimate[] {
  const of = node.Alias ?? node['Relation Name'] ?? null
  const isTold = (of !== null || /Aggregate|^Group$/.test(node['Node Type'])) && node['Actual Loops'] > 0
  const [expected, found] = [node['Plan Rows'], node['Actual Rows']]
  const stops = mayStop || node['Node Type'] === 'Limit'
  return [
    ...(isTold && (!mayStop || found > expected) ? [{ of, expected, found }] : []),
    ...(node.Plans ?? []).flatMap((n) => estimatesIn(n, stops)),
  ]
}

const KNOWN = `
select s.n_live_tup as live, s.n_mod_since_analyze as changed,
       (select count(*) from pg_stats p where p.schemaname = s.schemaname and p.tablename = s.relname) as known,
       to_char(greatest(s.last_analyze, s.last_autoanalyze) at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"') as analysed
from pg_stat_user_tables s where s.schemaname = $1 and s.relname = $2`

export async function stale(query: Database['query'], { schema, name }: TableName): Promise<string | null> {
  const [row] = await query(KNOWN, [schema, name])
  return staleWords(row)
}

/** Of a small table nothing has to be known, and autovacuum comes when a tenth has changed. */
export function staleWords(row: Row | undefined): string | null {
  const [live, changed, known] = [Number(row?.live ?? 0), Number(row?.changed ?? 0), Number(row?.known ?? 0)]
  if (live < 1000) return null
  if (known === 0) return 'it was never analysed, so that the planner guesses what its columns hold'
  if (changed < 1000 || changed < live / 5) return null
  return `${changed} of ${live} rows changed since it was ${row?.analysed ? `analysed at ${row.analysed}` : 'last analysed'}`
}

export async function judged(query: Database['query'], { schema, name }: TableName): Promise<string[]> {
  const rows = await query('select attname as name from pg_stats where schemaname = $1 and tablename = $2', [
    schema,
    name,
  ])
  return rows.map((r) => String(r.name))
}
