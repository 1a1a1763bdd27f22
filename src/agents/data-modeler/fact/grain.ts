/** What one row is: the columns that name it, proven over all rows, or that there are none. */
import { count, list } from '../../../core/text.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { entityOfTable } from '../search/find.ts'
import { wordsOf } from '../search/names.ts'
import { keyOfCopied } from './copied.ts'
import { columnOf, type Lab, plain, type Side } from './lab.ts'
import { isKeyName, isLoading, isUpdate, rawWords, roleOfKey } from './names.ts'
import type { FactRecommendation } from './types.ts'

export type Grain = FactRecommendation['grain'] & { because: string[]; rejected: string[]; notes: string[] }

/** In words, one of them: `order item`. */
export function thingOf({ origin }: Pick<Side, 'origin'>): string {
  const words = wordsOf(entityOfTable(origin))
  return words.map((w, i) => (i === words.length - 1 ? inNumber(w, 'singular') : w)).join(' ')
}

export async function grainOf(lab: Lab, side: Side): Promise<Grain> {
  const { profile } = side
  const thing = thingOf(side)
  const proven = profile.keys.filter((k) => k.proven)
  const single = singleKey(lab, side)
  const rows = count(profile.rows, 'row')
  const nothing = { copies: 0, latest: null, rejected: [], notes: [] }
  if (single)
    return {
      ...nothing,
      words: `one row per ${thing}`,
      columns: [plain(single)],
      by: 'key',
      because: [`the grain is one row per ${thing}: ${single.name} is unique and never null in all ${rows}`],
    }
  const versions = await versionsOf(lab, side)
  if (versions) return versions
  const deduplicated = await copiesOf(lab, side, ownKeys(lab, side))
  if (deduplicated.key)
    return {
      ...nothing,
      words: `one row per ${thing}`,
      columns: [plain(deduplicated.key)],
      copies: deduplicated.copies,
      by: 'key',
      because: [
        `the grain is one row per ${thing}: without ${count(deduplicated.copies, 'row that is an exact copy', 'rows that are exact copies')} of others ${deduplicated.key.name} is unique in all ${rows}`,
      ],
      notes: [
        `${side.origin.label} has ${count(deduplicated.copies, 'exact copy', 'exact copies')} of rows with the same ${deduplicated.key.name}: each is taken once.`,
      ],
    }
  const composite = proven.find((k) => k.columns.length > 1 && namesThings(lab, side, k.columns))
  const names = composite?.columns ?? momentKey(lab, side)
  if (names) {
    return {
      ...nothing,
      words: `one row per ${list(namedThings(side, names))}`,
      columns: names.flatMap((n) => columnOf(side, n) ?? []).map(plain),
      by: 'key',
      because: [
        `the grain is one row per ${list(names)}: together they are unique in all ${rows}${composite ? ', and no column alone is' : ''}`,
      ],
    }
  }
  const copied =
    deduplicated.copies > 0 ? await keyOfCopied(lab, side, profile.rows - deduplicated.copies) : null
  return copied ? withoutCopies(side, copied, deduplicated.copies) : withoutKey(side, deduplicated)
}

/** Rows that are alike in all and would break a key of keys are no events of their own: they were sent twice. */
function withoutCopies(side: Side, names: string[], copies: number): Grain {
  const dropped = count(copies, 'row that is an exact copy', 'rows that are exact copies')
  return {
    words: `one row per ${list(namedThings(side, names))}`,
    columns: names.flatMap((n) => columnOf(side, n) ?? []).map(plain),
    copies,
    by: 'key',
    latest: null,
    because: [
      `the grain is one row per ${list(names)}: without ${dropped} of others ${names.length === 1 ? 'it is' : 'together they are'} unique in all ${count(side.profile.rows - copies, 'row')}`,
    ],
    rejected: [
      `${side.origin.label} as it is, with its copies numbered: with a key that only wholly equal rows repeat, they are one event that was sent again`,
    ],
    notes: [
      `${side.origin.label} has ${count(copies, 'exact copy', 'exact copies')} of rows with the same ${list(names)}: each is taken once.`,
    ],
  }
}

