/** Whether an origin keeps history, by its data: asked tier by tier, the likeliest columns first. Reads only. */
import { warehouseError } from '../../../../adapters/dbt/explain.ts'
import { MartsmithError } from '../../../../core/errors.ts'
import { list } from '../../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../../project/profile/types.ts'
import type { RefactorContext } from '../../../../refactor/types.ts'
import type { Origin } from '../../types.ts'
import { areCopies, areIntervals, areStarts } from './judge.ts'
import {
  type Interval,
  type IntervalCounts,
  inclusiveOf,
  intervalCounts,
  intervalStatement,
  meeting,
  type Start,
  type StartCounts,
  startCounts,
  startStatement,
} from './measure.ts'
import {
  byLikelihood,
  isTime,
  keyTiers,
  namedAsHistory,
  namedPair,
  namedValidity,
  tellsOfCurrent,
  thingOf,
} from './names.ts'
import type { Intervals } from './types.ts'

export type Asking = Pick<RefactorContext, 'dbt' | 'now'> & { adapter: string }

export type FoundHistory =
  | {
      by: 'intervals'
      keys: ColumnProfile[]
      from: ColumnProfile
      to: ColumnProfile
      counts: IntervalCounts
      inclusive: Intervals['inclusive']
    }
  | { by: 'starts' | 'copies'; keys: ColumnProfile[]; from: ColumnProfile; counts: StartCounts }

/** So many columns of a tier, and so many times, are tried. */
const MOST_KEYS = 4
const MOST_TIMES = 5
const DAY = 86_400_000

type Looking = {
  asking: Asking
  origin: Origin
  profile: RelationProfile
  times: ColumnProfile[]
}

/**
 * @param thing the words of what the dimension is for, `key` the columns that were named for its key.
 * @throws MartsmithError `dimension.which-key` where two columns could be the natural key.
 */
export async function historyOf(
  asking: Asking,
  origin: Origin,
  profile: RelationProfile,
  { thing, key, idSuffix }: { thing: string[]; key: string[] | null; idSuffix: string },
): Promise<FoundHistory | null> {
  const times = profile.columns.filter(isTime)
  if (times.length === 0 || profile.rows === 0) return null
  const looking = { asking, origin, profile, times }
  const names = {
    things: [thingOf(origin.label), thing],
    idSuffix,
    isHistory: namedAsHistory(origin.label),
  }
  const named = profile.columns.filter((c) => key?.includes(c.name))
  const [own = [], ...others] =
    key === null ? keyTiers(profile, names).map((tier) => tier.map((c) => [c])) : [[named]]
  const together = key === null ? composites(profile, times) : []
  // Intervals that follow each other tell more than begins that are not repeated.
  for (const tier of [own, together, key === null ? pairs(profile, names) : [], ...others]) {
    const found = await intervalsIn(looking, tier)
    if (found) return found
  }
  for (const tier of [own, together, ...others]) {
    const found = await startsIn(looking, tier)
    if (found) return found
  }
  return null
}

/** A key of several columns with a time among them: the others repeat from time to time. */
function composites(profile: RelationProfile, times: ColumnProfile[]): ColumnProfile[][] {
  const isTimeName = (name: string) => times.some((t) => t.name === name)
  return profile.keys.flatMap(({ columns }) => {
    const others = columns.filter((c) => !isTimeName(c))
    if (columns.length < 3 || others.length !== columns.length - 1) return []
    return [profile.columns.filter((c) => others.includes(c.name))]
  })
}

/** What is called like the key of the thing, with another column: contracts are numbered in each tenant anew. */
function pairs(
  profile: RelationProfile,
  { things, idSuffix }: { things: string[][]; idSuffix: string },
): ColumnProfile[][] {
  const [[own] = []] = keyTiers(profile, { things, idSuffix, isHistory: false })
  if (!own || own.distinct === profile.rows) return []
  const others = profile.columns.filter(
    (c) =>
      c !== own &&
      (c.kind === 'text' || c.kind === 'integer') &&
      c.nulls === 0 &&
      c.distinct > 1 &&
      !isTime(c) &&
      !tellsOfCurrent(c),
  )
  return others.map((c) => profile.columns.filter((column) => column === c || column === own))
}

