/** The statements that measure history, each over all rows, and what their answers say. Pure. */
import { count, list } from '../../../../core/text.ts'
import { dialectOf } from '../../../../project/profile/sql.ts'
import {
  asTime,
  BEGINNING,
  OPEN_FROM,
  STEPS,
  type Step,
  timeType,
} from '../../../../refactor/interval-sql.ts'
import type { OriginColumn } from '../../types.ts'

export type Interval = { keys: OriginColumn[]; from: OriginColumn; to: OriginColumn }
export type Start = { keys: OriginColumn[]; from: OriginColumn }

const INTERVAL_COUNTS = [
  'rows',
  'keys',
  'most',
  'noStart',
  'open',
  'inverted',
  'empty',
  'sameStart',
  'meets',
  'meetsDay',
  'meetsSecond',
  'meetsMillisecond',
  'meetsMicrosecond',
  'overlaps',
  'gaps',
  'openBefore',
  'ended',
  'planned',
  'future',
] as const
const START_COUNTS = ['rows', 'keys', 'most', 'repeated', 'times', 'followed', 'last', 'future'] as const

/** `most`: versions of the key that has most; `planned`: of those that ended, the ends that lie ahead. Of rows with a later one of their key: `meets`, `overlaps`, `gaps`, `openBefore`. */
export type IntervalCounts = Record<(typeof INTERVAL_COUNTS)[number], number>
/** `times` the distinct begins; `followed` rows whose key is in the very next of them too, `last` rows of the last one. */
export type StartCounts = Record<(typeof START_COUNTS)[number], number>

export function intervalStatement(
  relation: string,
  { keys, from, to }: Interval,
  { adapter, now }: { adapter: string; now: string },
): string {
  const { quote } = dialectOf(adapter)
  const ks = keys.map((k) => quote(k.name))
  const type = timeType(from)
  const at = (text: string) => `cast('${text}' as ${type})`
  const when = (condition: string) => `count(case when ${condition} then 1 end)`
  const begin = `coalesce(s, ${at(BEGINNING)})`
  const open = `(e is null or e >= ${at(OPEN_FROM)})`
  const later = 'n is not null'
  return [
    `select ${[
      'count(*)',
      when('v = 1'),
      'max(v)',
      when('s is null'),
      when(open),
      when(`e < ${begin}`),
      when(`e = ${begin}`),
      when(`n = ${begin}`),
      when(`${later} and n = e`),
      ...STEPS.map((step) => when(`${later} and not ${open} and n = e + interval '1 ${step}'`)),
      when(`${later} and not ${open} and n < e`),
      when(`${later} and n > e`),
      when(`${later} and ${open}`),
      when(`n is null and not ${open}`),
      when(`n is null and not ${open} and e > ${at(now)}`),
      when(`${begin} > ${at(now)}`),
    ]
      .map((c, i) => `${c} as count_${i}`)
      .join(',\n  ')}`,
    'from (select s, e,',
    `  lead(coalesce(s, ${at(BEGINNING)})) over (partition by ${ks.join(', ')} order by ${begin}, e) as n,`,
    `  row_number() over (partition by ${ks.join(', ')} order by ${begin}, e) as v`,
    `  from (select ${ks.join(', ')}, ${asTime(from, adapter)} as s, cast(${asTime(to, adapter)} as ${type}) as e`,
    `    from ${relation} where ${ks.map((k) => `${k} is not null`).join(' and ')}) as given) as ordered`,
  ].join('\n')
}

export function startStatement(
  relation: string,
  { keys, from }: Start,
  { adapter, now }: { adapter: string; now: string },
): string {
  const { quote } = dialectOf(adapter)
  const ks = keys.map((k) => quote(k.name)).join(', ')
  const when = (condition: string) => `count(case when ${condition} then 1 end)`
  return [
    `select ${[
      'count(*)',
      when('v = 1'),
      'max(v)',
      when('n = s'),
      'max(c)',
      when('nc = c + 1'),
      when('c = most'),
      when(`s > cast('${now}' as ${timeType(from)})`),
    ]
      .map((c, i) => `${c} as count_${i}`)
      .join(',\n  ')}`,
    `from (select s, v, c, n, lead(c) over (partition by ${ks} order by s) as nc, max(c) over () as most`,
    `  from (select ${ks}, s, lead(s) over (partition by ${ks} order by s) as n,`,
    `    row_number() over (partition by ${ks} order by s) as v, dense_rank() over (order by s) as c`,
    `    from (select ${ks}, ${asTime(from, adapter)} as s from ${relation}`,
    `      where ${keys.map((k) => `${quote(k.name)} is not null`).join(' and ')} and ${quote(from.name)} is not null) as given) as ordered) as ranked`,
  ].join('\n')
}

/**
 * How many versions there are when rows that say the same as the row before of their key are joined to it; of copies,
 * as the copy before.
 */
export function changesStatement(
  relation: string,
  { keys, from, by }: Start & { by: 'starts' | 'copies' },
  attributes: OriginColumn[],
  adapter: string,
): string {
  const { quote } = dialectOf(adapter)
  const ks = keys.map((k) => quote(k.name))
  const all = [...ks, ...attributes.map((a) => quote(a.name))].join(', ')
  const at = asTime(from, adapter)
  const place =
    by === 'copies'
      ? `dense_rank() over (order by ${at})`
      : `row_number() over (partition by ${ks.join(', ')} order by ${at})`
  const run = `${place} - row_number() over (partition by ${all} order by ${at})`
  return [
    `select count(*) from (select distinct ${all}, run`,
    `  from (select ${all}, ${run} as run from ${relation}`,
    `    where ${ks.map((k) => `${k} is not null`).join(' and ')}) as runs) as versions`,
  ].join('\n')
}

