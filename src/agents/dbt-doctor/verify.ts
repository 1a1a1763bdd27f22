/** The action `verify`: holds what ran again against what had to. */
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import type { ActionContext } from '../types.ts'
import { unreadConfiguration } from './configuration.ts'
import { keptColumns } from './kept-columns.ts'
import type { Proposal } from './proposal.ts'
import { isTestId } from './try.ts'

type Input = {
  proposal: Proposal
  built: string[] | null
  tested: string[] | null
  failed: string[] | null
  /** Pipelines of dlt that loaded again. */
  loaded: string[] | null
  /** Rows that stand wrong, and were left so. */
  left: string | null
  resume: string | null
}

export async function verify(
  { dbt }: ActionContext,
  { proposal, built, tested, failed, loaded, left, resume }: Input,
): Promise<Outcome> {
  if (proposal && proposal.load.length > 0 && loaded !== null) return verifyLoads(proposal, loaded, resume)
  if (proposal && built === null && proposal.choices.length > 0) return readAgain(dbt)
  if (!proposal || built === null) return outcome('skipped', 'Nothing ran again.')
  const ran = new Set([...built, ...(tested ?? [])])
  const bad = new Set(failed ?? [])
  const missing = proposal.expected.filter((id) => !ran.has(id) || bad.has(id))
  const tests = proposal.expected.filter(isTestId).length
  const label = (id: string) => id.split('.')[2] ?? id
  if (missing.length > 0)
    return outcome('failed', `${list(missing.map(label), 5)} did not run well.`, {
      next: [{ command: 'martsmith debug', why: 'goes on from here' }],
    })
  const next = resume
    ? [{ command: `martsmith resume ${resume}`, why: 'goes on with the run that failed' }]
    : []
  const sources = proposal.expected.filter((id) => id.startsWith('source.'))
  const well =
    sources.length > 0
      ? `dbt tells how old ${list(sources.map(label), 5)} is, and it is fresh.`
      : `${count(proposal.expected.length - tests, 'node')} built and ${count(tests, 'test')} passed, all that failed or was skipped among them.`
  const open = [...proposal.open, ...(left === null ? [] : [left])]
  const details = await keptColumns(dbt, proposal.expected)
  if (open.length > 0)
    return outcome('failed', `${well} Left for a person: ${open.join(' ')}`, { details, next })
  return outcome('success', well, { details, next })
}

function verifyLoads(
  { load, open }: NonNullable<Proposal>,
  loaded: string[],
  resume: string | null,
): Outcome {
  const missing = load.filter((name) => !loaded.includes(name))
  if (missing.length > 0)
    return outcome('failed', `${list(missing, 5)} did not load.`, {
      next: [{ command: 'martsmith debug', why: 'goes on from here' }],
    })
  const well = `${list(load, 5)} loaded again.`
  if (open.length > 0) return outcome('failed', `${well} Left for a person: ${open.join(' ')}`)
  return outcome('success', well, {
    next: resume
      ? [
          {
            command: `martsmith resume ${resume}`,
            why: 'goes on with the run that failed: dbt has not run yet',
          },
        ]
      : [],
  })
}

/** What kept dbt from reading the project was mended, and nothing was known yet of what to run again. */
async function readAgain(dbt: ActionContext['dbt']): Promise<Outcome> {
  const next = [{ command: 'martsmith debug --fix', why: 'looks at what fails now, and builds' }]
  const raised = await unreadConfiguration(dbt)
  return raised
    ? outcome(
        'failed',
        `dbt still cannot read the configuration: ${raised.message.trim().split('\n').at(-1)}`,
        { next },
      )
    : outcome('success', 'dbt reads the configuration again; nothing was built yet.', { next })
}
