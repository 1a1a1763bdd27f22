/** dbt-runner: builds and tests models with the user's own dbt. */
import { z } from 'zod'
import { readSchema } from '../data-modeler/types.ts'
import { modelledSchema } from '../dim-modeler/modelled.ts'
import { type Agent, action } from '../types.ts'
import { build } from './build.ts'
import { create, stage, tests } from './modelling.ts'
import { provenSchema } from './proven.ts'
import { rebuildSchema, rerun } from './rerun.ts'
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
    rerun: action({
      purpose: 'Build again what was mended, and what failed or was skipped because of it',
      input: z.strictObject({
        select: z.string().nullable(),
        load: z.array(z.string()).nullable().default(null),
        giveUp: z.boolean().nullable().default(null),
        expected: z.array(z.string()).nullable(),
        rebuild: rebuildSchema.nullable().default(null),
      }),
      run: rerun,
    }),
    test: action({
      purpose: 'Run the tests of a selection that the build has not proven',
      input: z.strictObject({ ...selection, proven: z.array(z.string()).nullable(), retest: z.boolean() }),
      run: test,
    }),
    stage: action({
      purpose: 'See to the staging models that a dimension or fact reads: those that stand, or new ones',
      input: z.strictObject({
        reads: z.array(readSchema).nullable(),
        intermediate: z.string().nullable().default(null),
      }),
      run: stage,
    }),
    create: action({
      purpose: 'Build what was designed in a sandbox and prove it; nothing of the project is written',
      input: z.strictObject({ modelled: modelledSchema }),
      run: create,
    }),
    'check-tests': action({
      purpose: 'Hold the tests that ran against the tests of the design',
      input: z.strictObject({ modelled: modelledSchema, proven: provenSchema }),
      run: tests,
    }),
  },
}
