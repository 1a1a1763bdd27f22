/** Fixes for data that is born wrong: what was seen at the culprit, and what its file was before its last changes. */
import { applyEdits, collectChanges } from '../../../changes/index.ts'
import { fileOf } from '../fixes/files.ts'
import { earlierTexts } from '../fixes/versions.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { quarantined } from './quarantine.ts'

export const data: Fixer = {
  id: 'data',
  classes: ['T01', 'T02', 'S01'],
  find: async (failure, context) => {
    const { trace } = failure
    if (!trace) return ofModels(failure, context)
    const found = trace.quarantine ? await quarantined(trace.quarantine, context) : []
    if (trace.culprit.born === 'source') return found
    for (const { title: said, because, score, edits, asks } of trace.ideas) {
      const title = said.replace(/\s+/g, ' ')
      const files = collectChanges(context.place)
      for (const path of new Set(edits.map((e) => e.file))) {
        const text = await context.read(path).catch(() => null)
        if (text === null || !context.files.includes(path)) continue
        await files.write(
          path,
          applyEdits(
            text,
            edits.filter((e) => e.file === path),
            path,
          ),
        )
      }
      const changes = await files.changeSet(title)
      if (changes.changes.length > 0)
        found.push({ title, because, score, changes, ...(asks ? { asks } : {}) })
    }
    return [...found, ...(await earlier(trace.culprit.file, context))]
  },
}

/** So many of the models that a test reads are looked at, where nothing tells in which the rows are born. */
const MOST_MODELS = 3

async function ofModels({ class: of, nodes }: Failure, context: FixContext): Promise<Candidate[]> {
  const { graph, place } = context
  if (of?.id !== 'T01' || !graph) return []
  const read = nodes.flatMap((id) => graph.parents(id)).filter((id) => graph.isBuilt(id))
  const paths = [...new Set(read)].flatMap((id) => {
    const node = graph.node(id)
    return node ? [fileOf(node, place)] : []
  })
  const found = await Promise.all(paths.slice(0, MOST_MODELS).map((path) => earlier(path, context)))
  // Nothing but the test's passing speaks for them.
  return found.flat().map((c) => ({ ...c, score: c.score - 14 }))
}

/** A file as it was before each of its last changes. */
async function earlier(path: string | null, context: FixContext): Promise<Candidate[]> {
  if (!path?.endsWith('.sql') || !context.files.includes(path)) return []
  const found: Candidate[] = []
  for (const [i, { text, when }] of (await earlierTexts(path, context)).entries()) {
    const changed = collectChanges(context.place)
    await changed.write(path, text)
    const changes = await changed.changeSet(`Take back the change of ${path} ${when}`)
    found.push({
      title: changes.title,
      because: [`the rows are made in ${path}, which was changed ${when}`],
      score: 62 - 8 * i,
      changes,
      takesBack: true,
    })
  }
  return found
}
