/**
 * Runs a workflow: step after step, each recorded before the next begins.
 *
 * The definition is data that is stored with the run, so a later version of martsmith finishes a run as
 * it was begun, or says that it cannot.
 */
import type { DbtEngine } from '../adapters/dbt/types.ts'
import { findAction } from '../agents/registry.ts'
import type { ActionContext } from '../agents/types.ts'
import type { Project } from '../config/project.ts'
import type { Demand, Given } from '../core/demand.ts'
import { isMartsmithError, messageOf } from '../core/errors.ts'
import type { EventSink, StepRef } from '../core/events.ts'
import { failpoint } from '../core/failpoint.ts'
import { maskValues } from '../core/mask.ts'
import { type Outcome, outcome } from '../core/outcome.ts'
import type { Redactor } from '../core/redact.ts'
import type { Mode } from './attempt.ts'
import type { Durable, DurableStep } from './durable.ts'
import { resolveInput } from './resolve-input.ts'
import { runDir, saveRun } from './runs.ts'
import { summarise } from './summary.ts'
import type { RunTask } from './task.ts'
import type { RunRecord, StepDefinition, StepRecord, Waiting, WorkflowDefinition } from './types.ts'
import { answerTo, waitingFor, waitingWords, withAnswer } from './waiting.ts'

export type Services = {
  project: Project
  dbt: DbtEngine
  durable: Durable
  redactor: Redactor
  env: NodeJS.ProcessEnv
  events: EventSink
  /** What tools print, for the run's log. */
  log: (line: string) => void
  now: () => Date
  /** Its abort stops the run at the step at hand, which is then not recorded. */
  signal: AbortSignal
  task: RunTask
  /** Asks whoever sits at the terminal; null where nobody does, or who does will answer later. */
  ask: (waiting: Waiting, refused: string | null) => Promise<Given | null>
}

type RunInput = { definition: WorkflowDefinition; params: Record<string, unknown> }

/** Where the durable step comes to rest when the run was stopped: it must neither succeed nor fail. */
class Stopped extends Error {
  override name = 'Stopped'
}

/** The same, where the run waits for a person. */
class Waits extends Error {
  override name = 'Waits'
  readonly waiting: Waiting
  constructor(waiting: Waiting) {
    super(`waits for an ${waitingWords(waiting)}`)
    this.waiting = waiting
  }
}

/** Runs to the end, or until `signal` aborts; the record says which. */
export async function executeRun(record: RunRecord, mode: Mode, services: Services): Promise<RunRecord> {
  const run: RunRecord = { ...record, status: 'running', finishedAt: null }
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => undefined)
  const body = (input: RunInput, step: DurableStep) =>
    neverFails(stopped.reject, () => runSteps(run, input, step, services, stopped.reject))
  services.events({ type: 'run-started', runId: run.id, title: run.title, steps: run.steps.map(refOf) })
  await saveRun(services.project.stateDir, run)
  try {
    await Promise.race([begin(run, mode, body, services.durable), stopped.promise])
  } catch (error) {
    if (error instanceof Waits) return finish({ ...run, status: 'waiting', waiting: error.waiting }, services)
    if (!(error instanceof Stopped)) throw error
    return finish({ ...run, status: 'interrupted' }, services)
  }
  const failed = run.steps.some((s) => s.status === 'failed')
  return finish(
    { ...run, status: failed ? 'failed' : 'success', finishedAt: services.now().toISOString() },
    services,
  )
}

function begin(
  run: RunRecord,
  mode: Mode,
  body: (input: RunInput, step: DurableStep) => Promise<null>,
  durable: Durable,
): Promise<null> {
  if (mode === 'start')
    return durable.start(run.durableId, { definition: run.definition, params: run.params }, body)
  if (mode === 'resume' || !run.fork) return durable.resume(run.durableId, body)
  return durable.again(run.fork.from, run.durableId, run.fork.keep, body)
}

