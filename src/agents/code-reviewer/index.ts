/** code-reviewer: looks at what was made, before anyone approves it. So far at dimensions and facts alone. */
import { z } from 'zod'
import { provenSchema } from '../dbt-runner/proven.ts'
import { modelledSchema } from '../dim-modeler/modelled.ts'
import { type Agent, action } from '../types.ts'
import { reviewModelled } from './modelling.ts'

export const codeReviewer: Agent = {
  id: 'code-reviewer',
  purpose: 'Review code quality',
  whenToUse: 'Before PRs, after changes',
  actions: {
    modelled: action({
      purpose: 'Review what was designed and built: its data, its files, their YAML, the style of the house',
      input: z.strictObject({ modelled: modelledSchema, proven: provenSchema }),
      run: reviewModelled,
    }),
  },
}
