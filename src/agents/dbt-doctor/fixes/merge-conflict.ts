/** A merge that was left half way: both sides are somebody's work, so a person says which one stays. */
import type { Candidate, Fixer } from '../types.ts'
import { propose } from './propose.ts'
import { lineOf } from './select-lists.ts'

/** Ours, what both came from (where git shows it), theirs; with the names that git gives them. */
const CONFLICT =
  /^<{7} ?([^\r\n]*)\r?\n([\s\S]*?)(?:^\|{7}[^\n]*\n[\s\S]*?)?^={7}\r?\n([\s\S]*?)^>{7} ?([^\r\n]*)(?:\r?\n|$)/gm

export const mergeConflict: Fixer = {
  id: 'merge-conflict',
  classes: ['*'],
  find: async (failure, context) => {
    const { file } = failure
    const text = file === null ? '' : await context.read(file).catch(() => '')
    const [first] = text.matchAll(CONFLICT)
    if (file === null || !first) return []
    failure.written = { file, line: lineOf(text, first.index) }
    const [, ours = '', , , theirs = ''] = first
    const sides = [
      { name: ours, kept: text.replace(CONFLICT, '$2') },
      { name: theirs, kept: text.replace(CONFLICT, '$3') },
    ]
    const found: Candidate[] = []
    for (const { name, kept } of sides)
      found.push(
        ...(await propose(context, {
          title: `Keep what ${name || 'this side'} has in ${file}`,
          because: ['a merge was left half way: both sides stand in the file, between the marks of git'],
          score: 80,
          texts: { [file]: kept },
        })),
      )
    return found.map((f) => ({
      ...f,
      asks: "Both sides of the merge are somebody's work. Which of them stays is for you to say:",
    }))
  },
}

export const isInConflict = (text: string) => text.search(CONFLICT) >= 0
