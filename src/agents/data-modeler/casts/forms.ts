/** The forms in which numbers and times are written as text, or as counts of seconds, and the SQL that reads them. */
import type { ColumnProfile, Kind } from '../../../project/profile/types.ts'
import { wordsOf } from '../search/names.ts'

/** `sql` has `{column}` for the column. */
export type Cast = {
  sql: string
  type: string
  kind: Kind
  words: string
  /** What is written beside the digits: `EUR`, `$`, `percent`. */
  unit?: string
}

/** A cast, or why there is none though it looks like one. */
export type Read = Cast | { refused: string }

export type Form = { test: RegExp; cast(values: string[]): Read }

const TIMELY = new Set(
  'at on date day time timestamp datetime ts epoch when until since created updated datum zeit'.split(' '),
)
export const NEARLY_ALL = 0.95
export const TRIMMED = 'trim({column})'
const UNITS: Record<string, string> = { '%': 'percent', '€': 'EUR', '£': 'GBP', '¥': 'JPY' }
const part = (from: number, length: number) => `substr(${TRIMMED}, ${from}, ${length})`
const ymd = (year: string, month: string, day: string) =>
  `cast(${year} || '-' || ${month} || '-' || ${day} as date)`
const date = (sql: string, words: string): Cast => ({ sql, type: 'date', kind: 'date', words })
const time = (sql: string, words: string): Cast => ({ sql, type: 'timestamp', kind: 'timestamp', words })

/** A sign of money, or its three letters, before or behind; a share in percent. */
function money(digits: string): RegExp {
  const sign = '(?:\\p{Sc}|[A-Z]{3}(?= )|[A-Z]{2}\\p{Sc})?'
  return new RegExp(`^\\s*-?${sign}\\s*-?${digits}\\s*(?:\\p{Sc}|[A-Z]{3}|%)?\\s*$`, 'u')
}

export const TEXT_FORMS: Form[] = [
  {
    test: /^\s*\d{4}-\d\d-\d\d\s*$/,
    cast: () => date(`cast(${TRIMMED} as date)`, 'a date written as text'),
  },
  {
    test: /^\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?\s*$/,
    cast: () => time(`cast(${TRIMMED} as timestamp)`, 'a time written as text'),
  },
  {
    test: /^\s*\d\d\.\d\d\.\d{4}\s*$/,
    cast: () => date(ymd(part(7, 4), part(4, 2), part(1, 2)), 'a date written as DD.MM.YYYY'),
  },
  { test: /^\s*\d\d[/-]\d\d[/-]\d{4}\s*$/, cast: dayOrMonth },
  {
    test: /^\s*(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\s*$/,
    cast: () => date(ymd(part(1, 4), part(5, 2), part(7, 2)), 'a date written as YYYYMMDD'),
  },
  { test: money('\\d+(\\.\\d+)?'), cast: (v) => number(v, [], '.') },
  { test: money('\\d{1,3}(,\\d{3})*(\\.\\d+)?'), cast: (v) => number(v, [','], '.') },
  { test: money('\\d{1,3}(\\.?\\d{3})*,\\d{1,2}'), cast: (v) => number(v, ['.'], ',') },
]

/** So many of them are times. */
export const TIME_FORMS = 5

function dayOrMonth(values: string[]): Read {
  const parts = values.map((v) => v.trim().split(/[/-]/).map(Number))
  const over = (at: number) => parts.some((p) => (p[at] ?? 0) > 12)
  if (over(0) && over(1)) return { refused: 'is a date as text in two orders of day and month' }
  if (over(0)) return date(ymd(part(7, 4), part(4, 2), part(1, 2)), 'a date written as DD/MM/YYYY')
  if (over(1)) return date(ymd(part(7, 4), part(1, 2), part(4, 2)), 'a date written as MM/DD/YYYY')
  return { refused: 'is a date as text, and no value tells its day from its month' }
}

/** As many decimals as there are: none is lost, which is proven. */
function number(values: string[], thousands: string[], point: '.' | ','): Read {
  const signs = [...new Set(values.join('').replace(/[\d\s.,'-]/g, ''))]
  if (signs.length > 3 || signs.some((s) => s === "'"))
    return { refused: 'is a number as text with words in it' }
  const units = new Set(values.map((v) => v.replace(/[\d\s.,'-]/g, '')).filter((u) => u !== ''))
  if (point === '.' && isOpen(values))
    return {
      refused: 'is a number as text, and no value tells whether its points part thousands or decimals',
    }
  if (units.size > 1) return { refused: `is a number as text in ${units.size} units` }
  const taken = [...thousands, ...signs].reduce((sql, sign) => `replace(${sql}, '${sign}', '')`, '{column}')
  const clean = point === ',' ? `replace(${taken}, ',', '.')` : taken
  const decimals = Math.max(0, ...values.map((v) => decimalsOf(v, point)))
  const type = decimals === 0 && signs.length === 0 ? 'bigint' : `decimal(18, ${Math.max(2, decimals)})`
  const kind = type === 'bigint' ? 'integer' : 'number'
  const [unit] = units
  return {
    sql: `cast(nullif(trim(${clean}), '') as ${type})`,
    type,
    kind,
    words: 'a number written as text',
    ...(unit === undefined ? {} : { unit: UNITS[unit] ?? unit }),
  }
}

/** `900` beside `1.200`: who writes decimals writes them of all, or not always three. */
function isOpen(values: string[]): boolean {
  const [pointed, whole] = [values.filter((v) => v.includes('.')), values.filter((v) => !v.includes('.'))]
  return (
    pointed.length > 0 &&
    whole.length > 0 &&
    pointed.every((v) => /^\D*[1-9]\d{0,2}\.\d{3}\D*$/.test(v)) &&
    !values.some((v) => v.includes(','))
  )
}

function decimalsOf(value: string, point: string): number {
  const at = value.lastIndexOf(point)
  return at < 0 ? 0 : value.slice(at + 1).replace(/\D/g, '').length
}

/** Whole numbers that are moments, where the name says time too. */
export function moment(c: ColumnProfile): Cast | null {
  const [least, most] = [Number(c.min), Number(c.max)]
  if (!wordsOf(c.name).some((w) => TIMELY.has(w)) || c.min === null) return null
  const within = (from: number, to: number) => least >= from && most <= to
  if (within(19000101, 21001231) && c.distinct > 1) {
    const digits = 'cast({column} as varchar)'
    const cut = (from: number, length: number) => `substr(${digits}, ${from}, ${length})`
    return date(ymd(cut(1, 4), cut(5, 2), cut(7, 2)), 'a date written as a number, YYYYMMDD')
  }
  const since = (unit: string) => `timestamp '1970-01-01 00:00:00' + {column} * interval '1 ${unit}'`
  if (within(3e8, 4.2e9)) return time(since('second'), 'a time in seconds since 1970')
  if (within(3e11, 4.2e12)) return time(since('millisecond'), 'a time in milliseconds since 1970')
  return null
}
