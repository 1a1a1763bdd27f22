/**
 * From failures to fixes that have proven themselves: the first cause is taken, its candidates are tried, the best
 * stays in the working copy, and what fails then is the next; until all is green or only decisions are left.
 */
import type { DbtEngine, NodeResult } from '../../adapters/dbt/types.ts'
import { openHistory } from '../../adapters/git/history.ts'
import type { ChangeSet } from '../../changes/types.ts'
import type { Project } from '../../config/project.ts'
import type { Progress } from '../../core/events.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { type BuildHistory, readHistory } from '../../project/history.ts'
import { openParser } from '../../project/sql/parse.ts'
import { allowedBy } from './allowed.ts'
import { mendConfiguration, unreadConfiguration } from './configuration.ts'
import { withEncoding } from './encoding.ts'
import { failuresIn, stillFails } from './failures.ts'
import { candidatesFor } from './fixes/index.ts'
import { whyNever } from './never.ts'
import { changedIds, firstNodes, modelsOf, type Ran, staleAbove, within } from './reach.ts'
import { isFailure, isTestId, type Seen, see } from './try.ts'
import type { Candidate, Failure, FixContext } from './types.ts'
import { openWork, type Work } from './work.ts'
import { byWorth, holdsWhatStands, isClear, isForPerson, isTie } from './worth.ts'

export type HealOptions = {
  project: Project
  dbt: DbtEngine
  ran: Ran
  /** A model that is asked about: with what it reads, it is all that is looked at. */
  only: string | null
  now: () => Date
  progress: (progress: Progress) => void
  log: (line: string) => void
  signal: AbortSignal
}

export type Proven = { candidate: Candidate; seen: Seen; next: Failure[] }

/** A fix after which the same node stumbles over the next thing: kept as long as the way leads on to one that is well. */
type Step = { treated: Treated; before: Seen; restore: () => Promise<void> }

export type Treated = {
  failure: Failure
  /** What the graph knew when it failed. */
  graph: ProjectGraph | null
  /** Nodes that were not built because of it. */
  skipped: string[]
  /** Those that proved themselves, the one that was taken first. */
  proven: Proven[]
  /** Several prove themselves and nothing decides between them. */
  tie: boolean
  /** What was taken for another cause mends it too. */
  along: boolean
  /** Proven, and for a person to choose: it is asked for when nothing else is left to be written. */
  offered: Proven[]
  tried: number
  refused: { title: string; why: string[] }[]
}

export type Healed = {
  treated: Treated[]
  /** All fixes that were taken, as one change of the user's project. */
  changes: ChangeSet | null
  /** For a tie: each choice with all that was taken before it. */
  choices: { candidate: Candidate; changes: ChangeSet }[]
  /** The project as it is after the fixes. */
  last: Seen
  /** Where what failed passes now: how often it was built again, and what failed in some of those builds. */
  again: { times: number; failures: Failure[] }
  attempts: number
  outOfBudget: boolean
  history: BuildHistory
}

const MOST_ATTEMPTS = 30
const MOST_SECONDS = 300
/** What failed and passes now is built so often before it is believed. */
const MOST_BUILDS = 3
/** A fix that only leads to the next error of the same node has to speak for itself as much as this. */
const LEADS_ON = 60
/** Candidates of one cause that are tried. */
export const MOST_OF_ONE = 8