/** How many rows there are that differ in what is read of them: as many as keys, where no attribute ever changed. */
export function differentStatement(
  relation: string,
  read: OriginColumn[],
  keys: OriginColumn[],
  adapter: string,
): string {
  const { quote } = dialectOf(adapter)
  const all = read.map((c) => quote(c.name)).join(', ')
  const known = keys.map((k) => `${quote(k.name)} is not null`).join(' and ')
  return `select count(*) from (select distinct ${all} from ${relation} where ${known}) as different`
}

export function intervalCounts(numbers: number[]): IntervalCounts {
  return countsOf(INTERVAL_COUNTS, numbers)
}

export function startCounts(numbers: number[]): StartCounts {
  return countsOf(START_COUNTS, numbers)
}

function countsOf<K extends string>(names: readonly K[], numbers: number[]): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, numbers[i] ?? 0])) as Record<K, number>
}

/** The unit by which an end lies before the begin that follows it, where most do; null where most meet. */
export function inclusiveOf(counts: IntervalCounts): Step | null {
  const by = [counts.meetsDay, counts.meetsSecond, counts.meetsMillisecond, counts.meetsMicrosecond]
  const most = Math.max(...by)
  if (most === 0 || most <= counts.meets) return null
  return STEPS[by.indexOf(most)] ?? null
}

/** Ends that the next begin follows at once, as this source writes ends. */
export function meeting(counts: IntervalCounts): number {
  const step = inclusiveOf(counts)
  if (step === null) return counts.meets
  const by = {
    day: counts.meetsDay,
    second: counts.meetsSecond,
    millisecond: counts.meetsMillisecond,
    microsecond: counts.meetsMicrosecond,
  }
  return by[step]
}

/** Ends before the next begin that leave a time without a version. */
export function gapsOf(counts: IntervalCounts): number {
  return counts.gaps - (inclusiveOf(counts) === null ? 0 : meeting(counts))
}

/** What was found wrong or worth knowing in intervals, and what is done about it, in words. */
export function intervalNotes(counts: IntervalCounts, { from, to }: Pick<Interval, 'from' | 'to'>): string[] {
  const { sameStart, overlaps, openBefore, inverted, empty, noStart, ended, planned, future } = counts
  const step = inclusiveOf(counts)
  const gaps = gapsOf(counts)
  const late = overlaps + openBefore
  // An end of the same moment as the begin is a whole day, where ends are inclusive.
  const never = inverted + (step === null ? empty : 0)
  const say = (n: number, text: string) => (n > 0 ? [text] : [])
  return [
    ...say(
      late,
      `Overlaps: ${count(late, 'version')} ${end(late, 'ends', 'end')} after the next of the same key begins${openBefore > 0 ? ` (${openBefore.toLocaleString('en-US')} without an end)` : ''}: the next begin is taken as the end.`,
    ),
    ...say(
      gaps,
      `Gaps: in ${count(gaps, 'place')} a version ends before the next begins. It was deleted for that time, or it is an error: kept as it is, and facts of that time find no version.`,
    ),
    ...say(
      sameStart,
      `${count(sameStart, 'row')} ${end(sameStart, 'begins', 'begin')} when another of the same key does: the one that ends last is kept.`,
    ),
    ...say(
      never,
      `${count(never, 'row')} ${end(never, 'ends', 'end')} when or before ${end(never, 'it begins', 'they begin')}: no moment has them, and they are left out.`,
    ),
    ...say(noStart, `${from.name} is null in ${count(noStart, 'row')}: taken as since ever.`),
    ...say(
      planned,
      `${count(planned, 'key has', 'keys have')} a last version whose ${to.name} lies ahead: is_current tells what has no end, and is false for ${end(planned, 'it', 'them')}; by time ${end(planned, 'it is', 'they are')} found.`,
    ),
    ...say(
      ended - planned,
      `${count(ended - planned, 'key ends', 'keys end')} without a version after it (the last ${to.name} is closed): deleted, so they have no current row.`,
    ),
    ...say(
      future,
      `${count(future, 'version')} ${end(future, 'begins', 'begin')} in the future: is_current is the last one all the same.`,
    ),
  ]
}

function end(n: number, one: string, many: string): string {
  return n === 1 ? one : many
}

/** Why these are intervals of versions, in one clause. */
export function intervalWords(counts: IntervalCounts, { keys, from, to }: Interval): string {
  const step = inclusiveOf(counts)
  const natural = list(keys.map((k) => k.name))
  const many = `${natural} ${keys.length === 1 ? 'repeats' : 'repeat'} (${count(counts.keys, 'value')} in ${count(counts.rows, 'row')}, up to ${count(counts.most, 'version')} each)`
  const boundaries = counts.rows - counts.keys
  const ends =
    boundaries === 0
      ? 'every end is open'
      : `${meeting(counts).toLocaleString('en-US')} of ${count(boundaries, 'end')} ${step === null ? 'are the next begin' : `are one ${step} before the next begin (so the last moment of a version)`}`
  return boundaries === 0
    ? `${from.name} and ${to.name} are its versions: ${natural} has one row each so far, and ${ends}`
    : `${from.name} and ${to.name} are its versions: ${many}, and ${ends}`
}
