/** The action `apply`: writes what was approved, all of it or nothing, and once. */
import { applyChanges, diffSummary, furtherFiles } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import type { Plan } from '../../refactor/types.ts'
import type { ActionContext } from '../types.ts'

type Input = { plan: Plan | null; approved: string | null; command: string }

export async function apply(ctx: ActionContext, { plan, approved, command }: Input): Promise<Outcome> {
  if (!plan || approved !== plan.changes.hash)
    return outcome('skipped', 'There is nothing that was approved.')
  const { record, already } = await applyChanges(ctx.project, plan.changes, {
    run: ctx.runId,
    now: ctx.now(),
    again: command,
  })
  const files = plan.changes.changes.map((c) =>
    c.kind === 'rename' ? { path: c.path, kind: c.kind, to: c.to } : { path: c.path, kind: c.kind },
  )
  return outcome(
    'success',
    `${already ? 'Written before the interruption' : 'Written'}: ${diffSummary(plan.changes)}.`,
    {
      details: furtherFiles(plan.changes),
      changes: files,
      next: [...plan.next, { command: `martsmith revert ${record.id}`, why: 'takes it back' }],
    },
  )
}
