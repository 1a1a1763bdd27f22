/** The entries of models in properties files: where they are, and where a new one belongs. */
import { posix } from 'node:path'
import type { ChangeCollector } from '../changes/index.ts'
import { editYaml, type Value, type YamlEditor } from '../changes/yaml/index.ts'
import type { Project } from '../config/project.ts'
import type { HouseStyle } from '../project/conventions/house-style.ts'
import { propertiesPath } from '../project/conventions/names.ts'
import type { ProjectGraph } from '../project/graph.ts'
import type { ManifestNode } from '../project/manifest.ts'
import { folderOf, ownModels } from './extract-cte/place.ts'
import { projectPath } from './models.ts'

/** The file that describes a node, as ChangeSets name it; null where none does. */
export function propertiesFile(project: Project, node: Pick<ManifestNode, 'patch_path'>): string | null {
  const path = node.patch_path?.split('://').at(-1)
  return path ? projectPath(project, path) : null
}

export async function withYaml(
  files: ChangeCollector,
  path: string,
  edit: (yaml: YamlEditor) => void,
): Promise<void> {
  const yaml = editYaml(path, await files.read(path))
  edit(yaml)
  await files.write(path, yaml.text)
}

export type NewModel = { name: string; root: string; folder: string; entry: { [key: string]: Value } }

/** Describes a new model as its neighbours are described. Answers the file, or null where the house has none. */
export async function describeModel(
  files: ChangeCollector,
  { project, graph, style }: { project: Project; graph: ProjectGraph; style: HouseStyle },
  model: NewModel,
): Promise<string | null> {
  const models = ownModels(graph)
  if (models.filter((m) => m.patch_path).length * 2 <= models.length) return null
  const beside = models.find((m) => m.patch_path && folderOf(m).folder === model.folder)
  const shared = style.properties.per === 'folder' && beside ? propertiesFile(project, beside) : null
  const made = projectPath(project, posix.join(model.root, propertiesPath(style, model.folder, model.name)))
  const path = shared ?? made
  if (!(await files.exists(path))) {
    const indented = style.yaml.listsIndented ? ' '.repeat(style.yaml.indent) : ''
    // A list with something in it tells the editor how this house sets lists.
    const yaml = editYaml(
      path,
      `${style.yaml.version ? 'version: 2\n\n' : ''}models:\n${indented}- name: ${model.name}\n`,
    )
    for (const [key, value] of Object.entries(model.entry))
      if (key !== 'name') yaml.set(['models', { name: model.name }, key], value)
    await files.create(path, yaml.text.replace(/\n/g, style.lineEnd))
    return path
  }
  await withYaml(files, path, (yaml) => yaml.add(['models'], { name: model.name, ...model.entry }))
  return path
}
