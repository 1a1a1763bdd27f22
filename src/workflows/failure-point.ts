/** Where to begin looking: the last run of martsmith that failed, else what somebody's own dbt left in target/. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Point } from '../agents/dbt-doctor/identify.ts'
import { isDiagnosis } from '../agents/dbt-doctor/report.ts'
import type { LoadOutput } from '../agents/dlt-loader/load.ts'
import { DBT_FILE, type Project } from '../config/project.ts'
import { MartsmithError } from '../core/errors.ts'
import { readIfThere, readJson } from '../core/files.ts'
import { listRuns, readRun, runDir } from './runs.ts'
import type { RunRecord } from './types.ts'

/** The point, but for what the command asks about. */
type Found = Omit<Point, 'only'>
type Ran = { at: string; broken: string[]; all: string[] }

const MOST_RUNS = 3
const BROKEN = new Set(['error', 'fail', 'runtime error', 'skipped', 'partial success'])

/** @throws MartsmithError `run.unknown`, `debug.not-failed` */
export async function failurePoint(project: Project, id: string | null): Promise<Found> {
  const runs = (await listRuns(project.stateDir)).filter((r) => r.workflow !== 'debug')
  const last = runs.slice(0, MOST_RUNS).map(runWords)
  if (id !== null) {
    const run = await readRun(project.stateDir, id)
    if (run.status === 'failed') return ofRun(project, run, last)
    throw new MartsmithError({
      code: 'debug.not-failed',
      message: `${id} did not fail: its status is ${run.status}. Nothing was run.`,
      mend: ['martsmith runs   lists the runs', 'martsmith debug   looks at what fails now'],
    })
  }
  const [run] = runs.filter((r) => r.finishedAt !== null)
  const { own, freshness } = await ownResults(project)
  const isOwnNewer = own !== null && own.at > (run?.finishedAt ?? '')
  if (isOwnNewer && own.broken.length > 0)
    return {
      words: `dbt failed at ${own.at.slice(0, 16).replace('T', ' ')} UTC (its run_results.json)`,
      tool: 'dbt',
      message: null,
      ran: { broken: own.broken, all: own.all },
      resume: null,
      last,
    }
  if (run?.status === 'failed' && !isOwnNewer) return ofRun(project, run, last)
  const well = { tool: 'dbt' as const, message: null, ran: null, resume: null, last }
  if (freshness !== null && freshness > (run?.finishedAt ?? '') && freshness > (own?.at ?? ''))
    return {
      ...well,
      words: `dbt looked at how old the sources are at ${freshness.slice(0, 16).replace('T', ' ')} UTC (its sources.json)`,
      freshness: true,
    }
  return {
    ...well,
    words: run ? `The last run, ${runWords(run)}, did not fail` : 'No run of this project is on record',
  }
}

function runWords({ id, status, startedAt, request }: RunRecord): string {
  return `${id} ${status} ${startedAt.slice(0, 16).replace('T', ' ')} UTC: ${request}`
}

async function ofRun(project: Project, run: RunRecord, last: string[]): Promise<Found> {
  const step = run.steps.find((s) => s.status === 'failed')
  const words = `${run.id} failed in step ${step?.number ?? '?'} (${step?.title ?? ''})`
  const said = (step?.outcome?.details ?? []).filter((d) => !isDiagnosis(d))
  const message = [step?.outcome?.summary, ...said].filter(Boolean).join('\n')
  if (step?.agent === 'dlt-loader') {
    const { pipelines = [] } = (step.outcome?.output ?? {}) as Partial<LoadOutput>
    const failed = pipelines.filter((p) => p.status === 'failed').map((p) => p.name)
    return { words, tool: 'dlt', message, pipelines: failed, ran: null, resume: run.id, last }
  }
  const kept = await resultsIn(
    join(runDir(project.stateDir, run.id), 'artifacts', step?.id ?? 'build', 'run_results.json'),
  )
  const ran = kept && kept.broken.length > 0 ? { broken: kept.broken, all: kept.all } : null
  return { words, tool: 'dbt', message: null, ran, resume: run.id, last }
}

/** Of the user's own target folder, if it is of this project: what ran, and when dbt looked at sources. */
async function ownResults({ dbtDir }: Project): Promise<{ own: Ran | null; freshness: string | null }> {
  const written = parse((await readIfThere(join(dbtDir, DBT_FILE))) ?? '', { logLevel: 'silent' }) as {
    name?: unknown
    'target-path'?: unknown
  } | null
  const named = written?.['target-path']
  const target = join(dbtDir, typeof named === 'string' && !named.includes('{{') ? named : 'target')
  const [found, sources] = await Promise.all(
    ['run_results.json', 'sources.json'].map((name) => resultsIn(join(target, name))),
  )
  const isMine = (ran: Ran) => ran.all.some((id) => id.split('.')[1] === written?.name)
  return {
    own: found && isMine(found) ? found : null,
    freshness: sources && (sources.all.length === 0 || isMine(sources)) ? sources.at : null,
  }
}

/** They stand in the results of a build, skipped where what they read failed, and there is nothing of them to build. */
const NOTHING_BUILT = /^(?:exposure|metric|semantic_model|saved_query)\./

async function resultsIn(path: string): Promise<Ran | null> {
  const file = await readJson<{
    metadata?: { generated_at?: string }
    results?: { unique_id?: string; status?: string }[]
  }>(path).catch(() => null)
  if (!file || !Array.isArray(file.results)) return null
  const ids = (all: typeof file.results) =>
    (all ?? []).flatMap((r) => (r.unique_id && !NOTHING_BUILT.test(r.unique_id) ? [r.unique_id] : []))
  const at = file.metadata?.generated_at ?? (await stat(path)).mtime.toISOString()
  return { at, broken: ids(file.results.filter((r) => BROKEN.has(String(r.status)))), all: ids(file.results) }
}
