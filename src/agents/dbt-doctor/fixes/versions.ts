/** What a file was before its last changes, the latest first. */
import type { FixContext } from '../types.ts'

/** `when`: `that is not committed`, `in 4c1f2ab (clean up names)`. */
export type Version = { text: string; when: string }

export async function earlierTexts(
  path: string,
  { git, read }: Pick<FixContext, 'git' | 'read'>,
  most = 3,
): Promise<Version[]> {
  const now = await read(path).catch(() => null)
  if (!git || now === null) return []
  const committed = await git.committed(path)
  const commits = await git.log(path, most)
  const before = await Promise.all(
    commits.map(async (c) => ({
      text: await git.before(c.hash, path),
      when: `in ${c.hash} (${c.subject})`,
    })),
  )
  return [{ text: committed, when: 'that is not committed' }, ...before].flatMap(({ text, when }) =>
    text === null || text === now ? [] : [{ text, when }],
  )
}
