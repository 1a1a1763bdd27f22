/**
 * A key of several columns, where the one that is called like the key repeats: a ward code within its site, a subject
 * within its school year. That the columns repeat nothing is counted over all rows; that they are meant is read from
 * other tables that hold them together, from their names and places, and from how unlikely it is by chance.
 */
import { count, list } from '../../../core/text.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { isDatePart, isUpdate } from '../fact/names.ts'
import { type Asking, oneRow } from '../measure.ts'
import { originsOf } from '../search/origins.ts'
import type { Origin } from '../types.ts'
import type { Found } from './found.ts'
import { isLoaded } from './judge.ts'
import { countKeys, holds, isKeyish, type KeyCount } from './keys.ts'

/** Each is counted with the others: of more the first are taken, for keys stand at the beginning of a table. */
const MOST_PARTNERS = 8
const MOST_ANCHORS = 3
/** A part of a key is in several rows on the average, or it would nearly be a key alone. */
const LEAST_REPEATED = 1.5
/** So unlikely that the same values, put together at random, repeat nothing. */
const BY_CHANCE = 0.05
/** Rows of another table whose values find no row here: more, and it means something else. */
const MOST_ORPHANS = 0.05

export type Composite = {
  counted: KeyCount
  /** What tells that it is meant: the greater the surer; 0 where nothing does. */
  strength: number
  /** In words that follow the columns; empty where nothing tells. */
  because: string
}

type Reading = { anchors: string[]; read: string[]; idSuffix: string }

/** Those that repeat nothing and read like the thing's key, the surest first. `anchors`: columns called like it. */
export async function compositesOf(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  reading: Reading,
): Promise<Composite[]> {
  const asking = { ...found.context, adapter: found.adapter }
  const pairs = reading.anchors.slice(0, MOST_ANCHORS).flatMap((anchor) => {
    return partnersOf(profile, anchor).map((c) => inOrder(profile, [c.name, anchor]))
  })
  const two = await holding(asking, origin, profile, { keys: pairs, read: reading.read })
  const triples = reading.anchors.slice(0, 1).flatMap((anchor) => {
    const partners = partnersOf(profile, anchor).map((c) => c.name)
    return partners.flatMap((a, i) => partners.slice(i + 1).map((b) => inOrder(profile, [a, b, anchor])))
  })
  const counted =
    two.length > 0 ? two : await holding(asking, origin, profile, { keys: triples, read: reading.read })
  return ranked(found, origin, profile, counted, reading)
}

/** Of columns that are a key together, those that read like one, the surest first, each thing once. */
export async function ranked(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  counted: KeyCount[],
  { anchors, idSuffix }: Pick<Reading, 'anchors' | 'idSuffix'>,
): Promise<Composite[]> {
  if (counted.length === 0) return []
  const asking = { ...found.context, adapter: found.adapter }
  const others = await originsOf(found.context)
  const judged = await Promise.all(
    counted.map(async (k): Promise<Composite> => {
      const shared = await sharedWith(asking, origin, k.columns, others)
      return { counted: k, ...evidence(profile, k, { anchors, shared, idSuffix }) }
    }),
  )
  const sure = judged.filter((c) => c.strength > 0).sort((a, b) => b.strength - a.strength)
  return sure.length < 2 ? sure : withoutTwins(asking, origin, sure)
}

/** What may be part of a key by what was measured: a text or a code that many rows share, and no amount. */
function partnersOf({ columns, rows }: RelationProfile, anchor: string): ColumnProfile[] {
  const repeats = (c: ColumnProfile) => rows >= c.distinct * LEAST_REPEATED
  const key = columns.find((c) => c.name === anchor)
  if (!key || key.nulls > 0 || !repeats(key)) return []
  return columns
    .filter(
      (c) =>
        c.name !== anchor &&
        (c.kind === 'text' || c.kind === 'integer') &&
        c.nulls === 0 &&
        c.distinct > 1 &&
        repeats(c) &&
        !isLoaded(c.name) &&
        !isUpdate(c.name) &&
        !['additive', 'ratio', 'balance'].includes(c.behaviour?.is ?? ''),
    )
    .slice(0, MOST_PARTNERS)
}

function inOrder({ columns }: RelationProfile, names: string[]): string[] {
  return columns.map((c) => c.name).filter((name) => names.includes(name))
}

