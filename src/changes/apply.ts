/**
 * The only writer of project files. All of a ChangeSet is written or nothing: the record with all texts is
 * on the disk before the first file changes, so that who comes after a crash can finish.
 * Whoever calls owns the state folder.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MartsmithError, messageOf } from '../core/errors.ts'
import { failpoint } from '../core/failpoint.ts'
import { list } from '../core/text.ts'
import { type Cell, cellsOf, stateOf, writeCell } from './cells.ts'
import { parseChangeSet } from './change-set.ts'
import { assertWritable, type Place } from './paths.ts'
import { recover } from './recover.ts'
import { listRecords, removeRecord, revertOf, saveRecord } from './store.ts'
import type { ChangeRecord, ChangeSet } from './types.ts'

export type ApplyOptions = {
  /** The id of the run that writes: the record goes by it. */
  run: string
  now: Date
  /** The command that plans the same again, for the error. */
  again?: string
  reverts?: string
  /** Permission bits for files that come back. */
  modes?: ChangeRecord['modes']
}

export type Applied = {
  record: ChangeRecord
  /** It had been written before, by the same run: nothing was done. */
  already: boolean
}

/**
 * @throws MartsmithError `changes.stale` where a file is not as it was when the change was planned;
 * `changes.forbidden` for paths that are not written; `changes.write-failed`. Then nothing has changed.
 */
export async function applyChanges(place: Place, set: ChangeSet, options: ApplyOptions): Promise<Applied> {
  const { title, changes, hash } = parseChangeSet({ title: set.title, changes: set.changes, hash: set.hash })
  await recover(place)
  const records = await listRecords(place)
  const states = await Promise.all(cellsOf(changes, {}).map((cell) => stateOf(place, cell)))
  const done = records.find((r) => isSame(r, hash, options) && revertOf(records, r.id) === null)
  // Files that are all as before were taken back by hand, and may be written again.
  if (done && states.some((s) => s !== 'before')) return { record: done, already: true }
  await assertWritable(place, { changes })
  const modes = { ...options.modes, ...(await modesOf(place, changes)) }
  const cells = cellsOf(changes, modes)
  assertFresh(
    cells.filter((_, i) => states[i] !== 'before'),
    options,
  )
  const record: ChangeRecord = {
    id: freeId(records, options.run),
    run: options.run,
    at: options.now.toISOString(),
    state: 'applying',
    title,
    hash,
    ...(options.reverts === undefined ? {} : { reverts: options.reverts }),
    modes,
    changes,
  }
  await saveRecord(place, record)
  failpoint('changes:journal')
  await writeAll(place, record, cells, options)
  failpoint('changes:written')
  const applied: ChangeRecord = { ...record, state: 'applied' }
  await saveRecord(place, applied)
  return { record: applied, already: false }
}

function isSame(record: ChangeRecord, hash: string, { run, reverts }: ApplyOptions): boolean {
  return (
    record.state === 'applied' && record.run === run && record.hash === hash && record.reverts === reverts
  )
}

function freeId(records: ChangeRecord[], run: string): string {
  const taken = new Set(records.map((r) => r.id))
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? run : `${run}-${n}`
    if (!taken.has(id)) return id
  }
}

async function modesOf({ root }: Place, changes: ChangeSet['changes']): Promise<ChangeRecord['modes']> {
  const there = changes.filter((c) => c.kind !== 'create').map((c) => c.path)
  const modes = await Promise.all(
    there.map((path) =>
      stat(join(root, path)).then(
        ({ mode }): [string, number][] => [[path, mode & 0o7777]],
        () => [],
      ),
    ),
  )
  return Object.fromEntries(modes.flat())
}

async function writeAll(
  place: Place,
  record: ChangeRecord,
  cells: Cell[],
  options: ApplyOptions,
): Promise<void> {
  const written: Cell[] = []
  try {
    for (const cell of cells) {
      // Somebody may have saved the file since all of them were looked at.
      if ((await stateOf(place, cell)) !== 'before') assertFresh([cell], options)
      await writeCell(place, record.id, cell, 'after')
      written.push(cell)
      failpoint(`changes:file-${written.length}`)
    }
  } catch (cause) {
    for (const cell of written.reverse()) await writeCell(place, record.id, cell, 'before')
    await removeRecord(place, record.id)
    if ((cause as MartsmithError).code === 'changes.stale') throw cause
    throw new MartsmithError({
      code: 'changes.write-failed',
      message: `${record.title}: a file could not be written, and those before it were put back.`,
      details: [messageOf(cause)],
      mend: ['Make the file and its folder writable, and give the same command again.'],
      exitCode: 1,
      cause,
    })
  }
}

function assertFresh(stale: Cell[], { again }: ApplyOptions): void {
  if (stale.length === 0) return
  const paths = stale.map((c) => c.path)
  const why = (c: Cell) => (c.before === null ? 'a file is there now' : 'not as it was')
  throw new MartsmithError({
    code: 'changes.stale',
    message: `${list(paths, 5)} changed since this was planned; nothing was written.`,
    details: stale.map((c) => `${c.path}: ${why(c)}`),
    mend: [again ?? 'The same command plans it again, from the files as they are now.'],
    exitCode: 1,
  })
}
