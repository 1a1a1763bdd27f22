/**
 * What the project does as the working copy has it: dbt reads it, and builds in a sandbox what is asked for. The same
 * for a failure that is looked for and for a fix that has to prove itself.
 */
import { join, relative } from 'node:path'
import { raisedBy } from '../../adapters/dbt/explain.ts'
import type { DbtException, NodeResult, WarehouseColumn } from '../../adapters/dbt/types.ts'
import { isMartsmithError } from '../../core/errors.ts'
import type { Progress } from '../../core/events.ts'
import { count } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import { compareNodes } from '../../sandbox/compare-nodes.ts'
import { outsideNodes } from '../../sandbox/outside.ts'
import type { Rounds, Sandbox } from '../../sandbox/types.ts'
import { describeFailure } from '../dbt-runner/failure.ts'
import { isTest } from '../dbt-runner/selection.ts'
import type { Look } from './data/look.ts'
import { printOf } from './data/print.ts'
import { lookInto } from './data/sandbox-look.ts'
import { type Trace, traced } from './data/trace.ts'
import { tracedUnit } from './data/unit.ts'
import { fileOf } from './fixes/files.ts'
import type { ReadRelation } from './types.ts'
import type { Work } from './work.ts'

export type Shown = {
  text: string
  file: string | null
  line: number | null
  reads: ReadRelation[]
  /** Of a data test that found rows: where they are born. */
  trace: Trace | null
}

export type Seen = {
  /** What dbt raised instead of reading the project. */
  unread: DbtException | null
  /** Of the working copy; null where dbt cannot read it. */
  graph: ProjectGraph | null
  results: NodeResult[]
  /** Of each node that failed: where, what it says, what it reads. */
  failures: Map<string, Shown>
  /**
   * What was built beside what stands; `lost`: columns that stand, and would not; `print`: what it holds, in short;
   * `unread`: a view that was built, and of which no row can be read.
   */
  data: { node: string; text: string; lost: number; print: string | null; unread?: true }[]
  /** What could not be built in a sandbox, for it would write outside of it, and what reads that. */
  leftOut: string[]
}

export type TryOptions = {
  /** What is to be built, by the graph that was read; null builds all. */
  nodes: (graph: ProjectGraph) => string[] | null
  /** Incremental models that are built from the start, with what reads them, and then once more as usual. */
  anew?: string[]
  /** Of what was built, what is compared with what stands. */
  compare: (id: string) => boolean
  /** Of the tests that find rows, those that are followed to where the rows are born; without it, all. */
  follow?: (id: string) => boolean
  /** dbt reads all files, and not only what changed: for what it could not read before. */
  wholly?: boolean
  /** Asks what was built, before it goes. */
  ask?: (look: Look) => Promise<void>
  now: () => Date
  progress: (progress: Progress) => void
  log: (line: string) => void
  signal: AbortSignal
}

/** So many relations are compared with what stands. */
const MOST_COMPARED = 8

export async function see(work: Work, options: TryOptions): Promise<Seen> {
  const nothing = (unread: DbtException | null, graph: ProjectGraph | null): Seen => ({
    unread,
    graph,
    results: [],
    failures: new Map(),
    data: [],
    leftOut: [],
  })
  const rounds = await work.rounds(options)
  const graph = await readBy(rounds, options.wholly ?? false)
  if ('raised' in graph) return nothing(graph.raised, null)
  const nodes = (options.nodes(graph) ?? Object.keys(graph.manifest.nodes)).filter(isRun(graph))
  if (nodes.length === 0) return nothing(null, graph)
  const start = fromStart(graph, options.anew ?? [], nodes)
  const { sandbox, leftOut } = await staged(rounds, graph, [...new Set([...nodes, ...start])])
  if (!sandbox) return { ...nothing(null, graph), leftOut }
  const results = await build(sandbox, start, options)
  const failures = new Map<string, Shown>()
  for (const result of results.filter(isFailure)) failures.set(result.id, await shown(work, sandbox, result))
  await followed(work, sandbox, results, failures, options)
  if (options.ask) await options.ask(await lookInto(sandbox, pathFrom(work)))
  const data = await compared(sandbox, results, options.compare)
  return { unread: null, graph, results, failures, data, leftOut }
}

async function readBy(rounds: Rounds, anew: boolean): Promise<ProjectGraph | { raised: DbtException }> {
  try {
    return await rounds.read({ anew })
  } catch (error) {
    return { raised: raisedOr(error) }
  }
}

/** What would write outside of a sandbox is left out with what reads it: the rest can be looked at. */
export async function staged(
  rounds: Rounds,
  graph: ProjectGraph,
  ids: string[],
  leftOut: string[] = [],
): Promise<{ sandbox: Sandbox | null; leftOut: string[] }> {
  // Below a model stand unit tests, exposures and metrics too: none of them is built.
  const nodes = ids.filter(isRun(graph))
  if (nodes.length === 0) return { sandbox: null, leftOut }
  try {
    return { sandbox: await rounds.stage(nodes), leftOut }
  } catch (error) {
    const outside = outsideNodes(error)
    const out = new Set(outside ? [...outside, ...graph.descendants(outside)] : [])
    const left = nodes.filter((id) => !out.has(id))
    if (left.length === nodes.length) throw error
    const more = nodes.filter((id) => out.has(id))
    return staged(rounds, graph, left, [...leftOut, ...more])
  }
}

