/** A value that a condition compares with, and that never occurs: the nearest that does. */
import { identifierOf } from '../../../../project/sql/ctes.ts'
import { tokensOf } from '../../../../project/sql/parse.ts'
import type { Span } from '../../../../project/sql/types.ts'
import { distanceScore } from '../../score.ts'
import { type Block, columnText, expressionAt, fromUpTo, withOf } from '../block.ts'
import type { Look } from '../look.ts'
import { type Idea, idea, replacing } from './idea.ts'

const MOST_VALUES = 60

type Literal = { span: Span; value: string; column: Span }

export async function nearestValue(look: Look, block: Block, span: Span): Promise<Idea[]> {
  const found: Idea[] = []
  for (const { one, column, there } of await absent(look, block, span)) {
    const near = there
      .map((v) => ({ ...v, score: likeness(one.value, v.value) }))
      .filter((v) => v.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, 2)
    for (const { value, rows, score } of near)
      found.push(...instead(look, block, { one, column, value, rows, score: Math.min(88, score) }))
  }
  return found
}

/** So few values leave a choice that a person can make. */
const FEW = 4

/** Where none that occurs is written like it: which of them is meant is for a person. */
export async function anyValue(look: Look, block: Block, span: Span): Promise<Idea[]> {
  const found: Idea[] = []
  for (const { one, column, there } of await absent(look, block, span)) {
    if (there.length > FEW || there.some((v) => likeness(one.value, v.value) > 0)) continue
    for (const { value, rows } of there)
      for (const made of instead(look, block, { one, column, value, rows, score: OF_MANY }))
        found.push({
          ...made,
          asks: `No row has '${one.value}', and nothing that occurs is written like it. Which value is meant is for you to say:`,
        })
  }
  return found
}

const OF_MANY = 40

type Instead = { one: Literal; column: string; value: string; rows: number; score: number }

const instead = (look: Look, block: Block, { one, column, value, rows, score }: Instead): Idea[] =>
  idea(
    `Compare ${column} with '${value}' instead of '${one.value}'`,
    [`no row has '${one.value}', and ${rows} have '${value}'`],
    score,
    replacing(look, block, one.span, `'${value.replaceAll("'", "''")}'`),
  )

type Absent = { one: Literal; column: string; there: { value: string; rows: number }[] }

/** What is compared with and never occurs, with what does and is not named beside it. */
async function absent(look: Look, block: Block, span: Span): Promise<Absent[]> {
  const literals = literalsIn(look, block, span)
  const found: Absent[] = []
  for (const one of literals) {
    const [ref] = expressionAt(look, block, one.column).refs
    if (!ref) continue
    const column = columnText(look, block, ref)
    const from = fromUpTo(block, ref.source)
    const values = await look.rows(
      `${withOf(block.scope)}select cast(${column} as varchar), count(*) from ${from} where ${column} is not null group by 1 order by 2 desc`,
      MOST_VALUES + 1,
    )
    const there = (values?.rows ?? []).map(([v, n]) => ({ value: String(v), rows: Number(n) }))
    if (there.length === 0 || there.length > MOST_VALUES || there.some((v) => v.value === one.value)) continue
    const others = new Set(literals.filter((l) => l !== one).map((l) => l.value))
    found.push({ one, column: ref.column, there: there.filter((v) => !others.has(v.value)) })
  }
  return found
}

function likeness(written: string, value: string): number {
  const plain = (t: string) =>
    t
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, '')
  const words = (t: string) =>
    ` ${t
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')} `
  const [one, other] = [words(written), words(value)]
  // One is how the other begins: `credit` for `credit card`.
  if (plain(written) !== plain(value) && (other.startsWith(one) || one.startsWith(other))) return 66
  return plain(written) === plain(value) ? 88 : distanceScore(written, value)
}

/** `status = 'x'`, `'x' = status`, `status in ('x', 'y')`, `case status when 'x'`. */
function literalsIn(look: Look, { scope }: Block, { start, end }: Span): Literal[] {
  const { sql } = scope.model
  const tokens = tokensOf(sql.slice(start, end), look.adapter) ?? []
  const moved = (s: Span): Span => ({ start: s.start + start, end: s.end + start })
  const isName = (i: number) => {
    const t = tokens[i]
    if (!t || t.type === 'STRING') return false
    return (
      /^["`\p{L}_]/u.test(t.text) ||
      identifierOf(sql.slice(moved(t.span).start, moved(t.span).end)).quoted === true
    )
  }
  /** `o.status`, with its last word at `last`. */
  const nameEnding = (last: number): Span | null => {
    const [token, dot, of] = [tokens[last], tokens[last - 1], tokens[last - 2]]
    if (!token || !isName(last)) return null
    return moved({ start: dot?.type === 'DOT' && of ? of.span.start : token.span.start, end: token.span.end })
  }
  const found: Literal[] = []
  let holder: Span | null = null
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'CASE')
      holder =
        tokens[i + 1]?.type === 'WHEN' ? null : nameEnding(tokens[i + 2]?.type === 'DOT' ? i + 3 : i + 1)
    if (token.type === 'IN' && tokens[i + 1]?.type === 'L_PAREN')
      holder = nameEnding(tokens[i - 1]?.type === 'NOT' ? i - 2 : i - 1)
    if (token.type !== 'STRING') continue
    const before = tokens[i - 1]?.type ?? ''
    const column = ['EQ', 'NEQ'].includes(before)
      ? nameEnding(i - 2)
      : ['L_PAREN', 'COMMA', 'WHEN'].includes(before)
        ? holder
        : null
    const span = moved(token.span)
    const written = sql.slice(span.start, span.end)
    if (column && /^'(?:[^']|'')*'$/.test(written))
      found.push({ span, value: written.slice(1, -1).replaceAll("''", "'"), column })
  }
  return found
}
