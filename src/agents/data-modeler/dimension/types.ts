/** What data-modeler recommends for a dimension: one shape for each way to make one. JSON only: a run keeps it. */
import { z } from 'zod'
import { columnSchema, recommendedSchema } from '../types.ts'

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

const dayColumn = z.strictObject({
  column: columnSchema,
  /** Days outside of it stand for nothing. */
  from: z.string(),
  to: z.string(),
})

/** A date dimension. Its rows come from the columns that tell which days there are. */
export const calendarSchema = recommendedSchema.extend({
  way: z.literal('calendar'),
  /** `read`: an id of `reads`. */
  bounds: z.array(dayColumn.extend({ read: z.string() })),
  yearsAhead: z.number(),
  /** Of today's data, whole years. */
  first: z.string(),
  last: z.string(),
  /** Every column whose days it must have, by the id of its relation. */
  covers: z.array(dayColumn.extend({ id: z.string() })),
})

/** A time dimension, by the minute. It is made from nothing. */
export const clockSchema = recommendedSchema.extend({ way: z.literal('clock') })

export const recommendationSchema = z.discriminatedUnion('way', [tableSchema, calendarSchema, clockSchema])

export type Recommendation = z.output<typeof recommendationSchema>
export type TableRecommendation = z.output<typeof tableSchema>
export type CalendarRecommendation = z.output<typeof calendarSchema>
export type ClockRecommendation = z.output<typeof clockSchema>
