/** The action `load`: decide, run, count, log. Safe to repeat: a merge that ran twice adds nothing. */
import type { LoadedPipeline } from '../../adapters/dlt/loader.ts'
import { dltPipelines } from '../../config/detect-dlt.ts'
import { shown } from '../../config/project.ts'
import type { DltPipelineConfig } from '../../config/schema.ts'
import { isMartsmithError, type MartsmithError } from '../../core/errors.ts'
import { type Outcome, outcome, type Status } from '../../core/outcome.ts'
import { list } from '../../core/text.ts'
import { readManifest } from '../../project/manifest.ts'
import { type ActionContext, logPath } from '../types.ts'
import { type Check, logCheck, readChecks } from './checks.ts'
import { type Decision, decide } from './decide.ts'
import { failureLines, loadedLines } from './report.ts'
import { dataDirOf, runScript } from './script.ts'

const CUT_SHORT = 'this run was interrupted while it loaded'

type Input = { pipelines: string[] | null; force: boolean; giveUp?: boolean }
type One = {
  name: string
  status: Status
  lines: string[]
  tables: LoadedPipeline['tables']
}
export type LoadOutput = { pipelines: Omit<One, 'lines'>[] }

export async function load(ctx: ActionContext, input: Input): Promise<Outcome<LoadOutput>> {
  const known = await dltPipelines(ctx.project)
  const chosen = input.pipelines === null ? known : known.filter((p) => input.pipelines?.includes(p.name))
  const gone = (input.pipelines ?? []).filter((name) => !known.some((p) => p.name === name))
  if (gone.length > 0)
    return outcome(
      'failed',
      `The dlt pipeline ${gone.join(', ')} was part of this run and is not configured any more.`,
    )
  if (chosen.length === 0) {
    return outcome(
      'skipped',
      'No dlt pipeline: none is configured and none was found. `martsmith init` looks for them and writes martsmith.yml.',
    )
  }
  const done: One[] = []
  // One after the other: a file database lets only one process write, and most projects have one script.
  for (const pipeline of chosen) done.push(await loadOne(ctx, pipeline, input))
  return summarise(done)
}

async function loadOne(ctx: ActionContext, pipeline: DltPipelineConfig, input: Input): Promise<One> {
  const checks = (await readChecks(ctx.project.stateDir, pipeline.name)).filter((c) => c.runId === ctx.runId)
  const finished = checks.findLast((c) => c.result === 'loaded')
  // The load had ended when this run was interrupted; only its record was missing.
  if (finished && ctx.attempt > 1) return asLoaded(pipeline, finished)

  const cutShort = ctx.attempt > 1 && checks.at(-1)?.result === 'started'
  const decision = await decideNow(ctx, pipeline, input.force, cutShort)
  if (!decision.due) {
    const lines = [`${pipeline.name} was not run: ${decision.reason}.`]
    return { name: pipeline.name, status: 'skipped', lines, tables: [] }
  }
  // Rows that the interrupted attempt brought are new in this run too.
  const before = cutShort ? (checks.findLast((c) => c.before)?.before ?? {}) : {}
  return run(ctx, decision, { before, giveUp: input.giveUp === true })
}

async function decideNow(
  ctx: ActionContext,
  pipeline: DltPipelineConfig,
  force: boolean,
  cutShort: boolean,
): Promise<Decision> {
  const manifest = await readManifest(ctx.dbt.targetPath).catch(() => null)
  const target = await ctx.dbt.target().catch(() => null)
  const decision = await decide(pipeline, {
    project: ctx.project,
    dbt: ctx.dbt,
    manifest,
    target,
    now: ctx.now(),
    force,
  })
  return cutShort ? { ...decision, due: true, reason: CUT_SHORT } : decision
}

