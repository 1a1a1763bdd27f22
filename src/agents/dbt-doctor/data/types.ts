/** What is found when a failure of the data is followed to the step in which it is born. */
import type { Span } from '../../../project/sql/types.ts'
import type { Block, Output } from './block.ts'
import type { Wrong } from './decision.ts'
import type { BoundEdit } from './periods.ts'

export type Born =
  /** A join that finds several rows for one. */
  | 'join'
  /** A union whose parts hold the same. */
  | 'union'
  /** Rows are folded by more than the key. */
  | 'group'
  /** What is read has a finer grain, and nothing folds it. */
  | 'grain'
  /** An outer join that finds nothing. */
  | 'unmatched'
  /** An expression that makes it. */
  | 'expression'
  /** A condition, or an inner join, that lets rows fall out. */
  | 'filter'
  | 'drop'
  /** The data came so. */
  | 'source'
  /** The SQL is right, and the table is not what it says: how it was added to. */
  | 'build'
  /** The SQL is right for a table that is built anew, and its incremental part passes rows over. */
  | 'passed over'
  | 'unknown'

export type Culprit = {
  born: Born
  /** The node in whose SQL it is, or the source. */
  node: string
  /** From the project's root. */
  file: string | null
  line: number | null
  /** In one sentence, without values of rows. */
  sentence: string
  /** Each a line; values of rows only in the form that is masked. */
  evidence: string[]
  /** For the candidates: where in the SQL it is. */
  spot: Spot | null
  /** Other places of the same kind that have a part in it: each has to be mended too. */
  also?: { born: Born; spot: Spot }[]
  /** What is read has one row of these, rightly. */
  grain?: string[]
  /** Of a source: which of its rows are wrong. */
  wrong?: Wrong
  /** Of a join by a period: how periods lie beside each other, or which bound is in one. */
  ofPeriods?: 'beside' | 'bound'
}

export type Spot = {
  block: Block
  /** The source that is joined. */
  source: number | null
  /** The expression, the condition. */
  span: Span | null
  /** The columns that are asked about, as the block has them. */
  outputs: Output[]
  /** Of a union: its parts read a finer grain, and repeat rightly. */
  isFine?: boolean
  /** Of a part of a union: two columns that stand in each other's place. */
  crossed?: [Output, Output]
  /** Of a join by a period: changes of a bound that mend it, and no others do. */
  bounds?: BoundChange[]
}

export type BoundChange = {
  title: string
  because: string
  edits: BoundEdit[]
  /** Where the moment is written that an edit repeats. */
  moment: Span | null
}

/** What was asked on the way up, and the answer, in order. */
export type Trail = string[]

/** Values of rows, as messages of databases write them: masked where they are not to be kept. */
export function example(columns: string[], values: unknown[]): string {
  return `Key (${columns.join(', ')})=(${values.map((v) => (v === null ? 'null' : String(v))).join(', ')}).`
}

/** Whether a line of evidence shows values of rows. */
export const isExample = (line: string) => line.startsWith('Key (')
