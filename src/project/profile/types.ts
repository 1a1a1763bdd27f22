/** What a profile of one relation holds, and how it is asked for. */

export type Kind = 'integer' | 'number' | 'text' | 'date' | 'timestamp' | 'boolean' | 'other'

export type Column = { name: string; type: string; kind: Kind }

/** Sends statements to the warehouse, each answered on its own, in order. */
export type Ask = (
  statements: string[],
  limit: number,
) => Promise<({ columns: string[]; rows: unknown[][] } | { error: string })[]>

export type ColumnProfile = Column & {
  nulls: number
  /** Distinct values that are not null; `approximate` where the adapter estimated them. */
  distinct: number
  approximate: boolean
  min: string | null
  max: string | null
  /** Text only: values that are empty or blank. */
  blank: number | null
  /** Rows per bucket, of equal width from min to max; numbers, dates and timestamps only. */
  histogram: number[] | null
  /** The most frequent values of the sample with their share of its rows, if they are few. */
  top: { value: string; share: number }[] | null
  /** The form that nearly all text values of the sample have: `AA-999`; null where there is none. */
  pattern: string | null
}

/** `proven`: by a query over all rows; else it holds in the sample, and the warehouse was not asked. */
export type Key = { columns: string[]; proven: boolean }
export type Dependency = { from: string; to: string; proven: boolean }

export type RelationProfile = {
  relation: string
  rows: number
  /** Rows that were looked at one by one; equal to `rows` where that was all of them. */
  sampled: number
  columns: ColumnProfile[]
  /** Minimal sets of columns without nulls whose values are never repeated. */
  keys: Key[]
  /** Each value of `from` has one value of `to`. */
  dependencies: Dependency[]
  /** Statements that were sent, in order; each reads the relation once. */
  statements: string[]
}
