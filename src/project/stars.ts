/** Which models are dimensions and facts, by their names. */
import type { ProjectGraph } from './graph.ts'
import type { ManifestNode } from './manifest.ts'

/**
 * Models that are dimensions by their name: a second one for the same thing is never made. Where the house gives
 * dimensions no prefix, every model behind staging may be one.
 */
export function dimensionsOf(graph: ProjectGraph, prefix: string): ManifestNode[] {
  return models(graph, (n) =>
    prefix === ''
      ? !graph.parents(n.unique_id).some((id) => isRaw(graph, id))
      : n.name.toLowerCase().startsWith(prefix.toLowerCase()),
  )
}

/** Models that are facts by their name; none where the house gives facts no prefix. */
export function factsOf(graph: ProjectGraph, prefix: string): ManifestNode[] {
  return prefix === '' ? [] : models(graph, (n) => n.name.toLowerCase().startsWith(prefix.toLowerCase()))
}

/** A source or a seed. */
export function isRaw(graph: ProjectGraph, id: string): boolean {
  return graph.source(id) !== undefined || graph.node(id)?.resource_type === 'seed'
}

function models(graph: ProjectGraph, isOne: (node: ManifestNode) => boolean): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'model' && graph.isBuilt(n.unique_id) && isOne(n),
  )
}
