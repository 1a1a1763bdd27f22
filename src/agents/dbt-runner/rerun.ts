/** The action `rerun`: builds again what was mended; incremental tables from the start where a person says so. */
import { z } from 'zod'
import { dbtError } from '../../adapters/dbt/explain.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count } from '../../core/text.ts'
import { openGraph } from '../../project/open.ts'
import { selectionOf as nodeSelection } from '../../sandbox/selection.ts'
import { load } from '../dlt-loader/load.ts'
import type { ActionContext } from '../types.ts'
import { type BuildOutput, build, isFailure } from './build.ts'
import { freshnessLines } from './freshness.ts'
import { invokeOptions, isTest } from './selection.ts'

/** What stands in incremental tables, and would be otherwise if they were built from the start. */
export const rebuildSchema = z.strictObject({
  /** The incremental models that are built from the start. */
  models: z.array(z.string()),
  /** Selections of dbt: what is built as usual before, null where nothing is; what is built with `--full-refresh`. */
  first: z.string().nullable(),
  select: z.string(),
  /** Rows that stand, or are missing, and would be otherwise. */
  bad: z.number(),
  /** At most so many rows that stand would be gone, and nothing makes them again: the sources do not hold them. */
  lost: z.number(),
  /** What a person has to know to decide. */
  shown: z.array(z.string()),
  /** What does it later. */
  command: z.string(),
})

export type Rebuild = z.output<typeof rebuildSchema>

type Again = {
  select: string | null
  /** Pipelines of dlt that load again. */
  load: string[] | null
  /** As a load takes it. */
  giveUp: boolean | null
  expected: string[] | null
  rebuild: Rebuild | null
}
/** `left`: rows that stand wrong, and were left so. `loaded`: pipelines of dlt that loaded well. */
type Output = BuildOutput & { left: string | null; loaded?: string[] }

/**
 * The same as `build` for what was mended, and for those of the tests that are expected which also read what is not
 * built again. Nothing where nothing was mended: no selection at all would be the whole project.
 */
export async function rerun(
  ctx: ActionContext,
  { select, load: pipelines, giveUp, expected, rebuild }: Again,
): Promise<Outcome<Output>> {
  if (pipelines && pipelines.length > 0) return loadedAgain(ctx, pipelines, giveUp === true)
  const sources = (expected ?? []).filter((id) => id.startsWith('source.'))
  if (select === null && sources.length > 0) return agesAgain(ctx, sources)
  if (select === null) return outcome('skipped', 'There is nothing to run again.')
  const { anew, left, said } = await decided(ctx, rebuild)
  const done = anew ? await builtAnew(ctx, anew, select) : await build(ctx, { select, ...AS_USUAL })
  const built = { ...done, details: [...said, ...done.details] }
  const output = built.output ?? { tested: [], built: [], failed: [] }
  const open = (expected ?? []).filter((id) => isTest(id.split('.')[0] ?? '') && !output.tested.includes(id))
  if (built.status !== 'success' || open.length === 0) return { ...built, output: { ...output, left } }
  const tested = await ctx.dbt.test(open, invokeOptions(ctx))
  if (ctx.signal.aborted) throw new Error('interrupted')
  if (tested.exception && tested.results.length === 0) throw dbtError(tested.exception)
  const failed = tested.results.filter(isFailure).map((r) => r.id)
  const ran = tested.results.filter((r) => r.status !== 'skipped').map((r) => r.id)
  const words = `${count(ran.length, 'test')} more ran, of what also reads other tables: ${failed.length === 0 ? 'all passed' : `${failed.length} failed`}.`
  return {
    ...built,
    status: failed.length === 0 ? 'success' : 'failed',
    details: [words, ...built.details],
    output: { ...output, tested: [...output.tested, ...ran], failed: [...output.failed, ...failed], left },
  }
}

