/** What of the project a relation is that somebody named by hand. */
import type { ProjectGraph } from '../../project/graph.ts'
import { partsOf } from '../../project/lineage/relations.ts'
import { type Identifier, keyOf } from '../../project/sql/names.ts'

export type Meaning =
  | { kind: 'node'; id: string }
  /** Several have this relation, and nothing says which is meant. */
  | { kind: 'several'; ids: string[] }
  | { kind: 'unknown' }

export function meaningFinder(graph: ProjectGraph, adapter: string): (path: Identifier[]) => Meaning {
  const known = new Map<string, string[]>()
  const { nodes, sources } = graph.manifest
  for (const node of [...Object.values(nodes), ...Object.values(sources)]) {
    if (!node.relation_name) continue
    const parts = partsOf(node.relation_name, adapter)
    for (let from = 0; from < parts.length - 1; from += 1) {
      const key = keyOfPath(parts.slice(from), adapter)
      known.set(key, [...(known.get(key) ?? []), node.unique_id])
    }
  }
  return (path) => {
    const whole = path.flatMap((part) =>
      adapter === 'bigquery' ? partsOf(`\`${part.name}\``, adapter) : [part],
    )
    const ids = known.get(keyOfPath(whole, adapter)) ?? []
    return meant(graph, ids)
  }
}

/** A source over a seed has its relation too: the one that models read is the one that is meant. */
function meant(graph: ProjectGraph, ids: string[]): Meaning {
  const [first, second] = ids
  if (first === undefined) return { kind: 'unknown' }
  if (second === undefined) return { kind: 'node', id: first }
  const readers = (id: string) => graph.children(id).filter((c) => c.startsWith('model.')).length
  const [most, next] = ids.toSorted((a, b) => readers(b) - readers(a))
  if (most === undefined || next === undefined || readers(most) === readers(next))
    return { kind: 'several', ids }
  return { kind: 'node', id: most }
}

export function keyOfPath(path: Identifier[], adapter: string): string {
  return path.map((part) => keyOf(part, adapter)).join('\0')
}

/** The call that stands for it in a file of the user's own project. */
export function callFor(graph: ProjectGraph, id: string, quote: "'" | '"'): string {
  const said = (text: string) => `${quote}${text}${quote}`
  const source = graph.source(id)
  if (source) return `{{ source(${said(source.source_name)}, ${said(source.name)}) }}`
  const node = graph.node(id)
  const owner = node && !graph.isOwn(id) ? `${said(node.package_name)}, ` : ''
  const version =
    node?.version == null
      ? ''
      : `, v=${/^\d+$/.test(`${node.version}`) ? node.version : said(`${node.version}`)}`
  return `{{ ref(${owner}${said(node?.name ?? '')}${version}) }}`
}
