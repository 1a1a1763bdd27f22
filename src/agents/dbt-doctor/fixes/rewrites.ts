/**
 * Calls of other dialects that mean the same with other arguments: how DuckDB and Postgres write them. Of each several
 * ways may be meant, the most usual first; what they make is held against what stands.
 */

/** The arguments as they are written; `within`: what stands in `within group (...)` behind the call. */
export type Call = { name: string; args: string[]; within: string | null }
type Adapter = 'duckdb' | 'postgres'
type Rewrite = (call: Call, adapter: Adapter) => string[]

const UNITS: Record<string, string> = {
  ...{ yyyy: 'year', yy: 'year', yr: 'year', q: 'quarter', qq: 'quarter', mm: 'month', mon: 'month' },
  ...{ wk: 'week', ww: 'week', iw: 'week', dd: 'day', d: 'day', hh: 'hour', mi: 'minute', ss: 'second' },
}
const NAMES = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond']
const SECONDS: Record<string, number> = { week: 604_800, hour: 3600, minute: 60, second: 1 }

/** `day`, `'day'`, `DD`, `days` as `day`; null for what is no unit of time. */
export function unitOf(written: string | undefined): string | null {
  const word = (written ?? '')
    .trim()
    .replace(/^'(.*)'$/, '$1')
    .toLowerCase()
  const one = UNITS[word] ?? word.replace(/s$/, '')
  return NAMES.includes(one) ? one : null
}

const cast = (written: string, type: string) => `cast(${written} as ${type})`
/** In brackets, unless it is one name, call or literal. */
const whole = (written: string) =>
  /^(?:[\w.$"]+(?:\([^()]*\))?|'[^']*')$/.test(written) ? written : `(${written})`
const either = (condition: string, yes: string, no: string) =>
  `case when ${condition} then ${yes} else ${no} end`

/** Borders of the unit that lie between two moments, as datediff counts them elsewhere. */
function between(unit: string, from: string, to: string, adapter: Adapter): string[] {
  if (adapter === 'duckdb') return [`date_diff('${unit}', ${from}, ${to})`]
  if (unit === 'day') return [`${whole(cast(to, 'date'))} - ${whole(cast(from, 'date'))}`].map(whole)
  const [a, b] = [`date_trunc('${unit}', ${from})`, `date_trunc('${unit}', ${to})`]
  const months = (d: string) => `extract(year from ${d}) * 12 + extract(month from ${d})`
  if (unit === 'month') return [`cast(${months(to)} - (${months(from)}) as integer)`]
  if (unit === 'year') return [`cast(extract(year from ${to}) - extract(year from ${from}) as integer)`]
  const seconds = SECONDS[unit]
  if (!seconds) return []
  return [
    `cast(extract(epoch from ${b} - ${a}) / ${seconds} as integer)`,
    `extract(epoch from ${whole(to)} - ${whole(from)}) / ${seconds}`,
  ]
}

const later = (unit: string, count: string, from: string): string[] => {
  const moved = `${whole(from)} + ${whole(count)} * interval '1 ${unit}'`
  return SECONDS[unit] && unit !== 'week' ? [moved] : [cast(moved, 'date'), moved]
}

/** `interval 3 day`, `interval '3 days'`: how many, and of what. */
function intervalIn(written: string | undefined): [string, string] | null {
  const [, count, unit] =
    /^interval\s+'?\s*(-?[\w.]+)\s*'?\s*(\w+?)s?\s*'?$/i.exec(written?.trim() ?? '') ?? []
  const of = unitOf(unit)
  return count && of ? [count, of] : null
}

const truncated = (unit: string | null, moment: string | undefined, adapter: Adapter): string[] => {
  if (!unit || moment === undefined) return []
  const made = `date_trunc('${unit}', ${moment})`
  return adapter === 'postgres' ? [made, cast(made, 'date')] : [made]
}

const FORMATS: [RegExp, string][] = [
  [/^IYYY/, '%G'],
  [/^YYYY|^yyyy/, '%Y'],
  [/^YY|^yy/, '%y'],
  [/^Month|^MMMM/, '%B'],
  [/^Mon|^MMM/, '%b'],
  [/^MM/, '%m'],
  [/^DDD/, '%j'],
  [/^DD|^dd/, '%d'],
  [/^HH12/, '%I'],
  [/^HH24|^HH/, '%H'],
  [/^MI|^mm/, '%M'],
  [/^SS|^ss/, '%S'],
  [/^IW/, '%V'],
]
const PARTS: Record<string, string> = {
  ...{ Y: 'YYYY', y: 'YY', m: 'MM', d: 'DD', H: 'HH24', M: 'MI', S: 'SS', b: 'Mon', B: 'FMMonth' },
  ...{ j: 'DDD', I: 'HH12', p: 'AM', A: 'FMDay', a: 'Dy', G: 'IYYY', V: 'IW' },
  ...{ '-m': 'FMMM', '-d': 'FMDD', '-H': 'FMHH24', '-I': 'FMHH12' },
}

/** A format of dates as the warehouse reads it; null where a part of it is not known there. */
export function formatOf(written: string | undefined, adapter: Adapter): string | null {
  const text = /^'([^']*)'$/.exec(written?.trim() ?? '')?.[1]
  if (text === undefined) return null
  if (text.includes('%?')) return null
  const isPercent = text.includes('%')
  if (isPercent === (adapter === 'duckdb')) return `'${text}'`
  if (isPercent) {
    const parts = [...text.matchAll(/%(-?\w)/g)].map((m) => PARTS[m[1] ?? ''])
    return parts.includes(undefined)
      ? null
      : `'${text.replace(/%(-?\w)/g, (_, p: string) => PARTS[p] ?? '')}'`
  }
  let [rest, made] = [text, '']
  while (rest !== '') {
    const known = FORMATS.find(([shape]) => shape.test(rest))
    const [part = rest[0] ?? ''] = known ? (known[0].exec(rest) ?? []) : []
    if (!known && /[A-Za-z]/.test(part)) return null
    made += known ? known[1] : part
    rest = rest.slice(part.length)
  }
  return `'${made}'`
}

