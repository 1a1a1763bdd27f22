/** Properties files: where a house has the entry of a model, and a new entry in its way. */
import { basename, dirname } from 'node:path/posix'
import type { ChangeCollector } from '../changes/index.ts'
import { editYaml, type Value } from '../changes/yaml/index.ts'
import { blockLines } from '../changes/yaml/style.ts'
import type { HouseStyle } from '../project/conventions/house-style.ts'
import { propertiesPath } from '../project/conventions/names.ts'
import type { ProjectGraph } from '../project/graph.ts'

export type NewEntry = {
  name: string
  description: string
  columns: { name: string; isQuoted: boolean; description: string; tests: string[] }[]
}

type Place = {
  graph: ProjectGraph
  style: HouseStyle
  /** From the folder of dbt_project.yml, as are the files that `pathOf` is asked for. */
  folder: string
  pathOf(file: string): string
  entry: NewEntry
}

/** The file that the house would have it in is made where it is missing. */
export async function addProperties(
  files: ChangeCollector,
  { graph, style, folder, pathOf, entry }: Place,
): Promise<void> {
  const shared = style.properties.per === 'folder' ? propertiesFileIn(graph, folder) : null
  const path = pathOf(shared ?? propertiesPath(style, folder, entry.name))
  const value = entryValue(entry, style)
  if (await files.exists(path)) {
    const yaml = editYaml(path, await files.read(path))
    yaml.add(['models'], value)
    await files.write(path, yaml.text)
    return
  }
  const { version, indent, listsIndented } = style.yaml
  const written = { eol: style.lineEnd, step: indent, dash: listsIndented ? indent : 0, quote: '"' } as const
  const head = version ? ['version: 2', ''] : []
  const lines = [...head, ...blockLines({ models: [value] }, written)]
  await files.create(path, lines.join(style.lineEnd) + style.lineEnd)
}

/** Columns of which there is something to say. */
function entryValue({ name, description, columns }: NewEntry, style: HouseStyle): Value {
  const said = columns.filter((c) => c.description !== '' || c.tests.length > 0)
  const text = (of: string) => (of.trim() === '' ? {} : { description: of.trim() })
  return {
    name,
    ...text(description),
    ...(said.length > 0
      ? {
          columns: said.map((c) => ({
            name: c.name,
            ...(c.isQuoted ? { quote: true } : {}),
            ...text(c.description),
            ...(c.tests.length > 0 ? { [style.testsKey]: c.tests } : {}),
          })),
        }
      : {}),
  }
}

/** The properties file that most nodes of a folder are described in, other than one for a single node. */
export function propertiesFileIn(graph: ProjectGraph, folder: string): string | null {
  const counts = new Map<string, number>()
  for (const node of Object.values(graph.manifest.nodes)) {
    const file = node.patch_path?.split('://').at(-1)
    if (!file || !graph.isOwn(node.unique_id) || dirname(node.original_file_path) !== folder) continue
    if (dirname(file) === folder && !basename(file).includes(node.name))
      counts.set(file, (counts.get(file) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
