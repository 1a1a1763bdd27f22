/** The files of the user's own project that dbt reads: those below its paths, and those at its top. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { parse } from 'yaml'
import { DBT_FILE, NOT_SOURCES } from '../config/project.ts'

const PATHS = {
  'model-paths': ['models'],
  'seed-paths': ['seeds'],
  'snapshot-paths': ['snapshots'],
  'test-paths': ['tests'],
  'analysis-paths': ['analyses'],
  'macro-paths': ['macros'],
} as const

export type PathKind = keyof typeof PATHS

const READ_AT_ONCE = 64

/** dbt_project.yml as it reads; where it cannot be read, dbt says so itself. */
export async function dbtProject(dbtDir: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(dbtDir, DBT_FILE), 'utf8')
  const value: unknown = parse(text, { merge: true, logLevel: 'silent' })
  return value && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}

export function pathsIn(project: Record<string, unknown>, kind: PathKind): string[] {
  const said = project[kind]
  const paths = (Array.isArray(said) ? said : [])
    .filter((p): p is string => typeof p === 'string')
    .map((p) => p.replace(/^\.\//, '').replace(/\/+$/, ''))
  return paths.length > 0 ? paths : [...PATHS[kind]]
}

/** From the folder of dbt_project.yml, with `/`: SQL, Python and YAML. */
export async function dbtFiles(dbtDir: string): Promise<string[]> {
  const project = await dbtProject(dbtDir)
  const folders = (Object.keys(PATHS) as PathKind[]).flatMap((kind) => pathsIn(project, kind))
  const patterns = [
    DBT_FILE,
    'selectors.{yml,yaml}',
    ...[...new Set(folders)].map((folder) => `${folder}/**/*.{sql,py,yml,yaml}`),
  ]
  return (await glob(patterns, { cwd: dbtDir, ignore: NOT_SOURCES, followSymbolicLinks: false })).sort()
}

/** Those of `paths` in which the word stands somehow, whatever its capitals. */
export async function filesWith(dbtDir: string, paths: string[], word: string): Promise<string[]> {
  const wanted = word.toLowerCase()
  const found: string[] = []
  for (let at = 0; at < paths.length; at += READ_AT_ONCE) {
    const some = paths.slice(at, at + READ_AT_ONCE)
    const texts = await Promise.all(some.map((p) => readFile(join(dbtDir, p), 'utf8')))
    found.push(...some.filter((_, i) => texts[i]?.toLowerCase().includes(wanted)))
  }
  return found
}
