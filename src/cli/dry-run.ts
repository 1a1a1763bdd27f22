/** `--dry-run` of what changes files: the diff and its proof, and nothing written. */
import { diffText } from '../changes/index.ts'
import type { ExitCode } from '../core/errors.ts'
import { type Proof, prove } from '../refactor/prove.ts'
import type { Plan } from '../refactor/types.ts'
import { jsonWithoutRun } from '../reports/json.ts'
import type { Session } from '../workflows/session.ts'
import type { WorkflowDefinition } from '../workflows/types.ts'
import { printJson } from './fail.ts'
import { interruptible } from './interruptible.ts'
import type { Options } from './options.ts'
import { openProgress } from './progress/index.ts'
import type { Terminal } from './terminal.ts'

type Dry = { plan: Plan; agent: string; definition: WorkflowDefinition }

export function dryRun(session: Session, dry: Dry, options: Options, terminal: Terminal): Promise<ExitCode> {
  return interruptible(terminal, (signal) => proven(session, dry, options, terminal, signal))
}

async function proven(
  session: Session,
  { plan, agent, definition }: Dry,
  options: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { project, dbt, now, log, redactor } = session
  const progress = openProgress(terminal)
  const step = { number: 1, title: 'Prove it in the sandbox', agent }
  progress.sink({ type: 'run-started', runId: 'dry run', title: definition.title, steps: [step] })
  progress.sink({ type: 'step-started', step })
  const proof = await prove(plan, {
    project,
    dbt,
    now,
    log,
    signal,
    progress: (event) => progress.sink({ type: 'progress', number: step.number, progress: event }),
  }).finally(() => progress.stop())
  const summary = `${proof.summary} Nothing was written (--dry-run).`
  if (options.json) {
    const report = jsonWithoutRun(proof.holds ? 'success' : 'failed', [summary, ...proof.lines].join('\n'))
    const changes = plan.changes.changes.map(({ kind, path }) => ({ kind, path }))
    printJson(redactor.deep({ ...report, workflow: definition.id, changes }))
  } else process.stdout.write(redactor.text(dryReport(plan, proof, summary, terminal)))
  return proof.holds ? 0 : 1
}

function dryReport(plan: Plan, proof: Proof, summary: string, terminal: Terminal): string {
  const diff = diffText(plan.changes, { color: terminal.color && Boolean(process.stdout.isTTY) })
  return [`## ${plan.title}`, '', diff.trimEnd(), '', ...proof.lines, '', summary, ''].join('\n')
}
