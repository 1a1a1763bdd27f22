/**
 * The state folder `.martsmith/`: one process at a time works in it, under a lock of the operating
 * system that also kill -9 frees. Reading it needs no lock.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MartsmithError, messageOf } from '../core/errors.ts'
import { readJson, writeJson } from '../core/files.ts'
import { acquireLock, waitForLock } from '../core/os-lock.ts'
import { ago } from '../core/text.ts'
import { listRuns, saveRun } from './runs.ts'
import type { RunRecord } from './types.ts'

/** Long enough for a listing that looks at the lock, too short to be felt. */
const PATIENCE_MS = 500
const OWNER = 'owner.json'
const LOCK = 'lock'

export type Owner = {
  pid: number
  since: string
  runId: string | null
  /** It waits for a person to answer. */
  asking?: boolean
}

export type OwnedState = {
  setRun(runId: string | null): Promise<void>
  /** Says that a question stands, while it does. */
  whileAsking<T>(ask: () => Promise<T>): Promise<T>
  release(): Promise<void>
}

/** @throws MartsmithError `state.busy` where another process works in this project. */
export async function ownState(stateDir: string, now: () => Date): Promise<OwnedState> {
  await makeStateDir(stateDir)
  const lock = await waitForLock(join(stateDir, LOCK), { waitMs: PATIENCE_MS })
  if (!lock) throw busy((await readJson<Owner>(join(stateDir, OWNER))) ?? null, now())
  let owner: Owner = { pid: process.pid, since: now().toISOString(), runId: null }
  const set = (change: Partial<Owner>) => {
    owner = { ...owner, ...change }
    return writeJson(join(stateDir, OWNER), owner)
  }
  await set({})
  return {
    whileAsking: async (ask) => {
      await set({ asking: true })
      try {
        return await ask()
      } finally {
        await set({ asking: false })
      }
    },
    setRun: (runId) => set({ runId }),
    release: async () => {
      await rm(join(stateDir, OWNER), { force: true })
      lock.release()
    },
  }
}

async function makeStateDir(stateDir: string): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 })
    await writeFile(join(stateDir, '.gitignore'), '*\n')
  } catch (error) {
    // On a read-only file system Node says ENOENT here, which would lead nowhere.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
    throw new MartsmithError({
      code: 'state.unwritable',
      message: `The project folder cannot be written: ${stateDir} could not be made.`,
      details: [messageOf(error)],
      mend: [
        'martsmith keeps its state in .martsmith and its tasks in .tasks, in the project: both must be writable.',
      ],
    })
  }
}

function busy(owner: Owner | null, now: Date): MartsmithError {
  const who = owner ? ` (process ${owner.pid}, started ${ago(new Date(owner.since), now)})` : ''
  const run = owner?.runId
  return new MartsmithError({
    code: 'state.busy',
    message: owner?.asking
      ? `${run ? `The run ${run}` : 'Another martsmith command'} waits for an answer at its terminal${who}.`
      : run
        ? `The run ${run} is going on in this project${who}; a second one has to wait until it ends.`
        : `Another martsmith command is at work in this project${who}.`,
    mend: run
      ? [`martsmith show ${run}     shows how far it is`, `martsmith cancel ${run}   ends it`]
      : ['Try again when it has ended.'],
  })
}

/** Who works in this folder now; null where nobody does. */
export async function liveOwner(stateDir: string): Promise<Owner | null> {
  const owner = await readJson<Owner>(join(stateDir, OWNER))
  if (!owner) return null
  const lock = acquireLock(join(stateDir, LOCK))
  lock?.release()
  return lock ? null : owner
}

/** Runs whose process is gone while they ran. Only who owns the state may write this down. */
export async function markInterrupted(stateDir: string): Promise<RunRecord[]> {
  const runs = await listRuns(stateDir)
  const dead = runs.filter((r) => r.status === 'running')
  for (const run of dead) await saveRun(stateDir, { ...run, status: 'interrupted' })
  return runs
    .filter((r) => r.status === 'running' || r.status === 'interrupted')
    .map((r) => ({ ...r, status: 'interrupted' as const }))
}

/** How a run stands, also where its process died without saying so. */
export function statusNow(run: RunRecord, owner: Owner | null): RunRecord['status'] {
  if (run.status !== 'running' || owner?.runId === run.id) return run.status
  // Its record is written a moment before its owner names it.
  return owner?.runId === null && run.startedAt >= owner.since ? 'running' : 'interrupted'
}