export async function heal(options: HealOptions): Promise<Healed> {
  const { project, dbt, now, progress } = options
  const unread = await unreadConfiguration(dbt)
  if (unread) return mendConfiguration(options, unread)
  const begun = now().getTime()
  const [git] = await Promise.all([openHistory(project.root), openParser()])
  progress({ kind: 'note', text: 'copying the project' })
  const work = await openWork(project, dbt)
  const history = await readHistory(project.stateDir, await dbt.target())
  const treated: Treated[] = []
  const fixed = new Set<string>()
  let attempts = 0
  const isOver = () => attempts >= MOST_ATTEMPTS || now().getTime() - begun > MOST_SECONDS * 1000
  try {
    progress({ kind: 'note', text: 'looking for what fails' })
    const look = () =>
      see(work, { ...options, compare: () => false, nodes: (graph) => firstNodes(graph, options) })
    let seen = await look()
    const again: Healed['again'] = { times: 1, failures: [] }
    // A failure that comes and goes proves nothing: any fix would pass at times.
    if (options.ran?.broken.length && failuresIn(seen, work).length === 0)
      for (; again.times < MOST_BUILDS && again.failures.length === 0; again.times += 1)
        again.failures = failuresIn(await look(), work)
    let choices: Healed['choices'] = []
    let way: Step[] = []
    while (!isOver() && choices.length === 0) {
      const failures = failuresIn(seen, work)
      const failure = failures.find(
        (f) => !treated.some((t) => t.proven.length === 0 && stillFails(t.failure, [f])),
      )
      if (!failure) break
      const context = contextOf(work, seen, git)
      const one: Treated = {
        ...asUntreated(failure),
        graph: seen.graph,
        skipped: skippedBy(seen, failure),
      }
      treated.push(one)
      const onward: Proven[] = []
      const found = await candidatesFor(failure, context)
      for (const candidate of found.slice(0, MOST_OF_ONE)) {
        const [best] = one.proven
        if (isOver() || (best && !isForPerson(best) && isClear(best, candidate, failure))) break
        const why = whyNever(candidate.changes, await allowedBy(failure, candidate, context))
        if (why.length > 0) {
          one.refused.push({ title: candidate.title, why })
          continue
        }
        attempts += 1
        one.tried += 1
        progress({ kind: 'note', text: `attempt ${attempts} of ${MOST_ATTEMPTS}: ${candidate.title}` })
        const after = await attempt(work, candidate, { failure, seen, fixed, history, options })
        if (after) (after.next.some((f) => isFurther(f, failure)) ? onward : one.proven).push(after)
        one.proven.sort(byWorth)
      }
      one.offered = one.proven.filter((p) => p.candidate.asks !== undefined)
      one.proven = one.proven.filter((p) => p.candidate.asks === undefined)
      const [best, second] = one.proven
      const [step] = onward
        .filter((p) => p.candidate.asks === undefined)
        .sort((a, b) => b.candidate.score - a.candidate.score)
      if (!best && step && step.candidate.score >= LEADS_ON) {
        way.push({ treated: one, before: seen, restore: await work.write(step.candidate.changes) })
        one.proven.push(step)
        seen = step.seen
        continue
      }
      if (!best && way.length > 0) {
        seen = await goneBack(way, treated, seen)
        way = []
        continue
      }
      way = []
      if (!best) {
        one.failure = await withEncoding(failure, work.place.root, work.files.own)
        // What dbt cannot read hides everything else.
        if (failure.stage === 'parse') break
        continue
      }
      one.tie = isForPerson(best) || (second !== undefined && isTie(best, second))
      if (one.tie) {
        const equal = one.proven.filter((p) => p === best || isTie(best, p))
        choices = await choicesOf(work, equal)
        break
      }
      await work.write(best.candidate.changes)
      for (const id of changedIds(best.seen.graph, best.candidate.changes, work)) fixed.add(id)
      seen = best.seen
    }
    seen = await goneBack(way, treated, seen)
    const left = failuresIn(seen, work)
    for (const t of treated.filter((t) => t.proven.length === 0))
      t.along = t.failure.nodes.length > 0 && !stillFails(t.failure, left) && ranWell(t.failure, seen)
    const total = await work.total('Mend what failed')
    const asked = treated.find((t) => t.proven.length === 0 && !t.along && t.offered.length > 0)
    if (asked && choices.length === 0 && total.changes.length === 0) {
      asked.proven = asked.offered
      asked.tie = true
      choices = await choicesOf(work, asked.proven)
    }
    return {
      treated,
      changes: total.changes.length > 0 ? total : null,
      choices,
      last: seen,
      again,
      attempts,
      outOfBudget: isOver(),
      history,
    }
  } finally {
    await work.close()
  }
}

/** A way that led nowhere is taken back: its first failure is what is left. Answers what was seen before it. */
async function goneBack(way: Step[], treated: Treated[], now: Seen): Promise<Seen> {
  const [first] = way
  if (!first) return now
  for (const { restore } of way.toReversed()) await restore()
  treated.splice(treated.indexOf(first.treated) + 1)
  first.treated.proven = []
  return first.before
}

export const asUntreated = (failure: Failure): Treated => ({
  failure,
  graph: null,
  skipped: [],
  proven: [],
  tie: false,
  along: false,
  offered: [],
  tried: 0,
  refused: [],
})

type Trial = { history: BuildHistory; failure: Failure; seen: Seen; fixed: Set<string>; options: HealOptions }

