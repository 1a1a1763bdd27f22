/** What every verb that begins a run does before and around it. */
import { resolve } from 'node:path'
import type { Target } from '../adapters/dbt/types.ts'
import { recoveredText } from '../changes/recover.ts'
import type { ExitCode } from '../core/errors.ts'
import { newRun } from '../workflows/new-run.ts'
import { destination } from '../workflows/scope.ts'
import type { Session } from '../workflows/session.ts'
import { markInterrupted } from '../workflows/state.ts'
import type { WorkflowDefinition } from '../workflows/types.ts'
import { dbtFlags, flagsText, type Options } from './options.ts'
import { conduct } from './run.ts'
import type { Terminal } from './terminal.ts'

export type Begin = {
  definition: WorkflowDefinition
  request: string
  params: Record<string, unknown>
  target: Target
  /** What was shown before it began. */
  scope: string[]
}

/** Begins the run that was confirmed, and goes through it to its report. */
export async function beginRun(
  session: Session,
  { definition, request, params, target, scope }: Begin,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  await session.durable // a store that cannot be opened is told before anything is begun
  const record = await newRun(session, {
    definition,
    request,
    params,
    target: target.target,
    destination: destination(target, session.project),
    options: runOptions(options, target),
    sameWarehouse: flagsText(connectionOf(options)),
    scope,
    warn: (text) => terminal.say(terminal.style('yellow', text)),
  })
  return conduct(session, record, 'start', options, terminal)
}

/** Of a project whose configuration dbt cannot read. */
export const UNKNOWN_TARGET: Target = {
  profile: 'unknown',
  target: 'unknown',
  type: 'unknown',
  schema: 'unknown',
  database: null,
  threads: 1,
  shown: {},
}

/** What `resume` needs to drive dbt the same way, also when the environment is another one by then. */
function runOptions(options: Options, known: Target): Record<string, unknown> {
  if (known === UNKNOWN_TARGET) return { ...dbtFlags(options) }
  const { target, profile } = known
  return { ...dbtFlags(options), target, profile }
}

/** The flags that say which warehouse; a path as it holds from any folder. */
function connectionOf({ color, target, profile, profilesDir }: Options): Options {
  return {
    color,
    ...(target === undefined ? {} : { target }),
    ...(profile === undefined ? {} : { profile }),
    ...(profilesDir === undefined ? {} : { profilesDir: resolve(profilesDir) }),
  }
}

/** Every start tells of what an earlier one left. */
export async function tellInterrupted(session: Session, terminal: Terminal): Promise<void> {
  for (const recovered of session.recovered) terminal.say(recoveredText(recovered))
  const interrupted = await markInterrupted(session.project.stateDir)
  const [latest] = interrupted
  if (!latest) return
  terminal.say(
    terminal.style(
      'yellow',
      `${latest.id} was interrupted: martsmith resume ${latest.id} goes on with it, martsmith cancel ${latest.id} gives it up.`,
    ),
  )
}
