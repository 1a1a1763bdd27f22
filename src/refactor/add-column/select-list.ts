/** The list of one select as it is written: where its items begin and end, and how a new one would stand there. */
import { closingOf, depthOf } from '../../project/sql/ctes.ts'
import type { Span } from '../../project/sql/jinja.ts'
import { type Token, tokensOf } from '../../project/sql/parse.ts'

export type SelectList = {
  /** In the compiled SQL, without commas and comments. */
  items: Span[]
  /** Where the word after the list begins. */
  end: number
}

/** The list of the select in whose FROM, or behind, the place stands; null where it cannot be read. */
export function selectListAround(sql: string, adapter: string, place: number): SelectList | null {
  const tokens = tokensOf(sql, adapter)
  if (!tokens) return null
  const at = tokens.findIndex((t) => t.span.start <= place && place < t.span.end)
  const select = at < 0 ? null : selectBefore(tokens, at)
  return select === null ? null : listAfter(tokens, select)
}

function selectBefore(tokens: Token[], from: number): number | null {
  let depth = 0
  for (let at = from; at >= 0; at -= 1) {
    const token = tokens[at]
    if (!token) return null
    depth -= depthOf(token)
    // Out of a bracket that the place stands in: the select is around it.
    if (depth < 0) depth = 0
    if (depth === 0 && token.type === 'SELECT') return at
  }
  return null
}

function listAfter(tokens: Token[], select: number): SelectList | null {
  let first = select + 1
  if (tokens[first]?.type === 'DISTINCT' || tokens[first]?.type === 'ALL') return null
  const items: Span[] = []
  for (let at = first; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (!token) return null
    if (depthOf(token) === 1) {
      const close = closingOf(tokens, at)
      if (close === null) return null
      at = close
      continue
    }
    const isEnd = depthOf(token) === -1 || (token.type === 'FROM' && !isDistinctFrom(tokens, at))
    if (token.type !== 'COMMA' && !isEnd) continue
    const [begin, end] = [tokens[first], tokens[at - 1]]
    // A comma behind the last item is allowed by some engines.
    if (begin && end && at > first) items.push({ start: begin.span.start, end: end.span.end })
    if (isEnd) return { items, end: token.span.start }
    first = at + 1
  }
  return null
}

/** `a is distinct from b` */
function isDistinctFrom(tokens: Token[], from: number): boolean {
  return tokens[from - 1]?.type === 'DISTINCT' && ['IS', 'NOT'].includes(tokens[from - 2]?.type ?? '')
}
