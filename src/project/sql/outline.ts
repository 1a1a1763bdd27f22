/**
 * The parts of a statement as text: its selects, what stands in their FROM, how each is joined, what filters and folds
 * the rows. With it a part of a statement can be asked by itself, in the words that the user wrote.
 */
import { type Cte, closingOf, depthOf, identifierOf, withOf } from './ctes.ts'
import { type Identifier, keyOf } from './names.ts'
import { type Token, tokensOf } from './parse.ts'
import type { Span } from './types.ts'

export type JoinKind = 'from' | 'inner' | 'left' | 'right' | 'full' | 'cross' | 'other'

export type OutlineSource = {
  join: JoinKind
  /** `left join`, as it is written; empty for the first. */
  words: Span
  /** From the join's words to the end of its condition. */
  span: Span
  /** What is read with its alias, without the condition. */
  item: Span
  what: { kind: 'name'; path: Identifier[] } | { kind: 'query'; body: Span } | { kind: 'other' }
  /** The name by which its columns are called. */
  name: Identifier | null
  on: Span | null
  /** The columns of `using (a, b)`. */
  using: Identifier[] | null
}

export type OutlineItem = {
  span: Span
  /** Without its alias. */
  expression: Span
  alias: Identifier | null
  /** `*` or `o.*`, and what is left out of it or takes the place of one of its columns. */
  star: {
    of: Identifier | null
    without: Identifier[]
    replaced: { expression: Span; name: Identifier }[]
  } | null
}

export type OutlineSelect = {
  span: Span
  distinct: boolean
  items: OutlineItem[]
  sources: OutlineSource[]
  /** Conditions that are joined by `and`. */
  where: Span[]
  group: Span | null
  having: Span | null
  qualify: Span | null
  /** `order by`, `limit` and the like, behind all else. */
  limited: boolean
}

/** One select, or several that a set operation puts together. */
export type OutlineBody = { arms: OutlineSelect[]; operations: { words: string; span: Span }[] }

/** The body is null where it has a shape that is not told here. */
export type Outline = { ctes: Cte[]; recursive: boolean; rest: Span; body: OutlineBody | null }

export function outlineOf(sql: string, adapter: string): Outline {
  const head = withOf(sql, adapter)
  const rest = { start: head?.rest ?? 0, end: sql.length }
  return {
    ctes: head?.ctes ?? [],
    recursive: head?.recursive ?? false,
    rest,
    body: bodyAt(sql, rest, adapter),
  }
}

/** A part of a statement that holds a query without a WITH of its own. */
export function bodyAt(sql: string, { start, end }: Span, adapter: string): OutlineBody | null {
  const all = tokensOf(sql.slice(start, end), adapter)
  if (!all) return null
  const moved = all.map((t) => ({ ...t, span: { start: t.span.start + start, end: t.span.end + start } }))
  return bodyOf({ sql, tokens: moved.filter((t) => t.type !== 'SEMICOLON') })
}

type Text = { sql: string; tokens: Token[] }

const SETS = new Set(['UNION', 'INTERSECT', 'EXCEPT'])
const FOLLOWS_SET = new Set(['ALL', 'DISTINCT', 'BY', 'NAME'])

function bodyOf(text: Text): OutlineBody | null {
  const tokens = unwrapped(text.tokens)
  const arms: OutlineSelect[] = []
  const operations: OutlineBody['operations'] = []
  let from = 0
  for (const at of [...topLevel(tokens, (t) => SETS.has(t.type)), tokens.length]) {
    if (at < from) continue
    const arm = bodyOfArm({ ...text, tokens: tokens.slice(from, at) })
    if (!arm) return null
    arms.push(arm)
    const first = tokens[at]
    if (!first) break
    let next = at + 1
    while (FOLLOWS_SET.has(tokens[next]?.type ?? '') || /^name$/i.test(tokens[next]?.text ?? '')) next += 1
    const last = tokens[next - 1] ?? first
    const span = { start: first.span.start, end: last.span.end }
    const words = text.sql.slice(span.start, span.end).toLowerCase().replace(/\s+/g, ' ')
    operations.push({ words, span })
    from = next
  }
  return arms.length > 0 ? { arms, operations } : null
}

