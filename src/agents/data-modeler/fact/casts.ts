/** Numbers and times that are stored as text or as counts of seconds: how to read them, proven on all rows. */
import type { ColumnProfile, Kind } from '../../../project/profile/types.ts'
import { wordsOf } from '../search/names.ts'
import { type Lab, type Side, sampleOf } from './lab.ts'
import { isCalled, isKeyName } from './names.ts'

/** `sql` has `{column}` for the column. */
export type Cast = { sql: string; type: string; kind: Kind; words: string }
export type Casts = { casts: Map<string, Cast>; refused: Map<string, string> }

type Form = { test: RegExp; cast(values: string[]): Cast | { refused: string } }

const TIMELY = new Set(
  'at on date day time timestamp datetime ts epoch when until since created updated datum zeit'.split(' '),
)
const NEARLY_ALL = 0.95
const text = 'trim({column})'
const part = (from: number, length: number) => `substr(${text}, ${from}, ${length})`
const ymd = (year: string, month: string, day: string) =>
  `cast(${year} || '-' || ${month} || '-' || ${day} as date)`
const date = (sql: string, words: string): Cast => ({ sql, type: 'date', kind: 'date', words })
const time = (sql: string, words: string): Cast => ({ sql, type: 'timestamp', kind: 'timestamp', words })

/** A sign of money, or its three letters, before or behind; a share in percent. */
function money(digits: string): RegExp {
  const sign = '(?:\\p{Sc}|[A-Z]{3}(?= )|[A-Z]{2}\\p{Sc})?'
  return new RegExp(`^\\s*-?${sign}\\s*-?${digits}\\s*(?:\\p{Sc}|[A-Z]{3}|%)?\\s*$`, 'u')
}

