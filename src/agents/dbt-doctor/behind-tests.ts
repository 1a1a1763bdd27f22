/** What a failing test keeps from being built may not run either: its errors are looked for too, where they are of code. */
import { failuresIn } from './failures.ts'
import type { HealOptions } from './heal.ts'
import { isFailure, isTestId, type Seen, see } from './try.ts'
import type { Work } from './work.ts'

/** Errors that rows make: below data that is known to be wrong they say nothing new. */
const OF_DATA = /^D(?:06|1[0189]|2[0-3])$/

/** Nodes that nothing but tests keeps from being built. */
export function keptByTests({ graph, results }: Pick<Seen, 'graph' | 'results'>): string[] {
  if (!graph) return []
  const broken = results.filter((r) => isFailure(r) && !isTestId(r.id)).map((r) => r.id)
  const below = new Set(graph.descendants(broken))
  return results
    .filter((r) => r.status === 'skipped' && !isTestId(r.id) && !below.has(r.id) && graph.isBuilt(r.id))
    .map((r) => r.id)
}

/** They are built on what stands above them; tests that find rows there, and what rows make fail, are left out. */
export async function withErrorsBelow(work: Work, seen: Seen, options: HealOptions): Promise<Seen> {
  const kept = keptByTests(seen)
  if (kept.length === 0) return seen
  const below = await see(work, { ...options, nodes: () => kept, compare: () => false, follow: () => false })
  const errors = failuresIn(below, work)
    .filter((f) => f.stage === 'build' && !/^T/.test(f.class?.id ?? '') && !OF_DATA.test(f.class?.id ?? ''))
    .flatMap((f) => f.nodes.filter((id) => !isTestId(id)))
  const found = new Set(errors)
  return {
    ...seen,
    results: [
      ...seen.results.filter((r) => !found.has(r.id)),
      ...below.results.filter((r) => found.has(r.id)),
    ],
    failures: new Map([...seen.failures, ...[...below.failures].filter(([id]) => found.has(id))]),
  }
}
