/** dbt-doctor: finds out why a pipeline failed, proves what mends it, and checks that it did. */
import { z } from 'zod'
import { type Agent, action } from '../types.ts'
import { diagnose } from './diagnose.ts'
import { fix } from './fix.ts'
import { handover } from './handover.ts'
import { identify, pointSchema } from './identify.ts'
import { proposalSchema } from './proposal.ts'
import { verify } from './verify.ts'

const ids = z.array(z.string()).nullable()

export const dbtDoctor: Agent = {
  id: 'dbt-doctor',
  purpose: 'Debug dbt issues',
  whenToUse: 'Compilation/runtime errors',
  actions: {
    handover: action({
      purpose: 'Diagnose a step of another workflow that failed, by its record; nothing is built or written',
      input: z.strictObject({ step: z.string(), said: z.string() }),
      run: handover,
    }),
    identify: action({
      purpose: 'Say where it failed: dlt or dbt, by the record of the run',
      input: z.strictObject({ point: pointSchema }),
      run: identify,
    }),
    diagnose: action({
      purpose: 'Find the causes, and try what mends them in a sandbox; nothing is written',
      input: z.strictObject({ point: pointSchema }),
      run: diagnose,
    }),
    fix: action({
      purpose: 'Have a person say yes to the fix that is proven, and write it',
      input: z.strictObject({ proposal: proposalSchema, propose: z.boolean(), command: z.string() }),
      run: fix,
    }),
    verify: action({
      purpose: 'Hold what ran again against what had to run',
      input: z.strictObject({
        proposal: proposalSchema,
        built: ids,
        tested: ids,
        failed: ids,
        loaded: ids.default(null),
        left: z.string().nullable().default(null),
        resume: z.string().nullable(),
      }),
      run: verify,
    }),
  },
}
