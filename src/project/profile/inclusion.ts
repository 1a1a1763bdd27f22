/**
 * Whose key a column holds. Candidates come from types, ranges and sampled values; what is said is counted over all
 * rows, in one statement for each relation, which reads it once and each key once.
 */
import type { Sample } from './candidates.ts'
import { type Dialect, isScalar } from './sql.ts'
import type { ColumnProfile, Inclusion, RelationProfile } from './types.ts'

export const MOST_INCLUSIONS = 6
/** More rows without a partner than this part, and the column means something else. */
const MOST_ORPHANS = 0.05

/** A relation that was measured, by its name in dbt. */
export type Measured = { name: string; profile: RelationProfile; sample: Sample }

/** Values of a column in the sample, without nulls. */
export function sampleOf({ profile, sample }: Measured, name: string): unknown[] {
  const at = profile.columns.findIndex((c) => c.name === name)
  return sample.flatMap((row) => (row[at] === null || row[at] === undefined ? [] : [row[at]]))
}

export type InclusionCandidate = {
  column: string
  of: Measured
  key: string
  chance: boolean
  named: boolean
}

export function inclusionCandidates(
  from: Measured,
  others: Measured[],
  most = MOST_INCLUSIONS,
): InclusionCandidate[] {
  const keys = others.flatMap((of) =>
    of.profile.keys.flatMap(({ columns, proven }) => {
      const at = of.profile.columns.findIndex((c) => c.name === columns[0])
      const key = of.profile.columns[at]
      return proven && columns.length === 1 && key ? [{ of, key, at }] : []
    }),
  )
  const found = from.profile.columns.flatMap((column, at) =>
    mayRefer(column)
      ? keys
          .filter(({ of, key }) => of.profile.relation !== from.profile.relation || key.name !== column.name)
          .filter(({ of, key, at: keyAt }) => mayHold(column, valuesOf(from.sample, at), key, of, keyAt))
          .map(({ of, key }) => ({
            column: column.name,
            of,
            key: key.name,
            chance: isChance(column, key),
            named: isNamed(column.name, key.name, of.name),
          }))
      : [],
  )
  const weight = (c: InclusionCandidate) => (c.named ? 0 : 2) + (c.chance ? 1 : 0)
  return found
    .filter((c) => c.named || !c.chance)
    .sort((a, b) => weight(a) - weight(b))
    .slice(0, most)
}

function mayRefer(column: ColumnProfile): boolean {
  return isScalar(column) && ['integer', 'text', 'date'].includes(column.kind) && column.distinct > 0
}

function valuesOf(sample: Sample, at: number): Set<string> {
  return new Set(sample.flatMap((row) => (row[at] === null ? [] : [String(row[at])])))
}

function mayHold(
  column: ColumnProfile,
  values: Set<string>,
  key: ColumnProfile,
  of: Measured,
  at: number,
): boolean {
  if (column.kind !== key.kind) return false
  // Estimates may be off by a fifth; a stray value may lie outside.
  const least = column.approximate ? column.distinct * 0.8 : column.distinct
  if (least > key.distinct * (1 + MOST_ORPHANS) + 1) return false
  if (column.kind === 'integer' && !overlaps(column, key)) return false
  if (of.profile.sampled < of.profile.rows) return looksAlike(values, valuesOf(of.sample, at))
  const keys = valuesOf(of.sample, at)
  const missing = [...values].filter((v) => !keys.has(v)).length
  return values.size > 0 && missing <= Math.max(1, values.size * 0.5) && missing < values.size
}

function overlaps(a: ColumnProfile, b: ColumnProfile): boolean {
  return Number(a.max) >= Number(b.min) && Number(a.min) <= Number(b.max)
}

/** Of a key that was only sampled: texts of the same lengths. */
function looksAlike(values: Set<string>, keys: Set<string>): boolean {
  const lengths = (all: Set<string>) => [...all].map((v) => v.length)
  const [a, b] = [lengths(values), lengths(keys)]
  return (
    a.length > 0 &&
    b.length > 0 &&
    Math.max(...a) <= Math.max(...b) + 2 &&
    Math.min(...a) >= Math.min(...b) - 2
  )
}

/** Few small whole numbers are found in any key that counts up from one. */
function isChance(column: ColumnProfile, key: ColumnProfile): boolean {
  if (column.kind === 'date') return true
  if (column.kind !== 'integer') return false
  const width = Number(key.max) - Number(key.min) + 1
  return key.distinct >= width * 0.5
}

/** `customer_id` of orders, and `customer_id` or `id` of customers: a hint, and no more. */
function isNamed(column: string, key: string, relation: string): boolean {
  const [c, k] = [column.toLowerCase(), key.toLowerCase()]
  if (c === k || c.endsWith(`_${k}`)) return k !== 'id' || c.length > 2
  const thing = (relation.split(/[._]/).at(-1) ?? '').toLowerCase().replace(/ies$/, 'y').replace(/s$/, '')
  return thing.length > 2 && c.includes(thing)
}

/** One statement for all candidates of a relation; a key is unique, so that no row is counted twice. */
export function inclusionStatement(
  from: Measured,
  candidates: InclusionCandidate[],
  dialect: Dialect,
): string {
  const { quote, asText } = dialect
  const columnsOf = (p: RelationProfile, name: string) => p.columns.find((c) => c.name === name)
  const joins = candidates.map(({ column, of, key }, i) => {
    const same =
      columnsOf(from.profile, column)?.type.toLowerCase() === columnsOf(of.profile, key)?.type.toLowerCase()
    const text = columnsOf(from.profile, column)?.kind === 'text' && !same
    const [left, right] = [`a.${quote(column)}`, quote(key)]
    const on = text ? `${asText(left)} = k${i}.hit` : `${left} = k${i}.hit`
    return `left join (select ${text ? asText(right) : right} as hit from ${of.profile.relation}) k${i} on ${on}`
  })
  const counts = candidates.flatMap(({ column }, i) => [
    `count(case when a.${quote(column)} is not null and k${i}.hit is null then 1 end) as orphans_${i}`,
  ])
  return `select ${counts.join(',\n  ')}\nfrom ${from.profile.relation} a\n${joins.join('\n')}`
}

export function inclusionsOf(
  from: Measured,
  candidates: InclusionCandidate[],
  answer: number[],
): Inclusion[] {
  const all = candidates.flatMap(({ column, of, key, chance }, i): Inclusion[] => {
    const orphans = answer[i]
    const nulls = from.profile.columns.find((c) => c.name === column)?.nulls ?? 0
    const rows = from.profile.rows - nulls
    if (orphans === undefined || rows === 0 || orphans > rows * MOST_ORPHANS) return []
    return [{ column, of: of.name, key, orphans, rows, chance }]
  })
  return all.sort((a, b) => a.orphans - b.orphans)
}
