/**
 * The log of ingestion checks: `.martsmith/dlt-checks.ndjson`, one line each time a script was run.
 * dlt itself leaves no trace of a load that found nothing new, so the age of the last check is kept here.
 */
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LoadedPipeline } from '../../adapters/dlt/loader.ts'
import { readIfThere } from '../../core/files.ts'

export type InputState = Record<string, { size: number; mtimeMs: number; hash: string }>

export type Check = {
  pipeline: string
  runId: string
  at: string
  /** `started`: the script has been begun, and the counts before it are known. */
  result: 'started' | 'loaded' | 'failed'
  inputs: InputState
  /** With `started`: rows before the first load, per pipeline and table; null where they cannot be counted. */
  before?: Record<string, Record<string, number> | null>
  loaded?: LoadedPipeline[]
  seconds?: number
  reason?: string
}

const path = (stateDir: string) => join(stateDir, 'dlt-checks.ndjson')

export async function logCheck(stateDir: string, check: Check): Promise<void> {
  await mkdir(dirname(path(stateDir)), { recursive: true })
  await appendFile(path(stateDir), `${JSON.stringify(check)}\n`)
}

/** All checks of one pipeline, oldest first. A line that a crash cut short is passed over. */
export async function readChecks(stateDir: string, pipeline: string): Promise<Check[]> {
  const text = (await readIfThere(path(stateDir))) ?? ''
  return text.split('\n').flatMap((line) => {
    try {
      const check = JSON.parse(line) as Check
      return check.pipeline === pipeline ? [check] : []
    } catch {
      return []
    }
  })
}
