/** Columns as people name them: `fct_trips.fare`, `raw.trips.fare`, `source:raw.trips.fare`, `dim_zone.v2.name`. */
import { MartsmithError } from '../../core/errors.ts'
import { list, nearest } from '../../core/text.ts'
import type { ProjectGraph } from '../graph.ts'
import { keyOfStored } from '../sql/names.ts'
import type { Lineage } from './lineage.ts'

export type Named = { id: string; column: string | null }

/** What holds columns: not tests, exposures or macros. */
const WITH_COLUMNS = new Set(['model', 'seed', 'snapshot'])

/** @throws MartsmithError `lineage.no-node`, `lineage.no-column`, with the nearest names. */
export function findColumn(graph: ProjectGraph, lineage: Lineage, words: string): Named {
  const { id, rest } = findNode(graph, words.replace(/^(source|model|seed|snapshot):/, ''))
  if (rest === '') return { id, column: null }
  const key = (name: string) => keyOfStored(name, lineage.adapter)
  const columns = lineage.columns(id)
  // What the user typed folds as the engine would fold it; else they wrote it as it is.
  const column =
    columns.find((c) => key(c) === key(rest)) ?? columns.find((c) => c.toLowerCase() === rest.toLowerCase())
  if (column !== undefined) return { id, column }
  const node = lineage.node(id)
  if (columns.length === 0 || (node && node.open.length > 0)) return { id, column: rest }
  const near = nearest(rest, columns)
  const label = graph.label(id)
  throw new MartsmithError({
    code: 'lineage.no-column',
    message: `${label} has no column ${rest}${near[0] ? `; did you mean ${list(near)}?` : '.'}`,
    details: [`Its columns: ${list(columns, 20)}`],
    mend: near[0] ? near.map((n) => `martsmith lineage ${label}.${n}`) : [`martsmith lineage ${label}`],
  })
}

function findNode(graph: ProjectGraph, words: string): { id: string; rest: string } {
  const { nodes, sources, metadata } = graph.manifest
  const all = [
    ...Object.values(nodes).filter((n) => WITH_COLUMNS.has(n.resource_type)),
    ...Object.values(sources),
  ]
  const own = (id: string) => (graph.isOwn(id) ? 0 : 1)
  const found = all
    .flatMap((node) => {
      const label = graph.label(node.unique_id)
      const place = 'identifier' in node ? node.identifier : (node.alias ?? node.name)
      const names = [
        label,
        `${node.schema}.${place}`,
        `${node.package_name}.${label}`,
        ...('version' in node && node.version != null ? [node.name] : []),
      ]
      return names.flatMap((name) => {
        if (words !== name && !words.startsWith(`${name}.`)) return []
        return [{ id: node.unique_id, length: name.length, rest: words.slice(name.length + 1) }]
      })
    })
    .sort((a, b) => b.length - a.length || own(a.id) - own(b.id) || latest(graph, b.id) - latest(graph, a.id))
  if (found[0]) return found[0]
  const labels = all.map((n) => graph.label(n.unique_id))
  const near = nearest(words, labels)
  const ofFirst = near.length > 0 ? near : nearest(words.split('.').slice(0, -1).join('.') || words, labels)
  throw new MartsmithError({
    code: 'lineage.no-node',
    message: `${metadata.project_name ?? 'This project'} has no model, source, seed or snapshot ${words}${ofFirst[0] ? `; did you mean ${list(ofFirst)}?` : '.'}`,
    mend: ofFirst[0] ? ofFirst.map((n) => `martsmith lineage ${n}`) : ['dbt ls   lists them'],
  })
}

/** Of a versioned model without its version, the latest is meant. */
function latest(graph: ProjectGraph, id: string): number {
  const node = graph.node(id)
  return node?.version != null && String(node.version) === String(node.latest_version) ? 1 : 0
}
