/** The SQL that dbt makes of each file, with a map back to what the user wrote. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProjectGraph } from '../graph.ts'
import type { ManifestNode } from '../manifest.ts'
import { type CacheOptions, openCompileCache } from './compile-cache.ts'
import { type Span, strippedSpan } from './jinja.ts'
import { type Marked, mark, unmark } from './marked.ts'
import { type Ephemeral, overridesBuiltins, relationsOf } from './relations.ts'
import { render } from './render.ts'
import type { SourceMap } from './source-map.ts'

/** How an incremental model is compiled: built anew, or added to. */
export type Mode = 'full' | 'incremental'

export type CompileNodes = (
  nodes: { id: string; rawCode?: string; mode?: Mode }[],
) => Promise<({ compiled: string; ephemeral: Ephemeral } | { error: string })[]>

export type Compiled = {
  /** As dbt makes it, without the CTEs that it puts in front for ephemeral parents. */
  compiled: string
  map: SourceMap | { noMap: string }
  /** Names in `compiled` that are ephemeral models: by name, their ids. */
  ephemeral: Ephemeral
}

export type CompiledModel = {
  id: string
  /** The file below the dbt project's folder; null for a package's, which are never edited. */
  path: string | null
  /** The text that the map leads to: the whole file as it stands on disk, or a package's code as dbt read it. */
  raw: string
} & (
  | (Compiled & {
      /** The ways an incremental model compiles, where its SQL depends on it; `compiled` is the one built anew where that compiles. */
      variants: ({ mode: Mode } & (Compiled | { error: string }))[]
    })
  /** It cannot be compiled as it stands. */
  | { error: string }
)

export type CompileContext = {
  graph: ProjectGraph
  /** The folder with dbt_project.yml. */
  dbtDir: string
  compile: CompileNodes
  /** Where what dbt compiled is kept for the next command, if it is. */
  cache?: CacheOptions
}

/** `within`: the node's code in `raw`. */
type Source = { node: ManifestNode; path: string | null; raw: string; within: Span | { noMap: string } }

const READ_AT_ONCE = 64

/** All nodes that are written in SQL: models, snapshots, singular tests, analyses. */
export function compilable(graph: ProjectGraph): string[] {
  return Object.values(graph.manifest.nodes).flatMap((n) =>
    n.language === 'sql' && !n.test_metadata && n.resource_type !== 'operation' ? [n.unique_id] : [],
  )
}

/** In the order of `ids`; most are rendered by ourselves, the rest in one call of `compile`. */
export async function compiledModels(
  context: CompileContext,
  ids: string[] = compilable(context.graph),
): Promise<CompiledModel[]> {
  const nodes = ids.flatMap((id) => context.graph.node(id) ?? []).filter((n) => n.language === 'sql')
  const sources = await readAll(context, nodes)
  const usual = !overridesBuiltins(context.graph)
  const done = sources.map((source) => renderedHere(context.graph, source, usual))
  const rest = sources.filter((_, i) => done[i] === null)
  const byDbt = await compiledByDbt(context, rest)
  return sources.map((source, i) => done[i] ?? byDbt.get(source.node.unique_id) ?? unknown(source))
}

function unknown({ node, path, raw }: Source): CompiledModel {
  return { id: node.unique_id, path, raw, error: 'dbt gave no answer' }
}

async function readAll({ graph, dbtDir }: CompileContext, nodes: ManifestNode[]): Promise<Source[]> {
  const sources: Source[] = []
  for (let at = 0; at < nodes.length; at += READ_AT_ONCE) {
    const some = nodes.slice(at, at + READ_AT_ONCE)
    sources.push(...(await Promise.all(some.map((node) => readSource(graph, dbtDir, node)))))
  }
  return sources
}

async function readSource(graph: ProjectGraph, dbtDir: string, node: ManifestNode): Promise<Source> {
  const code = node.raw_code
  const asRead = { node, path: null, raw: code, within: { start: 0, end: code.length } }
  if (!graph.isOwn(node.unique_id)) return asRead
  const path = node.original_file_path
  const raw = await readFile(join(dbtDir, path), 'utf8').catch(() => null)
  if (raw === null) return { ...asRead, path, within: { noMap: 'the file is gone since dbt read it' } }
  const whole = strippedSpan(raw)
  if (raw.slice(whole.start, whole.end) === code) return { node, path, raw, within: whole }
  return { node, path, raw, within: partOf(raw, code) }
}

/** A snapshot in a block is a part of its file. */
function partOf(raw: string, code: string): Span | { noMap: string } {
  const at = code === '' ? -1 : raw.indexOf(code)
  if (at < 0) return { noMap: 'the file has changed since dbt read it' }
  if (raw.indexOf(code, at + 1) >= 0) return { noMap: 'the same code stands in its file twice' }
  return { start: at, end: at + code.length }
}