export const isFailure = ({ status }: NodeResult) => status === 'error' || status === 'fail'
export const isTestId = (id: string) => isTest(id.split('.')[0] ?? '')

export function raisedOr(error: unknown): DbtException {
  const raised = raisedBy(error)
  if (raised && isMartsmithError(error)) return raised
  throw error
}

const isRun = (graph: ProjectGraph) => (id: string) =>
  ['model', 'seed', 'snapshot'].includes(graph.node(id)?.resource_type ?? '')

/** Incremental models, and what reads them: a snapshot only where it is built anyway, for it takes down what it finds. */
export function fromStart(graph: ProjectGraph, models: string[], nodes: string[]): string[] {
  const below = graph.descendants(models).filter((id) => graph.isBuilt(id))
  return [...models, ...below.filter((id) => !id.startsWith('snapshot.') || nodes.includes(id))]
}

/** Builds what was asked for, `start` from the start, and runs all tests of it that can run. */
async function build(
  sandbox: Sandbox,
  start: string[],
  { progress, log, signal }: TryOptions,
): Promise<NodeResult[]> {
  const side = sandbox.after
  const [graph, rebuilt] = [await side.graph(), await side.rebuilt()]
  const tests = [...new Set(rebuilt.flatMap((id) => graph.children(id)).filter(isTestId))]
  progress({ kind: 'expect', nodes: rebuilt.length, tests: tests.length })
  const how = {
    onProgress: progress,
    onMessage: (level: string, text: string) => log(`${level}: ${text}`),
    signal,
  }
  const within = start.filter((id) => rebuilt.includes(id))
  const passes =
    within.length === 0
      ? [{ ids: rebuilt }]
      : [
          { ids: rebuilt.filter((id) => !within.includes(id)) },
          { ids: within, fullRefresh: true, tests: false },
          { ids: within },
        ]
  const seen = new Map<string, NodeResult>()
  for (const { ids, ...what } of passes) {
    const built = await side.build(ids, { ...how, ...what })
    signal.throwIfAborted()
    if (built.exception && built.results.length === 0)
      return [{ id: 'dbt', status: 'error', message: built.exception.message, seconds: 0 }]
    for (const result of built.results) seen.set(result.id, result)
    // A hook that cannot be compiled ends dbt after all nodes are well.
    if (built.exception && !built.results.some(isFailure))
      seen.set('dbt', { id: 'dbt', status: 'error', message: built.exception.message, seconds: 0 })
    if (built.results.some((r) => isFailure(r) && !isTestId(r.id))) break
  }
  const isBroken = (id: string) => ['error', 'skipped'].includes(seen.get(id)?.status ?? '')
  const left = tests.filter((id) => !seen.has(id) && !graph.parents(id).some(isBroken))
  if (left.length === 0) return [...seen.values()]
  const tested = await (await side.engine()).test(left, how)
  signal.throwIfAborted()
  return [...seen.values(), ...tested.results]
}

async function shown(work: Work, sandbox: Sandbox, result: NodeResult): Promise<Shown> {
  const side = sandbox.after
  const [graph, dbtDir, { targetPath }] = [await side.graph(), await side.dir(), await side.engine()]
  const root = join(dbtDir, relative(work.project.dbtDir, work.project.root))
  const place = { project: { root, dbtDir }, dbt: { targetPath }, runDir: null }
  const { text, file = null, line = null } = await describeFailure(place, graph, result)
  // What a unit test stumbles over is in its model, and of what that reads.
  const tested = result.id.startsWith('unit_test.')
    ? graph.parents(result.id).find((p) => p.startsWith('model.'))
    : undefined
  const reads = await readsOf(graph, tested ?? result.id, {
    relationOf: (p) => side.relationOf(p, 'once').catch(() => null), // what has no relation has no columns
    columns: sandbox.columns,
  })
  return { text, file, line, reads, trace: null }
}

/** From a path below the dbt project's folder to one from the root. */
export const pathFrom = (work: Work) => (path: string) => fileOf({ original_file_path: path }, work.place)

