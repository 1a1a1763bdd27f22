/** The key of a thing in its own table, found or asked for. */
import { count, list, shellQuote } from '../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { emptyError } from '../measure.ts'
import { bareWords, wordsOf } from '../search/names.ts'
import type { Origin } from '../types.ts'
import { type Composite, compositesOf, ranked } from './composite.ts'
import { type Found, refused } from './found.ts'
import { describing } from './judge.ts'
import {
  candidateKeys,
  countKeys,
  declaredKeys,
  type FoundKey,
  foundKey,
  holds,
  isKeyish,
  type KeyCount,
  keyAmong,
  type Names,
  provenKey,
} from './keys.ts'
import { manyRows, noKeyWords, severalFit } from './no-key.ts'

/** Columns that are asked whether they are a key once copies are gone, those with most values. */
const MOST_FOLDED = 4

type Looked = { origin: Origin; profile: RelationProfile; names: Names; read: string[] }

/** @param named columns that a person said are the key; none: it is found. */
export async function keyOf(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  { named, names }: { named: string[]; names: Names },
): Promise<FoundKey> {
  const { context, adapter, wanted } = found
  const asking = { ...context, adapter }
  const proven = named.length === 0 ? provenKey(profile, names) : null
  if (proven !== null)
    return {
      columns: [proven],
      values: profile.rows,
      without: 0,
      copies: 0,
      because: `${proven} is unique and never null in all ${count(profile.rows, 'row')}`,
      notes: [],
    }
  const declared = declaredKeys(context.graph, origin.id)
  const candidates = named.length > 0 ? [named] : candidateKeys(profile, declared, names)
  if (profile.rows === 0) return byName(origin, candidates)
  const read = describing(profile, []).attributes.map((c) => c.name)
  const counted = await countKeys(asking, origin, read, candidates)
  const sure = named.length > 0 ? counted : counted.filter((k) => k.columns.length === 1 || isIn(declared, k))
  const key = keyAmong(sure, profile.rows)
  if (key) return key
  const own = counted.find((k) => k.columns.length === 1)
  if (named.length === 0) {
    const looked = { origin, profile, names, read }
    const called = await calledSo(found, looked, counted)
    const isCalledSo = own !== undefined && ownNames(profile, names).includes(own.columns[0] ?? '')
    const folded = called ?? (isCalledSo ? null : await foldedKey(found, looked, own === undefined))
    const other = folded ?? (await compositeKey(found, looked, own))
    if (other) return other
  }
  const [first] = counted
  if (first && (named.length > 0 || own))
    throw await manyRows(asking, origin, profile, { key: own ?? first, wanted: wanted.subject })
  return provenTogether(found, origin, profile, names)
}

/** What the profile has proven of several columns, where one set of them alone reads like a key. */
function provenTogether({ wanted }: Found, origin: Origin, profile: RelationProfile, names: Names): FoundKey {
  const several = profile.keys.filter((k) => k.columns.length > 1 && k.proven)
  const likely = several.filter((k) => k.columns.some((c) => isKeyish(c, names.idSuffix)))
  const [one, ...others] = likely.length > 0 ? likely : several
  if (one && others.length === 0 && likely.length === 1)
    return {
      columns: one.columns,
      values: profile.rows,
      without: 0,
      copies: 0,
      because: `${list(one.columns)} together are unique and never null in all ${count(profile.rows, 'row')}`,
      notes: [],
    }
  throw refused(
    origin.label,
    noKeyWords(profile),
    (likely.length > 0 ? likely : several)
      .slice(0, 4)
      .map(
        (k) =>
          `martsmith dimension "${wanted.subject}" --from ${shellQuote(`${origin.label}.${k.columns.join(',')}`)}`,
      )
      .concat(several.length > 0 ? [] : [`Name the column: --from ${origin.label}.<column>`]),
  )
}

/**
 * Where nothing is called like the key: the one column that only wholly equal rows repeat. Of several the one that
 * another table names such things by, or whose values have a form, as identifiers have; so it has to be too where
 * another column is called like a key.
 */
