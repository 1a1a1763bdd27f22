/** New entries of lists and new keys of mappings, in the way of their neighbours. */
import { isMap, isPair, isScalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Planned, Value } from './data.ts'
import type { Found } from './find.ts'
import { blanksAbove, blockEnd, blockStart, insertBelow, lineEnd, lineStart, type Splice } from './lines.ts'
import { endOf, isInFlow, isNothing, keyOf, refused, startOf, type Yaml } from './parse.ts'
import {
  blockLines,
  columnOf,
  flowText,
  isScalarValue,
  type Style,
  scalarText,
  styleOf,
  withQuote,
} from './style.ts'

export function added(yaml: Yaml, found: Found, list: YAMLSeq, entry: Value, data: unknown[]): Planned {
  const at = startOf(list)
  if (!list.flow) return { at, splices: [appended(yaml, list, entryLines(yaml, list, entry))], data }
  const isBlock = !isInFlow(found.parents) && found.pair !== null
  if (list.items.length === 0 && isBlock && !isScalarValue(entry))
    return { at, splices: opened(yaml, found, entry), data }
  return { at, splices: [inFlow(yaml, list, flowItem(list, entry, styleOf(yaml)))], data }
}

/** `[]` becomes a list with lines of its own. */
function opened(yaml: Yaml, { node, pair }: Found, entry: Value): Splice[] {
  const style = styleOf(yaml)
  const colon = endOf(yaml.text, pair?.key) + 1
  const column = columnOf(yaml.text, startOf(pair?.key)) + style.dash
  const lines = margined(blockLines([entry], style), column)
  return [
    { start: colon, end: endOf(yaml.text, node), text: '' },
    insertBelow(lineEnd(yaml.text, endOf(yaml.text, node)), lines, style.eol),
  ]
}

/** The text of an entry as the last one of its list writes itself: its quotes, the blanks behind its dash. */
function entryLines(yaml: Yaml, list: YAMLSeq, entry: Value): string[] {
  const style = styleOf(yaml)
  const last = list.items.at(-1)
  const column = columnOf(yaml.text, startOf(list))
  const dash = dashOf(yaml, list, last)
  const pad = /^-( *)(?=[^\s])/.exec(yaml.text.slice(dash, lineEnd(yaml.text, dash)))?.[1] || ' '
  const type = isScalar(last) && last.type?.startsWith('QUOTE') ? last.type : undefined
  const lines = isScalarValue(entry)
    ? scalarText(entry, withQuote(style, type), { type, column: 0, inFlow: false }).split(style.eol)
    : blockLines(entry, style)
  const [first = '', ...rest] = lines
  const inner = ' '.repeat(column + 1 + pad.length)
  return [`${' '.repeat(column)}-${pad}${first}`, ...rest.map((l) => (l === '' ? l : inner + l))]
}

/** Lines at the end of a list, with as many blank lines above them as its last entry has. */
export function appended(yaml: Yaml, list: YAMLSeq, lines: string[]): Splice {
  const column = columnOf(yaml.text, startOf(list))
  const end = blockEnd(yaml.text, endOf(yaml.text, list), column)
  return insertBelow(end, [...blanksFor(yaml, list), ...lines], styleOf(yaml).eol)
}

function blanksFor(yaml: Yaml, list: YAMLSeq): string[] {
  const last = list.items.at(-1)
  // One entry alone does not tell: those at the top of a file usually stand apart.
  const alone = columnOf(yaml.text, startOf(list)) <= styleOf(yaml).dash && isMap(last) ? 1 : 0
  const n =
    list.items.length > 1 ? blanksAbove(yaml.text, blockStart(yaml.text, dashOf(yaml, list, last))) : alone
  return Array.from({ length: n }, () => '')
}

/** The offset of an entry's dash. */
export function dashOf(yaml: Yaml, list: YAMLSeq, item: unknown): number {
  const column = columnOf(yaml.text, startOf(list))
  let at = startOf(item) - (list.items[0] === item && startOf(item) === startOf(list) ? 0 : 1)
  while (at >= startOf(list) && !(yaml.text[at] === '-' && columnOf(yaml.text, at) === column)) at -= 1
  if (at < startOf(list))
    throw refused(yaml, startOf(item), 'this entry is written in a way in which it cannot be edited')
  return at
}

