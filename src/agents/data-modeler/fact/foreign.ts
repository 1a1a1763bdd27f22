/** Which columns are keys of other things: of the hits of each column the one that means it. */
import { determines } from '../../../project/profile/candidates.ts'
import type { Measured } from '../../../project/profile/inclusion.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { eventsWords } from '../dimension/judge.ts'
import { entityOfTable } from '../search/find.ts'
import { bareWords, nameScore, wordsOf } from '../search/names.ts'
import type { Origin } from '../types.ts'
import type { Side } from './lab.ts'
import { deletedBy, isBeginning, isKeyName, isLoading, isUpdate, rawWords } from './names.ts'
import type { Hit } from './reach.ts'
import type { Dimension } from './standing.ts'

/** What leads to one row of a thing: a column, or several that are its key together. */
export type Foreign = {
  parts: { column: ColumnProfile; key: string }[]
  /** Words before the names of several: `home` of `home_house` and `home_hall_code`. */
  role: string[]
  of: Measured
  /** Events that have it, and those of them that find nothing. */
  rows: number
  orphans: number
  dimension: Dimension | null
  table: Side | null
}

/** One column, with what it was found by. */
type Found = { column: ColumnProfile; hit: Hit; dimension: Dimension | null; table: Side | null }

/** What stands around the events, measured. */
export type Around = { dimensions: Dimension[]; tables: Side[]; unseen: string[]; origins: Origin[] }

/** Fewer values are in many a key by chance. */
const TELLING_VALUES = 3

/** @param not columns that name the row itself. */
export function foreignKeys(
  side: Side,
  hits: Hit[],
  { dimensions, tables }: Around,
  { not, idSuffix }: { not: ReadonlySet<string>; idSuffix: string },
): Foreign[] {
  const found = side.profile.columns.flatMap((column): Found[] => {
    if (not.has(column.name) || isLoading(column.name) || column.kind === 'date') return []
    const own = hits.filter((h) => h.column === column.name && means(h, column, idSuffix))
    const standing = own.flatMap((hit) => {
      const dimension = dimensions.find((d) => d.measured === hit.of)
      const isFound = dimension && hit.key !== dimension.day?.name && findsRow(column, hit, dimension)
      return isFound ? [{ column, hit, dimension, table: null }] : []
    })
    const things = own.flatMap((hit) => {
      const table = tables.find((t) => t.name === hit.of.name)
      const isKey = table && (isKeyName(hit.key, idSuffix) || singles(table).length === 1)
      return isKey && !isEvents(table, hit.key, idSuffix) ? [{ column, hit, dimension: null, table }] : []
    })
    const best = [...standing, ...things].sort(
      (a, b) =>
        fitness(b, idSuffix) - fitness(a, idSuffix) ||
        Number(b.dimension !== null) - Number(a.dimension !== null),
    )
    const [first, second] = best
    if (!first) return []
    // Whole numbers are in each other by chance: where no name fits, one table alone may have things.
    const isGuess = fitness(first, idSuffix) < NAMED && column.kind === 'integer'
    return isGuess && second && fitness(second, idSuffix) === fitness(first, idSuffix) ? [] : [first]
  })
  return found
    .filter((f) => !found.some((other) => isNameOf(side, f, other, idSuffix)))
    .map(({ column, hit, dimension, table }) => ({
      parts: [{ column, key: hit.key }],
      role: [],
      of: hit.of,
      rows: hit.rows,
      orphans: hit.orphans,
      dimension,
      table,
    }))
}

/**
 * A row of a dimension is found by a key of it. What describes it may repeat nothing too, as addresses do: it finds a
 * row only for a column that is called like the thing, as a fact that has the names of countries alone.
 */
function findsRow({ name }: ColumnProfile, hit: Hit, { naturals }: Dimension): boolean {
  if (naturals === null || naturals.includes(hit.key)) return true
  const thing = wordsOf(entityOfTable({ label: hit.of.name.replace(/^(dim|d)_+(?=.)/i, '') }))
  const words = bareWords(name).filter((w) => w !== 'name')
  return nameScore(words.slice(-thing.length), thing) >= 0.6
}

