/** What a profile says of an origin: a code, a thing, events, a flag, an identifier. Decides and words it; asks nothing. */
import { count, list } from '../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { namedLikeKey } from '../../../refactor/add-staging/columns.ts'

/** Codes that have nothing to say beside themselves are few; above this a value names a single thing. */
const MOST_VALUES = 1000
const MOST_SHARE = 0.5
/** So few values say nothing of their share in the rows. */
const FEW_VALUES = 20
const LOADED =
  /^_|^(loaded|ingested|inserted|extracted|etl|elt|dwh|batch)_|_(loaded|ingested|synced)_?(at|on)?$/i
/** Rows that the source marks as gone; loaders mark them too (`_fivetran_deleted`). */
const DELETED = /(^|_)(is_?)?(deleted|removed|archived)(_?(at|on|date|flag))?$/i
const HISTORY = /^(valid|effective|dbt_valid)_?(from|to|until)|^is_current$/i

/** Why a column makes no dimension; null where it does. */
export function againstCode(
  column: ColumnProfile,
  profile: RelationProfile,
  { dependent, tableKey }: { dependent: number; tableKey: string | null },
): string | null {
  const { rows } = profile
  const present = rows - column.nulls
  if (column.kind === 'date' || column.kind === 'timestamp')
    return 'it is a date: its days are rows of the date dimension (martsmith dimension date), which a fact finds by a key of that role'
  if (isFlag(column))
    return 'it is a yes or no: alone it stays on the fact, where it is selected by, for a dimension of two rows tells nothing more'
  if (column.kind === 'number' || column.kind === 'other')
    return 'it is measured, or nested, and names nothing'
  if (present === 0) return 'all of its rows are null'
  if (column.name === tableKey)
    return `it is degenerate: an identifier with a value of its own in each of ${count(rows, 'row')}, which stays on the fact`
  if (dependent === 0 && column.distinct > Math.min(MOST_VALUES, Math.max(FEW_VALUES, present * MOST_SHARE)))
    return `it is degenerate: an identifier with ${count(column.distinct, 'value')} in ${count(present, 'row')} that nothing else depends on, which stays on the fact`
  return null
}

/** A yes or no, also where it is written as one letter or the other, or as 0 and 1. */
export function isFlag({ kind, form, distinct, min, max }: ColumnProfile): boolean {
  if (kind === 'boolean') return true
  if (distinct > 2) return false
  if (kind === 'text') return form === 'yes or no'
  return kind === 'integer' && distinct === 2 && min === '0' && max === '1'
}

const LABEL = /(^|_)(name|title|label|description)$/i

/** What people call a thing by: by its name, or text that hardly repeats. */
function hasLabel(columns: ColumnProfile[], rows: number): boolean {
  const snake = (name: string) => name.replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2').replace(/ /g, '_')
  return columns.some((c) => c.kind === 'text' && (LABEL.test(snake(c.name)) || c.distinct > rows / 2))
}

/** Why rows are events and no things; null where they are not. `key` is null where none is known. */
export function eventsWords(profile: RelationProfile, key: string | null, idSuffix: string): string | null {
  // When a row was marked as deleted is no time of an event.
  const own = profile.columns.filter((c) => !LOADED.test(c.name) && !isDeleted(c) && c.name !== key)
  const times = own.filter((c) => c.kind === 'date' || c.kind === 'timestamp')
  const amounts = own.filter((c) => c.kind === 'number' || c.behaviour?.is === 'additive')
  const keys = own.filter((c) => !amounts.includes(c) && namedLikeKey(c.name, idSuffix))
  const isEvent = times.length > 0 && (amounts.length > 2 || (amounts.length > 0 && keys.length > 0))
  // A part of an event has its time elsewhere: an amount, the key of what it is part of, and nothing it is called by.
  const isPart =
    times.length === 0 &&
    amounts.some((a) => a.behaviour?.is === 'additive') &&
    keys.length > 0 &&
    !hasLabel(
      own.filter((c) => !keys.includes(c)),
      profile.rows,
    )
  if (!isEvent && !isPart) return null
  const parts = [
    ...(times.length > 0
      ? [count(times.length, times.some((t) => t.kind === 'timestamp') ? 'time' : 'date')]
      : []),
    count(amounts.length, 'amount'),
    ...(keys.length > 0 ? [count(keys.length, 'key of other things', 'keys of other things')] : []),
  ]
  return `its rows are events: ${key === null ? '' : `one row per ${key}, `}with ${list(parts)}`
}

