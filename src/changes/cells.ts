/** A change as what becomes of each path: the common ground of writing, recovering and taking back. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fold } from './change-set.ts'
import type { Place } from './paths.ts'
import type { ChangeRecord, FileChange } from './types.ts'
import { createFile, removeFile, replaceFile } from './write.ts'

/** null: no file. */
export type Cell = {
  path: string
  before: string | null
  after: string | null
  mode: number | undefined
  /** The other name differs in capitals only: a file system may answer to both. */
  exactName: boolean
}

type Modes = ChangeRecord['modes']

export function cellsOf(changes: FileChange[], modes: Modes): Cell[] {
  return changes.flatMap((change) => cellsOfOne(change, modes[change.path]))
}

/** In the order they are written: a moved file is in its new place before it leaves the old one. */
function cellsOfOne(change: FileChange, mode: number | undefined): Cell[] {
  const cell = { path: change.path, mode, exactName: false }
  switch (change.kind) {
    case 'create':
      return [{ ...cell, before: null, after: change.after }]
    case 'edit':
      return [{ ...cell, before: change.before, after: change.after }]
    case 'delete':
      return [{ ...cell, before: change.before, after: null }]
    case 'rename': {
      const exactName = fold(change.path) === fold(change.to)
      const arrives = { path: change.to, before: null, after: change.after, mode, exactName }
      const leaves = { path: change.path, before: change.before, after: null, mode, exactName }
      return exactName ? [leaves, arrives] : [arrives, leaves]
    }
  }
}

/** How the disk stands to a cell. `other`: somebody else wrote there. */
export async function stateOf({ root }: Place, cell: Cell): Promise<'before' | 'after' | 'other'> {
  const bytes = await bytesAt(join(root, cell.path), cell.exactName)
  if (same(bytes, cell.before)) return 'before'
  return same(bytes, cell.after) ? 'after' : 'other'
}

async function bytesAt(path: string, exactName: boolean): Promise<Buffer | null> {
  try {
    const bytes = await readFile(path)
    if (exactName && !(await readdir(dirname(path))).includes(basename(path))) return null
    return bytes
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (code === 'EISDIR') return Buffer.from('\0') // no text that we write, and not nothing
    throw error
  }
}

function same(bytes: Buffer | null, text: string | null): boolean {
  if (bytes === null || text === null) return bytes === null && text === null
  return bytes.equals(Buffer.from(text))
}

/** Takes a path from one state to the other. */
export async function writeCell(place: Place, id: string, cell: Cell, to: 'before' | 'after'): Promise<void> {
  const path = join(place.root, cell.path)
  const [old, now] = to === 'after' ? [cell.before, cell.after] : [cell.after, cell.before]
  if (now === null) await removeFile(path, [place.root, place.dbtDir])
  else if (old === null) await createFile(path, now, id, cell.mode)
  else await replaceFile(path, now, id)
}

/** What becomes of each path, for who writes it elsewhere. */
export function branchFiles({
  changes,
}: {
  changes: FileChange[]
}): Pick<Cell, 'path' | 'before' | 'after'>[] {
  return cellsOf(changes, {}).map(({ path, before, after }) => ({ path, before, after }))
}
