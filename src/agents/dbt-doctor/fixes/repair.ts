/**
 * SQL that cannot be read, by one word or sign more, less or another one: near the place where the warehouse stumbles.
 * Whether what comes of it is SQL says the warehouse's own grammar, before anything is built.
 */
import type { TextEdit } from '../../../changes/index.ts'
import { splitJinja } from '../../../project/sql/jinja.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'
import { lineOf } from './select-lists.ts'

export const repair: Fixer = {
  id: 'repair',
  classes: ['D12', 'D08', 'D07', 'D01'],
  find: async ({ file, line, class: of }, context) => {
    if (!file?.endsWith('.sql')) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    const found: Candidate[] = []
    const all = of?.id === 'D12' ? repairs(text, line) : operators(text, tokensIn(text))
    for (const { title, because, score, edits } of all)
      found.push(
        ...(await propose(context, {
          title,
          because: [because],
          score,
          texts: { [file]: edited(text, edits, file) },
        })),
      )
    return found
  },
}

export type Token = {
  kind: 'word' | 'text' | 'quoted' | 'jinja' | 'sign'
  text: string
  start: number
  end: number
}
type Repair = { title: string; because: string; score: number; edits: TextEdit[] }

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`\n]*`|[‘’“”][^‘’“”\n]*[‘’“”]|[\p{L}_][\p{L}\p{N}_$]*|\d+(?:\.\d+)?|&&|\|\||::|<>|[<>!=]=|\S/gu

/** Words, texts and signs of a file outside of comments; an expression of Jinja is one. */
export function tokensIn(text: string): Token[] {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return []
  return segments.flatMap((s): Token[] => {
    if (s.kind === 'expression')
      return [{ kind: 'jinja', text: text.slice(s.start, s.end), start: s.start, end: s.end }]
    if (s.kind !== 'text' && s.kind !== 'raw') return []
    return [...text.slice(s.start, s.end).matchAll(TOKEN)].flatMap((m): Token[] => {
      const [written] = m
      if (/^(?:--|\/\*)/.test(written)) return []
      const start = s.start + m.index
      return [{ kind: kindOf(written), text: written, start, end: start + written.length }]
    })
  })
}

