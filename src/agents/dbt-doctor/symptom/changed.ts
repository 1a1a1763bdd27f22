/** Which of the steps that could make a symptom were changed lately: what stood so for long is hardly to blame. */
import type { GitHistory } from '../../../adapters/git/history.ts'
import { hunksBetween } from '../../../changes/diff.ts'
import type { Suspect } from './drops.ts'

/** So much it says against a step that its line came with the last change of its file. */
const LATELY = 35
/** Below it a step lets rows fall out as it is most likely meant to. */
const USUAL = 40

/** The most suspicious first. `read`: the text of a file as it is. */
export async function withChanges(
  suspects: Suspect[],
  git: GitHistory | null,
  read: (path: string) => Promise<string>,
): Promise<Suspect[]> {
  if (!git) return suspects
  const weighed = await Promise.all(
    suspects.map(async (one) => {
      const when = one.weight <= USUAL ? await changedIn(one, git, read) : null
      if (when === null) return one
      const evidence = [`That line came with the last change of ${one.culprit.file}: ${when}.`]
      const culprit = { ...one.culprit, evidence: [...evidence, ...one.culprit.evidence] }
      return { ...one, culprit, weight: one.weight + LATELY }
    }),
  )
  return weighed.sort((a, b) => b.weight - a.weight)
}

/** Rows fall out in them, and nothing says that they should not. */
export const areUsual = (suspects: Suspect[]) => suspects.every((s) => s.weight <= USUAL)

async function changedIn(
  { culprit: { file, line } }: Suspect,
  git: GitHistory,
  read: (path: string) => Promise<string>,
): Promise<string | null> {
  if (!file || line === null) return null
  const now = await read(file).catch(() => null)
  if (now === null) return null
  const committed = await git.committed(file)
  const [commit] = await git.log(file, 1)
  const isFresh = committed !== null && committed !== now
  const before = isFresh ? committed : commit ? await git.before(commit.hash, file) : null
  if (before === null) return null
  const isThere = hunksBetween(before, now, 0).some(
    (h) => line >= h.newStart && line < h.newStart + Math.max(1, h.newLines),
  )
  if (!isThere) return null
  return isFresh || !commit ? 'it is not committed' : `${commit.hash} (${commit.subject})`
}
