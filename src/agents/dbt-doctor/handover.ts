/**
 * The action `handover`: what a step of another workflow leaves when it fails, as a diagnosis. It is cheap: the record
 * of the step is read and the warehouse asked for columns; nothing is built, so what could mend it is named and not
 * claimed.
 */
import { join } from 'node:path'
import { openHistory } from '../../adapters/git/history.ts'
import { readJson } from '../../core/files.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { type ProjectGraph, projectGraph } from '../../project/graph.ts'
import { readManifest } from '../../project/manifest.ts'
import { openParser } from '../../project/sql/parse.ts'
import { describeFailure } from '../dbt-runner/failure.ts'
import type { ActionContext } from '../types.ts'
import { allowedBy } from './allowed.ts'
import { explainLog, findingOf as findingOfLog } from './explain-log.ts'
import { failuresIn } from './failures.ts'
import { candidatesFor } from './fixes/index.ts'
import { asUntreated } from './heal.ts'
import { whyNever } from './never.ts'
import { explainedLines, field, findingOf, sentenceOf } from './report.ts'
import { isFailure, readsOf, type Seen } from './try.ts'
import type { Failure, FixContext } from './types.ts'
import { filesOf } from './work.ts'

type Input = { step: string; said: string }
type Recorded = { results?: { unique_id?: string; status?: string; message?: string | null }[] }

/** So many causes are told, and candidates of each. */
const MOST_CAUSES = 5
const MOST_CANDIDATES = 2
const BROKEN = new Set(['error', 'runtime error', 'partial success'])

export async function handover(ctx: ActionContext, { step, said }: Input): Promise<Outcome> {
  const seen = await recorded(ctx, step)
  return seen ? ofResults(ctx, seen) : ofWords(ctx, said)
}

/** What is known by words alone: a step that left no results of dbt. What fits no class is left as it was said. */
function ofWords({ runId }: ActionContext, said: string): Outcome {
  const explained = explainLog(said).filter((e) => e.class !== null)
  return outcome('failed', 'Handed to dbt-doctor.', {
    details: explained.slice(0, MOST_CAUSES).flatMap(explainedLines),
    findings: explained.map(findingOfLog),
    next: explained.length > 0 ? [debugCommand(runId)] : [],
  })
}

async function ofResults(ctx: ActionContext, seen: Seen): Promise<Outcome> {
  const { root, dbtDir, stateDir } = ctx.project
  const place = { root, dbtDir, stateDir }
  const [git, files, target] = await Promise.all([
    openHistory(root),
    filesOf(place),
    ctx.dbt.target(),
    openParser(),
  ])
  const context: FixContext = {
    place,
    files: files.own,
    foreign: files.foreign,
    graph: seen.graph,
    adapter: target.type,
    dbt: ctx.dbt,
    git,
    read: files.read,
  }
  const failures = failuresIn(seen, { place, files })
  const details: string[] = []
  for (const failure of failures.slice(0, MOST_CAUSES)) details.push(...(await linesOf(failure, context)))
  return outcome('failed', 'Handed to dbt-doctor.', {
    details,
    findings: failures.map((failure) => findingOf(asTreated(failure, seen.graph))),
    next: failures.length > 0 ? [debugCommand(ctx.runId)] : [],
  })
}

async function linesOf(failure: Failure, context: FixContext): Promise<string[]> {
  const { file, line, class: of } = failure
  const treated = asTreated(failure, context.graph)
  const could: string[] = []
  const because: string[] = []
  for (const candidate of await candidatesFor(failure, context)) {
    if (could.length === MOST_CANDIDATES) break
    const refused = whyNever(candidate.changes, await allowedBy(failure, candidate, context))
    if (refused.length > 0 || could.includes(candidate.title)) continue
    could.push(candidate.title)
    because.push(...candidate.because.filter((b) => b.startsWith('git: ')).map((b) => b.slice(5)))
  }
  const where = file === null ? 'No file is named.' : line === null ? file : `${file}:${line}`
  return [
    field('DIAGNOSIS', [`${of?.id ?? 'unknown'} ${sentenceOf(treated)}`]),
    field('ROOT CAUSE', [where, ...new Set(because)]),
    could.length > 0
      ? field('COULD MEND', [...could, 'Not tried yet: martsmith debug proves it before it is written.'])
      : field('LOOK AT', of?.look ?? ['the message above']),
  ]
}

const asTreated = (failure: Failure, graph: ProjectGraph | null) => ({ ...asUntreated(failure), graph })

function debugCommand(runId: string) {
  return {
    command: `martsmith debug ${runId} --fix`,
    why: 'proves what mends it in a sandbox, writes it, and runs again what failed',
  }
}

/** What dbt left of the step; null where it left nothing that failed. */
async function recorded(ctx: ActionContext, step: string): Promise<Seen | null> {
  const kept = await readJson<Recorded>(join(ctx.runDir, 'artifacts', step, 'run_results.json'))
  const results = (kept?.results ?? []).flatMap(({ unique_id: id, status = '', message = null }) => {
    const known = BROKEN.has(status) ? 'error' : status
    return id ? [{ id, status: known as 'error' | 'fail', message, seconds: 0 }] : []
  })
  const failed = results.filter(isFailure)
  if (failed.length === 0) return null
  const graph = projectGraph(await readManifest(ctx.dbt.targetPath))
  const failures: Seen['failures'] = new Map()
  for (const result of failed) {
    const { file = null, line = null, text } = await describeFailure({ ...ctx, runDir: null }, graph, result)
    failures.set(result.id, {
      text,
      file,
      line,
      reads: await readsOf(graph, result.id, standing(ctx, graph)),
      // Rows are followed in a sandbox: `martsmith debug` does.
      trace: null,
    })
  }
  return { unread: null, graph, results, failures, data: [], leftOut: [] }
}

const standing = (ctx: ActionContext, graph: ProjectGraph) => ({
  relationOf: async (id: string) => (graph.node(id) ?? graph.source(id))?.relation_name ?? null,
  columns: ctx.dbt.columns,
})
