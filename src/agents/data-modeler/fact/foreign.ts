/** Which columns are keys of other things: of the hits of each column the one that means it. */
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { namedLikeKey } from '../../../refactor/add-staging/columns.ts'
import { eventsWords } from '../dimension/judge.ts'
import type { Origin } from '../types.ts'
import { type Side, sampleOf } from './lab.ts'
import { isCalled, isLoading, isUpdate, rawWords } from './names.ts'
import type { Hit } from './reach.ts'
import type { Dimension } from './standing.ts'

export type Foreign = { column: ColumnProfile; hit: Hit; dimension: Dimension | null; table: Side | null }

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
  return side.profile.columns.flatMap((column): Foreign[] => {
    if (not.has(column.name) || isLoading(column.name) || column.kind === 'date') return []
    const own = hits.filter((h) => h.column === column.name && means(h, column, idSuffix))
    const standing = own.flatMap((hit) => {
      const dimension = dimensions.find((d) => d.measured === hit.of)
      return dimension && hit.key !== dimension.day?.name ? [{ column, hit, dimension, table: null }] : []
    })
    const things = own.flatMap((hit) => {
      const table = tables.find((t) => t.name === hit.of.name)
      return table && !isEvents(table, hit.key, idSuffix) ? [{ column, hit, dimension: null, table }] : []
    })
    // A thing that is called like the column goes before a dimension that only holds the values.
    const best = [...standing, ...things].sort(
      (a, b) =>
        Number(b.hit.named) - Number(a.hit.named) ||
        Number(b.dimension !== null) - Number(a.dimension !== null),
    )[0]
    return best ? [best] : []
  })
}

function means(hit: Hit, column: ColumnProfile, idSuffix: string): boolean {
  if (hit.named) return true
  if (column.kind === 'text') return column.distinct >= TELLING_VALUES && hit.orphans === 0
  return namedLikeKey(column.name, idSuffix) && column.distinct >= TELLING_VALUES && hit.orphans === 0
}

/** Events, and no things: with times and amounts or keys of others, and nobody gave each a name. */
export function isEvents(side: Side, key: string, idSuffix: string): boolean {
  const { profile } = side
  if (hasNames(side)) return false
  if (eventsWords(profile, key, idSuffix) !== null) return true
  const times = timesOf(profile)
  const keys = profile.columns.filter(
    (c) => c.name !== key && namedLikeKey(c.name, idSuffix) && !isLoading(c.name),
  )
  return times.length > 0 && keys.length > 0
}

export function timesOf({ columns }: RelationProfile): ColumnProfile[] {
  return columns.filter(
    (c) => (c.kind === 'date' || c.kind === 'timestamp') && !isLoading(c.name) && !isUpdate(c.name),
  )
}

/** A text that nearly each row has its own of, and that is called like a name. */
export function namesOf(side: Side): ColumnProfile[] {
  const { profile } = side
  return profile.columns.filter(
    (c) =>
      c.kind === 'text' &&
      c.distinct >= Math.max(2, (profile.rows - c.nulls) * 0.8) &&
      c.nulls < profile.rows * 0.5 &&
      /^(first|last|full|display|company|product|given|family)?(name|title|label|email|phone|surname|username)$/.test(
        rawWords(c.name)
          .filter((w) => !w.endsWith('id'))
          .slice(-2)
          .join('')
          .replace(/^.*?(name|title|label|email|phone)$/, '$1'),
      ) &&
      !isCalled('CURRENCY', c.name) &&
      sampleOf(side, c.name).length > 0,
  )
}

function hasNames(side: Side): boolean {
  return namesOf(side).length > 0
}
