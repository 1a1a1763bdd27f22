/** What data-modeler recommends for a dimension: one shape for each way to make one. JSON only: a run keeps it. */
import { z } from 'zod'
import { columnSchema, recommendedSchema } from '../types.ts'
import { versionsSchema } from './history/types.ts'

/** From the table of the thing itself, or promoted from a column of others. */
export const tableSchema = recommendedSchema.extend({
  way: z.enum(['promoted', 'entity']),
  key: columnSchema,
  attributes: z.array(columnSchema),
  /** The natural key of the unknown member: no row has it. */
  unknown: z.union([z.string(), z.number()]),
  rows: z.number(),
  values: z.number(),
  /** Rows without a value of the key. */
  without: z.number(),
  /** Values that the project's YAML says are all there can be. */
  closedList: z.array(z.string()).nullable(),
})

export const recommendationSchema = z.discriminatedUnion('way', [tableSchema, versionsSchema])

export type Recommendation = z.output<typeof recommendationSchema>
export type TableRecommendation = z.output<typeof tableSchema>
