/** How long a query takes on a copy, as it is and with each index that might serve it. */
import { type Database, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { createIndexSql } from '../order/sql.ts'
import type { Candidate } from './candidates.ts'

export type Measured = { ms: number; plan: string[] }
/** Indexes that stood together while the query was measured, all of them used. */
export type Trial = { candidates: Candidate[]; measured: Measured }

const TIMES = 5
/** How the indexes that are tried are called. */
const TRIED = 'martsmith_try_'
/** Times on a busy machine differ by more than what is worth anything. */
const ALIKE = 1.3
const ALIKE_MS = 0.5

/** The median of a few runs, after one that warms up. */
export async function measure(db: Database, sql: string): Promise<Measured> {
  await db.query(sql)
  const taken: number[] = []
  for (let i = 0; i < TIMES; i += 1) {
    const begun = performance.now()
    await db.query(sql)
    taken.push(performance.now() - begun)
  }
  taken.sort((a, b) => a - b)
  return { ms: Math.round((taken[Math.floor(TIMES / 2)] ?? 0) * 10) / 10, plan: await db.plan(sql) }
}

/**
 * Each by itself, then those that the server picks where it has all of them: a join may need one on either side.
 * Best first; where times are alike, the one that was thought of first: it serves more than the values that were tried.
 */
export async function tryCandidates(db: Database, sql: string, all: Candidate[]): Promise<Trial[]> {
  const trials: Trial[] = []
  for (const candidate of all) {
    const { used, measured } = await withIndexes(db, sql, [candidate])
    if (used.length > 0) trials.push({ candidates: used, measured })
  }
  const { used: picked } = await withIndexes(db, sql, all)
  if (picked.length > 1) {
    const { used, measured } = await withIndexes(db, sql, picked)
    if (used.length > 1) trials.push({ candidates: used, measured })
  }
  return fastestFirst(trials)
}

/** Those that are as fast as the fastest first, each of the two kinds in the order given. */
export function fastestFirst<T extends { measured: Measured }>(trials: T[]): T[] {
  const fastest = Math.min(...trials.map((t) => t.measured.ms))
  const isAsFast = ({ measured }: T) => measured.ms <= fastest * ALIKE + ALIKE_MS
  return [...trials.filter(isAsFast), ...trials.filter((t) => !isAsFast(t))]
}

/** The indexes of these that the server uses, and the time that it takes with all of them there. */
export async function withIndexes(
  db: Database,
  sql: string,
  candidates: Candidate[],
): Promise<{ used: Candidate[]; measured: Measured }> {
  const named = candidates.map((candidate, i) => ({ candidate, name: `${TRIED}${i}_` }))
  for (const { candidate, name } of named)
    await db.query(createIndexSql({ table: candidate.table, key: { name, columns: candidate.columns } }, db))
  try {
    const measured = await measure(db, sql)
    const used = named.filter(({ name }) => measured.plan.some((l) => l.includes(name)))
    return { used: used.map((u) => u.candidate), measured }
  } finally {
    for (const { candidate, name } of named)
      await db.query(
        db.server.family === 'postgres'
          ? `drop index ${tableSql(db, { ...candidate.table, name })}`
          : `alter table ${tableSql(db, candidate.table)} drop index ${db.quote(name)}`,
      )
  }
}

export function candidateWords({ table, columns }: Candidate): string {
  return `${tableWords(table)} (${columns.join(', ')})`
}

/** What of a plan tells how the rows are found. */
export function planWords({ plan }: Measured): string {
  const found = plan.flatMap((l) => {
    const postgres =
      /((?:Parallel )?(?:Seq|Index Only|Index|Bitmap Heap|Bitmap Index) Scan)(?: Backward)?(?: using (\S+))?(?: on (\S+))?/.exec(
        l,
      )
    if (postgres)
      return [
        [
          postgres[1],
          postgres[2] && !postgres[2].startsWith(TRIED) && `by ${postgres[2]}`,
          postgres[3] && `on ${postgres[3]}`,
        ]
          .filter(Boolean)
          .join(' '),
      ]
    const mysql = /"(?:access_type|key)": "([^"]+)"/.exec(l)
    return mysql ? [mysql[1] ?? ''] : []
  })
  return [...new Set(found)].slice(0, 4).join(', ')
}
