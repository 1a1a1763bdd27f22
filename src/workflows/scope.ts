/** What a pipeline run would do, found out without doing it: shown before it is confirmed. */
import { resolve } from 'node:path'
import { warehouseError } from '../adapters/dbt/explain.ts'
import type { DbtEngine, ListedNode, Target } from '../adapters/dbt/types.ts'
import { BUILT_TYPES, isTest, selectionOf } from '../agents/dbt-runner/selection.ts'
import { type Decision, databaseFileMissing, decide } from '../agents/dlt-loader/decide.ts'
import { dltPipelines, scriptOf } from '../config/detect-dlt.ts'
import { needsApproval } from '../config/production.ts'
import { type Project, shown as pathShown } from '../config/project.ts'
import { isMartsmithError, MartsmithError } from '../core/errors.ts'
import { shortHash } from '../core/hash.ts'
import { ago, count, list, nearest, seconds, shellQuote } from '../core/text.ts'
import { type ProjectGraph, projectGraph } from '../project/graph.ts'
import { type BuildHistory, readHistory } from '../project/history.ts'
import { type Manifest, readManifest } from '../project/manifest.ts'
import { listRuns } from './runs.ts'
import type { RunRecord } from './types.ts'

export type PipelineParams = {
  select: string | null
  exclude: string | null
  fullRefresh: boolean
  force: boolean
  retest: boolean
  /** Names of the dlt pipelines; null for all. */
  pipelines: string[] | null
  /** For titles: ` --select +fct_trips`. */
  selection: string
}

export type Scope = {
  /** As it is shown: one line each. */
  lines: string[]
  target: Target
  /** null where packages have to be installed before dbt can say. */
  nodes: ListedNode[] | null
  decisions: Decision[]
  /** Needs an approval of its own. */
  isProtected: boolean
  /** Of what was shown and what will run: an approval is bound to it. */
  hash: string
}

const MOST_NAMES = 4

export type ScopeContext = { project: Project; dbt: DbtEngine; now: Date }

export async function pipelineScope(
  ctx: ScopeContext,
  title: string,
  params: PipelineParams,
): Promise<Scope> {
  const { project, dbt, now } = ctx
  await dbt.version()
  const target = await dbt.target()
  const nodes = await selectedNodes(dbt, params)
  const manifest = nodes ? await readManifest(dbt.targetPath) : null
  const graph = manifest ? projectGraph(manifest) : null
  if (nodes && nodes.length === 0) throw emptySelection(params, manifest)
  await assertReachable(dbt, target, project)
  const decisions = await decideAll(ctx, params, manifest, target)
  // What was built in a file that is gone is gone with it.
  const history = databaseFileMissing(target, project.dbtDir)
    ? {}
    : await readHistory(project.stateDir, target)
  const last = await lastRun(project.stateDir, target.target, params)
  const isProtected = needsApproval(target, project)
  const lines = [
    `${title} on ${manifest?.metadata.project_name ?? target.profile} (target ${target.target}, ${target.type})`,
    ...dltLines(decisions),
    `  dbt       build${params.selection}   ${nodesLine(nodes, graph)}${last ? `   (took ${seconds(last)} last time)` : ''}`,
    ...staleLines(nodes, graph, history, now),
    `  Power BI  ${project.config.powerbi ? project.config.powerbi.model : 'not connected; this step will be skipped'}`,
    writesLine(target, nodes, graph, project),
    ...(isProtected ? [`  This target looks like production: it needs an approval of its own.`] : []),
  ]
  return {
    lines,
    target,
    nodes,
    decisions,
    isProtected,
    hash: hashOf(target, params, nodes, decisions),
  }
}

async function selectedNodes(dbt: DbtEngine, params: PipelineParams): Promise<ListedNode[] | null> {
  try {
    return (await dbt.list(selectionOf(params))).filter((n) => BUILT_TYPES.includes(n.resourceType))
  } catch (error) {
    if (isMartsmithError(error) && error.code === 'dbt.packages') return null
    throw error
  }
}

/** The answer of a warehouse that cannot be reached, or that is locked, is told before anything runs. */
async function assertReachable(dbt: DbtEngine, target: Target, project: Project): Promise<void> {
  if (databaseFileMissing(target, project.dbtDir)) return
  const [answer] = await dbt.query(['select 1 as one'])
  if (answer && 'error' in answer) throw warehouseError(answer.error)
}

async function decideAll(
  ctx: ScopeContext,
  params: PipelineParams,
  manifest: Manifest | null,
  target: Target,
): Promise<Decision[]> {
  const decisions: Decision[] = []
  for (const pipeline of await dltPipelines(ctx.project)) {
    if (params.pipelines && !params.pipelines.includes(pipeline.name)) continue
    scriptOf(ctx.project, pipeline)
    decisions.push(await decide(pipeline, { ...ctx, manifest, target, force: params.force }))
  }
  return decisions
}

function dltLines(decisions: Decision[]): string[] {
  if (decisions.length === 0)
    return ['  dlt       no pipeline is configured or found; this step will be skipped']
  return decisions.map(
    (d) => `  dlt       ${d.pipeline.name}   ${d.due ? 'will run' : 'will be skipped'}: ${d.reason}`,
  )
}

