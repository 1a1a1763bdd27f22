/** What names hint at: which columns tell when a version began and ended, whose history a table keeps. Hints only. */
import { entityOf } from '../../../../project/conventions/cte-style.ts'
import type { ColumnProfile, RelationProfile } from '../../../../project/profile/types.ts'
import { namedLikeKey } from '../../../../refactor/add-staging/columns.ts'
import { bareWords, nameScore, wordsOf } from '../../search/names.ts'

const HISTORY_WORDS = new Set(
  'history hist historical snapshot snap version versioned scd scd1 scd2 type2 copy daily monthly weekly full log audit archive change'.split(
    ' ',
  ),
)
const FROM_WORDS = new Set('from start begin since'.split(' '))
const TO_WORDS = new Set('to until till end through thru expiry expire expired expiration'.split(' '))
const UNITS = new Set('date time at on ts dt timestamp day'.split(' '))
const VALIDITY = new Set('valid validity effective eff active version row record'.split(' '))
const WRITTEN = new Set('updated modified changed edited update modification change'.split(' '))
const LOADED = new Set(
  'loaded load ingested inserted extracted extract snapshot synced etl elt dwh batch copied as'.split(' '),
)
const LABELS = new Set('name title label description desc'.split(' '))
const CURRENT = /^(is_?)?(current|latest|active_?version)(_?(row|record|flag|version|ind(icator)?))?$/i

/** The words of a table's name without those that say that it keeps history: `stg_crm__customer_history` is of a customer. */
export function thingOf(label: string): string[] {
  const name = label.split('.').at(-1) ?? ''
  const telling = (text: string) => wordsOf(text).filter((w) => !HISTORY_WORDS.has(w))
  const short = telling(entityOf(name))
  return short.length > 0 ? short : telling(name)
}

/** Whether its name says that a table keeps history. */
export function namedAsHistory(label: string): boolean {
  return wordsOf(label.split('.').at(-1) ?? '').some((w) => HISTORY_WORDS.has(w))
}

/** A column that may say when: a date, a time, or text that is one as ISO 8601 writes it. */
export function isTime(column: ColumnProfile): boolean {
  if (column.kind === 'date' || column.kind === 'timestamp') return true
  const iso = (text: string | null) => text !== null && /^\d{4}-\d\d-\d\d([ T]|$)/.test(text)
  // 9999-12-31 is no date that anybody means, and an end of its own.
  const isForm =
    column.form === 'date' || column.form === 'time stamp' || /^9999-99-99/.test(column.pattern ?? '')
  return column.kind === 'text' && isForm && iso(column.min) && iso(column.max)
}

/** `valid_from` and `valid_to`, by their names; `effective_date` and `expiry_date` too. */
export function namedPair(times: ColumnProfile[]): { from: ColumnProfile; to: ColumnProfile } | null {
  const rest = ({ name }: ColumnProfile, words: Set<string>) =>
    wordsOf(name)
      .filter((w) => !words.has(w) && !UNITS.has(w))
      .join(' ')
  const has = ({ name }: ColumnProfile, words: Set<string>) => wordsOf(name).some((w) => words.has(w))
  const froms = times.filter((c) => has(c, FROM_WORDS) || VALIDITY.has(rest(c, FROM_WORDS)))
  const pairs = froms.flatMap((from) =>
    times.filter((c) => c !== from && has(c, TO_WORDS)).map((to) => ({ from, to })),
  )
  const isAlike = ({ from, to }: (typeof pairs)[number]) => rest(from, FROM_WORDS) === rest(to, TO_WORDS)
  const isValidity = ({ from, to }: (typeof pairs)[number]) =>
    [rest(from, FROM_WORDS), rest(to, TO_WORDS)].every(
      (words) => words === '' || words.split(' ').some((w) => VALIDITY.has(w)),
    )
  return pairs.find(isAlike) ?? pairs.find(isValidity) ?? null
}

/** Whether a pair is called as validity is, and not as a thing's own dates are: the begin and the end of a contract. */
export function namedValidity({ name }: Pick<ColumnProfile, 'name'>): boolean {
  return wordsOf(name).some((w) => VALIDITY.has(w))
}

/** The likeliest first: named as the begin of a version, as the time of a change, as that of a load, otherwise. */
export function byLikelihood(times: ColumnProfile[]): ColumnProfile[] {
  const rank = ({ name }: ColumnProfile) => {
    const words = wordsOf(name)
    if (words.some((w) => FROM_WORDS.has(w) || VALIDITY.has(w))) return 0
    if (words.some((w) => WRITTEN.has(w))) return 1
    return words.some((w) => LOADED.has(w)) ? 2 : 3
  }
  return times.toSorted((a, b) => rank(a) - rank(b))
}

/** It tells when the row was written, and changes with it. */
export function tellsOfWriting({ name }: Pick<ColumnProfile, 'name'>): boolean {
  return wordsOf(name).some((w) => WRITTEN.has(w))
}

/** A flag or a number that says which version is the last: made anew, of the intervals. */
export function tellsOfCurrent({ name }: Pick<ColumnProfile, 'name'>): boolean {
  return CURRENT.test(name)
}

/**
 * Columns that may be the natural key, in tiers: those that are called like the thing, those that are called like a
 * key, the others, labels last. Within a tier the data decide. A table that has a key already has a row per thing, and
 * the codes in it repeat as codes do: there only what is called like the thing may repeat as a version does.
 */
export function keyTiers(
  profile: RelationProfile,
  { things, idSuffix, isHistory }: { things: string[][]; idSuffix: string; isHistory: boolean },
): ColumnProfile[][] {
  const hasKey = profile.keys.some(
    (k) =>
      k.proven &&
      k.columns.length === 1 &&
      !profile.columns.some((c) => c.name === k.columns[0] && isTime(c)),
  )
  const may = profile.columns.filter(
    (c) => (c.kind === 'integer' || c.kind === 'text') && c.nulls < profile.rows && !isTime(c),
  )
  const isOwn = ({ name }: ColumnProfile) =>
    name.toLowerCase() === 'id' ||
    things.some((t) => nameScore(t, bareWords(name)) >= 0.8 || nameScore(t, wordsOf(name)) >= 0.8)
  // A thing may be called otherwise from one version to the next.
  const isLabel = ({ name }: ColumnProfile) => LABELS.has(wordsOf(name).at(-1) ?? '')
  const own = may.filter((c) => isOwn(c) && (namedLikeKey(c.name, idSuffix) || c.name.toLowerCase() === 'id'))
  const called = may.filter((c) => isOwn(c) && !own.includes(c) && !isLabel(c))
  const like = may.filter((c) => namedLikeKey(c.name, idSuffix) && !isOwn(c))
  const labels = may.filter(isLabel)
  const rest = may.filter((c) => ![...own, ...called, ...like, ...labels].includes(c))
  const others = hasKey && !isHistory ? [] : [like, rest, labels]
  return [own, called, ...others].filter((tier) => tier.length > 0)
}
