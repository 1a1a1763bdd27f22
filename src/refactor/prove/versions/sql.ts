/** The statements of the claim on versions: over what was built, and over what it was built from. */
import { dialectOf, literal } from '../../../project/profile/sql.ts'
import { asTime, BEGINNING, NO_END, OPEN_FROM, timeType } from '../../interval-sql.ts'
import type { Claim } from '../../types.ts'

export type VersionsClaim = Extract<Claim, { kind: 'versions' }>
export type Relations = { dimension: string; origin: string; adapter: string }

export const SHAPE = [
  'rows',
  'keys',
  'nulls',
  'naturals',
  'backwards',
  'overlaps',
  'gaps',
  'lateStarts',
  'flags',
  'current',
  'twice',
  'unknowns',
] as const
export type Shape = Record<(typeof SHAPE)[number], number>

export const SOURCE = ['rows', 'keys', 'together', 'gaps', 'ended'] as const
export type Source = Record<(typeof SOURCE)[number], number>

export const FOUND = ['instants', 'found', 'pairs', 'other'] as const
export type Found = Record<(typeof FOUND)[number], number>

const when = (condition: string) => `count(case when ${condition} then 1 end)`
const numbered = (counts: string[]) => counts.map((c, i) => `${c} as count_${i}`).join(',\n  ')

/** Of the dimension: SHAPE, then nulls of each attribute. */
export function shapeStatement(claim: VersionsClaim, { dimension, adapter }: Relations): string {
  const { quote } = dialectOf(adapter)
  const at = timeIn(claim)
  const [key, from, to, current] = [claim.key, claim.from, claim.to, claim.current].map(quote)
  const naturals = claim.natural.map((n) => quote(n.column)).join(', ')
  const unknown = claim.natural.map((n) => `${quote(n.column)} = ${literal(n.unknown)}`).join(' and ')
  const isAlways = `${from} = ${at(BEGINNING)} and ${to} = ${at(NO_END)} and ${current}`
  return [
    `select ${numbered([
      'count(*)',
      `count(distinct ${key})`,
      when(`${key} is null`),
      when('v = 1'),
      when(`${from} is null or ${to} is null or ${from} >= ${to}`),
      when(`next_from < ${to}`),
      when(`next_from > ${to}`),
      when(`v = 1 and ${from} <> ${at(BEGINNING)}`),
      when(`${current} is null or ${current} <> (${to} = ${at(NO_END)})`),
      when(current ?? ''),
      when(`${current} and v_current > 1`),
      when(`${unknown} and ${isAlways}`),
      ...claim.attributes.map((a) => when(`${quote(a.column)} is null`)),
    ])}`,
    `from (select d.*, lead(${from}) over (partition by ${naturals} order by ${from}, ${to}) as next_from,`,
    `  row_number() over (partition by ${naturals} order by ${from}, ${to}) as v,`,
    `  row_number() over (partition by ${naturals}, ${current} order by ${from}, ${to}) as v_current`,
    `  from ${dimension} as d) as versions`,
  ].join('\n')
}

/** Of the origin, reckoned apart from the SQL of the model: SOURCE. */
export function sourceStatement(claim: VersionsClaim, relations: Relations): string {
  const keys = claim.natural.map((_, i) => `k${i}`).join(', ')
  const at = timeIn(claim)
  const { by } = claim.history
  const next = `lead(s) over (partition by ${keys} order by s)`
  const isGap = { intervals: 'n > e', starts: 'false', copies: 'nc > c + 1' }[by]
  const isEnded = {
    intervals: `n is null and e < ${at(NO_END)}`,
    starts: 'false',
    copies: 'n is null and c < last_copy',
  }[by]
  return [
    `select ${numbered(['sum(together)', when('v = 1'), 'sum(together) - count(*)', when(isGap), when(isEnded)])}`,
    'from (select *, max(c) over () as last_copy from (',
    `  select *, ${next} as n, lead(c) over (partition by ${keys} order by s) as nc, row_number() over (partition by ${keys} order by s) as v`,
    `  from (select ${keys}, s, max(e) as e, count(*) as together, dense_rank() over (order by s) as c`,
    `    from (${versionsIn(claim, relations)}) as given group by ${keys}, s) as starts) as ordered) as versions`,
  ].join('\n')
}

/** Each version of the origin, at its own begin, in the dimension: FOUND. `other`: found with other values. */
export function foundStatement(claim: VersionsClaim, relations: Relations): string {
  const { quote } = dialectOf(relations.adapter)
  const same = claim.natural.map((n, i) => `d.${quote(n.column)} = o.k${i}`)
  const differs = claim.attributes.map((a, i) => `d.${quote(a.column)} is distinct from o.a${i}`)
  const during = `o.s >= d.${quote(claim.from)} and o.s < d.${quote(claim.to)}`
  const key = `d.${quote(claim.key)}`
  return [
    `select ${numbered([
      'count(distinct o.i)',
      `count(distinct case when ${key} is not null then o.i end)`,
      `count(${key})`,
      differs.length > 0 ? when(`${key} is not null and (${differs.join(' or ')})`) : '0',
    ])}`,
    `from (select given.*, row_number() over (order by s) as i from (${versionsIn(claim, relations)}) as given) as o`,
    `left join ${relations.dimension} as d on ${[...same, during].join(' and ')}`,
  ].join('\n')
}

/** Rows of the origin that are versions: keys `k0`, attributes `a0`, begin `s`, end `e`. */
function versionsIn(claim: VersionsClaim, { origin, adapter }: Relations): string {
  const { quote } = dialectOf(adapter)
  const { by, begin, end, step, deleted } = claim.history
  const at = timeIn(claim)
  const value = ({ from, asText }: { from: string; asText: boolean }) =>
    asText ? `cast(${quote(from)} as varchar)` : quote(from)
  const keys = claim.natural.map((n, i) => `${value(n)} as k${i}`)
  const attributes = claim.attributes.map(
    (a, i) => `${a.isText ? `coalesce(${value(a)}, 'Unknown')` : value(a)} as a${i}`,
  )
  const start =
    by === 'intervals' ? `coalesce(${asTime(begin, adapter)}, ${at(BEGINNING)})` : asTime(begin, adapter)
  const stop = end === null ? null : asTime(end, adapter)
  const closed =
    stop === null
      ? at(NO_END)
      : `case when ${stop} is null or ${stop} >= ${at(OPEN_FROM)} then ${at(NO_END)} else ${stop}${step === null ? '' : ` + interval '1 ${step}'`} end`
  const wanted = [
    ...claim.natural.map((n) => `${quote(n.from)} is not null`),
    ...(by === 'intervals' ? [] : [`${quote(begin.name)} is not null`]),
    ...(deleted === null ? [] : [`coalesce(lower(cast(${quote(deleted)} as varchar)), 'false') <> 'true'`]),
  ]
  return (
    `select * from (select ${[...keys, ...attributes].join(', ')}, ${start} as s, ${closed} as e` +
    ` from ${origin} where ${wanted.join(' and ')}) as rows_of where e > s`
  )
}

function timeIn(claim: VersionsClaim): (day: string) => string {
  const type = timeType(claim.history.begin)
  return (day) => `cast('${day}' as ${type})`
}
