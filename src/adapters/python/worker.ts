/**
 * The Python worker, seen from here: requests in, events and one answer out.
 * It runs in a process group of its own and dies when our end of its stdin closes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MartsmithError } from '../../core/errors.ts'

const SCRIPT = fileURLToPath(new URL('../../../python/worker.py', import.meta.url))
const KEPT_STDERR_LINES = 200
const PIPE_GRACE_MS = 50

/** What the worker answers where a request failed; `kind` and the rest are the method's own. */
export type WorkerError = {
  type: string
  message: string
  traceback?: string
  kind?: string
  module?: string
}

export type WorkerEvent = Record<string, unknown>
type Pending = {
  onEvent: (event: WorkerEvent) => void
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

export class WorkerFault extends Error {
  readonly fault: WorkerError
  constructor(fault: WorkerError) {
    super(fault.message)
    this.name = 'WorkerFault'
    this.fault = fault
  }
}

export type WorkerOptions = {
  python: string
  cwd: string
  env: NodeJS.ProcessEnv
  /** Where it may keep what the next one would have to make again. */
  cacheDir?: string | undefined
  /** What the worker, dbt and user code print. */
  onOutput?: (line: string) => void
}

export type PythonWorker = ReturnType<typeof startWorker>

export function startWorker(options: WorkerOptions) {
  const child: ChildProcess = spawn(
    options.python,
    [SCRIPT, ...(options.cacheDir ? [options.cacheDir] : [])],
    {
      cwd: options.cwd,
      env: { ...options.env, PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    },
  )
  const pending = new Map<number, Pending>()
  const said: string[] = []
  let nextId = 1
  let ended: Error | null = null

  const end = (error: Error) => {
    ended ??= error
    for (const request of pending.values()) request.reject(ended)
    pending.clear()
  }
  child.on('error', (error) => end(cannotStart(options.python, error)))
  child.on('close', (code, signal) => end(endedEarly(options.python, code, signal, said)))
  child.stdin?.on('error', () => undefined) // the close event tells it, with the reason
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      if (said.length > KEPT_STDERR_LINES) said.shift()
      options.onOutput?.(line)
    })
  }
  if (child.stdout) createInterface({ input: child.stdout }).on('line', receive)

  function receive(line: string): void {
    const message = answerOf(line)
    if (!message) {
      options.onOutput?.(line)
      return
    }
    const request = pending.get(message.id)
    if (!request) return
    if (message.event) {
      request.onEvent(message.event)
      return
    }
    pending.delete(message.id)
    if (message.error) request.reject(new WorkerFault(message.error))
    else request.resolve(message.result)
  }

  return {
    /** Sends one request; events of it go to `onEvent` until the answer is there. */
    call<T>(
      method: string,
      params: unknown = {},
      onEvent: (event: WorkerEvent) => void = () => undefined,
    ): Promise<T> {
      if (ended) return Promise.reject(ended)
      const id = nextId++
      const answer = new Promise<T>((resolve, reject) => {
        pending.set(id, { onEvent, resolve: resolve as (value: unknown) => void, reject })
      })
      child.stdin?.write(`${JSON.stringify({ id, method, params })}\n`)
      return answer
    },
    /** Interrupts the work at hand as Ctrl-C would; the worker stays usable. */
    interrupt(): void {
      if (child.pid !== undefined && !ended) child.kill('SIGINT')
    },
    /** Ends the worker and its process group, and waits until it is gone. */
    async close(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      end(new Error('the worker was closed'))
      child.stdin?.end()
      await gone
      // A process that user code put into a session of its own may hold the pipes for as long as it lives.
      await delay(PIPE_GRACE_MS)
      child.stdout?.destroy()
      child.stderr?.destroy()
    },
  }
}

type Answer = { id: number; event?: WorkerEvent; result?: unknown; error?: WorkerError }

/** null for a line that is not of the protocol: native code may write to the descriptor itself. */
function answerOf(line: string): Answer | null {
  try {
    return JSON.parse(line) as Answer
  } catch {
    return null
  }
}

function cannotStart(python: string, error: Error): MartsmithError {
  return new MartsmithError({
    code: 'python.cannot-start',
    message: `The Python at ${python} cannot be started: ${error.message}`,
    mend: [
      'Name the interpreter in martsmith.yml: dbt.python, or dlt.pipelines[].python',
      'martsmith check   shows which one is used, and why',
    ],
    cause: error,
  })
}

/** Of a traceback only its last line: the rest is about Python's own files. */
function lastWords(said: string[]): string[] {
  const traceback = said.some(
    (line) => line.startsWith('Traceback (most recent call last)') || /^ +File ".*", line \d+/.test(line),
  )
  return traceback ? said.slice(-1) : said.slice(-8)
}

function endedEarly(
  python: string,
  code: number | null,
  signal: string | null,
  said: string[],
): MartsmithError {
  return new MartsmithError({
    code: 'python.ended',
    message: `The Python worker (${python}) ended unexpectedly ${signal ? `by ${signal}` : `with exit code ${code}`}.`,
    details: lastWords(said),
    mend: [
      'If this is not the Python that has your dbt or dlt, name it in martsmith.yml: dbt.python',
      'If the machine ran out of memory, lower dbt.threads in martsmith.yml.',
    ],
    exitCode: 1,
  })
}
