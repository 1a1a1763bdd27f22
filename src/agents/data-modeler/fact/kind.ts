/** What kind of fact the events make: transactions, snapshots of levels, the steps of a thing, or events without amounts. */
import { count, list } from '../../../core/text.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { castSql } from '../casts/casts.ts'
import type { Kind } from './additivity.ts'
import type { Cased } from './columns.ts'
import type { Grain } from './grain.ts'
import { columnOf, type Lab, type Side } from './lab.ts'
import { isCalled } from './names.ts'

/** Combinations of things and dates that have a row. */
const DENSE = 0.5
/** Milestones that stand in their order, of rows that have both. */
const IN_ORDER = 0.9

export type Kinds = { kind: Kind; because: string[]; rejected: string[]; order: string[] }

export async function kindOf(
  lab: Lab,
  side: Side,
  grain: Grain,
  times: Cased[],
  numbers: Cased[],
): Promise<Kinds> {
  const order = await inOrder(lab, side, times)
  const snapshot = numbers.length === 0 ? null : await snapshotWords(lab, side, grain, numbers)
  if (snapshot)
    return {
      kind: 'periodic snapshot',
      because: [snapshot],
      rejected: ['a transaction fact: levels are no events'],
      order,
    }
  const steps = accumulating(side, grain, times, order)
  if (steps)
    return {
      kind: 'accumulating snapshot',
      because: [steps],
      rejected: ['a transaction fact: rows go on changing as later steps happen'],
      order,
    }
  if (numbers.length === 0)
    return {
      kind: 'factless',
      because: ['a factless fact: no column is measured, so that events are counted'],
      rejected: [],
      order,
    }
  return {
    kind: 'transaction',
    because: ['a transaction fact: each row is an event of its own, and is measured when it happens'],
    rejected: [
      'a periodic snapshot: no thing has a row for each date',
      ...(times.length > 1 ? ['an accumulating snapshot: no later time is left open'] : []),
    ],
    order,
  }
}

/** One row for each thing and date: nearly all of them are there, or what is measured hardly moves. */
async function snapshotWords(lab: Lab, side: Side, grain: Grain, numbers: Cased[]): Promise<string | null> {
  const { profile } = side
  const key = grain.columns.flatMap((c) => columnOf(side, c.name) ?? [])
  const dates = key.filter(isPeriod)
  const found =
    dates.length === 1 && key.length > 1
      ? { date: dates[0], things: key.filter((c) => c !== dates[0]) }
      : impliedKey(side)
  if (!found?.date || found.things.length === 0) return null
  const columns = found.things.map((c) => lab.dialect.quote(c.name)).join(', ')
  const [things] =
    (await lab.numbers(
      `select count(*) from (select distinct ${columns} from ${profile.relation}) as things`,
    )) ?? []
  if (things === undefined) return null
  const dense = profile.rows / Math.max(1, things * found.date.distinct)
  const levels = numbers.filter(
    (n) => n.column.behaviour?.is === 'balance' || isCalled('LEVEL', n.column.name),
  )
  const steady = levels.filter((n) => n.column.behaviour?.is === 'balance').length > 0
  if (found.date.distinct < 2 || (dense < DENSE && !(steady && dense > 0.1))) return null
  if (levels.length === 0 && found.things.length > 1 && dense < 0.9) return null
  const unit = found.date.grain?.unit ?? 'day'
  const names = list(found.things.map((c) => c.name))
  const amounts =
    levels.length > 0
      ? `; ${list(levels.map((n) => n.column.name))} ${levels.length === 1 ? 'is a level' : 'are levels'}`
      : ''
  return `a periodic snapshot: one row for each ${names} and ${unit} (${found.date.name}), in ${Math.min(100, Math.round(dense * 100))}% of all combinations${amounts}`
}

/** A table of snapshots may have a key of its own beside. */
function impliedKey({ profile }: Side): { date: ColumnProfile | undefined; things: ColumnProfile[] } | null {
  const found = profile.keys.find(
    (k) =>
      k.proven &&
      k.columns.length > 1 &&
      k.columns.filter((n) => profile.columns.some((c) => c.name === n && isPeriod(c))).length === 1,
  )
  if (!found) return null
  const columns = found.columns.flatMap((n) => profile.columns.find((c) => c.name === n) ?? [])
  return { date: columns.find(isPeriod), things: columns.filter((c) => !isPeriod(c)) }
}

function isPeriod(c: ColumnProfile): boolean {
  const unit = c.grain?.unit
  return (
    (c.kind === 'date' && c.distinct > 1) ||
    (c.kind === 'timestamp' && (unit === 'day' || unit === 'month' || unit === 'year'))
  )
}

/** The first time is always there; later ones are open in part, and come after it. */
function accumulating(side: Side, grain: Grain, times: Cased[], order: string[]): string | null {
  const { rows } = side.profile
  if (grain.columns.length !== 1 || times.length < 2 || rows < 5) return null
  const steps = order.flatMap((n) => times.find((t) => t.column.name === n) ?? [])
  const [first, ...later] = steps
  const open = later.filter((t) => t.column.nulls > 0 && t.column.nulls < rows && !isEnd(t.column.name))
  if (!first || first.column.nulls > 0 || open.length === 0) return null
  return `an accumulating snapshot: one row for each ${grain.columns[0]?.name}, whose steps happen one after the other (${list(steps.map((t) => t.column.name))}); ${list(open.map((t) => `${t.column.name} is open in ${count(t.column.nulls, 'row')}`))}`
}

/** What happens to a few, and is no step of all. */
function isEnd(name: string): boolean {
  return /cancel|refund|return|reject|fail|void|delet|due|expir|storn/i.test(name)
}

/** Times in the order in which they happen: by comparing each two over all rows. */
async function inOrder(lab: Lab, side: Side, times: Cased[]): Promise<string[]> {
  const names = times.map((t) => t.column.name)
  if (times.length < 2) return names
  const sql = ({ column, cast }: Cased) => {
    const c = lab.dialect.quote(column.name)
    return `cast(${cast ? castSql(cast, c) : c} as timestamp)`
  }
  const pairs = times.flatMap((a, i) => times.slice(i + 1).map((b) => [a, b] as const))
  const counts = pairs.flatMap(([a, b]) => [
    `count(case when ${sql(a)} < ${sql(b)} then 1 end)`,
    `count(case when ${sql(a)} > ${sql(b)} then 1 end)`,
  ])
  const answer = (await lab.numbers(`select ${counts.join(', ')} from ${side.profile.relation}`)) ?? []
  const before = new Map(names.map((n) => [n, 0]))
  const add = (name: string) => before.set(name, (before.get(name) ?? 0) + 1)
  for (const [i, [a, b]] of pairs.entries()) {
    const [less = 0, more = 0] = answer.slice(i * 2, i * 2 + 2)
    if (less + more === 0) continue
    if (less / (less + more) >= IN_ORDER) add(b.column.name)
    else if (more / (less + more) >= IN_ORDER) add(a.column.name)
  }
  const nulls = (name: string) => columnOf(side, name)?.nulls ?? 0
  return [...names].sort((a, b) => (before.get(a) ?? 0) - (before.get(b) ?? 0) || nulls(a) - nulls(b))
}
