/** The columns of nodes and sources: as the warehouse has them, else as the project's YAML declares them. */
import type { ProjectGraph } from './graph.ts'
import type { ManifestColumn } from './manifest.ts'

/** `type` as the warehouse, or the YAML, writes it; null where the YAML does not say. */
export type Column = { name: string; type: string | null }

export type NodeColumns = {
  /** Declared columns may be fewer than there are, and in another order. */
  source: 'warehouse' | 'declared'
  columns: Column[]
}

export type ColumnsById = {
  /** null: its relation is not there, or could not be asked, and nothing is declared. */
  byId: Map<string, NodeColumns | null>
  /** What the warehouse said where it could not be asked; then more may be there than was found. */
  problem: string | null
}

type Found = { name: string; type: string }[]

/** What is asked of the warehouse. */
export type ColumnSource = {
  /** null: there is no such relation. */
  catalog(
    relations: { database: string; schema: string; identifier: string }[],
  ): Promise<(Found | null | { error: string })[]>
  /** Relations as SQL names them. */
  columns(relations: string[]): Promise<(Found | { error: string })[]>
}

type Asked = {
  id: string
  database: string
  schema: string
  identifier: string
  relation: string
  byName: boolean
}

/**
 * Of each id its columns. One question for all, and one more for those that are no relation by name (a file that
 * DuckDB reads in place).
 */
export async function columnsOf(
  graph: ProjectGraph,
  ids: string[],
  warehouse: ColumnSource,
): Promise<ColumnsById> {
  const asked = ids.flatMap((id) => askable(graph, id))
  const byPlace = asked.filter((a) => a.byName)
  const inPlace = asked.filter((a) => !a.byName)
  const [named, read] = await Promise.all([
    warehouse.catalog(byPlace.map(({ database, schema, identifier }) => ({ database, schema, identifier }))),
    inPlace.length > 0 ? warehouse.columns(inPlace.map((a) => a.relation)) : [],
  ])
  const found = new Map<string, Column[]>()
  let problem: string | null = null
  const note = (of: Asked[], answers: (Found | null | { error: string } | undefined)[]) =>
    of.forEach(({ id }, i) => {
      const answer = answers[i]
      if (Array.isArray(answer)) found.set(id, answer)
      else if (answer) problem ??= answer.error
    })
  note(byPlace, named)
  note(inPlace, read)
  const byId = new Map(ids.map((id) => [id, chosen(found.get(id), declared(graph, id))]))
  return { byId, problem }
}

function chosen(found: Column[] | undefined, written: Column[]): NodeColumns | null {
  if (found) return { source: 'warehouse', columns: found }
  return written.length > 0 ? { source: 'declared', columns: written } : null
}

function askable(graph: ProjectGraph, id: string): Asked[] {
  const source = graph.source(id)
  const node = graph.node(id)
  const identifier = source ? source.identifier : (node?.alias ?? node?.name)
  const { database, schema, relation_name: relation } = source ?? node ?? {}
  if (!identifier || !schema || !relation) return []
  const named = (name: string) => asWritten(name, relation, graph.manifest.metadata.adapter_type)
  return [
    {
      id,
      database: named(database ?? ''),
      schema: named(schema),
      identifier: named(identifier),
      relation,
      byName: isByName(relation, identifier),
    },
  ]
}

/** Postgres writes a name small that is not quoted. */
function asWritten(name: string, relation: string, adapter: string | null | undefined): string {
  const quoted = relation.includes(`"${name.replaceAll('"', '""')}"`)
  return adapter === 'postgres' && !quoted ? name.toLowerCase() : name
}

/** `"shop"."raw"."orders"`, however it is quoted; not `read_csv('orders.csv')`. */
function isByName(relation: string, identifier: string): boolean {
  const end = relation.replace(/["`\]]$/, '')
  if (!end.endsWith(identifier)) return false
  const before = end.at(-identifier.length - 1)
  return before === undefined || '."`['.includes(before)
}

function declared(graph: ProjectGraph, id: string): Column[] {
  const columns: Record<string, ManifestColumn> = (graph.source(id) ?? graph.node(id))?.columns ?? {}
  return Object.values(columns).map((c) => ({ name: c.name, type: c.data_type ?? null }))
}
