/** Reads all that lineage needs: compiled SQL with its maps, and the columns that stand in the warehouse. */

import type { ProjectGraph } from '../graph.ts'
import { type CompileContext, type CompiledModel, compiledModels } from '../sql/compiled.ts'
import { openParser } from '../sql/parse.ts'
import { toRaw } from '../sql/source-map.ts'
import type { Span } from '../sql/types.ts'
import { buildLineage, type Lineage } from './lineage.ts'

export type ReadOptions = CompileContext & {
  adapter: string
  /** The columns of nodes and sources by id, in order; null for what is not in the warehouse. */
  columns(ids: string[]): Promise<{ byId: Map<string, string[] | null>; problem: string | null }>
}

export type ReadProject = {
  graph: ProjectGraph
  adapter: string
  /** By node id: everything that is written in SQL. */
  sql: Map<string, CompiledModel>
  lineage: Lineage
  /** What the warehouse said where it could not be asked for columns: then less is known. */
  problem: string | null
}

export async function readLineage(options: ReadOptions): Promise<ReadProject> {
  const { graph, adapter } = options
  const { nodes, sources } = graph.manifest
  const relations = [...Object.values(nodes), ...Object.values(sources)].filter((n) => n.relation_name)
  const [models, columns] = await Promise.all([
    compiledModels(options),
    options.columns(relations.map((n) => n.unique_id)),
    openParser(),
  ])
  const sql = new Map(models.map((model) => [model.id, model]))
  const lineage = buildLineage({
    graph,
    adapter,
    columnsOf: (id) => columns.byId.get(id) ?? null,
    sqlOf: (id) => {
      const model = sql.get(id)
      if (!model) return { unread: unreadable(graph, id) }
      return 'error' in model ? { unread: model.error } : model
    },
  })
  return { graph, adapter, sql, lineage, problem: columns.problem }
}

function unreadable(graph: ProjectGraph, id: string): string {
  const language = graph.node(id)?.language
  return language && language !== 'sql' ? `it is written in ${language}` : 'it has no SQL'
}

/** Where something of a node's compiled SQL stands in the user's file; null where it cannot be told. */
export function placeIn(
  { sql }: Pick<ReadProject, 'sql'>,
  id: string,
  at: Span,
): { file: string; line: number } | null {
  const model = sql.get(id)
  if (!model || 'error' in model || model.path === null || 'noMap' in model.map) return null
  const found = toRaw(model.map, at.start, at.end)
  if (!found) return null
  const start = 'jinja' in found ? found.jinja.start : found.start
  return { file: model.path, line: model.raw.slice(0, start).split('\n').length }
}
