/** `martsmith pipeline`: show the scope, have it confirmed, run. */
import { findProject } from '../../config/project.ts'
import type { ExitCode } from '../../core/errors.ts'
import { shellQuote } from '../../core/text.ts'
import { workflowById } from '../../workflows/patterns/index.ts'
import { type PipelineParams, pipelineScope } from '../../workflows/scope.ts'
import { openSession, withoutSecrets } from '../../workflows/session.ts'
import { beginRun, tellInterrupted } from '../begin.ts'
import { confirmScope } from '../confirm.ts'
import { assertUsable, dbtFlags, flagsText, type Options } from '../options.ts'
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
    return await beginRun(
      session,
      { definition, request, params, target: scope.target, scope: scope.lines },
      options,
      terminal,
    )
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