/** Copies that differ in nothing but their loading were loaded twice; others may be events of their own. */
function withoutKey(side: Side, { copies, loadedTwice }: Copies): Grain {
  const thing = thingOf(side)
  const rows = count(side.profile.rows, 'row')
  const { label } = side.origin
  const shared = {
    words: `one row per ${thing}, as it was recorded`,
    columns: [],
    latest: null,
    rejected: [],
  }
  const begin = `the grain is one row per ${thing} as it was recorded: no column and no few columns are a key in ${rows}`
  if (copies === 0)
    return {
      ...shared,
      copies,
      by: 'row',
      because: [`${begin}, and no two rows are the same`],
      notes: ['No key in the source: a corrected event cannot be told from a new one.'],
    }
  const are = `${count(copies, 'row')} of ${label} ${copies === 1 ? 'is a copy of another' : 'are copies of others'}`
  return {
    ...shared,
    copies: loadedTwice ? copies : 0,
    by: 'copies',
    because: [begin],
    notes: [
      loadedTwice
        ? `${are}, but for their time of loading: they were loaded again, and each is taken once.`
        : `${are} in all columns, and each may be an event of its own: they are kept, and numbered. If they are mistakes, drop them in ${label}.`,
    ],
  }
}

/** Of several the one that is called like the table, or like a key at all: another may repeat nothing by chance. */
function singleKey(lab: Lab, side: Side): ColumnProfile | null {
  const { profile } = side
  // One row repeats nothing: its key is what is called so.
  const single =
    profile.rows === 1
      ? profile.columns.filter((c) => c.nulls === 0 && isOwnKey(side, c)).map((c) => c.name)
      : profile.keys.flatMap((k) => (k.proven && k.columns.length === 1 ? k.columns : []))
  const found = single.flatMap((n) => columnOf(side, n) ?? []).filter((c) => !isLoading(c.name))
  const named = found.filter((c) => isKeyName(c.name, lab.style.idSuffix))
  return named.find((c) => isOwnKey(side, c)) ?? named[0] ?? found.find(isIdentifier) ?? null
}

/** Moments and amounts are not repeated together by chance: a key is of things, and of one date or moment at most. */
function namesThings(lab: Lab, side: Side, names: string[]): boolean {
  const columns = names.flatMap((n) => columnOf(side, n) ?? [])
  if (names.some((n) => isUpdate(n) || isLoading(n))) return false
  const times = columns.filter((c) => c.kind === 'date' || c.kind === 'timestamp')
  const things = columns.filter((c) => !times.includes(c))
  const isFine = times.some(
    (c) => c.kind === 'timestamp' && !['day', 'month', 'year'].includes(c.grain?.unit ?? ''),
  )
  const isNamed = (c: ColumnProfile) => isKeyName(c.name, lab.style.idSuffix)
  // With the second a code that happens to be there is enough: only what is called like a key counts.
  if (things.length === 0 || times.length > 1) return false
  return isFine
    ? things.every(isNamed)
    : things.every((c) => isNamed(c) || c.kind === 'text') || things.filter(isNamed).length > 1
}

/** `account and day`: things as they are called, then the date. */
function namedThings(side: Side, names: string[]): string[] {
  const isDate = (n: string) => ['date', 'timestamp'].includes(columnOf(side, n)?.kind ?? '')
  const unit = (n: string) =>
    columnOf(side, n)?.grain?.unit ?? (columnOf(side, n)?.kind === 'date' ? 'day' : 'moment')
  const things = names.filter((n) => !isDate(n)).map((n) => roleOfKey(n).join(' ') || n)
  return [
    ...things,
    ...names.filter(isDate).map((n) => (unit(n) === 'second' ? rawWords(n).join(' ') : unit(n))),
  ]
}

/** A moment that repeats nothing names no row by itself: with the thing that it happened to it does. */
function momentKey(lab: Lab, side: Side): string[] | null {
  const moment = side.profile.keys
    .flatMap((k) => (k.proven && k.columns.length === 1 ? k.columns : []))
    .find((n) => !isUpdate(n) && !isLoading(n) && isTimely(side, n))
  if (moment === undefined) return null
  const things = side.profile.columns.filter(
    (c) => c.name !== moment && c.nulls === 0 && c.distinct > 1 && isKeyName(c.name, lab.style.idSuffix),
  )
  return [...things.slice(0, 3).map((c) => c.name), moment]
}

