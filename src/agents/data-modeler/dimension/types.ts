/** What data-modeler recommends for a dimension: one shape for each way to make one. JSON only: a run keeps it. */
import { z } from 'zod'
import { columnSchema, recommendedSchema } from '../types.ts'

/** A column of the natural key. A flag becomes a label: Yes, No, Unknown. */
const naturalSchema = z.strictObject({
  column: columnSchema,
  /** What the unknown member has in it: no row has that. */
  unknown: z.union([z.string(), z.number()]),
})

/** A thing that the rows belong to (a track to its album, an employee to a manager): joined in, so that nobody has to. */
const parentSchema = z.strictObject({
  /** Which of `reads`; the first is the thing itself, joined to itself. */
  read: z.number(),
  /** Which of the parents before it leads here; null: the thing itself. */
  by: z.number().nullable(),
  /** The foreign key, and the key that it finds. */
  column: columnSchema,
  key: columnSchema,
  /** `album`: what the names of its attributes begin with, and the join is called. */
  role: z.string(),
  attributes: z.array(columnSchema),
  /** Rows of the thing, or of the parent before, whose key finds nothing: nulls, and values without a row. */
  nulls: z.number(),
  unmatched: z.number(),
})

/** From the table of the thing itself, promoted from columns of others, or of several flags and codes (junk). */
export const tableSchema = recommendedSchema.extend({
  way: z.enum(['promoted', 'entity', 'junk']),
  natural: z.array(naturalSchema).min(1),
  attributes: z.array(columnSchema),
  parents: z.array(parentSchema),
  rows: z.number(),
  values: z.number(),
  /** Rows without a value of the key. */
  without: z.number(),
  /** Rows that are copies of others in all that is read of them: dropped. */
  copies: z.number(),
  /** Values that the project's YAML says are all there can be. */
  closedList: z.array(z.string()).nullable(),
})

export const recommendationSchema = z.discriminatedUnion('way', [tableSchema])

export type Recommendation = z.output<typeof recommendationSchema>
export type TableRecommendation = z.output<typeof tableSchema>
export type Natural = z.output<typeof naturalSchema>
export type Parent = z.output<typeof parentSchema>
