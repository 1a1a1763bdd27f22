/** dbt-runner: builds and tests models with the user's own dbt. */
import { z } from 'zod'
import { type Agent, action } from '../types.ts'
import { build } from './build.ts'
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
  },
}
