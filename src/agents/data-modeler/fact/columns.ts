/** What each column of the events is to a fact. Decides from what was measured; asks nothing. */
import { sampleOf } from '../../../project/profile/inclusion.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import type { Casts } from '../casts/casts.ts'
import type { Cast } from '../casts/forms.ts'
import type { Side } from './lab.ts'
import { isCalled, isDatePart, isKeyName, isLoading, isUpdate } from './names.ts'

export type Cased = { column: ColumnProfile; cast: Cast | null }

export type Sorted = {
  times: Cased[]
  numbers: Cased[]
  /** Few values that name something: a dimension of their own is missing. */
  codes: ColumnProfile[]
  flags: ColumnProfile[]
  degenerate: ColumnProfile[]
  left: { column: string; why: string }[]
}

export type Given = {
  /** Columns that are accounted for: foreign keys, what marks deleted rows. */
  taken: ReadonlySet<string>
  /** Why a column is left out, where that is known already. */
  left: ReadonlyMap<string, string>
  grain: ReadonlySet<string>
  casts: Casts
  /** Columns whose description lists what their values stand for. */
  listed: ReadonlySet<string>
  idSuffix: string
}

/** So many rows before one value in all of them means something. */
const TELLING_ROWS = 10
/** Codes are few; above this a value names a single thing. */
const MOST_CODES = 1000
const FEW_CODES = 20
const MOST_SHARE = 0.5

const NONE: Sorted = { times: [], numbers: [], codes: [], flags: [], degenerate: [], left: [] }

export function sortColumns(side: Side, given: Given): Sorted {
  const all = side.profile.columns.map((c) => sorted(c, side, given))
  return {
    times: all.flatMap((s) => s.times ?? []),
    numbers: all.flatMap((s) => s.numbers ?? []),
    codes: all.flatMap((s) => s.codes ?? []),
    flags: all.flatMap((s) => s.flags ?? []),
    degenerate: all.flatMap((s) => s.degenerate ?? []),
    left: all.flatMap((s) => s.left ?? []),
  }
}

function sorted(c: ColumnProfile, side: Side, given: Given): Partial<Sorted> {
  const { rows } = side.profile
  const cast = given.casts.casts.get(c.name) ?? null
  const left = (why: string): Partial<Sorted> => ({ left: [{ column: c.name, why }] })
  const known = given.left.get(c.name)
  if (given.taken.has(c.name)) return NONE
  if (known !== undefined) return left(known)
  if (isLoading(c.name)) return left('tells of loading, not of the event')
  const isTime = isMoment(c, cast)
  if (isTime && isUpdate(c.name)) return left('tells when the row was changed, not of the event')
  if (c.distinct === 0) return left(`is null in all ${rows} rows`)
  if (c.kind === 'other' || c.form === 'JSON')
    return left('holds more than one value, or a type that is not summed')
  if (isTime) return { times: [{ column: c, cast }] }
  const refused = given.casts.refused.get(c.name)
  if (refused !== undefined && !given.grain.has(c.name)) return left(refused)
  if (given.grain.has(c.name)) return partOfGrain(c, side, given)
  if (c.kind === 'boolean') return { flags: [c] }
  if (cast) return isPlace(c) ?? { numbers: [{ column: c, cast }] }
  if (c.kind === 'number') return isPlace(c) ?? { numbers: [{ column: c, cast: null }] }
  if (c.kind === 'integer') return isPlace(c) ?? integer(c, side, given)
  return text(c, side, given)
}

export function isMoment(c: Pick<ColumnProfile, 'kind'>, cast: Cast | null): boolean {
  const { kind } = cast ?? c
  return kind === 'date' || kind === 'timestamp'
}

/** One of several that name a row names a thing, whose rows repeat it. */
function partOfGrain(c: ColumnProfile, { profile }: Side, { grain }: Given): Partial<Sorted> {
  const repeats = grain.size > 1 && c.distinct <= mostCodes(profile.rows)
  return repeats && (c.kind === 'text' || c.kind === 'integer') ? { codes: [c] } : { degenerate: [c] }
}

