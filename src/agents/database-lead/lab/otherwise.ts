/** Whether a query that is written otherwise gives the same rows, and how long it takes: looked at on the grown copy. */
import type { Database, Row, Table } from '../../../adapters/databases/types.ts'
import { candidates } from './candidates.ts'
import { type Measured, measure, type Trial, tryCandidates } from './measure.ts'
import { type Rewrite, rewrites } from './rewrites.ts'

export type Otherwise = {
  rewrite: Rewrite
  /** As the tables are. */
  measured: Measured
  /** With the index that serves it best. */
  best: Trial | undefined
  /** Those that were compared. */
  rows: number
}

/** The fastest of the ways that give the same rows. */
export async function measureOtherwise(
  db: Database,
  sql: string,
  tables: Table[],
): Promise<Otherwise | null> {
  const found: Otherwise[] = []
  const wanted = await rowsOf(db, sql)
  for (const rewrite of rewrites(sql, tables)) {
    // What the server does not understand was misread by us.
    if ((await db.refuses(rewrite.sql)) !== null) continue
    if ((await rowsOf(db, rewrite.sql)).join('\n') !== wanted.join('\n')) continue
    const [best] = await tryCandidates(db, rewrite.sql, candidates(rewrite.sql, tables))
    found.push({ rewrite, measured: await measure(db, rewrite.sql), best, rows: wanted.length })
  }
  return found.sort((a, b) => msOf(a) - msOf(b))[0] ?? null
}

/** With the index that it would be given, where that is worth one. */
export function msOf({ measured, best }: Otherwise): number {
  return Math.min(measured.ms, best?.measured.ms ?? measured.ms)
}

/** In no order: none of the ways changes what is sorted, and rows that are alike may come in any. */
async function rowsOf(db: Database, sql: string): Promise<string[]> {
  const rows: Row[] = await db.query(sql)
  return rows.map((r) => JSON.stringify(Object.values(r))).sort()
}
