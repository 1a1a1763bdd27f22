/** Fixes for data that is born wrong: what was seen at the culprit, and what its file was before its last changes. */
import { applyEdits, collectChanges } from '../../../changes/index.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { quarantined } from './quarantine.ts'

export const data: Fixer = {
  id: 'data',
  classes: ['T01', 'T02', 'S01'],
  find: async (failure, context) => {
    const { trace } = failure
    if (!trace) return []
    if (trace.quarantine) return quarantined(trace.quarantine, context)
    if (trace.culprit.born === 'source') return []
    const found: Candidate[] = []
    for (const { title, because, score, edits } of trace.ideas) {
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
      if (changes.changes.length > 0) found.push({ title, because, score, changes })
    }
    return [...found, ...(await earlier(failure, context))]
  },
}

/** So many of the last changes of the file are taken back, each with those after it. */
const MOST_COMMITS = 3

/** The file in which the rows are born, as it was before each of its last changes. */
async function earlier({ trace }: Failure, { git, read, files, place }: FixContext): Promise<Candidate[]> {
  const path = trace?.culprit.file
  if (!git || !path?.endsWith('.sql') || !files.includes(path)) return []
  const now = await read(path).catch(() => null)
  if (now === null) return []
  const committed = await git.committed(path)
  const commits = await git.log(path, MOST_COMMITS)
  const versions = [
    ...(committed !== null && committed !== now ? [{ text: committed, when: 'that is not committed' }] : []),
    ...(await Promise.all(
      commits.map(async (c) => ({
        text: await git.before(c.hash, path),
        when: `in ${c.hash} (${c.subject})`,
      })),
    )),
  ]
  const found: Candidate[] = []
  for (const [i, { text, when }] of versions.entries()) {
    if (text === null || text === now) continue
    const changed = collectChanges(place)
    await changed.write(path, text)
    const changes = await changed.changeSet(`Take back the change of ${path} ${when}`)
    found.push({
      title: changes.title,
      because: [`the rows are born in ${path}, which was changed ${when}`],
      score: 62 - 8 * i,
      changes,
      takesBack: true,
    })
  }
  return found
}
