/** What a crash left half written. */
import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { list } from '../core/text.ts'
import { type Cell, cellsOf, stateOf, writeCell } from './cells.ts'
import type { Place } from './paths.ts'
import { openRecords, saveRecord } from './store.ts'
import type { ChangeRecord } from './types.ts'
import { temporaryOf } from './write.ts'

export type Recovered = {
  record: ChangeRecord
  /** Files that somebody wrote after the crash, and that were left as they are. */
  left: string[]
}

/**
 * What a crash left half written is finished; where somebody has edited one of its files since, the others
 * are put back instead. Whoever calls owns the state folder.
 */
export async function recover(place: Place): Promise<Recovered[]> {
  const recovered: Recovered[] = []
  for (const record of await openRecords(place)) recovered.push(await recoverOne(place, record))
  return recovered
}

async function recoverOne(place: Place, record: ChangeRecord): Promise<Recovered> {
  const cells = cellsOf(record.changes, record.modes)
  await removeTemporaries(place, record.id, cells)
  const states = await Promise.all(cells.map((cell) => stateOf(place, cell)))
  const left = cells.filter((_, i) => states[i] === 'other').map((c) => c.path)
  const [from, to] = left.length === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const)
  const open = cells.filter((_, i) => states[i] === from)
  for (const cell of to === 'after' ? open : open.reverse()) await writeCell(place, record.id, cell, to)
  const ended: ChangeRecord = { ...record, state: to === 'after' ? 'applied' : 'rolled-back' }
  await saveRecord(place, ended)
  return { record: ended, left }
}

async function removeTemporaries({ root }: Place, id: string, cells: Cell[]): Promise<void> {
  for (const { path } of cells) {
    const asked = join(root, path)
    const target = await realpath(asked).catch(() => asked)
    await rm(temporaryOf(target, id), { force: true })
  }
}

export function recoveredText({ record, left }: Recovered): string {
  const what = `${record.id} ("${record.title}") was interrupted while it wrote`
  if (left.length === 0) return `${what}, and is finished now: martsmith changes ${record.id}`
  return `${what}, and was put back; ${list(left)} ${left.length === 1 ? 'was' : 'were'} edited since, and left as found.`
}
