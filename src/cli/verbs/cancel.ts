/** `martsmith cancel RUN`: gives up an interrupted run, or stops one that is going on elsewhere. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findOwnProject, type Project } from '../../config/project.ts'
import { MartsmithError } from '../../core/errors.ts'
import { openDurable } from '../../workflows/durable.ts'
import { readRun, saveRun } from '../../workflows/runs.ts'
import { liveOwner, ownState } from '../../workflows/state.ts'
import { summarise } from '../../workflows/summary.ts'
import { runTask } from '../../workflows/task.ts'
import type { RunRecord } from '../../workflows/types.ts'
import { cancelFile, printReport } from '../run.ts'
import type { Verb } from '../verb.ts'

const PATIENCE_MS = 30_000

export const cancelVerb: Verb = async ([id = ''], options, terminal) => {
  const project = await findOwnProject(options.projectDir ?? '.')
  const run = await readRun(project.stateDir, id)
  if (run.status === 'success' || run.status === 'failed' || run.status === 'cancelled') {
    throw new MartsmithError({
      code: 'run.ended',
      message: `${run.id} has ended already (${run.status}).`,
      mend: [`martsmith show ${run.id}`],
    })
  }
  if (options.dryRun) {
    terminal.say(`${run.id} would be cancelled; nothing was done (--dry-run).`)
    return 0
  }
  const owner = await liveOwner(project.stateDir)
  const cancelled = owner?.runId === run.id ? await cancelLive(project, run) : await cancelDead(project, run)
  terminal.say(
    cancelled.status === 'cancelled'
      ? `${run.id} is cancelled.`
      : `${run.id} ended before it could be cancelled: ${cancelled.status}.`,
  )
  await printReport(cancelled, options, terminal)
  return cancelled.status === 'cancelled' ? 0 : 1
}

/** The process that runs it looks for this file; it ends its tools and writes the record itself. */
async function cancelLive(project: Project, run: RunRecord): Promise<RunRecord> {
  await writeFile(cancelFile(project.stateDir, run.id), new Date().toISOString())
  for (let waited = 0; waited < PATIENCE_MS; waited += 200) {
    await delay(200)
    const now = await readRun(project.stateDir, run.id)
    const ended = !['running', 'interrupted'].includes(now.status)
    if (ended || (await liveOwner(project.stateDir)) === null) return now
  }
  throw new MartsmithError({
    code: 'run.cancel-slow',
    message: `${run.id} has been told to stop and has not ended yet.`,
    mend: [`martsmith show ${run.id}`],
    exitCode: 1,
  })
}

async function cancelDead(project: Project, run: RunRecord): Promise<RunRecord> {
  const now = () => new Date()
  const state = await ownState(project.stateDir, now)
  try {
    const durable = await openDurable(join(project.stateDir, 'db'))
    if (await durable.has(run.durableId)) await durable.cancel(run.durableId)
    await durable.close()
    const cancelled: RunRecord = { ...run, status: 'cancelled', finishedAt: now().toISOString() }
    cancelled.summary = summarise(cancelled)
    await saveRun(project.stateDir, cancelled)
    await runTask(project.root, now, () => undefined).finished(cancelled)
    return cancelled
  } finally {
    await state.release()
  }
}
