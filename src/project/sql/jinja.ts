/** Splits a raw file into literal text and Jinja, by the rules of Jinja's own lexer as dbt sets it up. */

export type Span = { start: number; end: number }

/** Offsets are UTF-16 units of the text, `end` is behind the last one. */
export type JinjaSegment =
  | ({ kind: 'text' } & Span)
  | ({ kind: 'expression' | 'statement' | 'comment' } & Tag)
  /** `{% raw %}...{% endraw %}`: `inner` is the text between them; `trimInner` says which of its sides are trimmed. */
  | ({ kind: 'raw'; trimInner: { start: boolean; end: boolean } } & Tag)

/** `inner` is what stands between the delimiters and their signs. */
type Tag = Span & { inner: Span; trimBefore: boolean; trimAfter: boolean }

export type Unclosed = { unclosed: 'expression' | 'statement' | 'comment' | 'raw'; start: number }

type TagKind = 'expression' | 'statement' | 'comment'

/** Python's whitespace, which is not JavaScript's: dbt and Jinja strip by it. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const RAW_BEGIN = new RegExp(`\\{%([-+]?)[${SPACE}]*raw[${SPACE}]*(-?)%\\}`, 'y')
const RAW_END = new RegExp(`\\{%([-+]?)[${SPACE}]*endraw[${SPACE}]*([-+]?)%\\}`, 'g')
const OPENING = /\{[{%#]/g
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y
const KINDS: Record<string, TagKind> = { '{{': 'expression', '{%': 'statement', '{#': 'comment' }

/** The segments, joined, are the text again. `unclosed` where a tag, a comment or a raw block has no end. */
export function splitJinja(text: string): JinjaSegment[] | Unclosed {
  const segments: JinjaSegment[] = []
  let at = 0
  while (at < text.length) {
    OPENING.lastIndex = at
    const opening = OPENING.exec(text)
    const start = opening?.index ?? text.length
    if (start > at) segments.push({ kind: 'text', start: at, end: start })
    if (!opening) break
    const tag = rawBlock(text, start) ?? tagAt(text, start, KINDS[opening[0]] ?? 'expression')
    if ('unclosed' in tag) return tag
    segments.push(tag)
    at = tag.end
  }
  return segments
}

function rawBlock(text: string, start: number): JinjaSegment | Unclosed | null {
  RAW_BEGIN.lastIndex = start
  const begin = RAW_BEGIN.exec(text)
  if (!begin) return null
  RAW_END.lastIndex = RAW_BEGIN.lastIndex
  const end = RAW_END.exec(text)
  if (!end) return { unclosed: 'raw', start }
  return {
    kind: 'raw',
    start,
    end: RAW_END.lastIndex,
    inner: { start: start + begin[0].length, end: end.index },
    trimBefore: begin[1] === '-',
    trimInner: { start: begin[2] === '-', end: end[1] === '-' },
    trimAfter: end[2] === '-',
  }
}

function tagAt(text: string, start: number, kind: TagKind): JinjaSegment | Unclosed {
  const sign = text[start + 2] === '-' || text[start + 2] === '+' ? text[start + 2] : ''
  const from = start + 2 + (sign ? 1 : 0)
  const close = kind === 'comment' ? closeOfComment(text, from) : closeOfCode(text, from, kind)
  if (!close) return { unclosed: kind, start }
  return {
    kind,
    start,
    end: close.end,
    inner: { start: from, end: close.start },
    trimBefore: sign === '-',
    trimAfter: text[close.start] === '-',
  }
}

function closeOfComment(text: string, from: number): Span | null {
  const at = text.indexOf('#}', from)
  if (at < 0) return null
  const signed = at > from && (text[at - 1] === '-' || text[at - 1] === '+')
  return { start: signed ? at - 1 : at, end: at + 2 }
}

/** The end of an expression or a statement: not one that stands in a string, or inside brackets. */
function closeOfCode(text: string, from: number, kind: TagKind): Span | null {
  const closing = kind === 'expression' ? /-?\}\}/y : /[-+]?%\}/y
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (depth === 0) {
      closing.lastIndex = at
      if (closing.test(text)) return { start: at, end: closing.lastIndex }
    }
    const char = text[at] ?? ''
    if (char === "'" || char === '"') {
      STRING.lastIndex = at
      if (!STRING.test(text)) return null
      at = STRING.lastIndex - 1
    } else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth = Math.max(0, depth - 1)
  }
  return null
}

/** The code of a tag with what stands in strings made blank, so that its brackets and signs can be read. */
export function withoutStrings(code: string): string {
  return code.replace(new RegExp(STRING.source, 'g'), (found) => '_'.repeat(found.length))
}

/** A piece of the file as it takes part in rendering: text with whitespace control done, or a tag. */
export type Piece = ({ kind: 'text' } & Span) | Exclude<JinjaSegment, { kind: 'text' | 'comment' | 'raw' }>

const LEADING = new RegExp(`^[${SPACE}]+`)
const TRAILING = new RegExp(`[${SPACE}]+$`)

/**
 * What dbt renders of a file: it strips the file, leaves out comments and the last line break, and trims
 * text at tags with `-`. Offsets are those of the whole file; `within` is the part that is rendered.
 */
export function renderedPieces(text: string, within: Span = strippedSpan(text)): Piece[] | Unclosed {
  const { start, end } = withoutLastBreak(text, within)
  const source = text.slice(start, end)
  const segments = splitJinja(source)
  if ('unclosed' in segments) return { ...segments, start: segments.start + start }
  return segments.flatMap((segment, i): Piece[] => {
    if (segment.kind === 'comment') return []
    if (segment.kind === 'expression' || segment.kind === 'statement') return [moved(segment, start)]
    const span =
      segment.kind === 'raw'
        ? trimmed(source, segment.inner, segment.trimInner.start, segment.trimInner.end)
        : trimmed(source, segment, trims(segments[i - 1], 'trimAfter'), trims(segments[i + 1], 'trimBefore'))
    return span.end > span.start ? [{ kind: 'text', start: span.start + start, end: span.end + start }] : []
  })
}

function withoutLastBreak(text: string, { start, end }: Span): Span {
  const last = /(?:\r\n|\r|\n)$/.exec(text.slice(start, end))?.[0].length ?? 0
  return { start, end: end - last }
}

function trims(tag: JinjaSegment | undefined, side: 'trimBefore' | 'trimAfter'): boolean {
  return tag !== undefined && tag.kind !== 'text' && tag[side]
}

function trimmed(text: string, { start, end }: Span, atStart: boolean, atEnd: boolean): Span {
  const whole = text.slice(start, end)
  const from = atStart ? (LEADING.exec(whole)?.[0].length ?? 0) : 0
  const rest = whole.slice(from)
  const to = atEnd ? rest.length - (TRAILING.exec(rest)?.[0].length ?? 0) : rest.length
  return { start: start + from, end: start + from + to }
}

/** What is left of a file when dbt has read it. */
export function strippedSpan(text: string): Span {
  return trimmed(text, { start: 0, end: text.length }, true, true)
}

type CodeTag = Exclude<Piece, { kind: 'text' }>

function moved(tag: CodeTag, by: number): CodeTag {
  const inner = { start: tag.inner.start + by, end: tag.inner.end + by }
  return { ...tag, start: tag.start + by, end: tag.end + by, inner }
}