async function intervalsIn(
  { asking, origin, times }: Looking,
  tier: ColumnProfile[][],
): Promise<FoundHistory | null> {
  if (tier.length === 0) return null
  const named = namedPair(times)
  const some = times.slice(0, MOST_TIMES)
  const pairs = named
    ? [named]
    : some.flatMap((from) =>
        some.filter((to) => to !== from && to.nulls >= from.nulls).map((to) => ({ from, to })),
      )
  const asked: Interval[] = tier
    .slice(0, MOST_KEYS)
    .flatMap((keys) => pairs.map((pair) => ({ keys, ...pair })))
  const counts = await numbersOf(
    asking,
    asked.map((i) => intervalStatement(origin.relation, i, on(asking))),
  )
  const held = asked.flatMap((interval, i) => {
    const numbers = counts[i]
    if (!numbers) return []
    const c = intervalCounts(numbers)
    const isValidity = named !== null && namedValidity(named.from) && namedValidity(named.to)
    return areIntervals(c, named !== null, isValidity) ? [{ interval, counts: c }] : []
  })
  // The key of the thing is the one whose intervals follow each other; those of an attribute do by chance.
  const share = (c: IntervalCounts) => (c.rows === c.keys ? 0 : meeting(c) / (c.rows - c.keys))
  const best = held.toSorted((a, b) => share(b.counts) - share(a.counts))
  const [first] = best
  if (!first) return null
  assertOne(
    origin,
    best.filter((b) => share(b.counts) === share(first.counts)).map((b) => b.interval.keys),
  )
  const { keys, from, to } = first.interval
  const columns = { keys: keys as ColumnProfile[], from: from as ColumnProfile, to: to as ColumnProfile }
  return { by: 'intervals', ...columns, counts: first.counts, inclusive: inclusiveOf(first.counts) }
}

async function startsIn(
  { asking, origin, times }: Looking,
  tier: ColumnProfile[][],
): Promise<FoundHistory | null> {
  if (tier.length === 0) return null
  const likely = byLikelihood(times.filter((t) => t.nulls === 0)).slice(0, MOST_TIMES)
  const asked: Start[] = likely.flatMap((from) => tier.slice(0, MOST_KEYS).map((keys) => ({ keys, from })))
  const counts = await numbersOf(
    asking,
    asked.map((s) => startStatement(origin.relation, s, on(asking))),
  )
  const held = asked.flatMap((start, i) => {
    const numbers = counts[i]
    const c = numbers ? startCounts(numbers) : null
    return c && areStarts(c) ? [{ start, counts: c }] : []
  })
  const [first] = held
  if (!first) return null
  const { from } = first.start
  assertOne(
    origin,
    held.filter((h) => h.start.from === from).map((h) => h.start.keys),
  )
  return {
    by: areCopies(first.counts) ? 'copies' : 'starts',
    keys: first.start.keys as ColumnProfile[],
    from: from as ColumnProfile,
    counts: first.counts,
  }
}

/** `now` is the end of the day: what began today, in whatever time zone, is not in the future. */
export function on({ adapter, now }: Asking): { adapter: string; now: string } {
  return { adapter, now: new Date(now().getTime() + DAY).toISOString().slice(0, 10) }
}

/** null where a statement was refused: text that is no time after all, an adapter that writes intervals otherwise. */
async function numbersOf({ dbt }: Asking, statements: string[]): Promise<(number[] | null)[]> {
  if (statements.length === 0) return []
  const answers = await dbt.query(statements, 1)
  return answers.map((a) => ('rows' in a ? (a.rows[0] ?? []).map(Number) : null))
}

/** @throws MartsmithError where the warehouse does not answer. */
export async function oneNumber({ dbt }: Asking, statement: string): Promise<number> {
  const [answer] = await dbt.query([statement], 1)
  if (!answer || 'error' in answer) throw warehouseError(answer?.error ?? 'no answer')
  return Number(answer.rows[0]?.[0] ?? 0)
}

function assertOne(origin: Origin, keys: { name: string }[][]): void {
  if (keys.length < 2) return
  const names = keys.map((k) => list(k.map((c) => c.name)))
  throw new MartsmithError({
    code: 'dimension.which-key',
    message: `${origin.label} keeps history, and ${list(names)} could each be its natural key. Nothing was run.`,
    mend: keys.flatMap((k) =>
      k.length === 1 ? [`--from ${origin.label}.${k[0]?.name}   names the natural key`] : [],
    ),
    exitCode: 3,
  })
}
