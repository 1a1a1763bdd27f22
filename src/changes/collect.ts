/** Gathers the edits of a plan: every file is read once, changed any number of times, written by nobody. */
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MartsmithError } from '../core/errors.ts'
import { fold, makeChangeSet } from './change-set.ts'
import { assertWritable, type Place } from './paths.ts'
import { decodeText } from './text.ts'
import type { ChangeSet, FileChange } from './types.ts'

export type ChangeCollector = {
  /** The text as planned so far, else as it is on disk. @throws MartsmithError `changes.missing`, `changes.not-text` */
  read(path: string): Promise<string>
  exists(path: string): Promise<boolean>
  /** The new text of a file, whether it is there or not. */
  write(path: string, text: string): Promise<void>
  /** @throws MartsmithError `changes.exists` */
  create(path: string, text: string): Promise<void>
  /** @throws MartsmithError `changes.missing`, `changes.exists` */
  rename(path: string, to: string): Promise<void>
  /** @throws MartsmithError `changes.missing` */
  remove(path: string): Promise<void>
  /** What differs from the disk by now. @throws MartsmithError `changes.forbidden` for paths that are not written. */
  changeSet(title: string): Promise<ChangeSet>
}

export function collectChanges(place: Place): ChangeCollector {
  /** null: no file. Each path that was asked for is in both. */
  const before = new Map<string, string | null>()
  const after = new Map<string, string | null>()
  const movedFrom = new Map<string, string>()

  async function textAt(path: string): Promise<string | null> {
    if (!before.has(path)) {
      const text = await onDisk(place.root, path)
      before.set(path, text)
      after.set(path, text)
    }
    return after.get(path) ?? null
  }

  async function existing(path: string): Promise<string> {
    const text = await textAt(path)
    if (text !== null) return text
    throw new MartsmithError({
      code: 'changes.missing',
      message: `There is no file ${path} in this project.`,
    })
  }

  async function write(path: string, text: string): Promise<void> {
    await textAt(path)
    after.set(path, text)
  }

  async function create(path: string, text: string): Promise<void> {
    if ((await textAt(path)) !== null)
      throw new MartsmithError({ code: 'changes.exists', message: `There is a file ${path} already.` })
    after.set(path, text)
  }

  async function remove(path: string): Promise<void> {
    await existing(path)
    after.set(path, null)
    movedFrom.delete(path)
  }

  async function rename(path: string, to: string): Promise<void> {
    const text = await existing(path)
    // Where capitals do not matter, the disk would answer with the file that is to be moved.
    if (fold(path) === fold(to) && !before.has(to)) {
      before.set(to, null)
      after.set(to, null)
    }
    await create(to, text)
    const origin = movedFrom.get(path) ?? path
    await remove(path)
    if (origin !== to) movedFrom.set(to, origin)
  }

  function changes(): FileChange[] {
    const moves = [...movedFrom].filter(
      ([to, from]) => before.get(to) === null && before.get(from) !== null && after.get(from) === null,
    )
    const origins = new Map(moves)
    const vacated = new Set(origins.values())
    return [...after].flatMap(([path, text]): FileChange[] => {
      const old = before.get(path) ?? null
      const from = origins.get(path)
      const moved = from === undefined ? null : (before.get(from) ?? null)
      if (vacated.has(path) || text === old) return []
      if (text === null) return old === null ? [] : [{ kind: 'delete', path, before: old }]
      if (from !== undefined && moved !== null)
        return [{ kind: 'rename', path: from, to: path, before: moved, after: text }]
      if (old === null) return [{ kind: 'create', path, after: text }]
      return [{ kind: 'edit', path, before: old, after: text }]
    })
  }

  return {
    read: existing,
    exists: async (path) => (await textAt(path)) !== null,
    write,
    create,
    rename,
    remove,
    changeSet: async (title) => {
      const set = makeChangeSet(title, changes())
      await assertWritable(place, set)
      return set
    },
  }
}

async function onDisk(root: string, path: string): Promise<string | null> {
  try {
    return decodeText(await readFile(join(root, path)), path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A link that leads nowhere is there all the same.
    if ((code === 'ENOENT' || code === 'ENOTDIR') && !(await lstat(join(root, path)).catch(() => null)))
      return null
    if (code !== 'EISDIR') throw error
    throw new MartsmithError({ code: 'changes.exists', message: `${path} is a folder, not a file.` })
  }
}
