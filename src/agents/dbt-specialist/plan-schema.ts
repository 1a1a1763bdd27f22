/** A plan as it is kept between steps. */
import { z } from 'zod'
import { changeSetSchema } from '../../changes/index.ts'
import type { Claim } from '../../refactor/types.ts'

/** null where the step before was skipped. */
export const planSchema = z
  .strictObject({
    title: z.string(),
    changes: changeSetSchema,
    claims: z.array(z.custom<Claim>()),
    fullRefresh: z.boolean().optional(),
    notes: z.array(z.string()),
    next: z.array(z.strictObject({ command: z.string(), why: z.string() })),
  })
  .nullable()
