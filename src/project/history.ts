/**
 * When each node was last built by martsmith, per target: `.martsmith/history/<target>-<hash of its place>.json`.
 * A warehouse does not say when a table was last built, so this is how it is known what shows old data.
 * A node that is not in it was never built by martsmith here: then nothing is claimed.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readJson, writeJson } from '../core/files.ts'

export type BuildRecord = { builtAt: string; checksum: string | null }
export type BuildHistory = Record<string, BuildRecord>

/** What makes two targets the same place: a name alone does not. */
export type Destination = {
  target: string
  type: string
  database: string | null
  schema: string
  shown: Record<string, string>
}

export async function readHistory(stateDir: string, target: Destination): Promise<BuildHistory> {
  return (await readJson<BuildHistory>(path(stateDir, target))) ?? {}
}

export async function recordBuilds(
  stateDir: string,
  target: Destination,
  built: BuildHistory,
): Promise<void> {
  await writeJson(path(stateDir, target), { ...(await readHistory(stateDir, target)), ...built })
}

/** A target's name may hold anything; a file's may not. */
function path(stateDir: string, { target, type, database, schema, shown }: Destination): string {
  const place = JSON.stringify([target, type, database, schema, shown.path, shown.host, shown.port])
  const hash = createHash('sha256').update(place).digest('hex').slice(0, 12)
  return join(stateDir, 'history', `${target.replace(/[^\w-]/g, '_').slice(0, 40)}-${hash}.json`)
}
