/** The relation of a model in the warehouse, which stays under its old name when dbt builds it under a new one. */
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { partsOf } from '../../project/lineage/relations.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { type Identifier, keyOf, quoteName } from '../../project/sql/names.ts'

export type Renamed =
  /** It has none, or keeps the one that it has. */
  | { kind: 'same' }
  | { kind: 'other'; from: string; to: string }
  /** It is built in another schema, or a macro of the project decides how it is called. */
  | { kind: 'elsewhere' | 'unknown'; from: string }

/** @param moves whether its folder gives it another schema or database */
export function renamedRelation(
  graph: ProjectGraph,
  node: ManifestNode,
  name: string,
  moves: boolean,
): Renamed {
  const from = node.relation_name
  if (!from || !graph.isBuilt(node.unique_id)) return { kind: 'same' }
  if (moves) return { kind: 'elsewhere', from }
  if (name === node.name) return { kind: 'same' }
  const own = Object.keys(graph.manifest.macros).some(
    (id) => graph.isOwn(id) && id.endsWith('.generate_alias_name'),
  )
  if (own) return { kind: 'unknown', from }
  if (node.config?.alias != null || (node.alias && node.alias !== node.name)) return { kind: 'same' }
  const adapter = graph.manifest.metadata.adapter_type ?? ''
  const to = withName(from, name, adapter)
  return relationKey(from, adapter) === relationKey(to, adapter)
    ? { kind: 'same' }
    : { kind: 'other', from, to }
}

function withName(relation: string, name: string, adapter: string): string {
  const parts = partsOf(relation, adapter)
  const whole = adapter === 'bigquery' && /^`[^`]*`$/.test(relation)
  if (whole) return `\`${[...parts.slice(0, -1).map((p) => p.name), name].join('.')}\``
  const written = (part: Identifier) => (part.quoted ? quoteName(part.name, adapter) : part.name)
  const quoted = parts.at(-1)?.quoted ?? false
  return [...parts.slice(0, -1), { name, quoted }].map(written).join('.')
}

/** The other node or source that has this relation. */
export function ownerOf(graph: ProjectGraph, relation: string, but: string): string | null {
  const adapter = graph.manifest.metadata.adapter_type ?? ''
  const { nodes, sources } = graph.manifest
  const wanted = relationKey(relation, adapter)
  const found = [...Object.values(nodes), ...Object.values(sources)].find(
    (n) => n.unique_id !== but && n.relation_name && relationKey(n.relation_name, adapter) === wanted,
  )
  return found?.unique_id ?? null
}

function relationKey(relation: string, adapter: string): string {
  return partsOf(relation, adapter)
    .map((p) => keyOf(p, adapter))
    .join('\0')
}

export async function stands(dbt: DbtEngine, relation: string): Promise<boolean> {
  const [answer] = await dbt.columns([relation])
  return Array.isArray(answer) && answer.length > 0
}

const IS_VIEW = new Set(['view'])
const IS_TABLE = new Set(['table', 'incremental', 'seed', 'snapshot'])

/** What to know of a relation that nobody builds any more. */
export function orphanNote(node: ManifestNode, relation: string): string {
  const kind = node.resource_type === 'model' ? (node.config?.materialized ?? 'view') : 'table'
  const stays = `${relation} stays in the warehouse, and is not built any more.`
  if (IS_VIEW.has(kind)) return `${stays} When nobody reads it:  drop view ${relation}`
  if (IS_TABLE.has(kind)) return `${stays} When nobody reads it:  drop table ${relation}`
  return `${stays} Drop it when nobody reads it.`
}
