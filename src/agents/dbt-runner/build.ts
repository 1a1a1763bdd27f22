/** The action `build`: packages, source freshness, `dbt build`; what it built, what failed, what is stale. */
import { dbtError } from '../../adapters/dbt/explain.ts'
import type { Invocation, NodeResult, SourceFreshness } from '../../adapters/dbt/types.ts'
import { messageOf } from '../../core/errors.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list, seconds } from '../../core/text.ts'
import { type ProjectGraph, projectGraph } from '../../project/graph.ts'
import { recordBuilds } from '../../project/history.ts'
import { readManifest } from '../../project/manifest.ts'
import type { ActionContext } from '../types.ts'
import { keepArtifacts } from './artifacts.ts'
import { failureReport } from './failure.ts'
import { freshnessLines, hasThreshold } from './freshness.ts'
import { invokeOptions, isTest, listWithPackages, selectionOf } from './selection.ts'
import { staleOutside } from './stale.ts'

type Input = { select: string | null; exclude: string | null; fullRefresh: boolean }
export type BuildOutput = {
  /** Tests that ended with a verdict, by unique id. */
  tested: string[]
  built: string[]
  failed: string[]
}
const SLOWEST = 3
const MOST_WARNINGS = 5

/** `next`: ids of what is built right after it. */
export async function build(
  ctx: ActionContext,
  input: Input,
  next: string[] = [],
): Promise<Outcome<BuildOutput>> {
  const selection = selectionOf(input)
  const { nodes, installed } = await listWithPackages(ctx, selection)
  const graph = projectGraph(await readManifest(ctx.dbt.targetPath))
  // The scope was not empty when the run began: what was selected is gone since.
  if (nodes.length === 0)
    return outcome('failed', 'The selection matches nothing any more, so nothing was built.')
  const tests = nodes.filter((n) => isTest(n.resourceType)).length
  ctx.progress({ kind: 'expect', nodes: nodes.filter((n) => graph.isBuilt(n.id)).length, tests })
  const lines: string[] = installed ? ['Packages were missing: dbt deps installed them first.'] : []

  const sources = nodes.some((n) => hasThreshold(graph, n.id))
    ? await ctx.dbt.freshness(freshnessSelection(input), invokeOptions(ctx))
    : { sources: [], exception: null }
  const asked = nodes.filter((n) => hasThreshold(graph, n.id)).map((n) => n.id)
  lines.push(...freshnessLines(graph, asked, sources.sources, ctx.now()))
  if (ctx.config.dbt.freshness === 'stop') {
    const passed = sources.sources.filter((s) => s.status === 'pass' || s.status === 'warn').map((s) => s.id)
    const stale = sources.sources.filter((s) => s.status === 'error').map((s) => s.id)
    const unknown = asked.filter((id) => !passed.includes(id) && !stale.includes(id))
    if (stale.length + unknown.length > 0) return stoppedByFreshness(graph, stale, unknown, lines)
  }

  const invocation = await ctx.dbt.build(selection, { ...invokeOptions(ctx), fullRefresh: input.fullRefresh })
  if (ctx.signal.aborted) throw new Error('interrupted')
  if (invocation.exception && invocation.results.length === 0) throw dbtError(invocation.exception)
  if (invocation.results.length === 0 && nodes.some((n) => graph.isBuilt(n.id) || isTest(n.resourceType))) {
    return outcome('failed', 'dbt left no results of this build, so nothing can be said about it.')
  }
  await remember(ctx, graph, invocation.results)
  await keepArtifacts(ctx, 'build')
  lines.push(...warningLines(ctx.dbt.warnings()))
  const attention = attentionTo(graph, sources.sources, invocation.results)
  return report(ctx, graph, invocation, { lines, attention, next })
}

/** Only sources that the selection reads: `+x` also selects the sources above x. */
function freshnessSelection(input: Input) {
  return input.select ? { select: input.select } : {}
}

function stoppedByFreshness(
  graph: ProjectGraph,
  stale: string[],
  unknown: string[],
  lines: string[],
): Outcome<BuildOutput> {
  const names = (ids: string[]) => list(ids.map(graph.label), 4)
  const why = [
    ...(stale.length > 0
      ? [`${names(stale)} ${stale.length === 1 ? 'is' : 'are'} older than error_after allows`]
      : []),
    ...(unknown.length > 0 ? [`the freshness of ${names(unknown)} could not be read`] : []),
  ]
  return outcome('failed', `Not built: ${list(why)} (dbt.freshness: stop).`, {
    details: lines,
    output: { tested: [], built: [], failed: [] },
  })
}

async function report(
  ctx: ActionContext,
  graph: ProjectGraph,
  invocation: Invocation,
  { lines, attention, next }: { lines: string[]; attention: string[]; next: string[] },
): Promise<Outcome<BuildOutput>> {
  const { results } = invocation
  const output: BuildOutput = {
    tested: results.filter((r) => isTestResult(graph, r) && r.status !== 'skipped').map((r) => r.id),
    built: results.filter((r) => r.status === 'success').map((r) => r.id),
    failed: results.filter(isFailure).map((r) => r.id),
  }
  const took = seconds(results.reduce((sum, r) => sum + r.seconds, 0))
  const summary = `${statusWords(graph, results)} (${took} of work)`
  const warnings = results
    .filter((r) => r.status === 'warn')
    .map((r) => `Warning: ${graph.label(r.id)}${r.message ? `: ${r.message}` : ''}`)
  if (output.failed.length > 0 || !invocation.ok) {
    const failure = await failureReport(ctx, graph, results)
    return outcome('failed', summary, {
      details: [...lines, ...failure.lines, ...warnings],
      evidence: failure.evidence,
      consequence: testsSoFar(graph, results, output.tested.length),
      output,
    })
  }
  const stale = staleOutside(graph, output.built, [...results.map((r) => r.id), ...next])
  return outcome('success', summary, {
    details: [...lines, ...warnings, ...slowest(graph, results), ...stale.lines],
    next: stale.next,
    attention,
    output,
  })
}

