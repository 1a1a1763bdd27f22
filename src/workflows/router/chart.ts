/**
 * Finds every way in which a rule accounts for the words from one place on. There is no skipping:
 * a reading that reaches the end of the sentence has placed each of its words.
 */
import type { Node } from './notation.ts'
import type { Event, Token } from './types.ts'

/** One way to read `tokens[from..end)`: what it says, and how many words had to be corrected for it. */
export type Span = { end: number; events: readonly Event[]; typos: number }

/** Reads a slot at a place: the names that may stand there. */
export type SlotReader = (slot: string, at: number) => { end: number; event?: Event }[]

/** Thrown when a sentence has too many readings to look at; whoever asks treats that as unclear. */
export class TooManyReadings extends Error {}

const mostSteps = 300_000

export type Chart = (rule: string, from: number) => Span[]

export function createChart(
  grammar: ReadonlyMap<string, Node>,
  tokens: readonly Token[],
  slot: SlotReader,
): Chart {
  const seen = new Map<string, Span[]>()
  let steps = 0

  function read(node: Node, from: number): Span[] {
    if (++steps > mostSteps) throw new TooManyReadings()
    switch (node.kind) {
      case 'words':
        return readWord(node.words, from)
      case 'tag':
        return [{ end: from, events: [eventOf(node.tag, node.value)], typos: 0 }]
      case 'slot':
        return slot(node.name, from).map(({ end, event }) => ({
          end,
          events: event === undefined ? [] : [event],
          typos: 0,
        }))
      case 'rule':
        return rule(node.name, from)
      case 'seq':
        return node.items.reduce<Span[]>((heads, item) => extend(heads, item), [empty(from)])
      case 'alt':
        return node.items.flatMap((item) => read(item, from))
      case 'many':
        return readMany(node.item, from)
    }
  }

  function readWord(words: ReadonlySet<string>, from: number): Span[] {
    const token = tokens[from]
    if (token === undefined) return []
    if (words.has(token.word)) return [{ end: from + 1, events: [], typos: 0 }]
    if (token.meant.some((word) => words.has(word))) return [{ end: from + 1, events: [], typos: 1 }]
    return []
  }

  function readMany(item: Node, from: number): Span[] {
    let frontier: Span[] = [empty(from)]
    const all = [...frontier]
    while (frontier.length > 0) {
      frontier = distinct(extend(frontier, item, true))
      all.push(...frontier)
    }
    return distinct(all)
  }

  function extend(heads: Span[], item: Node, mustAdvance = false): Span[] {
    return heads.flatMap((head) =>
      read(item, head.end)
        .filter((tail) => !mustAdvance || tail.end > head.end)
        .map((tail) => ({
          end: tail.end,
          events: tail.events.length === 0 ? head.events : [...head.events, ...tail.events],
          typos: head.typos + tail.typos,
        })),
    )
  }

  function rule(name: string, from: number): Span[] {
    const key = `${name} ${from}`
    const known = seen.get(key)
    if (known !== undefined) return known
    const node = grammar.get(name)
    if (node === undefined) throw new Error(`no such rule: ${name}`)
    const spans = distinct(read(node, from))
    seen.set(key, spans)
    return spans
  }

  return rule
}

function empty(at: number): Span {
  return { end: at, events: [], typos: 0 }
}

function eventOf(tag: string, value: string | undefined): Event {
  return value === undefined ? { tag } : { tag, value }
}

/** Two ways through the grammar that say the same are one reading. */
function distinct(spans: Span[]): Span[] {
  if (spans.length < 2) return spans
  const byContent = new Map<string, Span>()
  for (const span of spans) {
    const key = `${span.end} ${span.typos} ${span.events.length === 0 ? '' : JSON.stringify(span.events)}`
    if (!byContent.has(key)) byContent.set(key, span)
  }
  return [...byContent.values()]
}
