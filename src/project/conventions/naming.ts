/** Names and places: prefixes by folder, layers in their order, materialisations, names of keys. */
import type { ProjectGraph } from '../graph.ts'
import type { ManifestNode } from '../manifest.ts'
import { type Convention, settle } from './types.ts'

/** Folders are told apart by the first this many below the models' folder. */
const DEPTH = 2

export function naming(graph: ProjectGraph, projectName: string): Convention[] {
  const models = ownModels(graph, projectName)
  const folders = Map.groupBy(models, folderOf)
  const perFolder = [...folders]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([folder, inside]) => {
      const place = folder === '' ? 'at the top' : `in ${folder}`
      return [
        settle(
          `names ${place}`,
          'models',
          inside.map((m) => ({ place: m.name, choice: prefixOf(m.name) })),
        ),
        settle(
          `materialised ${place}`,
          'models',
          inside.map((m) => ({ place: m.name, choice: m.config?.materialized ?? 'view' })),
        ),
      ]
    })
  const keys = keyColumns(graph, models)
  return [
    ...perFolder,
    settle('layers', 'reads', layers(graph, models)),
    settle('key columns', 'columns tested unique', keys),
  ].filter((c) => c !== null)
}

function ownModels(graph: ProjectGraph, projectName: string): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'model' && n.package_name === projectName,
  )
}

/** `staging/shop` of `models/staging/shop/stg_orders.sql`. */
function folderOf(model: ManifestNode): string {
  return model.original_file_path.split('/').slice(1, -1).slice(0, DEPTH).join('/')
}

function prefixOf(name: string): string {
  const prefix = /^([a-z]{1,6})_+\w/i.exec(name)?.[1]
  return prefix === undefined ? 'no prefix' : `${prefix}_`
}

/** Which layer reads which: the order is what nearly all reads agree on. */
function layers(graph: ProjectGraph, models: ManifestNode[]): { place: string; choice: string }[] {
  const layerOf = (m: ManifestNode) => folderOf(m).split('/')[0] ?? ''
  const byId = new Map(models.map((m) => [m.unique_id, m]))
  const reads = models.flatMap((m) =>
    graph.parents(m.unique_id).flatMap((id) => {
      const parent = byId.get(id)
      return parent && layerOf(parent) !== layerOf(m)
        ? [{ from: layerOf(parent), to: layerOf(m), by: m.name }]
        : []
    }),
  )
  const order = layerOrder(reads)
  if (order.length < 2) return []
  const words = order.join(' -> ')
  return reads.map((r) => ({
    place: `${r.by} reads ${r.from}`,
    choice: order.indexOf(r.from) < order.indexOf(r.to) ? words : 'against it',
  }))
}

/** Layers by how much more they are read than they read. */
function layerOrder(reads: { from: string; to: string }[]): string[] {
  const names = [...new Set(reads.flatMap((r) => [r.from, r.to]))]
  const lead = (name: string) => {
    const gives = reads.filter((r) => r.from === name).length
    const takes = reads.filter((r) => r.to === name).length
    return (gives - takes) / (gives + takes)
  }
  return names.sort((a, b) => lead(b) - lead(a) || a.localeCompare(b))
}

/** Columns with a test of uniqueness are keys, whatever they are called. */
function keyColumns(graph: ProjectGraph, models: ManifestNode[]): { place: string; choice: string }[] {
  const own = new Set(models.map((m) => m.unique_id))
  return Object.values(graph.manifest.nodes).flatMap((n) => {
    if (n.test_metadata?.name !== 'unique' || !n.column_name || !own.has(n.attached_node ?? '')) return []
    const suffix = /_([a-z]{1,5})$/i.exec(n.column_name)?.[1]
    return [
      {
        place: `${graph.label(n.attached_node ?? '')}.${n.column_name}`,
        choice: suffix ? `_${suffix.toLowerCase()}` : n.column_name,
      },
    ]
  })
}
