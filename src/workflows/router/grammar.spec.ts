import { describe, expect, it } from 'vitest'
import { grammar, phrases, requests } from './grammar.ts'
import { type Node, walk } from './notation.ts'
import { doubtText } from './phrases/doubts.ts'
import { aboutThePast } from './phrases/elsewhere.ts'

const { rules } = grammar()
const nodes = [...rules.values()].flatMap((rule) => [...walk(rule)])

/** The rules that may be read before any word is. */
function leftmost(node: Node): string[] {
  switch (node.kind) {
    case 'rule':
      return [node.name]
    case 'alt':
      return node.items.flatMap(leftmost)
    case 'many':
      return leftmost(node.item)
    case 'seq': {
      const firstNeeded = node.items.findIndex((item) => !mayBeEmpty(item))
      return node.items.slice(0, firstNeeded === -1 ? undefined : firstNeeded + 1).flatMap(leftmost)
    }
    default:
      return []
  }
}

function mayBeEmpty(node: Node): boolean {
  if (node.kind === 'seq') return node.items.every(mayBeEmpty)
  if (node.kind === 'alt') return node.items.some(mayBeEmpty)
  return node.kind === 'many' || node.kind === 'tag'
}

/** The rules that are reached from some, these included. */
function closure(from: string[], next: (node: Node) => string[]): Set<string> {
  const reached = new Set(from)
  for (const name of reached) for (const other of next(rules.get(name) as Node)) reached.add(other)
  return reached
}

const named = (node: Node) => [...walk(node)].flatMap((n) => (n.kind === 'rule' ? [n.name] : []))

describe('the phrases', () => {
  it('name only rules that there are, and each rule is used', () => {
    const entries = [
      ...requests,
      ...requests.map((name) => `${name}-core`),
      ...Object.keys(aboutThePast),
      'open',
    ]
    expect([...closure(entries, named)].sort()).toEqual([...rules.keys()].sort())
  })

  it.each([...rules.keys()])('do not refer to themselves on the left: %s', (name) => {
    const first = leftmost(rules.get(name) as Node)
    expect([...closure(first, leftmost)]).not.toContain(name)
  })

  it('say every doubt in words', () => {
    const ids = nodes.flatMap((n) => (n.kind === 'tag' && n.tag === 'doubt' ? [n.value ?? ''] : []))
    expect(ids.filter((id) => doubtText(id) === id)).toEqual([])
  })

  it('stand in the file of their rule only', () => {
    const names = phrases.flatMap((set) => Object.keys(set))
    expect(new Set(names).size).toBe(names.length)
  })
})
