/** Edits of one text, as data: each says what stands there instead, by offsets of the text as it was. */
import { MartsmithError } from '../core/errors.ts'

/** UTF-16 offsets; `end` is behind the last character. `start === end`: put in there. */
export type TextEdit = { start: number; end: number; text: string }

/**
 * The text with all edits made. The same edit asked for twice is made once (a loop leads to one place many times);
 * what is put in at one place stays in the order given.
 * @throws MartsmithError `changes.conflict` with the line, where two edits want different things of the same place.
 */
export function applyEdits(text: string, edits: readonly TextEdit[], path: string): string {
  const ordered = distinct(edits).sort((a, b) => a.start - b.start || a.end - b.end)
  const parts: string[] = []
  let at = 0
  for (const { start, end, text: instead } of ordered) {
    if (start < at || end < start || end > text.length)
      throw new MartsmithError({
        code: 'changes.conflict',
        message: `${path}:${lineAt(text, start)}: two different edits are wanted at this place. Nothing was changed.`,
      })
    parts.push(text.slice(at, start), instead)
    at = end
  }
  return parts.join('') + text.slice(at)
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function distinct(edits: readonly TextEdit[]): TextEdit[] {
  return [...new Map(edits.map((e) => [`${e.start} ${e.end} ${e.text}`, e])).values()]
}
