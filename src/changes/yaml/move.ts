/** An entry of one file, as it is written there, in a list of another. */
import { isMap, isSeq } from 'yaml'
import { changedData, type Planned, type Value } from './data.ts'
import { type Found, find, shownPath, type YamlPath } from './find.ts'
import { appended, atTop, inBlock } from './insert.ts'
import { insertBelow, lineEnd } from './lines.ts'
import { dataOf, endOf, isNothing, refused, startOf, type Yaml } from './parse.ts'
import { itemLines } from './remove.ts'
import { columnOf, styleOf } from './style.ts'

/** The lines of an entry of one file, at the end of a list of another. */
export function moved(from: Yaml, found: Found, to: Yaml, list: YamlPath, entry: Value): Planned {
  const source = found.parents.at(-1)
  if (!isSeq(source) || source.flow)
    throw refused(from, startOf(found.node), 'only an entry with lines of its own can be moved')
  const { start, end } = itemLines(from, source, found.node)
  const style = styleOf(to)
  const target = find(to, list)
  const isList = target !== null && isSeq(target.node) && !target.node.flow
  if (target && !isList && !isNothing(target.node))
    throw refused(to, startOf(target.node), `${shownPath(list)} is not a list with lines of its own`)
  const [key] = list
  if (!target && (list.length !== 1 || typeof key !== 'string'))
    throw refused(to, 0, `there is no ${shownPath(list)}`)
  const column =
    target === null
      ? style.dash
      : isList
        ? columnOf(to.text, startOf(target.node))
        : columnOf(to.text, startOf(target.pair?.key)) + style.dash
  const lines = shifted(from, start, end, column - columnOf(from.text, startOf(source)))
  const length = target && isSeq(target.node) ? target.node.items.length : 0
  const doc = target?.doc ?? 0
  const keys = [...(target?.keys ?? [String(key)]), length]
  const data = changedData(dataOf(to), { doc, keys }, entry)
  const at = startOf(target?.node)
  if (target && isSeq(target.node)) return { at, splices: [appended(to, target.node, lines)], data }
  if (target) {
    const below = lineEnd(to.text, endOf(to.text, target.pair))
    return { at, splices: [insertBelow(below, lines, style.eol)], data }
  }
  const head = [`${String(key)}:`, ...lines]
  const top = to.docs[0]?.contents
  return { at, splices: [isMap(top) ? inBlock(to, top, head, []) : atTop(to, head)], data }
}

/** Lines moved sideways as a whole: what is folded or blocked within them keeps its own depth. */
function shifted(yaml: Yaml, start: number, end: number, by: number): string[] {
  const lines = yaml.text.slice(start, end).split(/\r?\n/)
  return lines.map((line) => {
    if (line.trim() === '' || by === 0) return line
    if (by > 0) return ' '.repeat(by) + line
    const margin = line.length - line.trimStart().length
    return line.slice(Math.min(margin, -by))
  })
}
