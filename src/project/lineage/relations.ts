/** Which node of the project a relation in compiled SQL is. */
import type { ProjectGraph } from '../graph.ts'
import { type Identifier, keyOf } from '../sql/names.ts'

const PART = /"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[^.\s]+/g

/** @returns the node's or source's id for a relation as it is written, with two parts or three; null where it is none. */
export function relationFinder(graph: ProjectGraph, adapter: string): (path: Identifier[]) => string | null {
  const ids = new Map<string, string | null>()
  const add = (parts: Identifier[], id: string) => {
    for (let from = 0; from < parts.length - 1; from += 1) {
      const key = keyOfPath(parts.slice(from), adapter)
      const known = ids.get(key)
      // Two relations of one name in different databases: the short form means neither for sure.
      ids.set(key, known === undefined || known === id ? id : null)
    }
  }
  const { nodes, sources } = graph.manifest
  for (const node of [...Object.values(nodes), ...Object.values(sources)]) {
    if (node.relation_name) add(partsOf(node.relation_name, adapter), node.unique_id)
  }
  return (path) =>
    ids.get(
      keyOfPath(
        path.flatMap((part) => split(part, adapter)),
        adapter,
      ),
    ) ?? null
}

function keyOfPath(parts: Identifier[], adapter: string): string {
  return parts.map((part) => keyOf(part, adapter)).join('\0')
}

/** The parts of `"db"."schema"."name"`, however they are quoted. */
export function partsOf(relation: string, adapter: string): Identifier[] {
  return (relation.match(PART) ?? []).flatMap((part) => {
    const quoted = /^["`[]/.test(part)
    const name = quoted ? part.slice(1, -1).replaceAll('""', '"') : part
    return split({ name, quoted }, adapter)
  })
}

/** BigQuery lets people quote a whole path at once. */
function split({ name, quoted }: Identifier, adapter: string): Identifier[] {
  if (adapter !== 'bigquery') return [{ name, ...(quoted === undefined ? {} : { quoted }) }]
  return name.split('.').map((part) => ({ name: part, quoted: true }))
}
