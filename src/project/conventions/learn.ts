/** Learns the conventions of a project from its files and its manifest. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { isMap, isSeq, parseDocument } from 'yaml'
import type { ConventionsConfig } from '../../config/conventions-schema.ts'
import { DBT_FILE, NOT_SOURCES } from '../../config/project.ts'
import type { ProjectGraph } from '../graph.ts'
import { cteStyle } from './cte-style.ts'
import { type Facts, type HouseStyle, houseStyle } from './house-style.ts'
import { materialised } from './materialised.ts'
import { naming } from './naming.ts'
import { type SqlFile, scanned, sqlStyle } from './sql-style.ts'
import { surrogateKeys } from './surrogate-keys.ts'
import { type Ballot, type Convention, settle } from './types.ts'
import { yamlStyle } from './yaml-style.ts'

/** Folders are told apart by the first this many below the models' folder. */
const DEPTH = 2

/** @param dbtDir the folder with dbt_project.yml; packages below it are not the project's own. */
export async function learnConventions(dbtDir: string, graph: ProjectGraph): Promise<Convention[]> {
  const projectName = graph.manifest.metadata.project_name ?? ''
  const models = Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'model' && n.package_name === projectName,
  )
  const project = await readFile(join(dbtDir, DBT_FILE), 'utf8')
  const modelPaths = listIn(project, 'model-paths', ['models'])
  const foldersOf = (path: string) => belowRoot(path, modelPaths)
  const folderOf = (path: string) => foldersOf(path).slice(0, DEPTH).join('/')
  const [sql, yaml, macros] = await Promise.all([
    texts(
      dbtDir,
      models.map((m) => m.original_file_path).filter((path) => path.endsWith('.sql')),
    ),
    filesIn(dbtDir, modelPaths, '*.{yml,yaml}'),
    filesIn(dbtDir, listIn(project, 'macro-paths', ['macros']), '*.sql'),
  ])
  const files = sql.map(scanned)
  const properties = yamlStyle(yaml)
  const places = { project, projectName, foldersOf, inProperties: properties.materialised }
  return withoutSurrogates([
    ...naming(graph, models, folderOf),
    ...materialised(models, sql, folderOf, places),
    ...surrogateKeys(files, macros),
    ...sqlStyle(files),
    ...cteStyle(files, folderOf),
    ...properties.ballots,
  ]).flatMap((ballot) => settle(ballot) ?? [])
}

/** A surrogate key that is tested says nothing of how other keys are called, where there are others. */
function withoutSurrogates(ballots: Ballot[]): Ballot[] {
  const made = ballots.find((b) => b.id === 'key_suffix')
  const suffix = made ? settle(made)?.usual : null
  return ballots.map((ballot) => {
    if (ballot.id !== 'id_suffix') return ballot
    const others = ballot.votes.filter((v) => v.choice !== suffix)
    return others.length > 0 ? { ...ballot, votes: others } : ballot
  })
}

/** The conventions with what martsmith.yml says about them, as one style to write in. */
export async function learnHouseStyle(
  dbtDir: string,
  graph: ProjectGraph,
  config: ConventionsConfig,
): Promise<HouseStyle> {
  return houseStyle(await learnConventions(dbtDir, graph), config, await factsOf(dbtDir, graph))
}

export async function factsOf(dbtDir: string, graph: ProjectGraph): Promise<Facts> {
  const listed = await Promise.all(
    ['packages.yml', 'dependencies.yml'].map((file) => readFile(join(dbtDir, file), 'utf8').catch(() => '')),
  )
  return {
    dbtVersion: graph.manifest.metadata.dbt_version,
    dbtUtils: listed.some((text) => /^[^#\n]*\bdbt[-_]utils\b/m.test(text)),
  }
}

/** A list of paths in dbt_project.yml, or dbt's default. */
function listIn(project: string, key: string, otherwise: string[]): string[] {
  const document = parseDocument(project)
  const list = isMap(document.contents) ? document.get(key) : undefined
  const paths = isSeq(list) ? list.toJSON() : []
  const clean = (paths as unknown[]).flatMap((p) =>
    typeof p === 'string' ? [p.replace(/^\.\/|\/$/g, '')] : [],
  )
  return clean.length > 0 ? clean : otherwise
}

/** Folders of a path below the one of `roots` that it lies in; without the file. */
function belowRoot(path: string, roots: string[]): string[] {
  const root = roots.filter((r) => path.startsWith(`${r}/`)).sort((a, b) => b.length - a.length)[0]
  const rest = root === undefined ? path.split('/').slice(1).join('/') : path.slice(root.length + 1)
  return rest.split('/').slice(0, -1)
}

async function filesIn(dir: string, folders: string[], name: string): Promise<SqlFile[]> {
  const paths = await glob(
    folders.map((folder) => `${folder}/**/${name}`),
    { cwd: dir, ignore: NOT_SOURCES },
  )
  return texts(dir, paths.sort())
}

async function texts(dir: string, paths: string[]): Promise<SqlFile[]> {
  return Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, text: await readFile(join(dir, path), 'utf8') })),
  )
}
