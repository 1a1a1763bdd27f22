/** What renaming or moving a model changes in the project. */
import { basename, dirname, extname, join } from 'node:path/posix'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { editYaml } from '../../changes/yaml/index.ts'
import { DBT_FILE } from '../../config/project.ts'
import { MartsmithError } from '../../core/errors.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { partsOf } from '../../project/lineage/relations.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { callsInFile } from '../../project/sql/jinja-calls.ts'
import { comparable, ownNode, projectPath } from '../models.ts'
import { dbtFiles, dbtProject, filesWith, pathsIn } from '../project-files.ts'
import { placeIn, refusedAt } from '../refused.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { hardCodedAt } from './hard-coded.ts'
import { type ConfigChange, configChanges, renameOwnKey } from './project-config.ts'
import { moveProperties } from './properties.ts'
import {
  assertAllFound,
  mentions,
  type Renaming,
  renamedInFile,
  renameInYaml,
  renameUnitTests,
} from './refs.ts'
import { orphanNote, ownerOf, type Renamed, renamedRelation, stands } from './relation.ts'
import { renameInSelectors, type Selectable } from './selectors.ts'

/** Settings that decide where a relation is. */
const PLACES = new Set(['schema', 'database', 'project', 'dataset'])

type Wanted = { model: string; name: string | null; folder: string | null }

/** Before and after; paths are from the folder of dbt_project.yml. */
type Places = {
  node: ManifestNode
  name: string
  path: string
  folder: string
  before: Selectable
  after: Selectable
}

export async function planRenaming(context: RefactorContext, wanted: Wanted): Promise<Plan> {
  const { graph, project } = context
  assertUnversioned(graph, wanted.model)
  const node = ownNode(graph, wanted.model, ['model', 'seed'])
  const settings = await dbtProject(project.dbtDir)
  const places = placesOf(node, wanted, settings)
  assertPossible(context, places)
  const own = await ownKeys(context, node)
  const changes = configChanges(settings[listOf(node)], places.before.fqn, places.after.fqn, own)
  const moves = changes.some((c) => PLACES.has(c.key))
  const relation = renamedRelation(graph, node, places.name, moves)
  assertAlone(context, node, relation)
  const files = collectChanges(project)
  const pathOf = (file: string) => projectPath(project, file)
  const notes = [
    ...(await renameEverywhere(context, files, pathOf, places, relation)),
    ...(await moveProperties(files, graph, pathOf, {
      node,
      list: listOf(node),
      name: places.name,
      folder: places.folder,
    })),
  ]
  if (places.path !== node.original_file_path)
    await files.rename(pathOf(node.original_file_path), pathOf(places.path))
  const title = titleOf(places)
  return {
    title,
    changes: await files.changeSet(title),
    claims: claimsFor(context, node, places.name),
    notes: [...configNotes(places, changes), ...notes, ...(await relationNotes(context, node, relation))],
    next: [
      { command: `martsmith pipeline --select ${places.name}+`, why: 'builds the change in the warehouse' },
    ],
  }
}

function placesOf(
  node: ManifestNode,
  { name: wantedName, folder }: Wanted,
  settings: Record<string, unknown>,
): Places {
  const file = node.original_file_path
  const kind = node.resource_type === 'seed' ? 'seed-paths' : 'model-paths'
  const root = pathsIn(settings, kind)
    .filter((r) => file.startsWith(`${r}/`))
    .sort((a, b) => b.length - a.length)[0]
  if (root === undefined) throw refusedAt(file, `it lies in none of the ${kind} of ${DBT_FILE}`)
  const name = wantedName ?? node.name
  const target = folder === null ? dirname(file) : folderIn(root, folder)
  const path = join(target, `${name}${extname(file)}`)
  const selectable = (called: string, at: string): Selectable => ({
    name: called,
    path: at,
    fqn: [node.package_name, ...dirname(at).slice(root.length).split('/').filter(Boolean), called],
  })
  return {
    node,
    name,
    path,
    folder: target,
    before: selectable(node.name, file),
    after: selectable(name, path),
  }
}