function bodyOfArm(text: Text): OutlineSelect | null {
  const inner = unwrapped(text.tokens)
  return inner[0]?.type === 'SELECT' ? selectOf({ ...text, tokens: inner }) : null
}

/** Without brackets that hold all of it. */
function unwrapped(tokens: Token[]): Token[] {
  const isWrapped = tokens[0]?.type === 'L_PAREN' && closingOf(tokens, 0) === tokens.length - 1
  return isWrapped ? unwrapped(tokens.slice(1, -1)) : tokens
}

/** The indices of tokens outside of all brackets. */
function topLevel(tokens: Token[], test: (token: Token, at: number) => boolean): number[] {
  const found: number[] = []
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    if (depth === 0 && test(token, at)) found.push(at)
    depth += depthOf(token)
  }
  return found
}

const CLAUSES = ['FROM', 'WHERE', 'GROUP', 'HAVING', 'QUALIFY', 'WINDOW', 'ORDER', 'LIMIT', 'FETCH', 'OFFSET']

function selectOf({ sql, tokens }: Text): OutlineSelect | null {
  const [first] = tokens
  const last = tokens.at(-1)
  if (!first || !last) return null
  const marks = topLevel(tokens, (t, at) => CLAUSES.includes(t.type) && !isDistinctFrom(tokens, at))
  const clause = (type: string): Token[] | null => {
    const at = marks.find((m) => tokens[m]?.type === type)
    if (at === undefined) return null
    const end = marks.find((m) => m > at) ?? tokens.length
    return tokens.slice(at + 1, end)
  }
  const listed = tokens.slice(1, marks[0] ?? tokens.length)
  const distinct = listed[0]?.type === 'DISTINCT'
  const list = listed.slice(distinct || listed[0]?.type === 'ALL' ? 1 : 0)
  // `distinct on (a, b)` keeps one row of each.
  const isOn = distinct && list[0]?.type === 'ON'
  const rest = isOn ? list.slice((closingOf(list, 1) ?? 0) + 1) : list
  const from = clause('FROM')
  const sources = from ? sourcesOf({ sql, tokens: from }) : []
  if (!sources) return null
  const [group, having, qualify] = [clause('GROUP'), clause('HAVING'), clause('QUALIFY')]
  return {
    span: { start: first.span.start, end: last.span.end },
    distinct,
    items: commaParts(rest).flatMap((part) => itemOf({ sql, tokens: part }) ?? []),
    sources,
    where: conditionsIn(clause('WHERE') ?? []),
    group: group && spanOf(group.slice(1)),
    having: having && spanOf(having),
    qualify: qualify && spanOf(qualify),
    limited: ['LIMIT', 'FETCH', 'OFFSET'].some((type) => clause(type) !== null) || isOn,
  }
}

/** `is distinct from` compares. */
function isDistinctFrom(tokens: Token[], at: number): boolean {
  return tokens[at]?.type === 'FROM' && tokens[at - 1]?.type === 'DISTINCT' && at > 1
}

/** The parts between `and`s outside of brackets; one part where an `or` stands beside them. */
function conditionsIn(tokens: Token[]): Span[] {
  if (tokens.length === 0) return []
  if (topLevel(tokens, (t) => t.type === 'OR').length > 0) return present(spanOf(tokens))
  const parts: Token[][] = [[]]
  let between = false
  let depth = 0
  for (const token of tokens) {
    if (depth === 0 && token.type === 'AND' && !between) parts.push([])
    else parts.at(-1)?.push(token)
    // `between a and b` has an `and` of its own.
    if (depth === 0 && token.type === 'BETWEEN') between = true
    else if (depth === 0 && token.type === 'AND') between = false
    if (token.type === 'CASE') depth += 1
    else if (token.type === 'END') depth -= 1
    depth += depthOf(token)
  }
  return parts.flatMap((p) => present(spanOf(p)))
}

