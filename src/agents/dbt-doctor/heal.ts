/**
 * From failures to fixes that have proven themselves: the first cause is taken, its candidates are tried, the best
 * stays in the working copy, and what fails then is the next; until all is green or only decisions are left.
 */
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { openHistory } from '../../adapters/git/history.ts'
import type { ChangeSet } from '../../changes/types.ts'
import type { Project } from '../../config/project.ts'
import { isMartsmithError } from '../../core/errors.ts'
import type { Progress } from '../../core/events.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { type BuildHistory, readHistory } from '../../project/history.ts'
import { openParser } from '../../project/sql/parse.ts'
import type { Rebuild } from '../dbt-runner/rerun.ts'
import { allowedBy } from './allowed.ts'
import { anewFails, attempt, isFurther, ranWell, reached } from './attempt.ts'
import { withErrorsBelow } from './behind-tests.ts'
import { mendConfiguration, unreadConfiguration } from './configuration.ts'
import { withEncoding } from './encoding.ts'
import { failuresIn, stillFails } from './failures.ts'
import { candidatesFor, toTry } from './fixes/index.ts'
import { whyNever } from './never.ts'
import { changedIds, firstNodes, type Ran } from './reach.ts'
import { rebuildOf } from './rebuild.ts'
import { mendedToo } from './same-name.ts'
import { type Seen, see } from './try.ts'
import type { Candidate, Failure, FixContext } from './types.ts'
import { openWork, type Work } from './work.ts'
import { byWorth, isClear, isContradicted, isForPerson, isTie } from './worth.ts'

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

export type Proven = {
  candidate: Candidate
  seen: Seen
  next: Failure[]
  /** Incremental models that it proves itself with alone when they are built from the start. */
  rebuild?: string[]
  /** Of numbers that are wrong: how much of it is left. */
  amount?: number[] | null
  /** Steps that make them so still, in words. */
  left?: string[]
  /** Steps that make some of them so still, and look as if they were meant to. */
  meant?: string[]
}

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
  /** What would fail next, and is mended by the same change. */
  behind?: Failure[]
  tried: number
  refused: { title: string; why: string[] }[]
}

export type Choice = { candidate: Candidate; changes: ChangeSet; rebuild?: Rebuild | null }

