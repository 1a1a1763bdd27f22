/** A window in where, which is applied before rows are numbered: with qualify, or around a query that numbers them. */
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited, sqlOnly } from '../words.ts'
import { qualified } from './dialect-syntax.ts'
import { failingSql } from './files.ts'
import { propose } from './propose.ts'
import { clauseEnd, lineOf, selectLists } from './select-lists.ts'

export const windows: Fixer = {
  id: 'windows',
  classes: ['D15'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const { path, text } of await failingSql(failure, context))
      for (const { line, ways } of numbered(text, context.adapter))
        for (const [i, put] of ways.entries())
          found.push(...(await made(path, put, 80 - i * 6, line, context)))
    return found
  },
}

const made = (path: string, text: string, score: number, line: number, context: FixContext) =>
  propose(context, {
    title: `Filter what a window gives after it is made (line ${line})`,
    because: ['where is applied before rows are numbered; the condition stays as it is'],
    score,
    texts: { [path]: text },
  })

const WINDOW = /\bover\s*(?:\(|\w)/i

/** By each where that is nothing but a window: the texts that it may become. */
function numbered(text: string, adapter: string): { line: number; ways: string[] }[] {
  const sql = sqlOnly(text)
  return selectLists(text).flatMap(({ span, groupBy }) => {
    const end = clauseEnd(sql, span.end)
    const start = groupBy ? null : whereIn(sql, span.end, end)
    const clause = start === null ? '' : sql.slice(start, end)
    // A part of it may be meant of the rows before they are numbered.
    if (start === null || !WINDOW.test(clause) || /\b(?:and|or)\b/i.test(clause)) return []
    const word = text.slice(start, start + 5) === 'WHERE' ? 'QUALIFY' : 'qualify'
    const later = edited(text, [{ start, end: start + 'where'.length, text: word }], 'sql')
    const ways = adapter === 'duckdb' ? [later] : qualified(later).map((w) => edited(later, w.edits, 'sql'))
    return [{ line: lineOf(text, start), ways }]
  })
}

/** Where the condition of a select stands, outside of all brackets of what is between. */
function whereIn(sql: string, from: number, to: number): number | null {
  let depth = 0
  for (let i = from; i < to; i += 1) {
    if (sql[i] === '(') depth += 1
    if (sql[i] === ')') depth -= 1
    if (depth === 0 && !/\w/.test(sql[i - 1] ?? '') && /^where\b/i.test(sql.slice(i, i + 6))) return i
  }
  return null
}
