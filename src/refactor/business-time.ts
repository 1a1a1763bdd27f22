/** The day and the time of day of an event, as the business has them, in SQL of the house. */
import type { ModelingConfig } from '../config/modeling-schema.ts'
import type { HouseStyle } from '../project/conventions/house-style.ts'
import { keyword } from './house-sql.ts'

type Zones = Pick<ModelingConfig, 'time_zone' | 'source_time_zone'>

/** Adapters whose conversion is written here; on others times are taken as they stand. */
const CONVERTS: Record<string, (sql: string, from: string | null, to: string, word: Word) => string> = {
  duckdb: atTimeZone,
  postgres: atTimeZone,
  redshift: (sql, from, to) => `convert_timezone('${from ?? 'UTC'}', '${to}', ${sql})`,
  snowflake: (sql, from, to) =>
    from === null ? `convert_timezone('${to}', ${sql})` : `convert_timezone('${from}', '${to}', ${sql})`,
  bigquery: (sql, from, to) =>
    from === null ? `datetime(${sql}, '${to}')` : `datetime(timestamp(${sql}, '${from}'), '${to}')`,
}

type Word = (word: string) => string

export function convertsTimeZones(adapter: string): boolean {
  return Object.hasOwn(CONVERTS, adapter)
}

/**
 * The local time of the business, without a zone, of a timestamp as SQL writes it. Dates have no time to convert.
 * Unchanged where martsmith.yml names no `modeling.time_zone`.
 * @param type as the warehouse calls it.
 */
export function localTimeSql(
  sql: string,
  { type, zones, style, adapter }: { type: string; zones: Zones; style: HouseStyle; adapter: string },
): string {
  const { time_zone: to, source_time_zone } = zones
  const from = isZoned(type, adapter) ? null : source_time_zone
  const convert = CONVERTS[adapter]
  if (to === undefined || !convert || /^date$/i.test(type) || from === to) return sql
  return convert(sql, from, to, keyword(style))
}

/** yyyymmdd as a whole number, of a date or a timestamp as SQL writes it. */
export function dateKeySql(sql: string, style: HouseStyle): string {
  const word = keyword(style)
  const part = (name: string) => `${word('extract')}(${word(name)} ${word('from')} ${sql})`
  return `${word('cast')}(${part('year')} * 10000 + ${part('month')} * 100 + ${part('day')} ${word('as')} ${word('integer')})`
}

/** A timestamp whose type says its zone; BigQuery's timestamp is a point in time, its datetime is not. */
function isZoned(type: string, adapter: string): boolean {
  if (adapter === 'bigquery') return /^timestamp$/i.test(type)
  return /tz\b|with(?: local)? time zone/i.test(type)
}

function atTimeZone(sql: string, from: string | null, to: string, word: Word): string {
  const at = (inner: string, zone: string) => `${inner} ${word('at time zone')} '${zone}'`
  return from === null ? `(${at(sql, to)})` : `(${at(at(sql, from), to)})`
}
