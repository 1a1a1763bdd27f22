/** dbt-specialist: changes the dbt project by refactorings that are planned, proven, approved and then written. */
import { z } from 'zod'
import { type Agent, action } from '../types.ts'
import { apply } from './apply.ts'
import { approve } from './approve.ts'
import { planStep } from './plan.ts'
import { planSchema } from './plan-schema.ts'
import { proveStep } from './prove.ts'

const asked = { operation: z.string(), input: z.unknown(), command: z.string() }

export const dbtSpecialist: Agent = {
  id: 'dbt-specialist',
  purpose: 'Change dbt projects safely',
  whenToUse: 'Refactorings, models, tests and their documentation',
  actions: {
    plan: action({
      purpose: 'Plan a refactoring: the edits, and what must be so after them',
      input: z.strictObject(asked),
      run: planStep,
    }),
    prove: action({
      purpose: 'Build before and after in a sandbox from the same inputs, test and compare them',
      input: z.strictObject({ plan: planSchema }),
      run: proveStep,
    }),
    approve: action({
      purpose: 'Have a person say yes to the change and its proof, if the policy asks for that',
      input: z.strictObject({ ...asked, plan: planSchema, proof: z.string().nullable() }),
      run: approve,
    }),
    apply: action({
      purpose: 'Write the change into the project',
      input: z.strictObject({
        plan: planSchema,
        approved: z.string().nullable(),
        command: z.string(),
        branch: z.string().nullable().default(null),
      }),
      run: apply,
    }),
  },
}