const formatted: Rewrite = ({ name, args: [moment, format] }, adapter) => {
  const as = formatOf(inC(name, format), adapter)
  if (!moment || !as) return []
  return [adapter === 'duckdb' ? `strftime(${moment}, ${as})` : `to_char(${moment}, ${as})`]
}

/** Functions of MySQL, where some letters say another thing than in C and all that follows it. */
const OF_MYSQL = /^(?:date_format|str_to_date|time_format)$/i
const MYSQL: Record<string, string> = {
  ...{ i: '%M', s: '%S', M: '%B', W: '%A', c: '%-m', e: '%-d', h: '%I', k: '%-H', l: '%-I' },
  ...{ T: '%H:%M:%S', r: '%I:%M:%S %p', D: '%?', U: '%?', u: '%?', v: '%?', V: '%?', x: '%?', X: '%?' },
}

/** A format of MySQL with the letters of C; what they cannot say becomes one that nobody knows. */
function inC(name: string, format: string | undefined): string | undefined {
  return OF_MYSQL.test(name) ? format?.replace(/%(\w)/g, (all, p: string) => MYSQL[p] ?? all) : format
}

/** A text read by a format; what is no text is made one, and what is a moment by now needs no reading. */
const readBy =
  (type: 'date' | 'timestamp', order: 'text first' | 'format first' = 'text first'): Rewrite =>
  ({ name, args: [a, b, ...more] }, adapter) => {
    const [text, format] = order === 'text first' ? [a, b] : [b, a]
    if (text && format === undefined) return [cast(text, type)]
    const as = formatOf(inC(name, format), adapter)
    if (!text || !as || more.length > 0) return []
    const read = adapter === 'duckdb' ? 'strptime' : type === 'date' ? 'to_date' : 'to_timestamp'
    // What reads a date gives one on Postgres; all else is more than is asked for.
    const typed = (call: string) => (read === 'to_date' ? call : cast(call, type))
    return [
      typed(`${read}(${text}, ${as})`),
      typed(`${read}(${cast(text, 'varchar')}, ${as})`),
      cast(text, type),
    ]
  }

