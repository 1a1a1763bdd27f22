/** The statements of a profile. Each reads the relation once, however many columns it has. */
import type { Column, Kind } from './types.ts'

export type Dialect = {
  quote(name: string): string
  /** null where the adapter has no estimate, or none that was tried: then the exact count is taken. */
  approximateDistinct: ((column: string) => string) | null
  /** Counts distinct combinations of columns without nulls; null where it is not known how this adapter does it. */
  distinctTuples: ((columns: string[]) => string) | null
  /** The same of two columns, in rows where the first is not null. */
  distinctPairs: ((first: string, second: string) => string) | null
  /** A column of a text-like type (an enum, a uuid) as text. */
  asText(column: string): string
  /** A random part of the rows; null where only the first rows can be had. */
  sample: ((relation: string, rows: number, of: number) => string) | null
}

const double = (name: string) => `"${name.replaceAll('"', '""')}"`
const backtick = (name: string) => `\`${name.replaceAll('`', '``')}\``

/** PostgreSQL and DuckDB, where rows are values: https://duckdb.org/docs/sql/data_types/struct */
const rowsAsValues: Pick<Dialect, 'distinctTuples' | 'distinctPairs' | 'sample' | 'asText'> = {
  distinctTuples: (columns) => `count(distinct (${columns.join(', ')}))`,
  distinctPairs: (first, second) =>
    `count(distinct (${first}, ${second})) filter (where ${first} is not null)`,
  asText: (column) => `cast(${column} as varchar)`,
  sample: (relation, rows, of) =>
    `select * from ${relation} where random() < ${Math.min(1, (rows * 1.1) / of)} limit ${rows}`,
}

const DIALECTS: Record<string, Dialect> = {
  duckdb: { quote: double, approximateDistinct: (c) => `approx_count_distinct(${c})`, ...rowsAsValues },
  postgres: { quote: double, approximateDistinct: null, ...rowsAsValues },
}

const OTHER: Dialect = {
  quote: double,
  approximateDistinct: null,
  distinctTuples: null,
  distinctPairs: null,
  asText: (column) => column,
  sample: null,
}
const WITH_BACKTICKS = new Set(['bigquery', 'databricks', 'spark', 'mysql', 'mariadb'])

/** By dbt's name of the adapter. An adapter that was never tried gets plain SQL only. */
export function dialectOf(adapter: string): Dialect {
  return DIALECTS[adapter] ?? { ...OTHER, quote: WITH_BACKTICKS.has(adapter) ? backtick : double }
}

/** The kind of a column, from the warehouse's name of its type. */
export function kindOf(type: string): Kind {
  const name = type.toLowerCase()
  if (/\[\]|^(array|struct|map|list|json|variant|object|super|geo|point|union)|^interval|range$/.test(name))
    return 'other'
  if (/^timestamp|^datetime/.test(name)) return 'timestamp'
  if (/^date/.test(name)) return 'date'
  if (/^bool/.test(name)) return 'boolean'
  if (/^u?(tiny|small|medium|big|huge)?int(eger)?\d*|^(big|small)?serial/.test(name)) return 'integer'
  if (/^(dec|num|float|double|real|money|bignumeric)/.test(name)) return 'number'
  if (/char|text|string|uuid|enum|clob/.test(name)) return 'text'
  return 'other'
}

/** Kinds that can be compared and counted everywhere. */
export function isScalar({ kind }: Column): boolean {
  return kind !== 'other'
}

/** Numbers per column, in this order. */
export const FACTS = ['present', 'distinct', 'min', 'max', 'blank'] as const

/** Row count, then FACTS for each column. A fact that a kind does not have is null. */
export function factsStatement(relation: string, columns: Column[], dialect: Dialect): string {
  const facts = columns.flatMap((column, i) => {
    const c = dialect.quote(column.name)
    const scalar = isScalar(column)
    const ordered = scalar && column.kind !== 'boolean'
    const distinct = (dialect.approximateDistinct ?? ((x: string) => `count(distinct ${x})`))(c)
    const values = {
      present: `count(${c})`,
      distinct: scalar ? distinct : 'null',
      min: ordered ? `min(${c})` : 'null',
      max: ordered ? `max(${c})` : 'null',
      blank: column.kind === 'text' ? `count(case when trim(${dialect.asText(c)}) = '' then 1 end)` : 'null',
    }
    return FACTS.map((fact) => `${values[fact]} as ${fact}_${i}`)
  })
  return `select ${['count(*) as row_count', ...facts].join(',\n  ')}\nfrom ${relation}`
}

export function sampleStatement(relation: string, rows: number, of: number, { sample }: Dialect): string {
  if (of <= rows || !sample) return `select * from ${relation} limit ${rows}`
  return sample(relation, rows, of)
}

/** One expression per thing to be counted, in one statement. */
export function countsStatement(relation: string, expressions: string[]): string {
  return `select ${expressions.map((e, i) => `${e} as count_${i}`).join(',\n  ')}\nfrom ${relation}`
}

/** Rows in each of `buckets` of equal width; null where a column has no width: other kinds, or one value. */
export function histogramExpressions(
  column: Column & { min: string | null; max: string | null },
  buckets: number,
  dialect: Dialect,
): string[] | null {
  const { kind, min, max } = column
  if (min === null || max === null || !['integer', 'number', 'date', 'timestamp'].includes(kind)) return null
  const bounds = kind === 'date' || kind === 'timestamp' ? timeBounds : numberBounds
  const edges = bounds(column, min, max, buckets)
  if (!edges) return null
  const c = dialect.quote(column.name)
  return Array.from({ length: buckets }, (_, i) => {
    const below = i === buckets - 1 ? `${c} <= ${edges[i + 1]}` : `${c} < ${edges[i + 1]}`
    return `count(case when ${c} >= ${edges[i]} and ${below} then 1 end)`
  })
}

function numberBounds(_: Column, min: string, max: string, buckets: number): string[] | null {
  const [low, high] = [Number(min), Number(max)]
  if (!(high > low)) return null
  const step = (high - low) / buckets
  return Array.from({ length: buckets + 1 }, (_, i) =>
    i === 0 ? min : i === buckets ? max : String(low + i * step),
  )
}

function timeBounds({ kind, type }: Column, min: string, max: string, buckets: number): string[] | null {
  const [low, high] = [toTime(min), toTime(max)]
  if (!(high > low)) return null
  const literal = (ms: number) => {
    const iso = new Date(ms).toISOString()
    if (kind === 'date') return `cast('${iso.slice(0, 10)}' as date)`
    const text = iso.slice(0, 23).replace('T', ' ')
    return /tz$|with(?: local)? time zone/i.test(type)
      ? `cast('${text}+00' as timestamp with time zone)`
      : `cast('${text}' as timestamp)`
  }
  const step = (high - low) / buckets
  // The ends reach over what the warehouse rounds off: microseconds, the rest of a day.
  const end = kind === 'date' ? high : high + 1
  return Array.from({ length: buckets + 1 }, (_, i) => literal(i === buckets ? end : low + i * step))
}

/** Milliseconds of a timestamp as a warehouse writes it; one without a zone is taken as UTC. */
function toTime(text: string): number {
  const iso = text.replace(' ', 'T')
  return Date.parse(/[zZ]$|[+-]\d\d(:?\d\d)?$/.test(iso.slice(10)) ? iso : iso.length > 10 ? `${iso}Z` : iso)
}
