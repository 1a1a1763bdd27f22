/** Edits of single values and keys. */
import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml'
import type { Planned } from './data.ts'
import { assertOwn, type Found } from './find.ts'
import { lineEnd, type Splice } from './lines.ts'
import { endOf, isInFlow, keyOf, refused, startOf, type Yaml } from './parse.ts'
import { placeOf, rewrittenScalar } from './rewrite.ts'
import { columnOf, type ScalarValue, type Style, scalarText, styleOf, withQuote } from './style.ts'

/** Answers the new text, or null to leave it. `keys` lead to it from the top of its document. */
export type ReplaceString = (text: string, keys: (string | number)[]) => string | null

/** Another value for a key or an entry that holds a single value, or nothing yet. */
export function scalarSet(yaml: Yaml, found: Found, value: ScalarValue, data: unknown[]): Planned {
  const { text } = yaml
  const { node, pair } = found
  const scalar = isScalar(node) ? node : null
  const start = scalar ? startOf(scalar) : colonEnd(text, pair)
  const end = scalar ? Math.max(start, endOf(text, scalar)) : start
  const source = text.slice(start, end)
  if (isAlias(node))
    throw refused(yaml, startOf(node), `the value stands elsewhere: *${node.source} repeats it here`)
  if (/\{[{%#]/.test(source))
    throw refused(yaml, start, 'the value is made by Jinja, which an edit would lose')
  if (/^[|>][^\n]*#/.test(source))
    throw refused(yaml, start, 'there is a comment beside the value, which an edit would lose')
  const at = {
    type: typeFor(scalar, value, hasComment(text, end)),
    column: columnOf(text, keyStart(found)),
    inFlow: isInFlow(found.parents),
  }
  const written = scalarText(value, withQuote(styleOf(yaml), at.type), at)
  return { at: start, splices: [{ start, end, text: source === '' ? ` ${written}` : written }], data }
}

function colonEnd(text: string, pair: Pair | null): number {
  return pair ? endOf(text, pair) : 0
}

/** The same quotes, or the same block; a text of several lines is a block. */
function typeFor(
  scalar: Scalar | null,
  value: ScalarValue,
  isBesideComment: boolean,
): Scalar.Type | undefined {
  const type = scalar?.type as Scalar.Type | undefined
  if (typeof value === 'string' && value.includes('\n') && isBesideComment) return 'QUOTE_DOUBLE'
  if (typeof value !== 'string' || typeof scalar?.value !== 'string') return undefined
  if (!value.includes('\n')) return value.trim() === '' && type?.startsWith('BLOCK') ? undefined : type
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? 'BLOCK_LITERAL' : undefined
}

function hasComment(text: string, offset: number): boolean {
  return text.slice(offset, lineEnd(text, offset)).trim() !== ''
}

function keyStart({ pair, parents, node }: Found): number {
  const list = parents.at(-1)
  return pair ? startOf(pair.key) : isSeq(list) && !list.flow ? startOf(list) : startOf(node)
}

export function keyRenamed(yaml: Yaml, { pair, parents }: Found, name: string, data: unknown[]): Planned {
  const key = pair?.key
  if (!isScalar(key)) throw refused(yaml, startOf(key), 'this is not a key with a name')
  const splice = scalarSplice(yaml, styleOf(yaml), key, name, startOf(key), isInFlow(parents))
  return { at: startOf(key), splices: [splice], data }
}

type StringChange = { doc: number; keys: (string | number)[]; node: Scalar; value: string }

/** `found` null: all documents. */
export function stringsReplaced(
  yaml: Yaml,
  found: Found | null,
  replace: ReplaceString,
): { planned: Omit<Planned, 'data'>; changes: StringChange[] } {
  const style = styleOf(yaml)
  const changes: StringChange[] = []
  const splices: Splice[] = []
  for (const place of placesOf(yaml, found)) {
    const { node, keys, doc } = place
    if (isAlias(node)) assertNothingRepeated(yaml, place, replace)
    if (!isScalar(node) || typeof node.value !== 'string') continue
    const value = replace(node.value, keys)
    if (value === null || value === node.value) continue
    assertOwn(yaml, place)
    changes.push({ doc, keys, node, value })
    splices.push(scalarSplice(yaml, style, node, value, keyStart(place), isInFlow(place.parents)))
  }
  return { planned: { at: splices[0]?.start ?? 0, splices }, changes }
}

/** Every value below a place; below all documents where none is named. */
export function placesOf(yaml: Yaml, found: Found | null): Found[] {
  const tops: Found[] = found
    ? [found]
    : yaml.docs.map((d, doc) => ({ doc, keys: [], node: d.contents, pair: null, parents: [] }))
  return tops.flatMap(placesBelow)
}

function placesBelow(at: Found): Found[] {
  const { node, parents, keys, doc } = at
  if (isMap(node))
    return node.items.flatMap((pair) =>
      placesBelow({ doc, keys: [...keys, keyOf(pair)], node: pair.value, pair, parents: [...parents, node] }),
    )
  if (!isSeq(node)) return [at]
  return node.items.flatMap((item, i) =>
    placesBelow({ doc, keys: [...keys, i], node: item, pair: null, parents: [...parents, node] }),
  )
}

/** What an alias repeats stands outside of what is edited: it would have to change there. */
function assertNothingRepeated(yaml: Yaml, place: Found, replace: ReplaceString): void {
  const document = yaml.docs[place.doc]
  if (!document || !isAlias(place.node)) return
  const node = place.node.resolve(document)
  if (!isCollection(node) && !isScalar(node)) return
  for (const inner of placesBelow({ ...place, node })) {
    const value = isScalar(inner.node) && typeof inner.node.value === 'string' ? inner.node.value : null
    const next = value === null ? null : replace(value, inner.keys)
    if (next !== null && next !== value)
      throw refused(
        yaml,
        startOf(place.node),
        `*${place.node.source} repeats what would have to change, and stands elsewhere`,
      )
  }
}

function scalarSplice(
  yaml: Yaml,
  style: Style,
  scalar: Scalar,
  value: string,
  key: number,
  inFlow: boolean,
): Splice {
  const [start, end] = [startOf(scalar), endOf(yaml.text, scalar)]
  const place = placeOf(yaml.text, [start, end], key, inFlow)
  return { start, end, text: rewrittenScalar(scalar, value, style, place) }
}