function isTimely(side: Side, name: string): boolean {
  const column = columnOf(side, name)
  return (
    column?.kind === 'timestamp' ||
    (column?.kind === 'integer' && rawWords(name).some((w) => /^(time|timestamp|ts|epoch|at)$/.test(w)))
  )
}

/** `id`, and `order_id` of orders. */
function isOwnKey(side: Side, { name }: Pick<ColumnProfile, 'name'>): boolean {
  const low = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  const thing = thingOf(side).replaceAll(' ', '').toLowerCase()
  return low === 'id' || (low.startsWith(thing) && low.length <= thing.length + 6)
}

/** A time or an amount that repeats nothing is no name of a row; a hash, a uuid or a running number is. */
function isIdentifier(c: ColumnProfile): boolean {
  if (c.kind === 'text') return c.form === 'uuid' || c.form === 'hash' || c.pattern !== null
  return c.kind === 'integer' && /(^|_| )(nr|no|num|number|key|pk|sk|ref|seq)$/i.test(c.name)
}

/** The table's own key repeats, and with a time of change it does not: the source keeps a row for each change. */
async function versionsOf(lab: Lab, side: Side): Promise<Grain | null> {
  const { profile } = side
  const key = profile.columns.find(
    (c) =>
      c.nulls === 0 &&
      c.distinct < profile.rows &&
      isKeyName(c.name, lab.style.idSuffix) &&
      isOwnKey(side, c),
  )
  const moves = profile.columns
    .filter((c) => c.nulls === 0 && (c.kind === 'timestamp' || c.kind === 'date' || c.kind === 'integer'))
    .filter(
      (c) => isUpdate(c.name) || isLoading(c.name) || /^(version|revision)(_?(no|nr|number))?$/i.test(c.name),
    )
  const { quote } = lab.dialect
  if (!key) return null
  for (const by of moves.sort((a, b) => Number(isLoading(a.name)) - Number(isLoading(b.name)))) {
    const [pairs, things] =
      (await lab.numbers(
        `select count(*), count(distinct ${quote(key.name)}) from (select distinct ${quote(key.name)}, ${quote(by.name)} from ${profile.relation}) as pairs`,
      )) ?? []
    if (pairs !== profile.rows || things === undefined) continue
    const thing = thingOf(side)
    return {
      words: `one row per ${thing}, as it stands at its latest change`,
      columns: [plain(key)],
      copies: profile.rows - things,
      by: 'key',
      latest: plain(by),
      because: [
        `the grain is one row per ${thing}: ${key.name} names ${count(things, thing)} in ${count(profile.rows, 'row')}, for ${side.origin.label} keeps a row for each change; the latest by ${by.name} counts, and ${key.name} with ${by.name} is unique in all rows`,
      ],
      rejected: [
        `one row per ${key.name} and ${by.name}: that is a log of changes, and amounts would be summed several times`,
      ],
      notes: [],
    }
  }
  return null
}

type Copies = { copies: number; loadedTwice: boolean; key: ColumnProfile | null }

function ownKeys(lab: Lab, side: Side): ColumnProfile[] {
  return side.profile.columns.filter(
    (c) => c.nulls === 0 && isKeyName(c.name, lab.style.idSuffix) && isOwnKey(side, c),
  )
}

/**
 * How many rows are copies of others, loading aside; and the key that is one without them.
 * @param likely columns that may be it.
 */
export async function copiesOf(lab: Lab, side: Side, likely: ColumnProfile[]): Promise<Copies> {
  const { profile } = side
  const { quote } = lab.dialect
  const own = profile.columns.filter((c) => c.kind !== 'other' && !isLoading(c.name))
  const names = own.map((c) => quote(c.name)).join(', ')
  const distinct = likely.map((c) => `count(distinct ${quote(c.name)})`)
  const [rows, ...values] =
    (await lab.numbers(
      `select ${['count(*)', ...distinct].join(', ')} from (select distinct ${names} from ${profile.relation}) as own`,
    )) ?? []
  if (rows === undefined) return { copies: 0, loadedTwice: false, key: null }
  const copies = profile.rows - rows
  return {
    copies,
    loadedTwice: profile.columns.some((c) => isLoading(c.name) && c.distinct > 1),
    key: copies > 0 ? (likely.find((_, i) => values[i] === rows) ?? null) : null,
  }
}
