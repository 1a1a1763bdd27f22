/**
 * Whether the manifest that lies in our target folder is still that of the project, told without starting Python.
 * By content: the project's files, profiles, flags, environment variables and the installed dbt must all be as they
 * were when dbt wrote it. Where that cannot be told, it is not fresh.
 */
import { createHash, type Hash } from 'node:crypto'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { glob } from 'tinyglobby'
import { parse } from 'yaml'
import { readJson, writeJson } from '../../core/files.ts'
import { distributions } from '../python/environment.ts'

export type ParsedFrom = {
  projectDir: string
  targetPath: string
  /** The flags of dbt that change what it parses. */
  args: string[]
  profilesDir: string | undefined
  env: NodeJS.ProcessEnv
  python: () => Promise<string>
}

type Stamp = { key: string; manifest: { size: number; mtimeMs: number } }

/** What shells and terminals set anew each time, and no project reads. */
const PASSING_ENV = ['PWD', 'OLDPWD', 'SHLVL', '_', 'COLUMNS', 'LINES', 'TERM_SESSION_ID', 'WINDOWID']
/** The same as the worker's: folders that hold what tools make, and the kinds of files that dbt reads. */
const GENERATED_ANYWHERE = ['.git', 'node_modules', '__pycache__']
const GENERATED = [...GENERATED_ANYWHERE, 'target', 'logs', '.martsmith', '.tasks', '.venv', 'venv']
const SOURCE_FILE = /^(?!\.).*\.(sql|ya?ml|csv|py|md)$|^\.dbtignore$/
/** Larger seeds dbt does not read either: it goes by their path. */
const MOST_BYTES = 1_000_000
const READ_AT_ONCE = 64

export async function isManifestFresh(from: ParsedFrom): Promise<boolean> {
  const stamp = await readJson<Stamp>(stampPath(from))
  if (!stamp) return false
  const manifest = await manifestState(from)
  if (manifest?.size !== stamp.manifest.size || manifest.mtimeMs !== stamp.manifest.mtimeMs) return false
  return (await parseKey(from)) === stamp.key
}

/** Remembers what the manifest was parsed from; `key` is what it was before dbt began to read. */
export async function stampManifest(from: ParsedFrom, key: string | null): Promise<void> {
  const manifest = await manifestState(from)
  if (key === null || !manifest || (await parseKey(from)) !== key) return
  const { size, mtimeMs } = manifest
  await writeJson(stampPath(from), { key, manifest: { size, mtimeMs } } satisfies Stamp)
}

const stampPath = ({ targetPath }: ParsedFrom) => join(targetPath, 'parsed-from.json')

function manifestState({ targetPath }: ParsedFrom) {
  return stat(join(targetPath, 'manifest.json')).catch(() => null)
}

/** null where something that matters cannot be told. */
export async function parseKey(from: ParsedFrom): Promise<string | null> {
  const settings = await settingsKey(from)
  if (settings === null) return null
  const seen = createHash('sha256').update(settings)
  return digest(seen, await sourceFiles(from.projectDir))
}

/** What decides besides SQL and YAML: flags, environment, profiles, dbt_project.yml, what is installed. */
export async function settingsKey(from: ParsedFrom): Promise<string | null> {
  const { projectDir, args, env } = from
  const python = await from.python().catch(() => null)
  const installed = python === null ? [] : await distributions(dirname(dirname(python)), 'dbt')
  if (installed.length === 0 || !(await staysInside(projectDir))) return null
  const kept = Object.entries(env).filter(([name]) => !PASSING_ENV.includes(name))
  const seen = createHash('sha256').update(JSON.stringify([python, installed, args, kept.sort()]))
  const packages = await glob('*/dbt_project.yml', { cwd: join(projectDir, 'dbt_packages'), absolute: true })
  return digest(seen, [...profiles(from), join(projectDir, 'dbt_project.yml'), ...packages.sort()])
}

async function digest(seen: Hash, files: string[]): Promise<string> {
  for (let at = 0; at < files.length; at += READ_AT_ONCE) {
    const some = files.slice(at, at + READ_AT_ONCE)
    for (const content of await Promise.all(some.map(contentOf))) seen.update(content)
  }
  return seen.digest('hex')
}

function profiles({ projectDir, profilesDir, env }: ParsedFrom): string[] {
  const folders = [profilesDir, env.DBT_PROFILES_DIR, projectDir, join(homedir(), '.dbt')]
  return folders.flatMap((folder) => (folder ? [join(folder, 'profiles.yml')] : []))
}

async function contentOf(path: string): Promise<string> {
  const state = await stat(path).catch(() => null)
  if (!state) return `${path} none\n`
  if (state.size > MOST_BYTES) return `${path} ${state.size} ${state.mtimeMs}\n`
  const text = await readFile(path).catch(() => null)
  return `${path} ${text === null ? 'none' : createHash('sha256').update(text).digest('hex')}\n`
}

/** Sorted; links are followed, because installed local packages are links. */
async function sourceFiles(projectDir: string): Promise<string[]> {
  const found: string[] = []
  const been = new Set<string>()
  const visit = async (folder: string, without: string[]): Promise<void> => {
    const real = await realpath(folder).catch(() => null)
    if (real === null || been.has(real)) return
    been.add(real)
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    if (entries.some((e) => e.name === 'pyvenv.cfg')) return
    for (const entry of entries) {
      const path = join(folder, entry.name)
      const isFolder = entry.isSymbolicLink()
        ? (await stat(path).catch(() => null))?.isDirectory()
        : entry.isDirectory()
      if (isFolder && !without.includes(entry.name)) await visit(path, GENERATED_ANYWHERE)
      else if (!isFolder && SOURCE_FILE.test(entry.name)) found.push(path)
    }
  }
  await visit(projectDir, GENERATED)
  return found.sort()
}

/** Whether all folders that dbt_project.yml names lie below it, and are named without Jinja. */
async function staysInside(projectDir: string): Promise<boolean> {
  try {
    const project: unknown = parse(await readFile(join(projectDir, 'dbt_project.yml'), 'utf8'))
    const paths = Object.entries(project as Record<string, unknown>)
      .filter(([key]) => key.endsWith('-paths') || key.endsWith('-path'))
      .flatMap(([, value]) => value)
    return paths.every((path) => typeof path === 'string' && !isAbsolute(path) && !/\.\.|\{\{/.test(path))
  } catch {
    return false
  }
}
