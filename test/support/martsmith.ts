/** Runs the real command, as a person or a program would, in an environment that the test knows fully. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { JsonReport } from '../../src/reports/json.ts'
import { MARTSMITH, VENV } from './paths.ts'
import { processesWith } from './processes.ts'

export type Result = {
  /** null where a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Both, as a person at a terminal sees them. */
  all: string
  /** stdout as the one object that `--json` promises; throws where it is anything else. */
  json: JsonReport
}

export type Place = { dir: string; home: string }
export type RunOptions = { env?: Record<string, string | undefined>; cwd?: string; stdin?: string }

/** Nothing of the developer's or of the CI's own environment; `env` is put on top, undefined removes. */
export function cleanEnv(env: Record<string, string | undefined> = {}): Record<string, string> {
  const base = { PATH: `${process.env.PATH}`, LANG: 'C.UTF-8', TERM: 'xterm', VIRTUAL_ENV: VENV, ...env }
  return Object.fromEntries(
    Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** The command, while it runs. */
export type Running = {
  pid: number
  result: Promise<Result>
  child: ChildProcess
  /** Everything said on stderr so far. */
  said(): string
  /** Waits until `happened` is true; fails with what the command said when it ends, or takes too long, before. */
  until(what: string, happened: () => boolean): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Command lines of the processes that it started, or that those did, and that live now; itself included. */
  processes(): string[]
  /** Waits up to two seconds until none of them is left, and answers those that are. */
  orphans(): Promise<string[]>
}

/** A command that hangs is killed, so that it fails its own test and disturbs no other. */
const PATIENCE_MS = 90_000

/** Marks the processes of one command. Another terminal is no other environment to dbt: a parsed project stays parsed. */
const MARK = 'TERM_SESSION_ID'

export function startMartsmith(place: Place, args: string[], options: RunOptions = {}): Running {
  const mark = randomUUID()
  const child = spawn(MARTSMITH, args, {
    cwd: options.cwd ?? place.dir,
    env: cleanEnv({ HOME: place.home, [MARK]: mark, ...options.env }),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => undefined) // it may end without reading
  child.stdin.end(options.stdin ?? '')
  const said = () => Buffer.concat(err).toString()
  let ended = false
  const guard = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  const result = new Promise<Result>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      ended = true
      clearTimeout(guard)
      resolve(resultOf(code, signal, Buffer.concat(out).toString(), said()))
    })
  })
  const processes = () => processesWith(`${MARK}=${mark}`)
  return {
    pid: child.pid ?? 0,
    result,
    child,
    said,
    until: async (what, happened) => {
      for (const deadline = Date.now() + PATIENCE_MS; !happened(); await delay(20)) {
        if (ended || Date.now() > deadline) throw new Error(`waited in vain for ${what}; it said:\n${said()}`)
      }
    },
    kill: (signal) => void child.kill(signal),
    processes,
    orphans: async () => {
      for (const deadline = Date.now() + 2000; Date.now() < deadline && processes().length > 0; )
        await delay(50)
      return processes()
    },
  }
}

export function runMartsmith(place: Place, args: string[], options: RunOptions = {}): Promise<Result> {
  return startMartsmith(place, args, options).result
}

function resultOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  stdout: string,
  stderr: string,
): Result {
  return {
    code,
    signal,
    stdout,
    stderr,
    all: stdout + stderr,
    get json() {
      return JSON.parse(stdout) as JsonReport
    },
  }
}
