/** What a sentence asks for, in its own words: names are not looked up yet. JSON only: it is stored with the run. */
import { z } from 'zod'
import { boundsSchema, conditionSchema, literalSchema, ruleSchema } from '../order/change.ts'

export const INTERVALS = ['day', 'week', 'month', 'quarter', 'year'] as const
export type Interval = (typeof INTERVALS)[number]

const clauses = {
  type: z.string().nullable(),
  default: literalSchema.nullable(),
  nullable: z.boolean().nullable(),
  unique: z.boolean(),
  rule: ruleSchema.nullable(),
}

const singleAskSchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('add-column'),
    table: z.string(),
    column: z.string(),
    ...clauses,
  }),
  z.strictObject({
    op: z.literal('rename-column'),
    table: z.string(),
    column: z.string(),
    to: z.string(),
    inSteps: z.boolean(),
  }),
  /** `what` was begun in steps is brought to its end; `to` may go without saying. */
  z.strictObject({
    op: z.literal('finish'),
    what: z.enum(['rename', 'type change']),
    table: z.string(),
    column: z.string(),
    to: z.string().nullable(),
  }),
  z.strictObject({
    op: z.literal('rename-table'),
    table: z.string(),
    to: z.string(),
    inSteps: z.boolean(),
  }),
  /** Columns get a table of their own, one row for each. */
  z.strictObject({
    op: z.literal('split-table'),
    table: z.string(),
    columns: z.array(z.string()).min(1),
    to: z.string(),
  }),
  /** `parts`: the new names; `separator` and `at` null: it was not said where. */
  z.strictObject({
    op: z.literal('split-column'),
    table: z.string(),
    column: z.string(),
    parts: z.array(z.string()).length(2),
    separator: z.string().nullable(),
    at: z.enum(['first', 'last']).nullable(),
  }),
  z.strictObject({
    op: z.literal('join-columns'),
    table: z.string(),
    columns: z.array(z.string()).length(2),
    to: z.string(),
    between: z.string().nullable(),
  }),
  /** `columns`: those that stood first, and go. */
  z.strictObject({
    op: z.literal('finish-parts'),
    what: z.enum(['split', 'join']),
    table: z.string(),
    columns: z.array(z.string()).min(1),
  }),
  z.strictObject({ op: z.literal('merge-table'), table: z.string(), into: z.string() }),
  z.strictObject({
    op: z.literal('finish-beside'),
    what: z.enum(['split', 'merge']),
    table: z.string(),
    other: z.string(),
  }),
  /** The view that keeps a table's old name goes. */
  z.strictObject({ op: z.literal('finish-table'), table: z.string(), to: z.string() }),
  z.strictObject({ op: z.literal('drop-column'), table: z.string(), column: z.string() }),
  z.strictObject({
    op: z.literal('change-type'),
    table: z.string(),
    column: z.string(),
    type: z.string(),
    inSteps: z.boolean(),
  }),
  z.strictObject({
    op: z.literal('set-nullable'),
    table: z.string(),
    column: z.string(),
    nullable: z.boolean(),
  }),
  z.strictObject({
    op: z.literal('set-default'),
    table: z.string(),
    column: z.string(),
    default: literalSchema.nullable(),
  }),
  z.strictObject({ op: z.literal('add-check'), table: z.string(), column: z.string(), rule: ruleSchema }),
  z.strictObject({ op: z.literal('add-unique'), table: z.string(), columns: z.array(z.string()).min(1) }),
  z.strictObject({
    op: z.literal('add-foreign-key'),
    table: z.string(),
    column: z.string(),
    references: z.string(),
  }),
  z.strictObject({ op: z.literal('add-index'), table: z.string(), columns: z.array(z.string()).min(1) }),
  /** The server is to know the columns together. */
  z.strictObject({ op: z.literal('add-statistics'), table: z.string(), columns: z.array(z.string()).min(1) }),
  /** All that others cover, where neither a name nor columns were said. */
  z.strictObject({
    op: z.literal('drop-index'),
    table: z.string().nullable(),
    name: z.string().nullable(),
    columns: z.array(z.string()).nullable(),
  }),
  z.strictObject({ op: z.literal('slow-query'), sql: z.string(), ms: z.number().nullable() }),
  z.strictObject({
    op: z.literal('create-table'),
    name: z.string(),
    columns: z.array(z.strictObject({ name: z.string(), ...clauses })),
    references: z.array(z.string()),
  }),
  z.strictObject({
    op: z.literal('fill'),
    table: z.string(),
    column: z.string(),
    value: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('literal'), value: literalSchema }),
      z.strictObject({
        kind: z.literal('columns'),
        columns: z.array(z.string()).min(1),
        between: z.string(),
      }),
      z.strictObject({ kind: z.literal('written'), as: z.enum(['lower', 'upper', 'trim']) }),
    ]),
    /** null: it was not said which rows. `column` null: the one that is filled. */
    where: z.array(z.strictObject({ ...conditionSchema.shape, column: z.string().nullable() })).nullable(),
  }),
  z.strictObject({
    op: z.literal('change-values'),
    what: z.enum(['add', 'rename', 'remove']),
    table: z.string(),
    column: z.string(),
    values: z.array(z.string()).min(1),
    /** The new name, or what rows become. */
    to: z.string().nullable(),
    at: z.strictObject({ side: z.enum(['before', 'after']), value: z.string() }).nullable(),
  }),
  /** `role`: what the other row is to this one, where it is not just its table: a parent, a manager. */
  z.strictObject({
    op: z.literal('add-reference'),
    table: z.string(),
    references: z.string(),
    role: z.string().nullable(),
  }),
  /** `by`: the column; null where only the interval was said. `method` null: it was not said how. */
  z.strictObject({
    op: z.literal('partition-table'),
    table: z.string(),
    by: z.string().nullable(),
    method: z.enum(['range', 'list', 'hash']).nullable(),
    interval: z.enum(INTERVALS).nullable(),
    parts: z.number().int().min(2).max(1024).nullable(),
  }),
  z.strictObject({ op: z.literal('finish-partition'), table: z.string() }),
  /** `said`: the rows of the part in the words of the request; `by`: the column, where it was said. */
  z.strictObject({
    op: z.literal('add-part'),
    table: z.string(),
    by: z.string().nullable(),
    bounds: boundsSchema,
    said: z.string(),
  }),
  /** By its name, or by the rows that it holds. `keep`: it is to be a table of its own. */
  z.strictObject({
    op: z.literal('drop-part'),
    table: z.string(),
    part: z.string(),
    bounds: boundsSchema.nullable(),
    keep: z.boolean(),
  }),
  z.strictObject({ op: z.literal('keep-history'), table: z.string() }),
  z.strictObject({ op: z.literal('many-to-many'), one: z.string(), other: z.string() }),
])

/** One change, or several that are one order. */
export const askSchema = z.union([
  singleAskSchema,
  z.strictObject({ op: z.literal('several'), asks: z.array(singleAskSchema).min(2) }),
])

export type Ask = z.output<typeof askSchema>
export type SingleAsk = z.output<typeof singleAskSchema>
export type AskOf<O extends SingleAsk['op']> = Extract<SingleAsk, { op: O }>
