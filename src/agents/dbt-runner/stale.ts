/** What shows old data, and because of what: a question to the graph and the build history. */
import type { Command } from '../../core/outcome.ts'
import { list, shellQuote } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'

const MOST = 6

/** Tables outside the selection that read what was just built: they now lag behind it. */
export function staleOutside(
  graph: ProjectGraph,
  built: string[],
  inSelection: string[],
): { lines: string[]; next: Command[] } {
  const selected = new Set(inSelection)
  // A view that was made again shows the same rows as before.
  const rebuilt = new Set(built.filter((id) => graph.isBuilt(id) && holdsRows(graph, id)))
  const stale = graph
    .descendants(rebuilt)
    .filter((id) => graph.isBuilt(id) && !selected.has(id) && holdsRows(graph, id))
  if (stale.length === 0) return { lines: [], next: [] }
  const because = graph
    .ancestors(stale)
    .filter((id) => rebuilt.has(id) && graph.children(id).some((c) => stale.includes(c)))
  // Few are named one by one; of many, all that is below what was built.
  const select = stale.length <= MOST ? stale.map(graph.label) : because.map((id) => `${graph.label(id)}+`)
  return {
    lines: [
      `Not in this selection, and older now than what it reads (${list(because.map(graph.label), 3)}): ${list(stale.map(graph.label), MOST)}.`,
    ],
    next: [
      {
        command: `martsmith pipeline --select ${shellQuote(select.join(' '))}`,
        why: 'brings those up to date too',
      },
    ],
  }
}

/** A view or an ephemeral model shows what is below it; only what holds rows can be old. */
export function holdsRows(graph: ProjectGraph, id: string): boolean {
  const materialized = graph.node(id)?.config?.materialized ?? ''
  return materialized !== 'view' && materialized !== 'ephemeral'
}
