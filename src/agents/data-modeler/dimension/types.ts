/** What data-modeler recommends for a dimension: one shape for each way to make one. JSON only: a run keeps it. */
import { z } from 'zod'
import { columnSchema, recommendedSchema } from '../types.ts'
import { versionsSchema } from './history/types.ts'

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

/** Many to many: each of the rows with several of another thing, and that with several of them. */
const bridgeSchema = z.strictObject({
  /** Which of `reads`: the table that relates them, and the other thing's own. */
  link: z.number(),
  members: z.number(),
  /** In the table that relates them: the key of the dimension, and that of the other thing. */
  own: columnSchema,
  other: columnSchema,
  /** The other thing, whose facts are shared out, and its own key. */
  thing: z.string(),
  memberKey: columnSchema,
  /** As the unknown member of the other thing has it. */
  memberUnknown: z.union([z.string(), z.number()]),
})

/**
 * One thing in several roles of one relation: `natural` and `attributes` are what the dimension calls them, and each role
 * has columns for them, in their order.
 */
const rolesSchema = z.strictObject({
  each: z
    .array(
      z.strictObject({
        role: z.string(),
        natural: z.array(columnSchema),
        attributes: z.array(columnSchema),
      }),
    )
    .min(2),
  /** Attributes that some rows of a value say and others leave out: what is said counts. */
  sparse: z.array(z.string()),
})

/** From the table of the thing itself, promoted from columns of others, or of several flags and codes (junk). */
export const tableSchema = recommendedSchema.extend({
  way: z.enum(['promoted', 'entity', 'junk']),
  natural: z.array(naturalSchema).min(1),
  attributes: z.array(columnSchema),
  roles: rolesSchema.optional(),
  parents: z.array(parentSchema),
  rows: z.number(),
  values: z.number(),
  /** Rows without a value of the key. */
  without: z.number(),
  /** Rows that are copies of others in all that is read of them: dropped. */
  copies: z.number(),
  /** Values that the project's YAML says are all there can be. */
  closedList: z.array(z.string()).nullable(),
  /** Where one was asked for. */
  bridge: bridgeSchema.nullable(),
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
  covers: z.array(
    dayColumn.extend({
      id: z.string(),
      /** How it is read where a source has it as something else: `{column}` is the column. */
      cast: z.string().optional(),
    }),
  ),
})

/** A time dimension, by the minute. It is made from nothing. */
export const clockSchema = recommendedSchema.extend({ way: z.literal('clock') })

export const recommendationSchema = z.discriminatedUnion('way', [
  tableSchema,
  versionsSchema,
  calendarSchema,
  clockSchema,
])

export type Recommendation = z.output<typeof recommendationSchema>
export type TableRecommendation = z.output<typeof tableSchema>
export type CalendarRecommendation = z.output<typeof calendarSchema>
export type ClockRecommendation = z.output<typeof clockSchema>
export type Natural = z.output<typeof naturalSchema>
export type Bridge = z.output<typeof bridgeSchema>
export type Parent = z.output<typeof parentSchema>
