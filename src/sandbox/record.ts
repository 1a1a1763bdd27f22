/**
 * What a sandbox will make is written down before it is made, so that `martsmith clean` finds it after a
 * crash. Who lives holds the record's lock, which the operating system frees when it dies.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SchemaName } from '../adapters/dbt/types.ts'
import { readJson, writeJson } from '../core/files.ts'
import { acquireLock, type Lock } from '../core/os-lock.ts'

export type SandboxRecord = {
  id: string
  pid: number
  startedAt: string
  adapter: string
  profile: string
  target: string
  database: string | null
  /** Every schema of the sandbox in a warehouse that it shares begins so. */
  prefix: string
  schemas: SchemaName[]
}

export const sandboxesDir = (stateDir: string) => join(stateDir, 'sandbox')
export const sandboxDir = (stateDir: string, id: string) => join(sandboxesDir(stateDir), id)
const recordFile = (stateDir: string, id: string) => `${sandboxDir(stateDir, id)}.json`
const lockFile = (stateDir: string, id: string) => `${sandboxDir(stateDir, id)}.lock`

/** A new id, unlike every other also in a warehouse that many people share. */
export function newId(): string {
  return randomBytes(5).toString('hex')
}

export async function holdRecord(stateDir: string, id: string): Promise<Lock> {
  const lock = acquireLock(lockFile(stateDir, id))
  if (!lock) throw new Error(`the lock of sandbox ${id} is taken`)
  await mkdir(sandboxDir(stateDir, id), { recursive: true, mode: 0o700 })
  return lock
}

export function saveRecord(stateDir: string, record: SandboxRecord): Promise<void> {
  return writeJson(recordFile(stateDir, record.id), record)
}

/** Its files, then what is known of it. */
export async function removeRecord(stateDir: string, id: string): Promise<void> {
  await rm(sandboxDir(stateDir, id), { recursive: true, force: true })
  await rm(recordFile(stateDir, id), { force: true })
  await rm(lockFile(stateDir, id), { force: true })
}

export type Left = { id: string; record: SandboxRecord | null; live: boolean }

/** All sandboxes of this project. One without a record died before it had made anything in a warehouse. */
export async function listSandboxes(stateDir: string): Promise<Left[]> {
  const entries = await readdir(sandboxesDir(stateDir)).catch(() => [])
  const ids = [...new Set(entries.map((e) => e.split('.')[0] ?? e))].filter((id) => /^[0-9a-f]{10}$/.test(id))
  return Promise.all(
    ids.sort().map(async (id) => {
      const lock = acquireLock(lockFile(stateDir, id))
      lock?.release()
      return {
        id,
        live: lock === null,
        record: await readJson<SandboxRecord>(recordFile(stateDir, id)),
      }
    }),
  )
}
