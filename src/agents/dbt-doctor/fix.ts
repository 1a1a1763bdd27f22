/** The action `fix`: shows what is proposed, has a person say yes or choose, and writes that, once. */
import {
  applyChanges,
  diffSummary,
  diffText,
  makeChangeSet,
  mayWriteWithoutAsking,
} from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import type { Rebuild } from '../dbt-runner/rerun.ts'
import type { ActionContext } from '../types.ts'
import { unreadConfiguration } from './configuration.ts'
import { NOTHING, type Proposal } from './proposal.ts'

const MOST_NAMED = 12

type Input = { proposal: Proposal; propose: boolean; command: string }

export async function fix(
  ctx: ActionContext,
  { proposal, propose, command }: Input,
): Promise<Outcome<{ select: string | null; load: string[]; giveUp: boolean; rebuild: Rebuild | null }>> {
  if (!proposal) return outcome('skipped', 'There is nothing to mend.')
  if (propose)
    return outcome('skipped', 'Proposed, and nothing was written (--dry-run).', {
      next: [{ command: 'martsmith debug --fix', why: 'writes what is proven, and runs again what failed' }],
    })
  const { select, load, giveUp } = proposal
  const runs = [
    ...(load.length === 0 ? [] : [`Then dlt loads again: ${list(load, MOST_NAMED)}.`]),
    ...(select === null
      ? []
      : [`Then dbt builds again: ${list(select.split(' ').map(nameOf), MOST_NAMED)}.`]),
  ]
  const { chosen, by } = await choose(ctx, proposal, runs)
  if (chosen?.id === NOTHING.id) return outcome('failed', 'Left as it is, as you said: it fails still.')
  const changes = chosen?.changes ?? makeChangeSet(proposal.title, [])
  const rebuild = chosen?.rebuild ?? null
  const output = { select, load, giveUp, rebuild }
  // Without a target it is not known where a build would go.
  const target = (await unreadConfiguration(ctx.dbt)) ? null : await ctx.dbt.target()
  const isFree =
    changes.changes.length > 0 && target !== null && mayWriteWithoutAsking(ctx.config, changes, target.target)
  // Who has chosen a fix, with all of it at hand, has said yes to it.
  const given =
    by ??
    (isFree
      ? null
      : await ctx.ask({
          kind: 'approval',
          text:
            changes.changes.length > 0
              ? `Write ${count(changes.changes.length, 'file')}`
              : 'Run again what failed',
          shown: [
            proposal.title,
            ...proposal.proof,
            ...runs,
            ...(rebuild ? ['What stands, which is asked for when it is written:', ...rebuild.shown] : []),
            ...proposal.open.map((o) => `Left for a person: ${o}`),
          ],
          diff: diffText(changes, { color: false }),
          binds: changes.hash,
        }))
  const said = given
    ? `Approved by ${given.by} at ${given.at.slice(0, 16).replace('T', ' ')} UTC.`
    : 'Not asked: `changes.allow` in martsmith.yml holds for all of its files.'
  if (changes.changes.length === 0) return outcome('success', said, { output })
  const { record, already } = await applyChanges(ctx.project, changes, {
    run: ctx.runId,
    now: ctx.now(),
    again: command,
  })
  return outcome(
    'success',
    `${already ? 'Written before the interruption' : 'Written'}: ${diffSummary(changes)}.`,
    {
      details: [said],
      changes: changes.changes.map(({ path, kind }) => ({ path, kind })),
      next: [{ command: `martsmith revert ${record.id}`, why: 'takes the fix back' }],
      output,
    },
  )
}

/** `chosen` is null where nothing was to be changed, `by` where nobody had to choose. */
async function choose(
  ctx: ActionContext,
  { title, choices, proof, open }: NonNullable<Proposal>,
  runs: string[],
) {
  if (choices.length < 2) return { chosen: choices[0] ?? null, by: null }
  const by = await ctx.ask({
    kind: 'question',
    id: 'fix',
    text: 'Which of the fixes that prove themselves',
    shown: [
      title,
      ...proof,
      ...runs,
      ...choices.flatMap((c) => [
        `${c.id}: ${c.label}`,
        ...(c.changes.changes.length > 0 ? [diffText(c.changes, { color: false }).trimEnd()] : []),
        ...(c.rebuild?.shown ?? []),
      ]),
      ...open.map((o) => `Left for a person: ${o}`),
    ],
    choices: choices.map(({ id, label }) => ({ id, label })),
  })
  return { chosen: choices.find((c) => c.id === by.choice) ?? null, by }
}

const nameOf = (selector: string) => /^fqn:(?:[^,]*\.)?([^.,]+)/.exec(selector)?.[1] ?? selector
