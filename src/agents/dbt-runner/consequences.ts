/** What a failed build means for everything else: skipped, went on, shows old data, stale outside. */
import { isAbsent } from '../../adapters/dbt/explain.ts'
import type { NodeResult } from '../../adapters/dbt/types.ts'
import { ago, count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { readHistory } from '../../project/history.ts'
import type { ActionContext } from '../types.ts'
import { isTest } from './selection.ts'
import { holdsRows } from './stale.ts'

const MOST_NAMES = 8

export async function consequences(
  ctx: ActionContext,
  graph: ProjectGraph,
  results: NodeResult[],
): Promise<string[]> {
  const failures = results.filter((r) => r.status === 'error' || r.status === 'fail').map((r) => r.id)
  if (failures.every((id) => hookKind(id) === 'on-run-end')) {
    return ['Everything else was built and tested before the hook ran: only what the hook does is missing.']
  }
  const skipped = results.filter((r) => r.status === 'skipped').map((r) => r.id)
  const untested = skipped.filter((id) => isTest(id.split('.')[0] ?? '')).length
  return [
    ...skippedLines(graph, failures, skipped.filter(graph.isBuilt)),
    ...doubtLines(graph, failures, results),
    ...wentOnLines(graph, results, testedBy(graph, failures)),
    ...(untested > 0
      ? [`${count(untested, 'test')} of what was not built ${untested === 1 ? 'has' : 'have'} not run.`]
      : []),
    ...(await staleLines(ctx, graph, results, [...failures, ...skipped])),
  ]
}

export function hookKind(id: string): 'on-run-start' | 'on-run-end' | null {
  if (!id.startsWith('operation.')) return null
  return id.includes('-on-run-start-') ? 'on-run-start' : 'on-run-end'
}

/** Per failure, what was skipped because of it; what lies furthest downstream is what people look at, so it is named first. */
function skippedLines(graph: ProjectGraph, failures: string[], skipped: string[]): string[] {
  if (skipped.length === 0) return []
  const names = (ids: string[]) => {
    const below = new Map(ids.map((id) => [id, graph.descendants([id]).length]))
    return list(
      [...ids].sort((a, b) => (below.get(a) ?? 0) - (below.get(b) ?? 0)).map(graph.label),
      MOST_NAMES,
    )
  }
  // Failures that hold back the same nodes are told together.
  const groups = new Map<string, { because: string[]; victims: string[] }>()
  for (const id of failures) {
    // A failed test holds back what reads the node it tests.
    const below = new Set(graph.descendants(graph.isBuilt(id) ? [id] : graph.parents(id)))
    const victims = skipped.filter((s) => below.has(s))
    const group = groups.get(victims.join()) ?? { because: [], victims }
    group.because.push(graph.label(id))
    if (victims.length > 0) groups.set(victims.join(), group)
  }
  if (groups.size <= 1) return [`Skipped with it: ${names(skipped)}.`]
  return [...groups.values()].map(
    (g) => `Skipped because of ${list(g.because, MOST_NAMES)}: ${names(g.victims)}.`,
  )
}

/** What the failed tests are about. */
function testedBy(graph: ProjectGraph, failures: string[]): Set<string> {
  return new Set(failures.filter((id) => !graph.isBuilt(id)).flatMap(graph.parents))
}

/** A model is built before it is tested: where the test fails, its rows are there already. */
function doubtLines(graph: ProjectGraph, failures: string[], results: NodeResult[]): string[] {
  const tested = testedBy(graph, failures)
  const built = results.filter((r) => r.status === 'success' && tested.has(r.id) && graph.isBuilt(r.id))
  if (built.length === 0) return []
  const exposures = built
    .flatMap((r) => graph.children(r.id))
    .filter((id) => id.startsWith('exposure.'))
    .map(graph.label)
  const readers = exposures.length > 0 ? ` (read by ${list([...new Set(exposures)], MOST_NAMES)})` : ''
  const names = list(
    built.map((r) => graph.label(r.id)),
    MOST_NAMES,
  )
  return [`Built before its tests failed, so the rows they found stand there: ${names}${readers}.`]
}

function wentOnLines(graph: ProjectGraph, results: NodeResult[], tested: Set<string>): string[] {
  const wentOn = results
    .filter((r) => r.status === 'success' && graph.isBuilt(r.id) && !tested.has(r.id))
    .map((r) => r.id)
  if (wentOn.length === 0) return []
  if (wentOn.length > MOST_NAMES)
    return [`Went on: ${count(wentOn.length, 'node')} that do not depend on it.`]
  return [`Went on, because it does not depend on it: ${list(wentOn.map(graph.label))}.`]
}

async function staleLines(
  ctx: ActionContext,
  graph: ProjectGraph,
  results: NodeResult[],
  notRun: string[],
): Promise<string[]> {
  const notBuilt = notRun.filter(graph.isBuilt)
  const selected = new Set(results.map((r) => r.id))
  const below = graph.descendants(notBuilt)
  const target = await ctx.dbt.target()
  const history = await readHistory(ctx.project.stateDir, target)
  const old = await existing(
    ctx,
    graph,
    notBuilt.filter((id) => holdsRows(graph, id)),
  )
  const shown = old.map((id) => {
    const built = history[id]?.builtAt
    return `${graph.label(id)} (${built ? `last built ${ago(new Date(built), ctx.now())}` : 'built before, not from here'})`
  })
  const exposures = graph
    .descendants(old)
    .filter((id) => id.startsWith('exposure.'))
    .map(graph.label)
  const outside = below.filter((id) => graph.isBuilt(id) && !selected.has(id) && holdsRows(graph, id))
  return [
    ...(shown.length > 0
      ? [`Shows old data until this is mended: ${list([...shown, ...exposures], MOST_NAMES)}.`]
      : []),
    ...(outside.length > 0
      ? [`Not in this selection, stale with it: ${list(outside.map(graph.label), MOST_NAMES)}.`]
      : []),
  ]
}

/** Those that the warehouse has: it may have been emptied since they were built. */
async function existing(ctx: ActionContext, graph: ProjectGraph, ids: string[]): Promise<string[]> {
  const asked = ids.filter((id) => graph.node(id)?.relation_name)
  if (asked.length === 0) return []
  const answers = await ctx.dbt.query(
    asked.map((id) => `select 1 as found from ${graph.node(id)?.relation_name} where 1 = 0`),
  )
  return asked.filter((_, i) => !isAbsent(answers[i]))
}
