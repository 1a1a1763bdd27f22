/** The action `plan`. */
import { diffSummary } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { type PlanContext, planRefactoring } from '../../refactor/plan.ts'
import type { Plan } from '../../refactor/types.ts'
import type { ActionContext } from '../types.ts'

export type Asked = { operation: string; input: unknown; command: string }

export async function planStep(
  ctx: ActionContext,
  { operation, input }: Asked,
): Promise<Outcome<{ plan: Plan }>> {
  const plan = await planRefactoring(contextOf(ctx), operation, input)
  return outcome('success', `${plan.title}: ${diffSummary(plan.changes)}.`, {
    details: plan.notes,
    output: { plan },
  })
}

export function contextOf({ project, dbt, now }: ActionContext): PlanContext {
  return { project, dbt, now }
}
