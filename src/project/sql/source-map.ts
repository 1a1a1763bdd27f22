/** Where each part of the compiled SQL stands in the raw file, and where each part of the raw file went. */
import type { Span } from './jinja.ts'

export type MapSegment =
  /** Compiled [start, end) stands verbatim in the raw file, from `raw` on. */
  | { kind: 'literal'; start: number; end: number; raw: number }
  /** Made by Jinja: by the tag at `raw`, or nobody knows by which. */
  | { kind: 'jinja'; start: number; end: number; raw: Span | null }

/** In the order of the compiled text, without gaps and without empty segments. Offsets are UTF-16 units. */
export type SourceMap = MapSegment[]

export type RawPlace =
  /** `verbatim`: nothing else stands there than what was compiled, save for line endings. */
  | { start: number; end: number; verbatim: boolean }
  /** The span lies in what this tag made. */
  | { jinja: Span }

/**
 * The place of compiled [start, end) in the raw file. A span that begins or ends in the middle of what a tag made,
 * or that goes back and forth (two rounds of a loop), has none.
 */
export function toRaw(map: SourceMap, start: number, end: number): RawPlace | null {
  const first = segmentAt(map, start, start === end)
  const last = start === end ? first : segmentAt(map, end - 1, false)
  if (first === -1 || last === -1) return null
  const [from, to] = [map[first], map[last]]
  if (!from || !to) return null
  if (first === last && from.kind === 'jinja') return from.raw && { jinja: from.raw }
  const rawStart = from.kind === 'literal' ? from.raw + (start - from.start) : edge(from, start, 'start')
  const rawEnd = to.kind === 'literal' ? to.raw + (end - to.start) : edge(to, end, 'end')
  if (rawStart === null || rawEnd === null || !isForward(map, first, last)) return null
  return { start: rawStart, end: rawEnd, verbatim: isVerbatim(map, first, last) }
}

function edge(segment: MapSegment & { kind: 'jinja' }, at: number, side: 'start' | 'end'): number | null {
  return segment[side] === at && segment.raw ? segment.raw[side] : null
}

/** An empty span between two segments belongs to the one that is text, else to the one before it. */
function segmentAt(map: SourceMap, at: number, empty: boolean): number {
  let [low, high] = [0, map.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((map[middle]?.end ?? 0) > at) high = middle
    else low = middle + 1
  }
  const found = map[low]
  if (!found || at < found.start || at > found.end || (at === found.end && !empty)) return -1
  const before = map[low - 1]
  return empty && at === found.start && before && found.kind === 'jinja' ? low - 1 : low
}

function rawSpan(segment: MapSegment): Span | null {
  if (segment.kind === 'jinja') return segment.raw
  return { start: segment.raw, end: segment.raw + segment.end - segment.start }
}

function isForward(map: SourceMap, first: number, last: number): boolean {
  let reached = -1
  for (let i = first; i <= last; i += 1) {
    const segment = map[i]
    const span = segment && rawSpan(segment)
    if (!span) continue
    if (span.start < reached) return false
    reached = span.end
  }
  return true
}

function isVerbatim(map: SourceMap, first: number, last: number): boolean {
  let reached: number | null = null
  for (let i = first; i <= last; i += 1) {
    const segment = map[i]
    if (segment?.kind !== 'literal') return false
    // Between the lines of a file with CRLF stands a carriage return that Jinja leaves out.
    if (reached !== null && segment.raw !== reached && segment.raw !== reached + 1) return false
    reached = segment.raw + segment.end - segment.start
  }
  return true
}

/**
 * All places of the compiled text that raw [start, end) became: none where a branch was not taken, several in a
 * loop. The span must begin and end in literal text, or at the edges of a tag.
 */
export function toCompiled(map: SourceMap, start: number, end: number): Span[] {
  const places: Span[] = []
  map.forEach((segment, i) => {
    const from = compiledStart(segment, start)
    const to = from === null ? null : compiledEnd(map, i, end)
    if (from !== null && to !== null && to >= from) places.push({ start: from, end: to })
  })
  return places
}

function compiledStart(segment: MapSegment, rawStart: number): number | null {
  const span = rawSpan(segment)
  if (!span) return null
  if (segment.kind === 'jinja') return span.start === rawStart ? segment.start : null
  return rawStart >= span.start && rawStart < span.end ? segment.start + (rawStart - span.start) : null
}

/** The end of the span that begins in segment `i`: further on in both texts. */
function compiledEnd(map: SourceMap, i: number, rawEnd: number): number | null {
  let reached = -1
  for (let k = i; k < map.length; k += 1) {
    const segment = map[k]
    const span = segment && rawSpan(segment)
    if (!segment || !span) continue
    if (span.start < reached || span.start >= rawEnd) return k === i ? emptyAt(segment, span, rawEnd) : null
    if (segment.kind === 'jinja' ? span.end === rawEnd : span.end >= rawEnd)
      return segment.kind === 'jinja' ? segment.end : segment.start + (rawEnd - span.start)
    reached = span.end
  }
  return null
}

function emptyAt(segment: MapSegment, span: Span, rawEnd: number): number | null {
  return segment.kind === 'literal' && span.start === rawEnd ? segment.start : null
}

/** Builds a compiled text together with its map. */
export function mapBuilder(raw: string) {
  const segments: SourceMap = []
  const parts: string[] = []
  let length = 0

  const push = (text: string, segment: (start: number, end: number) => MapSegment) => {
    if (text === '') return
    parts.push(text)
    segments.push(segment(length, length + text.length))
    length += text.length
  }
  const literal = (span: Span) =>
    push(raw.slice(span.start, span.end), (start, end) => ({ kind: 'literal', start, end, raw: span.start }))
  const jinja = (text: string, span: Span | null) =>
    push(text, (start, end) => ({ kind: 'jinja', start, end, raw: span }))

  return {
    /** As it stands. */
    literal,
    jinja,
    /** As Jinja passes text on: every line break becomes `\n`. */
    text: ({ start, end }: Span) => {
      let from = start
      for (let at = raw.indexOf('\r', start); at >= 0 && at < end; at = raw.indexOf('\r', from)) {
        literal({ start: from, end: at })
        const pair = raw[at + 1] === '\n' && at + 1 < end
        if (!pair) jinja('\n', { start: at, end: at + 1 })
        from = at + 1
      }
      literal({ start: from, end })
    },
    done: (): { compiled: string; map: SourceMap } => ({ compiled: parts.join(''), map: segments }),
  }
}
