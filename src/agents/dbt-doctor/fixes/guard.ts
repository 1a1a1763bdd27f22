/** A query's result that is read while dbt parses, when there is none: only where dbt executes. */
import type { Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { ownFiles } from './files.ts'
import { propose } from './propose.ts'

/** `{% set n = r.columns[0].values() %}`, `{% for row in r.rows %}`. */
const READS =
  /(\{%-?\s*(?:set\s+\w+\s*=|for\s+[\w\s,]+?\s+in)\s*)([^%]*?\.(?:table|columns|rows|data)\b[^%]*?)(\s*-?%\})/g

export const guard: Fixer = {
  id: 'guard',
  classes: ['C01'],
  find: async (failure, context) => {
    const macros = context.files.filter((p) => /(^|\/)macros\//.test(p) && p.endsWith('.sql'))
    const found = []
    for (const path of new Set([...ownFiles(failure, context), ...macros])) {
      const text = await context.read(path).catch(() => '')
      const edits = [...text.matchAll(READS)].flatMap((m) => {
        const [, head = '', expression = ''] = m
        if (/\bexecute\b/.test(expression)) return []
        const start = m.index + head.length
        return [{ start, end: start + expression.length, text: `(${expression.trim()}) if execute else []` }]
      })
      found.push(
        ...(await propose(context, {
          title: 'Read the result of the query where dbt executes only',
          because: ['while dbt parses no query has a result'],
          score: path === failure.file ? 82 : 70,
          texts: edits.length > 0 && path.endsWith('.sql') ? { [path]: edited(text, edits, path) } : {},
        })),
      )
    }
    return found
  },
}
