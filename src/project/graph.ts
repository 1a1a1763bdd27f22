/** The project as a graph: who reads what. A small view over the manifest, queried and never changed. */
import type { Manifest, ManifestNode, ManifestSource } from './manifest.ts'

/** What `dbt build` makes in the warehouse; tests and sources it does not make. */
const BUILT = new Set(['model', 'seed', 'snapshot'])

export type ProjectGraph = {
  manifest: Manifest
  node(id: string): ManifestNode | undefined
  source(id: string): ManifestSource | undefined
  /** Direct readers of a node. */
  children(id: string): string[]
  parents(id: string): string[]
  /** All that reads these nodes, near or far, without them; in breadth-first order. */
  descendants(ids: Iterable<string>): string[]
  ancestors(ids: Iterable<string>): string[]
  /** Made in the warehouse: a model that is not ephemeral, a seed, a snapshot. */
  isBuilt(id: string): boolean
  /** `fct_trips`, `raw.trips`, `exposure "Revenue dashboard"`: as people name it. */
  label(id: string): string
}

export function projectGraph(manifest: Manifest): ProjectGraph {
  const parents = new Map<string, string[]>()
  const add = (id: string, from: string[]) => parents.set(id, from)
  for (const [id, n] of Object.entries(manifest.nodes)) add(id, n.depends_on.nodes)
  for (const [id, n] of Object.entries(manifest.unit_tests)) add(id, n.depends_on.nodes)
  for (const [id, e] of Object.entries(manifest.exposures)) add(id, e.depends_on.nodes)
  const children = new Map<string, string[]>()
  for (const [id, from] of parents) {
    for (const parent of from) children.set(parent, [...(children.get(parent) ?? []), id])
  }

  function reach(start: Iterable<string>, step: (id: string) => string[]): string[] {
    const begin = new Set(start)
    const seen = new Set<string>()
    const queue = [...begin]
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      for (const next of step(id)) {
        if (!seen.has(next) && !begin.has(next)) {
          seen.add(next)
          queue.push(next)
        }
      }
    }
    return [...seen]
  }

  const childrenOf = (id: string) => children.get(id) ?? []
  const parentsOf = (id: string) => parents.get(id) ?? []
  return {
    manifest,
    node: (id) => manifest.nodes[id] ?? (manifest.unit_tests[id] as ManifestNode | undefined),
    source: (id) => manifest.sources[id],
    children: childrenOf,
    parents: parentsOf,
    descendants: (ids) => reach(ids, childrenOf),
    ancestors: (ids) => reach(ids, parentsOf),
    isBuilt: (id) => {
      const node = manifest.nodes[id]
      return node !== undefined && BUILT.has(node.resource_type) && node.config?.materialized !== 'ephemeral'
    },
    label: (id) => label(manifest, id),
  }
}

function label(manifest: Manifest, id: string): string {
  const source = manifest.sources[id]
  if (source) return `${source.source_name}.${source.name}`
  const exposure = manifest.exposures[id]
  if (exposure) return `exposure "${exposure.label ?? exposure.name}"`
  const node = manifest.nodes[id]
  if (node) return node.version == null ? node.name : `${node.name}.v${node.version}`
  return manifest.unit_tests[id]?.name ?? id.split('.').at(-1) ?? id
}
