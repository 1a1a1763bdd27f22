/** Sources that are too old, or whose age cannot be told: dbt looks at them apart from everything that it builds. */
import type { SourceFreshness, WarehouseColumn } from '../../adapters/dbt/types.ts'
import { openHistory } from '../../adapters/git/history.ts'
import { diffText } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { ago, count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { openGraph } from '../../project/open.ts'
import { hasThreshold } from '../dbt-runner/freshness.ts'
import type { ActionContext } from '../types.ts'
import type { FailureClass } from './classes/types.ts'
import { classify } from './classify.ts'
import { fileOf } from './fixes/files.ts'
import { fieldWays, isTime, writtenAt } from './freshness-field.ts'
import type { Proposal } from './proposal.ts'
import { field } from './report.ts'
import { nearNames } from './score.ts'
import type { Candidate } from './types.ts'
import { openWork, type Work } from './work.ts'

/** `wanted`: the field that should tell its age; undefined where it tells it, and the source is old. */
type Bad = {
  id: string
  class: FailureClass | null
  why: string
  lines: string[]
  wanted?: string | null
  columns: WarehouseColumn[]
}

type Place = { file: string; line: number | null }

/** Null where every source is fresh, or dbt cannot ask: then what fails is looked for elsewhere. */
export async function diagnoseFreshness(ctx: ActionContext): Promise<Outcome<{ proposal: Proposal }> | null> {
  const { dbt, progress } = ctx
  progress({ kind: 'note', text: 'asking how old the sources are' })
  const graph = await openGraph(dbt)
  const asked = Object.keys(graph.manifest.sources).filter((id) => hasThreshold(graph, id))
  const sources = await agesOf(dbt, ctx)
  const old = sources.filter((s) => s.status === 'error').map((s) => stale(graph, s, ctx.now()))
  const unread = asked.filter((id) => !isTold(sources, id))
  const untold = await Promise.all(
    unread.map((id) => notRead(ctx, graph, id, sources.find((s) => s.id === id) ?? null)),
  )
  const bad = [...old, ...untold]
  if (bad.length === 0) return null
  const work = await openWork(ctx.project, dbt)
  try {
    const places = new Map<string, Place>()
    for (const b of bad) places.set(b.id, await placeOf(b, graph, work))
    const { taken, told } = await mended(ctx, graph, untold, work)
    const changes = await work.total('Mend how the age of sources is told')
    const open = bad.filter((b) => !taken.has(b.id))
    const late = untold.filter((b) => taken.has(b.id) && !isFresh(told, b.id))
    const summary = `${count(bad.length, 'source')} not fresh: ${list(
      bad.map((b) => graph.label(b.id)),
      4,
    )}.`
    const rest = {
      details: bad.flatMap((b) => diagnosis(b, places.get(b.id), taken.get(b.id) ?? null)),
      findings: bad.map((b) => {
        const { file, line } = places.get(b.id) ?? { file: null, line: null }
        return {
          rule: b.class?.id ?? 'unknown',
          severity: 'block' as const,
          message: b.why,
          ...(file ? { file } : {}),
          ...(line === null ? {} : { line }),
        }
      }),
    }
    if (changes.changes.length === 0) return outcome('failed', summary, rest)
    const fresh = untold.filter((b) => isFresh(told, b.id)).map((b) => b.id)
    return outcome('success', summary, {
      ...rest,
      output: {
        proposal: {
          title: changes.title,
          choices: [{ id: 'fix-1', label: changes.title, changes }],
          proof: [`After it, dbt tells how old ${list(untold.map((b) => graph.label(b.id)))} is.`],
          select: null,
          load: [],
          giveUp: false,
          expected: fresh,
          open: [
            ...open.map((b) => b.why),
            ...late.map((b) => `${graph.label(b.id)} is older than its freshness rule allows.`),
          ],
        },
      },
    })
  } finally {
    await work.close()
  }
}

async function agesOf(
  dbt: Work['dbt'],
  { progress, log, signal }: ActionContext,
): Promise<SourceFreshness[]> {
  const onMessage = (level: string, text: string) => log(`${level}: ${text}`)
  return (await dbt.freshness({}, { onProgress: progress, onMessage, signal })).sources
}

const isTold = (sources: SourceFreshness[], id: string) =>
  sources.some((s) => s.id === id && s.status !== 'runtime error')
const isFresh = (sources: SourceFreshness[], id: string) =>
  sources.some((s) => s.id === id && (s.status === 'pass' || s.status === 'warn'))

/** Each field that could tell an age is tried: dbt asks again, in a copy of the project. */
async function mended(
  ctx: ActionContext,
  graph: ProjectGraph,
  untold: Bad[],
  work: Work,
): Promise<{ taken: Map<string, Candidate | 'too'>; told: SourceFreshness[] }> {
  const taken = new Map<string, Candidate | 'too'>()
  let told: SourceFreshness[] = []
  const git = await openHistory(ctx.project.root)
  const context = { place: work.place, adapter: work.adapter, read: work.read, git }
  for (const { id, wanted = null, columns } of untold) {
    // What was mended for another source of the same file may have mended this one.
    if (isTold(told, id)) taken.set(id, 'too')
    if (taken.has(id)) continue
    const source = graph.source(id)
    for (const way of source ? await fieldWays(source, { wanted, columns }, context) : []) {
      ctx.progress({ kind: 'note', text: `attempt: ${way.title}` })
      const restore = await work.write(way.changes)
      const now = await agesOf(work.dbt, ctx)
      if (isTold(now, id)) {
        told = now
        taken.set(id, way)
        break
      }
      await restore()
    }
  }
  return { taken, told }
}

function diagnosis(bad: Bad, place: Place | undefined, taken: Candidate | 'too' | null): string[] {
  const at = place ? (place.line === null ? place.file : `${place.file}:${place.line}`) : 'No file is named.'
  const fix =
    taken === null
      ? [
          'None that proves itself; this needs a person.',
          ...(bad.class?.look ?? []).map((l) => `Look at: ${l}`),
        ]
      : taken === 'too'
        ? ['The one above mends it too.']
        : [
            `${taken.title}: ${taken.because.join('; ')}`,
            ...diffText(taken.changes, { color: false }).trimEnd().split('\n'),
            'Before: its age could not be told. After: dbt tells it.',
          ]
  return [
    field('DIAGNOSIS', [`${bad.class ? `${bad.class.id} ${bad.class.title}: ` : ''}${bad.why}`]),
    field('ROOT CAUSE', [at, ...bad.lines]),
    field('FIX', fix),
  ]
}

/** The line that tells the field, else the rule, else the source. */
async function placeOf({ id, wanted }: Bad, graph: ProjectGraph, work: Work): Promise<Place> {
  const source = graph.source(id)
  const file = source ? fileOf(source, work.place) : ''
  const text = await work.read(file).catch(() => null)
  const key = wanted === undefined ? 'freshness' : 'loaded_at_field'
  return { file, line: source && text !== null ? writtenAt(file, text, source, key) : null }
}

function stale(graph: ProjectGraph, { id, loadedAt }: SourceFreshness, now: Date): Bad {
  const name = graph.label(id)
  const found = classify({ message: `ERROR STALE freshness of ${name}`, events: [] })
  const newest = loadedAt
    ? `its newest row was loaded ${ago(new Date(loadedAt), now)}`
    : 'it has no row that tells when'
  return {
    id,
    class: found?.class ?? null,
    why: `${name} is older than its freshness rule allows: ${newest}.`,
    lines: [`error_after: ${thresholdOf(graph, id)}`],
    columns: [],
  }
}

function thresholdOf(graph: ProjectGraph, id: string): string {
  const after = (graph.source(id)?.freshness as { error_after?: { count?: number; period?: string } } | null)
    ?.error_after
  return after?.count ? `${after.count} ${after.period}${after.count === 1 ? '' : 's'}` : 'not said'
}

/** dbt leaves out a source whose query fails, and does not say why: its field is looked for. */
async function notRead(
  { dbt }: ActionContext,
  graph: ProjectGraph,
  id: string,
  said: SourceFreshness | null,
): Promise<Bad> {
  const source = graph.source(id)
  const name = graph.label(id)
  const wanted = source?.loaded_at_field ?? null
  const message = said?.message ?? ''
  const [answer] = source?.relation_name ? await dbt.columns([source.relation_name]) : []
  const columns = answer && !('error' in answer) ? answer : []
  if (wanted === null) {
    const found = classify({ message: "no 'loaded_at_field' provided", events: [] })
    return {
      id,
      class: found?.class ?? null,
      why: `Nothing says which column of ${name} tells when its rows were loaded.`,
      lines: [],
      wanted,
      columns,
    }
  }
  const bare = wanted.replace(/^["`]|["`]$/g, '')
  const names = columns.map((c) => c.name)
  if (names.length > 0 && /^\w+$/.test(bare) && !names.some((n) => n.toLowerCase() === bare.toLowerCase())) {
    const near = nearNames(bare, names, 1)[0]?.name
    const found = classify({
      message: `Binder Error: Referenced column "${bare}" not found in FROM clause!`,
      events: [],
    })
    return {
      id,
      class: found?.class ?? null,
      why: `The age of ${name} cannot be told: loaded_at_field says ${bare}, and it has no such column${near ? `; it has ${near}` : ''}.`,
      lines: [`loaded_at_field: ${wanted}`],
      wanted,
      columns,
    }
  }
  const own = columns.find((c) => c.name.toLowerCase() === bare.toLowerCase())
  // dbt may leave out why: what is no time is known by its type.
  const text = own && !isTime(own) ? `Expected a timestamp value when querying field '${bare}'` : ''
  const found = classify({ message: message || text, events: [] })
  return {
    id,
    class: found?.class ?? null,
    why: `The age of ${name} cannot be told by ${wanted}${own ? `, which is of the type ${own.type}` : ''}.`,
    lines: [
      `loaded_at_field: ${wanted}`,
      ...message
        .split('\n')
        .filter((l) => l.trim() !== '')
        .slice(0, 4),
    ],
    wanted,
    columns,
  }
}
