/** The column in the properties files, where the models on the way have their columns described there. */
import type { ChangeCollector } from '../../changes/index.ts'
import { setDescription } from '../../changes/yaml/index.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { propertiesOf } from '../properties.ts'
import { refused } from '../sql-file.ts'
import type { RefactorContext } from '../types.ts'

export type Origin = {
  /** As the warehouse calls it; null where it cannot be asked. */
  type: string | null
  description: string
}

export async function originOf(
  { dbt }: RefactorContext,
  graph: ProjectGraph,
  id: string,
  column: string,
): Promise<Origin> {
  const of = graph.node(id) ?? graph.source(id)
  const [answer] = of?.relation_name ? await dbt.columns([of.relation_name]) : []
  const columns = answer && !('error' in answer) ? answer : []
  const described = Object.values(of?.columns ?? {}).find(
    (c) => c.name.toLowerCase() === column.toLowerCase(),
  )
  return {
    type: columns.find((c) => c.name === column)?.type ?? null,
    description: described?.description ?? '',
  }
}

/** Answers what a person should know. */
export async function documented(
  context: RefactorContext,
  graph: ProjectGraph,
  files: ChangeCollector,
  steps: { node: ManifestNode; name: string }[],
  origin: Origin,
): Promise<string[]> {
  const notes: string[] = []
  for (const { node, name } of steps) {
    const columns = Object.values(node.columns)
    if (columns.length === 0) continue
    if (node.version != null) {
      notes.push(ofVersions(node, graph.label(node.unique_id), name))
      continue
    }
    const properties = await propertiesOf({ ...context, graph }, files, node)
    const quote = columns.length > 0 && columns.every((c) => c.quote === true)
    const entry = properties.ensureColumn(name, quote ? { quote: true } : undefined)
    if (origin.description !== '') setDescription(properties.yaml, entry, origin.description)
    else notes.push(`${graph.label(node.unique_id)}.${name} is not described: nothing says what it is.`)
    const typed = columns.filter((c) => c.data_type)
    if (node.contract?.enforced || typed.length * 2 > columns.length) {
      if (origin.type === null) notes.push(`${graph.label(node.unique_id)}.${name} needs its data_type.`)
      else properties.yaml.set([...entry, 'data_type'], asOthers(origin.type, typed), { after: ['name'] })
    }
    await properties.done()
  }
  return notes
}

/** One entry describes all versions: which of them a column belongs to is said there in several ways. */
function ofVersions(node: ManifestNode, label: string, name: string): string {
  const file = node.patch_path?.split('://').at(-1) ?? node.original_file_path
  if (node.contract?.enforced)
    throw refused(
      file,
      null,
      `${label} has a contract, and its entry is that of several versions: say there which of them have ${name}`,
      ['Add the column to the entry first, for this version only.'],
    )
  return `${label}.${name} is not in ${file}: its entry is that of several versions.`
}

/** Types are words, in the case that the house writes them in. */
function asOthers(type: string, typed: { data_type?: string | null | undefined }[]): string {
  const types = typed.map((c) => c.data_type ?? '')
  return types.every((t) => t === t.toLowerCase()) && types.length > 0 ? type.toLowerCase() : type
}