/** `marts`, `models/marts` and `./models/marts/` are one folder. */
function folderIn(root: string, folder: string): string {
  const plain = folder.replace(/^\.\//, '').replace(/\/+$/, '')
  const isOutside = plain.startsWith('/') || plain.split('/').includes('..') || plain.includes('\\')
  if (isOutside) throw refusedAt(folder, `it is no folder below ${root}`)
  return plain === root || plain.startsWith(`${root}/`) ? plain : join(root, plain)
}

function assertUnversioned(graph: ProjectGraph, name: string): void {
  const versioned = Object.values(graph.manifest.nodes).find(
    (n) => n.version != null && graph.isOwn(n.unique_id) && [n.name, graph.label(n.unique_id)].includes(name),
  )
  if (versioned)
    throw refusedAt(
      versioned.original_file_path,
      `${versioned.name} has versions, and is read with them and without`,
      ['Rename or move its files and its entry by hand.'],
    )
}

function assertPossible({ graph }: RefactorContext, { node, name, path }: Places): void {
  const file = node.original_file_path
  if (path === file)
    throw new MartsmithError({
      code: 'refactor.nothing-to-do',
      message: `${node.name} is ${file} already; there is nothing to change.`,
      exitCode: 0,
    })
  if (basename(file) !== `${node.name}${extname(file)}`)
    throw refusedAt(
      file,
      `the file is not called as ${node.name}, and it is not known what gives it its name`,
    )
  const other = Object.values(graph.manifest.nodes).find(
    (n) =>
      n.unique_id !== node.unique_id &&
      n.name === name &&
      ['model', 'seed', 'snapshot'].includes(n.resource_type),
  )
  if (other) throw refusedAt(other.original_file_path, `there is a ${other.resource_type} ${name} already`)
}

/** No other node has the new relation; and none the old one, which would not be built any more. */
function assertAlone({ graph }: RefactorContext, node: ManifestNode, relation: Renamed): void {
  if (relation.kind === 'same') return
  const sharer = ownerOf(graph, relation.from, node.unique_id)
  if (sharer)
    throw refusedAt(
      (graph.source(sharer) ?? graph.node(sharer))?.original_file_path ?? '',
      `${graph.label(sharer)} is the same relation, ${relation.from}, and would not be built any more`,
      [`Give ${node.name} the alias ${node.name} first: then its relation keeps its name.`],
    )
  const owner = relation.kind === 'other' ? ownerOf(graph, relation.to, node.unique_id) : null
  if (owner && relation.kind === 'other')
    throw refusedAt(relation.to, `it is the relation of ${graph.label(owner)} already`)
}

/** Refs, names in YAML, and the paths of selections. */
async function renameEverywhere(
  { graph, project }: RefactorContext,
  files: ChangeCollector,
  pathOf: (file: string) => string,
  { node, name, before, after }: Places,
  relation: Renamed,
): Promise<string[]> {
  const { dbtDir } = project
  const renaming: Renaming = { id: node.unique_id, from: node.name, to: name, project: node.package_name }
  const all = await dbtFiles(dbtDir)
  const edited = new Set<string>()
  const notes: string[] = []
  const named = await filesWith(dbtDir, all, node.name)
  for (const file of new Set([
    ...named,
    ...all.filter((f) => f === 'selectors.yml' || f === 'selectors.yaml'),
  ])) {
    const path = pathOf(file)
    const text = await files.read(path)
    if (!/\.ya?ml$/i.test(file)) {
      if (name === node.name) continue
      notes.push(...mentions(path, text, renaming))
      const next = renamedInFile(path, text, renaming)
      if (next === null) continue
      edited.add(file)
      await files.write(path, next)
      continue
    }
    const yaml = editYaml(path, text)
    if (name !== node.name) {
      const changed = [renameInYaml(yaml, renaming), renameUnitTests(yaml, renaming)]
      if (changed.includes(true)) edited.add(file)
    }
    if (file === DBT_FILE) renameOwnKey(yaml, listOf(node), before.fqn, after.fqn)
    if (/^selectors\.ya?ml$/.test(file)) notes.push(...renameInSelectors(yaml, before, after))
    await files.write(path, yaml.text)
  }
  if (name !== node.name) await assertAllFound(graph, files, pathOf, edited, renaming)
  if (relation.kind !== 'same')
    await assertNotByHand(
      { files, pathOf, all },
      dbtDir,
      relation.from,
      graph.manifest.metadata.adapter_type ?? '',
    )
  return notes
}

async function assertNotByHand(
  { files, pathOf, all }: { files: ChangeCollector; pathOf: (file: string) => string; all: string[] },
  dbtDir: string,
  relation: string,
  adapter: string,
): Promise<void> {
  const parts = partsOf(relation, adapter)
  const sql = all.filter((f) => f.toLowerCase().endsWith('.sql'))
  for (const file of await filesWith(dbtDir, sql, parts.at(-1)?.name ?? '')) {
    const path = pathOf(file)
    const text = await files.read(path)
    const at = hardCodedAt(text, parts, adapter)
    if (at === null) continue
    throw refusedAt(
      placeIn(path, text, at),
      `${relation} is named here by hand, and would be read under its old name`,
      [`martsmith refactor replace-hard-coded ${basename(file, '.sql')}`],
    )
  }
}

function listOf(node: ManifestNode): string {
  return `${node.resource_type}s`
}

/** Keys of the config that the model says itself, in its file or in its properties. */
async function ownKeys({ project }: RefactorContext, node: ManifestNode): Promise<Set<string>> {
  const files = collectChanges(project)
  const keys = new Set<string>()
  const text = await files.read(projectPath(project, node.original_file_path))
  for (const call of callsInFile(text, ['config']) ?? [])
    for (const argument of call.arguments) if (argument.name !== null) keys.add(argument.name)
  const file = node.patch_path?.split('://').at(-1)
  if (!file) return keys
  const path = projectPath(project, file)
  const config = editYaml(path, await files.read(path)).get([listOf(node), { name: node.name }, 'config'])
  for (const key of Object.keys((config ?? {}) as object)) keys.add(key)
  return keys
}

function claimsFor({ graph }: RefactorContext, node: ManifestNode, name: string): Claim[] {
  const idOf = (id: string) =>
    id === node.unique_id ? `${node.resource_type}.${node.package_name}.${name}` : id
  return [
    { kind: 'builds' },
    ...comparable(graph, node.unique_id).map(
      (id): Claim => ({ kind: 'same-rows', before: id, after: idOf(id) }),
    ),
  ]
}

function titleOf({ node, name, folder }: Places): string {
  const isMoved = folder !== dirname(node.original_file_path)
  if (name === node.name) return `Move ${node.resource_type} ${node.name} to ${folder}`
  return `Rename ${node.resource_type} ${node.name} to ${name}${isMoved ? `, in ${folder}` : ''}`
}

function configNotes({ name, folder }: Places, changes: ConfigChange[]): string[] {
  const shown = (value: unknown) =>
    value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value)
  return changes.map(
    ({ key, from, to }) =>
      `By ${DBT_FILE}, ${key} of ${name} in ${folder} is ${shown(to)}; it was ${shown(from)}.`,
  )
}

async function relationNotes(
  { dbt }: RefactorContext,
  node: ManifestNode,
  relation: Renamed,
): Promise<string[]> {
  if (relation.kind === 'same') return []
  if (relation.kind === 'unknown')
    return [`generate_alias_name of this project decides what becomes of the name ${relation.from}.`]
  const notes: string[] = []
  if (relation.kind === 'other' && (await stands(dbt, relation.to)))
    notes.push(`${relation.to} stands in the warehouse already: dbt will take it for this model's own.`)
  if (await stands(dbt, relation.from)) notes.push(orphanNote(node, relation.from))
  return notes
}