/** Adds to each data test that found rows where they are born. */
async function followed(
  work: Work,
  sandbox: Sandbox,
  results: NodeResult[],
  failures: Map<string, Shown>,
  { follow = () => true, progress, log }: TryOptions,
): Promise<void> {
  const found = results.filter((r) => r.status === 'fail' && isTestId(r.id) && follow(r.id))
  if (found.length === 0) return
  const look = await lookInto(sandbox, pathFrom(work))
  const engine = await sandbox.after.engine()
  const values = work.project.config.evidence === 'values'
  for (const { id, message } of found) {
    const [test, shown] = [look.graph.node(id), failures.get(id)]
    if (!test || !shown) continue
    progress({ kind: 'note', text: `following the rows of ${test.name} to where they are born` })
    const compiled = async () => {
      const [made] = await engine.compile([{ id }])
      return made && !('error' in made) ? made.compiled : null
    }
    const ask = id.startsWith('unit_test.')
      ? tracedUnit(look, test, message ?? '')
      : traced(look, test, { compiled, values })
    // The failure itself is known without it.
    const trace = await ask.catch((error: unknown) => {
      if (!isMartsmithError(error)) throw error
      log(`debug: the rows of ${test.name} could not be followed: ${error.message}`)
      return null
    })
    failures.set(id, { ...shown, trace })
  }
}

type Asked = {
  relationOf: (id: string) => Promise<string | null>
  columns: (relations: string[]) => Promise<(WarehouseColumn[] | { error: string })[]>
}

/** What a node reads, with the columns that it has. */
export async function readsOf(
  graph: ProjectGraph,
  id: string,
  { relationOf, columns }: Asked,
): Promise<ReadRelation[]> {
  const parents = graph.parents(id).filter((p) => graph.isBuilt(p) || graph.source(p))
  const relations = await Promise.all(parents.map(relationOf))
  const known = parents.flatMap((parent, i) => (relations[i] ? [{ parent, relation: relations[i] }] : []))
  const found = known.length > 0 ? await columns(known.map((k) => k.relation)) : []
  return known.flatMap(({ parent }, i) => {
    const answer = found[i]
    return answer && !('error' in answer) ? [{ id: parent, label: graph.label(parent), columns: answer }] : []
  })
}

/** The print of what holds the same rows as stand, in the same columns. */
export const AS_IT_STANDS = 'as it stands'

const isAsItStands = (text: string) => /: same rows as stand \(\d+\)$/.test(text)

async function compared(
  sandbox: Sandbox,
  results: NodeResult[],
  isCompared: (id: string) => boolean,
): Promise<Seen['data']> {
  const graph = await sandbox.after.graph()
  const built = results.filter((r) => r.status === 'success' && graph.isBuilt(r.id) && isCompared(r.id))
  const told: Seen['data'] = []
  for (const { id } of built.slice(0, MOST_COMPARED)) {
    try {
      const diff = await compareNodes(sandbox, id, id, { examples: 0 })
      const text = `${graph.label(id)}: ${dataWords(diff)}`
      const print = isAsItStands(text)
        ? AS_IT_STANDS
        : await printOf(sandbox, await sandbox.after.relationOf(id))
      told.push({ node: id, text, lost: diff.onlyBefore.length, print })
    } catch (error) {
      if (!isMartsmithError(error)) throw error
      const missing = error.code === 'sandbox.missing'
      const isView = graph.node(id)?.config?.materialized === 'view'
      const isUnread = isView && !missing && !(await canBeRead(sandbox, id))
      const words = missing
        ? 'does not stand in the warehouse yet'
        : isUnread
          ? 'is built, and its rows cannot be read'
          : 'could not be compared with what stands'
      const unread = isUnread ? { unread: true as const } : {}
      told.push({ node: id, text: `${graph.label(id)}: ${words}`, lost: 0, print: null, ...unread })
    }
  }
  return told
}

/** A view computes nothing when it is built: a cast that fails shows where each of its columns is read. */
async function canBeRead({ adapter, query, after, columns }: Sandbox, id: string): Promise<boolean> {
  // Read once: else its rows would be kept first, which is what fails.
  const relation = await after.relationOf(id, 'once')
  const [found] = await columns([relation])
  if (!found || 'error' in found || found.length === 0) return true
  const { quote } = dialectOf(adapter)
  const all = found.map((c) => `max(cast(${quote(c.name)} as varchar))`).join(', ')
  // What the rows refuse while they are read may be taken for the warehouse's own refusal.
  const answers = await query([`select ${all} from ${relation}`]).catch((error: unknown) => {
    if (!isMartsmithError(error)) throw error
    return []
  })
  return answers.some((a) => !('error' in a))
}

function dataWords(diff: Awaited<ReturnType<typeof compareNodes>>): string {
  const { sameRows, rows, onlyBefore, onlyAfter, changed, only, columns } = diff
  const names = (of: { name: string }[]) => of.map((c) => c.name).join(', ')
  const shape = [
    ...(onlyAfter.length > 0 ? [`new column ${names(onlyAfter)}`] : []),
    ...(onlyBefore.length > 0 ? [`without column ${names(onlyBefore)}`] : []),
  ]
  const data = sameRows
    ? [`same rows as stand (${rows.after})`]
    : [
        `${rows.before} rows stand, ${rows.after} would`,
        ...(changed ? [`${count(changed, 'row')} differ in ${names(columns)}`] : []),
        ...(changed === null && only.after > 0 ? [`${count(only.after, 'row')} differ`] : []),
      ]
  return [...data, ...shape].join('; ')
}