export function keepsHistory(profile: RelationProfile): string[] {
  return profile.columns.filter((c) => HISTORY.test(c.name)).map((c) => c.name)
}

/** The one column that names a row: proven, and called like a key where several are. Null where none is sure. */
export function entityKey(profile: RelationProfile, entity: string, idSuffix: string): string | null {
  const single = profile.keys.flatMap((k) => (k.proven && k.columns.length === 1 ? k.columns : []))
  const low = entity.replace(/_/g, '').toLowerCase()
  const isOwn = (c: string) =>
    c.toLowerCase() === 'id' || c.toLowerCase().replace(/[_ ]/g, '').startsWith(low)
  const named = single.filter((c) => namedLikeKey(c, idSuffix))
  return (
    named.find(isOwn) ??
    (named.length === 1 ? named[0] : undefined) ??
    (single.length === 1 ? (single[0] ?? null) : null)
  )
}

/** What a thing is described by, and what is left out with the reason. `audit`: each row is one of the source. */
export function describing(
  profile: RelationProfile,
  key: string[],
  { audit = false }: { audit?: boolean } = {},
): { attributes: ColumnProfile[]; left: string[] } {
  const others = profile.columns.filter((c) => !key.includes(c.name))
  const telling = others.filter((c) => LOADED.test(c.name) && !isDeleted(c))
  // Of a row that stands for one of the source, the time of its load is its audit column.
  const kept = audit ? telling.filter((c) => c.kind === 'timestamp' && c.nulls < profile.rows) : []
  const loaded = telling.filter((c) => !kept.includes(c))
  const nested = others.filter((c) => c.kind === 'other' && !loaded.includes(c))
  const silent = others.filter(
    (c) =>
      profile.rows > 0 &&
      c.nulls === profile.rows &&
      !loaded.includes(c) &&
      !nested.includes(c) &&
      !isDeleted(c),
  )
  const names = (columns: ColumnProfile[]) =>
    list(
      columns.map((c) => c.name),
      6,
    )
  return {
    attributes: [
      ...others.filter((c) => ![loaded, nested, silent, kept].some((out) => out.includes(c))),
      ...kept,
    ],
    left: [
      ...(loaded.length > 0 ? [`Left out: ${names(loaded)}, which tell of loading.`] : []),
      ...(nested.length > 0
        ? [
            `Left out: ${names(nested)}, which hold more than one value each, or are of a type that is not known.`,
          ]
        : []),
      ...(silent.length > 0 ? [`Left out: ${names(silent)}, null in every row.`] : []),
    ],
  }
}

/** The key where a code has a name for each of its values, or a name has a code. */
export function naturalOf(
  column: ColumnProfile,
  dependent: ColumnProfile[],
  idSuffix: string,
): { key: ColumnProfile; attributes: ColumnProfile[] } {
  const code = namedLikeKey(column.name, idSuffix)
    ? undefined
    : dependent.find(
        (d) => d.distinct === column.distinct && d.nulls === column.nulls && namedLikeKey(d.name, idSuffix),
      )
  if (!code) return { key: column, attributes: dependent }
  return { key: code, attributes: [column, ...dependent.filter((d) => d !== code)] }
}

export function isLoaded(name: string): boolean {
  return LOADED.test(name)
}

export function isDeleted({ name }: ColumnProfile): boolean {
  return DELETED.test(name.replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2'))
}

/** Deleted rows stay: facts from before still point to them. */
export function deletedWords({ rows }: RelationProfile, attributes: ColumnProfile[]): string[] {
  return attributes.filter(isDeleted).map(({ name, kind, nulls }) => {
    const how = kind === 'date' || kind === 'timestamp' ? ` (${count(rows - nulls, 'row')})` : ''
    return `Rows that ${name} marks as deleted${how} stay, for facts from before point to them.`
  })
}

/** What text holds that is no text: it stays text, for staging is where types are given. */
export function textFormWords(attributes: ColumnProfile[]): string[] {
  const forms = ['date', 'time stamp', 'whole number', 'number', 'yes or no'] as const
  return forms.flatMap((form) => {
    const names = attributes.filter((a) => a.kind === 'text' && a.form === form).map((a) => a.name)
    const are = names.length === 1 ? `is a ${form}` : `are ${form === 'yes or no' ? form : `${form}s`}`
    return names.length === 0
      ? []
      : [
          `${list(names, 6)} ${are} written as text, and ${names.length === 1 ? 'stays' : 'stay'} so here: cast in staging.`,
        ]
  })
}
