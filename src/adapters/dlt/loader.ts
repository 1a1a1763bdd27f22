/** Runs one dlt script in a Python of its own and answers what it loaded, counted in the destination. */
import { MartsmithError, messageOf } from '../../core/errors.ts'
import type { LoadProgress } from '../../core/events.ts'
import { seconds } from '../../core/text.ts'
import { startWorker, WorkerFault } from '../python/worker.ts'

/** Node's timers count in 32 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export type LoadedTable = {
  name: string
  /** Rows in the destination before and after; null where it cannot be queried. */
  before: number | null
  after: number | null
  /** Rows that dlt sent: for a merge, not rows that are new. */
  sent: number
  /** Loading the same rows again adds them again. */
  appends: boolean
}

export type SchemaChange = {
  table: string
  newTable: boolean
  columns: { name: string; type: string | null }[]
}

export type LoadedPipeline = {
  name: string
  destination: string | null
  dataset: string | null
  /** Packages of an interrupted load that were finished first. */
  drained: number
  /** Packages that an earlier load left and that were given up, before anything of them was loaded. */
  givenUp: number
  loads: number
  /** Runs of the script that were not repeated: an interrupted attempt had loaded them. */
  kept: number
  tables: LoadedTable[]
  schemaChanges: SchemaChange[]
  failedJobs: { table: string; message: string }[]
}

export type LoadError = {
  type: string
  message: string
  /** dlt's step: extract, normalize, load; null where the script failed outside of dlt. */
  step: string | null
  pipeline: string | null
  resource: string | null
  table: string | null
  missingModule: string | null
  /** `file:line` in the user's own files. */
  where: string | null
  /** The name that is not there, those that are where it was looked for, and which of these were loaded before. */
  meant: { wrong: string; there: string[]; loaded: string[] } | null
  /** It was the package of an earlier load that failed, not what the script reads now. */
  draining: boolean
  /** dlt's own command that gives up packages that are not loaded; newer versions have another. */
  abortCommand: 'abort-packages' | 'drop-pending-packages'
}

export type LoadResult = {
  pipelines: LoadedPipeline[]
  error: LoadError | null
  /** Of a rehearsal: what the script was held back from, in words. */
  refused: string | null
}

export type LoadRequest = {
  python: string
  /** Absolute. */
  script: string
  cwd: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** dlt's own state: a folder of the project, never the machine's. */
  dataDir: string
  timeoutSeconds: number
  /** Per pipeline, how many loads its destination had before an attempt that was interrupted. */
  resumed: Record<string, number>
  /** Packages that an earlier load left are given up and read again, where nothing of them was loaded yet. */
  giveUp: boolean
  /** A rehearsal: the only folders that the script may write to. Null: it may do what it does. */
  within: string[] | null
  signal: AbortSignal
  onProgress: (progress: LoadProgress) => void
  /** Rows before the first load, as soon as they are known: an interrupted run needs them later. */
  onBefore: (pipeline: string, counts: Record<string, number> | null) => void
  onOutput: (line: string) => void
}

/** The worker's answer; the traceback is for the log. */
type Answer = LoadResult & { error: (LoadError & { traceback?: string }) | null }

/** @throws MartsmithError `dlt.timeout`, `dlt.missing`; a script that fails is a result, not an error. */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const worker = startWorker({
    python: request.python,
    cwd: request.cwd,
    env: { RUNTIME__DLTHUB_TELEMETRY: 'false', ...request.env, DLT_DATA_DIR: request.dataDir },
    onOutput: request.onOutput,
  })
  if (request.signal.aborted) {
    await worker.close()
    request.signal.throwIfAborted()
  }
  const stopped = new AbortController()
  const timer = setTimeout(
    () => stopped.abort('timeout'),
    Math.min(request.timeoutSeconds * 1000, LONGEST_TIMER_MS),
  )
  const end = () => stopped.abort('interrupted')
  request.signal.addEventListener('abort', end, { once: true })
  const close = () => void worker.close()
  stopped.signal.addEventListener('abort', close, { once: true })
  try {
    const { script, cwd, args, resumed, giveUp, within } = request
    const params = { script, cwd, args, resumed, giveUp, within }
    const answer = await worker.call<Answer>('dlt.run', params, (event) => receive(event, request))
    if (answer.error?.traceback) request.onOutput(answer.error.traceback)
    return answer
  } catch (error) {
    if (stopped.signal.reason === 'timeout') throw timedOut(request)
    throw asLoadError(error, request)
  } finally {
    clearTimeout(timer)
    request.signal.removeEventListener('abort', end)
    await worker.close()
  }
}

function receive(event: Record<string, unknown>, request: LoadRequest): void {
  const pipeline = String(event.pipeline ?? '')
  if (event.kind === 'before') {
    request.onBefore(pipeline, event.counts as Record<string, number> | null)
  } else if (event.kind === 'draining') {
    request.onProgress({ kind: 'load', pipeline, stage: 'finish the interrupted load' })
  } else {
    request.onProgress({
      kind: 'load',
      pipeline,
      stage: stageName(String(event.stage)),
      ...(typeof event.name === 'string' ? { name: event.name } : {}),
      ...(typeof event.count === 'number' ? { count: event.count } : {}),
      ...(typeof event.total === 'number' ? { total: event.total } : {}),
      done: event.done === true,
    })
  }
}

/** dlt says `Extract taxi_trips`, `Normalize taxi_trips in 17...`, `Load taxi_trips in 17...`. */
function stageName(step: string): string {
  return step.split(' ')[0]?.toLowerCase() ?? step
}

function timedOut(request: LoadRequest): MartsmithError {
  return new MartsmithError({
    code: 'dlt.timeout',
    message: `${request.script} was stopped: it had not ended after ${seconds(request.timeoutSeconds)}.`,
    mend: ['If it needs longer, raise dlt.pipelines[].timeout in martsmith.yml.'],
    exitCode: 1,
  })
}

function asLoadError(error: unknown, request: LoadRequest): Error {
  if (error instanceof WorkerFault && error.fault.kind === 'dlt-missing') {
    return new MartsmithError({
      code: 'dlt.missing',
      message: `${request.python} has no dlt: ${error.fault.message}`,
      mend: [`${request.python} -m pip install 'dlt[duckdb]'   (or the extra of your destination)`],
      exitCode: 1,
    })
  }
  return error instanceof Error ? error : new Error(messageOf(error))
}