/** A code and its name lead to the same row: the name is an attribute of that. */
function isNameOf(side: Side, a: Found, b: Found, idSuffix: string): boolean {
  if (a === b || a.hit.of !== b.hit.of || a.hit.key === b.hit.key) return false
  const at = (f: Found) => side.profile.columns.indexOf(f.column)
  if (!determines(side.sample, [at(b)], at(a)) || !determines(side.sample, [at(a)], at(b))) return false
  const isKey = (f: Found) =>
    Number(isKeyName(f.column.name, idSuffix)) * 2 + Number(f.column.kind === 'integer')
  return isKey(b) > isKey(a) || (isKey(b) === isKey(a) && at(b) < at(a))
}

const NAMED = 2

/** How well the names fit, then whether it has things at all. */
function fitness({ column, hit, dimension, table }: Found, idSuffix: string): number {
  const side = dimension?.side ?? table
  const words = bareWords(column.name)
  const thing = wordsOf(entityOfTable({ label: hit.of.name.replace(/^(dim|d)_+(?=.)/i, '') }))
  const ends = words.slice(-thing.length)
  const name = Math.max(
    nameScore(words, thing),
    nameScore(ends, thing) * 0.95,
    nameScore(words, bareWords(hit.key)) * 0.9,
  )
  const isThing = side !== null && (namesOf(side).length > 0 || dimension !== null)
  return (name >= 0.6 ? NAMED + name : 0) + (isThing ? 1 : 0) + (isKeyName(hit.key, idSuffix) ? 0.1 : 0)
}

function means(hit: Hit, column: ColumnProfile, idSuffix: string): boolean {
  if (hit.named) return true
  if (column.kind === 'text') return column.distinct >= TELLING_VALUES && hit.orphans === 0
  return isKeyName(column.name, idSuffix) && column.distinct >= TELLING_VALUES && hit.orphans === 0
}

function singles({ profile }: Side): string[] {
  return profile.keys.flatMap((k) => (k.proven && k.columns.length === 1 ? k.columns : []))
}

/** Events, and no things: with times and amounts or keys of others, and nobody gave each a name. */
export function isEvents(side: Side, key: string, idSuffix: string): boolean {
  const { profile } = side
  if (hasNames(side)) return false
  if (eventsWords(profile, key, idSuffix) !== null) return true
  const times = timesOf(profile).filter((c) => !isBeginning(c.name) && deletedBy(c.name) === null)
  const keys = profile.columns.filter(
    (c) => c.name !== key && isKeyName(c.name, idSuffix) && !isLoading(c.name),
  )
  return times.length > 0 && keys.length > 0
}

export function timesOf({ columns }: RelationProfile): ColumnProfile[] {
  return columns.filter(
    (c) => (c.kind === 'date' || c.kind === 'timestamp') && !isLoading(c.name) && !isUpdate(c.name),
  )
}

const NAME = /^(name|title|label|email|phone|surname|username|fullname|firstname|lastname)$/

/** A text that most rows have their own of, and that is called like a name; the parts of people's names repeat more. */
export function namesOf({ profile }: Side): ColumnProfile[] {
  const texts = profile.columns.filter((c) => c.kind === 'text' && c.nulls < profile.rows * 0.5)
  const calledSo = texts.filter((c) => {
    const words = rawWords(c.name)
    return NAME.test(words.at(-1) ?? '') || NAME.test(words.slice(-2).join(''))
  })
  const parts = calledSo.filter((c) =>
    /^(first|last|given|family)_?name$|surname/i.test(rawWords(c.name).join('_')),
  )
  return calledSo.filter(
    (c) =>
      c.distinct > 1 &&
      c.distinct >= (profile.rows - c.nulls) * (parts.length > 1 && parts.includes(c) ? 0.2 : 0.8),
  )
}

function hasNames(side: Side): boolean {
  return namesOf(side).length > 0
}