async function holding(
  asking: Asking,
  origin: Origin,
  { rows }: RelationProfile,
  { keys, read }: { keys: string[][]; read: string[] },
): Promise<KeyCount[]> {
  const once = [...new Map(keys.map((k) => [k.join('\0'), k])).values()]
  return (await countKeys(asking, origin, read, once)).filter((k) => holds(k, rows))
}

function evidence(
  profile: RelationProfile,
  { columns, values }: KeyCount,
  { anchors, shared, idSuffix }: { anchors: string[]; shared: string | null; idSuffix: string },
): Pick<Composite, 'strength' | 'because'> {
  const parts = columns.flatMap((name) => profile.columns.find((c) => c.name === name) ?? [])
  const others = parts.filter((c) => !anchors.includes(c.name))
  const isCalledSo = others.every((c) => isKeyish(c.name, idSuffix) || isDatePart(c.name))
  const own = profile.columns.filter((c) => !isLoaded(c.name)).map((c) => c.name)
  // What a code is a code within stands before it.
  const leads =
    anchors.includes(columns.at(-1) ?? '') && columns.every((name) => own.indexOf(name) < columns.length)
  const possible = parts.reduce((product, c) => product * c.distinct, 1)
  const isChance = chanceOf(values, possible) > BY_CHANCE
  if (shared === null && (isChance || !(isCalledSo || leads))) return { strength: 0, because: '' }
  const why = [
    ...(shared === null
      ? []
      : [`${shared} ${columns.length === 1 ? 'names such things by it' : 'holds them together'}`]),
    ...(isCalledSo
      ? [columns.length === 1 ? 'it is called like a key' : 'they are called like the parts of a key']
      : leads
        ? ['the table begins with them']
        : []),
    ...(isChance || columns.length === 1
      ? []
      : [`${count(values, 'row')} of ${possible.toLocaleString('en-US')} possible pairs repeat none`]),
  ]
  return {
    strength: (shared === null ? 0 : 4) + (isCalledSo ? 2 : 0) + (leads ? 1 : 0),
    because: list(why),
  }
}

/** That so many draws from so many combinations are all different. */
export function chanceOf(rows: number, combinations: number): number {
  if (rows > combinations) return 0
  // Below a millionth it says no more.
  let chance = 1
  for (let i = 0; i < rows && chance > 1e-6; i += 1) chance *= 1 - i / combinations
  return chance
}

/** Another relation whose rows name their thing by all of these columns, and find it here; its label. */
async function sharedWith(
  asking: Asking,
  origin: Origin,
  columns: string[],
  others: Origin[],
): Promise<string | null> {
  const { quote } = dialectOf(asking.adapter)
  const low = (name: string) => name.toLowerCase()
  for (const other of others) {
    if (other.id === origin.id || !other.stands) continue
    const names = columns.flatMap((c) => other.columns.find((o) => low(o.name) === low(c))?.name ?? [])
    if (names.length < columns.length) continue
    const has = names.map((n) => `o.${quote(n)} is not null`).join(' and ')
    const same = columns.map((c, i) => `t.${quote(c)} = o.${quote(names[i] ?? c)}`).join(' and ')
    const [rows = 0, orphans = 0] = await oneRow(
      asking,
      `select count(*), count(case when not exists (select 1 from ${origin.relation} as t where ${same}) then 1 end) from ${other.relation} as o where ${has}`,
    ).catch(() => [0, 0])
    if (rows > 0 && orphans <= rows * MOST_ORPHANS) return other.label
  }
  return null
}

/** A code and its name are one part of a key: of keys that differ in nothing else the surer, or the first, is kept. */
async function withoutTwins(asking: Asking, origin: Origin, sure: Composite[]): Promise<Composite[]> {
  const { quote } = dialectOf(asking.adapter)
  const kept: Composite[] = []
  for (const one of sure) {
    let isTwin = false
    for (const { counted } of kept) {
      const [a, ...moreA] = one.counted.columns.filter((c) => !counted.columns.includes(c))
      const [b, ...moreB] = counted.columns.filter((c) => !one.counted.columns.includes(c))
      if (a === undefined || b === undefined || moreA.length + moreB.length > 0) continue
      const distinct = (names: string[]) =>
        `(select count(*) from (select distinct ${names.map(quote).join(', ')} from ${origin.relation}) as t)`
      const [both, own, its] = await oneRow(
        asking,
        `select ${distinct([a, b])}, ${distinct([a])}, ${distinct([b])}`,
      )
      isTwin ||= both === own && both === its
    }
    if (!isTwin) kept.push(one)
  }
  return kept
}
