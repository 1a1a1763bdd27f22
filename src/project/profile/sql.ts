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
  /** The begin of the unit that a date or a time lies in, as a time. */
  truncate: ((unit: string, column: string, kind: Kind) => string) | null
  /** A statement to select from, with or without an alias behind it; null where it is not known how. */
  derived: ((statement: string) => string) | null
  /** `lag` and sums over windows, and `double precision`. */
  windows: boolean
}

const double = (name: string) => `"${name.replaceAll('"', '""')}"`
const backtick = (name: string) => `\`${name.replaceAll('`', '``')}\``

/** PostgreSQL and DuckDB, where rows are values: https://duckdb.org/docs/sql/data_types/struct */
const rowsAsValues: Omit<Dialect, 'quote' | 'approximateDistinct' | 'derived'> = {
  distinctTuples: (columns) => `count(distinct (${columns.join(', ')}))`,
  distinctPairs: (first, second) =>
    `count(distinct (${first}, ${second})) filter (where ${first} is not null)`,
  asText: (column) => `cast(${column} as varchar)`,
  sample: (relation, rows, of) =>
    `select * from ${relation} where random() < ${Math.min(1, (rows * 1.1) / of)} limit ${rows}`,
  truncate: (unit, column, kind) =>
    `date_trunc('${unit}', ${kind === 'date' ? `cast(${column} as timestamp)` : column})`,
  windows: true,
}

const DIALECTS: Record<string, Dialect> = {
  duckdb: {
    quote: double,
    approximateDistinct: (c) => `approx_count_distinct(${c})`,
    derived: (statement) => `(${statement})`,
    ...rowsAsValues,
  },
  // Before 16 a statement in parentheses needs an alias, and what has one takes no second: a join takes both.
  postgres: {
    quote: double,
    approximateDistinct: null,
    derived: (statement) => `((${statement}) as read_as cross join (select) as once)`,
    ...rowsAsValues,
  },
}

const OTHER: Dialect = {
  quote: double,
  approximateDistinct: null,
  distinctTuples: null,
  distinctPairs: null,
  asText: (column) => column,
  sample: null,
  truncate: null,
  derived: null,
  windows: false,
}
const WITH_BACKTICKS = new Set(['bigquery', 'databricks', 'spark', 'mysql', 'mariadb'])

/** By dbt's name of the adapter. An adapter that was never tried gets plain SQL only. */
export function dialectOf(adapter: string): Dialect {
  return DIALECTS[adapter] ?? { ...OTHER, quote: WITH_BACKTICKS.has(adapter) ? backtick : double }
}

/** A value of ours, as SQL writes it. */
export function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

/** The kind of a column, from the warehouse's name of its type. */
export function kindOf(type: string): Kind {
  const name = type.toLowerCase()
  if (/\[\]|^(array|struct|map|list|json|variant|object|super|geo|point|union)|^interval|range$/.test(name))
    return 'other'
  if (/^timestamp|^datetime/.test(name)) return 'timestamp'
  if (/^date/.test(name)) return 'date'
  if (/^bool/.test(name)) return 'boolean'
  if (/^(dec|num)\w*\(\d+,\s*0\)/.test(name)) return 'integer'
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
    // As the warehouse writes them: a driver may not know infinity, or a year before our era.
    const isTime = column.kind === 'date' || column.kind === 'timestamp'
    const ends = (end: string) => (isTime ? dialect.asText(end) : end)
    // PostgreSQL before 18 has no least and no greatest uuid.
    const compared = /^uuid/i.test(column.type) ? dialect.asText(c) : c
    const values = {
      present: `count(${c})`,
      distinct: scalar ? distinct : 'null',
      min: ordered ? ends(`min(${compared})`) : 'null',
      max: ordered ? ends(`max(${compared})`) : 'null',
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

/**
 * Rows in each of at most `buckets` of equal width; null where a column has no width: other kinds, one value,
 * a date that cannot be calculated with (infinity). The first and the last bucket are open, so no row is missed.
 */
export function histogramExpressions(
  column: Column & { min: string | null; max: string | null },
  buckets: number,
  dialect: Dialect,
): string[] | null {
  const { min, max } = column
  const edges = min === null || max === null ? null : inner[column.kind]?.(column, min, max, buckets)
  if (!edges || edges.length === 0) return null
  const c = dialect.quote(column.name)
  return [...edges, null].map((edge, i) => {
    const parts = [
      ...(i > 0 ? [`${c} >= ${edges[i - 1]}`] : []),
      ...(edge !== null ? [`${c} < ${edge}`] : []),
    ]
    return `count(case when ${parts.join(' and ')} then 1 end)`
  })
}

type Edges = (column: Column, min: string, max: string, buckets: number) => string[] | null

/** The edges between the buckets, as literals. */
const inner: Partial<Record<Kind, Edges>> = {
  integer: integerEdges,
  number: numberEdges,
  date: timeEdges,
  timestamp: timeEdges,
}

/** Whole-number widths: a bucket must not hold one integer more than its neighbour by the way it is cut. */
function integerEdges(_: Column, min: string, max: string, buckets: number): string[] | null {
  if (!/^-?\d+$/.test(min) || !/^-?\d+$/.test(max)) return null
  const [low, high] = [BigInt(min), BigInt(max)]
  const width = (high - low) / BigInt(buckets) + 1n
  const edges: string[] = []
  for (let edge = low + width; edge <= high; edge += width) edges.push(String(edge))
  return edges
}

function numberEdges(_: Column, min: string, max: string, buckets: number): string[] | null {
  const [low, high] = [Number(min), Number(max)]
  if (!(high > low) || !Number.isFinite(high - low)) return null
  const step = (high - low) / buckets
  return Array.from({ length: buckets - 1 }, (_, i) => String(low + (i + 1) * step))
}

function timeEdges({ kind, type }: Column, min: string, max: string, buckets: number): string[] | null {
  const [low, high] = [toTime(min), toTime(max)]
  if (!(high > low)) return null
  const step = (high - low) / buckets
  const edges = Array.from({ length: buckets - 1 }, (_, i) => timeLiteral(low + (i + 1) * step, kind, type))
  return [...new Set(edges)]
}

function timeLiteral(ms: number, kind: Kind, type: string): string {
  const iso = new Date(ms).toISOString()
  if (kind === 'date') return `cast('${iso.slice(0, 10)}' as date)`
  const text = iso.slice(0, 23).replace('T', ' ')
  return /tz$|with(?: local)? time zone/i.test(type)
    ? `cast('${text}+00' as timestamp with time zone)`
    : `cast('${text}' as timestamp)`
}

/** Milliseconds of a time as a warehouse writes it, one without a zone as UTC; NaN for what no calendar of four digits has. */
function toTime(text: string): number {
  if (!/^\d{4}-\d\d-\d\d(?:[ T][\d:.]+(?:[zZ]|[+-]\d\d(?::?\d\d)?)?)?$/.test(text)) return Number.NaN
  if (text.length === 10) return Date.parse(text)
  const iso = text.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1')
  const zoned = iso.replace(/([+-]\d\d)$/, '$1:00')
  return Date.parse(/[zZ]$|T.*[+-]\d\d:?\d\d$/.test(zoned) ? zoned : `${zoned}Z`)
}
