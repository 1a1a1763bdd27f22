import { contentOf, type Line, linesOf } from './lines.ts'

/**
 * Finds headings and list items in Markdown without ever printing it back: every place is an offset into
 * the text. Follows CommonMark as far as it decides what is a heading or an item and what merely looks
 * like one: code fences, indented code, quotes, HTML comments, nested lists, lazy continuation.
 *
 * One deviation on purpose: a fence or comment that is never closed is taken for plain text, since else
 * all that follows, the log included, would be hidden by a slip.
 */
export type Heading = { line: number; next: number; level: number; raw: string; text: string }

/** A list item; `mark` is what stands between its brackets, when it has any. `depth` counts from 1. */
export type Item = {
  line: number
  depth: number
  mark: { start: number; end: number } | undefined
  done: boolean
  text: string[]
}

export type Scan = {
  lines: Line[]
  headings: Heading[]
  items: Item[]
  /** Per line, whether it belongs to a list. */
  inList: boolean[]
  /** Lines that open a fence which nothing closes. */
  unclosed: number[]
}

type Fence = { kind: string; length: number; container: number; line: number }
type Container = { content: number; item: Item; open: boolean; blanks: number }
type Paragraph = { line: number; depth: number }

type State = {
  text: string
  scan: Scan
  dead: readonly Fence[]
  stack: Container[]
  fence: Fence | undefined
  /** An HTML comment, the offset at which it ends, and the column left of which its list ends. */
  comment: { end: number; container: number } | undefined
  /** Nothing further down ends a comment. */
  noCommentEnd: boolean
  paragraph: Paragraph | undefined
}

/** Scans the text from the offset `from`, which must be the start of a line. */
export function scanMarkdown(text: string, from = 0): Scan {
  const lines = linesOf(text)
  const dead: Fence[] = []
  for (;;) {
    const scan: Scan = { lines, headings: [], items: [], inList: [], unclosed: dead.map((f) => f.line) }
    const state: State = {
      text,
      scan,
      dead,
      stack: [],
      fence: undefined,
      comment: undefined,
      noCommentEnd: false,
      paragraph: undefined,
    }
    for (const [index, line] of lines.entries()) {
      if (line.start >= from) scanLine(state, index, contentOf(text, line))
      scan.inList[index] = state.stack.length > 0
    }
    // A fence inside a list ends with the list; one at the left edge would have to be closed.
    if (!state.fence || state.fence.container > 0) return scan
    dead.push(state.fence)
  }
}

function scanLine(state: State, index: number, content: string): void {
  const place = skipIndent(content, 0, 0)
  const isBlank = place.at === content.length
  if (state.comment && staysInComment(state, state.comment, index, place, isBlank)) return
  if (state.fence && staysInFence(state, state.fence, content, place, isBlank)) return
  if (isBlank) scanBlank(state)
  else scanContent(state, index, content, place)
}

function staysInComment(
  state: State,
  comment: { end: number; container: number },
  index: number,
  place: Place,
  isBlank: boolean,
): boolean {
  const start = state.scan.lines[index]?.start ?? 0
  if (start < comment.end && (isBlank || place.column >= comment.container)) return true
  state.comment = undefined
  return false
}

function staysInFence(state: State, fence: Fence, content: string, place: Place, isBlank: boolean): boolean {
  if (isBlank) return true
  const indent = place.column - fence.container
  if (indent < 0) {
    state.fence = undefined
    return false
  }
  const run = runOf(content, place.at, fence.kind)
  const closes = indent < 4 && run >= fence.length && content.slice(place.at + run).trim() === ''
  if (closes) state.fence = undefined
  return true
}

function scanBlank(state: State): void {
  state.paragraph = undefined
  const top = state.stack.at(-1)
  if (top) top.blanks++
}

/** What a line is once the lists that it stands in are known; a list item's content is looked at again. */
function scanContent(state: State, index: number, content: string, first: Place): void {
  let place = first
  let depth = 0
  while ((state.stack[depth]?.content ?? Number.POSITIVE_INFINITY) <= place.column) depth++
  for (;;) {
    const base = depth === 0 ? 0 : (state.stack[depth - 1]?.content ?? 0)
    if (place.column - base >= 4) break
    const rest = content.slice(place.at)
    if (isUnderline(state, rest, depth)) {
      endSetextHeading(state, index, rest)
      return
    }
    const marker = markerOf(state, rest, depth)
    if (marker === undefined) {
      if (scanLeaf(state, index, rest, depth, base)) return
      break
    }
    const item = openItem(state, index, content, place, marker, depth)
    if (!item) return
    place = item
    depth++
  }
  addText(state, index, content, place, depth)
}

/** A list marker. In the middle of a paragraph an empty item or a number other than 1 is plain text. */
function markerOf(state: State, rest: string, depth: number): string | undefined {
  const marker = isRule(rest) ? undefined : /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/.exec(rest)?.[0]
  if (marker === undefined || !isInParagraph(state, depth)) return marker
  const isEmpty = rest.slice(marker.length).trim() === ''
  return isEmpty || (/^\d/.test(marker) && Number.parseInt(marker, 10) !== 1) ? undefined : marker
}

/** Whether the line would go on with the paragraph above it if it is nothing else. */
function isInParagraph(state: State, depth: number): boolean {
  return state.paragraph?.depth === depth && state.stack.length === depth
}

