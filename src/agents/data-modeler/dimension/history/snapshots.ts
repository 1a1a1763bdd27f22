/** dbt's snapshots: tables in which the project itself keeps the history of another one. */
import type { ProjectGraph } from '../../../../project/graph.ts'
import type { ManifestNode } from '../../../../project/manifest.ts'

/** What dbt calls its own columns there, unless the project says otherwise (dbt 1.9). */
export type MetaColumns = {
  dbt_valid_from: string
  dbt_valid_to: string
  dbt_scd_id: string
  dbt_updated_at: string
  dbt_is_deleted: string
}

const USUAL: MetaColumns = {
  dbt_valid_from: 'dbt_valid_from',
  dbt_valid_to: 'dbt_valid_to',
  dbt_scd_id: 'dbt_scd_id',
  dbt_updated_at: 'dbt_updated_at',
  dbt_is_deleted: 'dbt_is_deleted',
}

/** The snapshot of this relation, or of the raw table that this staging model alone reads. */
export function snapshotOf(graph: ProjectGraph, origin: string): ManifestNode | null {
  const raw = graph.node(origin)?.resource_type === 'model' ? graph.parents(origin) : []
  const of = new Set([origin, ...(raw.length === 1 ? raw : [])])
  const found = ownSnapshots(graph).filter((n) => {
    const parents = graph.parents(n.unique_id)
    return parents.length === 1 && parents.every((p) => of.has(p))
  })
  return found.find((n) => graph.parents(n.unique_id)[0] === origin) ?? found[0] ?? null
}

export function ownSnapshots(graph: ProjectGraph): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'snapshot' && graph.isOwn(n.unique_id),
  )
}

export function metaColumns(snapshot: ManifestNode | undefined): MetaColumns {
  const own = snapshot?.config?.snapshot_meta_column_names
  const named = own !== null && typeof own === 'object' ? (own as Partial<Record<string, unknown>>) : {}
  const name = (key: keyof MetaColumns) => (typeof named[key] === 'string' ? named[key] : USUAL[key])
  return {
    dbt_valid_from: name('dbt_valid_from'),
    dbt_valid_to: name('dbt_valid_to'),
    dbt_scd_id: name('dbt_scd_id'),
    dbt_updated_at: name('dbt_updated_at'),
    dbt_is_deleted: name('dbt_is_deleted'),
  }
}

/** The columns of its `unique_key`, bare; empty where it is an expression. */
export function uniqueKeyOf(snapshot: ManifestNode | undefined): string[] {
  const key = snapshot?.config?.unique_key
  const parts = (Array.isArray(key) ? key : [key]).map(String)
  const bare = parts.map((p) => /^["`[]?([^"`[\]]+)["`\]]?$/.exec(p.trim())?.[1] ?? '')
  return bare.some((b) => b === '' || /[(|+]/.test(b)) ? [] : bare
}

/** Whether it closes rows that are gone from what it reads. */
export function closesDeleted(snapshot: ManifestNode | undefined): boolean {
  const how = snapshot?.config?.hard_deletes
  return how === 'invalidate' || how === 'new_record' || snapshot?.config?.invalidate_hard_deletes === true
}