const partOf =
  (unit: string): Rewrite =>
  ({ args: [moment, ...more] }) =>
    moment && more.length === 0 ? [`cast(extract(${unit} from ${moment}) as integer)`] : []

const casting =
  (type: string): Rewrite =>
  ({ args: [value, ...more] }) =>
    value && more.length === 0 ? [cast(value, type)] : []

/** Elsewhere it divides as a decimal, whatever it is given, and is nothing (or zero) where it would divide by zero. */
const divided =
  (otherwise: string): Rewrite =>
  ({ args: [of = '', by = ''] }) =>
    of === '' || by === '' ? [] : [`(case when (${by}) <> 0 then 1.0 * (${of}) / (${by})${otherwise} end)`]

const TYPE_WORDS: Record<string, string> = {
  ...{ int: 'integer', signed: 'bigint', unsigned: 'bigint', datetime: 'timestamp', datetime2: 'timestamp' },
  ...{ char: 'varchar', nchar: 'varchar', nvarchar: 'varchar', string: 'varchar', number: 'numeric' },
  ...Object.fromEntries(
    'date time timestamp integer bigint smallint decimal numeric float real varchar text boolean'
      .split(' ')
      .map((type) => [type, type]),
  ),
}

/** A type as the warehouse calls it, with its digits; null for what is none. */
export function typeOf(written: string | undefined): string | null {
  const [, word = '', digits = ''] = /^(\w+)\s*(\([\d\s,]+\))?$/.exec(written?.trim() ?? '') ?? []
  const type = TYPE_WORDS[word.toLowerCase()]
  return type === undefined ? null : `${type}${digits}`
}

/** SQL Server has the type in front, MySQL behind. */
const converted: Rewrite = ({ args: [a = '', b = ''] }) => {
  const [first, last] = [typeOf(a), typeOf(b)]
  if ((first === null) === (last === null)) return []
  return [first ? cast(b, first) : cast(a, last ?? '')]
}

const dateDiff: Rewrite = ({ args: [a = '', b = '', c] }, adapter) => {
  if (c === undefined) return between('day', b, a, adapter)
  const [first, last] = [unitOf(a), unitOf(c)]
  // The unit comes first where it is called so by most; BigQuery has it last, with the later moment first.
  return first ? between(first, b, c, adapter) : last ? between(last, b, a, adapter) : []
}

const dateAdd =
  (sign: '' | '-'): Rewrite =>
  ({ args: [a = '', b = '', c] }) => {
    const unit = unitOf(a)
    if (unit && c !== undefined) return later(unit, `${sign}${b}`, c)
    const [count, of] = intervalIn(b) ?? []
    if (count && of && c === undefined) return later(of, `${sign}${count}`, a)
    return c === undefined ? later('day', `${sign}${b}`, a) : []
  }

const conditional: Rewrite = ({ args: [condition, yes, no = 'null', ...more] }) =>
  condition && yes && more.length === 0 ? [either(condition, yes, no)] : []

