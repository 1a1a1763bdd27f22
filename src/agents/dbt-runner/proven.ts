/** What the build in the sandbox has shown, as it is kept between steps. */
import { z } from 'zod'

/** null where the step before was skipped. */
export const provenSchema = z
  .strictObject({
    proof: z.string(),
    tests: z.array(
      z.strictObject({
        test: z.string(),
        model: z.string().nullable(),
        column: z.string().nullable(),
        status: z.string(),
      }),
    ),
    claims: z.array(z.strictObject({ holds: z.boolean(), text: z.string(), data: z.unknown() })),
  })
  .nullable()
