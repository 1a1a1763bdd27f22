/** Models by the names that people type, and where their files are. */
import { join, relative, sep } from 'node:path'
import type { Project } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { list, nearest } from '../core/text.ts'
import type { ProjectGraph } from '../project/graph.ts'
import type { ManifestNode } from '../project/manifest.ts'

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

/** The path of a file of the dbt project as ChangeSets name it: from the project's root, with `/`. */
export function projectPath(project: Pick<Project, 'root' | 'dbtDir'>, fileInDbt: string): string {
  return relative(project.root, join(project.dbtDir, fileInDbt)).split(sep).join('/')
}
