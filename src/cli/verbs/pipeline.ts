/** `martsmith pipeline`: show the scope, have it confirmed, run. */
import { resolve } from 'node:path'
import type { Target } from '../../adapters/dbt/types.ts'
import { findProject } from '../../config/project.ts'
import type { ExitCode } from '../../core/errors.ts'
import { shellQuote } from '../../core/text.ts'
import { newRun } from '../../workflows/new-run.ts'
import { workflowById } from '../../workflows/patterns/index.ts'
import { destination, type PipelineParams, pipelineScope } from '../../workflows/scope.ts'
import { openSession, type Session, withoutSecrets } from '../../workflows/session.ts'
import { markInterrupted } from '../../workflows/state.ts'
import { confirmScope } from '../confirm.ts'
import { assertUsable, dbtFlags, flagsText, type Options } from '../options.ts'
import { conduct } from '../run.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

export const pipelineVerb: Verb = (_, options, terminal) => {
  const command = `martsmith pipeline${flagsText(options)}`
  return runPipeline({ request: command, command }, options, terminal)
}

/** `request` is what was asked, in the user's words; `command` what was typed, to be repeated with a flag. */
export async function runPipeline(
  { request, command }: { request: string; command: string },
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  assertUsable(options)
  const project = await findProject(options.projectDir ?? '.')
  const session = await openSession(project, dbtFlags(options), () => new Date())
  try {
    await tellInterrupted(session, terminal)
    const definition = workflowById('pipeline')
    if (!definition) throw new Error('the pipeline workflow is missing')
    const params = paramsOf(options, project.config.pipeline)
    const scope = await pipelineScope(
      { project, dbt: session.dbt, now: session.now() },
      definition.title,
      params,
    )
    terminal.say(session.redactor.text(scope.lines.join('\n')))
    const refused = await confirmScope({
      session,
      scope,
      workflow: definition.id,
      options,
      terminal,
      command,
    })
    if (refused !== null) return refused
    await session.durable // a store that cannot be opened is told before anything is begun
    const record = await newRun(session, {
      definition,
      request,
      params,
      target: scope.target.target,
      destination: destination(scope.target, project),
      options: runOptions(options, scope.target),
      sameWarehouse: flagsText(connectionOf(options)),
      scope: scope.lines,
      warn: (text) => terminal.say(terminal.style('yellow', text)),
    })
    return await conduct(session, record, 'start', options, terminal)
  } catch (error) {
    throw withoutSecrets(error, session.redactor)
  } finally {
    await session.close()
  }
}

function paramsOf(
  options: Options,
  configured: { select?: string | undefined; exclude?: string | undefined },
): PipelineParams {
  const asked = options.select !== undefined || options.everything === true
  const select = options.everything ? null : (options.select ?? configured.select ?? null)
  const exclude = options.exclude ?? (asked ? null : (configured.exclude ?? null))
  const selection = `${select ? ` --select ${shellQuote(select)}` : ''}${exclude ? ` --exclude ${shellQuote(exclude)}` : ''}${options.fullRefresh ? ' --full-refresh' : ''}`
  return {
    select,
    exclude,
    selection,
    pipelines: null,
    fullRefresh: options.fullRefresh ?? false,
    force: options.force ?? false,
    retest: options.retest ?? false,
  }
}

/** What `resume` needs to drive dbt the same way, also when the environment is another one by then. */
function runOptions(options: Options, { target, profile }: Target): Record<string, unknown> {
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

async function tellInterrupted(session: Session, terminal: Terminal): Promise<void> {
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