/** For the steps that are skipped: how far validation came. */
function testsSoFar(graph: ProjectGraph, results: NodeResult[], proven: number): string {
  const open = results.filter((r) => isTestResult(graph, r) && r.status === 'skipped').length
  const rest = open > 0 ? `; ${open} ${open === 1 ? 'has' : 'have'} not run` : ''
  return `${count(proven, 'test')} ran in the build${rest}.`
}

/** What succeeded and still wants a look: sources that are stale, tests with a warning. */
function attentionTo(graph: ProjectGraph, sources: SourceFreshness[], results: NodeResult[]): string[] {
  const stale = sources.filter((s) => s.status === 'error').map((s) => graph.label(s.id))
  const warned = results.filter((r) => r.status === 'warn').map((r) => graph.label(r.id))
  return [
    ...(stale.length > 0 ? [`${count(stale.length, 'stale source')} (${list(stale, 3)})`] : []),
    ...(warned.length > 0 ? [`${count(warned.length, 'warning')} (${list(warned, 3)})`] : []),
  ]
}

/** What dbt warns of while it reads the project: properties of a model that does not exist, deprecations. */
function warningLines(warnings: string[]): string[] {
  const words = warnings.map((w) =>
    w
      .replace(/\[WARNING\](\[\w+\])?:?\s*/, '')
      .split('\n')
      .map((l) => l.trim())
      .filter(Boolean)
      .slice(0, 3)
      .join(' '),
  )
  const more =
    words.length > MOST_WARNINGS
      ? [`and ${count(words.length - MOST_WARNINGS, 'more warning')} of dbt; see output.log of the run.`]
      : []
  return [...words.slice(0, MOST_WARNINGS).map((w) => `dbt warns: ${w}`), ...more]
}

export function isFailure(result: NodeResult): boolean {
  return result.status === 'error' || result.status === 'fail'
}

function isTestResult(graph: ProjectGraph, result: NodeResult): boolean {
  return isTest(result.id.split('.')[0] ?? '') || isTest(graph.node(result.id)?.resource_type ?? '')
}

/** `13 of 14 models built, 1 failed; 52 tests passed, 9 skipped`. */
function statusWords(graph: ProjectGraph, results: NodeResult[]): string {
  const tests = results.filter((r) => isTestResult(graph, r))
  const others = results.filter((r) => !isTestResult(graph, r) && !r.id.startsWith('exposure.'))
  const parts = [kindWords(others), testWords(tests)].filter((p) => p !== '')
  return parts.length > 0 ? parts.join('; ') : 'Nothing to build'
}

function kindWords(results: NodeResult[]): string {
  const kinds = ['seed', 'snapshot', 'model']
  const words = kinds.flatMap((kind) => {
    const of = results.filter((r) => r.id.startsWith(`${kind}.`))
    if (of.length === 0) return []
    const built = of.filter((r) => r.status === 'success' || r.status === 'warn').length
    const rest = tally(of, { error: 'failed', skipped: 'skipped' })
    return [
      built === of.length
        ? `${count(built, kind)} built`
        : `${built} of ${count(of.length, kind)} built${rest}`,
    ]
  })
  const hooks = results.filter((r) => r.id.startsWith('operation.') && isFailure(r)).length
  return [...words, ...(hooks > 0 ? [`${count(hooks, 'hook')} failed`] : [])].join(', ')
}

function testWords(tests: NodeResult[]): string {
  if (tests.length === 0) return ''
  const passed = tests.filter((t) => t.status === 'pass' || t.status === 'success').length
  const rest = tally(tests, {
    warn: 'with a warning',
    fail: 'failed',
    error: 'with an error',
    skipped: 'skipped',
  })
  return `${count(passed, 'test')} passed${rest}`
}

function tally(results: NodeResult[], words: Record<string, string>): string {
  return Object.entries(words)
    .map(([status, word]) => [results.filter((r) => r.status === status).length, word] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `, ${n} ${word}`)
    .join('')
}

function slowest(graph: ProjectGraph, results: NodeResult[]): string[] {
  const slow = [...results].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST)
  if (results.length <= SLOWEST) return []
  return [`Slowest: ${slow.map((r) => `${graph.label(r.id)} ${seconds(r.seconds)}`).join(', ')}.`]
}

async function remember(ctx: ActionContext, graph: ProjectGraph, results: NodeResult[]): Promise<void> {
  const builtAt = ctx.now().toISOString()
  const built = results.filter((r) => r.status === 'success' && graph.isBuilt(r.id))
  try {
    const target = await ctx.dbt.target()
    const records = built.map((r) => [
      r.id,
      { builtAt, checksum: graph.node(r.id)?.checksum?.checksum ?? null },
    ])
    await recordBuilds(ctx.project.stateDir, target, Object.fromEntries(records))
  } catch (error) {
    ctx.log(`the build history could not be written: ${messageOf(error)}`)
  }
}
