/** A name that the same select gives to a column of its own, where the warehouse does not know it yet: what it stands for. */
import type { Candidate, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, wordsNamed } from '../words.ts'
import { failingSql } from './files.ts'
import { propose } from './propose.ts'
import { type Item, lineOf, selectLists } from './select-lists.ts'

export const aliases: Fixer = {
  id: 'aliases',
  classes: ['D01'],
  find: async (failure, context) => {
    const name = lastName(failure.thing ?? '')
    if (name === '' || failure.thing?.includes('.')) return []
    const found: Candidate[] = []
    for (const { path, text } of await failingSql(failure, context)) {
      const line = failure.file === path ? failure.line : null
      for (const item of selectLists(text).flatMap((l) => l.items)) {
        if (item.name?.toLowerCase() !== name.toLowerCase() || item.expression.end === item.span.end) continue
        const uses = usesOf(text, name, item).filter((u) => line === null || lineOf(text, u.start) === line)
        const expression = text.slice(item.expression.start, item.expression.end)
        const put = isWhole(expression) ? expression : `(${expression})`
        found.push(
          ...(await propose(context, {
            title: `Write what ${name} stands for: ${expression.replace(/\s+/g, ' ')}`,
            because: [
              `${name} is what line ${lineOf(text, item.span.start)} calls it, and the warehouse does not know that name there yet`,
            ],
            score: 84,
            texts: {
              [path]: edited(
                text,
                uses.map((u) => ({ ...u, text: put })),
                path,
              ),
            },
          })),
        )
      }
    }
    return found
  },
}

/** Where the bare name is read, in the same select as far as brackets tell it. */
function usesOf(text: string, name: string, { expression, span }: Item): { start: number; end: number }[] {
  const sql = sqlOnly(text)
  const from = openBefore(sql, span.start)
  const to = closeAfter(sql, span.end)
  return wordsNamed(sql, name)
    .filter((w) => w.start >= from && w.end <= to && (w.end <= expression.start || w.start >= span.end))
    .filter((w) => !/[.]\s*$|\bas\s+$/i.test(sql.slice(0, w.start)) && !/^\s*[.(]/.test(sql.slice(w.end)))
    .map(({ start, end }) => ({ start, end }))
}

function openBefore(sql: string, at: number): number {
  let depth = 0
  for (let i = at - 1; i >= 0; i -= 1) {
    if (sql[i] === ')') depth += 1
    if (sql[i] === '(') depth -= 1
    if (depth < 0) return i + 1
  }
  return 0
}

function closeAfter(sql: string, at: number): number {
  let depth = 0
  for (let i = at; i < sql.length; i += 1) {
    if (sql[i] === '(') depth += 1
    if (sql[i] === ')') depth -= 1
    if (depth < 0) return i
  }
  return sql.length
}

/** A name, a number, or one call: nothing beside it can tear it apart. */
function isWhole(expression: string): boolean {
  if (/^[\w".]+$/.test(expression)) return true
  const [head] = /^[\w".]+\s*\(/.exec(expression) ?? []
  return head !== undefined && closeAfter(sqlOnly(expression), head.length) === expression.length - 1
}
