/** The ChangeSets that were written, one file each in `.martsmith/changes/`. Reading them needs no lock. */
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MartsmithError } from '../core/errors.ts'
import { readJson } from '../core/files.ts'
import { nearest } from '../core/text.ts'
import type { Place } from './paths.ts'
import type { ChangeRecord } from './types.ts'
import { writeDurably } from './write.ts'

type State = Pick<Place, 'stateDir'>

const folder = ({ stateDir }: State) => join(stateDir, 'changes')
const recordPath = (place: State, id: string) => join(folder(place), `${id}.json`)
/** What is being written lies apart, so that a start sees at a glance whether a crash left anything. */
const openFolder = (place: State) => join(folder(place), 'open')
const openPath = (place: State, id: string) => join(openFolder(place), `${id}.json`)

export async function saveRecord(place: State, record: ChangeRecord): Promise<void> {
  const text = `${JSON.stringify(record, null, 2)}\n`
  if (record.state === 'applying') return writeDurably(openPath(place, record.id), text)
  await writeDurably(recordPath(place, record.id), text)
  await rm(openPath(place, record.id), { force: true })
}

/** Newest first. */
export async function listRecords(place: State): Promise<ChangeRecord[]> {
  const records = [...(await openRecords(place)), ...(await recordsIn(folder(place)))]
  return records.sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id, 'en', { numeric: true }))
}

/** Those whose writing began and has no end on record: by us just now, or by a process that is gone. */
export async function openRecords(place: State): Promise<ChangeRecord[]> {
  const open = await recordsIn(openFolder(place))
  return open.filter((r) => !existsSync(recordPath(place, r.id)))
}

async function recordsIn(dir: string): Promise<ChangeRecord[]> {
  const names = await readdir(dir).catch(() => [])
  const files = names.filter((n) => n.endsWith('.json')).sort()
  const records = await Promise.all(files.map((n) => readJson<ChangeRecord>(join(dir, n))))
  return records.filter((r) => r !== null)
}

/** @throws MartsmithError `changes.unknown` with the nearest id. */
export async function readRecord(place: State, id: string): Promise<ChangeRecord> {
  const records = await listRecords(place)
  const record = records.find((r) => r.id === id)
  if (record) return record
  const known = records.map((r) => r.id)
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
  return rm(openPath(place, id), { force: true })
}
