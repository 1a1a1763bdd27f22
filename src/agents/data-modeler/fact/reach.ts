/** Whose keys the columns of a relation hold: dimensions that stand, and tables of things. Counted over all rows. */
import {
  type InclusionCandidate,
  inclusionCandidates,
  inclusionStatement,
  type Measured,
} from '../../../project/profile/inclusion.ts'
import { entityOfTable } from '../search/find.ts'
import { bareWords, nameScore, wordsOf } from '../search/names.ts'
import type { Origin } from '../types.ts'
import { columnOf, type Lab, type Side } from './lab.ts'
import { isKeyName, rawWords } from './names.ts'

const MOST_TABLES = 14
const MOST_JOINS = 40
/** More rows without a partner, and the column means something else. A name that fits may have more of them. */
export const MOST_ORPHANS = { else: 0.05, named: 0.6 }

export type Hit = {
  column: string
  of: Measured
  key: string
  /** Rows with a value that is in no row of the key. */
  orphans: number
  rows: number
  named: boolean
}

/** For each column what its values are keys of, the most likely first. */
export async function hitsOf(lab: Lab, from: Side, others: Measured[]): Promise<Hit[]> {
  const all = inclusionCandidates(
    from,
    others.filter((o) => o.profile.rows > 0),
    MOST_JOINS,
  ).map((c) => ({ ...c, named: c.named || isCalledLike(c) }))
  const joins = fewer(all)
  if (joins.length === 0) return []
  const answer = (await lab.numbers(inclusionStatement(from, joins, lab.dialect))) ?? []
  const counted = joins.flatMap(({ column, of, key, named }, i): Hit[] => {
    const orphans = answer[i]
    const rows = from.profile.rows - (columnOf(from, column)?.nulls ?? 0)
    return orphans === undefined || rows === 0 || orphans > rows * MOST_ORPHANS.named
      ? []
      : [{ column, of, key, orphans, rows, named }]
  })
  const sure = counted.filter((h) => h.named || h.orphans <= h.rows * MOST_ORPHANS.else)
  const roles = counted.filter((h) => !sure.includes(h) && sure.some((s) => isRoleOf(from, h, s)))
  return [...sure, ...roles.map((h) => ({ ...h, named: true }))].sort(
    (a, b) => Number(b.named) - Number(a.named) || a.orphans - b.orphans,
  )
}

/** `dest_code` beside `origin_code`: texts of one form with one ending are of one kind, though some are not known. */
function isRoleOf(from: Side, hit: Hit, sure: Hit): boolean {
  if (hit.of !== sure.of || hit.key !== sure.key || sure.orphans > 0) return false
  const [a, b] = [columnOf(from, hit.column), columnOf(from, sure.column)]
  const sameForm = a?.kind === 'text' && a.pattern !== null && a.pattern === b?.pattern
  return sameForm && rawWords(hit.column).at(-1) === rawWords(sure.column).at(-1)
}

/** Each is a join over all rows: of each column the likely ones. */
function fewer(candidates: InclusionCandidate[]): InclusionCandidate[] {
  const perColumn = new Map<string, number>()
  return candidates.filter((c) => {
    const n = perColumn.get(c.column) ?? 0
    perColumn.set(c.column, n + 1)
    return n < 5
  })
}

function isCalledLike({ column, of, key }: InclusionCandidate): boolean {
  return (
    nameScore(bareWords(key), bareWords(column)) >= 0.6 ||
    nameScore(wordsOf(entityOfTable({ label: of.name })), bareWords(column)) >= 0.6
  )
}

/** Other relations that may be the tables of things whose keys these columns hold: by names, all where they are few. */
export function likelyTables(from: Side, origins: Origin[]): Origin[] {
  const keys = from.origin.columns.filter((c) => ['integer', 'text'].includes(c.kind)).map((c) => c.name)
  const scored = origins
    .filter((o) => o.id !== from.origin.id && o.stands)
    .map((origin) => {
      const table = wordsOf(entityOfTable(origin))
      const score = Math.max(
        0,
        ...keys.map((k) => endScore(bareWords(k), table) * (isKeyName(k, '') ? 1 : 0.8)),
      )
      const shared = origin.columns.some((c) => keys.includes(c.name) && isKeyName(c.name, ''))
      return { origin, score: Math.max(score, shared ? 0.7 : 0) }
    })
    .sort((a, b) => b.score - a.score)
  const few = scored.length <= MOST_TABLES ? scored : scored.filter((s) => s.score > 0.4)
  return few.slice(0, MOST_TABLES).map((s) => s.origin)
}

/** `pickup_zone` ends as `zones` does. */
function endScore(column: string[], table: string[]): number {
  const ends = column.slice(-Math.max(1, Math.min(column.length, table.length)))
  return Math.max(nameScore(column, table), nameScore(ends, table) * 0.95)
}
