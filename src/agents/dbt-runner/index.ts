/** dbt-runner: builds and tests models with the user's own dbt. */
import { z } from 'zod'
import { recommendationSchema } from '../data-modeler/types.ts'
import { dimensionSchema } from '../dim-modeler/index.ts'
import { type Agent, action } from '../types.ts'
import { build } from './build.ts'
import { create, stage, tests } from './dimension.ts'
import { provenSchema } from './proven.ts'
import { test } from './test.ts'

const selection = { select: z.string().nullable(), exclude: z.string().nullable() }

export const dbtRunner: Agent = {
  id: 'dbt-runner',
  purpose: 'Execute dbt commands',
  whenToUse: 'Building, testing models',
  actions: {
    build: action({
      purpose: 'Install missing packages, check source freshness, then dbt build',
      input: z.strictObject({ ...selection, fullRefresh: z.boolean() }),
      run: build,
    }),
    test: action({
      purpose: 'Run the tests of a selection that the build has not proven',
      input: z.strictObject({ ...selection, proven: z.array(z.string()).nullable(), retest: z.boolean() }),
      run: test,
    }),
    'stage-dimension': action({
      purpose: 'See to the staging model that a dimension reads: the one that stands, or a new one',
      input: z.strictObject({ recommendation: recommendationSchema.nullable() }),
      run: stage,
    }),
    'create-dimension': action({
      purpose: 'Build a new dimension in a sandbox and prove it; nothing of the project is written',
      input: z.strictObject({ dimension: dimensionSchema }),
      run: create,
    }),
    'test-dimension': action({
      purpose: 'Hold the tests that ran against the tests of the design',
      input: z.strictObject({ dimension: dimensionSchema, proven: provenSchema }),
      run: tests,
    }),
  },
}
