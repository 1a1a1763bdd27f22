/** Names and places: prefixes by folder, layers in their order, how staging models are called, names of keys. */
import { basename } from 'node:path'
import type { ProjectGraph } from '../graph.ts'
import type { ManifestNode } from '../manifest.ts'
import { entityOf } from './cte-style.ts'
import { caseOf } from './sql-style.ts'
import { endingOf } from './surrogate-keys.ts'
import type { Ballot, Votes } from './types.ts'

/** Prefixes that many houses use; another one counts where two models of a folder share it. */
const KNOWN_PREFIX =
  /^(stg|base|src|raw|int|prep|tmp|eph|dim|fct|fact|d|f|brg|bridge|agg|mart|mrt|rpt|rep|obt|snap|sn|hub|sat|link|lnk|v|vw)_+/i
/** The same before a capital: `stgOrders`, `DimProduct`. */
const KNOWN_CAMEL =
  /^([Ss]tg|[Bb]ase|[Ss]rc|[Rr]aw|[Ii]nt|[Pp]rep|[Dd]im|[Ff]ct|[Ff]act|[Bb]rg|[Bb]ridge|[Aa]gg|[Mm]art|[Rr]pt|[Oo]bt)(?=\p{Lu})/u

/** @param folderOf the folder of a file below the models' folder, two deep at most. */
export function naming(
  graph: ProjectGraph,
  models: ManifestNode[],
  folderOf: (path: string) => string,
): Ballot[] {
  const folder = (m: ManifestNode) => folderOf(m.original_file_path)
  const perFolder = [...Map.groupBy(models, folder)].sort(([a], [b]) => a.localeCompare(b))
  return [
    ...perFolder.map(([name, inside]) => ({ id: 'prefix' as const, folder: name, votes: prefixes(inside) })),
    {
      id: 'dimension_prefix',
      votes: rolePrefixes(graph, models, /^(?:[Dd]_+|[Dd](?:im|IM)_+|[Dd]im(?=\p{Lu}))/u),
    },
    {
      id: 'fact_prefix',
      votes: rolePrefixes(graph, models, /^(?:[Ff]_+|[Ff](?:ct|CT|act|ACT)_+|[Ff]a?ct(?=\p{Lu}))/u),
    },
    { id: 'staging_name', votes: stagingNames(graph, models) },
    {
      id: 'staging_folder',
      votes: stagingFolders(graph, models, folder),
    },
    {
      id: 'marts_folder',
      votes: places(
        models.filter((m) => isShown(graph, m)),
        folder,
      ),
    },
    { id: 'layers', votes: layers(graph, models, folder) },
    { id: 'model_names', votes: models.map((m) => ({ place: m.name, choice: caseOf(m.name) })) },
    { id: 'model_number', votes: numbers(models) },
    { id: 'file_names', votes: models.map((m) => ({ place: m.name, choice: fileName(m) })) },
    { id: 'id_suffix', votes: keyColumns(graph, models) },
  ]
}

function isKnown(name: string): boolean {
  return KNOWN_PREFIX.test(name) || KNOWN_CAMEL.test(name)
}

function places(models: ManifestNode[], folder: (m: ManifestNode) => string): Votes {
  return models.map((m) => ({ place: m.name, choice: folder(m) }))
}

/** `staging/{source}` where each source has a folder. */
function stagingFolders(
  graph: ProjectGraph,
  models: ManifestNode[],
  folder: (m: ManifestNode) => string,
): Votes {
  return models.flatMap((model) => {
    const raw = readsRaw(graph, model)
    const sources = new Set(raw.map((id) => graph.source(id)?.source_name))
    const parts = folder(model).split('/')
    const choice = parts.map((part) => (sources.has(part) ? '{source}' : part)).join('/')
    return raw.length === 0 ? [] : [{ place: model.name, choice }]
  })
}

function prefixes(models: ManifestNode[]): Votes {
  const first = (name: string) => /^(\p{L}{1,6}_+)./u.exec(name)?.[1] ?? KNOWN_CAMEL.exec(name)?.[1] ?? ''
  return models.map(({ name }) => {
    const prefix = first(name)
    const shared = models.filter((m) => first(m.name) === prefix).length > 1
    // `RawThings` alone may be a name: a prefix before a capital is one where two models share it.
    return { place: name, choice: KNOWN_PREFIX.test(name) || shared ? prefix : '' }
  })
}