function flowItem(list: YAMLSeq, entry: Value, style: Style): string {
  const last = list.items.at(-1)
  const type = isScalar(last) && last.type?.startsWith('QUOTE') ? last.type : undefined
  if (!isScalarValue(entry)) return flowText(entry, style)
  return scalarText(entry, withQuote(style, type), { type, column: 0, inFlow: true })
}

/** Behind the last entry of `[...]` or `{...}`: on a line of its own where that one is. */
function inFlow(yaml: Yaml, collection: YAMLSeq | YAMLMap, written: string): Splice {
  const { text } = yaml
  const last: unknown = collection.items.at(-1)
  if (last === undefined)
    return { start: startOf(collection) + 1, end: startOf(collection) + 1, text: written }
  const end = endOf(text, last)
  const start = startOf(isPair(last) ? last.key : last)
  const margin = text.slice(lineStart(text, start), start)
  const isOnItsOwn = margin.trim() === '' && lineStart(text, start) > startOf(collection)
  return { start: end, end, text: isOnItsOwn ? `,${styleOf(yaml).eol}${margin}${written}` : `, ${written}` }
}

/** A new key in a mapping, below the first of `after` that it has, else at its end. */
export function keyAdded(
  yaml: Yaml,
  parent: Found,
  key: string,
  value: Value,
  after: string[],
  data: unknown[],
): Planned {
  const { node, pair } = parent
  const style = styleOf(yaml)
  const at = startOf(node)
  if (isMap(node) && node.flow) {
    const written = flowText({ [key]: value }, style).slice(1, -1)
    return { at, splices: [inFlow(yaml, node, written)], data }
  }
  const lines = blockLines({ [key]: value }, style)
  if (isMap(node)) return { at, splices: [inBlock(yaml, node, lines, after)], data }
  if (!isNothing(node)) throw refused(yaml, at, `there is no place for ${key} here: this is not a mapping`)
  if (parent.keys.length === 0) return { at, splices: [atTop(yaml, lines)], data }
  if (pair === null || isInFlow(parent.parents))
    throw refused(yaml, at, `there is no place for ${key} here: the entry is empty`)
  const column = columnOf(yaml.text, startOf(pair.key)) + style.step
  const end = blockEnd(yaml.text, endOf(yaml.text, pair), column - 1)
  return { at, splices: [insertBelow(end, margined(lines, column), style.eol)], data }
}

export function inBlock(yaml: Yaml, map: YAMLMap, lines: string[], after: string[]): Splice {
  const { text } = yaml
  const column = columnOf(text, startOf(map.items[0]?.key))
  const anchor = after.map((k) => map.items.find((p) => keyOf(p) === k)).find((p) => p !== undefined)
  // Comments below the last key belong to the mapping; those below another key belong to the next one.
  const end =
    anchor && anchor !== map.items.at(-1)
      ? blockEnd(text, endOf(text, anchor), column)
      : blockEnd(text, endOf(text, map), column - 1)
  const gap =
    column === 0 &&
    map.items.length > 1 &&
    blanksAbove(text, blockStart(text, startOf(map.items.at(-1)?.key))) > 0
  return insertBelow(end, [...(gap ? [''] : []), ...margined(lines, column)], styleOf(yaml).eol)
}

/** In a file that holds nothing but perhaps comments. */
export function atTop(yaml: Yaml, lines: string[]): Splice {
  const { text } = yaml
  const { eol } = styleOf(yaml)
  const open = text.replace(/^\ufeff/, '') === '' || text.endsWith('\n') ? '' : eol
  return { start: text.length, end: text.length, text: `${open}${lines.join(eol)}${eol}` }
}

function margined(lines: string[], column: number): string[] {
  const margin = ' '.repeat(column)
  return lines.map((line) => (line === '' ? line : margin + line))
}
