/** What a relation holds, in two numbers: equal for equal rows in any order, and by chance hardly ever for others. */
import type { QueryAnswer } from '../../../adapters/dbt/types.ts'

/** Null where the engine is not known to tell it. */
function statementOf(adapter: string, relation: string): string | null {
  if (adapter === 'duckdb')
    return `select count(*), coalesce(sum(cast(hash(t) % 1000000007 as bigint)), 0) from ${relation} as t`
  if (adapter === 'postgres')
    return `select count(*), coalesce(sum(cast(hashtext(cast(t as text)) as bigint)), 0) from ${relation} as t`
  return null
}

type Asked = { adapter: string; query(statements: string[], limit?: number): Promise<QueryAnswer[]> }

export async function printOf({ adapter, query }: Asked, relation: string): Promise<string | null> {
  const statement = statementOf(adapter, relation)
  if (!statement) return null
  const [answer] = await query([statement], 1)
  return !answer || 'error' in answer ? null : (answer.rows[0] ?? []).map(String).join(' ')
}
