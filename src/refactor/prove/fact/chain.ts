/** The way of a fact's rows from their raw table to the origin, by lineage: the relations, and the columns that hold a measure there. */
import { list } from '../../../core/text.ts'
import { type ProjectGraph, projectGraph } from '../../../project/graph.ts'
import type { Lineage, NodeLineage } from '../../../project/lineage/lineage.ts'
import { readLineage } from '../../../project/lineage/read.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import type { Influence } from '../../../project/sql/types.ts'
import type { Sandbox } from '../../../sandbox/types.ts'

export type Level = {
  id: string
  label: string
  /** null where it has none: an ephemeral model. */
  relation: string | null
  /** By the measure's place, the column that is passed on as this measure, or that it is made of alone. */
  columns: Map<number, string>
  /** Why the next one, nearer to the fact, may have other rows: `it filters by status`. */
  changes: string | null
}

/** `levels` begins at the raw table and ends before the origin; `why` it does not begin there. */
export type Chain = { levels: Level[]; why: string | null }

/** `columns`: the origin's, by the measure's place. */
export async function chainTo(
  sandbox: Sandbox,
  origin: string,
  columns: Map<number, string>,
): Promise<Chain> {
  const graph = only(await sandbox.after.graph(), origin)
  if (graph.source(origin) || graph.node(origin)?.resource_type === 'seed') return { levels: [], why: null }
  const relations = new Map<string, string | null>()
  const relationOf = async (id: string) => {
    const known = relations.get(id) ?? (await sandbox.after.relationOf(id, 'once').catch(() => null))
    relations.set(id, known)
    return known
  }
  const engine = await sandbox.after.engine()
  const { lineage } = await readLineage({
    graph,
    dbtDir: await sandbox.after.dir(),
    adapter: sandbox.adapter,
    compile: engine.compile,
    columns: async (ids) => {
      const found = (await Promise.all(ids.map(relationOf))).map((relation) => relation ?? '')
      const there = found.filter((relation) => relation !== '')
      const answers = await sandbox.columns(there)
      const names = found.map((relation) => {
        const answer = answers[there.indexOf(relation)]
        return answer && !('error' in answer) ? answer.map((c) => c.name) : null
      })
      return { byId: new Map(ids.map((id, i) => [id, names[i] ?? null])), problem: null }
    },
  })
  const { levels, why } = walk(graph, lineage, origin, columns)
  for (const level of levels) level.relation = await relationOf(level.id)
  return { levels, why }
}

/** A project of this node and what it reads, near or far: a large one is not read for it. */
function only({ manifest, ancestors }: ProjectGraph, origin: string): ProjectGraph {
  const wanted = new Set([origin, ...ancestors([origin])])
  const kept = <T>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => wanted.has(id)))
  return projectGraph({ ...manifest, nodes: kept(manifest.nodes), sources: kept(manifest.sources) })
}

/** Up from the origin, as long as rows come from one relation. Relations are not filled in. */
export function walk(
  graph: ProjectGraph,
  lineage: Lineage,
  origin: string,
  columns: Map<number, string>,
): Chain {
  const levels: Level[] = []
  const seen = new Set([origin])
  let [at, held] = [origin, columns]
  for (let of = lineage.node(at); of; of = lineage.node(at)) {
    const label = graph.label(at)
    if (of.unread !== null) return { levels, why: `${label} cannot be read: ${of.unread}` }
    const reads = [...new Set(of.reads)]
    const [next] = reads
    if (next === undefined || seen.has(next)) return { levels, why: `${label} reads no relation` }
    if (reads.length > 1)
      return { levels, why: `the rows of ${label} come from ${list(reads.map(graph.label), 4)}` }
    if (!graph.node(next) && !graph.source(next))
      return { levels, why: `${label} reads ${next}, which is not in the project` }
    seen.add(next)
    held = heldIn(of, held, next, lineage.adapter)
    levels.unshift({
      id: next,
      label: graph.label(next),
      relation: null,
      columns: held,
      changes: changesIn(of),
    })
    at = next
  }
  return { levels, why: null }
}

/** The columns of `from` that these outputs are made of, each of one alone. */
function heldIn(
  of: NodeLineage,
  columns: Map<number, string>,
  from: string,
  adapter: string,
): Map<number, string> {
  const held = new Map<number, string>()
  for (const [i, column] of columns) {
    const output = of.outputs.find(
      (o) => o.name !== null && keyOfStored(o.name, adapter) === keyOfStored(column, adapter),
    )
    const [value] = output?.value ?? []
    if (output?.value.length === 1 && output.unknown.length === 0 && value?.table === from)
      held.set(i, value.column)
  }
  return held
}

const WORDS: Partial<Record<Influence, string>> = {
  filter: 'filters by',
  distinct: 'takes equal rows for one by',
  group: 'groups by',
  join: 'joins by',
  limit: 'takes so many rows by',
}

/** What in its SQL decides how many rows there are; null where nothing does. */
function changesIn({ rows, rowsUnknown }: NodeLineage): string | null {
  const words = Object.entries(WORDS).flatMap(([how, verb]) => {
    const names = [...new Set(rows.filter((r) => r.how === how).map((r) => r.column))]
    return names.length > 0 ? [`${verb} ${list(names, 3)}`] : []
  })
  if (words.length > 0) return `it ${list(words)}`
  return rowsUnknown.length > 0 ? 'not all of its SQL could be read' : null
}
