/** The project as a graph: who reads what. A small view over the manifest, queried and never changed. */
import type { Manifest, ManifestNode, ManifestSource } from './manifest.ts'

/** What `dbt build` makes in the warehouse; tests and sources it does not make. */
const BUILT = new Set(['model', 'seed', 'snapshot'])

export type ProjectGraph = {
  manifest: Manifest
  /** A model, seed, snapshot, test, analysis or unit test. */
  node(id: string): ManifestNode | undefined
  source(id: string): ManifestSource | undefined
  /** Direct readers of a node: nodes, tests, exposures, metrics, semantic models, saved queries. */
  children(id: string): string[]
  parents(id: string): string[]
  /** All that reads these nodes, near or far, without them; in breadth-first order. */
  descendants(ids: Iterable<string>): string[]
  ancestors(ids: Iterable<string>): string[]
  /** The nodes that use a macro, themselves or through other macros. */
  macroUsers(macroId: string): string[]
  /** Made in the warehouse: a model that is not ephemeral, a seed, a snapshot. */
  isBuilt(id: string): boolean
  /** Of the user's own project, not of a package. */
  isOwn(id: string): boolean
  /** `fct_trips`, `raw.trips`, `exposure "Revenue dashboard"`: as people name it. */
  label(id: string): string
}

export function projectGraph(manifest: Manifest): ProjectGraph {
  const parents = new Map<string, string[]>()
  const { nodes, unit_tests, exposures, metrics, semantic_models, saved_queries, functions } = manifest
  for (const kind of [nodes, unit_tests, exposures, metrics, semantic_models, saved_queries, functions]) {
    for (const [id, one] of Object.entries(kind)) parents.set(id, one.depends_on.nodes)
  }
  const children = reversed(parents)
  const childrenOf = (id: string) => children.get(id) ?? []
  const parentsOf = (id: string) => parents.get(id) ?? []
  let macroReaders: Map<string, string[]> | undefined
  return {
    manifest,
    node: (id) => nodes[id] ?? unit_tests[id],
    source: (id) => manifest.sources[id],
    children: childrenOf,
    parents: parentsOf,
    descendants: (ids) => reach(ids, childrenOf),
    ancestors: (ids) => reach(ids, parentsOf),
    macroUsers: (macroId) => {
      macroReaders ??= readersOfMacros(manifest)
      const users = reach([macroId], (id) => macroReaders?.get(id) ?? [])
      return users.filter((id) => nodes[id] !== undefined)
    },
    isBuilt: (id) => {
      const node = nodes[id]
      return node !== undefined && BUILT.has(node.resource_type) && node.config?.materialized !== 'ephemeral'
    },
    isOwn: (id) => {
      const found = nodes[id] ?? manifest.sources[id] ?? manifest.macros[id] ?? exposures[id]
      return found !== undefined && found.package_name === manifest.metadata.project_name
    },
    label: (id) => label(manifest, id),
  }
}

function readersOfMacros({ nodes, macros }: Manifest): Map<string, string[]> {
  const used = new Map<string, string[]>()
  for (const [id, one] of [...Object.entries(nodes), ...Object.entries(macros)])
    used.set(id, one.depends_on.macros)
  return reversed(used)
}

function reversed(edges: Map<string, string[]>): Map<string, string[]> {
  const back = new Map<string, string[]>()
  for (const [id, from] of edges) {
    for (const parent of from) {
      const known = back.get(parent)
      if (known) known.push(id)
      else back.set(parent, [id])
    }
  }
  return back
}

function reach(start: Iterable<string>, step: (id: string) => string[]): string[] {
  const begin = new Set(start)
  const seen = new Set(begin)
  const queue = [...begin]
  for (let at = 0; at < queue.length; at += 1) {
    for (const next of step(queue[at] ?? '')) {
      if (seen.has(next)) continue
      seen.add(next)
      queue.push(next)
    }
  }
  return queue.slice(begin.size)
}

function label(manifest: Manifest, id: string): string {
  const source = manifest.sources[id]
  if (source) return `${source.source_name}.${source.name}`
  const exposure = manifest.exposures[id]
  if (exposure) return `exposure "${exposure.label ?? exposure.name}"`
  const metric = manifest.metrics[id]
  if (metric) return `metric "${metric.label ?? metric.name}"`
  const node = manifest.nodes[id]
  if (node) return node.version == null ? node.name : `${node.name}.v${node.version}`
  return manifest.unit_tests[id]?.name ?? id.split('.').at(-1) ?? id
}