export function conditionsAt(sql: string, { start, end }: Span, adapter: string): Span[] {
  const moved = (s: Span) => ({ start: s.start + start, end: s.end + start })
  return conditionsIn(tokensOf(sql.slice(start, end), adapter) ?? []).map(moved)
}

/** The same, and within brackets that hold such parts. */
export function conditionsWithin(sql: string, { start, end }: Span, adapter: string): Span[] {
  const tokens = unwrapped(tokensOf(sql.slice(start, end), adapter) ?? [])
  const parts = conditionsIn(tokens).map((s) => ({ start: s.start + start, end: s.end + start }))
  return parts.length > 1 ? parts.flatMap((p) => conditionsWithin(sql, p, adapter)) : parts
}

const present = (span: Span | null) => (span ? [span] : [])

function spanOf(tokens: Token[]): Span | null {
  const [first, last] = [tokens[0], tokens.at(-1)]
  return first && last ? { start: first.span.start, end: last.span.end } : null
}

function commaParts(tokens: Token[]): Token[][] {
  const parts: Token[][] = []
  let from = 0
  for (const at of [...topLevel(tokens, (t) => t.type === 'COMMA'), tokens.length]) {
    if (at > from) parts.push(tokens.slice(from, at))
    from = at + 1
  }
  return parts
}

function itemOf({ sql, tokens }: Text): OutlineItem | null {
  const span = spanOf(tokens)
  if (!span) return null
  const name = (t: Token | undefined) => (t ? identifierOf(sql.slice(t.span.start, t.span.end)) : null)
  const star = tokens.findIndex((t, i) => t.type === 'STAR' && (i === 0 || tokens[i - 1]?.type === 'DOT'))
  if (star === 0 || star === 2) {
    const of = star === 2 ? name(tokens[0]) : null
    return { span, expression: span, alias: null, star: { of, ...starOptions(sql, tokens.slice(star + 1)) } }
  }
  const last = tokens.at(-1)
  const before = tokens.at(-2)
  const isNamed = tokens.length > 1 && before?.type === 'AS'
  // `x y` without `as`: a word behind something that is complete.
  const isBare =
    tokens.length > 1 &&
    !isNamed &&
    (last?.type === 'VAR' || last?.type === 'QUOTED_IDENTIFIER') &&
    ['VAR', 'QUOTED_IDENTIFIER', 'R_PAREN', 'END', 'NUMBER', 'STRING', 'R_BRACKET'].includes(
      before?.type ?? '',
    )
  const cut = isNamed ? -2 : isBare ? -1 : tokens.length
  const expression = spanOf(tokens.slice(0, cut)) ?? span
  return { span, expression, alias: isNamed || isBare ? name(last) : null, star: null }
}

function starOptions(sql: string, tokens: Token[]) {
  const without: Identifier[] = []
  const replaced: { expression: Span; name: Identifier }[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const kind = tokens[at]?.text.toLowerCase()
    if (kind !== 'exclude' && kind !== 'except' && kind !== 'replace') continue
    const close = closingOf(tokens, at + 1) ?? at + 1
    const inner = unwrapped(tokens.slice(at + 1, close + 1))
    for (const part of commaParts(inner)) {
      const last = part.at(-1)
      if (!last) continue
      const name = identifierOf(sql.slice(last.span.start, last.span.end))
      const expression = kind === 'replace' ? spanOf(part.slice(0, -2)) : null
      if (expression) replaced.push({ expression, name })
      else without.push(name)
    }
    at = close
  }
  return { without, replaced }
}

