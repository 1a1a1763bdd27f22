/**
 * Counts over a relation that has not changed since: `.martsmith/profiles/<hash>.json`. Only numbers are kept, by
 * the hash of what was counted: never a value of a row.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJson } from '../../core/files.ts'
import type { Memory } from './profile.ts'

const stored = z.object({ state: z.string(), counts: z.record(z.string(), z.number()) })

export type KeptMemory = Memory & { save(): Promise<void> }

/** @param stateOf what would differ if any row had; asked again before anything is kept. Null where that cannot be known. */
export async function openMemory(
  stateDir: string,
  relation: string,
  stateOf: () => Promise<string | null>,
): Promise<KeptMemory | undefined> {
  const state = await stateOf()
  if (state === null) return undefined
  const path = join(stateDir, 'profiles', `${hash(relation)}.json`)
  const before = stored.safeParse(await readJson(path))
  const counts = before.success && before.data.state === state ? before.data.counts : {}
  let changed = false
  return {
    get: (expression) => counts[hash(expression)],
    set: (expression, count) => {
      if (!Number.isFinite(count)) return
      counts[hash(expression)] = count
      changed = true
    },
    save: async () => {
      if (changed && (await stateOf()) === state) await writeJson(path, { state, counts })
    },
  }
}

/** Of files: path, size and time of change, with DuckDB's log beside each. Any write changes it. */
export async function stateOfFiles(paths: string[]): Promise<string> {
  const all = await Promise.all(paths.flatMap((p) => [p, `${p}.wal`]).map(stateOfFile))
  return hash(all.join('\n'))
}

async function stateOfFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  return `${path} ${found ? `${found.size} ${found.mtimeNs}` : 'none'}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
