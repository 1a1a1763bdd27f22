/** Models by the names that people type, and where their files are. */
import { join, relative, sep } from 'node:path'
import type { Project } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { list, nearest } from '../core/text.ts'
import type { ProjectGraph } from '../project/graph.ts'
import type { ManifestNode } from '../project/manifest.ts'
import type { RefactorContext } from './types.ts'

/** A model of the user's own by `name`, `name.v2` or `package.name`. */
export function ownModel(graph: ProjectGraph, name: string): ManifestNode {
  return ownNode(graph, name, ['model'])
}

/**
 * A node of the user's own, of one of the kinds, the first of which is the one that is asked for.
 * @throws MartsmithError `refactor.no-model`, `refactor.which-model`, `refactor.package`
 */
export function ownNode(graph: ProjectGraph, name: string, kinds: [string, ...string[]]): ManifestNode {
  const [kind] = kinds
  const nodes = Object.values(graph.manifest.nodes).filter((n) => kinds.includes(n.resource_type))
  const own = graph.manifest.metadata.project_name
  const found = nodes.filter((n) =>
    [graph.label(n.unique_id), n.name, `${n.package_name}.${n.name}`].includes(name),
  )
  const mine = found.filter((n) => own == null || n.package_name === own)
  if (mine.length === 1 && mine[0]) return mine[0]
  if (mine.length > 1) {
    throw new MartsmithError({
      code: 'refactor.which-model',
      message: `${name} has ${mine.length} versions: name one.`,
      mend: mine.map((n) => graph.label(n.unique_id)),
    })
  }
  if (found[0]) {
    throw new MartsmithError({
      code: 'refactor.package',
      message: `${name} belongs to the package ${found[0].package_name}; files of packages are never edited.`,
      mend: [`Override it in dbt_project.yml, or copy the ${kind} into your project under another name.`],
    })
  }
  const names = nodes
    .filter((n) => own == null || n.package_name === own)
    .map((n) => graph.label(n.unique_id))
  const near = nearest(name, names)
  throw new MartsmithError({
    code: 'refactor.no-model',
    message: `There is no ${kind} ${name}${near[0] ? `; did you mean ${list(near)}?` : ' in this project.'} Nothing was changed.`,
    mend: [`dbt ls --resource-type ${kind}   lists them`],
  })
}

/** Where rows can be compared: in the node, or where it has no relation in the first ones below that have. */
export function comparable(graph: ProjectGraph, id: string): string[] {
  return graph.isBuilt(id) ? [id] : nearestBuilt(graph, id)
}

/** The first relations below a node: through ephemeral models. */
export function nearestBuilt(graph: ProjectGraph, id: string): string[] {
  const found = new Set<string>()
  const queue = [id]
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const child of graph.children(at)) {
      if (graph.isBuilt(child)) found.add(child)
      else if (child.startsWith('model.')) queue.push(child)
    }
  }
  return [...found]
}

/** `stg_trips`, or `stg_trips.fare`: a model and, behind the dot, one of its columns. */
export function modelAndColumn(
  graph: ProjectGraph,
  name: string,
): { node: ManifestNode; column: string | null } {
  if (modelsNamed(graph, name).length > 0) return { node: ownModel(graph, name), column: null }
  const dots = [...name.matchAll(/\./g)].map((dot) => dot.index)
  const at = dots.find((dot) => modelsNamed(graph, name.slice(0, dot)).length > 0) ?? dots[0]
  if (at === undefined) return { node: ownModel(graph, name), column: null }
  return { node: ownModel(graph, name.slice(0, at)), column: name.slice(at + 1) }
}

/**
 * The column as it is called in the warehouse or in the YAML, whatever the case in which it was typed.
 * `checked`: the relation stands, and has it. @throws MartsmithError `refactor.no-column`
 */
export async function knownColumn(
  { graph, dbt }: Pick<RefactorContext, 'graph' | 'dbt'>,
  node: ManifestNode,
  typed: string,
): Promise<{ name: string; checked: boolean }> {
  const [answer] = node.relation_name ? await dbt.columns([node.relation_name]) : []
  const standing = answer && !('error' in answer) ? answer.map((c) => c.name) : null
  const described = Object.values(node.columns).map((c) => c.name)
  const names = standing ?? described
  const same = (name: string) => name.toLowerCase() === typed.toLowerCase()
  const name = names.find((n) => n === typed) ?? names.find(same)
  if (name !== undefined) return { name, checked: standing !== null }
  // What was never built, or has no relation, may have columns that nobody described.
  if (standing === null) return { name: typed, checked: false }
  const near = nearest(typed, standing)
  throw new MartsmithError({
    code: 'refactor.no-column',
    message: `${graph.label(node.unique_id)} has no column ${typed}${near[0] ? `; did you mean ${list(near)}?` : '.'} Nothing was changed.`,
    details: [`Its columns, as it stands in the warehouse: ${list(standing, 20)}`],
  })
}

function modelsNamed(graph: ProjectGraph, name: string): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter(
    (n) =>
      n.resource_type === 'model' &&
      [graph.label(n.unique_id), n.name, `${n.package_name}.${n.name}`].includes(name),
  )
}

/** The path of a file of the dbt project as ChangeSets name it: from the project's root, with `/`. */
export function projectPath(project: Pick<Project, 'root' | 'dbtDir'>, fileInDbt: string): string {
  return relative(project.root, join(project.dbtDir, fileInDbt)).split(sep).join('/')
}
