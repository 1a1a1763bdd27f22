/** One candidate in the working copy: built, tested, held against what was before, and taken out again. */
import type { NodeResult } from '../../adapters/dbt/types.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { BuildHistory } from '../../project/history.ts'
import { failuresIn, leftOutOf, stillFails } from './failures.ts'
import { growsWell } from './grows.ts'
import type { HealOptions, Proven } from './heal.ts'
import { changedIds, firstNodes, isOfAll, modelsOf, staleAbove, within } from './reach.ts'
import { growingIn, standingOf, tooLarge } from './rebuild.ts'
import { isFailure, isTestId, type Seen, see } from './try.ts'
import type { Candidate, Failure } from './types.ts'
import type { Work } from './work.ts'
import { holdsWhatStands } from './worth.ts'

export type Trial = {
  history: BuildHistory
  failure: Failure
  seen: Seen
  fixed: Set<string>
  options: HealOptions
  /** Whether it fails without the candidate too, when these incremental models are built from the start. */
  failsAnew: (models: string[]) => Promise<boolean>
}

/** null where it does not mend the failure, or breaks what was well. */
export async function attempt(work: Work, candidate: Candidate, trial: Trial): Promise<Proven | null> {
  const usual = await tried(work, candidate, trial, [])
  if ('proven' in usual) return usual.proven
  // Rows that the fault has left in an incremental table go with a build from the start alone. Where that does
  // without the candidate, it proves nothing of it.
  const { growing } = usual
  if (growing.length === 0 || !(await trial.failsAnew(growing))) return null
  const anew = await tried(work, candidate, trial, growing)
  if (!('proven' in anew)) return null
  // Who writes for the first time what is taken of what is new has to show that it is.
  const grown = {
    changes: candidate.changes,
    written: true,
    nodes: (graph: ProjectGraph) =>
      reached(graph, changedIds(graph, candidate.changes, work), trial.history, trial.options),
  }
  const isKnown = candidate.takesBack === true || (await growsWell(work, grown, trial.options)) !== false
  return isKnown ? { ...anew.proven, rebuild: growing } : null
}

/** Each only once for one failure: whether it still fails, as the files are, with these built from the start. */
export function anewFails(
  work: Work,
  { failure, seen, fixed, history, options }: Omit<Trial, 'failsAnew'>,
): Trial['failsAnew'] {
  const known = new Map<string, Promise<boolean>>()
  const fails = async (models: string[]) => {
    const nodes = (graph: ProjectGraph) => reached(graph, [...fixed, ...failure.nodes], history, options)
    const built = await see(work, {
      ...options,
      nodes,
      compare: () => false,
      follow: () => false,
      anew: models,
    })
    return stillFails(failure, failuresIn(merged(seen, built), work))
  }
  return (models) => {
    const key = models.join(' ')
    const answer = known.get(key) ?? fails(models)
    known.set(key, answer)
    return answer
  }
}

/** What these reach in the run that is looked at, and what has to be built before it. */
export function reached(
  graph: ProjectGraph,
  ids: string[],
  history: BuildHistory,
  { ran }: Pick<HealOptions, 'ran'>,
): string[] {
  const models = modelsOf(graph, ids)
  return [...new Set([...staleAbove(graph, models, history, ran), ...within(graph, models, ran)])]
}

type Tried = { proven: Proven } | { growing: string[] }

/** `anew`: incremental models that are built from the start, and then once more as usual. */
async function tried(
  work: Work,
  candidate: Candidate,
  { failure, seen, fixed, history, options }: Trial,
  anew: string[],
): Promise<Tried> {
  const no: Tried = { growing: [] }
  const restore = await work.write(candidate.changes)
  const changed = new Set<string>()
  try {
    const nodes = (graph: ProjectGraph): string[] | null => {
      const own = changedIds(graph, candidate.changes, work)
      const start = failure.stage === 'parse' ? own : modelsOf(graph, [...own, ...fixed, ...failure.nodes])
      for (const id of within(graph, start, options.ran)) changed.add(id)
      return failure.stage === 'parse' || failure.nodes.some(isOfAll)
        ? firstNodes(graph, options)
        : reached(graph, start, history, options)
    }
    const compare = (id: string) => changed.has(id)
    const follow = (id: string) => !seen.failures.has(id)
    // Read by halves, dbt forgets the tests that it leaves out.
    const wholly = failure.stage === 'parse' || (seen.graph !== null && leftOutOf(seen.graph).length > 0)
    const built = await see(work, { ...options, compare, nodes, follow, anew, wholly })
    const after = failure.stage === 'parse' || built.unread ? built : merged(seen, built)
    const next = failuresIn(after, work)
    if (breaks(seen, after) || leavesTestFailing(failure, next)) return no
    const own = changedIds(built.graph, candidate.changes, work)
    if (built.data.some((d) => d.unread && own.includes(d.node))) return no
    const further = next.filter((f) => isFurther(f, failure))
    if (further.length > 0) return { proven: { candidate, seen: after, next: further } }
    const isMended = !stillFails(failure, next) && ranAgain(failure, seen, after)
    if (isMended && candidate.guess && !holdsWhatStands(built)) return no
    if (isMended) return { proven: { candidate, seen: after, next: next.filter((f) => !isKnown(f, seen)) } }
    if (!failure.class?.id.startsWith('T01') || !after.graph) return no
    const growing = await standingOf(work, after.graph, growingIn(after.graph, changed))
    if (growing.length === 0 || (await tooLarge(work, after.graph, growing)) !== null) return no
    return { growing }
  } finally {
    await restore()
  }
}