async function run(
  ctx: ActionContext,
  decision: Decision,
  { before, giveUp }: { before: NonNullable<Check['before']>; giveUp: boolean },
): Promise<One> {
  const { pipeline, inputs, reason } = decision
  const begun = ctx.now()
  const known = { ...before }
  const entry = (check: Partial<Check> & Pick<Check, 'result'>): Check => ({
    pipeline: pipeline.name,
    runId: ctx.runId,
    at: ctx.now().toISOString(),
    inputs,
    reason,
    ...check,
  })
  const { stateDir } = ctx.project
  let writing = logCheck(stateDir, entry({ result: 'started', before: known }))
  const onBefore = (name: string, counts: Record<string, number> | null) => {
    known[name] = { ...counts, ...known[name] }
    writing = writing.then(() => logCheck(stateDir, entry({ result: 'started', before: known })))
  }
  let script: Awaited<ReturnType<typeof runScript>>
  try {
    script = await runScript(ctx, pipeline, { resumed: loadsIn(before), giveUp, onBefore })
  } catch (error) {
    if (ctx.signal.aborted || !isMartsmithError(error)) throw error
    await writing
    await logCheck(stateDir, entry({ result: 'failed' }))
    return failed(pipeline, [...errorLines(pipeline, error), outputLine(ctx)])
  }
  await writing
  const loaded = script.result.pipelines.map((p) => withBefore(safeJobs(p, ctx), known[p.name]))
  const complete = script.result.error === null && loaded.every((p) => p.failedJobs.length === 0)
  const took = (ctx.now().getTime() - begun.getTime()) / 1000
  const check = entry({ result: complete ? 'loaded' : 'failed', loaded, seconds: took })
  await logCheck(stateDir, check)
  if (complete) {
    const countable = loaded.every((p) => p.name in loadsIn(before))
    return withDoubt(asLoaded(pipeline, check), decision.reason === CUT_SHORT && !countable)
  }
  const about = {
    root: ctx.project.root,
    python: script.python,
    dataDir: dataDirOf(ctx.project),
    missing: decision.missing,
  }
  const lines = [...failureLines(pipeline, script.result.error, loaded, about), outputLine(ctx)]
  return failed(pipeline, lines)
}

/** The worker counts dlt's own table of loads with the others. */
const LOADS = '_dlt_loads'

function loadsIn(before: NonNullable<Check['before']>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(before).flatMap(([name, counts]) =>
      counts?.[LOADS] === undefined ? [] : [[name, counts[LOADS]]],
    ),
  )
}

function outputLine(ctx: ActionContext): string {
  return `What it printed: ${shown(ctx.project, logPath(ctx.runDir))}`
}

/** A load that was cut short may have been complete: what appends has then loaded the same rows twice. */
function withDoubt(one: One, unknown: boolean): One {
  const names = one.tables.filter((t) => t.appends).map((t) => t.name)
  if (!unknown || names.length === 0) return one
  const text = `${list(names, 6)} may hold rows twice: the load that was interrupted may have been complete, and its script appends. Check, or use write_disposition merge.`
  return { ...one, lines: [...one.lines, text] }
}

/** A job's message may quote a row. */
function safeJobs(pipeline: LoadedPipeline, ctx: ActionContext): LoadedPipeline {
  return {
    ...pipeline,
    failedJobs: pipeline.failedJobs.map((job) => ({ ...job, message: ctx.safe(job.message) })),
  }
}

/** Rows before come from the first attempt, where an interrupted one had begun to load. */
function withBefore(
  pipeline: LoadedPipeline,
  before: Record<string, number> | null | undefined,
): LoadedPipeline {
  if (!before) return pipeline
  return { ...pipeline, tables: pipeline.tables.map((t) => ({ ...t, before: before[t.name] ?? t.before })) }
}

function asLoaded(pipeline: DltPipelineConfig, check: Check): One {
  const loaded = check.loaded ?? []
  return {
    name: pipeline.name,
    status: 'success',
    lines: loadedLines(pipeline, loaded, check.seconds ?? 0, check.reason ?? ''),
    tables: loaded.flatMap((p) => p.tables),
  }
}

function failed(pipeline: DltPipelineConfig, lines: string[]): One {
  return { name: pipeline.name, status: 'failed', lines, tables: [] }
}

function errorLines(pipeline: DltPipelineConfig, error: MartsmithError): string[] {
  return [
    `${pipeline.name} failed: ${error.message}`,
    ...error.details,
    ...error.mend.map((m) => `To mend it: ${m}`),
  ]
}

function summarise(done: One[]): Outcome<LoadOutput> {
  const some = (status: Status) => done.some((d) => d.status === status)
  const status: Status = some('failed') ? 'failed' : some('success') ? 'success' : 'skipped'
  const [first = '', ...rest] = [...done]
    .sort((a, b) => rank(a.status) - rank(b.status))
    .flatMap((d) => d.lines)
  return outcome(status, first, { details: rest, output: { pipelines: done.map(({ lines: _, ...d }) => d) } })
}

function rank(status: Status): number {
  return ['failed', 'success', 'skipped'].indexOf(status)
}
