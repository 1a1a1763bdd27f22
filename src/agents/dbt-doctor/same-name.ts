/** One name that is wrong in one place fails in many: what mends it where it was looked at may mend the others too. */
import type { ProjectGraph } from '../../project/graph.ts'
import type { BuildHistory } from '../../project/history.ts'
import { merged, ranWell, reached } from './attempt.ts'
import { failuresIn, stillFails } from './failures.ts'
import type { HealOptions, Treated } from './heal.ts'
import { type Seen, see } from './try.ts'
import type { Work } from './work.ts'

/**
 * After a fix was written: what failed by the same name is built again, once. What is well then belongs to the failure
 * that was treated, with what was not built because of it.
 */
export async function mendedToo(
  work: Work,
  one: Treated,
  seen: Seen,
  { fixed, history, options }: { fixed: Set<string>; history: BuildHistory; options: HealOptions },
): Promise<Seen> {
  const { class: of, thing, stage } = one.failure
  if (stage === 'parse' || of === null || thing === null) return seen
  const same = failuresIn(seen, work).filter((f) => f.class?.id === of.id && f.thing === thing)
  if (same.length === 0) return seen
  const nodes = (graph: ProjectGraph) =>
    reached(graph, [...fixed, ...same.flatMap((f) => f.nodes)], history, options)
  const now = merged(seen, await see(work, { ...options, nodes, compare: () => false }))
  const left = failuresIn(now, work)
  const well = same.filter((f) => !stillFails(f, left) && ranWell(f, now)).flatMap((f) => f.nodes)
  const below = new Set(seen.graph?.descendants(well))
  const skipped = seen.results.filter((r) => r.status === 'skipped' && below.has(r.id)).map((r) => r.id)
  one.failure = { ...one.failure, nodes: [...new Set([...one.failure.nodes, ...well])] }
  one.skipped = [...new Set([...one.skipped, ...skipped])]
  return now
}