/**
 * An error of ours (a full disk, say) must not settle the durable run: settled as failed, it could not be
 * resumed. It is told, and the process ends with the run unsettled.
 */
async function neverFails(tell: (error: unknown) => void, work: () => Promise<null>): Promise<null> {
  try {
    return await work()
  } catch (error) {
    tell(error)
    return new Promise(() => undefined)
  }
}

async function finish(run: RunRecord, services: Services): Promise<RunRecord> {
  const done = { ...run, summary: services.redactor.text(summarise(run)) }
  await saveRun(services.project.stateDir, done)
  await services.task.finished(done)
  services.events({ type: 'run-finished', runId: done.id, status: done.status })
  return done
}

async function runSteps(
  run: RunRecord,
  input: RunInput,
  step: DurableStep,
  services: Services,
  stop: (error: Error) => void,
): Promise<null> {
  const outputs: Record<string, unknown> = {}
  let failedAt: StepRecord | null = null
  for (const [i, definition] of input.definition.steps.entries()) {
    const record = run.steps[i]
    if (!record) throw new Error(`the run has no record of step ${i + 1}`)
    const begun = services.now()
    let replayed = true
    failpoint(`before:${record.number}`)
    const ended: Outcome = await step(
      `${record.number} ${definition.agent}.${definition.action}`,
      async () => {
        replayed = false
        services.events({ type: 'step-started', step: refOf(record) })
        const result = failedAt
          ? skippedAfter(failedAt)
          : await handedOver(
              await runAction(run, definition, { params: input.params, steps: outputs }, record, services),
              definition,
              { run, record, services },
            )
        if (services.signal.aborted || result instanceof Waits) {
          stop(result instanceof Waits && !services.signal.aborted ? result : new Stopped('stopped'))
          return new Promise<Outcome>(() => undefined) // the process ends before this step settles
        }
        failpoint(`done:${record.number}`)
        return clean(result, services)
      },
    )
    failpoint(`after:${record.number}`)
    const secondsTaken = (services.now().getTime() - begun.getTime()) / 1000
    Object.assign(record, {
      status: ended.status,
      outcome: ended,
      seconds: replayed ? record.seconds : secondsTaken,
    })
    if (run.waiting?.step === record.id) run.waiting = null
    if (ended.output !== undefined) outputs[definition.id] = ended.output
    if (ended.status === 'failed' && definition.critical) failedAt ??= record
    await saveRun(services.project.stateDir, run)
    // Steps that an earlier attempt ended stand in the task already.
    if (!replayed || i >= (run.fork?.keep ?? 0)) await services.task.stepEnded(run, record)
    services.events({
      type: 'step-finished',
      step: refOf(record),
      status: ended.status,
      summary: ended.summary,
      seconds: record.seconds,
      replayed,
    })
  }
  return null
}

async function runAction(
  run: RunRecord,
  definition: StepDefinition,
  references: Parameters<typeof resolveInput>[1],
  step: StepRecord,
  services: Services,
): Promise<Outcome | Waits> {
  const action = findAction(definition.agent, definition.action)
  if (!action) {
    return outcome(
      'failed',
      `This version of martsmith has no action ${definition.agent}.${definition.action}, which the run was begun with. Start a new run.`,
    )
  }
  const input = action.input.safeParse(resolveInput(definition.with, references))
  if (!input.success) {
    const issue = input.error.issues[0]
    return outcome(
      'failed',
      `This version of martsmith cannot go on with a run that an earlier one began: ${definition.agent}.${definition.action} does not take its input (${issue?.path.join('.')}: ${issue?.message}). Start a new run.`,
    )
  }
  const unanswered: Waits[] = []
  const ask = async (demand: Demand) => {
    const answer = await answered(run, step, demand, services)
    if (!(answer instanceof Waits)) return answer
    unanswered.push(answer)
    throw answer
  }
  try {
    const ended = await action.run(contextOf(run, step.number, ask, services), input.data)
    return unanswered[0] ?? ended
  } catch (error) {
    if (unanswered[0]) return unanswered[0]
    if (services.signal.aborted) return outcome('failed', 'Interrupted.') // never recorded: see the caller
    if (isMartsmithError(error)) {
      return outcome('failed', error.message, {
        details: [...error.details, ...error.mend.map((m) => `To mend it: ${m}`)],
      })
    }
    services.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return outcome(
      'failed',
      `martsmith itself failed: ${messageOf(error)}. Where: .martsmith/runs/${run.id}/output.log`,
    )
  }
}