/** null where it does not mend the failure, or breaks what was well. */
async function attempt(
  work: Work,
  candidate: Candidate,
  { failure, seen, fixed, history, options }: Trial,
): Promise<Proven | null> {
  const restore = await work.write(candidate.changes)
  const changed = new Set<string>()
  try {
    const nodes = (graph: ProjectGraph): string[] | null => {
      if (failure.stage === 'parse') {
        const own = changedIds(graph, candidate.changes, work)
        for (const id of within(graph, own, options.ran)) changed.add(id)
        return firstNodes(graph, options)
      }
      const start = [...changedIds(graph, candidate.changes, work), ...fixed, ...failure.nodes]
      const models = modelsOf(graph, start)
      for (const id of within(graph, models, options.ran)) changed.add(id)
      return [...staleAbove(graph, models, history, options.ran), ...within(graph, models, options.ran)]
    }
    const compare = (id: string) => changed.has(id)
    const follow = (id: string) => !seen.failures.has(id)
    const built = await see(work, { ...options, compare, nodes, follow })
    const after = failure.stage === 'parse' || built.unread ? built : merged(seen, built)
    const next = failuresIn(after, work)
    if (breaks(seen, after) || leavesTestFailing(failure, next)) return null
    const further = next.filter((f) => isFurther(f, failure))
    if (further.length > 0) return { candidate, seen: after, next: further }
    if (stillFails(failure, next) || !ranAgain(failure, seen, after)) return null
    if (candidate.guess && !holdsWhatStands(built)) return null
    return { candidate, seen: after, next: next.filter((f) => !isKnown(f, seen)) }
  } finally {
    await restore()
  }
}

/** A unit test that could not be read is mended where it passes: rows that were made up for it prove nothing. */
function leavesTestFailing({ class: of, thing }: Failure, next: Failure[]): boolean {
  return of?.id === 'P32' && next.some((f) => f.nodes.some((id) => id.endsWith(`.${thing}`)))
}

/** The same node stumbles over another thing: what stood before it is mended, it seems. */
function isFurther(now: Failure, before: Failure): boolean {
  const isOther = now.class?.id !== before.class?.id || now.thing !== before.thing
  return now.stage === 'build' && isOther && now.nodes.some((id) => before.nodes.includes(id))
}

/** What was not built this time is as it was. */
function merged(before: Seen, now: Seen): Seen {
  const ran = new Set(now.results.map((r) => r.id))
  const there = (id: string) => !ran.has(id) && (id === 'dbt' || now.graph?.node(id) !== undefined)
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

function ranWell({ nodes }: Failure, { results }: Seen): boolean {
  const well = new Set(results.filter(isWell).map((r) => r.id))
  return nodes.every((id) => well.has(id))
}

/** All that failed has run and is well; a test that follows its column has another id, and there are no fewer of them. */
function ranAgain(failure: Failure, before: Seen, after: Seen): boolean {
  const well = new Set(after.results.filter(isWell).map((r) => r.id))
  const testsOf = (seen: Seen, model: string) => seen.graph?.children(model).filter(isTestId) ?? []
  return failure.nodes.every((id) => {
    if (well.has(id)) return true
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
    Object.values(manifest.nodes).filter((n) => n.resource_type === 'test').length +
    Object.keys(manifest.unit_tests).length
  )
}

function isKnown(failure: Failure, before: Seen): boolean {
  return failure.nodes.length > 0 && failure.nodes.every((id) => before.failures.has(id))
}

function skippedBy({ graph, results }: Seen, { nodes }: Failure): string[] {
  if (!graph) return []
  const below = new Set(graph.descendants(nodes))
  return results.filter((r) => r.status === 'skipped' && below.has(r.id)).map((r) => r.id)
}

export async function choicesOf(work: Work, proven: Proven[]): Promise<Healed['choices']> {
  const choices: Healed['choices'] = []
  for (const { candidate } of proven) {
    const restore = await work.write(candidate.changes)
    choices.push({ candidate, changes: await work.total(candidate.title) })
    await restore()
  }
  return choices
}

export function contextOf(work: Work, { graph }: Seen, git: FixContext['git']): FixContext {
  const { own, foreign } = work.files
  return {
    place: work.place,
    files: own,
    foreign,
    graph,
    adapter: work.adapter,
    dbt: work.dbt,
    git,
    read: work.read,
  }
}
