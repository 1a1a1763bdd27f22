/** Sources that are too old, or whose age cannot be told: dbt looks at them apart from everything that it builds. */
import type { SourceFreshness } from '../../adapters/dbt/types.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { ago, count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { openGraph } from '../../project/open.ts'
import { hasThreshold } from '../dbt-runner/freshness.ts'
import type { ActionContext } from '../types.ts'
import type { FailureClass } from './classes/types.ts'
import { classify } from './classify.ts'
import { field } from './report.ts'
import { nearNames } from './score.ts'

type Bad = { id: string; class: FailureClass | null; why: string; line: string[] }

/** Null where every source is fresh, or dbt cannot ask: then what fails is looked for elsewhere. */
export async function diagnoseFreshness(ctx: ActionContext): Promise<Outcome<{ proposal: null }> | null> {
  const { dbt, progress, log, signal } = ctx
  progress({ kind: 'note', text: 'asking how old the sources are' })
  const graph = await openGraph(dbt)
  const asked = Object.keys(graph.manifest.sources).filter((id) => hasThreshold(graph, id))
  const onMessage = (level: string, text: string) => log(`${level}: ${text}`)
  const { sources } = await dbt.freshness({}, { onProgress: progress, onMessage, signal })
  const old = sources.filter((s) => s.status === 'error').map((s) => stale(graph, s, ctx.now()))
  const read = new Set(sources.filter((s) => s.status !== 'runtime error').map((s) => s.id))
  const unread = asked.filter((id) => !read.has(id))
  const bad = [
    ...old,
    ...(await Promise.all(
      unread.map((id) => notRead(ctx, graph, id, sources.find((s) => s.id === id) ?? null)),
    )),
  ]
  if (bad.length === 0) return null
  const files = bad.map((b) => graph.source(b.id)?.original_file_path ?? '')
  return outcome(
    'failed',
    `${count(bad.length, 'source')} not fresh: ${list(
      bad.map((b) => graph.label(b.id)),
      4,
    )}.`,
    {
      details: bad.flatMap((b, i) => [
        field('DIAGNOSIS', [`${b.class ? `${b.class.id} ${b.class.title}: ` : ''}${b.why}`]),
        field('ROOT CAUSE', [files[i] ?? '', ...b.line]),
        field('FIX', [
          'None that proves itself; this needs a person.',
          ...(b.class?.look ?? []).map((l) => `Look at: ${l}`),
        ]),
      ]),
      findings: bad.map((b, i) => ({
        rule: b.class?.id ?? 'unknown',
        severity: 'block' as const,
        message: b.why,
        ...(files[i] ? { file: files[i] } : {}),
      })),
    },
  )
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
    line: [`error_after: ${thresholdOf(graph, id)}`],
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
  if (wanted === null) {
    const found = classify({ message: "no 'loaded_at_field' provided", events: [] })
    return {
      id,
      class: found?.class ?? null,
      why: `Nothing says which column of ${name} tells when its rows were loaded.`,
      line: [],
    }
  }
  const [columns] = source?.relation_name ? await dbt.columns([source.relation_name]) : []
  const names = columns && !('error' in columns) ? columns.map((c) => c.name) : null
  const bare = wanted.replace(/^["`]|["`]$/g, '')
  if (names && /^\w+$/.test(bare) && !names.some((n) => n.toLowerCase() === bare.toLowerCase())) {
    const near = nearNames(bare, names, 1)[0]?.name
    const found = classify({
      message: `Binder Error: Referenced column "${bare}" not found in FROM clause!`,
      events: [],
    })
    return {
      id,
      class: found?.class ?? null,
      why: `The age of ${name} cannot be told: loaded_at_field says ${bare}, and it has no such column${near ? `; it has ${near}` : ''}.`,
      line: [`loaded_at_field: ${wanted}`],
    }
  }
  const found = classify({ message, events: [] })
  const type =
    columns && !('error' in columns)
      ? columns.find((c) => c.name.toLowerCase() === bare.toLowerCase())?.type
      : undefined
  return {
    id,
    class: found?.class ?? null,
    why: `The age of ${name} cannot be told by ${wanted}${type ? `, which is of the type ${type}` : ''}.`,
    line: [
      `loaded_at_field: ${wanted}`,
      ...message
        .split('\n')
        .filter((l) => l.trim() !== '')
        .slice(0, 4),
    ],
  }
}
