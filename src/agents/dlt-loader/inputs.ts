/** The files that a script reads: what they were, and which of them changed. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { glob } from 'tinyglobby'
import type { InputState } from './checks.ts'

/** Files and globs, from `root`; a name that matches nothing is not in the answer. */
export async function inputState(
  root: string,
  patterns: string[],
  known: InputState = {},
): Promise<InputState> {
  const files = patterns.length > 0 ? await glob(patterns, { cwd: root, dot: true }) : []
  const states = await Promise.all(
    files.sort().map(async (file) => {
      const { size, mtimeMs } = await stat(join(root, file))
      const before = known[file]
      const same = before && before.size === size && before.mtimeMs === mtimeMs
      return [file, { size, mtimeMs, hash: same ? before.hash : await hashFile(join(root, file)) }] as const
    }),
  )
  return Object.fromEntries(states)
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** In words: `data/taxis.csv changed`, `data/new.csv is new`, `data/old.csv is gone`. */
export function inputChanges(before: InputState, now: InputState): string[] {
  const changed = Object.entries(now).flatMap(([file, state]) => {
    if (!before[file]) return [`${file} is new`]
    return before[file].hash === state.hash ? [] : [`${file} changed`]
  })
  const gone = Object.keys(before).filter((file) => !now[file])
  return [...changed, ...gone.map((file) => `${file} is gone`)]
}