function isPlace(c: ColumnProfile): Partial<Sorted> | null {
  return isCalled('PLACE', c.name) ? { left: [{ column: c.name, why: 'is a place, and no amount' }] } : null
}

function integer(c: ColumnProfile, { profile }: Side, { idSuffix, listed }: Given): Partial<Sorted> {
  const present = profile.rows - c.nulls
  const isKey =
    isKeyName(c.name, idSuffix) ||
    isCalled('KIND', c.name) ||
    listed.has(c.name) ||
    (c.behaviour?.is === 'code' && !isCalled('QUANTITY', c.name) && !isCalled('MONEY', c.name))
  // What repeats nothing may be an amount by chance: its name says so then.
  const isOwn =
    c.behaviour?.is === 'identifier' && !isCalled('QUANTITY', c.name) && !isCalled('MONEY', c.name)
  if (isKey || (isOwn && profile.rows >= TELLING_ROWS && /(^|_)(nr|no|number|num|ref)$/i.test(c.name)))
    return c.distinct > mostCodes(present) ? { degenerate: [c] } : { codes: [c] }
  if (isDatePart(c.name))
    return { left: [{ column: c.name, why: 'is part of a date: the date dimension has it' }] }
  if (
    c.distinct <= 2 &&
    Number(c.min) >= 0 &&
    Number(c.max) <= 1 &&
    profile.rows >= TELLING_ROWS &&
    !isCalled('QUANTITY', c.name)
  )
    return { flags: [c] }
  return { numbers: [{ column: c, cast: null }] }
}

function text(c: ColumnProfile, side: Side, { idSuffix }: Given): Partial<Sorted> {
  const { rows } = side.profile
  const present = rows - c.nulls
  const left = (why: string): Partial<Sorted> => ({ left: [{ column: c.name, why }] })
  if (c.blank === present) return left('is blank wherever it is not null')
  const isId = isKeyName(c.name, idSuffix) || c.form === 'uuid' || c.form === 'hash'
  if (c.form === 'e-mail address') return left('is an e-mail address: it describes a person, not the event')
  if (c.distinct > mostCodes(present - (c.blank ?? 0))) {
    if (isId || isIdentifying(c, side)) return { degenerate: [c] }
    return left('is free text, which nobody counts by')
  }
  if (isProse(c, side)) return left('is free text, which nobody counts by')
  if (c.distinct === 1 && c.nulls === 0 && rows >= TELLING_ROWS && !isId)
    return isCalled('CURRENCY', c.name)
      ? left('is the currency of all amounts: it is said with them')
      : left(`has one value in all ${rows} rows`)
  if (c.distinct <= 2 && !isId) return { flags: [c] }
  if (isId && c.distinct === present && present >= TELLING_ROWS) return { degenerate: [c] }
  return { codes: [c] }
}

function mostCodes(present: number): number {
  return Math.min(MOST_CODES, Math.max(FEW_CODES, present * MOST_SHARE))
}

/** One word, always of one form. */
function isIdentifying(c: ColumnProfile, side: Side): boolean {
  const values = sampleOf(side, c.name).map(String)
  const words = values.filter((v) => /\s/.test(v.trim())).length
  return (
    !isCalled('NOTE', c.name) &&
    values.length > 0 &&
    words <= values.length * 0.02 &&
    (c.pattern !== null || values.every((v) => v.length <= 64))
  )
}

/** Sentences: several words, and hardly any of them twice. */
function isProse(c: ColumnProfile, side: Side): boolean {
  const values = sampleOf(side, c.name)
    .map(String)
    .filter((v) => v.trim() !== '')
  if (values.length === 0) return false
  const long = values.filter((v) => v.length > 60 || v.trim().split(/\s+/).length > 5).length
  return (
    long > values.length * 0.2 ||
    (isCalled('NOTE', c.name) && c.distinct > values.length * 0.5 && c.distinct > 3)
  )
}
