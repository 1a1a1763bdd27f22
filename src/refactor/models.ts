/** Models by the names that people type, and where their files are. */
import { join, relative, sep } from 'node:path'
import type { Project } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { list, nearest } from '../core/text.ts'
import type { ProjectGraph } from '../project/graph.ts'
import type { ManifestNode } from '../project/manifest.ts'

/**
 * A model of the user's own by `name`, `name.v2` or `package.name`.
 * @throws MartsmithError `refactor.no-model`, `refactor.which-model`, `refactor.package`
 */
export function ownModel(graph: ProjectGraph, name: string): ManifestNode {
  const models = Object.values(graph.manifest.nodes).filter((n) => n.resource_type === 'model')
  const own = graph.manifest.metadata.project_name
  const found = models.filter((n) =>
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
      mend: ['Override it in dbt_project.yml, or copy the model into your project under another name.'],
    })
  }
  const own_ = models
    .filter((n) => own == null || n.package_name === own)
    .map((n) => graph.label(n.unique_id))
  const near = nearest(name, own_)
  throw new MartsmithError({
    code: 'refactor.no-model',
    message: `There is no model ${name}${near[0] ? `; did you mean ${list(near)}?` : ' in this project.'} Nothing was changed.`,
    mend: ['dbt ls --resource-type model   lists them'],
  })
}

/** Itself where it has a relation, else the first relations below it: through other ephemeral models. */
export function nearestBuilt(graph: ProjectGraph, id: string): string[] {
  return graph.isBuilt(id) ? [id] : builtBelow(graph, id)
}

/** The first relations below a model: those that read it, or ephemeral models that read it. */
export function builtBelow(graph: ProjectGraph, id: string): string[] {
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
