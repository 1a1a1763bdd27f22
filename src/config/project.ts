/** Finds the user's project: where martsmith.yml, the dbt project and the state folder are. */
import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { glob } from 'tinyglobby'
import { isMartsmithError, MartsmithError } from '../core/errors.ts'
import { shellQuote } from '../core/text.ts'
import { CONFIG_FILE, defaultConfig, loadConfig } from './load.ts'
import type { Config } from './schema.ts'

export const DBT_FILE = 'dbt_project.yml'
/** Folders in which nobody keeps a project of their own. */
export const NOT_SOURCES = [
  '**/node_modules/**',
  '**/.venv/**',
  '**/venv/**',
  '**/site-packages/**',
  '**/dbt_packages/**',
  '**/target/**',
  '**/.martsmith/**',
  '**/.git/**',
]

export type Project = {
  /** Where martsmith.yml lies or would lie; .martsmith/ and .tasks/ are here. Absolute. */
  root: string
  /** The folder with dbt_project.yml; the root, where there is no dbt project. Absolute. */
  dbtDir: string
  config: Config
  /** Absolute path of martsmith.yml, or null where there is none. */
  configPath: string | null
  /** Our state: never in git. Absolute. */
  stateDir: string
}

/**
 * The dbt project, or with `needsDbt: false` also a repository that has none.
 * From `startDir` upward to the git root, the same from every folder of a repository: where martsmith.yml
 * lies; else the git root, where it holds one dbt project; else the dbt project that `startDir` is in.
 * @throws MartsmithError `project.none` where there is no dbt project, `project.several` where it is open which.
 */
export async function findProject(startDir: string, { needsDbt = true } = {}): Promise<Project> {
  try {
    return await findDbtProject(startDir)
  } catch (error) {
    if (needsDbt || !isMartsmithError(error) || error.code !== 'project.none') throw error
    return withoutDbt(startDir)
  }
}

/** A dbt project, or a repository in which martsmith has worked before or is configured. @throws as `findProject` */
export async function findOwnProject(startDir: string): Promise<Project> {
  const found = await findProject(startDir, { needsDbt: false })
  const isKnown = found.configPath !== null || existsSync(found.stateDir)
  return isKnown ? found : findProject(startDir)
}

/** A repository without a dbt project: its root is where martsmith.yml lies, else the git root, else here. */
async function withoutDbt(startDir: string): Promise<Project> {
  const start = resolve(startDir)
  const configured = upward(start, CONFIG_FILE)
  const root = configured ?? upward(start, '.git') ?? start
  const path = configured === null ? null : join(configured, CONFIG_FILE)
  return project(root, root, path === null ? defaultConfig() : await loadConfig(path), path)
}

async function findDbtProject(startDir: string): Promise<Project> {
  const start = resolve(startDir)
  if (!existsSync(start) || !statSync(start).isDirectory()) {
    throw new MartsmithError({
      code: 'project.no-folder',
      message: `--project-dir ${startDir}: there is no such folder.`,
    })
  }
  const own = upward(start, DBT_FILE)
  const configured = upward(start, CONFIG_FILE)
  if (configured !== null) {
    const config = await loadConfig(join(configured, CONFIG_FILE))
    const dbtDir = await findDbtDir(configured, config.dbt.project)
    // A martsmith.yml further up that is about another dbt project is not meant.
    if (own === null || own === dbtDir)
      return project(configured, dbtDir, config, join(configured, CONFIG_FILE))
  }
  const base = upward(start, '.git') ?? own ?? start
  const below = await dbtDirsBelow(base)
  const only = below.length === 1 ? below[0] : undefined
  if (only !== undefined && (own === null || own === only)) return project(base, only, defaultConfig(), null)
  const root = own ?? base
  return project(root, await findDbtDir(root, undefined), defaultConfig(), null)
}

function project(root: string, dbtDir: string, config: Config, configPath: string | null): Project {
  return { root, dbtDir, config, configPath, stateDir: join(root, '.martsmith') }
}

/** dbt projects in `root` and two levels below it; packages that are installed are none. Absolute, sorted. */
async function dbtDirsBelow(root: string): Promise<string[]> {
  const patterns = [DBT_FILE, `*/${DBT_FILE}`, `*/*/${DBT_FILE}`]
  const found = await glob(patterns, { cwd: root, ignore: NOT_SOURCES, followSymbolicLinks: false })
  return found.map((f) => join(root, dirname(f))).sort()
}

async function findDbtDir(root: string, configured: string | undefined): Promise<string> {
  if (configured !== undefined) {
    const dir = resolve(root, configured)
    if (existsSync(join(dir, DBT_FILE))) return dir
    throw new MartsmithError({
      code: 'project.configured-missing',
      message: `${CONFIG_FILE} names dbt.project: ${configured}, but there is no ${DBT_FILE} in ${dir}.`,
      mend: ['Correct dbt.project in martsmith.yml.'],
    })
  }
  if (existsSync(join(root, DBT_FILE))) return root
  const dirs = await dbtDirsBelow(root)
  if (dirs.length === 1 && dirs[0]) return dirs[0]
  if (dirs.length > 1) {
    const fromHere = dirs.map((dir) => shellQuote(relative(process.cwd(), dir)))
    throw new MartsmithError({
      code: 'project.several',
      message: `There are ${dirs.length} dbt projects below ${root}: ${fromHere.slice(0, 8).join(', ')}.`,
      mend: fromHere.slice(0, 3).map((dir) => `martsmith --project-dir ${dir} ...`),
    })
  }
  throw new MartsmithError({
    code: 'project.none',
    message: `No dbt project here: there is no ${DBT_FILE} in ${root}, in the folders above it or two levels below.`,
    mend: [
      'Go to the project, or name it: martsmith --project-dir path/to/project check',
      'A new project begins with: dbt init',
    ],
  })
}

/** The nearest folder at or above `dir` that holds `file`; the home folder and above are not looked at. */
export function upward(dir: string, file: string): string | null {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, file))) return at
    if (at === dirname(at) || at === homedir() || existsSync(join(at, '.git'))) return null
  }
}

/** A path as a person at the root would write it. */
export function shown(project: Pick<Project, 'root'>, path: string): string {
  const rel = relative(project.root, path)
  return rel === '' ? '.' : rel.startsWith('..') ? path : rel
}
