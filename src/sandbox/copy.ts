/** A copy of the dbt project as it lies on disk, uncommitted edits and all, with a ChangeSet written into it. */
import { constants } from 'node:fs'
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { parse } from 'yaml'
import type { ChangeSet } from '../changes/types.ts'
import { DBT_FILE } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { readIfThere } from '../core/files.ts'
import type { DetailedManifest } from './changed.ts'

/** Nothing that dbt reads is in there, wherever it lies. */
const NEVER = new Set([
  '.git',
  '.martsmith',
  '.tasks',
  '.venv',
  'venv',
  'node_modules',
  '__pycache__',
  '.dlt',
])
/** Secrets, which the copy does not need, and databases, which are copied under their lock. */
const NO_FILE = /^\.env(\..*)?$|\.duckdb(\.wal)?$/

export type ProjectPlace = {
  /** The project's root; paths of a ChangeSet start there. */
  root: string
  /** The folder with dbt_project.yml, at or below the root. */
  dbtDir: string
}

/**
 * Copies the dbt project so that paths out of it (`../data/x.csv`) still lead where they led: the folders
 * between root and project are made anew, and what else lies in them is linked.
 * @returns the copy's own root and dbt folder.
 */
export async function copyProject(from: ProjectPlace, to: string): Promise<ProjectPlace> {
  const below = relative(from.root, from.dbtDir).split(sep).filter(Boolean)
  const place = { root: to, dbtDir: join(to, ...below) }
  await mkdir(to, { recursive: true, mode: 0o700 })
  let [here, there] = [from.root, to]
  for (const step of below) {
    for (const entry of await readdir(here)) {
      if (entry !== step && !NEVER.has(entry) && !NO_FILE.test(entry))
        await symlink(join(here, entry), join(there, entry))
    }
    here = join(here, step)
    there = join(there, step)
    await mkdir(there)
  }
  const { files, folders } = await listed(from.dbtDir)
  for (const path of folders) await mkdir(join(place.dbtDir, path), { recursive: true })
  for (const [path, source] of files) await putCopy(source, join(place.dbtDir, path))
  return place
}

/** What each file of a copy was made from, and what it was then: by path below the dbt folder. */
export type CopyStamps = Map<string, { source: string; copy: string }>

/** What a copy is now, and what it was made from. */
export async function stampCopy(from: ProjectPlace, copy: ProjectPlace): Promise<CopyStamps> {
  const { files } = await listed(from.dbtDir)
  const stamps = [...files].map(async ([path, source]) => {
    return [path, { source: await stampOf(source), copy: await stampOf(join(copy.dbtDir, path)) }] as const
  })
  return new Map(await Promise.all(stamps))
}

/**
 * Makes a copy the same as the project again, whoever wrote in either since `stamps` was taken: files come, change
 * and go. What `isOurs` stays.
 */
export async function renewCopy(
  from: ProjectPlace,
  copy: ProjectPlace,
  stamps: CopyStamps,
  isOurs: (path: string) => boolean,
): Promise<void> {
  const [{ files: wanted }, { files: there }, now] = await Promise.all([
    listed(from.dbtDir),
    listed(copy.dbtDir),
    stampCopy(from, copy),
  ])
  for (const [path, source] of wanted) {
    const [was, is] = [stamps.get(path), now.get(path)]
    if (was && is && was.source === is.source && was.copy === is.copy) continue
    await putCopy(source, join(copy.dbtDir, path))
  }
  for (const path of there.keys())
    if (!wanted.has(path) && !isOurs(path)) await rm(join(copy.dbtDir, path), { force: true })
}

async function stampOf(path: string): Promise<string> {
  const state = await stat(path, { bigint: true }).catch(() => null)
  return state === null ? 'none' : `${state.size} ${state.mtimeNs}`
}

async function putCopy(source: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true })
  await copyFile(source, copy, constants.COPYFILE_FICLONE)
}

