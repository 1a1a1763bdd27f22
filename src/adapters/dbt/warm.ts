/** Driver v1 warm: one Python process holds dbt and the parsed project for the life of this process. */

import { PATIENCE_MS } from '../exec/run.ts'
import { type PythonWorker, startWorker, WorkerFault } from '../python/worker.ts'
import type { DbtDriver, DbtException, DriverRun, RunOptions } from './types.ts'

export type DriverOptions = {
  /** Resolved when it is first needed, so that a missing Python is told where dbt is wanted. */
  python: () => Promise<string>
  projectDir: string
  env: NodeJS.ProcessEnv
  /** Where the worker may keep what the next one would have to make again. */
  cacheDir?: string
  onOutput: (line: string) => void
}

type Answer = { success: boolean; exception?: DbtException; lines?: string[] }

export function lazyWorker(options: DriverOptions): {
  get: () => Promise<PythonWorker>
  close: () => Promise<void>
} {
  let worker: Promise<PythonWorker> | null = null
  const get = () => {
    worker ??= options.python().then((python) => startWorker({ ...options, python, cwd: options.projectDir }))
    return worker
  }
  return {
    get,
    close: async () => {
      const started = await worker?.catch(() => null)
      await started?.close()
    },
  }
}

export function warmDriver(options: DriverOptions): DbtDriver {
  const worker = lazyWorker(options)
  return driverOn(worker, options, {}, worker.close)
}

/** The same on another folder, with an environment on top; null takes a variable away. */
export function optionsAt(
  options: DriverOptions,
  projectDir: string,
  more: Record<string, string | null>,
): DriverOptions {
  const env = Object.entries({ ...options.env, ...more }).filter((e): e is [string, string] => e[1] != null)
  return { ...options, projectDir, env: Object.fromEntries(env) }
}

/** One process serves several folders: importing dbt is most of what a command costs. */
function driverOn(
  worker: ReturnType<typeof lazyWorker>,
  options: DriverOptions,
  own: Record<string, string | null>,
  close: () => Promise<void>,
): DbtDriver {
  return {
    kind: 'v1-warm',
    capabilities: { keepsParse: true },
    python: options.python,
    env: options.env,
    warm: () => {
      worker
        .get()
        .then((w) => w.call('dbt.warm'))
        .catch(() => undefined) // told by the first call that needs it
    },
    ask: async (method, params) => (await worker.get()).call(method, { ...params, env: own }),
    at: (projectDir, more) =>
      driverOn(worker, optionsAt(options, projectDir, more), { ...own, ...more }, async () => undefined),
    run: async (args, { onEvent, signal }: RunOptions): Promise<DriverRun> => {
      const started = await worker.get()
      signal?.throwIfAborted() // an abort that came before is not told again
      // A query that the database will not let go of (DuckDB's) must not hold the person: after a while the
      // worker is ended, and the database rolls back what it was doing.
      let impatient: NodeJS.Timeout | undefined
      const interrupt = () => {
        started.interrupt()
        impatient = setTimeout(() => void started.close(), PATIENCE_MS)
      }
      signal?.addEventListener('abort', interrupt, { once: true })
      try {
        const params = {
          project_dir: options.projectDir,
          env: own,
          args: [...args, '--log-level', 'none'],
          reuse: args[0] !== 'deps',
        }
        const answer = await started.call<Answer>('dbt.invoke', params, onEvent)
        return { success: answer.success, exception: answer.exception ?? null, lines: answer.lines ?? [] }
      } catch (error) {
        if (!(error instanceof WorkerFault)) throw error
        return {
          success: false,
          exception: { type: error.fault.type, message: error.fault.message },
          lines: [],
        }
      } finally {
        clearTimeout(impatient)
        signal?.removeEventListener('abort', interrupt)
      }
    },
    close,
  }
}
