/** What the counts of a fact say: whether it is one, and the words for it. */
import { count, list } from '../../../core/text.ts'
import type { ClaimProof } from '../../types.ts'
import type { FactClaim } from './sql.ts'
import { sameTotal, shownTotal, type Total } from './totals.ts'

/** What was counted in what was built. */
export type FactCounts = {
  rows: number
  /** Different values of the grain and of the key; null where none are named. */
  grain: number | null
  keys: number | null
  /** Rows without a value, by column of grain and key. */
  nulls: Record<string, number>
  /** In the order of the claim; null where the dimension is not known. */
  foreignKeys: {
    nulls: number
    found: { none: number; many: number; unknown: number | null } | null
  }[]
  /** `kept`: those that are meant, equal ones as one; `different`: as many as there are different ones of these. */
  origin: { rows: number; meant: number; kept: number; different: number | null }
  /** In the order of the claim; null where it is not traced. `whole` is over all rows of the origin. */
  measures: { fact: Total; origin: Total | null; whole: Total | null }[]
  /** From the raw table to the last before the origin. */
  levels: { label: string; rows: number; totals: Map<number, Total>; changes: string | null }[]
  /** Why the raw table was not reached. */
  why: string | null
}

export function judged(
  claim: FactClaim,
  counts: FactCounts,
  { fact, origin }: { fact: string; origin: string },
): ClaimProof {
  const wrong = [
    ...keysWrong(claim, counts),
    ...rowsWrong(claim, counts, fact, origin),
    ...totalsWrong(claim, counts, fact, origin),
  ]
  const { rows } = counts
  const data = dataOf(claim, counts)
  if (wrong.length > 0)
    return {
      holds: false,
      text: `${fact} is no fact yet: ${wrong.join('; ')}`,
      lines: [...wrong.map((w) => `Not so in ${fact}: ${w}.`), ...sourceLines(claim, counts, origin)],
      data,
    }
  if (rows === 0)
    return {
      holds: true,
      text: `${fact} has no rows, as ${origin} has ${counts.origin.rows === 0 ? 'none' : 'none that are meant'}: keys and totals could not be seen`,
      lines: [`${fact} has no rows: nothing but its columns could be seen.`],
      data,
    }
  const known = counts.foreignKeys.filter((k) => k.found).length
  const traced = counts.measures.filter((m) => m.origin).length
  const [raw] = counts.levels
  return {
    holds: true,
    text: [
      `${fact} has ${count(rows, 'row')}, one for each ${list(claim.grain)}`,
      ...(known > 0
        ? [`${count(known, 'foreign key')} ${known === 1 ? 'finds its row' : 'find their rows'}`]
        : []),
      `rows${traced > 0 ? ` and ${count(traced, 'total')}` : ''} reconcile with ${origin}${raw && counts.why === null ? ` and ${raw.label}` : ''}`,
    ].join('; '),
    lines: [
      `${fact}: ${count(rows, 'row')}, one for each ${list(claim.grain)}${claim.key === null ? '' : `; ${claim.key} is unique and never null`}.`,
      ...claim.foreignKeys.map((key, i) => keyLine(key, counts.foreignKeys[i], rows)),
      ...rowLines(claim, counts, fact, origin),
      ...claim.measures.flatMap((_, i) => totalLine(claim, counts, i, fact, origin)),
      ...sourceLines(claim, counts, origin),
    ],
    data,
  }
}

const number = (n: number) => n.toLocaleString('en-US')

