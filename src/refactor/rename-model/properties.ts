/** The entry of a model in its properties file: under its new name, and in the file where the house would have it. */
import { basename, dirname, join } from 'node:path/posix'
import type { ChangeCollector } from '../../changes/index.ts'
import { editYaml, setName } from '../../changes/yaml/index.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode } from '../../project/manifest.ts'

export type Move = {
  node: ManifestNode
  /** `models` or `seeds`: the list that the entry stands in. */
  list: string
  name: string
  /** From the folder of dbt_project.yml. */
  folder: string
}

/** @returns what to know about it. */
export async function moveProperties(
  files: ChangeCollector,
  graph: ProjectGraph,
  pathOf: (file: string) => string,
  { node, list, name, folder }: Move,
): Promise<string[]> {
  const file = node.patch_path?.split('://').at(-1)
  if (!file) return []
  const path = pathOf(file)
  const yaml = editYaml(path, await files.read(path))
  const from = [list, { name: node.name }]
  if (!yaml.has(from)) return [`${path}: ${node.name} could not be found in it; its entry stays as it is.`]
  setName(yaml, from, name)
  await files.write(path, yaml.text)
  const besideModel = dirname(file) === dirname(node.original_file_path)
  const isMoved = folder !== dirname(node.original_file_path)
  if (isItsOwn(file, node, yaml.get([list]))) {
    const next = basename(file).replace(node.name, () => name)
    const to = join(besideModel ? folder : dirname(file), next)
    if (to !== file) await files.rename(path, pathOf(to))
    return []
  }
  if (!isMoved || !besideModel) return []
  return moveEntry(files, graph, pathOf, { file, list, name, folder })
}

/** A file for this model alone, called after it; its unit tests may stand there too. */
function isItsOwn(file: string, node: ManifestNode, entries: unknown): boolean {
  return Array.isArray(entries) && entries.length === 1 && stem(file).includes(node.name)
}

async function moveEntry(
  files: ChangeCollector,
  graph: ProjectGraph,
  pathOf: (file: string) => string,
  { file, list, name, folder }: { file: string; list: string; name: string; folder: string },
): Promise<string[]> {
  const to =
    propertiesFileIn(graph, folder) ??
    join(
      folder,
      basename(file).replace(basename(dirname(file)), () => basename(folder)),
    )
  const [path, toPath] = [pathOf(file), pathOf(to)]
  const source = editYaml(path, await files.read(path))
  const there = await files.exists(toPath)
  const version = source.get(['version'])
  const eol = source.text.includes('\r\n') ? '\r\n' : '\n'
  const head = `${typeof version === 'number' ? `version: ${version}${eol}${eol}` : ''}${list}:${eol}`
  const target = editYaml(toPath, there ? await files.read(toPath) : head)
  source.moveTo([list, { name }], target, [list])
  if (there) await files.write(toPath, target.text)
  else await files.create(toPath, target.text)
  if (isEmpty(source.get([]))) await files.remove(path)
  else await files.write(path, source.text)
  return []
}

/** The properties file that most nodes of a folder are described in, other than one for a single node. */
function propertiesFileIn(graph: ProjectGraph, folder: string): string | null {
  const counts = new Map<string, number>()
  for (const node of Object.values(graph.manifest.nodes)) {
    const file = node.patch_path?.split('://').at(-1)
    if (!file || !graph.isOwn(node.unique_id) || dirname(node.original_file_path) !== folder) continue
    if (dirname(file) === folder && !stem(file).includes(node.name))
      counts.set(file, (counts.get(file) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

function isEmpty(top: unknown): boolean {
  return Object.keys((top ?? {}) as object).every((key) => key === 'version')
}

function stem(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '')
}
