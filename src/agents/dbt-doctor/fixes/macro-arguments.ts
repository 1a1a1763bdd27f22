/** Names of columns that macros are given as texts: names of SQL where they come out. */
import { type Span, splitJinja } from '../../../project/sql/jinja.ts'

/** Whole texts that calls in `{{ }}` are given, but for those that dbt reads as other names. */
export function macroArguments(text: string, name: string): Span[] {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return []
  const pattern = new RegExp(`(['"])${name.replace(/\W/g, '\\$&')}\\1`, 'g')
  return segments.flatMap(({ kind, start, end }) => {
    const code = text.slice(start, end)
    if (kind !== 'expression' || /^\{\{-?\s*(?:config|ref|source|var|env_var|doc)\s*\(/.test(code)) return []
    return [...code.matchAll(pattern)].map((m) => ({
      start: start + m.index + 1,
      end: start + m.index + m[0].length - 1,
    }))
  })
}
