/** What a scenario is: a project with its data, requests in order, and what an expert expects of each. */
import type { Table, Value } from '../support/data.ts'
import type { Engine } from '../support/warehouse.ts'

/** One value, or several of which each would be right: a flag may stay `Y` or become true. */
export type Wanted = Value | readonly Value[]
export type Row = Record<string, Wanted>

/** What the made dimension has to hold. Names of fields are ours: its columns are found by their values. */
export type WantedDimension = {
  is: 'dimension'
  /** The fields that are its natural key. */
  key: string[]
  members: Row[]
  /** Rows of other dimensions may be added where facts come early; `none` where it must not have an unknown one. */
  unknown?: 'none'
  /** Fields that change with time: members are then versions, with `from` and `to` (null: current). */
  versions?: { from: string; to: string; firstFact: string }
  /** Members once the statements of `later` have run. */
  later?: Row[]
}

export type WantedFact = {
  is: 'fact'
  rows: Row[]
  /** The fields that name one row; null where the source has no key, and rows are told by all of them. */
  grain: string[] | null
  measures: Record<string, 'additive' | 'semi-additive'>
  /** Quotients, prices, percentages: absent, or there and said to be non-additive. */
  ratios?: string[]
  /** Role -> a value of the dimension that tells its members apart. */
  dimensions?: string[]
  /** Roles whose key finds dates: `YYYY-MM-DD`. */
  dates?: string[]
  degenerate?: string[]
  /** No time of the source tells which rows are new or changed: a table that is made anew is right, and misses nothing. */
  timeless?: boolean
  later?: { rows: Row[]; late?: (row: Row) => boolean; changed?: (row: Row) => boolean }
}

/** A right refusal: nothing is written. */
export type WantedRefusal = {
  is: 'refusal'
  /** Several where each would do. */
  code: number | number[]
  /** The words must match all of them. */
  says: RegExp[]
}

/** One row for each group and member, whose weights sum to one within a group. */
export type WantedBridge = { is: 'bridge'; groups: Record<string, Value[]> }

/** A date dimension that has each day from the first to the last. */
export type WantedDates = { is: 'dates'; first: string; last: string }

export type Expectation = WantedDimension | WantedFact | WantedRefusal | WantedBridge | WantedDates

export type Request = {
  argv: string[]
  wants: Expectation
  /** Wrong input and right refusals are two different points. */
  wrongInput?: boolean
  /** The very same request follows: it must be recognised. */
  again?: boolean
  /** Files that are there for this request alone. */
  files?: Record<string, string>
}

export type Scenario = {
  name: string
  /** Domain and traits, for the page. */
  about: string
  engine: Engine
  files: Record<string, string>
  tables: Table[]
  requests: Request[]
  /** Run after all requests: rows that arrive late, that change, that are deleted. */
  later?: string[]
  /** How names are in this house: models and columns that are made must match. */
  names: { model: RegExp; column: RegExp }
  /** Values of columns that a person may close: the project says so. */
  closed?: Value[][]
}
