/** Lines of a text by their offsets, so that an edit can leave every other byte as it is. */

/** `end` is where the line's content ends; `eol` follows it and is empty only at the end of the text. */
export type Line = { start: number; end: number; eol: string }

export function linesOf(text: string): Line[] {
  const lines: Line[] = []
  const ends = /\r\n|\n|\r/g
  let start = 0
  for (let match = ends.exec(text); match; match = ends.exec(text)) {
    lines.push({ start, end: match.index, eol: match[0] })
    start = ends.lastIndex
  }
  if (start < text.length) lines.push({ start, end: text.length, eol: '' })
  return lines
}

export function contentOf(text: string, line: Line): string {
  return text.slice(line.start, line.end)
}

/** The line end in use at `index`: of that line or the nearest one before it that has one. */
export function eolAt(lines: readonly Line[], index: number): string {
  for (let at = Math.min(index, lines.length - 1); at >= 0; at--) {
    const eol = lines[at]?.eol
    if (eol) return eol
  }
  return '\n'
}

/** The number, from 1, of the line in which `offset` lies. */
export function lineNumberAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length
}

export type Edit = { start: number; end: number; insert: string }

/** Applies edits that do not overlap; of two at one place the earlier in the list comes first. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((a, b) => a.start - b.start)
  const parts: string[] = []
  let at = 0
  for (const edit of inOrder) {
    parts.push(text.slice(at, edit.start), edit.insert)
    at = edit.end
  }
  parts.push(text.slice(at))
  return parts.join('')
}

/**
 * Puts whole lines behind line `index`. They come before that line's own line end, so that a text without a
 * final line end keeps being one.
 */
export function insertAfter(lines: readonly Line[], index: number, content: readonly string[]): Edit {
  const eol = eolAt(lines, index)
  const at = lines[index]?.end ?? 0
  return { start: at, end: at, insert: content.map((line) => eol + line).join('') }
}