function nodesLine(nodes: ListedNode[] | null, graph: ProjectGraph | null): string {
  if (!nodes || !graph) return 'after `dbt deps`: packages are missing, so the nodes cannot be counted yet'
  const built = nodes.filter((n) => graph.isBuilt(n.id))
  const of = (type: string) => built.filter((n) => n.resourceType === type).length
  const all = Object.keys(graph.manifest.nodes).filter(
    (id) => id.startsWith('model.') && graph.isBuilt(id),
  ).length
  const models = of('model') < all ? `${of('model')} of ${count(all, 'model')}` : count(all, 'model')
  const parts = [
    of('model') > 0 ? models : '',
    of('seed') > 0 ? count(of('seed'), 'seed') : '',
    of('snapshot') > 0 ? count(of('snapshot'), 'snapshot') : '',
    count(nodes.filter((n) => isTest(n.resourceType)).length, 'test'),
  ]
  return parts.filter(Boolean).join(', ')
}

/** What is known to be behind: models edited since they were built, and those never built from here. */
function staleLines(
  nodes: ListedNode[] | null,
  graph: ProjectGraph | null,
  history: BuildHistory,
  now: Date,
): string[] {
  if (!nodes || !graph) return []
  const built = nodes.map((n) => n.id).filter(graph.isBuilt)
  const known = built.filter((id) => history[id])
  const margin = ' '.repeat(12)
  if (known.length === 0)
    return built.length > 0 ? [`${margin}none of them has been built by martsmith here yet`] : []
  const edited = known.filter((id) => history[id]?.checksum !== (graph.node(id)?.checksum?.checksum ?? null))
  const fresh = built.filter((id) => !history[id])
  const names = (ids: string[]) => list(ids.map(graph.label), MOST_NAMES)
  const oldest = known.map((id) => history[id]?.builtAt ?? '').sort()[0] ?? ''
  const parts = [
    `last built ${ago(new Date(oldest), now)}`,
    ...(edited.length > 0 ? [`edited since: ${names(edited)}`] : []),
    ...(fresh.length > 0 ? [`never built here: ${names(fresh)}`] : []),
  ]
  return [`${margin}${parts.join('; ')}`]
}

/** What a run changes on disk and in the warehouse. */
function writesLine(
  target: Target,
  nodes: ListedNode[] | null,
  graph: ProjectGraph | null,
  project: Project,
): string {
  const built = graph ? (nodes ?? []).filter((n) => graph.isBuilt(n.id)) : []
  const schemas = [...new Set(built.flatMap((n) => graph?.node(n.id)?.schema ?? []))].sort()
  const packages = nodes ? '' : ' dbt deps writes package-lock.yml and the packages folder.'
  return `  Writes to ${destination(target, project, schemas)}.${packages} Nothing${nodes ? '' : ' else'} in your project files except the task record.`
}

/** `shop.duckdb (schema analytics)`, `db.example.com, shop, schema analytics`. */
export function destination(target: Target, project: Project, schemas: string[] = []): string {
  const { shown, database } = target
  const schema = list(schemas.length > 0 ? schemas : [target.schema], MOST_NAMES)
  const name = schemas.length > 1 ? `schemas ${schema}` : `schema ${schema}`
  if (shown.path) return `${pathShown(project, resolve(project.dbtDir, shown.path))} (${name})`
  const host = shown.host ?? shown.account ?? shown.server ?? shown.project
  return [host, database, name].filter(Boolean).join(', ')
}

/** Seconds of the last successful run over the same selection. */
async function lastRun(stateDir: string, target: string, params: PipelineParams): Promise<number | null> {
  const same = (r: RunRecord) =>
    r.status === 'success' &&
    r.target === target &&
    r.params.select === params.select &&
    r.params.exclude === params.exclude
  const run = (await listRuns(stateDir)).find((r) => r.workflow === 'pipeline' && same(r))
  return run ? run.steps.reduce((sum, s) => sum + s.seconds, 0) : null
}

/** A selection of what has changed is right, and matches nothing, where nothing has. */
const OF_CHANGES = /(?:^|[\s,])[@+\d]*(?:state|result|source_status):/

function emptySelection(params: PipelineParams, manifest: Manifest | null): MartsmithError {
  if (OF_CHANGES.test(params.select ?? ''))
    return new MartsmithError({
      code: 'selection.nothing-changed',
      message: `Nothing to do: --select ${params.select} matches nothing, compared with the state that was given. Nothing was run.`,
      exitCode: 0,
    })
  const names = [
    ...Object.values(manifest?.nodes ?? {}).filter((n) => !isTest(n.resource_type)),
    ...Object.values(manifest?.exposures ?? {}),
  ].map((n) => n.name)
  const wanted = (params.select ?? '')
    .split(/[\s,]+/)
    .map((w) => w.replace(/^[\d+@]*|[\d+]*$/g, '').replace(/^\w+:/, ''))
  const near = wanted.flatMap((w) => (w === '' || names.includes(w) ? [] : nearest(w, names, 2)))
  const what = params.select ? `--select ${params.select}` : 'the whole project'
  return new MartsmithError({
    code: 'selection.empty',
    message: `${what}${params.exclude ? ` --exclude ${params.exclude}` : ''} matches nothing that dbt builds; nothing was run.`,
    details:
      near.length > 0
        ? [`Did you mean ${list(near)}?`]
        : names.length === 0
          ? ['The project has no models, seeds or snapshots.']
          : [],
    mend: near[0]
      ? [`martsmith pipeline --select ${shellQuote((params.select ?? '').replace(wanted[0] ?? '', near[0]))}`]
      : ['dbt ls   lists what can be selected'],
  })
}

function hashOf(
  target: Target,
  params: PipelineParams,
  nodes: ListedNode[] | null,
  decisions: Decision[],
): string {
  const bound = {
    target: [target.target, target.type, target.database, target.schema, target.shown],
    params,
    nodes: nodes?.map((n) => n.id).sort() ?? null,
    load: decisions.map((d) => [d.pipeline.name, d.due]),
  }
  return shortHash(bound)
}
