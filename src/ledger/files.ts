import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  type Dirent,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isMartsmithError, MartsmithError, messageOf } from '../core/errors.ts'
import { waitForLock } from '../core/os-lock.ts'
import { unreadable } from './errors.ts'
import type { UnreadableTask } from './types.ts'

/** Where tasks lie: `.tasks`, unless only a folder `.mdtm` exists. */
const FOLDERS = ['.tasks', '.mdtm'] as const

export function taskFolder(projectDir: string): string {
  return FOLDERS.find((folder) => existsSync(join(projectDir, folder))) ?? FOLDERS[0]
}

/** A task's file: `path` is relative to the project, with forward slashes. */
export type TaskFile = { id: string; path: string }

const TASK_FILE = /^(TASK-.+)\.md$/i

/**
 * All task files, those of the upper folders first. A folder that cannot be read is an error, unless the
 * caller collects those in `unreadableFolders`.
 */
export function findTaskFiles(projectDir: string, unreadableFolders?: UnreadableTask[]): TaskFile[] {
  const files: TaskFile[] = []
  const folders: string[] = FOLDERS.filter((folder) => existsSync(join(projectDir, folder)))
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of readFolder(projectDir, folder, unreadableFolders)) {
      const path = `${folder}/${entry.name}`
      const id = TASK_FILE.exec(entry.name)?.[1]
      if (entry.isDirectory()) folders.push(path)
      else if (id !== undefined && (entry.isFile() || entry.isSymbolicLink())) files.push({ id, path })
    }
  }
  return files
}

function readFolder(projectDir: string, folder: string, unreadableFolders?: UnreadableTask[]): Dirent[] {
  try {
    const entries = readdirSync(join(projectDir, folder), { withFileTypes: true })
    return entries.filter((entry) => !entry.name.startsWith('.')).sort(byName)
  } catch (cause) {
    const error = failure('ledger.unreadable', folder, 'cannot be read', cause)
    if (!unreadableFolders) throw error
    unreadableFolders.push({ path: folder, error })
    return []
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}

/** A file's text with its byte order mark, if it has one. Throws `ledger.unreadable`. */
export function readText(projectDir: string, path: string): string {
  return decode(readBytes(projectDir, path), path)
}

function readBytes(projectDir: string, path: string): Buffer {
  try {
    return readFileSync(join(projectDir, path))
  } catch (error) {
    throw failure('ledger.unreadable', path, 'cannot be read', error)
  }
}

function decode(bytes: Buffer, path: string): string {
  const nul = bytes.indexOf(0)
  if (nul !== -1) {
    const line = lineOf(bytes, nul)
    throw unreadable(path, line, 'the file holds binary data, not text.', 'Save it as UTF-8 text.')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    const text = new TextDecoder('utf-8').decode(bytes)
    const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length
    throw unreadable(path, line, 'the file is not UTF-8.', 'Save it as UTF-8.', { cause })
  }
}

function lineOf(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1
}

/** Creates a file with all of its text at once; returns false when the name is taken. */
export function createText(projectDir: string, path: string, text: string): boolean {
  const target = join(projectDir, path)
  try {
    mkdirSync(dirname(target), { recursive: true })
    return withTemporary(target, text, (temporary) => placeNew(temporary, target))
  } catch (error) {
    throw failure('ledger.write-failed', path, 'cannot be written', error)
  }
}

/** A link is made whole or not at all, and never over a file that exists. */
function placeNew(temporary: string, target: string): boolean {
  try {
    linkSync(temporary, target)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
  }
  try {
    // A file system without links; the lock keeps others of us from reading it half-written.
    copyFileSync(temporary, target, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * Changes a file's text in one move: a reader sees the old text or the new one. A file that an editor saved
 * between our reading and writing is read again, so that the person's edit is kept.
 */
export function replaceText(projectDir: string, path: string, change: (text: string) => string): void {
  for (let attempt = 1; attempt <= 20; attempt++) {
    const bytes = readBytes(projectDir, path)
    const text = decode(bytes, path)
    const next = change(text)
    if (next === text) return
    try {
      // The file behind a link is changed; the link stays.
      const target = realpathSync(join(projectDir, path))
      const isDone = withTemporary(target, next, (temporary) => {
        keepOwner(temporary, target)
        if (!readFileSync(target).equals(bytes)) return false
        renameSync(temporary, target)
        return true
      })
      if (isDone) return
    } catch (error) {
      throw failure('ledger.write-failed', path, 'cannot be written', error)
    }
  }
  throw new MartsmithError({
    code: 'ledger.busy',
    message: `${path} keeps changing while it is being written; nothing was written.`,
    mend: ['See which program writes to it, and try again.'],
    exitCode: 1,
  })
}

function keepOwner(temporary: string, target: string): void {
  const wanted = statSync(target)
  const own = statSync(temporary)
  if (own.uid !== wanted.uid || own.gid !== wanted.gid) {
    try {
      chownSync(temporary, wanted.uid, wanted.gid)
    } catch (error) {
      // Only root may give files away; who may write here owns the new file then.
      if (codeOf(error) !== 'EPERM') throw error
    }
  }
  chmodSync(temporary, wanted.mode & 0o7777)
}

/** The temporary file lies in the same folder, since only there a rename is one move. */
function withTemporary<T>(target: string, text: string, use: (temporary: string) => T): T {
  const folder = dirname(target)
  for (const name of readdirSync(folder)) {
    // Left by a process that was killed: under the lock nobody else has one.
    if (/^\.TASK-.+\.[0-9a-f]{8}\.tmp$/.test(name)) rmSync(join(folder, name), { force: true })
  }
  const temporary = join(folder, `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    writeFileSync(temporary, text, { flag: 'wx' })
    return use(temporary)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Runs `work`, which must not wait for anything, while no other process writes to the ledger. */
export async function withLedgerLock<T>(projectDir: string, waitMs: number, work: () => T): Promise<T> {
  const path = join(projectDir, '.martsmith', 'locks', 'tasks.lock')
  hideFromGit(join(projectDir, '.martsmith'))
  const lock = await waitForLock(path, { waitMs })
  if (!lock) {
    throw new MartsmithError({
      code: 'ledger.busy',
      message: `The tasks are being written by another process for ${waitMs / 1000} s now.`,
      mend: ['Wait for the other martsmith of this project to finish, or end it.'],
      exitCode: 1,
    })
  }
  try {
    return work()
  } finally {
    lock.release()
  }
}

/** A state folder that we make ignores itself, so that a project without our line in `.gitignore` is safe. */
function hideFromGit(folder: string): void {
  if (existsSync(folder)) return
  try {
    mkdirSync(folder)
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw failure('ledger.write-failed', folder, 'cannot be made', error)
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
}

function failure(code: string, path: string, what: string, error: unknown): MartsmithError {
  if (isMartsmithError(error)) return error
  const reason = REASONS[String(codeOf(error))] ?? messageOf(error)
  return new MartsmithError({
    code,
    message: `${path} ${what}: ${reason}.`,
    mend: [`Make ${path} accessible, and try again.`],
    exitCode: code === 'ledger.unreadable' ? 2 : 1,
    cause: error,
  })
}
