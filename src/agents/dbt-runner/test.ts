/** The action `test`: the tests of the selection that the build of this run has not proven. */
import { dbtError, isAbsent } from '../../adapters/dbt/explain.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { type ProjectGraph, projectGraph } from '../../project/graph.ts'
import { readManifest } from '../../project/manifest.ts'
import type { ActionContext } from '../types.ts'
import { keepArtifacts } from './artifacts.ts'
import { failureReport } from './failure.ts'
import { invokeOptions, selectionOf, TEST_TYPES } from './selection.ts'

type Input = { select: string | null; exclude: string | null; proven: string[] | null; retest: boolean }
const MOST_LISTED = 8

export async function test(ctx: ActionContext, input: Input): Promise<Outcome> {
  const all = (await ctx.dbt.list(selectionOf(input), TEST_TYPES)).map((t) => t.id)
  const graph = projectGraph(await readManifest(ctx.dbt.targetPath))
  const proven = new Set(input.retest ? [] : (input.proven ?? []))
  const provenHere = all.filter((id) => proven.has(id)).length
  const open = all.filter((id) => !proven.has(id))
  const { ready, blocked } = await byParents(ctx, graph, open)
  const already =
    provenHere > 0
      ? `${count(provenHere, 'test')} ${provenHere === 1 ? 'was' : 'were'} proven by the build of this run.`
      : ''
  const blockedLines = blocked.map(
    ({ id, missing }) =>
      `Not run: ${graph.label(id)}: ${list(missing, 3)} ${missing.length === 1 ? 'does' : 'do'} not exist in the warehouse.`,
  )
  const others = listed(blockedLines)
  if (all.length === 0) return outcome('skipped', 'The selection has no tests.')
  if (ready.length === 0) {
    const none =
      open.length === 0
        ? 'No test is left to run.'
        : `None of the other ${count(open.length, 'test')} can run.`
    return outcome('success', [already, none].filter(Boolean).join(' '), {
      details: [...others, ...retestHint(input)],
    })
  }
  ctx.progress({ kind: 'expect', nodes: 0, tests: ready.length })
  const run = await ctx.dbt.test(ready, invokeOptions(ctx))
  if (ctx.signal.aborted) throw new Error('interrupted')
  if (run.exception && run.results.length === 0) throw dbtError(run.exception)
  await keepArtifacts(ctx, 'test')
  const verdicts = run.results.filter((r) => !r.id.startsWith('operation.'))
  const hooks = run.results.filter((r) => r.id.startsWith('operation.') && r.status === 'error')
  const bad = verdicts.filter((r) => r.status === 'fail' || r.status === 'error')
  const warned = verdicts.filter((r) => r.status === 'warn')
  const passed = verdicts.length - bad.length - warned.length
  const summary = [
    `${count(verdicts.length, 'test')} run here: ${passed} passed${warned.length > 0 ? `, ${warned.length} with a warning` : ''}${bad.length > 0 ? `, ${bad.length} failed` : ''}.`,
    already,
  ]
    .filter(Boolean)
    .join(' ')
  const warnings = warned.map((r) => `Warning: ${graph.label(r.id)}${r.message ? `: ${r.message}` : ''}`)
  if (bad.length + hooks.length > 0) {
    const failure = await failureReport(ctx, graph, run.results)
    return outcome('failed', summary, {
      details: [...failure.lines, ...warnings, ...others],
      evidence: failure.evidence,
    })
  }
  const attention =
    warned.length > 0
      ? [
          `${count(warned.length, 'warning')} (${list(
            warned.map((r) => graph.label(r.id)),
            3,
          )})`,
        ]
      : []
  return outcome('success', summary, { details: [...warnings, ...others], attention })
}

function retestHint(input: Input): string[] {
  return (input.proven?.length ?? 0) > 0 && !input.retest ? ['`--retest` runs them all again.'] : []
}

function listed(lines: string[]): string[] {
  return lines.length > MOST_LISTED
    ? [...lines.slice(0, MOST_LISTED), `and ${lines.length - MOST_LISTED} more for the same reason.`]
    : lines
}

/** A test can run when all that it reads exists: asked of the warehouse, not assumed. */
async function byParents(
  ctx: ActionContext,
  graph: ProjectGraph,
  ids: string[],
): Promise<{ ready: string[]; blocked: { id: string; missing: string[] }[] }> {
  const reads = (id: string): string[] =>
    graph.parents(id).flatMap((p) => (graph.node(p)?.config?.materialized === 'ephemeral' ? reads(p) : [p]))
  const relation = (id: string) => graph.node(id)?.relation_name ?? graph.source(id)?.relation_name ?? null
  const parents = [...new Set(ids.flatMap(reads))].filter((p) => relation(p) !== null)
  const answers =
    parents.length > 0
      ? await ctx.dbt.query(parents.map((p) => `select 1 as found from ${relation(p)} where 1 = 0`))
      : []
  const missing = new Set(parents.filter((_, i) => isAbsent(answers[i])))
  const ready: string[] = []
  const blocked: { id: string; missing: string[] }[] = []
  for (const id of ids) {
    const gone = reads(id).filter((p) => missing.has(p))
    if (gone.length === 0) ready.push(id)
    else blocked.push({ id, missing: gone.map(graph.label) })
  }
  return { ready, blocked }
}
