/** What differs between two relations. */
import type { QueryAnswer } from '../../adapters/dbt/types.ts'

export type Query = (statements: string[], limit?: number) => Promise<QueryAnswer[]>
export type Column = { name: string; type: string }
export type Relation = { relation: string; columns: Column[] }

export type CompareOptions = {
  query: Query
  adapter: string
  before: Relation
  after: Relation
  /** Columns, as they are called after, by which rows may be matched: the first that is a key on both sides is taken. */
  keys?: string[][]
  /** Names of columns, before to after. */
  renamed?: Record<string, string>
  /** Columns that are new, and so are not compared. */
  added?: string[]
  /** Floats that differ by less than this part of the larger one are equal. Default 1e-9; decimals are exact. */
  tolerance?: number
  /** Examples of each kind of difference. Default 3. */
  examples?: number
}

/** Values as the warehouse writes them, cut; null is null. */
export type Value = string | null
export type Row = Record<string, Value>

export type ColumnDifference = {
  name: string
  /** Matched rows in which it differs. */
  rows: number
  examples: { key: Row; before: Value; after: Value }[]
}

export type RelationDiff = {
  /** Every row on one side has its equal on the other, in all columns that both have; nothing was left out. */
  sameRows: boolean
  rows: { before: number; after: number }
  /** `key`: rows were matched by it. null: whole rows were counted, so a changed row is one here and one there. */
  key: string[] | null
  only: { before: number; after: number; examples: { before: Row[]; after: Row[] } }
  /** Matched rows in which any column differs; null where rows were not matched. */
  changed: number | null
  /** Columns that differ in matched rows, those with most rows first. */
  columns: ColumnDifference[]
  compared: string[]
  onlyBefore: Column[]
  onlyAfter: Column[]
  /** `name` is that after the change. */
  types: { name: string; before: string; after: string }[]
  /** Columns whose kind this adapter cannot compare. */
  uncompared: string[]
  notes: string[]
  /** How many statements were sent; each reads the relations at most once. */
  statements: number
}

/** The same without values of rows: for tasks and what is kept. */
export function withoutValues(diff: RelationDiff): RelationDiff {
  return {
    ...diff,
    only: { ...diff.only, examples: { before: [], after: [] } },
    columns: diff.columns.map((c) => ({ ...c, examples: [] })),
  }
}
