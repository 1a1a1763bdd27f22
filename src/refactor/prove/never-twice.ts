/** Why two builds of the same SQL may differ: it asks the clock, or for chance. */
import { list } from '../../core/text.ts'
import type { Sandbox } from '../../sandbox/types.ts'

const ASKS =
  /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|getdate|sysdate|systimestamp|sysdatetime|random|rand|uuid|gen_random_uuid|generate_uuid|uuid_string|newid)\s*\(|\b(current_timestamp|current_time|localtimestamp|localtime|sysdate|run_started_at|invocation_id)\b/gi
const COMMENT = /\{#[\s\S]*?#\}|--[^\n]*|\/\*[\s\S]*?\*\//g

/** What the text names that is not the same twice: `current_timestamp`, `random`. */
export function neverTwice(sql: string): string[] {
  const found = [...sql.replace(COMMENT, ' ').matchAll(ASKS)].map((m) => (m[1] ?? m[2] ?? '').toLowerCase())
  return [...new Set(found)]
}

/** A line for a comparison that failed: the model, or what was built for it, asks for such things. */
export async function whyNeverTwice(sandbox: Sandbox, id: string): Promise<string[]> {
  const graph = await sandbox.after.graph()
  const built = new Set(await sandbox.after.rebuilt())
  const concerned = [id, ...graph.ancestors([id]).filter((a) => built.has(a))]
  const asking = concerned.flatMap((n) => {
    const words = neverTwice(graph.node(n)?.raw_code ?? '')
    return words.length > 0 ? [`${graph.label(n)} (${list(words, 3)})`] : []
  })
  if (asking.length === 0) return []
  return [
    `It may differ by itself, whenever it is built: the clock or chance is asked in ${list(asking, 4)}.`,
  ]
}
