/**
 * Marks in a file what is to be found again in what dbt makes of it: each stretch of text, each expression. Where the
 * marks come out is where the text went, round loops and through branches. Nothing is marked that a macro could look
 * at: the bodies of `set`, `call`, `filter` and `macro`.
 */
import { type Piece, renderedPieces, type Span } from './jinja.ts'
import { mapBuilder, type SourceMap } from './source-map.ts'
import { blockWord, CAPTURING, isKnownStatement } from './statements.ts'

type Part = { kind: 'text' | 'jinja' } & Span
export type Marked = { code: string; parts: Part[]; nonce: string }

const [OPEN, CLOSE] = ['\ue000', '\ue001']

/** `nonce` is a word that stands nowhere in the file. */
export function mark(raw: string, within: Span, nonce: string): Marked | { noMap: string } {
  const pieces = renderedPieces(raw, within)
  if ('unclosed' in pieces) return { noMap: `Jinja that is not closed: ${pieces.unclosed}` }
  const parts: Part[] = []
  // A file without any Jinja dbt would not even give to Jinja.
  const code: string[] = ['{##}']
  const begin = (part: Part) => code.push(`${OPEN}${nonce}:${parts.push(part) - 1}${CLOSE}`)
  const end = () => code.push(`${OPEN}${nonce}/${CLOSE}`)
  const capturing: { word: string; start: number; part: Part | null }[] = []
  for (const piece of pieces) {
    const word = piece.kind === 'statement' ? blockWord(raw.slice(piece.inner.start, piece.inner.end)) : null
    if (word !== null && !isKnownStatement(word)) return { noMap: `{% ${word} %} is not known` }
    const marks = capturing.length === 0
    if (word !== null && word in CAPTURING) {
      const part: Part | null =
        marks && CAPTURING[word] ? { kind: 'jinja', start: piece.start, end: piece.end } : null
      if (part) begin(part)
      capturing.push({ word, start: piece.start, part })
      code.push(written(piece, raw))
    } else if (word !== null && capturing.at(-1)?.word === word.replace(/^end/, '')) {
      code.push(written(piece, raw))
      const closed = capturing.pop()
      if (closed?.part) {
        closed.part.end = piece.end
        end()
      }
    } else if (marks && piece.kind !== 'statement') {
      begin({ kind: piece.kind === 'text' ? 'text' : 'jinja', start: piece.start, end: piece.end })
      code.push(written(piece, raw))
      end()
    } else code.push(written(piece, raw))
  }
  if (capturing.length > 0) return { noMap: `{% ${capturing.at(-1)?.word} %} is not closed` }
  return { code: code.join(''), parts, nonce }
}

/** Without signs for whitespace: what they trim is gone from the text already. */
function written(piece: Piece, raw: string): string {
  if (piece.kind === 'text') {
    const text = raw.slice(piece.start, piece.end)
    return /\{(?:[{%#]|$)/.test(text) ? `{% raw %}${text}{% endraw %}` : text
  }
  const inner = raw.slice(piece.inner.start, piece.inner.end)
  return piece.kind === 'expression' ? `{{ ${inner} }}` : `{% ${inner} %}`
}

/** Takes the marks out again: what is left must be what dbt compiled from the file as it stands. */
export function unmark(
  marked: Marked,
  raw: string,
  made: string,
  compiled: string,
): SourceMap | { noMap: string } {
  const built = mapBuilder(raw)
  const marks = new RegExp(`${OPEN}${marked.nonce}(?::(\\d+)|/)${CLOSE}`, 'g')
  let at = 0
  let inside: Part | null = null
  for (const found of made.matchAll(marks)) {
    const text = made.slice(at, found.index)
    if (inside?.kind === 'text') {
      if (text !== raw.slice(inside.start, inside.end).replace(/\r\n?/g, '\n'))
        return { noMap: 'a macro changes the text that surrounds it' }
      built.text(inside)
    } else built.jinja(text, inside && { start: inside.start, end: inside.end })
    inside = found[1] === undefined ? null : (marked.parts[Number(found[1])] ?? null)
    at = found.index + found[0].length
  }
  built.jinja(made.slice(at), null)
  const { compiled: left, map } = built.done()
  return left === compiled
    ? map
    : { noMap: 'it compiles to something else each time, or looks at its own text' }
}