const joinedText: Rewrite = ({ args: [value, separator = "','"], within }) => {
  const [, inside, by, mark] =
    /^([\s\S]*?)\s+order\s+by\s+([\s\S]*?)(?:\s+separator\s+('[^']*'))?$/i.exec(value ?? '') ?? []
  if (inside && by) return [`string_agg(${inside}, ${mark ?? separator} order by ${by})`]
  return value ? [`string_agg(${value}, ${separator}${within ? ` ${within}` : ''})`] : []
}

const decoded: Rewrite = ({ args: [of, ...pairs] }) => {
  if (!of || pairs.length < 2) return []
  const cases = Array.from({ length: Math.floor(pairs.length / 2) }, (_, i) => i * 2)
  const last = pairs.length % 2 === 1 ? ` else ${pairs.at(-1)}` : ''
  return [`case ${of} ${cases.map((i) => `when ${pairs[i]} then ${pairs[i + 1]}`).join(' ')}${last} end`]
}

/** Where the type of an argument is what the function does not take. */
const asNumber: Rewrite = ({ name, args: [value, ...more] }) =>
  value && more.length > 0 ? [`${name}(${cast(value, 'numeric')}, ${more.join(', ')})`] : []
const ofFlags: Rewrite = ({ name, args: [value, ...more] }) =>
  value && more.length === 0 ? [`${name}(${cast(value, 'integer')})`] : []
const ofText: Rewrite = ({ name, args: [value, ...more] }) =>
  // Of a list or a struct a text would be made that nobody means.
  value && !/^[[{]/.test(value) ? [`${name}(${[cast(value, 'varchar'), ...more].join(', ')})`] : []

const REWRITES: Record<string, Rewrite> = {
  convert: converted,
  datediff: dateDiff,
  date_diff: dateDiff,
  timestampdiff: dateDiff,
  timestamp_diff: dateDiff,
  dateadd: dateAdd(''),
  date_add: dateAdd(''),
  timestampadd: dateAdd(''),
  date_sub: dateAdd('-'),
  add_months: ({ args: [from = '', count = ''] }) => later('month', count, from),
  date_trunc: ({ args: [a, b] }, adapter) => {
    const [first, last] = [unitOf(a), unitOf(b)]
    return first && !/^'/.test(a ?? '') ? truncated(first, b, adapter) : truncated(last, a, adapter)
  },
  trunc: ({ args: [moment, unit] }, adapter) => truncated(unitOf(unit), moment, adapter),
  timestamp_trunc: ({ args: [moment, unit] }, adapter) => truncated(unitOf(unit), moment, adapter),
  last_day: ({ args: [day = ''] }) => [
    cast(`date_trunc('month', ${day}) + interval '1 month' - interval '1 day'`, 'date'),
  ],
  to_char: formatted,
  date_format: formatted,
  strftime: formatted,
  format_date: ({ args: [format = '', moment = ''], ...call }, adapter) =>
    formatted({ ...call, args: [moment, format] }, adapter),
  iff: conditional,
  if: conditional,
  nvl2: ({ args: [value, yes, no] }) => (value && yes && no ? [either(`${value} is not null`, yes, no)] : []),
  decode: decoded,
  isnull: ({ args: [value, other] }) => (value && other ? [`coalesce(${value}, ${other})`] : []),
  zeroifnull: ({ args: [value = ''] }) => [`coalesce(${value}, 0)`],
  safe_divide: divided(''),
  try_divide: divided(''),
  div0: divided(' else 0'),
  countif: ({ args: [of = ''] }) => [`sum(${either(of, '1', '0')})`],
  count_if: ({ args: [of = ''] }) => [`sum(${either(of, '1', '0')})`],
  listagg: joinedText,
  group_concat: joinedText,
  charindex: ({ args: [part = '', text = ''] }) => [`strpos(${text}, ${part})`],
  locate: ({ args: [part = '', text = ''] }) => [`strpos(${text}, ${part})`],
  contains: ({ args: [text = '', part = ''] }) => [`strpos(${text}, ${part}) > 0`],
  curdate: () => ['current_date'],
  sysdate: () => ['current_timestamp'],
  year: partOf('year'),
  quarter: partOf('quarter'),
  month: partOf('month'),
  day: partOf('day'),
  hour: partOf('hour'),
  dayofyear: partOf('doy'),
  weekofyear: partOf('week'),
  to_varchar: casting('varchar'),
  to_number: casting('numeric'),
  to_decimal: casting('numeric'),
  to_date: readBy('date'),
  str_to_date: readBy('date'),
  parse_date: readBy('date', 'format first'),
  strptime: readBy('timestamp'),
  to_timestamp: readBy('timestamp'),
  parse_timestamp: readBy('timestamp', 'format first'),
  parse_datetime: readBy('timestamp', 'format first'),
  round: asNumber,
  sum: ofFlags,
  avg: ofFlags,
  ...Object.fromEntries(
    ['left', 'right', 'upper', 'lower', 'trim', 'length', 'substr', 'substring', 'lpad', 'split_part'].map(
      (name) => [name, ofText],
    ),
  ),
}

export function rewrites(call: Call, adapter: string): string[] {
  if (adapter !== 'duckdb' && adapter !== 'postgres') return []
  return REWRITES[call.name.toLowerCase()]?.(call, adapter) ?? []
}
