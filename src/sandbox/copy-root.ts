/** A copy of everything that lies in a project, for a load script that is tried: it reads what it reads, and writes there. */
import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, realpath, stat, symlink } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { ProjectPlace } from './copy.ts'

/** What no script of the project's own reads. */
const NEVER = new Set(['.git', '.martsmith', '.tasks', '.venv', 'venv', 'node_modules', '__pycache__'])
/** Secrets are read where they are. */
const SECRET = /^\.env(\..*)?$|^secrets\.toml$/
/** Bytes above which a file is linked: it can be read, and a rehearsal may not write through a link. */
const LARGE = 20_000_000
/** And above which, all in all, so are the others. */
const MOST_BYTES = 500_000_000
const MOST_FILES = 20_000

/** Databases of DuckDB, by path from the root: they are copied under their lock, by whoever may open them. */
export type RootCopy = ProjectPlace & { databases: string[] }

/** null where there is too much of it. */
export async function copyRoot(from: ProjectPlace, to: string): Promise<RootCopy | null> {
  const below = relative(from.root, from.dbtDir)
  const target = join(from.dbtDir, 'target')
  const copy: RootCopy = { root: to, dbtDir: join(to, below), databases: [] }
  let files = 0
  let bytes = 0
  const folder = async (source: string, within: string[]): Promise<void> => {
    const path = relative(from.root, source)
    await mkdir(join(to, path), { recursive: true, mode: 0o700 })
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const one = join(source, entry.name)
      if (NEVER.has(entry.name) || one === target || files > MOST_FILES) continue
      const real = entry.isSymbolicLink() ? await realpath(one).catch(() => null) : one
      if (real === null || within.some((w) => w === real || w.startsWith(real + sep))) continue
      const state = await stat(real)
      if (state.isDirectory()) await folder(one, [...within, real])
      else if (state.isFile()) {
        files += 1
        const at = join(path, entry.name)
        if (/\.wal$/.test(entry.name)) continue
        if (await isDuckDb(real)) copy.databases.push(at)
        else {
          const isLinked =
            state.size > LARGE || bytes + state.size > MOST_BYTES || SECRET.test(basename(real))
          if (isLinked) await symlink(real, join(to, at))
          else await copyFile(real, join(to, at), constants.COPYFILE_FICLONE)
          bytes += isLinked ? 0 : state.size
        }
      }
    }
  }
  await folder(from.root, [await realpath(from.root)])
  return files > MOST_FILES ? null : copy
}

/** By what a file of DuckDB has at its beginning, whatever it is called. */
async function isDuckDb(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null)
  if (!file) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0)
    return bytesRead === 12 && buffer.toString('latin1', 8, 12) === 'DUCK'
  } finally {
    await file.close()
  }
}
