/** Resolves the names of one statement: what each output is made of, and what each identifier means. */
import { type Parsed, parseSql } from '../parse.ts'
import type { Resolved } from '../types.ts'
import { childOf, newContext, newQuery, type ResolveOptions } from './context.ts'
import { resolveQuery } from './query.ts'

export type { ResolveOptions } from './context.ts'

/** @returns what was resolved, or why the SQL cannot be read. */
export function resolveSql(sql: string, options: ResolveOptions): Resolved | { error: string } {
  const parsed: Parsed = parseSql(sql, options.adapter)
  if ('error' in parsed) return { error: parsed.error }
  const [statement, ...more] = parsed.statements
  if (!statement || more.length > 0)
    return { error: `${parsed.statements.length} statements where one is expected` }
  const context = newContext(options)
  const query = resolveQuery(context, statement, childOf(null, null), newQuery())
  const { references, ctes, tables, otherNames, byName, unknown } = context
  return { query, references, ctes, tables, otherNames, byName, unknown }
}
