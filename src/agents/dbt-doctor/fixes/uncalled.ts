/** A condition that names a macro and does not call it: a macro is something, so it always holds. */
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'
import { lineOf } from './select-lists.ts'

/** Macros of dbt that conditions ask; those of the project are known by the graph. */
const ASKED = ['is_incremental', 'should_full_refresh']
/** So many models are looked at, those that fail first. */
const MOST_MODELS = 10

export const uncalled: Fixer = {
  id: 'uncalled',
  classes: ['*'],
  find: async (failure, context) => {
    const { graph, place, read } = context
    if (!graph || failure.nodes.length === 0) return []
    const failing = [...failingNodes(failure, context), ...failure.nodes]
    const own = Object.values(graph.manifest.macros).map((m) => m.name)
    const known = new Set([...ASKED, ...own])
    const found: Candidate[] = []
    for (const id of [...new Set([...failing, ...graph.ancestors(failing)])].slice(0, MOST_MODELS)) {
      const node = graph.node(id)
      const path = node?.resource_type === 'model' && graph.isOwn(id) ? fileOf(node, place) : null
      const text = path?.endsWith('.sql') ? await read(path).catch(() => '') : ''
      const edits = [
        ...text.matchAll(/(\{%[-+]?\s*(?:el)?if\s+(?:not\s+)?)(\w+)(?=\s*(?:[-+]?%\}|\band\b|\bor\b))/g),
      ]
        .filter((m) => known.has(m[2] ?? ''))
        .map((m) => ({ start: m.index + m[0].length, end: m.index + m[0].length, text: '()' }))
      const [first] = edits
      if (path && first)
        found.push(
          ...(await propose(context, {
            title: `Call the macro in the condition of line ${lineOf(text, first.start)}`,
            because: ['it is named and not called: a macro is something, so the condition always holds'],
            score: 82,
            texts: { [path]: edited(text, edits, path) },
          })),
        )
    }
    return found
  },
}