async function foldedKey(found: Found, looked: Looked, isFree: boolean): Promise<FoundKey | null> {
  const { origin, profile, names, read } = looked
  const likely = profile.columns
    .filter((c) => (c.kind === 'text' || c.kind === 'integer') && c.distinct > 1 && read.includes(c.name))
    .filter(
      (c) => c.kind === 'text' || ['identifier', 'code', 'unknown'].includes(c.behaviour?.is ?? 'unknown'),
    )
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, MOST_FOLDED)
  const counted = await countKeys(
    { ...found.context, adapter: found.adapter },
    origin,
    read,
    likely.map((c) => [c.name]),
  )
  const held = counted.filter((k) => holds(k, profile.rows) && k.present > k.values && k.values > 1)
  const [one, ...others] = held
  if (!one) return null
  if (isFree && others.length === 0) return foundKey(one, profile.rows)
  const { idSuffix } = names
  const [first, second] = await ranked(found, origin, profile, held, { anchors: [], idSuffix })
  if (first && first.strength !== second?.strength) return keyOfRank(first, profile.rows)
  const [formed, ...more] = held.filter((k) => likely.some((c) => c.name === k.columns[0] && hasForm(c)))
  if (formed && more.length === 0) return foundKey(formed, profile.rows)
  if (!isFree) return null
  throw severalFit(origin, found.wanted.subject, held, 'each of them alone is a key without the copies')
}

function keyOfRank({ counted, because }: Composite, rows: number): FoundKey {
  const key = foundKey(counted, rows)
  return { ...key, because: `${key.because}: ${because}` }
}

function hasForm({ kind, form, pattern, behaviour }: ColumnProfile): boolean {
  if (kind === 'integer') return behaviour?.is === 'identifier'
  return form === 'uuid' || form === 'hash' || pattern !== null
}

function isIn(keys: string[][], { columns }: KeyCount): boolean {
  return keys.some((k) => k.join() === columns.join())
}

/** Columns that are all called like keys, and are one together: the fewest, and of several the surest. */
async function calledSo(found: Found, looked: Looked, counted: KeyCount[]): Promise<FoundKey | null> {
  const { origin, profile, names } = looked
  const held = counted.filter((k) => holds(k, profile.rows))
  const fewest = Math.min(...held.map((k) => k.columns.length))
  const [one, ...others] = held.filter((k) => k.columns.length === fewest)
  if (!one || others.length === 0) return one ? foundKey(one, profile.rows) : null
  const anchors = anchorsOf(profile, names)
  const all = await ranked(found, origin, profile, [one, ...others], { anchors, idSuffix: names.idSuffix })
  return surest(found, looked, all) ?? foundKey(one, profile.rows)
}

/** The own key is a key within something else: with that it repeats nothing. */
async function compositeKey(
  found: Found,
  looked: Looked,
  own: KeyCount | undefined,
): Promise<FoundKey | null> {
  const { origin, profile, names, read } = looked
  const anchors = own ? own.columns : anchorsOf(profile, names)
  if (anchors.length === 0) return null
  const { idSuffix } = names
  return surest(found, looked, await compositesOf(found, origin, profile, { anchors, read, idSuffix }))
}

/** Null where there is none. @throws MartsmithError `dimension.which` where two are as likely. */
function surest({ wanted }: Found, { origin, profile }: Looked, all: Composite[]): FoundKey | null {
  const [first, second] = all
  if (!first) return null
  if (second && second.strength === first.strength)
    throw severalFit(
      origin,
      wanted.subject,
      all.filter((c) => c.strength === first.strength).map((c) => c.counted),
      'each of these repeats nothing, and they are about as likely',
    )
  return keyOfRank(first, profile.rows)
}

/** What is called like the thing, with an ending or without; else all that is called like a key. */
function anchorsOf(profile: RelationProfile, names: Names): string[] {
  const own = ownNames(profile, names)
  return own.length > 0
    ? own
    : profile.columns.filter((c) => isKeyish(c.name, names.idSuffix)).map((c) => c.name)
}

function ownNames({ columns }: RelationProfile, { table, entity }: Names): string[] {
  const things = [table, entity].map((name) => wordsOf(name).join(' '))
  const isOwn = (name: string) => things.includes(bareWords(name).join(' ')) || /^id$/i.test(name)
  return columns.map((c) => c.name).filter(isOwn)
}

/** Of an empty table nothing can be counted: what is called like a key is taken for one, and it is said. */
function byName(origin: Origin, [first]: string[][]): FoundKey {
  if (!first) throw emptyError(origin)
  const words = list(first)
  return {
    columns: first,
    values: 0,
    without: 0,
    copies: 0,
    because: `${words} ${first.length === 1 ? 'is' : 'are'} called like the key of its rows, of which there are none`,
    notes: [
      `${origin.label} has no rows, so nothing is proven of it: that ${words} ${first.length === 1 ? 'is' : 'are'} the key, and that the rest describes it, is told by names and types alone. The tests tell when rows come.`,
    ],
  }
}
