/** dim-modeler: designs dimensions and facts, and has a person say yes to them. */
import { z } from 'zod'
import { diffSummary } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { openGraph } from '../../project/open.ts'
import type { RefactorContext } from '../../refactor/types.ts'
import { recommend } from '../data-modeler/dimension/recommend.ts'
import { type Recommendation, recommendationSchema } from '../data-modeler/dimension/types.ts'
import { recommendFact } from '../data-modeler/fact/recommend.ts'
import { type FactRecommendation, factSchema } from '../data-modeler/fact/types.ts'
import { type Wanted, wantedSchema } from '../data-modeler/types.ts'
import { approvePlan } from '../dbt-specialist/approve.ts'
import { type ActionContext, type Agent, action } from '../types.ts'
import { planDimension } from './dimension/plan.ts'
import { planFact } from './fact/plan.ts'
import { type Modelled, modelledSchema } from './modelled.ts'

const approval = z.strictObject({
  wanted: wantedSchema,
  modelled: modelledSchema,
  proof: z.string().nullable(),
  review: z.string().nullable(),
})

export const dimModeler: Agent = {
  id: 'dim-modeler',
  purpose: 'Dimensional modeling',
  whenToUse: 'Facts, dimensions, SCDs',
  actions: {
    'design-dimension': action({
      purpose:
        'Design a dimension: keys, attributes, history, unknown member, tests, in the style of the house',
      input: z.strictObject({ recommendation: recommendationSchema.nullable() }),
      run: (ctx, { recommendation }: { recommendation: Recommendation | null }) =>
        design(ctx, recommendation, (context, it) => planDimension(context, it)),
    }),
    'approve-dimension': action({
      purpose:
        'Have a person say yes to the dimension, its proof and its review, if the policy asks for that',
      input: approval,
      run: (ctx, asked: Approving) =>
        approve(ctx, asked, async (context, wanted) =>
          planDimension(context, await recommend(context, wanted)),
        ),
    }),
    'design-fact': action({
      purpose:
        'Design a fact table: keys, measures by additivity, how it is loaded, tests, in the style of the house',
      input: z.strictObject({ recommendation: factSchema.nullable() }),
      run: (ctx, { recommendation }: { recommendation: FactRecommendation | null }) =>
        design(ctx, recommendation, planFact),
    }),
    'approve-fact': action({
      purpose:
        'Have a person say yes to the fact table, its proof and its review, if the policy asks for that',
      input: approval,
      run: (ctx, asked: Approving) =>
        approve(ctx, asked, async (context, wanted) =>
          planFact(context, await recommendFact(context, wanted)),
        ),
    }),
  },
}

async function design<R>(
  ctx: ActionContext,
  recommendation: R | null,
  by: (context: RefactorContext, recommendation: R) => Promise<Modelled>,
): Promise<Outcome> {
  if (!recommendation) return outcome('skipped', 'There is nothing to design from.')
  const modelled = await by(await contextOf(ctx), recommendation)
  const [first = '', ...words] = modelled.words
  // What the design has said in its own words is not said again.
  const notes = modelled.plan.notes.filter((note) => !modelled.words.some((said) => said.includes(note)))
  return outcome('success', first, {
    details: [...words, `Would write: ${diffSummary(modelled.plan.changes)}.`, ...notes],
    output: { modelled },
  })
}

type Approving = { wanted: Wanted; modelled: Modelled | null; proof: string | null; review: string | null }

async function approve(
  ctx: ActionContext,
  { wanted, modelled, proof, review }: Approving,
  again: (context: RefactorContext, wanted: Wanted) => Promise<Modelled>,
): Promise<Outcome> {
  if (!modelled || !proof || !review)
    return outcome('skipped', 'There is nothing that is proven and reviewed.')
  return approvePlan(
    ctx,
    modelled.plan,
    [...modelled.words, proof, review],
    async () => (await again(await contextOf(ctx), wanted)).plan,
  )
}

async function contextOf({ project, dbt, now }: ActionContext): Promise<RefactorContext> {
  return { project, dbt, now, graph: await openGraph(dbt) }
}
