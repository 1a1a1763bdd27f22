/** From a prepared run to its report: signals, progress, the exit code. Shared by `pipeline` and `resume`. */
import { existsSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { logPath } from '../agents/types.ts'
import type { ExitCode } from '../core/errors.ts'
import type { EventSink } from '../core/events.ts'
import { writeGithubSummary } from '../reports/github.ts'
import { jsonReport } from '../reports/json.ts'
import { markdownReport } from '../reports/markdown.ts'
import type { Mode } from '../workflows/attempt.ts'
import { executeRun } from '../workflows/engine.ts'
import { runDir, saveRun } from '../workflows/runs.ts'
import type { Session } from '../workflows/session.ts'
import { summarise } from '../workflows/summary.ts'
import { runTask } from '../workflows/task.ts'
import type { RunRecord } from '../workflows/types.ts'
import { asker } from './asker.ts'
import { printJson } from './fail.ts'
import type { Options } from './options.ts'
import { openProgress } from './progress/index.ts'
import type { Terminal } from './terminal.ts'

const CANCEL_POLL_MS = 250

export const cancelFile = (stateDir: string, runId: string) => join(runDir(stateDir, runId), 'cancel')

export async function conduct(
  session: Session,
  record: RunRecord,
  mode: Mode,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const { project } = session
  await session.state.setRun(record.id)
  await session.logTo(logPath(runDir(project.stateDir, record.id)))
  const progress = openProgress(terminal)
  const stop = stopSignals(session, record.id, progress.say)
  const log = (line: string) => {
    session.log(line)
    if (options.verbose) progress.say(session.redactor.text(line))
  }
  let run: RunRecord
  try {
    run = await executeRun(record, mode, {
      project,
      dbt: session.dbt,
      durable: await session.durable,
      redactor: session.redactor,
      env: session.env,
      now: session.now,
      log,
      signal: stop.signal,
      events: bothSinks(progress.sink, eventLog(project.stateDir, record.id, session)),
      ask: asker(session, options, terminal, progress, stop),
      task: runTask(project.root, session.now, (text) => progress.say(terminal.style('yellow', text))),
    })
  } finally {
    progress.stop()
    stop.end()
  }
  const ended =
    stop.signal.reason === 'cancelled' && run.status === 'interrupted' ? await asCancelled(session, run) : run
  await printReport(ended, options, terminal)
  return exitCodeOf(ended)
}

export async function printReport(run: RunRecord, options: Options, terminal: Terminal): Promise<void> {
  if (options.json) printJson(jsonReport(run, options.projectDir))
  else process.stdout.write(`${markdownReport(run, options.projectDir)}\n`)
  await writeGithubSummary(markdownReport(run), process.env, terminal.say)
}

export function exitCodeOf(run: RunRecord): ExitCode {
  return ({ success: 0, failed: 1, waiting: 3, cancelled: 4, interrupted: 130, running: 0 } as const)[
    run.status
  ]
}

async function asCancelled(session: Session, run: RunRecord): Promise<RunRecord> {
  const durable = await session.durable
  await durable.cancel(run.durableId)
  const cancelled: RunRecord = { ...run, status: 'cancelled', finishedAt: session.now().toISOString() }
  cancelled.summary = summarise(cancelled)
  await saveRun(session.project.stateDir, cancelled)
  await runTask(session.project.root, session.now, () => undefined).finished(cancelled)
  return cancelled
}

export type Stop = { signal: AbortSignal; cancel(): void; end(): void }

/** Ctrl-C once stops at the step at hand, resumable; twice ends at once. A cancel file stops it too. */
function stopSignals(session: Session, runId: string, say: (text: string) => void): Stop {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort('interrupted')
    say('Stopping; what is recorded is kept. Ctrl-C again ends at once.')
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  const file = cancelFile(session.project.stateDir, runId)
  const timer = setInterval(() => existsSync(file) && controller.abort('cancelled'), CANCEL_POLL_MS)
  return {
    signal: controller.signal,
    cancel: () => controller.abort('cancelled'),
    end: () => {
      clearInterval(timer)
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}

/** `.martsmith/runs/<id>/events.ndjson`: all that happened, in order, without secrets. */
function eventLog(stateDir: string, runId: string, session: Session): EventSink {
  const path = join(runDir(stateDir, runId), 'events.ndjson')
  let writing: Promise<void> = Promise.resolve()
  return (event) => {
    const line = JSON.stringify({ at: session.now().toISOString(), ...session.redactor.deep(event) })
    writing = writing
      .then(() => appendFile(path, `${line}\n`))
      .catch((error: Error) => session.log(`events.ndjson: ${error.message}`))
  }
}

function bothSinks(a: EventSink, b: EventSink): EventSink {
  return (event) => {
    a(event)
    b(event)
  }
}
