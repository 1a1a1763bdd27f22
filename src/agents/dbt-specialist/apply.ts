/** The action `apply`: writes what was approved, all of it or nothing, and once. */
import { commitOnBranch } from '../../adapters/git/branch.ts'
import { applyChanges, branchFiles, diffSummary, furtherFiles } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import type { Plan } from '../../refactor/types.ts'
import type { ActionContext } from '../types.ts'

type Input = { plan: Plan | null; approved: string | null; command: string; branch: string | null }

export async function apply(
  ctx: ActionContext,
  { plan, approved, command, branch }: Input,
): Promise<Outcome> {
  if (!plan || approved !== plan.changes.hash)
    return outcome('skipped', 'There is nothing that was approved.')
  if (branch !== null) return onBranch(ctx, plan, branch)
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

async function onBranch({ project }: ActionContext, plan: Plan, branch: string): Promise<Outcome> {
  const { root } = project
  const { already } = await commitOnBranch({ root, branch }, branchFiles(plan.changes), plan.title)
  return outcome(
    'success',
    `${already ? 'Committed before the interruption' : 'Committed'} on the new branch ${branch}: ${diffSummary(plan.changes)}. The working tree is as it was.`,
    {
      details: furtherFiles(plan.changes),
      next: [
        { command: `git switch ${branch}`, why: 'goes there' },
        ...plan.next,
        { command: `git branch -D ${branch}`, why: 'takes it back' },
      ],
    },
  )
}
