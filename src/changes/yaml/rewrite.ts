/** Changes the words of a scalar where they stand: quotes, folds and spelling of everything else stay. */
import { parseDocument, type Scalar } from 'yaml'
import { columnOf, type Style, scalarText, withQuote } from './style.ts'

export type ScalarPlace = { source: string; column: number; inFlow: boolean }

/** The source of a string scalar whose value becomes `value`. */
export function rewrittenScalar(scalar: Scalar, value: string, style: Style, place: ScalarPlace): string {
  const old = String(scalar.value)
  const fits = (source: string | null): source is string => source !== null && readsAs(source, value, place)
  const inPlace = sameWords(place.source, old, value)
  if (fits(inPlace) && isSafe(scalar, value, style)) return inPlace
  const { type } = scalar as { type?: Scalar.Type }
  return scalarText(value, withQuote(style, type), { type, column: place.column, inFlow: place.inFlow })
}

/** Folding changes blanks only, so the words of the text are those of the source, in their order. */
function sameWords(source: string, old: string, value: string): string | null {
  const header = /^(?:[|>][^\n]*\n|["'])?/.exec(source)?.[0] ?? ''
  const footer = header.length === 1 ? header : ''
  const body = source.slice(header.length, source.length - footer.length)
  const [from, to, there] = [words(old), words(value), words(body)]
  if (from.length !== to.length || from.join(' ') !== there.join(' ')) return null
  let n = 0
  return header + body.replace(/\S+/g, (word) => to[n++] ?? word) + footer
}

function words(text: string): string[] {
  return text.match(/\S+/g) ?? []
}

function readsAs(source: string, value: string, { column, inFlow }: ScalarPlace): boolean {
  const text = inFlow ? `[${source}]` : `${' '.repeat(column)}k: ${source}\n`
  const document = parseDocument(text, { logLevel: 'silent' })
  if (document.errors.length > 0) return false
  return document.getIn([inFlow ? 0 : 'k']) === value
}

/** A plain word that YAML 1.1 takes for something else than a text has to be quoted. */
function isSafe(scalar: Scalar, value: string, style: Style): boolean {
  if (scalar.type !== 'PLAIN') return true
  return !/^["']/.test(scalarText(value, style, { type: 'PLAIN', column: 0, inFlow: true }))
}

export function placeOf(
  text: string,
  range: [number, number],
  keyOffset: number,
  inFlow: boolean,
): ScalarPlace {
  return { source: text.slice(...range), column: columnOf(text, keyOffset), inFlow }
}
