/** How an origin tells of versions, and what is recommended where it does: a type 2 dimension. JSON only. */
import { z } from 'zod'
import { STEPS } from '../../../../refactor/interval-sql.ts'
import { columnSchema, recommendedSchema } from '../../types.ts'

const deleted = z.strictObject({
  /** A column in which `true`, however it is written, marks a row that tells of a deletion and is no version. */
  column: z.string(),
})

export const historySchema = z.discriminatedUnion('by', [
  /** A row per version, with its begin and its end. */
  z.strictObject({
    by: z.literal('intervals'),
    from: columnSchema,
    to: columnSchema,
    /** Where an end is the last moment of a version, and no longer the first one after: how far they are apart. */
    inclusive: z.enum(STEPS).nullable(),
    deleted: deleted.nullable(),
  }),
  /** A row per version, with its begin alone. */
  z.strictObject({ by: z.literal('starts'), from: columnSchema }),
  /** All rows, again and again: a version is a run of copies that say the same. */
  z.strictObject({ by: z.literal('copies'), from: columnSchema }),
])

export const versionsSchema = recommendedSchema.extend({
  way: z.literal('versions'),
  natural: z
    .array(
      z.strictObject({
        column: columnSchema,
        /** In the unknown member: no row has it. */
        unknown: z.union([z.string(), z.number()]),
      }),
    )
    .min(1),
  attributes: z.array(columnSchema),
  history: historySchema,
  /** What its columns are called here, where that is not how they are called in what is read. */
  renamed: z.record(z.string(), z.string()),
  /** A snapshot that is made with it, of what is read: rows are overwritten there. `updatedAt` null: by comparing. */
  snapshot: z.strictObject({ updatedAt: columnSchema.nullable() }).nullable(),
  rows: z.number(),
  /** Values of the natural key. */
  values: z.number(),
})

export type History = z.output<typeof historySchema>
export type Intervals = Extract<History, { by: 'intervals' }>
export type VersionsRecommendation = z.output<typeof versionsSchema>

/** Without what was looked at and chosen. */
export type JudgedVersions = Omit<VersionsRecommendation, 'looked' | 'chosen'>
