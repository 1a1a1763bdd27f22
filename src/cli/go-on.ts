/** Goes on with a run that an earlier process began: `resume`, `approve` and `answer` end here. */
import { rm } from 'node:fs/promises'
import type { DbtFlags } from '../adapters/dbt/types.ts'
import { needsApproval } from '../config/production.ts'
import type { Project } from '../config/project.ts'
import { type ExitCode, MartsmithError } from '../core/errors.ts'
import { shortHash } from '../core/hash.ts'
import { nextAttempt } from '../workflows/attempt.ts'
import { readRun } from '../workflows/runs.ts'
import { destination, type PipelineParams, pipelineScope } from '../workflows/scope.ts'
import { openSession, type Session, withoutSecrets } from '../workflows/session.ts'
import { markInterrupted } from '../workflows/state.ts'
import type { RunRecord } from '../workflows/types.ts'
import { confirmScope } from './confirm.ts'
import { databaseShown } from './database.ts'
import { dbtFlags, flagName, flagsText, type Options } from './options.ts'
import { cancelFile, conduct } from './run.ts'
import type { Terminal } from './terminal.ts'

type Answering = {
  /** As it was given, to be repeated with the approval of a protected target: an answer is only written down with that. */
  command: string
  /** May change the run, and save it, once this process owns the state and before anything runs. */
  before: (run: RunRecord) => Promise<RunRecord>
}

export async function goOn(
  project: Project,
  wanted: RunRecord,
  options: Options,
  terminal: Terminal,
  { command, before }: Answering = { command: `martsmith resume ${wanted.id}`, before: async (run) => run },
): Promise<ExitCode> {
  const { stateDir } = project
  assertResumable(wanted)
  assertNoOtherFlags(wanted, options)
  const flags: DbtFlags = { ...wanted.options, ...givenAgain(wanted, options) }
  const usesDbt = wanted.definition.usesDbt !== false
  const session = await openSession(project, flags, () => new Date(), { usesDbt })
  try {
    await markInterrupted(stateDir)
    const standing = await readRun(stateDir, wanted.id)
    assertResumable(standing)
    await rm(cancelFile(stateDir, standing.id), { force: true })
    terminal.say(`Going on with ${standing.id}: ${standing.request}`)
    const refused = await confirmAgain(session, standing, command, options, terminal)
    if (refused !== null) return refused
    const run = await before(standing)
    const next = await nextAttempt(run, await session.durable)
    return await conduct(session, next.run, next.mode, options, terminal)
  } catch (error) {
    throw withoutSecrets(error, session.redactor)
  } finally {
    await session.close()
  }
}

/** A yes for a protected target was for what was shown then; files may have changed since. */
async function confirmAgain(
  session: Session,
  run: RunRecord,
  command: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode | null> {
  if (run.definition.usesDbt === false) {
    assertSameWarehouse(run, session.redactor.text(await databaseShown(session, run)))
    return null
  }
  const target = await session.dbt.target()
  assertSameWarehouse(run, session.redactor.text(destination(target, session.project)))
  const isProtected = needsApproval(target, session.project)
  if (!isProtected && !options.dryRun) return null
  const scope =
    run.workflow === 'pipeline'
      ? await pipelineScope(
          { project: session.project, dbt: session.dbt, now: session.now() },
          run.title,
          run.params as PipelineParams,
        )
      : {
          lines: [`${run.title} on ${run.destination} (target ${run.target}): ${run.request}`],
          target,
          isProtected,
          hash: shortHash([run.id, run.destination, run.params]),
        }
  terminal.say(session.redactor.text(scope.lines.join('\n')))
  return confirmScope({
    session,
    scope,
    workflow: run.workflow,
    options,
    terminal,
    command: `${command}${flagsText(ofProject(options))}`,
  })
}

/** What is recorded as done was done in another place, if profiles.yml says another one by now. */
function assertSameWarehouse(run: RunRecord, now: string): void {
  if (run.destination === now) return
  throw new MartsmithError({
    code: 'run.other-warehouse',
    message: `${run.id} was begun on ${run.destination}; the target ${run.target} is ${now} now.`,
    mend:
      run.definition.usesDbt === false
        ? ['Set martsmith.yml or the environment variables back, then resume again.']
        : [
            'Set profiles.yml or its environment variables back, then resume again.',
            'martsmith pipeline   begins a new run there',
          ],
  })
}

function ofProject({ color, projectDir }: Options): Options {
  return projectDir === undefined ? { color } : { color, projectDir }
}

function assertResumable(run: RunRecord): void {
  const why: Partial<Record<RunRecord['status'], string>> = {
    success: 'it has succeeded',
    cancelled: 'it was cancelled',
  }
  const reason = why[run.status]
  if (reason) {
    throw new MartsmithError({
      code: 'run.not-resumable',
      message: `${run.id} cannot be resumed: ${reason}.`,
      mend: [`martsmith show ${run.id}`, 'martsmith "Run the full pipeline"   begins a new run'],
    })
  }
}

/** The flags whose values were not kept because they held a secret: only the user has them. */
function givenAgain(run: RunRecord, options: Options): DbtFlags {
  const given = dbtFlags(options)
  const missing = run.withheld.filter((name) => !(name in given)).map(flagName)
  if (missing.length === 0)
    return Object.fromEntries(run.withheld.map((name) => [name, given[name as keyof DbtFlags]]))
  throw new MartsmithError({
    code: 'run.withheld',
    message: `${run.id} was begun with a secret in ${missing.join(', ')}, which martsmith does not keep. Give it again.`,
    mend: [`martsmith resume ${run.id} ${missing.map((flag) => `${flag} ...`).join(' ')}`],
  })
}

/** A run goes on as it was begun: a flag that would change it belongs to a new run. */
function assertNoOtherFlags(run: RunRecord, options: Options): void {
  const given = Object.entries({ ...dbtFlags(options), ...pick(options) })
  const other = given
    .filter(
      ([name, value]) => !run.withheld.includes(name) && (run.options[name] ?? run.params[name]) !== value,
    )
    .map(([name]) => flagName(name))
  if (other.length === 0) return
  throw new MartsmithError({
    code: 'usage.resume',
    message: `${run.id} goes on with the flags it was begun with; ${other.join(', ')} would change it.`,
    mend: [`martsmith resume ${run.id}`, 'martsmith pipeline ...   begins a new run with other flags'],
  })
}

function pick({ select, exclude, fullRefresh, force, retest }: Options): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ select, exclude, fullRefresh, force, retest }).filter(([, v]) => v !== undefined),
  )
}
