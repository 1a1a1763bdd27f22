/** A window in where, which is applied before rows are numbered: with qualify, or around a query that numbers them. */
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited, sqlOnly } from '../words.ts'
import { qualified } from './dialect-syntax.ts'
import { failingSql } from './files.ts'
import { whereIn } from './grouping.ts'
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

/** By each where that holds a window: the texts that it may become. */
function numbered(text: string, adapter: string): { line: number; ways: string[] }[] {
  const sql = sqlOnly(text)
  return selectLists(text).flatMap(({ span, groupBy }) => {
    const end = clauseEnd(sql, span.end)
    const start = groupBy ? null : whereIn(sql, span.end, end)
    if (start === null || !WINDOW.test(sql.slice(start, end))) return []
    const clause = text.slice(start + 'where'.length, end)
    const parts = clause.trim().split(/\s+and\s+/i)
    if (
      /\bor\b/i.test(sql.slice(start, end)) ||
      parts.some((p) => p.split('(').length !== p.split(')').length)
    )
      return []
    const isUpper = text.slice(start, start + 5) === 'WHERE'
    const [and, where, qualify] = isUpper ? [' AND ', 'WHERE', 'QUALIFY'] : [' and ', 'where', 'qualify']
    const [windowed, rest] = [parts.filter((p) => WINDOW.test(p)), parts.filter((p) => !WINDOW.test(p))]
    const kept = rest.length > 0 ? `${where} ${rest.join(and)}\n` : ''
    const put = `${kept}${qualify} ${windowed.join(and)}${/\s*$/.exec(clause)?.[0] ?? ''}`
    const later = edited(text, [{ start, end, text: put }], 'sql')
    const ways = adapter === 'duckdb' ? [later] : qualified(later).map((w) => edited(later, w.edits, 'sql'))
    return [{ line: lineOf(text, start), ways }]
  })
}
