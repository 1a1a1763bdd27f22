/** Times of versions in SQL: what a begin and an end are, whatever type the source gives them. */
import { dialectOf } from '../project/profile/sql.ts'
import type { Kind } from '../project/profile/types.ts'

/** An end from here on is none: 2099-12-31, 2999-01-01, 9999-12-31, infinity. */
export const OPEN_FROM = '2099-01-01'
/** Before every event: what a missing begin is, and what the first begin of each key becomes. */
export const BEGINNING = '1900-01-01'
/** After every event: the end of what has none. */
export const NO_END = '9999-12-31'

/** By how much the last moment of a version can be before the first one of the next. */
export const STEPS = ['day', 'second', 'millisecond', 'microsecond'] as const
export type Step = (typeof STEPS)[number]

export type TimeColumn = { name: string; type: string; kind: Kind }

/** A timestamp with a zone stays one: it is compared with events that have one too. */
export function timeType({ kind, type }: Pick<TimeColumn, 'kind' | 'type'>): string {
  return isZoned({ kind, type }) ? 'timestamp with time zone' : 'timestamp'
}

export function isZoned({ kind, type }: Pick<TimeColumn, 'kind' | 'type'>): boolean {
  return kind === 'timestamp' && /tz\b|with(?: local)? time zone/i.test(type)
}

/** As a time: dates and text are cast, so that all can be compared. */
export function asTime(column: TimeColumn, adapter: string): string {
  const name = dialectOf(adapter).quote(column.name)
  return column.kind === 'timestamp' ? name : `cast(${name} as timestamp)`
}
