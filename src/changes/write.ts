/** One file written or removed so that a crash, or a reader, sees the old file or the new one. */
import { randomBytes } from 'node:crypto'
import { chmod, chown, link, mkdir, open, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** As writeAtomic, and on the disk before it answers: what recovery reads after a power cut must be there. */
export async function writeDurably(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(3).toString('hex')}.tmp`
  await writeSynced(temporary, content)
  await rename(temporary, path)
}

/** `id` makes the name known to whoever cleans up after a crash. */
export function temporaryOf(path: string, id: string): string {
  return join(dirname(path), `.${basename(path)}.${id}.tmp`)
}

/** New text for a file that is there; mode and owner stay, and so does a link that leads to it. */
export async function replaceFile(path: string, text: string, id: string): Promise<void> {
  const target = await realpath(path)
  const { mode, uid, gid } = await stat(target)
  await withTemporary(target, text, id, async (temporary) => {
    await chmod(temporary, mode & 0o7777)
    // Only root may give files away; who may write here owns the new file then.
    await chown(temporary, uid, gid).catch(() => undefined)
    await rename(temporary, target)
  })
}

/** A file that is not there yet; never over one that is. @throws EEXIST */
export async function createFile(
  path: string,
  text: string,
  id: string,
  mode: number | undefined,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await withTemporary(path, text, id, async (temporary) => {
    if (mode !== undefined) await chmod(temporary, mode)
    await placeNew(temporary, path)
  })
}

/** A link is made whole or not at all, and never over a file that exists. */
async function placeNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    // A file system without links: our own lock keeps others of us away.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await rename(temporary, path)
  }
}

/** Removes the file, and the folders above it that are empty now, up to those that are to be kept. */
export async function removeFile(path: string, keep: string[]): Promise<void> {
  await rm(path)
  let dir = dirname(path)
  while (!keep.includes(dir) && (await removedIfEmpty(dir))) dir = dirname(dir)
}

function removedIfEmpty(dir: string): Promise<boolean> {
  return rmdir(dir).then(
    () => true,
    () => false,
  )
}

async function withTemporary(
  target: string,
  text: string,
  id: string,
  use: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryOf(target, id)
  try {
    await writeSynced(temporary, text)
    await use(temporary)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
