/** What `ref`, `source` and `this` stand for in a node, told from the manifest alone, as dbt would resolve them. */
import type { ProjectGraph } from '../graph.ts'
import type { ManifestNode } from '../manifest.ts'
import type { RefCall, Relations, SourceCall } from './render.ts'

/** The name of an ephemeral parent in the SQL of its readers, and which node it is. */
export type Ephemeral = Record<string, string>

const REFERABLE = new Set(['model', 'seed', 'snapshot'])
/** Adapters that name the CTEs of ephemeral models as dbt itself does. */
const USUAL_CTES = new Set(['duckdb', 'postgres', 'redshift', 'snowflake', 'bigquery'])
const RENDERED_BY_DBT = new Set(['ref', 'source', 'config', 'this'])

/** Whether a macro of the project, or of a package, takes the place of what we would render ourselves. */
export function overridesBuiltins(graph: ProjectGraph): boolean {
  return Object.values(graph.manifest.macros).some((macro) => RENDERED_BY_DBT.has(macro.name))
}

/** `used` is filled with the ephemeral parents that were named. */
export function relationsOf(graph: ProjectGraph, node: ManifestNode, used: Ephemeral): Relations {
  const parents = node.depends_on.nodes
  return {
    // dbt knows the search order of packages; among the parents that it found, one that fits is the one.
    ref: (call) => {
      const found = only(parents.flatMap((id) => fitting(graph.node(id), call)))
      if (found?.config?.materialized !== 'ephemeral') return found?.relation_name ?? null
      if (!USUAL_CTES.has(graph.manifest.metadata.adapter_type ?? '')) return null
      const name = `__dbt__cte__${found.alias ?? found.name}`
      used[name] = found.unique_id
      return name
    },
    source: (call) => only(parents.flatMap((id) => fittingSource(graph, id, call)))?.relation_name ?? null,
    this: node.resource_type === 'model' ? (node.relation_name ?? null) : null,
  }
}

function fitting(node: ManifestNode | undefined, call: RefCall): ManifestNode[] {
  if (!node || node.name !== call.name || !REFERABLE.has(node.resource_type)) return []
  if (call.package !== null && node.package_name !== call.package) return []
  const version = node.version == null ? null : String(node.version)
  const wanted =
    call.version ?? (version === null || node.latest_version == null ? null : String(node.latest_version))
  return version === wanted ? [node] : []
}

function fittingSource(graph: ProjectGraph, id: string, call: SourceCall) {
  const source = graph.source(id)
  return source && source.source_name === call.source && source.name === call.table ? [source] : []
}

function only<T>(found: T[]): T | null {
  return found.length === 1 ? (found[0] ?? null) : null
}
