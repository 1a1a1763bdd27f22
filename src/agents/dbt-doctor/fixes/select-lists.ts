/** What the selects of a file put out, as written: enough to mend an item in place, in a file that may not run. */
import type { Span } from '../../../project/sql/jinja.ts'
import { lastName, sqlOnly } from '../words.ts'

export type Item = {
  /** What it is called outside; null for what has no name of its own. */
  name: string | null
  /** Without an alias. */
  expression: Span
  /** From its first sign to its last, alias included. */
  span: Span
}

export type SelectList = {
  items: Item[]
  /** How many brackets it stands in. */
  depth: number
  span: Span
  /** What stands behind `group by`; null where it does not group. */
  groupBy: Span | null
}

export function selectLists(text: string): SelectList[] {
  const sql = sqlOnly(text)
  const lists: SelectList[] = []
  for (const m of sql.matchAll(/\bselect\b(?:\s+distinct\b)?/gi)) {
    const start = m.index + m[0].length
    const { end, commas } = listEnd(sql, start)
    const cuts = [start, ...commas.map((c) => c + 1), end + 1]
    const items = cuts
      .slice(0, -1)
      .flatMap((from, i) => itemIn(text, sql, from, (cuts[i + 1] ?? end + 1) - 1))
    lists.push({ items, depth: depthAt(sql, m.index), span: { start, end }, groupBy: groupBy(sql, end) })
  }
  return lists
}

/** The lists whose columns are those of the model: outside of all brackets. */
export const outermost = (text: string) => selectLists(text).filter((l) => l.depth === 0)

export const lineOf = (text: string, at: number) => text.slice(0, at).split('\n').length

function listEnd(sql: string, start: number): { end: number; commas: number[] } {
  const commas: number[] = []
  let depth = 0
  for (let i = start; i < sql.length; i += 1) {
    const c = sql[i]
    if (c === '(' || c === '[') depth += 1
    if (c === ')' || c === ']') depth -= 1
    if (depth < 0) return { end: i, commas }
    if (c === ',' && depth === 0) commas.push(i)
    if (
      depth === 0 &&
      /^\b(?:from|union|except|intersect)\b/i.test(sql.slice(i, i + 10)) &&
      !/\w/.test(sql[i - 1] ?? '')
    )
      return { end: i, commas }
  }
  return { end: sql.length, commas }
}

function itemIn(text: string, sql: string, from: number, to: number): Item[] {
  const raw = text.slice(from, to)
  // What is masked is a comment in front, or an expression of Jinja that is part of the item.
  const start = from + (/^(?:\s|--[^\n]*\n|\{#[\s\S]*?#\})*/.exec(raw)?.[0].length ?? 0)
  const end = from + withoutTail(raw).length
  if (start >= end) return []
  const masked = sql.slice(start, end)
  const alias = /(?:\bas\s+|\s)("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)\s*$/iu.exec(masked)
  const isAlias = alias !== null && /\S/.test(text.slice(start, start + alias.index))
  const bare = /^(?:[\w"$]+\.)*("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)$/u.exec(masked.trim())
  if (bare) return [{ name: lastName(bare[1] ?? ''), expression: { start, end }, span: { start, end } }]
  if (!isAlias || /^(?:end|null|true|false)$/i.test(alias[1] ?? ''))
    return [{ name: null, expression: { start, end }, span: { start, end } }]
  return [
    {
      name: lastName(alias[1] ?? ''),
      expression: { start, end: start + text.slice(start, start + alias.index).trimEnd().length },
      span: { start, end },
    },
  ]
}

/** Without blanks and comments at its end. */
function withoutTail(raw: string): string {
  const less = raw.trimEnd().replace(/--[^'\n]*$/, '')
  return less === raw ? raw : withoutTail(less)
}

function groupBy(sql: string, from: number): Span | null {
  let depth = 0
  for (let i = from; i < sql.length; i += 1) {
    if (sql[i] === '(') depth += 1
    if (sql[i] === ')') depth -= 1
    if (depth < 0) return null
    if (depth > 0) continue
    const rest = sql.slice(i)
    if (/^(?:union|except|intersect)\b/i.test(rest) && !/\w/.test(sql[i - 1] ?? '')) return null
    const [found] = /^group\s+by\b/i.exec(rest) ?? []
    if (found && !/\w/.test(sql[i - 1] ?? ''))
      return { start: i + found.length, end: clauseEnd(sql, i + found.length) }
  }
  return null
}

/** Where what stands before `having`, `order by` and the like ends, from `from` or `group by` on. */
export function clauseEnd(sql: string, from: number): number {
  let depth = 0
  for (let i = from; i < sql.length; i += 1) {
    if (sql[i] === '(') depth += 1
    if (sql[i] === ')') depth -= 1
    if (depth < 0) return i
    const isWord = depth === 0 && !/\w/.test(sql[i - 1] ?? '')
    if (isWord && /^(?:having|order|limit|qualify|window|union|except|intersect)\b/i.test(sql.slice(i)))
      return i
    if (depth === 0 && sql[i] === ';') return i
  }
  return sql.length
}

function depthAt(sql: string, at: number): number {
  let depth = 0
  for (let i = 0; i < at; i += 1) {
    if (sql[i] === '(') depth += 1
    if (sql[i] === ')') depth -= 1
  }
  return depth
}
