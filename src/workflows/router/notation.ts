/**
 * The notation of the phrases, and its compiler. One line is one way to say a thing:
 *
 *     run [the|our] <adjective>* pipeline #force
 *
 *     word           that word                    [x]        x or nothing
 *     a b            a, then b                    a|b        a or b, as far as the bracket reaches
 *     (a b|c)        grouping                     x*         x any number of times
 *     <rule>         another rule                 {slot}     a name, read by slots.ts
 *     #tag  #tag=x   says something; takes no word
 *
 * Rules must not refer to themselves on the left (grammar.spec.ts checks it).
 */
export type Node =
  | { kind: 'words'; words: ReadonlySet<string> }
  | { kind: 'rule'; name: string }
  | { kind: 'slot'; name: string }
  | { kind: 'tag'; tag: string; value?: string }
  | { kind: 'seq'; items: Node[] }
  | { kind: 'alt'; items: Node[] }
  | { kind: 'many'; item: Node }

export type Phrases = Record<string, string[]>

const piece = /[[\]()|*]|<[a-z-]+>|\{[a-z-]+\}|#[a-z-]+(?:=[a-z-]+)?|[^\s[\]()|*<>{}#]+/g
const nothing: Node = { kind: 'seq', items: [] }

export function compile(phrase: string): Node {
  const pieces = phrase.match(piece) ?? []
  if (pieces.join('') !== phrase.replaceAll(/\s/g, '')) throw new Error(`phrase cannot be read: ${phrase}`)
  let at = 0

  function alternatives(closing?: string): Node {
    const items = [sequence()]
    while (pieces[at] === '|') {
      at++
      items.push(sequence())
    }
    if (closing !== undefined && pieces[at++] !== closing) throw new Error(`missing ${closing} in: ${phrase}`)
    return choice(items)
  }

  function sequence(): Node {
    const items: Node[] = []
    for (let next = pieces[at]; next !== undefined && !['|', ']', ')'].includes(next); next = pieces[at]) {
      at++
      items.push(repeated(single(next)))
    }
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'seq', items }
  }

  function repeated(item: Node): Node {
    if (pieces[at] !== '*') return item
    at++
    return { kind: 'many', item }
  }

  function single(next: string): Node {
    if (next === '(') return alternatives(')')
    if (next === '[') return choice([alternatives(']'), nothing])
    if (next.startsWith('<') && next.endsWith('>')) return { kind: 'rule', name: next.slice(1, -1) }
    if (next.startsWith('{')) return { kind: 'slot', name: next.slice(1, -1) }
    if (next.startsWith('#')) {
      const [tag = '', value] = next.slice(1).split('=')
      return value === undefined ? { kind: 'tag', tag } : { kind: 'tag', tag, value }
    }
    return { kind: 'words', words: new Set([next]) }
  }

  const node = alternatives()
  if (at < pieces.length) throw new Error(`unexpected ${pieces[at]} in: ${phrase}`)
  return node
}

/** All the lines of a rule as one choice. */
export function compileRule(lines: string[]): Node {
  return choice(lines.map(compile))
}

/** Single words side by side become one set, so that trying a rule is one look-up. */
function choice(items: Node[]): Node {
  const flat = items.flatMap((item) => (item.kind === 'alt' ? item.items : [item]))
  const words = new Set<string>()
  const others: Node[] = []
  for (const item of flat) {
    if (item.kind === 'words') for (const word of item.words) words.add(word)
    else others.push(item)
  }
  if (words.size > 0) others.unshift({ kind: 'words', words })
  return others.length === 1 && others[0] !== undefined ? others[0] : { kind: 'alt', items: others }
}

/** Every node below this one, itself included. */
export function* walk(node: Node): Generator<Node> {
  yield node
  if (node.kind === 'seq' || node.kind === 'alt') for (const item of node.items) yield* walk(item)
  if (node.kind === 'many') yield* walk(node.item)
}
