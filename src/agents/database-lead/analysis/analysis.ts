/** What the lead knows before it designs: the request understood on the live schema, and everything around it. */
import { z } from 'zod'
import { TOOL_IDS } from '../../../adapters/migrations/types.ts'
import { tableNameSchema } from '../order/change.ts'
import { designSchema } from '../types.ts'

const reader = z.strictObject({ file: z.string(), line: z.number(), what: z.string() })

export const analysisSchema = z.strictObject({
  design: designSchema,
  /** `PostgreSQL 15.14 at ..., database shop`. */
  database: z.string(),
  server: z.string(),
  family: z.enum(['postgres', 'mysql']),
  migrations: z.strictObject({
    tool: z.enum(TOOL_IDS),
    folder: z.string(),
    standing: z.array(z.strictObject({ version: z.string(), path: z.string() })),
  }),
  queries: z.array(z.strictObject({ file: z.string(), line: z.number(), sql: z.string() })),
  /** What of the application declares or builds queries on the tables. */
  readers: z.array(reader),
  /** Pipelines, dbt models, exposures and Power BI models that read them, directly or through others. */
  downstream: z.array(reader),
  /** Where models and the database differ, in words. */
  drift: z.array(z.string()),
  /** Circles of foreign keys that the tables are part of. */
  circles: z.array(z.string()),
  /** Signs that a table or its indexes are not in order. */
  signs: z.array(z.string()),
  views: z.array(tableNameSchema),
  sizes: z.array(z.strictObject({ table: z.string(), rows: z.number(), bytes: z.number() })),
  /** Facts of the tables concerned, as they were: whoever changes them in between is noticed. */
  facts: z.array(z.string()),
})

export type Analysis = z.output<typeof analysisSchema>
