/** One candidate from what the files would say. */
import { collectChanges } from '../../../changes/index.ts'
import type { Candidate, FixContext } from '../types.ts'

export type Proposal = {
  title: string
  because: string[]
  score: number
  /** Whole texts by path. */
  texts: Record<string, string>
}

/** Empty where nothing would change. */
export async function propose(
  { place }: Pick<FixContext, 'place'>,
  { title: said, because, score, texts }: Proposal,
): Promise<Candidate[]> {
  // What of SQL is named in it may stand on several lines.
  const title = said.replace(/\s+/g, ' ')
  const files = collectChanges(place)
  for (const [path, text] of Object.entries(texts)) await files.write(path, text)
  const changes = await files.changeSet(title)
  return changes.changes.length > 0 ? [{ title, because, score, changes }] : []
}
