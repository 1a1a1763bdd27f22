/** Run records on disk: what listings, reports and `resume` read. Reading them never disturbs a live run. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MartsmithError } from '../core/errors.ts'
import { isCounted, type RunEvent } from '../core/events.ts'
import { readIfThere, readJson, writeJson } from '../core/files.ts'
import { nearest } from '../core/text.ts'
import type { RunRecord } from './types.ts'

export const runDir = (stateDir: string, id: string) => join(stateDir, 'runs', id)

/** A new id, `pipe-7f3a`, and its folder: making the folder is what reserves the id. */
export async function reserveRunId(stateDir: string, prefix: string): Promise<string> {
  await mkdir(join(stateDir, 'runs'), { recursive: true })
  for (let bytes = 2; ; bytes += 1) {
    const id = `${prefix}-${randomBytes(bytes).toString('hex')}`
    try {
      await mkdir(runDir(stateDir, id))
      return id
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

export function saveRun(stateDir: string, run: RunRecord): Promise<void> {
  return writeJson(join(runDir(stateDir, run.id), 'run.json'), run)
}

/** Newest first. A folder without a readable record belongs to a run that never began. */
export async function listRuns(stateDir: string): Promise<RunRecord[]> {
  const ids = await readdir(join(stateDir, 'runs')).catch(() => [])
  const runs = await Promise.all(ids.map((id) => readRecord(stateDir, id)))
  return runs.filter((r) => r !== null).sort((a, b) => b.startedAt.localeCompare(a.startedAt))
}

/** A run that an earlier version began knows nothing of waiting. */
async function readRecord(stateDir: string, id: string): Promise<RunRecord | null> {
  const run = await readJson<RunRecord>(join(runDir(stateDir, id), 'run.json'))
  return run && { ...run, waiting: run.waiting ?? null, answers: run.answers ?? [] }
}

export async function readRun(stateDir: string, id: string): Promise<RunRecord> {
  const run = /^[\w-]+$/.test(id) ? await readRecord(stateDir, id) : null
  if (run) return run
  const known = (await listRuns(stateDir)).map((r) => r.id)
  const near = nearest(id, known, 1)[0]
  throw new MartsmithError({
    code: 'run.unknown',
    message: `There is no run ${id} in this project${near ? `; did you mean ${near}?` : '.'}`,
    details: known.length > 0 ? [`The latest: ${known.slice(0, 5).join(', ')}`] : [],
    mend: ['martsmith runs   lists them all'],
  })
}

/** How far a run is, from its events: `step 2 (dbt build), 357 of 598 nodes and tests`; null before the first step. */
export async function readProgress(stateDir: string, id: string): Promise<string | null> {
  const text = (await readIfThere(join(runDir(stateDir, id), 'events.ndjson'))) ?? ''
  let [at, done, of] = ['', 0, 0]
  for (const event of text.split('\n').flatMap(parseLine)) {
    if (event.type === 'step-started')
      [at, done, of] = [`step ${event.step.number} (${event.step.title})`, 0, 0]
    if (event.type !== 'progress') continue
    if (event.progress.kind === 'expect') [done, of] = [0, event.progress.nodes + event.progress.tests]
    if (event.progress.kind === 'node' && event.progress.state !== 'started' && isCounted(event.progress))
      done += 1
  }
  return at === '' ? null : `${at}${of > 0 ? `, ${done} of ${of} nodes and tests` : ''}`
}

/** The last line may be half written: the run goes on. */
function parseLine(line: string): RunEvent[] {
  try {
    return [JSON.parse(line) as RunEvent]
  } catch {
    return []
  }
}