const TEXT_FORMS: Form[] = [
  {
    test: /^\s*\d{4}-\d\d-\d\d\s*$/,
    cast: () => date(`cast(${text} as date)`, 'a date written as text'),
  },
  {
    test: /^\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?\s*$/,
    cast: () => time(`cast(${text} as timestamp)`, 'a time written as text'),
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
const TIME_FORMS = 5

function dayOrMonth(values: string[]): Cast | { refused: string } {
  const parts = values.map((v) => v.trim().split(/[/-]/).map(Number))
  const over = (at: number) => parts.some((p) => (p[at] ?? 0) > 12)
  if (over(0) && over(1)) return { refused: 'is a date as text in two orders of day and month' }
  if (over(0)) return date(ymd(part(7, 4), part(4, 2), part(1, 2)), 'a date written as DD/MM/YYYY')
  if (over(1)) return date(ymd(part(7, 4), part(1, 2), part(4, 2)), 'a date written as MM/DD/YYYY')
  return { refused: 'is a date as text, and no value tells its day from its month' }
}

/** As many decimals as there are: none is lost, which is proven. */
function number(values: string[], thousands: string[], point: '.' | ','): Cast | { refused: string } {
  const signs = [...new Set(values.join('').replace(/[\d\s.,'-]/g, ''))]
  if (signs.length > 3 || signs.some((s) => s === "'"))
    return { refused: 'is a number as text with words in it' }
  const units = new Set(values.map((v) => v.replace(/[\d\s.,'-]/g, '')).filter((u) => u !== ''))
  if (units.size > 1) return { refused: `is a number as text in ${units.size} units` }
  const taken = [...thousands, ...signs].reduce((sql, sign) => `replace(${sql}, '${sign}', '')`, '{column}')
  const clean = point === ',' ? `replace(${taken}, ',', '.')` : taken
  const decimals = Math.max(0, ...values.map((v) => decimalsOf(v, point)))
  const type = decimals === 0 && signs.length === 0 ? 'bigint' : `decimal(18, ${Math.max(2, decimals)})`
  const kind = type === 'bigint' ? 'integer' : 'number'
  return { sql: `cast(nullif(trim(${clean}), '') as ${type})`, type, kind, words: 'a number written as text' }
}

function decimalsOf(value: string, point: string): number {
  const at = value.lastIndexOf(point)
  return at < 0 ? 0 : value.slice(at + 1).replace(/\D/g, '').length
}

/** Whole numbers that are moments, where the name says time too. */
function moment(c: ColumnProfile): Cast | null {
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

/** Of one relation, all in one call. */
export async function castsOf(lab: Lab, side: Side, not: ReadonlySet<string>): Promise<Casts> {
  const refused = new Map<string, string>()
  const wanted: { column: ColumnProfile; cast: Cast }[] = []
  for (const column of side.profile.columns) {
    if (not.has(column.name) || column.distinct === 0) continue
    if (column.kind === 'integer') {
      const cast = moment(column)
      if (cast) wanted.push({ column, cast })
    }
    if (column.kind !== 'text' || column.form === 'uuid' || isKeyName(column.name, lab.style.idSuffix))
      continue
    const found = textCast(side, column)
    if (found && 'refused' in found) refused.set(column.name, found.refused)
    else if (found) wanted.push({ column, cast: found })
  }
  const answers = await lab.manyNumbers(wanted.map(({ column, cast }) => proof(lab, side, column, cast)))
  const casts = new Map<string, Cast>()
  const failing: { column: ColumnProfile; cast: Cast }[] = []
  for (const [i, one] of wanted.entries()) {
    const [read, present, lossy] = answers[i] ?? []
    if (read !== undefined && read === present && lossy === 0) casts.set(one.column.name, one.cast)
    else failing.push(one)
  }
  const bad = await lab.manyNumbers(failing.map(({ column, cast }) => failures(lab, side, column, cast)))
  for (const [i, { column, cast }] of failing.entries()) {
    const [rows] = bad[i] ?? []
    refused.set(
      column.name,
      `looks like ${cast.words}, and ${rows ? `${rows} ${rows === 1 ? 'row is' : 'rows are'}` : 'some row is'} none`,
    )
  }
  return { casts, refused }
}

function textCast(side: Side, column: ColumnProfile): Cast | { refused: string } | null {
  const values = sampleOf(side, column.name)
    .map(String)
    .filter((v) => v.trim() !== '')
  if (values.length === 0) return null
  const form = TEXT_FORMS.find(({ test }) => {
    const hits = values.filter((v) => test.test(v)).length
    return (
      hits >= values.length * NEARLY_ALL || (values.length <= 20 && hits >= values.length - 1 && hits > 1)
    )
  })
  // Whole numbers as text are identifiers, unless they are called like amounts.
  const isWhole =
    values.every((v) => /^\s*-?\d+\s*$/.test(v)) &&
    !isCalled('MONEY', column.name) &&
    !isCalled('QUANTITY', column.name)
  const isTime = form !== undefined && TEXT_FORMS.indexOf(form) < TIME_FORMS
  if ((isWhole && !isTime) || values.some((v) => /^\s*0\d+\s*$/.test(v))) return null
  return form ? withBlanks(form.cast(values.filter((v) => form.test.test(v))), column) : null
}

/** What is blank is not known. */
function withBlanks(cast: Cast | { refused: string }, { blank }: ColumnProfile): Cast | { refused: string } {
  if ('refused' in cast || !blank || cast.sql.includes('nullif(')) return cast
  return { ...cast, sql: cast.sql.replaceAll(text, `nullif(${text}, '')`) }
}

export function castSql({ sql }: Pick<Cast, 'sql'>, written: string): string {
  return sql.replaceAll('{column}', written)
}

/** Values that it reads, values that there are, and values that lose something. An error says that some cannot be read. */
function proof({ dialect }: Lab, { profile }: Side, { name, kind }: ColumnProfile, cast: Cast): string {
  const c = dialect.quote(name)
  const present = kind === 'text' ? `nullif(trim(${dialect.asText(c)}), '')` : c
  const made = castSql(cast, c)
  const lossy =
    cast.kind === 'number'
      ? `count(case when ${made} <> ${made.replace(/as decimal\(18, \d+\)\)$/, 'as decimal(36, 12))')} then 1 end)`
      : '0'
  return `select count(${made}), count(${present}), ${lossy} from ${profile.relation}`
}

function failures({ adapter, dialect }: Lab, { profile }: Side, { name }: ColumnProfile, cast: Cast): string {
  const c = dialect.quote(name)
  if (adapter !== 'duckdb')
    return `select count(case when ${c} ~ '${SHAPES[cast.kind] ?? ''}' then null else ${c} end) from ${profile.relation}`
  const tried = castSql(cast, c).replace(/^cast\(/, 'try_cast(')
  return `select count(case when ${tried} is null then nullif(trim(${c}), '') end) from ${profile.relation}`
}

/** PostgreSQL has no cast that only tries: by the shape of the text. */
const SHAPES: Partial<Record<Kind, string>> = {
  date: '^[[:space:]]*[0-9]{2,4}[-/.]?[0-9]{2}[-/.]?[0-9]{2,4}[[:space:]]*$',
  timestamp: '^[[:space:]]*[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+[[:space:]]*$',
  number: '^[^0-9]{0,3}-?[0-9.,]+[^0-9]{0,3}$',
  integer: '^[^0-9]{0,3}-?[0-9]+[[:space:]]*$',
}