/** A unit test that could not be read is mended where it passes: rows that were made up for it prove nothing. */
function leavesTestFailing({ class: of, thing }: Failure, next: Failure[]): boolean {
  return of?.id === 'P32' && next.some((f) => f.nodes.some((id) => id.endsWith(`.${thing}`)))
}

/** The same node stumbles over another thing: what stood before it is mended, it seems. */
export function isFurther(now: Failure, before: Failure): boolean {
  const isOther = now.class?.id !== before.class?.id || now.thing !== before.thing
  return now.stage === 'build' && isOther && now.nodes.some((id) => before.nodes.includes(id))
}

/** What was not built this time is as it was. */
export function merged(before: Seen, now: Seen): Seen {
  const ran = new Set(now.results.map((r) => r.id))
  const there = (id: string) =>
    !ran.has(id) && (id === 'dbt' ? ran.size === 0 : now.graph?.node(id) !== undefined)
  return {
    ...now,
    results: [...before.results.filter((r) => there(r.id)), ...now.results],
    failures: new Map([
      ...[...before.failures].filter(([id]) => there(id)),
      ...[...now.failures].map(
        ([id, f]) => [id, { ...f, trace: f.trace ?? before.failures.get(id)?.trace ?? null }] as const,
      ),
    ]),
  }
}

const isWell = ({ status }: NodeResult) => ['success', 'pass', 'warn'].includes(status)

/** What is said of dbt itself is that it ended in an error, and nothing where it did not. */
const isDbtWell = (id: string, results: NodeResult[]) =>
  id === 'dbt' && results.length > 0 && results.every((r) => r.id !== 'dbt')

export function ranWell({ nodes }: Failure, { results }: Seen): boolean {
  const well = new Set(results.filter(isWell).map((r) => r.id))
  return nodes.every((id) => well.has(id) || isDbtWell(id, results))
}

/** All that failed has run and is well; a test that follows its column has another id, and there are no fewer of them. */
function ranAgain(failure: Failure, before: Seen, after: Seen): boolean {
  const well = new Set(after.results.filter(isWell).map((r) => r.id))
  const testsOf = (seen: Seen, model: string) => seen.graph?.children(model).filter(isTestId) ?? []
  return failure.nodes.every((id) => {
    if (well.has(id) || isDbtWell(id, after.results)) return true
    const model = before.graph?.node(id)?.attached_node
    if (!isTestId(id) || !model || after.graph?.node(id)) return false
    const now = testsOf(after, model)
    return (
      now.length >= testsOf(before, model).length && now.some((t) => well.has(t) && !before.graph?.node(t))
    )
  })
}

/** What was well and fails now. */
function breaks(before: Seen, after: Seen): boolean {
  const well = new Set(before.results.filter(isWell).map((r) => r.id))
  const lost = before.graph && after.graph && testCount(after.graph) < testCount(before.graph)
  return lost === true || after.results.some((r) => isFailure(r) && well.has(r.id))
}

function testCount({ manifest }: ProjectGraph): number {
  return (
    Object.values(manifest.nodes).filter((n) => n.resource_type === 'test' && n.config?.enabled !== false)
      .length + Object.keys(manifest.unit_tests).length
  )
}

function isKnown(failure: Failure, before: Seen): boolean {
  return failure.nodes.length > 0 && failure.nodes.every((id) => before.failures.has(id))
}
