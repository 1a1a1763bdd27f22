/** The WITH of a statement as text: where each common table expression begins and ends, and which others it reads. */
import { type Identifier, keyOf } from './names.ts'
import { parseSql, type Token, type Tree, tokensOf } from './parse.ts'
import type { Span } from './types.ts'

export type Cte = {
  /** Without quotes. */
  name: string
  key: string
  nameSpan: Span
  /** `(a, b)` behind the name. */
  columns: Span | null
  /** What stands between the brackets. */
  body: Span
  /** Behind the closing bracket. */
  end: number
  /** Others of the same WITH that it reads, itself among them where it is recursive; by their place in the list. */
  reads: Set<number>
}

export type With = {
  /** Behind `with` or `with recursive`. */
  start: number
  head: number
  recursive: boolean
  ctes: Cte[]
  /** Those that are read by what stands behind them all. */
  readByRest: Set<number>
  /** Where that begins. */
  rest: number
}

/** The WITH that a statement begins with; null where it has none, or where it cannot be read beyond doubt. */
export function withOf(sql: string, adapter: string): With | null {
  const tokens = tokensOf(sql, adapter)
  const first = tokens?.[0]
  if (!tokens || first?.type !== 'WITH') return null
  const recursive = tokens[1]?.type === 'RECURSIVE'
  const texts: Omit<Cte, 'reads'>[] = []
  let at = recursive ? 2 : 1
  for (;;) {
    const cte = cteAt(tokens, at, sql, adapter)
    if (!cte) return null
    texts.push(cte.text)
    at = cte.next
    if (tokens[at]?.type !== 'COMMA') break
    at += 1
  }
  const reads = readsOf(sql, adapter, texts)
  const rest = tokens[at]
  if (!reads || !rest) return null
  return {
    start: first.span.start,
    head: (recursive ? tokens[1] : first)?.span.end ?? 0,
    recursive,
    ctes: texts.map((text, i) => ({ ...text, reads: reads.byCte[i] ?? new Set() })),
    readByRest: reads.byRest,
    rest: rest.span.start,
  }
}

const OPENING = new Set(['L_PAREN', 'L_BRACKET', 'L_BRACE'])
const CLOSING = new Set(['R_PAREN', 'R_BRACKET', 'R_BRACE'])

/** +1 for a bracket that opens, -1 for one that closes. */
export function depthOf({ type }: Token): number {
  return OPENING.has(type) ? 1 : CLOSING.has(type) ? -1 : 0
}

/** The index of the bracket that closes the one at `open`; null where it stays open. */
export function closingOf(tokens: Token[], open: number): number | null {
  let depth = 0
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (!token) break
    depth += depthOf(token)
    if (depth === 0) return at
  }
  return null
}

/** `name [(columns)] as [[not] materialized] ( body )` */
function cteAt(
  tokens: Token[],
  from: number,
  sql: string,
  adapter: string,
): { text: Omit<Cte, 'reads'>; next: number } | null {
  const name = tokens[from]
  if (!name) return null
  let at = from + 1
  let columns: Span | null = null
  if (tokens[at]?.type === 'L_PAREN') {
    const close = closingOf(tokens, at)
    const [open, end] = [tokens[at], close === null ? undefined : tokens[close]]
    if (close === null || !open || !end) return null
    columns = { start: open.span.start, end: end.span.end }
    at = close + 1
  }
  if (tokens[at]?.type !== 'AS') return null
  at += 1
  while (['NOT', 'MATERIALIZED'].includes(tokens[at]?.type ?? '')) at += 1
  const open = tokens[at]
  const close = open?.type === 'L_PAREN' ? closingOf(tokens, at) : null
  const last = close === null ? undefined : tokens[close]
  if (close === null || !open || !last) return null
  const identifier = identifierOf(sql.slice(name.span.start, name.span.end))
  const text = {
    name: identifier.name,
    key: keyOf(identifier, adapter),
    nameSpan: name.span,
    columns,
    body: { start: open.span.end, end: last.span.start },
    end: last.span.end,
  }
  return { text, next: close + 1 }
}

/** An identifier as it is written. */
export function identifierOf(written: string): Identifier {
  const quote = /^["`[]/.exec(written)?.[0]
  if (!quote) return { name: written }
  const close = quote === '[' ? ']' : quote
  return { name: written.slice(1, -1).replaceAll(close + close, close), quoted: true }
}

function readsOf(
  sql: string,
  adapter: string,
  texts: { key: string; nameSpan: Span }[],
): { byCte: Set<number>[]; byRest: Set<number> } | null {
  const parsed = parseSql(sql, adapter)
  if ('error' in parsed || parsed.statements.length !== 1) return null
  const [statement] = Object.values(parsed.statements[0] ?? {}) as Tree[]
  const clause = statement?.with as { ctes?: { alias?: Identifier; this?: unknown }[] } | null | undefined
  const ctes = clause?.ctes ?? []
  if (!statement || ctes.length !== texts.length) return null
  const same = ctes.every((c, i) => c.alias?.span?.start === texts[i]?.nameSpan.start)
  if (!same) return null
  const indices = (tree: unknown) => {
    const names = new Set(otherNames(tree).map((name) => keyOf(name, adapter)))
    return new Set(texts.flatMap(({ key }, i) => (names.has(key) ? [i] : [])))
  }
  const { with: _, ...rest } = statement
  return { byCte: ctes.map((c) => indices(c.this)), byRest: indices(rest) }
}

/** Names of relations without a schema; one too many where an inner WITH takes a name of its own. */
function otherNames(tree: unknown): Identifier[] {
  if (tree === null || typeof tree !== 'object') return []
  if (Array.isArray(tree)) return tree.flatMap(otherNames)
  const [[kind, body] = ['', null]] = Object.entries(tree)
  const own = kind === 'table' && body !== null && typeof body === 'object' ? (body as Tree) : null
  // `t.*` holds an identifier under the same key.
  const isRelation = own !== null && typeof own.name === 'object' && !own.schema && !own.catalog
  const name = isRelation ? (own.name as Identifier) : null
  // DuckDB's statement `pivot t on ...` names its relation as if it were a column.
  const pivoted = kind === 'pivot' || kind === 'unpivot' ? columnName((body as Tree).this) : null
  return [...[name, pivoted].filter((n) => n !== null), ...Object.values(tree).flatMap(otherNames)]
}

function columnName(tree: unknown): Identifier | null {
  const column = (tree as { column?: { name?: Identifier } } | null)?.column
  return column?.name ?? null
}

/** Whether two statements are the same but for blanks, line breaks and comments. */
export function sameStatement(a: string, b: string, adapter: string): boolean {
  const [left, right] = [a, b].map((sql) =>
    tokensOf(sql, adapter)?.map((t) => sql.slice(t.span.start, t.span.end)),
  )
  return left !== undefined && right !== undefined && left.join('\0') === right.join('\0')
}
