/** What a profile of one relation holds, and how it is asked for. */
import type { Formula } from './arithmetic.ts'

export type Kind = 'integer' | 'number' | 'text' | 'date' | 'timestamp' | 'boolean' | 'other'

export type Column = { name: string; type: string; kind: Kind }

/** Sends statements to the warehouse, each answered on its own, in order. */
export type Ask = (
  statements: string[],
  limit: number,
) => Promise<({ columns: string[]; rows: unknown[][] } | { error: string })[]>

export type TextForm =
  | 'uuid'
  | 'e-mail address'
  | 'web address'
  | 'date'
  | 'time stamp'
  | 'whole number'
  | 'number'
  | 'yes or no'
  | 'JSON'
  | 'hash'

export type Grain = {
  /** The unit that all values keep to; null where they are finer than seconds, or not known. */
  unit: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | null
  /** By a query over all rows; else it holds in the sample. */
  proven: boolean
  /** What is counted in `present` and `missing`. */
  step: 'year' | 'month' | 'day'
  /** Days, months or years between least and most that have a value, and that have none. */
  present: number | null
  missing: number | null
  /** Negative where it ends in the future. */
  endsDaysAgo: number | null
}

/** How a number may be added up; `unknown` where nothing tells. */
export type Behaviour = {
  is: 'identifier' | 'code' | 'additive' | 'ratio' | 'balance' | 'attribute' | 'unknown'
  /** Why, in a few words. */
  because: string
  /** What it rests on: counted over all rows, seen in the sample, or the name alone. */
  from: 'rows' | 'sample' | 'name' | 'nothing'
}

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
  /** The most frequent value of the sample; `rows` counted over all rows, where one value stands out. */
  heaviest: { value: string; share: number; rows: number | null } | null
  /** The form that nearly all text values of the sample have: `AA-999`; null where there is none. */
  pattern: string | null
  /** What nearly all text values of the sample are. */
  form: TextForm | null
  /** Dates and timestamps only. */
  grain: Grain | null
  /** Numbers only. */
  behaviour: Behaviour | null
}

/** `proven`: by a query over all rows; else it holds in the sample, and the warehouse was not asked. */
export type Key = { columns: string[]; proven: boolean }
export type Dependency = { from: string; to: string; proven: boolean }
/** A whole and its parts, or a product and its factors, in all `rows` that have all of them. */
export type ProvenFormula = Formula & { rows: number }

/** Every value of `column`, but for those in `orphans` rows, is one of a key of another relation. Counted over all rows. */
export type Inclusion = {
  column: string
  /** The relation by its name in dbt. */
  of: string
  key: string
  /** Rows whose value is not in the key; nulls are no values. */
  orphans: number
  rows: number
  /** Whole numbers without gaps hold small whole numbers whatever they mean. */
  chance: boolean
}

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
  formulas: ProvenFormula[]
  inclusions: Inclusion[]
  /** Statements that were sent, in order; each reads the relation once. */
  statements: string[]
  /** Counts that were remembered from a measurement of the very same rows. */
  remembered: number
}