function keysWrong(claim: FactClaim, { rows, grain, keys, nulls, foreignKeys }: FactCounts): string[] {
  const inGrain = list(claim.grain)
  const never = [...new Set([...(claim.key === null ? [] : [claim.key]), ...claim.grain])]
  return [
    ...(grain === null ? ['no column names its grain'] : []),
    ...(grain !== null && grain !== rows
      ? [`${count(rows, 'row')} for ${number(grain)} of its grain, ${inGrain}`]
      : []),
    ...(keys !== null && keys !== rows
      ? [`${count(rows, 'row')} have ${count(keys, 'key')} in ${claim.key}`]
      : []),
    ...never.flatMap((name) => (nulls[name] ? [`${name} is null in ${count(nulls[name], 'row')}`] : [])),
    ...claim.foreignKeys.flatMap(({ column, dimension }, i) => {
      const { nulls: empty = 0, found } = foreignKeys[i] ?? {}
      return [
        ...(empty > 0 ? [`${column} is null in ${count(empty, 'row')}`] : []),
        ...(found?.none
          ? [`${column} finds no row of ${nameOf(dimension)} in ${count(found.none, 'row')}`]
          : []),
        ...(found?.many
          ? [`${column} finds more than one row of ${nameOf(dimension)} in ${count(found.many, 'row')}`]
          : []),
      ]
    }),
  ]
}

/** How many rows the origin asks for. */
function expected({ origin }: FactCounts): number {
  return origin.different ?? origin.kept
}

function rowsWrong(claim: FactClaim, counts: FactCounts, fact: string, origin: string): string[] {
  const { rows, origin: from } = counts
  const wanted = expected(counts)
  const [less, more] = [wanted - rows, rows - wanted]
  return [
    ...(from.different !== null && from.kept !== from.different
      ? [
          `${count(from.kept - from.different, 'row')} of ${origin} equal another in ${list(claim.distinct ?? [], 4)} and not in the measures, so that it is open which one counts`,
        ]
      : []),
    ...(less > 0
      ? [
          `it has ${number(rows)} of ${count(wanted, 'row')} of ${origin}: ${number(less)} ${less === 1 ? 'is' : 'are'} lost between ${origin} and ${fact}`,
        ]
      : []),
    ...(more > 0
      ? [`it has ${count(rows, 'row')} for ${number(wanted)} of ${origin}: ${number(more)} too many`]
      : []),
  ]
}

function totalsWrong(claim: FactClaim, { measures }: FactCounts, fact: string, origin: string): string[] {
  return claim.measures.flatMap(({ column }, i) => {
    const { fact: mine, origin: theirs } = measures[i] ?? {}
    if (!mine || !theirs) return []
    if (!sameTotal(mine, theirs))
      return [
        `the total of ${column} is ${shownTotal(mine)} in ${fact} and ${shownTotal(theirs)} in ${origin}`,
      ]
    return mine.values === theirs.values
      ? []
      : [
          `${column} has a value in ${count(mine.values, 'row')} of ${fact} and in ${number(theirs.values)} of ${origin}`,
        ]
  })
}

type ForeignKey = FactClaim['foreignKeys'][number]

function keyLine(
  { column, role, dimension }: ForeignKey,
  counted: FactCounts['foreignKeys'][number] | undefined,
  rows: number,
): string {
  const named = role === null ? column : `${column} (${role})`
  const found = counted?.found
  if (!found) return `${named} is never null; it was not joined: its dimension is not known.`
  const { unknown } = found
  const share =
    unknown === null
      ? ''
      : unknown === 0
        ? ', the unknown member in none'
        : `, the unknown member in ${number(unknown)} of them (${percent(unknown, rows)})`
  return `${named} finds exactly one row of ${nameOf(dimension)} in every row${share}.`
}

function percent(part: number, of: number): string {
  const share = (100 * part) / of
  return share < 0.1 ? 'under 0.1%' : `${share.toLocaleString('en-US', { maximumFractionDigits: 1 })}%`
}

/** `Rows: 6,433 in raw.trips, 6,433 in stg_trips, of which 12 are filtered, 6,421 in fct_trips.` */
function rowLines(claim: FactClaim, counts: FactCounts, fact: string, origin: string): string[] {
  const { rows, meant } = counts.origin
  const [filtered, copies] = [rows - meant, meant - expected(counts)]
  const less = [
    ...(claim.where === null ? [] : [`${number(filtered)} are filtered`]),
    ...(claim.distinct === null
      ? []
      : [
          `${number(copies)} ${claim.latest === null ? 'are copies' : `are not the latest by ${claim.latest}`}`,
        ]),
  ]
  const all = [
    ...counts.levels.map((l) => `${number(l.rows)} in ${l.label}`),
    `${number(rows)} in ${origin}${less.length > 0 ? `, of which ${list(less)}` : ''}`,
    `${number(counts.rows)} in ${fact}`,
  ]
  return [`Rows: ${all.join(', ')}.`]
}

