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
import { failuresIn, stillFails } from './failures.ts'
import { fileOf } from './fixes/files.ts'
import { candidatesFor } from './fixes/index.ts'
import { whyNever } from './never.ts'
import { isFailure, isTestId, type Seen, see } from './try.ts'
import { type Candidate, CLEAR, type Failure, type FixContext } from './types.ts'
import { openWork, type Work } from './work.ts'

export type HealOptions = {
  project: Project
  dbt: DbtEngine
  /** Ids of what failed and was skipped, and of all that ran, in the run that is looked at; null: the whole project. */
  ran: { broken: string[]; all: string[] } | null
  /** A model that is asked about: with what it reads, it is all that is looked at. */
  only: string | null
  now: () => Date
  progress: (progress: Progress) => void
  log: (line: string) => void
  signal: AbortSignal
}

export type Proven = { candidate: Candidate; seen: Seen; next: Failure[] }

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
  attempts: number
  outOfBudget: boolean
  history: BuildHistory
}

const MOST_ATTEMPTS = 30
const MOST_SECONDS = 300
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
    let seen = await see(work, {
      ...options,
      compare: () => false,
      nodes: (graph) => firstNodes(graph, options),
    })
    let choices: Healed['choices'] = []
    while (!isOver() && choices.length === 0) {
      const failures = failuresIn(seen, work)
      const failure = failures.find(
        (f) => !treated.some((t) => t.proven.length === 0 && stillFails(t.failure, [f])),
      )
      if (!failure) break
      const context = contextOf(work, seen, git)
      const one: Treated = {
        failure,
        graph: seen.graph,
        skipped: skippedBy(seen, failure),
        proven: [],
        tie: false,
        tried: 0,
        refused: [],
      }
      treated.push(one)
      const found = await candidatesFor(failure, context)
      for (const candidate of found.slice(0, MOST_OF_ONE)) {
        const [best] = one.proven
        if (isOver() || (best && !losesWork(best) && isClear(best, candidate, failure))) break
        const why = whyNever(candidate.changes, await allowedBy(failure, candidate.changes, context))
        if (why.length > 0) {
          one.refused.push({ title: candidate.title, why })
          continue
        }
        attempts += 1
        one.tried += 1
        progress({ kind: 'note', text: `attempt ${attempts} of ${MOST_ATTEMPTS}: ${candidate.title}` })
        const after = await attempt(work, candidate, { failure, seen, fixed, history, options })
        if (after) one.proven.push(after)
        one.proven.sort(byWorth)
      }
      const [best, second] = one.proven
      if (!best) {
        // What dbt cannot read hides everything else.
        if (failure.stage === 'parse') break
        continue
      }
      one.tie = losesWork(best) || (second !== undefined && isTie(best, second))
      if (one.tie) {
        const equal = one.proven.filter((p) => p === best || isTie(best, p))
        choices = await choicesOf(work, equal)
        break
      }
      await work.write(best.candidate.changes)
      for (const id of changedIds(best.seen.graph, best.candidate.changes, work)) fixed.add(id)
      seen = best.seen
    }
    const total = await work.total('Mend what failed')
    return {
      treated,
      changes: total.changes.length > 0 ? total : null,
      choices,
      last: seen,
      attempts,
      outOfBudget: isOver(),
      history,
    }
  } finally {
    await work.close()
  }
}

/** What failed and was skipped then, and what reads it of what ran then. */
function firstNodes(graph: ProjectGraph, { ran, only }: Pick<HealOptions, 'ran' | 'only'>): string[] | null {
  const [asked] = Object.keys(graph.manifest.nodes).filter((id) => only !== null && isRunBy(graph, id, only))
  if (asked) return [...graph.ancestors([asked]), asked]
  if (!ran) return null
  const broken = modelsOf(graph, ran.broken)
  // What is gone from the project since then says nothing; then all of it is looked at.
  return broken.length > 0 ? within(graph, broken, ran) : null
}

