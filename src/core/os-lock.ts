import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { MartsmithError, messageOf } from './errors.ts'

/**
 * A lock between processes that the operating system frees when its holder dies, kill -9 included.
 * SQLite carries it, because Node itself has no file lock.
 *
 * `BEGIN IMMEDIATE`, not `BEGIN EXCLUSIVE`: of two that start at the same moment exactly one gets it.
 * With EXCLUSIVE both can fail, because the one waits for the other's shared lock (measured with two
 * threads: nobody won 37 to 103 of 4,000 races; with IMMEDIATE, none of 4,000).
 *
 * A lock file is nothing but a lock: it stays empty and is never removed, since a removed file would let
 * a second holder in. Never open it by other means in a process that holds it: on POSIX systems closing
 * any descriptor of a file drops all locks of the process on it.
 */
export type Lock = { release(): void }

const BUSY = 5
const LOCKED = 6

// An unreferenced database is closed by the garbage collector, which would free the lock unasked.
const held = new Set<DatabaseSync>()

/**
 * Takes the lock, or returns null when another process, or another handle of this one, holds it.
 * `waitMs` waits for it and blocks the whole thread meanwhile; in a server use `waitForLock`.
 */
export function acquireLock(path: string, options: { waitMs?: number } = {}): Lock | null {
  const database = open(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${wholeMs(options.waitMs ?? 0)}`)
    // Without this SQLite leaves a journal beside the lock file when its holder is killed.
    database.exec('PRAGMA journal_mode = MEMORY')
    // SQLite opens a file that it may not write read-only, and then everybody "gets" the lock. The change,
    // which is never committed, makes that an error.
    database.exec('BEGIN IMMEDIATE; PRAGMA user_version = 1')
  } catch (error) {
    database.close()
    if (isHeldByAnother(error)) return null
    throw unusable(path, error)
  }
  held.add(database)
  return { release: () => release(database) }
}

/**
 * Asks for the lock again and again until it is free, `waitMs` have passed (then null) or `signal` aborts
 * (then its reason is thrown). It asks at least once and never blocks the event loop.
 */
export async function waitForLock(
  path: string,
  options: { waitMs: number; signal?: AbortSignal | undefined },
): Promise<Lock | null> {
  const deadline = performance.now() + options.waitMs
  for (let pause = 1; ; pause = Math.min(pause * 1.5, 10)) {
    options.signal?.throwIfAborted()
    const lock = acquireLock(path)
    if (lock) return lock
    const left = deadline - performance.now()
    if (left <= 0) return null
    // The jitter keeps several waiters from asking in step.
    await pauseFor(Math.min(left, pause * (0.5 + Math.random())), options.signal)
  }
}

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function release(database: DatabaseSync): void {
  if (!held.delete(database)) return
  database.close()
}

function open(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true })
    const { DatabaseSync: Database } = sqlite()
    return new Database(path)
  } catch (error) {
    throw unusable(path, error)
  }
}

let loaded: typeof import('node:sqlite') | undefined

/** Node 22 calls SQLite experimental on stderr, once; Node 24 does not. Only that one notice is held back. */
function sqlite(): typeof import('node:sqlite') {
  if (loaded) return loaded
  const emitWarning = process.emitWarning
  process.emitWarning = (...about: unknown[]) => {
    if (about[1] === 'ExperimentalWarning' && String(about[0]).includes('SQLite')) return
    Reflect.apply(emitWarning, process, about)
  }
  try {
    loaded = process.getBuiltinModule('node:sqlite')
    return loaded
  } finally {
    process.emitWarning = emitWarning
  }
}

function isHeldByAnother(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode
  // The low byte is the kind of error; the rest says more about it.
  return typeof code === 'number' && ((code & 0xff) === BUSY || (code & 0xff) === LOCKED)
}

function unusable(path: string, cause: unknown): MartsmithError {
  return new MartsmithError({
    code: 'lock.unusable',
    message: `The lock file ${path} cannot be used: ${messageOf(cause)}.`,
    mend: [`See that ${dirname(path)} can be written, and remove ${path} if it is not an empty file.`],
    cause,
  })
}

function wholeMs(ms: number): number {
  return Math.max(0, Math.min(Math.round(ms), 2 ** 31 - 1))
}
