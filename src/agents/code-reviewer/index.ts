/** code-reviewer: looks at what was made, before anyone approves it. So far at dimensions alone. */
import { z } from 'zod'
import { provenSchema } from '../dbt-runner/proven.ts'
import { dimensionSchema } from '../dim-modeler/index.ts'
import { type Agent, action } from '../types.ts'
import { reviewDimension } from './review.ts'

export const codeReviewer: Agent = {
  id: 'code-reviewer',
  purpose: 'Review code quality',
  whenToUse: 'Before PRs, after changes',
  actions: {
    dimension: action({
      purpose: 'Review a new dimension: its data, its file, its YAML, the style of the house',
      input: z.strictObject({ dimension: dimensionSchema, proven: provenSchema }),
      run: reviewDimension,
    }),
  },
}
