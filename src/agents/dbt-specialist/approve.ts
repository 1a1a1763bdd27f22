/** The action `approve`: the yes of a person, bound to the diff and the proof that were shown. */
import { diffSummary, diffText, mayWriteWithoutAsking } from '../../changes/index.ts'
import type { ChangeSet } from '../../changes/types.ts'
import { isMartsmithError, messageOf } from '../../core/errors.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { planRefactoring } from '../../refactor/plan.ts'
import type { Plan } from '../../refactor/types.ts'
import type { ActionContext } from '../types.ts'
import { type Asked, contextOf } from './plan.ts'

type Changes = Pick<ChangeSet, 'changes'>

const CHANGED = 'The project has changed since this was planned and proven'

type Input = Asked & { plan: Plan | null; proof: string | null }

export async function approve(ctx: ActionContext, input: Input): Promise<Outcome<{ approved: string }>> {
  const { plan, proof } = input
  if (!plan || !proof) return outcome('skipped', 'There is no plan that is proven.')
  return approvePlan(ctx, plan, [proof], () => planRefactoring(contextOf(ctx), input.operation, input.input))
}

/** @param again plans the same request on the project as it is now. */
export async function approvePlan(
  ctx: ActionContext,
  plan: Plan,
  shown: string[],
  again: () => Promise<Plan>,
): Promise<Outcome<{ approved: string }>> {
  const changed = await changedSince(plan, again)
  if (changed) return outcome('failed', `${changed} Nothing was written.`)
  if (mayWriteWithoutAsking(ctx.config, plan.changes, (await ctx.dbt.target()).target))
    return outcome('success', 'Not asked: `changes.allow` in martsmith.yml holds for all of its files.', {
      output: { approved: plan.changes.hash },
    })
  const given = await ctx.ask({
    kind: 'approval',
    text: `Write ${count(plan.changes.changes.length, 'file')}`,
    shown: [`${plan.title}: ${diffSummary(plan.changes)}`, ...shown, ...plan.notes],
    diff: diffText(plan.changes, { color: false }),
    binds: plan.changes.hash,
  })
  return outcome('success', `Approved by ${given.by} at ${given.at.slice(0, 16).replace('T', ' ')} UTC.`, {
    output: { approved: plan.changes.hash },
  })
}

/** Days may have passed: a yes is asked for, and taken, only for what the same request would change today. */
async function changedSince(plan: Plan, again: () => Promise<Plan>): Promise<string | null> {
  try {
    const now = await again()
    if (now.changes.hash === plan.changes.hash) return null
    const files = differing(plan.changes, now.changes)
    return `${CHANGED}: the same request would change ${list(files, 4)} in another way now.`
  } catch (error) {
    if (!isMartsmithError(error)) throw error
    return `${CHANGED}: ${messageOf(error)}`
  }
}

/** Files that one of the two plans edits, and the other not or not in the same way. */
export function differing(then: Changes, now: Changes): string[] {
  const texts = ({ changes }: Changes) => new Map(changes.map((c) => [c.path, JSON.stringify(c)]))
  const [old, fresh] = [texts(then), texts(now)]
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path))
}
