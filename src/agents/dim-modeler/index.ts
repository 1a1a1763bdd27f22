/** dim-modeler: designs a dimension, and has a person say yes to it. */
import { z } from 'zod'
import { diffSummary } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { openGraph } from '../../project/open.ts'
import type { RefactorContext } from '../../refactor/types.ts'
import { recommend } from '../data-modeler/recommend.ts'
import {
  type Recommendation,
  recommendationSchema,
  type Wanted,
  wantedSchema,
} from '../data-modeler/types.ts'
import { approvePlan } from '../dbt-specialist/approve.ts'
import { planSchema } from '../dbt-specialist/plan-schema.ts'
import { type ActionContext, type Agent, action } from '../types.ts'
import { type DimensionPlan, planDimension } from './plan.ts'

const testSchema = z.strictObject({
  column: z.string(),
  test: z.enum(['unique', 'not_null', 'accepted_values']),
  values: z.array(z.string()).optional(),
})

/** null where the step before was skipped. */
export const dimensionSchema = z
  .strictObject({
    plan: planSchema.unwrap(),
    node: z.string(),
    file: z.string(),
    tests: z.array(testSchema),
    words: z.array(z.string()),
  })
  .nullable()

export const dimModeler: Agent = {
  id: 'dim-modeler',
  purpose: 'Dimensional modeling',
  whenToUse: 'Facts, dimensions, SCDs',
  actions: {
    design: action({
      purpose: 'Design a dimension: keys, attributes, unknown member, tests, in the style of the house',
      input: z.strictObject({ recommendation: recommendationSchema.nullable() }),
      run: design,
    }),
    approve: action({
      purpose:
        'Have a person say yes to the dimension, its proof and its review, if the policy asks for that',
      input: z.strictObject({
        wanted: wantedSchema,
        dimension: dimensionSchema,
        proof: z.string().nullable(),
        review: z.string().nullable(),
      }),
      run: approve,
    }),
  },
}

type Designing = { recommendation: Recommendation | null }

async function design(ctx: ActionContext, { recommendation }: Designing): Promise<Outcome> {
  if (!recommendation) return outcome('skipped', 'There is nothing to design from.')
  const dimension = await planDimension(await contextOf(ctx), recommendation)
  const [first = '', ...words] = dimension.words
  return outcome('success', first, {
    details: [...words, `Would write: ${diffSummary(dimension.plan.changes)}.`, ...dimension.plan.notes],
    output: { dimension },
  })
}

type Approving = {
  wanted: Wanted
  dimension: DimensionPlan | null
  proof: string | null
  review: string | null
}

async function approve(
  ctx: ActionContext,
  { wanted, dimension, proof, review }: Approving,
): Promise<Outcome> {
  if (!dimension || !proof || !review)
    return outcome('skipped', 'There is no dimension that is proven and reviewed.')
  return approvePlan(ctx, dimension.plan, [...dimension.words, proof, review], async () => {
    const context = await contextOf(ctx)
    return (await planDimension(context, await recommend(context, wanted))).plan
  })
}

async function contextOf({ project, dbt, now }: ActionContext): Promise<RefactorContext> {
  return { project, dbt, now, graph: await openGraph(dbt) }
}