const isRunBy = (graph: ProjectGraph, id: string, name: string) =>
  /^(model|seed|snapshot)\./.test(id) && graph.label(id) === name.replace(/^\+|\+$/g, '')

/** Tests stand for the models that they read. */
function modelsOf(graph: ProjectGraph, ids: Iterable<string>): string[] {
  const models = [...ids].flatMap((id) => (isTestId(id) ? graph.parents(id) : [id]))
  return [...new Set(models)].filter((id) => graph.node(id) !== undefined)
}

/** These and all below them that the run that is looked at had selected. */
export function within(graph: ProjectGraph, ids: string[], ran: HealOptions['ran']): string[] {
  const selected = ran ? new Set(ran.all) : null
  const below = graph.descendants(ids).filter((id) => selected === null || selected.has(id))
  return [...new Set([...ids, ...below])]
}

/**
 * What these read, near or far, and what does not stand in the warehouse as the project has it now: edited since it
 * was built, or, where no run is looked at, not known to have been built at all.
 */
export function staleAbove(
  graph: ProjectGraph,
  ids: string[],
  history: BuildHistory,
  ran: HealOptions['ran'],
): string[] {
  return graph.ancestors(ids).filter((id) => {
    const known = history[id]?.checksum
    return graph.isBuilt(id) && (known ? known !== graph.node(id)?.checksum?.checksum : ran === null)
  })
}

/** The nodes whose files a change touches, and those that use its macros. */
export function changedIds(
  graph: ProjectGraph | null,
  { changes }: ChangeSet,
  { place }: Pick<Work, 'place'>,
): string[] {
  if (!graph) return []
  const paths = new Set(changes.map((c) => c.path))
  const { nodes, macros, sources } = graph.manifest
  const touched = (one: { original_file_path: string }) => paths.has(fileOf(one, place))
  const own = Object.values(nodes).filter(
    (n) =>
      touched(n) ||
      (n.patch_path &&
        paths.has(fileOf({ original_file_path: n.patch_path.replace(/^[^:]+:\/\//, '') }, place))),
  )
  const viaMacros = Object.values(macros)
    .filter(touched)
    .flatMap((m) => graph.macroUsers(m.unique_id))
  const viaSources = Object.values(sources)
    .filter(touched)
    .flatMap((s) => graph.children(s.unique_id))
  const all = [...own.map((n) => n.unique_id), ...viaMacros, ...viaSources]
  return modelsOf(graph, all).filter(
    (id) => graph.isBuilt(id) || graph.node(id)?.config?.materialized === 'ephemeral',
  )
}

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
    if (stillFails(failure, next) || !ranAgain(failure, seen, after) || breaks(seen, after)) return null
    return { candidate, seen: after, next: next.filter((f) => !isKnown(f, seen)) }
  } finally {
    await restore()
  }
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

/** Whether a candidate can be left untried: what fails after one that lets dbt read on says nothing against it. */
function isClear(best: Proven, other: Candidate, { stage }: Failure): boolean {
  return (best.next.length === 0 || stage === 'parse') && other.score < best.candidate.score - CLEAR
}

function byWorth(a: Proven, b: Proven): number {
  return (
    Number(losesWork(a)) - Number(losesWork(b)) ||
    a.next.length - b.next.length ||
    b.candidate.score - a.candidate.score
  )
}

/** Taking back a change takes columns along that stand by now: whether that work is given up is for a person to say. */
export function losesWork({ candidate, seen }: Proven): boolean {
  return candidate.takesBack === true && seen.data.some((d) => d.lost > 0)
}

/** Near in what speaks for them, and not the same in what they do to the data. */
export function isTie(best: Proven, other: Proven): boolean {
  if (other === best || other.next.length !== best.next.length) return false
  if (best.candidate.score - other.candidate.score >= CLEAR) return false
  const same = ({ seen }: Proven) => seen.data.every((d) => /: same rows as stand \(\d+\)$/.test(d.text))
  return !(best.seen.data.length > 0 && same(best) && same(other))
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