function totalLine(
  claim: FactClaim,
  { measures, levels }: FactCounts,
  i: number,
  fact: string,
  origin: string,
): string[] {
  const { column, additivity } = claim.measures[i] ?? {}
  const { fact: mine, origin: theirs, whole } = measures[i] ?? {}
  if (!mine) return []
  if (!theirs) return [`${column} was not compared: ${origin} alone does not tell it.`]
  const empty = mine.values === 0 ? 'no value' : null
  const said = additivity === 'additive' ? 'Total' : `Sum (to compare; it is ${additivity})`
  if (mine.total === null)
    return [`${column}: ${empty ?? `${count(mine.values, 'value')}`} in ${fact}, as in ${origin}.`]
  const before = levels.filter((l) => {
    const there = l.totals.get(i)
    return there && whole && sameTotal(there, whole)
  })
  const through = list([...before.map((l) => l.label), origin])
  if (whole && sameTotal(whole, theirs))
    return [
      `${said} of ${column}: ${shownTotal(mine)} in ${list([...before.map((l) => l.label), origin, fact])}.`,
    ]
  const all = whole && before.length > 0 ? `; of all rows ${shownTotal(whole)} in ${through}` : ''
  return [`${said} of ${column}: ${shownTotal(mine)} in ${origin} and ${fact}${all}.`]
}

/** What happens before the origin is told, and not judged: staging may leave rows out by design. */
function sourceLines(
  claim: FactClaim,
  { levels, origin: from, measures, why }: FactCounts,
  origin: string,
): string[] {
  const nodes = [
    ...levels,
    {
      label: origin,
      rows: from.rows,
      totals: new Map(measures.map((m, i) => [i, m.whole] as const)),
      changes: null,
    },
  ]
  const lines = nodes.slice(1).flatMap((node, at) => {
    const before = levels[at]
    if (!before) return []
    const less = before.rows - node.rows
    const reason = before.changes ?? 'nothing in its SQL says why'
    const rows =
      less === 0
        ? []
        : [
            `Note: ${node.label} has ${count(Math.abs(less), 'row')} ${less > 0 ? 'less' : 'more'} than ${before.label}: ${reason}.`,
          ]
    const totals = claim.measures.flatMap(({ column }, i) => {
      const [there, here] = [before.totals.get(i), node.totals.get(i)]
      if (!there || !here || there.total === null || here.total === null || sameTotal(there, here)) return []
      return [
        `Note: what becomes ${column} adds up to ${shownTotal(there)} in ${before.label} and to ${shownTotal(here)} in ${node.label}.`,
      ]
    })
    return [...rows, ...totals]
  })
  return why === null ? lines : [...lines, `Note: not followed to a raw table: ${why}.`]
}

/** `dim_zone` of `model.shop.dim_zone`. */
function nameOf(id: string | null): string {
  return id?.split('.').slice(2).join('.') ?? 'its dimension'
}

/** For a reviewer: numbers of rows and totals, no values of rows. */
function dataOf(claim: FactClaim, counts: FactCounts): Record<string, unknown> {
  return {
    rows: counts.rows,
    expected: expected(counts),
    grain: { columns: claim.grain, different: counts.grain },
    key: claim.key === null ? null : { column: claim.key, different: counts.keys },
    nulls: counts.nulls,
    foreign_keys: claim.foreignKeys.map(({ column, role, dimension }, i) => ({
      column,
      role,
      dimension,
      nulls: counts.foreignKeys[i]?.nulls ?? 0,
      ...(counts.foreignKeys[i]?.found ?? {}),
    })),
    origin: counts.origin,
    measures: claim.measures.map(({ column, additivity }, i) => ({
      column,
      additivity,
      ...counts.measures[i],
    })),
    levels: counts.levels.map(({ label, rows, totals }) => ({
      relation: label,
      rows,
      totals: Object.fromEntries([...totals].map(([i, t]) => [claim.measures[i]?.column ?? i, t.total])),
    })),
  }
}
