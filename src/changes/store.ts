/** The ChangeSets that were written, one file each in `.martsmith/changes/`. Reading them needs no lock. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MartsmithError } from '../core/errors.ts'
import { readJson } from '../core/files.ts'
import { nearest } from '../core/text.ts'
import type { Place } from './paths.ts'
import type { ChangeRecord } from './types.ts'
import { writeDurably } from './write.ts'

type State = Pick<Place, 'stateDir'>

const recordPath = ({ stateDir }: State, id: string) => join(stateDir, 'changes', `${id}.json`)

export function saveRecord(place: State, record: ChangeRecord): Promise<void> {
  return writeDurably(recordPath(place, record.id), `${JSON.stringify(record, null, 2)}\n`)
}

/** Newest first. */
export async function listRecords(place: State): Promise<ChangeRecord[]> {
  const names = await readdir(join(place.stateDir, 'changes')).catch(() => [])
  const ids = names.filter((n) => n.endsWith('.json')).map((n) => n.slice(0, -'.json'.length))
  const records = await Promise.all(ids.map((id) => readJson<ChangeRecord>(recordPath(place, id))))
  return records
    .filter((r) => r !== null)
    .sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id, 'en', { numeric: true }))
}

/** @throws MartsmithError `changes.unknown` with the nearest id. */
export async function readRecord(place: State, id: string): Promise<ChangeRecord> {
  const record = /^[\w-]+$/.test(id) ? await readJson<ChangeRecord>(recordPath(place, id)) : null
  if (record) return record
  const known = (await listRecords(place)).map((r) => r.id)
  const near = nearest(id, known, 1)[0]
  throw new MartsmithError({
    code: 'changes.unknown',
    message: `No change ${id} was written in this project${near ? `; did you mean ${near}?` : '.'}`,
    details: known.length > 0 ? [`The latest: ${known.slice(0, 5).join(', ')}`] : [],
    mend: ['martsmith changes   lists them all'],
  })
}

/** The record that took `id` back, and has not been taken back itself. */
export function revertOf(records: ChangeRecord[], id: string): ChangeRecord | null {
  const found = records.find((r) => r.reverts === id && r.state === 'applied' && !revertOf(records, r.id))
  return found ?? null
}

/** For a ChangeSet of which nothing was written. */
export function removeRecord(place: State, id: string): Promise<void> {
  return rm(recordPath(place, id), { force: true })
}