const JOIN_WORDS = new Set(['LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'NATURAL', 'OUTER', 'JOIN'])
const OTHER_JOINS = /^(asof|semi|anti|positional|lateral|global|any)$/i

function sourcesOf({ sql, tokens }: Text): OutlineSource[] | null {
  const starts: number[] = [0]
  for (const at of topLevel(tokens, (t) => t.type === 'COMMA' || t.type === 'JOIN')) {
    let from = at
    while (
      from > 0 &&
      (JOIN_WORDS.has(tokens[from - 1]?.type ?? '') || OTHER_JOINS.test(tokens[from - 1]?.text ?? ''))
    )
      from -= 1
    if (from > 0) starts.push(from)
  }
  const unique = [...new Set(starts)].sort((a, b) => a - b)
  const found = unique.map((start, i) =>
    sourceOf({ sql, tokens: tokens.slice(start, unique[i + 1]) }, i === 0),
  )
  return found.every((s) => s !== null) ? found : null
}

function sourceOf({ sql, tokens }: Text, first: boolean): OutlineSource | null {
  const join = topLevel(tokens, (t) => t.type === 'JOIN')[0]
  const head = first ? 0 : join === undefined ? 1 : join + 1
  const types = tokens.slice(0, head).map((t) => t.type)
  const odd = tokens.slice(0, head).some((t) => OTHER_JOINS.test(t.text)) || types.includes('NATURAL')
  const body = tokens.slice(head)
  const [condition] = topLevel(body, (t) => t.type === 'ON' || t.type === 'USING')
  const read = body.slice(0, condition ?? body.length)
  const [item, span] = [spanOf(read), spanOf(tokens)]
  if (!item || !span) return null
  const how = condition === undefined ? null : body[condition]?.type
  const rest = condition === undefined ? [] : body.slice(condition + 1)
  const named = (t: Token) => identifierOf(sql.slice(t.span.start, t.span.end))
  const isQuery = read[0]?.type === 'L_PAREN'
  const close = isQuery ? (closingOf(read, 0) ?? 0) : pathEnd(read) - 1
  const path = isQuery
    ? []
    : read
        .slice(0, close + 1)
        .filter((t) => t.type !== 'DOT')
        .map(named)
  const behind = read.slice(close + 1).filter((t) => t.type !== 'AS')
  const [open, end] = [read[0], read[close]]
  const isCall = !isQuery && behind[0]?.type === 'L_PAREN'
  const alias = behind[0] && !isCall ? named(behind[0]) : null
  return {
    join: first ? 'from' : odd ? 'other' : kindOfJoin(types),
    words: spanOf(tokens.slice(0, head)) ?? { start: span.start, end: span.start },
    span,
    item,
    what: isQuery
      ? { kind: 'query', body: { start: open?.span.end ?? 0, end: end?.span.start ?? 0 } }
      : isCall
        ? { kind: 'other' }
        : { kind: 'name', path },
    name: alias ?? path.at(-1) ?? null,
    on: how === 'ON' ? spanOf(rest) : null,
    using:
      how === 'USING'
        ? unwrapped(rest)
            .filter((t) => t.type !== 'COMMA')
            .map(named)
        : null,
  }
}

/** How many tokens `"db"."schema"."name"` takes. */
function pathEnd(tokens: Token[]): number {
  let at = 1
  while (tokens[at]?.type === 'DOT') at += 2
  return at
}

function kindOfJoin(types: string[]): JoinKind {
  if (types.includes('LEFT')) return 'left'
  if (types.includes('RIGHT')) return 'right'
  if (types.includes('FULL')) return 'full'
  if (types.includes('CROSS') || types.includes('COMMA')) return 'cross'
  return 'inner'
}

/** Whether a word means this name. */
export const isNamed = (word: Identifier, name: string, adapter: string) =>
  keyOf(word, adapter) === keyOf({ name, quoted: true }, adapter)