/** What dbt makes in the project, and profiles.yml: a sandbox has its own. */
async function foldersOfTools(dbtDir: string): Promise<Set<string>> {
  const written: unknown = parse((await readIfThere(join(dbtDir, DBT_FILE))) ?? '', { logLevel: 'silent' })
  const own = (key: string) => {
    const value = (written as Record<string, unknown> | null)?.[key]
    return typeof value === 'string' && !value.includes('{{') ? [value.replace(/\/+$/, '')] : []
  }
  return new Set(['target', 'logs', 'profiles.yml', '.user.yml', ...own('target-path'), ...own('log-path')])
}

/** By path below the dbt folder; each file with where it really lies. */
type Listing = { files: Map<string, string>; folders: string[]; skip: (path: string) => boolean }

/** What a copy has of a project. */
async function listed(dbtDir: string): Promise<Listing> {
  const made = await foldersOfTools(dbtDir)
  const skip = (path: string) => NEVER.has(basename(path)) || made.has(path) || NO_FILE.test(basename(path))
  const found: Listing = { files: new Map(), folders: [], skip }
  await listFolder(dbtDir, '', found, [await realpath(dbtDir)])
  return found
}

async function listFolder(folder: string, below: string, to: Listing, within: string[]): Promise<void> {
  to.folders.push(below)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [source, path] = [join(folder, entry.name), join(below, entry.name)]
    if (to.skip(path)) continue
    if (entry.isDirectory()) await listFolder(source, path, to, within)
    else if (entry.isFile()) to.files.set(path, source)
    else if (entry.isSymbolicLink()) await listLink(source, path, to, within)
  }
}

/** What a link leads to is copied too: an edit in the copy must not go through it. A link that leads nowhere stays out. */
async function listLink(source: string, path: string, to: Listing, within: string[]): Promise<void> {
  const target = await realpath(source).catch(() => null)
  if (target === null || within.some((folder) => folder === target || folder.startsWith(target + sep))) return
  if ((await stat(target)).isDirectory()) await listFolder(target, path, to, [...within, target])
  else to.files.set(path, target)
}

/**
 * Writes a ChangeSet into the copy. What lies outside of the dbt project is no part of a build.
 * @returns the paths that were left out.
 * @throws MartsmithError `sandbox.stale` where a file is no longer as the change was planned on.
 */
export async function writeChanges(copy: ProjectPlace, { changes }: ChangeSet): Promise<string[]> {
  const inDbt = (path: string) => !relative(copy.dbtDir, join(copy.root, path)).startsWith('..')
  const outside: string[] = []
  for (const change of changes) {
    const to = change.kind === 'rename' ? change.to : change.path
    if (!inDbt(change.path) || !inDbt(to)) {
      outside.push(change.path)
      continue
    }
    if (change.kind !== 'create') await assertAsPlanned(copy.root, change.path, change.before)
    if (change.kind === 'delete' || change.kind === 'rename') await rm(join(copy.root, change.path))
    if (change.kind === 'delete') continue
    await mkdir(dirname(join(copy.root, to)), { recursive: true })
    await writeFile(join(copy.root, to), change.after)
  }
  return outside
}

async function assertAsPlanned(root: string, path: string, before: string): Promise<void> {
  const now = await readFile(join(root, path), 'utf8').catch(() => null)
  if (now === before) return
  throw new MartsmithError({
    code: 'sandbox.stale',
    message: `${path} ${now === null ? 'is gone' : 'was edited'} since the change was planned.`,
    mend: ['Run the command again: it plans on the files as they are now.'],
  })
}

/**
 * Makes views of ephemeral models of the copy, so that they can be read: the last `config` of a file is the one that
 * counts. Answers those that were ephemeral.
 */
export async function storeEphemeral(
  copy: ProjectPlace,
  manifest: DetailedManifest,
  ids: string[],
): Promise<string[]> {
  const own = manifest.metadata.project_name
  const found = ids.filter((id) => {
    const node = manifest.nodes[id]
    return node?.config.materialized === 'ephemeral' && node.package_name === own
  })
  for (const id of found) {
    const path = join(copy.dbtDir, manifest.nodes[id]?.original_file_path ?? '')
    await appendFile(path, "\n{{ config(materialized='view') }}\n")
  }
  return found
}
