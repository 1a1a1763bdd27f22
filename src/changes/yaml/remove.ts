/** Entries of lists and keys of mappings taken out, with the comments that belong to them. */
import { isMap, isPair, type YAMLSeq } from 'yaml'
import type { Planned } from './data.ts'
import { type Found, shownPath } from './find.ts'
import { dashOf } from './insert.ts'
import { blockEnd, blockStart, cutLines, lineStart, type Splice } from './lines.ts'
import { endOf, refused, startOf, type Yaml } from './parse.ts'
import { columnOf } from './style.ts'

export function pairRemoved(yaml: Yaml, found: Found, data: unknown[]): Planned {
  const { text } = yaml
  const { pair } = found
  const map = found.parents.at(-1)
  const at = startOf(pair?.key)
  if (!pair || !isMap(map)) throw refused(yaml, startOf(found.node), 'this is neither a key nor an entry')
  if (map.flow) return { at, splices: [cutFlow(yaml, map.items, map.items.indexOf(pair))], data }
  if (map.items.length === 1 && found.keys.length > 1)
    throw refused(yaml, at, `${shownPath(found.keys)} is all that stands there`)
  const next = map.items[map.items.indexOf(pair) + 1]
  const isBehindDash = text.slice(lineStart(text, at), at).trim() !== ''
  if (isBehindDash) return { at, splices: [{ start: at, end: startOf(next?.key), text: '' }], data }
  const end = blockEnd(text, endOf(text, pair), columnOf(text, at))
  return { at, splices: [cutLines(text, blockStart(text, at), end, map.items[0] === pair)], data }
}

export function itemRemoved(yaml: Yaml, found: Found, list: YAMLSeq, data: unknown[]): Planned {
  const at = startOf(found.node)
  const index = list.items.indexOf(found.node)
  if (list.flow) return { at, splices: [cutFlow(yaml, list.items, index)], data }
  const { start, end } = itemLines(yaml, list, found.node)
  return { at, splices: [cutLines(yaml.text, start, end, index === 0)], data }
}

/** The lines of an entry: the comments right above it, and all of its own. */
export function itemLines(yaml: Yaml, list: YAMLSeq, item: unknown): { start: number; end: number } {
  const dash = dashOf(yaml, list, item)
  if (yaml.text.slice(lineStart(yaml.text, dash), dash).trim() !== '')
    throw refused(yaml, dash, 'this entry shares its first line with another list')
  const column = columnOf(yaml.text, dash)
  return {
    start: blockStart(yaml.text, dash),
    end: blockEnd(yaml.text, Math.max(dash + 1, endOf(yaml.text, item)), column),
  }
}

function cutFlow(yaml: Yaml, items: unknown[], index: number): Splice {
  const { text } = yaml
  const begin = (item: unknown) => startOf(isPair(item) ? item.key : item)
  const [item, before, next] = [items[index], items[index - 1], items[index + 1]]
  const splice =
    next !== undefined
      ? { start: begin(item), end: begin(next), text: '' }
      : { start: before === undefined ? begin(item) : endOf(text, before), end: endOf(text, item), text: '' }
  if (text.slice(splice.start, splice.end).includes('#'))
    throw refused(yaml, splice.start, 'there is a comment between the entries, which an edit would lose')
  return splice
}
