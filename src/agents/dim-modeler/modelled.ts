/** What dim-modeler designs: a plan, and the models that it makes. */
import { z } from 'zod'
import type { Plan } from '../../refactor/types.ts'
import { planSchema } from '../dbt-specialist/plan-schema.ts'

const testSchema = z.strictObject({
  /** Null for a test of the whole model. */
  column: z.string().nullable(),
  test: z.string(),
  args: z.record(z.string(), z.unknown()).optional(),
})

const madeSchema = z.strictObject({
  /** Id after the change. */
  node: z.string(),
  file: z.string(),
  /** The YAML that describes it, with its tests. */
  properties: z.string(),
  columns: z.array(z.string()),
  /** Columns that name a row each by themselves: tested as unique and not null. */
  keys: z.array(z.string()),
  tests: z.array(testSchema),
})

/** null where the step before was skipped. The model that was asked for is made first. */
export const modelledSchema = z
  .strictObject({
    plan: planSchema.unwrap(),
    made: z.array(madeSchema).min(1),
    /** The design in words, one line each. */
    words: z.array(z.string()),
  })
  .nullable()

export type DesignedTest = z.output<typeof testSchema>
export type Made = z.output<typeof madeSchema>
export type Modelled = { plan: Plan; made: Made[]; words: string[] }
