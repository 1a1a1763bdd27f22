/** Where a ChangeSet may write, as the disk is: inside the project, not through links, not into packages. */
import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { parse } from 'yaml'
import { DBT_FILE, type Project } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { fold, pathsOf } from './change-set.ts'
import type { ChangeSet, FileChange } from './types.ts'

export type Place = Pick<Project, 'root' | 'dbtDir' | 'stateDir'>

/** @throws MartsmithError `changes.forbidden` that names each path and why it is not written. */
export async function assertWritable(place: Place, { changes }: Pick<ChangeSet, 'changes'>): Promise<void> {
  const root = await realpath(place.root)
  const closed = await closedFolders(place, root)
  const gone = new Set(changes.filter((c) => c.kind === 'rename' || c.kind === 'delete').map((c) => c.path))
  const reals = new Map<string, string>()
  const reasons: string[] = []
  for (const change of changes) {
    for (const path of pathsOf(change)) {
      const real = await realOf(join(root, path))
      if (real === null) {
        reasons.push(`${path}: it is, or lies behind, a link that leads nowhere`)
        continue
      }
      const why =
        outsideOrClosed(root, closed, real) ??
        (await linkMoved(root, change, path)) ??
        (await otherCapitals(root, path, gone)) ??
        sameFile(reals.get(real), change, path)
      reals.set(real, path)
      if (why) reasons.push(`${path}: ${why}`)
    }
  }
  if (reasons.length === 0) return
  throw new MartsmithError({
    code: 'changes.forbidden',
    message: 'These changes would write where martsmith does not write; nothing was changed.',
    details: reasons,
  })
}

/** The folder of installed packages, as dbt_project.yml or the environment names it, and our state. Real paths. */
async function closedFolders(place: Place, root: string): Promise<Map<string, string>> {
  const packages = await packagesPath(place.dbtDir)
  const folders: [string, string][] = [
    [resolve(place.dbtDir, packages), 'packages are installed there, and are never edited'],
    [place.stateDir, "martsmith's own state lies there"],
    [join(root, '.git'), 'it is in .git'],
  ]
  return new Map(
    await Promise.all(
      folders.map(async ([dir, why]): Promise<[string, string]> => [(await realOf(dir)) ?? dir, why]),
    ),
  )
}

async function packagesPath(dbtDir: string): Promise<string> {
  const text = await readFile(join(dbtDir, DBT_FILE), 'utf8').catch(() => '')
  let named: unknown
  try {
    named = (parse(text) as Record<string, unknown> | null)?.['packages-install-path']
  } catch {
    // dbt says what is wrong with the file
  }
  const environment = process.env.DBT_PACKAGES_INSTALL_PATH
  return environment || (typeof named === 'string' && named !== '' ? named : 'dbt_packages')
}

/** The path with every link in it followed, as far as it exists; null where a link leads nowhere. */
async function realOf(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null)
  if (real !== null) return real
  const link = await lstat(path).catch(() => null)
  const above = dirname(path)
  if (link?.isSymbolicLink() || above === path) return null
  const realAbove = await realOf(above)
  return realAbove === null ? null : join(realAbove, basename(path))
}

function outsideOrClosed(root: string, closed: Map<string, string>, real: string): string | null {
  if (!isWithin(root, real)) return `it leads out of the project, to ${real}`
  for (const [folder, why] of closed) if (isWithin(folder, real)) return why
  return null
}

export function isWithin(folder: string, path: string): boolean {
  const rel = relative(folder, path)
  return rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel)
}

async function linkMoved(root: string, change: FileChange, path: string): Promise<string | null> {
  if (change.kind !== 'rename' && change.kind !== 'delete') return null
  const stat = await lstat(join(root, path)).catch(() => null)
  return stat?.isSymbolicLink() ? 'it is a link, and links are neither moved nor deleted' : null
}

/** `Models/x.sql` beside a folder `models` are two places here and one on another machine. */
async function otherCapitals(root: string, path: string, gone: Set<string>): Promise<string | null> {
  const parts = path.split('/')
  for (const [i, part] of parts.entries()) {
    const names: string[] = await readdir(join(root, ...parts.slice(0, i))).catch(() => [])
    if (names.includes(part)) continue
    const other = names.find((n) => fold(n) === fold(part))
    if (other === undefined) return null
    const otherPath = [...parts.slice(0, i), other].join('/')
    if (!gone.has(otherPath)) return `${otherPath} is there, and differs only in capitals`
  }
  return null
}

function sameFile(earlier: string | undefined, change: FileChange, path: string): string | null {
  if (earlier === undefined) return null
  if (change.kind === 'rename' && earlier === change.path && path === change.to) return null
  return `it is the same file as ${earlier}`
}
