/** Whether SQL can be read at all, asked of the warehouse itself without running it: cheap, beside a build. */
import { splitJinja } from '../../../project/sql/jinja.ts'
import type { Candidate, Failure, FixContext } from '../types.ts'
import { sqlOnly } from '../words.ts'

/** Warehouses that explain a statement, and how they say that it is none. */
const NO_SQL: Record<string, RegExp> = { duckdb: /Parser Error/, postgres: /syntax error/i }
/** What can be explained and does nothing. */
const A_QUERY = /^\s*(?:select|with|from)\b/i

/**
 * Of candidates for SQL that cannot be read, those that leave it so are dropped before anything is built. Where none is
 * left, or the warehouse cannot be asked, nothing is known, and all stay.
 */
export async function readable(
  candidates: Candidate[],
  failure: Failure,
  { adapter, dbt }: Pick<FixContext, 'adapter' | 'dbt'>,
): Promise<Candidate[]> {
  const isNone = NO_SQL[adapter]
  const { file, class: of } = failure
  if (of?.id !== 'D12' || !isNone || file === null || candidates.length < 2) return candidates
  const asked = candidates.flatMap((candidate) => {
    const [change, more] = candidate.changes.changes
    const text = change?.kind === 'edit' && change.path === file && !more ? plainSql(change.after) : null
    return text === null ? [] : [{ candidate, text }]
  })
  if (asked.length === 0) return candidates
  const answers = await dbt.query(asked.map(({ text }) => `explain ${text}`))
  const wrong = new Set(
    asked.flatMap(({ candidate }, i) => {
      const answer = answers[i]
      return answer && 'error' in answer && isNone.test(answer.error) ? [candidate] : []
    }),
  )
  return wrong.size === asked.length ? candidates : candidates.filter((c) => !wrong.has(c))
}

/**
 * The query of a file with a name for each expression of Jinja, and nothing for its other tags; null where it is not
 * one query, or its Jinja cannot be read.
 */
export function plainSql(text: string): string | null {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return null
  const plain = segments
    .map((s) => {
      const part = text.slice(s.start, s.end)
      if (s.kind === 'text') return part
      const isValue = s.kind === 'expression' && !/^\{\{-?\s*config\s*\(/.test(part)
      return isValue ? 'jinja'.padEnd(part.length, '_') : part.replace(/[^\n]/g, ' ')
    })
    .join('')
  return A_QUERY.test(sqlOnly(plain)) && !sqlOnly(plain).includes(';') ? plain : null
}
