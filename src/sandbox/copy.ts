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
  const made = await foldersOfTools(from.dbtDir)
  const skip = (path: string) => {
    const inProject = relative(from.dbtDir, path)
    return NEVER.has(basename(path)) || made.has(inProject) || NO_FILE.test(basename(path))
  }
  await copyFolder(from.dbtDir, place.dbtDir, skip, [await realpath(from.dbtDir)])
  return place
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

async function copyFolder(
  from: string,
  to: string,
  skip: (path: string) => boolean,
  within: string[],
): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)]
    if (skip(source)) continue
    if (entry.isDirectory()) await copyFolder(source, copy, skip, within)
    else if (entry.isFile()) await copyFile(source, copy, constants.COPYFILE_FICLONE)
    else if (entry.isSymbolicLink()) await copyLink(source, copy, skip, within)
  }
}

/** What a link leads to is copied too: an edit in the copy must not go through it. A link that leads nowhere stays out. */
async function copyLink(
  source: string,
  copy: string,
  skip: (path: string) => boolean,
  within: string[],
): Promise<void> {
  const target = await realpath(source).catch(() => null)
  if (target === null || within.some((folder) => folder === target || folder.startsWith(target + sep))) return
  const files = await readdir(target).catch(() => null)
  if (files === null) await copyFile(target, copy, constants.COPYFILE_FICLONE)
  else
    await copyFolder(target, copy, (path) => skip(join(source, relative(target, path))), [...within, target])
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
