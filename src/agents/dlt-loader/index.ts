/** dlt-loader: ingestion, if needed, counted in the destination. */
import { z } from 'zod'
import { type Agent, action } from '../types.ts'
import { load } from './load.ts'

export const dltLoader: Agent = {
  id: 'dlt-loader',
  purpose: 'Run dlt pipelines',
  whenToUse: 'Loading new source data, when it is due',
  actions: {
    load: action({
      purpose: 'Run each dlt script that is due, and say why the others are not',
      input: z.strictObject({ pipelines: z.array(z.string()).nullable(), force: z.boolean() }),
      run: load,
    }),
  },
}