/** Opens a list item; returns where its content goes on, or undefined when the line is used up. */
function openItem(
  state: State,
  index: number,
  content: string,
  place: Place,
  marker: string,
  depth: number,
): Place | undefined {
  leaveTo(state, depth)
  const after = { at: place.at + marker.length, column: place.column + marker.length }
  const next = skipIndent(content, after.at, after.column)
  const isEmpty = next.at === content.length
  const isWide = next.column - after.column > 4
  const column = isEmpty || isWide ? after.column + 1 : next.column
  const lineStart = state.scan.lines[index]?.start ?? 0
  const box = /^\[(|[ \t]|[xX]|[^\]\w\s]\ufe0f?)\](?=[ \t]|$)/u.exec(content.slice(next.at))
  const start = lineStart + next.at + 1
  const item: Item = {
    line: index,
    depth: depth + 1,
    mark: box && !isWide ? { start, end: start + (box[1]?.length ?? 0) } : undefined,
    done: /^[xX✅✔✓☑]/u.test(box?.[1] ?? ''),
    text: [],
  }
  state.scan.items.push(item)
  state.stack.push({ content: column, item, open: true, blanks: 0 })
  if (!item.mark) return isEmpty ? undefined : next
  item.text.push(content.slice(next.at + (box?.[0].length ?? 0)).trim())
  state.paragraph = { line: index, depth: depth + 1 }
  return undefined
}

/** Headings, rules, fences, quotes and HTML comments. */
function scanLeaf(state: State, index: number, rest: string, depth: number, base: number): boolean {
  const opensFence = fenceOf(state, index, rest, base)
  const end = opensFence ? 0 : commentEnd(state, index, rest)
  const hashes = /^#{1,6}(?=[ \t]|$)/.exec(rest)?.[0].length ?? 0
  if (!opensFence && !end && hashes === 0 && !rest.startsWith('>') && !isRule(rest)) return false
  leaveTo(state, depth)
  state.fence = opensFence
  state.comment = end ? { end, container: base } : undefined
  if (hashes > 0 && depth === 0) {
    const raw = rest.slice(hashes).trim()
    addHeading(state, { line: index, next: index + 1, level: hashes, raw })
  }
  return true
}

function fenceOf(state: State, index: number, rest: string, container: number): Fence | undefined {
  const fence = /^(?:(`{3,})[^`]*|(~{3,}).*)$/s.exec(rest)
  const run = fence?.[1] ?? fence?.[2]
  if (!run) return undefined
  const kind = run.charAt(0)
  const isDead = state.dead.some((d) => d.kind === kind && d.line <= index && d.length <= run.length)
  return isDead ? undefined : { kind, length: run.length, container, line: index }
}

/** The offset at which an HTML comment ends that starts here, or 0. Our own marks never end another's. */
function commentEnd(state: State, index: number, rest: string): number {
  const line = state.scan.lines[index]
  if (!rest.startsWith('<!--') || !line || state.noCommentEnd) return 0
  const end = /(?<!<!-- once \S+ )-->/g
  end.lastIndex = line.end - rest.length + 2
  const found = end.exec(state.text)
  state.noCommentEnd = found === null
  return found ? end.lastIndex : 0
}

function isRule(rest: string): boolean {
  return /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(rest)
}

/** Whether the line turns the paragraph above it into a heading. */
function isUnderline(state: State, rest: string, depth: number): boolean {
  return isInParagraph(state, depth) && /^(?:=+|-+)[ \t]*$/.test(rest)
}

function endSetextHeading(state: State, index: number, rest: string): void {
  const paragraph = state.paragraph
  state.paragraph = undefined
  if (!paragraph || paragraph.depth > 0) return
  const lines = state.scan.lines.slice(paragraph.line, index)
  const raw = lines.map((line) => contentOf(state.text, line).trim()).join(' ')
  addHeading(state, { line: paragraph.line, next: index + 1, level: rest.startsWith('=') ? 1 : 2, raw })
}

function addHeading(state: State, heading: Omit<Heading, 'text'>): void {
  state.scan.headings.push({ ...heading, text: heading.raw.replace(/(?:^|[ \t])#+$/, '').trim() })
}

/** Plain text and indented code: part of the list item that it stands in, if any. */
function addText(state: State, index: number, content: string, place: Place, depth: number): void {
  const isLazy = state.paragraph !== undefined && depth < state.stack.length
  if (!isLazy) state.stack.length = depth
  const top = state.stack.at(-1)
  const isCode = !state.paragraph && place.column - (top?.content ?? 0) >= 4
  if (!isCode) state.paragraph ??= { line: index, depth: state.stack.length }
  if (!top?.open) return
  while (top.blanks > 0 && top.item.text.length > 0) {
    top.item.text.push('')
    top.blanks--
  }
  top.blanks = 0
  const from = top.item.line === index || isLazy ? place.at : skipTo(content, top.content)
  top.item.text.push(content.slice(from).trimEnd())
}

/** Leaves the lists deeper than `depth`; what follows is no plain text of the item that is left over. */
function leaveTo(state: State, depth: number): void {
  state.stack.length = Math.min(state.stack.length, depth)
  state.paragraph = undefined
  const top = state.stack.at(-1)
  if (top) top.open = false
}

type Place = { at: number; column: number }

function skipIndent(content: string, at: number, column: number): Place {
  const place = { at, column }
  for (; content[place.at] === ' ' || content[place.at] === '\t'; place.at++) {
    place.column += content[place.at] === '\t' ? 4 - (place.column % 4) : 1
  }
  return place
}

function skipTo(content: string, column: number): number {
  let at = 0
  for (let seen = 0; seen < column && (content[at] === ' ' || content[at] === '\t'); at++) {
    seen += content[at] === '\t' ? 4 - (seen % 4) : 1
  }
  return at
}

function runOf(content: string, at: number, character: string): number {
  let end = at
  while (content[end] === character) end++
  return end - at
}
