/** A new item in a select list of the file, in the way that its neighbours are laid out. */
import type { TextEdit } from '../../changes/edits.ts'
import { eolOf } from '../sql-file.ts'

const REST = /^[^\S\n]*(?:,[^\S\n]*)?(?:(?:--|\{#|\/\*)[^\n]*?)?(?=\r?\n|$)/

/**
 * Behind an item that ends at `end` and begins at `start`. Where each item has a line of its own, so has the new one,
 * below the comment on its neighbour's line; else it stands in the same line.
 */
export function inserted(
  raw: string,
  { start, end }: { start: number; end: number },
  item: string,
): TextEdit[] {
  const lineStart = raw.lastIndexOf('\n', start - 1) + 1
  const before = raw.slice(lineStart, start)
  const isLeading = /^[^\S\n]*,[^\S\n]*$/.test(before)
  const rest = REST.exec(raw.slice(end))?.[0]
  const ownLine = (before.trim() === '' || isLeading) && rest !== undefined
  if (!ownLine) return [{ start: end, end, text: `, ${item}` }]
  const margin = /^\s*/.exec(before)?.[0] ?? ''
  const eol = eolOf(raw)
  const below = end + rest.length
  if (isLeading || startsWithComma(raw, below)) {
    const comma = isLeading ? (/,\s*$/.exec(before)?.[0] ?? ', ') : ', '
    return [{ start: below, end: below, text: `${eol}${margin}${comma}${item}` }]
  }
  const isLast = !/^[^\S\n]*,/.test(rest)
  if (!isLast) return [{ start: below, end: below, text: `${eol}${margin}${item},` }]
  return [
    { start: end, end, text: ',' },
    { start: below, end: below, text: `${eol}${margin}${item}` },
  ]
}

/** The next line brings the comma: this item is the first of a list with leading commas. */
function startsWithComma(raw: string, at: number): boolean {
  return /^\s*,/.test(raw.slice(at))
}