/** Prefixes of one kind; where no model behind staging has any known prefix, that is the way of the house. */
function rolePrefixes(graph: ProjectGraph, models: ManifestNode[], role: RegExp): Votes {
  const own = models.flatMap((m) => {
    const prefix = role.exec(m.name)?.[0]
    return prefix === undefined ? [] : [{ place: m.name, choice: prefix }]
  })
  const behind = models.filter((m) => readsRaw(graph, m).length === 0)
  if (own.length > 0 || behind.some((m) => isKnown(m.name))) return own
  return behind.map((m) => ({ place: m.name, choice: '' }))
}

/** Sources and seeds that it reads. */
function readsRaw(graph: ProjectGraph, model: ManifestNode): string[] {
  return graph
    .parents(model.unique_id)
    .filter((id) => graph.source(id) !== undefined || graph.node(id)?.resource_type === 'seed')
}

function isShown(graph: ProjectGraph, model: ManifestNode): boolean {
  const readers = graph.children(model.unique_id).map((id) => graph.node(id))
  return readsRaw(graph, model).length === 0 && !readers.some((n) => n?.resource_type === 'model')
}

/** `stg_{source}__{table}`, of models that read one table; a raw table's own prefix does not count. */
function stagingNames(graph: ProjectGraph, models: ManifestNode[]): Votes {
  return models.flatMap((model) => {
    const raw = readsRaw(graph, model)
    const tables = new Set(raw.map((id) => (graph.source(id) ?? graph.node(id))?.name))
    const id = raw.find((r) => graph.source(r)) ?? raw[0]
    if (id === undefined || tables.size !== 1 || graph.parents(model.unique_id).length > raw.length) return []
    const source = graph.source(id)
    const table = source?.name ?? graph.node(id)?.name ?? ''
    return [{ place: model.name, choice: stagingTemplate(model.name, source?.source_name ?? null, table) }]
  })
}

export function stagingTemplate(name: string, source: string | null, table: string): string {
  const lower = name.toLowerCase()
  for (const part of [table, entityOf(table)]) {
    const at = lower.lastIndexOf(part.toLowerCase())
    if (at < 0) continue
    const before = name.slice(0, at)
    const where = source === null ? -1 : before.toLowerCase().lastIndexOf(source.toLowerCase())
    const marked =
      source === null || where < 0
        ? before
        : `${before.slice(0, where)}{source}${before.slice(where + source.length)}`
    return `${marked}{table}${name.slice(at + part.length)}`
  }
  return 'otherwise'
}

/** Which layer reads which: the order is what nearly all reads agree on. */
function layers(graph: ProjectGraph, models: ManifestNode[], folder: (m: ManifestNode) => string): Votes {
  const layerOf = (m: ManifestNode) => folder(m).split('/')[0] ?? ''
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
  const words = order.map((name) => name || '(top)').join(' -> ')
  return reads.map((r) => ({
    place: `${r.by} reads ${r.from || '(top)'}`,
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

function numbers(models: ManifestNode[]): Votes {
  return models
    .filter((m) => isKnown(m.name))
    .map((m) => ({ place: m.name, choice: /[^s]s$/i.test(m.name) ? 'plural' : 'singular' }))
}

function fileName(model: ManifestNode): string {
  const stem = basename(model.original_file_path).replace(/\.\w+$/, '')
  if (stem === model.name) return 'same'
  return model.version != null && stem === `${model.name}_v${model.version}` ? 'version' : 'otherwise'
}

/** Columns with a test of uniqueness are keys, whatever they are called. */
function keyColumns(graph: ProjectGraph, models: ManifestNode[]): Votes {
  const own = new Set(models.map((m) => m.unique_id))
  return Object.values(graph.manifest.nodes).flatMap((n) => {
    if (n.test_metadata?.name !== 'unique' || !n.column_name || !own.has(n.attached_node ?? '')) return []
    const name = n.column_name.replace(/^["`]|["`]$/g, '')
    return [{ place: `${graph.label(n.attached_node ?? '')}.${name}`, choice: endingOf(name) }]
  })
}
