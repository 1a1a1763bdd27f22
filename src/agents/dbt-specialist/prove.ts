/** The action `prove`: what the plan claims, checked in a sandbox. Nothing of the user's is written. */
import { type Outcome, outcome } from '../../core/outcome.ts'
import { prove } from '../../refactor/prove.ts'
import type { Plan } from '../../refactor/types.ts'
import type { ActionContext } from '../types.ts'

export async function proveStep(
  ctx: ActionContext,
  { plan }: { plan: Plan | null },
): Promise<Outcome<{ proof: string }>> {
  if (!plan) return outcome('skipped', 'There is no plan.')
  const proof = await prove(plan, ctx)
  const evidence = proof.claims.map(({ text, holds, data }) => ({ text, data: { holds, ...data } }))
  if (!proof.holds)
    return outcome('failed', `${plan.title} is not proven; nothing was written.`, {
      details: proof.lines,
      evidence,
    })
  return outcome('success', proof.summary, {
    details: proof.lines,
    evidence,
    output: { proof: proof.summary },
  })
}