function kindOf(written: string): Token['kind'] {
  if (/^['‘’“”]/.test(written)) return 'text'
  if (/^["`]/.test(written)) return 'quoted'
  return /^[\p{L}_\d]/u.test(written) ? 'word' : 'sign'
}

/** So many lines above the one that is named, and one below it. */
const ABOVE = 6

function repairs(text: string, line: number | null): Repair[] {
  const tokens = tokensIn(text)
  const isNear = ({ start }: Token) => {
    const by = line === null ? 0 : line - lineOf(text, start)
    return by >= -1 && by <= ABOVE
  }
  const places = tokens.flatMap((t, i) => (isNear(t) ? [i] : []))
  return [
    ...operators(text, tokens.filter(isNear)),
    ...places.flatMap((i) => at(text, tokens, i)),
    ...reserved(text, tokens, places),
    ...clauses(text, tokens),
  ]
}

const insert = (place: number, put: string): TextEdit => ({ start: place, end: place, text: put })
const replace = ({ start, end }: Token, put: string): TextEdit => ({ start, end, text: put })

/** Signs of other languages, and those that only look like one of SQL. */
function operators(text: string, tokens: Token[]): Repair[] {
  const others: [RegExp, (t: Token) => string, string][] = [
    [/^&&$/, () => 'and', '&& joins conditions elsewhere'],
    [/^==$/, () => '=', '== compares in programs'],
    [/^`/, (t) => nameIn(t), 'names stand in backticks elsewhere'],
    [
      /^[‘’]/,
      (t) => `'${t.text.slice(1, -1).replaceAll("'", "''")}'`,
      'its quotes are those of a text in a book',
    ],
    [/^[“”]/, (t) => `"${t.text.slice(1, -1)}"`, 'its quotes are those of a text in a book'],
    [/^(?:elseif|elsif|elif)$/i, () => 'when', 'a case goes on with when'],
  ]
  return others.flatMap(([shape, put, because]) => {
    const edits = tokens.filter((t) => shape.test(t.text)).map((t) => replace(t, put(t)))
    const [first] = edits
    if (!first) return []
    const title = `Write ${first.text} instead of ${text.slice(first.start, first.end)} (line ${lineOf(text, first.start)})`
    return [{ title, because, score: 82, edits }]
  })
}

/** Without its backticks; in double quotes where it needs some. */
const nameIn = ({ text }: Token) => {
  const name = text.slice(1, -1)
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

const isValue = (t: Token | undefined) => t !== undefined && (t.kind !== 'sign' || t.text === ')')
const BETWEEN =
  /^(?:select|distinct|from|where|and|or|not|on|by|as|then|else|when|case|join|using|in|is|like|between|having|with|over|union|all|group|order|left|right|inner|full|cross|outer|end|limit|partition|interval|date|timestamp|asc|desc)$/i

const OF_A_UNION = /^(?:all|distinct|select|by|with|values|from)$/i

/** What may be lacking in front of one token, or wrong with it. */
function at(text: string, tokens: Token[], i: number): Repair[] {
  const [before, t, next] = [tokens[i - 1], tokens[i], tokens[i + 1]]
  if (!t) return []
  const line = lineOf(text, t.start)
  const found: Repair[] = []
  const add = (title: string, because: string, score: number, ...edits: TextEdit[]) =>
    found.push({ title: `${title} (line ${line})`, because, score, edits })
  const isItem =
    isValue(before) && t.kind !== 'sign' && !BETWEEN.test(before?.text ?? '') && !BETWEEN.test(t.text)
  const isNewLine = before !== undefined && lineOf(text, before.end) < line
  if (before && isItem && isNewLine)
    add(
      `Put a comma behind ${before.text}`,
      'two items stand side by side without one',
      63,
      insert(before.end, ','),
    )
  if (
    before?.text === ')' &&
    next &&
    (t.kind === 'word' || t.kind === 'quoted') &&
    isNewLine &&
    /^as$/i.test(next.text)
  )
    add('Put a comma between two subqueries', 'one ends, and the next begins', 76, insert(before.end, ','))
  const isNamed = before !== undefined && (before.kind === 'word' || before.kind === 'quoted')
  if (
    isNamed &&
    t.text === '(' &&
    /^(?:with|,|recursive)$/i.test(tokens[i - 2]?.text ?? '') &&
    /^(?:select|with)$/i.test(next?.text ?? '')
  )
    add(`Put as behind ${before.text}`, 'a subquery is named with as', 64, insert(before.end, ' as'))
  if (
    t.text === ',' &&
    (next === undefined || next.text === ',' || next.text === ')' || BETWEEN.test(next.text))
  )
    add('Take a comma out', 'nothing stands between it and what follows', 70, replace(t, ''))
  if (before && t.text === before.text && t.kind === before.kind && t.text !== '(' && t.text !== ')')
    add(`Take the second ${t.text} out`, 'it stands twice', 68, { start: before.end, end: t.end, text: '' })
  if (/^(?:union|except|intersect)$/i.test(before?.text ?? '') && t.kind === 'word') {
    const [meant] = OF_A_UNION.test(t.text) ? [] : nearNames(t.text, ['all', 'distinct'], 1)
    const put = t.text === t.text.toUpperCase() ? meant?.name.toUpperCase() : meant?.name
    if (put) add(`Write ${put} instead of ${t.text}`, `it follows ${before?.text}`, 82, replace(t, put))
  }
  if (/^using$/i.test(t.text) && (next?.kind === 'word' || next?.kind === 'quoted')) {
    const end = lastListed(tokens, i + 1)?.end ?? next.end
    const because = 'what a join goes by stands in brackets'
    add('Put brackets around what using names', because, 80, insert(next.start, '('), insert(end, ')'))
  }
  if (/^over$/i.test(t.text) && next && next.text !== '(')
    add(
      'Open a bracket behind over',
      'what a window is made of stands in brackets',
      80,
      insert(next.start, '('),
    )
  if (t.text === '(' && before?.text === ')' && /^(?:partition|order)$/i.test(next?.text ?? ''))
    add('Write over before the window', 'a call is followed by a window', 80, insert(t.start, 'over '))
  if (t.kind === 'word' && /^\d{4}$/.test(t.text)) found.push(...bareDate(text, tokens, i))
  return found
}

/** The last of some names with commas between them, from `first` on. */
function lastListed(tokens: Token[], first: number): Token | undefined {
  const isName = (t: Token | undefined) => t?.kind === 'word' || t?.kind === 'quoted'
  let last = first
  while (tokens[last + 1]?.text === ',' && isName(tokens[last + 2])) last += 2
  return tokens[last]
}

/** `2025-01-31` without quotes is a difference. */
function bareDate(text: string, tokens: Token[], i: number): Repair[] {
  const parts = tokens.slice(i, i + 5)
  const [start, end] = [parts[0]?.start ?? 0, parts[4]?.end ?? 0]
  const written = text.slice(start, end)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return []
  const title = `Put quotes around ${written} (line ${lineOf(text, start)})`
  return [
    {
      title,
      because: 'a day is written as a text',
      score: 80,
      edits: [{ start, end, text: `'${written}'` }],
    },
  ]
}

/** Names that people give and SQL has as words of its own: in double quotes they are names. */
const RESERVED =
  /^(?:order|group|user|table|end|to|from|select|where|limit|check|default|desc|asc|case|column|references|primary|unique|window|offset|all|any|both|array|grant|having|left|right|join|union|when|then|else|with|cast|do|analyse|analyze)$/i

/** A word of SQL where a name has to stand: with all other places that name it. */
function reserved(text: string, tokens: Token[], places: number[]): Repair[] {
  const isName = (i: number) => {
    const [before, t, next] = [tokens[i - 1], tokens[i], tokens[i + 1]]
    if (t?.kind !== 'word' || !RESERVED.test(t.text)) return false
    const isAlias = /^as$/i.test(before?.text ?? '') && next?.text !== '('
    const isDefined = /^(?:with|,)$/i.test(before?.text ?? '') && /^as$/i.test(next?.text ?? '')
    const isRead = /^(?:from|join)$/i.test(before?.text ?? '')
    // `{{ ref('a') }} end on ...`: what is read has a name without `as`.
    const isRelation = before?.kind === 'jinja' && /^(?:from|join)$/i.test(tokens[i - 2]?.text ?? '')
    const isBare = isRelation && /^(?:on|using)$/i.test(next?.text ?? '')
    return isAlias || isBare || isDefined || isRead || before?.text === '.' || next?.text === '.'
  }
  const names = new Set(places.filter(isName).map((i) => tokens[i]?.text.toLowerCase() ?? ''))
  return [...names].map((name) => {
    const edits = tokens.flatMap((t, i) =>
      t.text.toLowerCase() === name && isName(i) ? [replace(t, `"${t.text}"`)] : [],
    )
    const line = lineOf(text, edits[0]?.start ?? 0)
    const because = `${name} is a word of SQL; in double quotes it is a name`
    return { title: `Put ${name} in double quotes (line ${line})`, because, score: 78, edits }
  })
}

const CLAUSES = ['from', 'where', 'group', 'having', 'qualify', 'order', 'limit']

/** Clauses of one query in another order than SQL has them: they change their places. */
function clauses(text: string, tokens: Token[]): Repair[] {
  const found: Repair[] = []
  let depth = 0
  /** By depth: the clauses of the query that is read there. */
  const open: { rank: number; start: number }[][] = [[]]
  const close = (end: number) => {
    const list = open[depth] ?? []
    for (const [i, one] of list.entries()) {
      const next = list[i + 1]
      if (!next || next.rank >= one.rank) continue
      const to = list[i + 2]?.start ?? end
      const [a, b] = [text.slice(one.start, next.start), text.slice(next.start, to)]
      const tail = (s: string) => s.slice(s.trimEnd().length)
      const put = `${b.trimEnd()}${tail(a)}${a.trimEnd()}${tail(b)}`
      const title = `Put ${CLAUSES[next.rank]} before ${CLAUSES[one.rank]} (line ${lineOf(text, next.start)})`
      found.push({
        title,
        because: 'SQL has them in that order',
        score: 80,
        edits: [{ start: one.start, end: to, text: put }],
      })
    }
    open[depth] = []
  }
  for (const t of tokens) {
    if (t.text === '(') open[++depth] = []
    else if (t.text === ')') {
      close(t.start)
      depth = Math.max(0, depth - 1)
    } else if (/^(?:select|union|except|intersect)$/i.test(t.text)) close(t.start)
    else if (t.kind === 'word' && CLAUSES.includes(t.text.toLowerCase()))
      open[depth]?.push({ rank: CLAUSES.indexOf(t.text.toLowerCase()), start: t.start })
  }
  while (depth >= 0) {
    close(text.trimEnd().length)
    depth -= 1
  }
  return found
}
