/** What the doctor proposes, as it is kept between the steps of a diagnosis. */
import { z } from 'zod'
import { changeSetSchema } from '../../changes/index.ts'
import { rebuildSchema } from '../dbt-runner/rerun.ts'

/** What is proposed, as it is kept between steps; null where nothing fails, or the step was skipped. */
export const proposalSchema = z
  .strictObject({
    title: z.string(),
    /** One: it is recommended. Several: a person chooses. None: nothing was changed, and what failed runs again. */
    choices: z.array(
      z.strictObject({
        id: z.string(),
        label: z.string(),
        changes: changeSetSchema,
        /** What stands that it does not mend; asked for by itself. */
        rebuild: rebuildSchema.nullish(),
      }),
    ),
    proof: z.array(z.string()),
    /** What is to be run again: a selection of dbt; null where nothing is. */
    select: z.string().nullable(),
    /** Pipelines of dlt that load again. */
    load: z.array(z.string()).default([]),
    /** Whether these give up packages that the failed load left; see `giveUp` of a load. */
    giveUp: z.boolean().default(false),
    /** Ids of nodes and tests that have to have run, and be well. */
    expected: z.array(z.string()),
    /** In words, what is left for a person. */
    open: z.array(z.string()),
  })
  .nullable()

/** The answer that leaves everything as it is. */
export const NOTHING = { id: 'nothing', label: 'Leave it as it is, and mend it by hand' }

export type Proposal = z.output<typeof proposalSchema>