/** A failure, with what the agent that it is handed to has to say; nothing of that hides the failure itself. */
async function handedOver(
  ended: Outcome | Waits,
  { id, onFailure }: StepDefinition,
  { run, record, services }: { run: RunRecord; record: StepRecord; services: Services },
): Promise<Outcome | Waits> {
  const action = onFailure === undefined ? null : findAction(onFailure, 'handover')
  if (ended instanceof Waits || ended.status !== 'failed' || !action || services.signal.aborted) return ended
  const said = [ended.summary, ...ended.details].join('\n')
  const ask = () => Promise.reject(new Error('nobody is asked while a failure is looked at'))
  try {
    const input = action.input.parse({ step: id, said })
    const { details, findings, next } = await action.run(contextOf(run, record.number, ask, services), input)
    return {
      ...ended,
      details: [...ended.details, ...details],
      findings: [...ended.findings, ...findings],
      next: [...next, ...ended.next],
    }
  } catch (error) {
    services.log(`${onFailure} could not look at it: ${messageOf(error)}`)
    return ended
  }
}

/** What a person has said to this, or says now; the answer is written down before anything is done with it. */
async function answered(
  run: RunRecord,
  step: StepRecord,
  demand: Demand,
  services: Services,
): Promise<Given | Waits> {
  const { project, redactor, now } = services
  const waiting = waitingFor(run, step, redactor.deep(demand), {
    now: now(),
    expire: project.config.approvals.expire,
  })
  const { answer, refused } = answerTo(waiting, run.answers, now())
  if (answer) return answer
  const given = await services.ask(waiting, refused)
  if (!given) return new Waits(waiting)
  run.answers = withAnswer(run, waiting, given).answers
  await saveRun(project.stateDir, run)
  failpoint(`answered:${step.number}`)
  return given
}

function contextOf(
  run: RunRecord,
  number: number,
  ask: ActionContext['ask'],
  services: Services,
): ActionContext {
  const { project, dbt, env, log, signal, now } = services
  return {
    runId: run.id,
    runDir: runDir(project.stateDir, run.id),
    attempt: run.attempt,
    taskId: run.taskId,
    project,
    config: project.config,
    dbt,
    env,
    log,
    signal,
    now,
    ask,
    safe: (text) => safeText(text, services),
    progress: (progress) => services.events({ type: 'progress', number, progress }),
  }
}

function skippedAfter(failed: StepRecord): Outcome {
  const consequence = failed.outcome?.consequence
  return outcome(
    'skipped',
    `Step ${failed.number} failed, and this step builds on it.${consequence ? ` ${consequence}` : ''}`,
  )
}

/** What is recorded, reported and committed holds no secret and, unless it was allowed, no row's value. */
function clean(result: Outcome, services: Services): Outcome {
  const safe = (text: string) => safeText(text, services)
  return {
    ...services.redactor.deep(result),
    // Ids that later steps go by; a secret that is part of a name must not change them.
    ...(result.output === undefined ? {} : { output: result.output }),
    summary: safe(result.summary),
    details: result.details.map(safe),
    evidence: result.evidence.map((e) => ({ ...e, text: safe(e.text) })),
  }
}

function safeText(text: string, { redactor, project }: Pick<Services, 'redactor' | 'project'>): string {
  const redacted = redactor.text(text)
  return project.config.evidence === 'values' ? redacted : maskValues(redacted)
}

function refOf(step: StepRecord): StepRef {
  return { number: step.number, title: step.title, agent: step.agent }
}