function renderedHere(graph: ProjectGraph, source: Source, usual: boolean): CompiledModel | null {
  const { node, path, raw, within } = source
  if ('noMap' in within) return null
  const ephemeral: Ephemeral = {}
  const rendered = render(raw, usual ? relationsOf(graph, node, ephemeral) : null, within)
  return rendered && { id: node.unique_id, path, raw, ...rendered, ephemeral, variants: [] }
}

type Job = { source: Source; mode: Mode | undefined; marked: Marked | { noMap: string } }
type Answer = Awaited<ReturnType<CompileNodes>>[number] | undefined

async function compiledByDbt(
  context: CompileContext,
  sources: Source[],
): Promise<Map<string, CompiledModel>> {
  if (sources.length === 0) return new Map()
  const cache = await openCompileCache<Outcome[]>(context.graph, context.cache)
  const made = new Map<Source, Outcome[]>()
  for (const source of sources) {
    const kept = cache.get(source.node, source.raw)
    if (kept) made.set(source, kept)
  }
  for (const [source, outcomes] of await outcomesOf(
    context.compile,
    sources.filter((s) => !made.has(s)),
  )) {
    made.set(source, outcomes)
    if (outcomes.every((o) => 'map' in o && !('noMap' in o.map))) cache.put(source.node, source.raw, outcomes)
  }
  await cache.save()
  return new Map([...made].map(([source, outcomes]) => [source.node.unique_id, modelOf(source, outcomes)]))
}

async function outcomesOf(compile: CompileNodes, sources: Source[]): Promise<Map<Source, Outcome[]>> {
  const jobs = sources.flatMap(jobsOf)
  if (jobs.length === 0) return new Map()
  const answers = await compile(
    jobs.flatMap(({ source, mode, marked }) => {
      const plain = { id: source.node.unique_id, ...(mode ? { mode } : {}) }
      return 'noMap' in marked ? [plain] : [plain, { ...plain, rawCode: marked.code }]
    }),
  )
  const made = new Map<Source, Outcome[]>()
  let at = 0
  for (const job of jobs) {
    const plain = answers[at++]
    const marked = 'noMap' in job.marked ? undefined : answers[at++]
    const outcomes = made.get(job.source) ?? []
    outcomes.push({ ...(job.mode ? { mode: job.mode } : {}), ...outcome(job, plain, marked) })
    made.set(job.source, outcomes)
  }
  return made
}

type Outcome = { mode?: Mode } & (Compiled | { error: string })

function jobsOf(source: Source): Job[] {
  const { node, raw, within } = source
  const marked = 'noMap' in within ? within : mark(raw, within, nonceFor(raw))
  return modesOf(node).map((mode) => ({ source, mode, marked }))
}

function modesOf({ config }: ManifestNode): (Mode | undefined)[] {
  if (config?.materialized !== 'incremental') return [undefined]
  if (config.full_refresh === true) return ['full']
  return ['full', 'incremental']
}

function nonceFor(raw: string): string {
  for (;;) {
    const nonce = randomBytes(6).toString('hex')
    if (!raw.includes(nonce)) return nonce
  }
}

function outcome({ source, marked }: Job, plain: Answer, made: Answer): Compiled | { error: string } {
  if (!plain || 'error' in plain) return { error: plain?.error ?? 'dbt gave no answer' }
  const { compiled, ephemeral } = plain
  if ('noMap' in marked) return { compiled, ephemeral, map: marked }
  if (!made || 'error' in made) return { compiled, ephemeral, map: { noMap: 'it looks at its own text' } }
  return { compiled, ephemeral, map: unmark(marked, source.raw, made.compiled, compiled) }
}

function modelOf({ node, path, raw }: Source, outcomes: Outcome[]): CompiledModel {
  const about = { id: node.unique_id, path, raw }
  const usable = outcomes.find((o) => !('error' in o))
  const [first] = outcomes
  if (!usable || 'error' in usable) return { ...about, error: first && 'error' in first ? first.error : '' }
  const { mode: _, ...chosen } = usable
  return { ...about, ...chosen, variants: outcomes.length > 1 ? variantsOf(outcomes) : [] }
}

/** None where it makes no difference whether the model is built anew. */
function variantsOf(outcomes: Outcome[]): ({ mode: Mode } & (Compiled | { error: string }))[] {
  const texts = new Set(outcomes.map((o) => ('error' in o ? `error ${o.error}` : o.compiled)))
  if (texts.size === 1) return []
  return outcomes.flatMap(({ mode, ...rest }) => (mode ? [{ mode, ...rest }] : []))
}
