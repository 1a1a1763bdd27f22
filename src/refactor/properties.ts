/** The YAML entry of a model: where it stands, or where the house would put it. */
import { posix } from 'node:path'
import type { ChangeCollector } from '../changes/index.ts'
import { editYaml, type YamlEditor } from '../changes/yaml/edit.ts'
import type { YamlPath } from '../changes/yaml/find.ts'
import type { HouseStyle } from '../project/conventions/house-style.ts'
import { learnHouseStyle } from '../project/conventions/learn.ts'
import { propertiesPath } from '../project/conventions/names.ts'
import type { ManifestNode } from '../project/manifest.ts'
import { projectPath } from './models.ts'
import type { RefactorContext } from './types.ts'

/** A model that is there, or is about to be. */
export type Described = Pick<ManifestNode, 'name' | 'original_file_path' | 'fqn' | 'patch_path'> & {
  /** What it is; a model, where nothing is said. */
  resource_type?: string
}

export type Properties = {
  /** Where it is written. */
  file: string
  yaml: YamlEditor
  /** Leads to the model's entry; it may not be there yet. */
  model: YamlPath
  /** Puts the entry there, if it is missing. */
  ensureModel(): void
  /** Leads to the column's entry, which is put there if it is missing, and with it what it has to say too. */
  ensureColumn(name: string, also?: { quote: true }): YamlPath
  /** The name of the column's entry as it is spelled there; null where there is none. */
  columnEntry(name: string): string | null
  /** Writes what was edited into the change. */
  done(): Promise<void>
}

export function houseStyleOf({ project, graph }: RefactorContext): Promise<HouseStyle> {
  return learnHouseStyle(project.dbtDir, graph, project.config.conventions)
}

export async function propertiesOf(
  context: RefactorContext,
  files: ChangeCollector,
  node: Described,
): Promise<Properties> {
  const path = projectPath(context.project, await fileFor(context, node))
  const isThere = await files.exists(path)
  const yaml = editYaml(path, isThere ? await files.read(path) : await newFile(context, node))
  const section = sectionOf(node)
  const model: YamlPath = [section, { name: node.name }]
  const columns = [...model, 'columns']

  const ensureModel = () => {
    if (!yaml.has(model)) yaml.add([section], { name: node.name })
  }
  const columnEntry = (name: string) => {
    const listed = yaml.has(columns) ? yaml.get(columns) : []
    const names = (Array.isArray(listed) ? listed : []).flatMap((c: unknown) => nameIn(c) ?? [])
    return names.find((n) => n === name) ?? names.find((n) => n.toLowerCase() === name.toLowerCase()) ?? null
  }
  return {
    file: path,
    yaml,
    model,
    ensureModel,
    columnEntry,
    ensureColumn: (name, also) => {
      ensureModel()
      const standing = columnEntry(name)
      if (standing !== null) {
        const entry = [...columns, { name: standing }]
        if (also && !yaml.has([...entry, 'quote'])) yaml.set([...entry, 'quote'], true, { after: ['name'] })
        return entry
      }
      yaml.add(columns, { name, ...also })
      return [...columns, { name }]
    },
    done: () => files.write(path, yaml.text),
  }
}

function nameIn(entry: unknown): string | null {
  const name = entry !== null && typeof entry === 'object' ? (entry as { name?: unknown }).name : null
  return typeof name === 'string' ? name : null
}

/** Its own file; else the one that describes most models of its folder; else as the house calls such files. */
async function fileFor(context: RefactorContext, node: Described): Promise<string> {
  const { graph } = context
  const kind = node.resource_type ?? 'model'
  if (node.patch_path) return node.patch_path.replace(/^[^:]*:\/\//, '')
  const style = await houseStyleOf(context)
  const folder = posix.dirname(node.original_file_path.replaceAll('\\', '/'))
  if (style.properties.per === 'folder') {
    const files = Object.values(graph.manifest.nodes)
      .filter((n) => n.resource_type === kind && graph.isOwn(n.unique_id) && n.patch_path)
      .map((n) => n.patch_path?.replace(/^[^:]*:\/\//, '') ?? '')
      .filter((file) => posix.dirname(file) === folder)
    const often = mostFrequent(files)
    if (often) return often
  }
  const below = node.fqn.slice(1, -1).join('/')
  const root = below === '' ? folder : folder.slice(0, -below.length - 1)
  const named = propertiesPath(style, below, node.name)
  return posix.join(root, kind === 'seed' ? named.replace(/models(?=[^/]*$)/, 'seeds') : named)
}

function mostFrequent(names: string[]): string | null {
  const times = new Map<string, number>()
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1)
  return [...times].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

const sectionOf = ({ resource_type }: Described) => (resource_type === 'seed' ? 'seeds' : 'models')

async function newFile(context: RefactorContext, node: Described): Promise<string> {
  const { yaml, lineEnd } = await houseStyleOf(context)
  const dash = yaml.listsIndented ? `${' '.repeat(yaml.indent)}- ` : '- '
  const lines = [
    ...(yaml.version ? ['version: 2', ''] : []),
    `${sectionOf(node)}:`,
    `${dash}name: ${node.name}`,
    '',
  ]
  return lines.join(lineEnd)
}
