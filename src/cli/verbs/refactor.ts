/** `martsmith refactor OPERATION ...`: plan, prove, ask, write. `--dry-run` ends after the proof. */
import { diffSummary, diffText } from '../../changes/index.ts'
import { findProject } from '../../config/project.ts'
import type { ExitCode } from '../../core/errors.ts'
import { shortHash } from '../../core/hash.ts'
import { shellQuote } from '../../core/text.ts'
import { planRefactoring } from '../../refactor/plan.ts'
import { type Proof, prove } from '../../refactor/prove.ts'
import { allOperations, operationById } from '../../refactor/registry.ts'
import type { Operation, Plan } from '../../refactor/types.ts'
import { inputOf } from '../../refactor/words.ts'
import { jsonWithoutRun } from '../../reports/json.ts'
import { refactor as definition } from '../../workflows/patterns/refactor.ts'
import { needsApproval } from '../../workflows/scope.ts'
import { openSession, type Session, withoutSecrets } from '../../workflows/session.ts'
import { beginRun, tellInterrupted } from '../begin.ts'
import { confirmScope } from '../confirm.ts'
import { printJson } from '../fail.ts'
import { interruptible } from '../interruptible.ts'
import { assertUsable, dbtFlags, flagsText, type Options } from '../options.ts'
import { openProgress } from '../progress/index.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

export const refactorVerb: Verb = async ([id, ...words], options, terminal) => {
  if (id === undefined || isHelp(id)) return help()
  const operation = await operationById(id)
  if (words.some(isHelp)) return helpFor(operation)
  const input = inputOf(operation, words)
  const subject = [id, ...words].map(shellQuote).join(' ')
  return run({ operation, input, subject }, options, terminal)
}

type Wanted = { operation: Operation; input: unknown; subject: string }

async function run(wanted: Wanted, options: Options, terminal: Terminal): Promise<ExitCode> {
  assertUsable(options)
  const { operation, input, subject } = wanted
  const project = await findProject(options.projectDir ?? '.')
  const command = `martsmith refactor ${subject}${flagsText(options)}`
  const session = await openSession(project, dbtFlags(options), () => new Date())
  try {
    await tellInterrupted(session, terminal)
    const { dbt, now, redactor } = session
    await dbt.version()
    const target = await dbt.target()
    const plan = await planRefactoring({ project, dbt, now }, operation.id, input)
    const isProtected = needsApproval(target, project)
    const lines = scopeLines(plan, isProtected)
    terminal.say(redactor.text(lines.join('\n')))
    if (isProtected) {
      const hash = shortHash([target.target, target.shown, subject, plan.changes.hash])
      const scope = { lines, target, isProtected, hash }
      const about = {
        session,
        scope,
        workflow: definition.id,
        options: withoutDry(options),
        terminal,
        command,
      }
      const refused = await confirmScope(about)
      if (refused !== null) return refused
    }
    if (options.dryRun)
      return await interruptible(terminal, (signal) => dryRun(session, plan, options, terminal, signal))
    const params = { operation: operation.id, input, command, subject }
    return await beginRun(
      session,
      { definition, request: command, params, target, scope: lines },
      options,
      terminal,
    )
  } catch (error) {
    throw withoutSecrets(error, session.redactor)
  } finally {
    await session.close()
  }
}

/** A dry run builds in the sandbox too: on a protected target it needs the same approval. */
function withoutDry({ dryRun: _, ...options }: Options): Options {
  return options
}

function scopeLines(plan: Plan, isProtected: boolean): string[] {
  return [
    plan.title,
    `  Files     ${diffSummary(plan.changes)}`,
    ...plan.notes.map((note) => `  Note      ${note}`),
    '  Proof     before and after are built in a sandbox and compared, before anything is written',
    ...(isProtected
      ? ['  This target looks like production: building beside it needs an approval of its own.']
      : []),
  ]
}

async function dryRun(
  session: Session,
  plan: Plan,
  options: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { project, dbt, now, log, redactor } = session
  const progress = openProgress(terminal)
  const step = { number: 1, title: 'Prove it in the sandbox', agent: 'dbt-specialist' }
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

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help'
}

async function help(): Promise<ExitCode> {
  const operations = await allOperations()
  const width = Math.max(...operations.map((o) => o.id.length))
  process.stdout.write(
    `${[
      'Usage: martsmith refactor <operation> <words...>',
      '',
      'Plans a change of the dbt project, proves it in a sandbox, asks, and writes it.',
      '',
      ...operations.map((o) => `  ${o.id.padEnd(width)}   ${o.purpose}`),
      '',
      'Examples:',
      ...operations.map((o) => `  martsmith refactor ${o.example}`),
      '',
      'martsmith refactor <operation> --help says more. --dry-run shows the diff and the proof, and writes',
      'nothing; --yes writes what is proven without asking.',
    ].join('\n')}\n`,
  )
  return 0
}

function helpFor({ id, purpose, usage, example }: Operation): ExitCode {
  process.stdout.write(
    `Usage: martsmith refactor ${id} ${usage}\n\n${purpose}\n\nExample:\n  martsmith refactor ${example}\n`,
  )
  return 0
}
