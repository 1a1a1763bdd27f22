/** `martsmith resume`: goes on with an interrupted run; starts the failed step of a failed one again. */
import { rm } from 'node:fs/promises'
import type { DbtFlags } from '../../adapters/dbt/types.ts'
import { findProject } from '../../config/project.ts'
import { type ExitCode, MartsmithError } from '../../core/errors.ts'
import { nextAttempt } from '../../workflows/engine.ts'
import { listRuns, readRun } from '../../workflows/runs.ts'
import { destination, needsApproval, type PipelineParams, pipelineScope } from '../../workflows/scope.ts'
import { openSession, type Session, withoutSecrets } from '../../workflows/session.ts'
import { markInterrupted } from '../../workflows/state.ts'
import type { RunRecord } from '../../workflows/types.ts'
import { confirmScope } from '../confirm.ts'
import { dbtFlags, flagName, flagsText, type Options } from '../options.ts'
import { cancelFile, conduct } from '../run.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'

export const resumeVerb: Verb = async ([id], options, terminal) => {
  const project = await findProject(options.projectDir ?? '.')
  const { stateDir } = project
  const wanted = id ? await readRun(stateDir, id) : latestOpen(await listRuns(stateDir))
  if (!wanted)
    throw new MartsmithError({
      code: 'run.nothing-to-resume',
      message: 'No run of this project is interrupted, and the latest did not fail.',
      mend: ['martsmith runs   lists the runs'],
    })
  assertResumable(wanted)
  assertNoOtherFlags(wanted, options)
  const flags: DbtFlags = { ...wanted.options, ...givenAgain(wanted, options) }
  const session = await openSession(project, flags, () => new Date())
  try {
    await markInterrupted(stateDir)
    const run = await readRun(stateDir, wanted.id)
    assertResumable(run)
    await rm(cancelFile(stateDir, run.id), { force: true })
    terminal.say(`Going on with ${run.id}: ${run.request}`)
    const refused = await confirmAgain(session, run, options, terminal)
    if (refused !== null) return refused
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
  options: Options,
  terminal: Terminal,
): Promise<ExitCode | null> {
  const target = await session.dbt.target()
  assertSameWarehouse(run, session.redactor.text(destination(target, session.project)))
  const isProtected = needsApproval(target, session.project)
  if (!isProtected && !options.dryRun) return null
  const params = run.params as PipelineParams
  const scope = await pipelineScope(
    { project: session.project, dbt: session.dbt, now: session.now() },
    run.title,
    params,
  )
  terminal.say(session.redactor.text(scope.lines.join('\n')))
  return confirmScope({
    session,
    scope,
    options,
    terminal,
    command: `martsmith resume ${run.id}${flagsText(ofProject(options))}`,
  })
}

/** What is recorded as done was done in another place, if profiles.yml says another one by now. */
function assertSameWarehouse(run: RunRecord, now: string): void {
  if (run.destination === now) return
  throw new MartsmithError({
    code: 'run.other-warehouse',
    message: `${run.id} was begun on ${run.destination}; the target ${run.target} is ${now} now.`,
    mend: [
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

/**
 * Without a name the newest run is meant, else the newest that was interrupted, which every start tells of. An
 * older failure may have been overtaken by runs that succeeded.
 */
function latestOpen(runs: RunRecord[]): RunRecord | undefined {
  const interrupted = (run: RunRecord) => run.status === 'running' || run.status === 'interrupted'
  const [newest] = runs
  return newest?.status === 'failed' ? newest : runs.find(interrupted)
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
