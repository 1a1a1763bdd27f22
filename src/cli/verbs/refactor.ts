/** `martsmith refactor OPERATION ...`: plan, prove, ask, write. `--dry-run` ends after the proof. */
import { assertNewBranch } from '../../adapters/git/branch.ts'
import { diffSummary } from '../../changes/index.ts'
import { needsApproval } from '../../config/production.ts'
import { findProject } from '../../config/project.ts'
import type { ExitCode } from '../../core/errors.ts'
import { shortHash } from '../../core/hash.ts'
import { shellQuote } from '../../core/text.ts'
import { planRefactoring } from '../../refactor/plan.ts'
import { allOperations, operationById } from '../../refactor/registry.ts'
import type { Operation, Plan } from '../../refactor/types.ts'
import { inputOf } from '../../refactor/words.ts'
import { refactor as definition } from '../../workflows/patterns/refactor.ts'
import { openSession, withoutSecrets } from '../../workflows/session.ts'
import { beginRun, tellInterrupted } from '../begin.ts'
import { confirmScope } from '../confirm.ts'
import { dryRun } from '../dry-run.ts'
import { assertUsable, dbtFlags, flagsText, type Options } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

export const refactorVerb: Verb = async ([id, ...before], { declare, ...options }, terminal) => {
  // It is a flag of dimensions too, and so read before it gets here.
  const words = declare ? [...before, '--declare'] : before
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
    if (options.branch !== undefined) await assertNewBranch({ root: project.root, branch: options.branch })
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
      return await dryRun(session, { plan, agent: 'dbt-specialist', definition }, options, terminal)
    const params = { operation: operation.id, input, command, subject, branch: options.branch ?? null }
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
      'nothing; --yes writes what is proven without asking; --branch NAME commits it on a new branch.',
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
