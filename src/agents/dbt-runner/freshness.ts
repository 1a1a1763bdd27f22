/** Source freshness, where the project configures it: `dbt build` does not look. */
import type { SourceFreshness } from '../../adapters/dbt/types.ts'
import { ago, count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'

/** Whether a source is configured to be looked at. */
export function hasThreshold(graph: ProjectGraph, id: string): boolean {
  const freshness = graph.source(id)?.freshness
  return freshness != null && (isSet(freshness.warn_after) || isSet(freshness.error_after))
}

/** dbt writes an unset threshold as {count: null, period: null}. */
function isSet(threshold: unknown): boolean {
  return (
    threshold !== null && typeof threshold === 'object' && (threshold as { count?: unknown }).count != null
  )
}

/** `asked` are the sources that should have been looked at: dbt leaves out one whose query fails. */
export function freshnessLines(
  graph: ProjectGraph,
  asked: string[],
  sources: SourceFreshness[],
  now: Date,
): string[] {
  const fresh = sources.filter((s) => s.status === 'pass')
  const lines = sources
    .filter((s) => s.status !== 'pass')
    .map((s) => {
      const name = graph.label(s.id)
      if (s.status === 'runtime error')
        return `Freshness of ${name} could not be read: ${s.message?.trim().split('\n')[0] ?? 'dbt does not say why'}`
      const loaded = s.loadedAt ? `, last loaded ${ago(new Date(s.loadedAt), now)}` : ''
      return `${s.status === 'error' ? 'Stale (error_after)' : 'Getting old (warn_after)'}: source ${name}${loaded}.`
    })
  const unread = asked.filter((id) => !sources.some((s) => s.id === id))
  if (unread.length > 0)
    lines.push(
      `Freshness of ${list(
        unread.map((id) => graph.label(id)),
        3,
      )} could not be read.`,
    )
  if (fresh.length > 0) {
    lines.unshift(
      `Fresh: ${list(
        fresh.map((s) => graph.label(s.id)),
        3,
      )}${lines.length > 0 ? `; ${count(lines.length, 'source')} not` : ''}.`,
    )
  }
  return lines
}
