/** `martsmith runs` and `martsmith show`: they only read, also while a run is going on. */
import { markdownTable } from 'markdown-table'
import { findOwnProject } from '../../config/project.ts'
import { MartsmithError } from '../../core/errors.ts'
import { ago, count, seconds } from '../../core/text.ts'
import { jsonReport } from '../../reports/json.ts'
import { markdownReport } from '../../reports/markdown.ts'
import { listRuns, readProgress, readRun } from '../../workflows/runs.ts'
import { liveOwner, statusNow } from '../../workflows/state.ts'
import { summarise } from '../../workflows/summary.ts'
import type { RunRecord } from '../../workflows/types.ts'
import { minute, waitingWords } from '../../workflows/waiting.ts'
import { printJson } from '../fail.ts'
import type { Options } from '../options.ts'
import type { Verb } from '../verb.ts'

const MOST = 20

export const runsVerb: Verb = async (_, options, terminal) => {
  const { stateDir } = await projectOf(options)
  const owner = await liveOwner(stateDir)
  const runs = (await listRuns(stateDir)).map((r) => ({ ...r, status: statusNow(r, owner) }))
  if (options.json) {
    printJson({
      runs: runs.map((r) => ({
        run_id: r.id,
        workflow: r.workflow,
        status: r.status,
        target: r.target,
        request: r.request,
        started_at: r.startedAt,
        finished_at: r.finishedAt,
        task_file: r.taskFile,
        waiting_for: r.status === 'waiting' ? r.waiting : null,
      })),
    })
    return 0
  }
  if (runs.length === 0) {
    terminal.say('No runs yet. martsmith "Run the full pipeline" begins one.')
    return 0
  }
  const now = new Date()
  const rows = runs
    .slice(0, MOST)
    .map((r) => [r.id, r.status, ago(new Date(r.startedAt), now), took(r), r.target, r.request])
  process.stdout.write(
    `${markdownTable([['Run', 'Status', 'Started', 'Took', 'Target', 'Request'], ...rows])}\n`,
  )
  for (const r of runs.filter((r) => r.status === 'waiting')) terminal.say(waitsFor(r, now))
  if (runs.length > MOST)
    terminal.say(`and ${count(runs.length - MOST, 'older one')}; martsmith runs --json lists all`)
  return 0
}

export const showVerb: Verb = async ([id], options) => {
  const { stateDir } = await projectOf(options)
  const run = id ? await readRun(stateDir, id) : (await listRuns(stateDir))[0]
  if (!run) {
    throw new MartsmithError({
      code: 'run.none',
      message: 'There are no runs in this project yet.',
      mend: ['martsmith "Run the full pipeline"'],
    })
  }
  const owner = await liveOwner(stateDir)
  const status = statusNow(run, owner)
  const progress = status === 'running' ? await readProgress(stateDir, run.id) : null
  const goingOn = `Going on (process ${owner?.pid})${progress ? `: ${progress}` : ''}.`
  const shown = {
    ...run,
    status,
    summary:
      status === 'running' ? goingOn : status === run.status ? run.summary : summarise({ ...run, status }),
  }
  if (options.json) printJson(jsonReport(shown, options.projectDir))
  else process.stdout.write(`${markdownReport(shown, options.projectDir)}\n`)
  return 0
}

function projectOf(options: Options) {
  return findOwnProject(options.projectDir ?? '.')
}

/** Also of a run that is too old for the table: somebody has to answer it. */
function waitsFor({ id, waiting }: RunRecord, now: Date): string {
  if (!waiting) return `${id} waits for a person: martsmith show ${id}`
  const since = ago(new Date(waiting.since), now)
  const until = new Date(waiting.expires) > now ? `good until ${minute(waiting.expires)}` : 'it has expired'
  return `${id} waits for a person since ${since} (${until}), for an ${waitingWords(waiting)}\n  martsmith show ${id}`
}

function took(run: RunRecord): string {
  return seconds(run.steps.reduce((sum, s) => sum + s.seconds, 0))
}
