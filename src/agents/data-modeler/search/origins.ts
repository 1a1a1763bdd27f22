/** The relations that a dimension can be made from: staging models, and raw tables that no staging model reads. */
import { columnsOf } from '../../../project/columns.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { kindOf } from '../../../project/profile/sql.ts'
import { isRaw } from '../../../project/stars.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Origin } from '../types.ts'

/** Names that people give to what is modelled already. */
const MODELLED = /^(d|dim|f|fct|fact|agg|mart|mrt|rpt|rep|obt|bridge|brg)_+/i

export async function originsOf({ graph, dbt }: Pick<RefactorContext, 'graph' | 'dbt'>): Promise<Origin[]> {
  return withColumns({ graph, dbt }, [...stagingModels(graph).map((m) => m.unique_id), ...unstaged(graph)])
}

export async function withColumns(
  { graph, dbt }: Pick<RefactorContext, 'graph' | 'dbt'>,
  ids: string[],
): Promise<Origin[]> {
  const { byId } = await columnsOf(graph, ids, dbt)
  return ids.map((id) => {
    const found = byId.get(id) ?? null
    return {
      id,
      label: graph.label(id),
      relation: (graph.node(id) ?? graph.source(id))?.relation_name ?? '',
      needsStaging: graph.source(id) !== undefined,
      stands: found?.source === 'warehouse',
      columns: (found?.columns ?? []).map(({ name, type }) => ({
        name,
        type: type ?? '',
        kind: kindOf(type ?? ''),
      })),
    }
  })
}

/** Models of the project that read raw tables only, and are not modelled further by their name. */
export function stagingModels(graph: ProjectGraph): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter((n) => {
    const parents = graph.parents(n.unique_id)
    return (
      n.resource_type === 'model' &&
      graph.isOwn(n.unique_id) &&
      graph.isBuilt(n.unique_id) &&
      !MODELLED.test(n.name) &&
      parents.length > 0 &&
      parents.every((id) => isRaw(graph, id))
    )
  })
}

/** The staging model that reads this table, and no other. */
export function stagingOf(graph: ProjectGraph, raw: string): ManifestNode | undefined {
  return stagingModels(graph).find((m) => graph.parents(m.unique_id).every((id) => id === raw))
}

function unstaged(graph: ProjectGraph): string[] {
  const read = new Set(stagingModels(graph).flatMap((m) => graph.parents(m.unique_id)))
  const seeds = Object.values(graph.manifest.nodes).filter((n) => n.resource_type === 'seed')
  return [...Object.keys(graph.manifest.sources), ...seeds.map((s) => s.unique_id)].filter(
    (id) => graph.isOwn(id) && !read.has(id),
  )
}
