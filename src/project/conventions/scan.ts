/** A raw SQL file as tokens: enough to see style. Meaning is not asked for; Jinja blocks and comments are left out. */

export type Token = {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'jinja' | 'mark'
  text: string
  /** Lower case, for words; else as `text`. */
  low: string
  at: number
  /** Brackets that are open around it; a bracket itself counts as outside. */
  depth: number
}

const PIECES =
  /(?<skip>\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|--[^\n]*|\/\*[\s\S]*?\*\/|\s+)|(?<jinja>\{\{(?:'[^'\n]*'|"[^"\n]*"|[\s\S])*?\}\})|(?<string>'(?:[^']|'')*'|\$\$[\s\S]*?\$\$)|(?<quoted>"(?:[^"]|"")*"|`[^`]*`)|(?<number>\d+(?:\.\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<mark>::|\|\||[\s\S])/gu

const KINDS = ['jinja', 'string', 'quoted', 'number', 'word', 'mark'] as const

export function scan(sql: string): Token[] {
  const tokens: Token[] = []
  let depth = 0
  for (const match of sql.matchAll(PIECES)) {
    const kind = KINDS.find((k) => match.groups?.[k] !== undefined)
    if (kind === undefined) continue
    const text = match[0]
    if (text === ')') depth = Math.max(0, depth - 1)
    tokens.push({ kind, text, low: kind === 'word' ? text.toLowerCase() : text, at: match.index, depth })
    if (text === '(') depth += 1
  }
  return tokens
}

/** Words that are no names where they stand in a select list or a from clause. */
export const KEYWORDS = new Set(
  (
    'select from where join left right inner full outer cross natural lateral on using group by order having ' +
    'union all except intersect with recursive case when then else end and or not in is null like between ' +
    'distinct over partition limit offset as asc desc qualify window filter exists interval true false ' +
    'rows range preceding following unbounded current tablesample sample nulls first last materialized'
  ).split(' '),
)

export type Cte = { name: string; body: Token[]; nameAt: number; openAt: number; closeAt: number }

/** The CTEs of the outermost `with`, and the tokens of the select behind them. */
export function ctes(tokens: Token[]): { ctes: Cte[]; rest: Token[]; withAt: number } | null {
  const start = tokens.findIndex((t) => t.low === 'with' && t.depth === 0)
  if (start < 0) return null
  const found: Cte[] = []
  let i = start + 1
  if (tokens[i]?.low === 'recursive') i += 1
  for (;;) {
    const name = tokens[i]
    let open = i + 1
    while (tokens[open] && tokens[open]?.text !== '(' && open < i + 4) open += 1
    if (!name || tokens[i + 1]?.low !== 'as' || tokens[open]?.text !== '(') break
    let close = open + 1
    while (tokens[close] && !(tokens[close]?.text === ')' && tokens[close]?.depth === name.depth)) close += 1
    const end = tokens[close]
    if (!end) break
    found.push({
      name: bare(name),
      body: tokens.slice(open + 1, close),
      nameAt: name.at,
      openAt: tokens[open]?.at ?? 0,
      closeAt: end.at,
    })
    i = close + 1
    if (tokens[i]?.text !== ',') break
    i += 1
  }
  return found.length === 0 ? null : { ctes: found, rest: tokens.slice(i), withAt: tokens[start]?.at ?? 0 }
}

export function bare({ kind, text }: Token): string {
  return kind === 'quoted' ? text.slice(1, -1) : text
}

/** What `{{ ref('x') }}` or `{{ source('s', 'x') }}` reads; null for other Jinja. */
export function readBy({ kind, text }: Token): { source: string | null; name: string } | null {
  if (kind !== 'jinja') return null
  const [, call, first, second] =
    /^\{\{-?\s*(ref|source)\s*\(\s*(?:'([^']*)'|"[^"]*")\s*(?:,\s*['"]([^'"]*)['"])?/.exec(
      text.replaceAll('"', "'"),
    ) ?? []
  if (call === undefined || first === undefined) return null
  return { source: call === 'source' ? first : null, name: second ?? first }
}

/** Items of a list at the depth of its first token, without the commas. */
function split(tokens: Token[]): Token[][] {
  const depth = tokens[0]?.depth ?? 0
  const items: Token[][] = [[]]
  for (const token of tokens) {
    if (token.text === ',' && token.depth === depth) items.push([])
    else items.at(-1)?.push(token)
  }
  return items.filter((item) => item.length > 0)
}

/** The items of every select list, inner ones too. */
export function selectItems(tokens: Token[]): Token[][] {
  return tokens.flatMap((token, i) => {
    if (token.low !== 'select') return []
    const list = after(tokens, i, (t) => t.depth === token.depth && ENDS_LIST.has(t.low))
    return split(list[0]?.low === 'distinct' ? list.slice(1) : list)
  })
}

const ENDS_LIST = new Set(['from', 'union', 'where', 'except', 'intersect', ';'])

/** What stands behind a token, to the end of its brackets or to where it is said to end. */
export function after(tokens: Token[], i: number, ends: (t: Token) => boolean): Token[] {
  const depth = tokens[i]?.depth ?? 0
  let end = i + 1
  for (let token = tokens[end]; token && token.depth >= depth && !ends(token); token = tokens[end]) end += 1
  return tokens.slice(i + 1, end)
}