/** What failed before dbt began: the run that failed goes on from there. What was loaded since is not loaded twice. */
async function loadedAgain(
  ctx: ActionContext,
  pipelines: string[],
  giveUp: boolean,
): Promise<Outcome<Output>> {
  const done = await load(ctx, { pipelines, force: false, giveUp })
  const loaded = (done.output?.pipelines ?? []).filter((p) => p.status !== 'failed').map((p) => p.name)
  return { ...done, output: { tested: [], built: [], failed: [], left: null, loaded } }
}

/** What was mended is how the age of sources is told: dbt is asked for it again, and builds nothing. */
async function agesAgain(ctx: ActionContext, wanted: string[]): Promise<Outcome<Output>> {
  const graph = await openGraph(ctx.dbt)
  const { sources } = await ctx.dbt.freshness({}, invokeOptions(ctx))
  const fresh = new Set(sources.filter((s) => s.status === 'pass' || s.status === 'warn').map((s) => s.id))
  const failed = wanted.filter((id) => !fresh.has(id))
  return outcome(
    failed.length === 0 ? 'success' : 'failed',
    `dbt source freshness: ${wanted.length - failed.length} of ${count(wanted.length, 'source')} are fresh.`,
    {
      details: freshnessLines(graph, wanted, sources, ctx.now()),
      output: { tested: [], built: wanted.filter((id) => fresh.has(id)), failed, left: null },
    },
  )
}

const AS_USUAL = { exclude: null, fullRefresh: false }

type Decided = { anew: Rebuild | null; left: string | null; said: string[] }

/** Asked before anything is built: the answer is bound to what is shown. */
async function decided(ctx: ActionContext, rebuild: Rebuild | null): Promise<Decided> {
  if (!rebuild) return { anew: null, left: null, said: [] }
  const given = await ctx.ask({
    kind: 'question',
    id: 'rebuild',
    text: 'Build from the start what holds rows of before the fix',
    shown: rebuild.shown,
    choices: [
      { id: 'rebuild', label: 'Yes: build it from the start, with what reads it' },
      { id: 'leave', label: 'No: leave the rows that stand' },
    ],
    // What the sources do not hold any more is for a person alone to give up.
    ...(rebuild.lost === 0 ? { yes: 'rebuild' } : {}),
  })
  const by = `${given.by} at ${given.at.slice(0, 16).replace('T', ' ')} UTC`
  if (given.choice === 'rebuild')
    return { anew: rebuild, left: null, said: [...rebuild.shown, `Built from the start: said by ${by}.`] }
  const left = `${rebuild.shown[0]} Left so by ${by}; ${rebuild.command} builds it from the start.`
  return { anew: null, left, said: [left] }
}

/**
 * In two builds: `--full-refresh` holds for all incremental models of one. What is to run again and has nothing to do
 * with what is built from the start runs before it; no snapshot does, which would take down what stands below it.
 */
async function builtAnew(
  ctx: ActionContext,
  { first, select }: Rebuild,
  usual: string,
): Promise<Outcome<BuildOutput>> {
  const next = (await ctx.dbt.list({ select })).map((n) => n.id)
  const rest = (await ctx.dbt.list({ select: usual }, ['model', 'seed']))
    .map((n) => n.id)
    .filter((id) => !next.includes(id))
  const { manifest } = await openGraph(ctx.dbt)
  const others = rest.length > 0 ? [nodeSelection(manifest, rest)] : []
  const usually = [...(first === null ? [] : [first]), ...others].join(' ')
  // What is built next is not old after it.
  const before = usually === '' ? null : await build(ctx, { select: usually, ...AS_USUAL }, next)
  if (before && before.status !== 'success') return before
  const anew = await build(ctx, { select, exclude: null, fullRefresh: true })
  if (!before?.output || !anew.output) return anew
  const all = (of: keyof BuildOutput) => [
    ...new Set([...(before.output?.[of] ?? []), ...(anew.output?.[of] ?? [])]),
  ]
  return {
    ...anew,
    summary: `${before.summary}; then from the start: ${anew.summary}`,
    details: [...before.details, ...anew.details],
    attention: [...before.attention, ...anew.attention],
    output: { tested: all('tested'), built: all('built'), failed: all('failed') },
  }
}
