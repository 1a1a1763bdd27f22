import { parse, parseDocument } from '@decimalturn/toml-patch'

/** Big integers lose digits instead of becoming `bigint`, so that a task can always be written as JSON. */
export function parseToml(toml: string): Record<string, unknown> {
  return parse(toml, { integersAsBigInt: false }) as Record<string, unknown>
}

/**
 * The keys of a TOML document's root table in order, and where their values stand. Values are then changed
 * by splicing: the library's own `patch` reformats table headers and comments near a new key.
 */
export type Pair = {
  name: string
  line: number
  start: number
  end: number
  type: string
  items: { start: number; end: number; comma: boolean }[]
}

type Node = { type: string; loc: { start: Position; end: Position } }
type Position = { line: number; column: number }

/** `start` and `end` of a pair enclose its value. */
export function rootPairs(toml: string): Pair[] {
  const starts = [0]
  for (let at = toml.indexOf('\n'); at !== -1; at = toml.indexOf('\n', at + 1)) starts.push(at + 1)
  const offset = (position: Position) => (starts[position.line - 1] ?? 0) + position.column
  const pairs: Pair[] = []
  for (const block of parseDocument(toml).cst) {
    if (!('key' in block) || !('value' in block)) continue
    const value = block.value as Node & { items?: (Node & { item: Node; comma: boolean })[] }
    const items = value.type === 'InlineArray' ? (value.items ?? []) : []
    pairs.push({
      // A dotted key makes a table; it cannot be one of ours.
      name: block.key.value.length === 1 ? (block.key.value[0] ?? '') : block.key.value.join('\0'),
      line: block.loc.start.line,
      start: offset(value.loc.start),
      end: offset(value.loc.end),
      type: value.type,
      items: items.map(({ item, comma }) => ({
        start: offset(item.loc.start),
        end: offset(item.loc.end),
        comma,
      })),
    })
  }
  return pairs
}