export type Healed = {
  treated: Treated[]
  /** All fixes that were taken, as one change of the user's project. */
  changes: ChangeSet | null
  /** For a tie: each choice with all that was taken before it. */
  choices: Choice[]
  /** What stands that only a build from the start mends, after all fixes that were taken. */
  rebuild?: Rebuild | null
  /** What was not measured, in words. */
  unmeasured?: string[]
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
/** A way that leads on and on leaves some attempts to what else fails. */
const MOST_ON_A_WAY = 18
/** A fix that only leads to the next error of the same node has to speak for itself as much as this. */
const LEADS_ON = 60

/** `mended`: what was mended before, and stays. */
export async function heal(options: HealOptions, mended: Healed | null = null): Promise<Healed> {
  const unread = await unreadConfiguration(options.dbt)
  if (!unread) return healed(options, mended)
  const configured = await mendConfiguration(options, unread)
  if (!configured.readable) return configured
  return healed(options, configured).catch((error: unknown) => {
    // The configuration is mended all the same.
    if (!isMartsmithError(error)) throw error
    options.log(`debug: nothing could be built with the configuration that was mended: ${error.message}`)
    return configured
  })
}

/** `configured`: what was mended before, for one before dbt could say where a build would go. */
async function healed(options: HealOptions, configured: Healed | null): Promise<Healed> {
  const { project, dbt, now, progress } = options
  const begun = now().getTime()
  const [git] = await Promise.all([openHistory(project.root), openParser()])
  progress({ kind: 'note', text: 'copying the project' })
  const work = await openWork(project, dbt, configured?.changes)
  const history = await readHistory(project.stateDir, work.target)
  const treated: Treated[] = [...(configured?.treated ?? [])]
  const fixed = new Set<string>()
  let attempts = configured?.attempts ?? 0
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
    let wayBegan = 0
    let isBelowSeen = false
    while (!isOver() && choices.length === 0) {
      const untreated = () =>
        failuresIn(seen, work).find(
          (f) => !treated.some((t) => t.proven.length === 0 && stillFails(t.failure, [f])),
        )
      let failure = untreated()
      if (!failure && !isBelowSeen && way.length === 0) {
        isBelowSeen = true
        seen = await withErrorsBelow(work, seen, options)
        failure = untreated()
      }
      if (!failure) break
      const context = contextOf(work, seen, git)
      const one: Treated = {
        ...asUntreated(failure),
        graph: seen.graph,
        skipped: skippedBy(seen, failure),
      }
      treated.push(one)
      if (way.length === 0) wayBegan = attempts
      const onward: Proven[] = []
      const trial = { failure, seen, fixed, history, options }
      const failsAnew = anewFails(work, trial)
      for (const candidate of toTry(await candidatesFor(failure, context))) {
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
        const after = await attempt(work, candidate, { ...trial, failsAnew })
        if (after) (after.next.some((f) => isFurther(f, failure)) ? onward : one.proven).push(after)
        one.proven.sort(byWorth)
      }
      one.offered = one.proven.filter((p) => p.candidate.asks !== undefined)
      one.proven = one.proven.filter((p) => p.candidate.asks === undefined)
      const [best, second] = one.proven
      const [step] = onward
        .filter((p) => p.candidate.asks === undefined)
        .sort((a, b) => b.candidate.score - a.candidate.score)
      const isLong = attempts - wayBegan >= MOST_ON_A_WAY
      if (!best && step && step.candidate.score >= LEADS_ON && !isLong) {
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
        if (failure.stage === 'parse' && !failure.passedOver) break
        continue
      }
      const doubts = one.proven.filter((p) => isContradicted(best, p, failure))
      one.tie = isForPerson(best) || (second !== undefined && isTie(best, second)) || doubts.length > 0
      if (one.tie) {
        const equal = one.proven.filter((p) => p === best || isTie(best, p) || doubts.includes(p))
        choices = await choicesOf(work, equal)
        break
      }
      one.behind = behindOf(onward, best)
      await work.write(best.candidate.changes)
      for (const id of changedIds(best.seen.graph, best.candidate.changes, work)) fixed.add(id)
      seen = await mendedToo(work, one, best.seen, { fixed, history, options })
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
    const mended = treated.flatMap((t) => t.failure.nodes)
    const unmeasured: string[] = []
    const rebuild = (changes: ChangeSet, proven: Proven[], graph: ProjectGraph | null) =>
      rebuildOf(work, changes, {
        graph,
        needed: proven.flatMap((p) => p.rebuild ?? []),
        tell: (line) => unmeasured.push(line),
        nodes: (g, changed) => reached(g, [...changed, ...mended], history, options),
        options,
      })
    for (const choice of choices) {
      const proven = treated.flatMap((t) => t.proven.filter((p) => p.candidate === choice.candidate))
      const restore = await work.write(choice.candidate.changes)
      choice.rebuild = await rebuild(choice.changes, proven, proven[0]?.seen.graph ?? null)
      await restore()
    }
    const taken = treated.flatMap((t) => t.proven.slice(0, 1))
    return {
      treated,
      changes: total.changes.length > 0 ? total : null,
      choices,
      rebuild: choices.length === 0 ? await rebuild(total, taken, seen.graph) : null,
      unmeasured,
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

/** One change may have made several faults: what would have failed after only a part of it was taken back. */
function behindOf(onward: Proven[], best: Proven): Failure[] {
  if (best.candidate.takesBack !== true) return []
  const left = new Set(best.next.map((f) => `${f.class?.id} ${f.thing}`))
  const parts = onward.filter((p) => p.candidate.takesBack === true || isPartOf(p, best))
  const all = parts.flatMap((p) => p.next)
  const own = new Map(
    all.filter((f) => f.stage === 'build').map((f) => [`${f.class?.id} ${f.thing} ${f.nodes}`, f]),
  )
  return [...own.values()].filter((f) => !left.has(`${f.class?.id} ${f.thing}`))
}

/** What it says of each of its files the other one says too. */
function isPartOf(part: Proven, whole: Proven): boolean {
  const texts = ({ candidate }: Proven) =>
    new Map(candidate.changes.changes.flatMap((c) => (c.kind === 'edit' ? [[c.path, c.after] as const] : [])))
  const [own, all] = [texts(part), texts(whole)]
  return own.size > 0 && [...own].every(([path, text]) => all.get(path) === text)
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

function skippedBy({ graph, results }: Seen, { nodes }: Failure): string[] {
  if (!graph) return []
  const below = new Set(graph.descendants(nodes))
  return results.filter((r) => r.status === 'skipped' && below.has(r.id)).map((r) => r.id)
}

export async function choicesOf(
  work: Pick<Work, 'write' | 'total'>,
  proven: Proven[],
): Promise<Healed['choices']> {
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
