/** Whole lines of a text: where a block ends, which comments belong to it, and how lines are put in and taken out. */
import { columnOf } from './style.ts'

export type Splice = { start: number; end: number; text: string }

export function spliced(text: string, splices: Splice[]): string {
  const ordered = [...splices].sort((a, b) => b.start - a.start)
  return ordered.reduce((out, s) => out.slice(0, s.start) + s.text + out.slice(s.end), text)
}

export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return start === 0 && text.startsWith('\ufeff') ? 1 : start
}

/** The end of the line, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const next = text.indexOf('\n', offset)
  if (next === -1) return text.length
  return text[next - 1] === '\r' && next > offset ? next - 1 : next
}

function nextLine(text: string, offset: number): number | null {
  const next = text.indexOf('\n', offset)
  return next === -1 || next + 1 >= text.length ? null : next + 1
}

const COMMENT = /^([ \t]*)#/

/** The end of a block whose last word ends at `end`: its line, and the comments below that stand right of `column`. */
export function blockEnd(text: string, end: number, column: number): number {
  let at = lineEnd(text, end)
  for (let next = nextLine(text, at); next !== null; next = nextLine(text, next)) {
    const line = text.slice(next, lineEnd(text, next))
    if (line.trim() === '') continue
    const margin = COMMENT.exec(line)?.[1]
    if (margin === undefined || margin.length <= column) break
    at = lineEnd(text, next)
  }
  return at
}

/** The start of the line of an entry at `offset`, or of the comments right above it that stand in its column. */
export function blockStart(text: string, offset: number): number {
  let at = lineStart(text, offset)
  const column = columnOf(text, offset)
  while (at > 0 && text[at - 1] === '\n') {
    const above = lineStart(text, at - 1)
    const comment = COMMENT.exec(text.slice(above, lineEnd(text, above)))
    if (!comment || comment[1]?.length !== column) break
    at = above
  }
  return at
}

/** How many blank lines are above the line that starts at `start`. */
export function blanksAbove(text: string, start: number): number {
  let n = 0
  for (let at = start; at > 0 && text[at - 1] === '\n'; n += 1) {
    const above = lineStart(text, at - 1)
    if (text.slice(above, at).trim() !== '') return n
    at = above
    if (above === 0) return n + 1
  }
  return n
}

/** Puts lines below the line that ends at `end`. */
export function insertBelow(end: number, lines: string[], eol: string): Splice {
  return { start: end, end, text: lines.map((line) => eol + line).join('') }
}

/**
 * Takes out the lines from `start` to `end`, and the blank lines above them: what is below stays where it is.
 * Where they begin their list or their file, it is the blank lines below that go.
 */
export function cutLines(text: string, start: number, end: number, isFirst: boolean): Splice {
  const above = text
    .slice(0, start)
    .replace(/^\ufeff/, '')
    .trimEnd()
  const next = nextLine(text, end)
  if (above !== '' && (!isFirst || next === null))
    return { start: Math.min(lineEnd(text, text.slice(0, start).trimEnd().length), start), end, text: '' }
  if (next === null) return { start, end: text.length, text: '' }
  const blank = /^(?:[ \t]*\r?\n)*/.exec(text.slice(next))?.[0].length ?? 0
  return { start, end: next + blank, text: '' }
}
