/** `martsmith check`: what is found, what is missing, how to mend it. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { warehouseError } from '../../adapters/dbt/explain.ts'
import type { DbtEngine, Target } from '../../adapters/dbt/types.ts'
import { findInterpreter } from '../../adapters/python/environment.ts'
import { startWorker } from '../../adapters/python/worker.ts'
import { databaseFileMissing } from '../../agents/dlt-loader/decide.ts'
import { dltPipelines, scriptOf } from '../../config/detect-dlt.ts'
import { findProject, type Project, shown } from '../../config/project.ts'
import type { DltPipelineConfig } from '../../config/schema.ts'
import { isMartsmithError, messageOf } from '../../core/errors.ts'
import { count } from '../../core/text.ts'
import { listRuns } from '../../workflows/runs.ts'
import { openDbt, projectRedactor } from '../../workflows/session.ts'
import { liveOwner, markInterrupted, ownState } from '../../workflows/state.ts'
import { printJson } from '../fail.ts'
import { dbtFlags, type Options } from '../options.ts'
import type { Verb } from '../verb.ts'

type Row = {
  what: string
  state: 'ok' | 'missing' | 'note'
  found: string
  /** What was looked at, without being a thing to do. */
  details: string[]
  mend: string[]
}

export const checkVerb: Verb = async (_, options, terminal) => {
  const project = await findProject(options.projectDir ?? '.')
  const rows: Row[] = [
    ok('project', project.root),
    project.configPath
      ? ok('martsmith.yml', shown(project, project.configPath))
      : note('martsmith.yml', 'none: everything is detected', ['martsmith init   writes one']),
  ]
  const live = await liveOwner(project.stateDir)
  if (live)
    rows.push(
      note('dbt', `not checked: ${live.runId ?? 'another command'} is at work here (process ${live.pid})`),
    )
  else rows.push(...(await ownedRows(project, options)))
  rows.push(...(await dltRows(project)), ...powerbiRows(project))
  const bad = rows.filter((r) => r.state === 'missing').length
  const safe = await projectRedactor(project, dbtFlags(options))
  const verdict = bad === 0 ? 'Ready: martsmith "Run the full pipeline"' : `${count(bad, 'thing')} to mend.`
  if (options.json) printJson(safe.deep({ ok: bad === 0, checks: rows }))
  else
    process.stdout.write(
      safe.text(`${[...rows.map((r) => render(r, terminal.color)), verdict].join('\n')}\n`),
    )
  return bad === 0 ? 0 : 2
}

/** What needs the state folder, the warehouse or both to itself. */
async function ownedRows(project: Project, options: Options): Promise<Row[]> {
  const state = await ownState(project.stateDir, () => new Date())
  try {
    const interrupted = (await markInterrupted(project.stateDir)).slice(0, 3)
    const waiting = (await listRuns(project.stateDir)).filter((run) => run.status === 'waiting').slice(0, 3)
    return [
      ...(await dbtRows(project, options)),
      ...interrupted.map((run) =>
        note('run', `${run.id} was interrupted`, [
          `martsmith resume ${run.id}`,
          `martsmith cancel ${run.id}`,
        ]),
      ),
      ...waiting.map((run) => note('run', `${run.id} waits for a person`, [`martsmith show ${run.id}`])),
    ]
  } finally {
    await state.release()
  }
}

const ok = (what: string, found: string): Row => ({ what, state: 'ok', found, details: [], mend: [] })
const note = (what: string, found: string, mend: string[] = []): Row => ({
  what,
  state: 'note',
  found,
  details: [],
  mend,
})

/** Runs one check; what it throws is the finding. */
async function attempt(what: string, work: () => Promise<string>): Promise<Row> {
  try {
    return ok(what, await work())
  } catch (error) {
    const known = isMartsmithError(error) ? error : null
    return {
      what,
      state: 'missing',
      found: messageOf(error),
      details: known?.details ?? [],
      mend: known?.mend ?? [],
    }
  }
}

async function dbtRows(project: Project, options: Options): Promise<Row[]> {
  const env = { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', ...process.env }
  const dirs = [...new Set([project.root, project.dbtDir])]
  const python = await attempt('python', async () => {
    const found = await findInterpreter({ tool: 'dbt', configured: project.config.dbt.python, dirs, env })
    return `${found.python} (${found.from})`
  })
  if (python.state === 'missing')
    return [python, note('dbt', 'not checked: profile, warehouse and project need it too')]
  const dbt = openDbt(project, dbtFlags(options), env, () => undefined)
  try {
    const version = await attempt('dbt', async () => {
      const { dbt: core, adapters, python: v } = await dbt.version()
      return `dbt-core ${core}, Python ${v}, adapters: ${
        Object.entries(adapters)
          .map(([n, a]) => `${n} ${a}`)
          .join(', ') || 'none'
      }`
    })
    if (version.state === 'missing')
      return [python, version, note('profile', 'not checked, nor warehouse and project: they need dbt')]
    return [python, version, ...(await targetRows(dbt, project))]
  } finally {
    await dbt.close()
  }
}

async function targetRows(dbt: DbtEngine, project: Project): Promise<Row[]> {
  let target: Target | null = null
  const profile = await attempt('profile', async () => {
    target = await dbt.target()
    return `${target.profile}, target ${target.target} (${target.type}, schema ${target.schema}, ${count(target.threads, 'thread')})`
  })
  if (!target) return [profile, note('warehouse', 'not checked, nor the project: they need a profile')]
  const warehouse = await attempt('warehouse', () => reach(dbt, target as unknown as Target, project))
  const parse = await attempt('dbt project', async () => {
    const nodes = await dbt.list({})
    const of = (type: string) => nodes.filter((n) => n.resourceType === type).length
    return `${count(of('model'), 'model')}, ${count(of('test') + of('unit_test'), 'test')}, ${count(of('source'), 'source')}, ${count(of('exposure'), 'exposure')}`
  })
  return [
    profile,
    warehouse,
    parse.mend.includes('dbt deps')
      ? note('packages', 'missing; the pipeline installs them first (dbt deps)')
      : parse,
  ]
}

async function reach(dbt: DbtEngine, target: Target, project: Project): Promise<string> {
  if (databaseFileMissing(target, project.dbtDir))
    return `${target.shown.path} does not exist yet; the first run makes it`
  const [answer] = await dbt.query(['select 1 as one'])
  if (answer && 'error' in answer) throw warehouseError(answer.error)
  return `reachable (${target.shown.path ?? [target.shown.host, target.database].filter(Boolean).join(', ')})`
}

async function dltRows(project: Project): Promise<Row[]> {
  const pipelines = await dltPipelines(project)
  if (pipelines.length === 0)
    return [
      note('dlt', 'no pipeline: ingestion will be skipped', [
        'Name the script in martsmith.yml under dlt.pipelines.',
      ]),
    ]
  return Promise.all(pipelines.map((p) => attempt(`dlt ${p.name}`, () => checkPipeline(project, p))))
}

async function checkPipeline(project: Project, pipeline: DltPipelineConfig): Promise<string> {
  scriptOf(project, pipeline)
  const { python } = await findInterpreter({
    tool: 'dlt',
    configured: pipeline.python,
    dirs: [...new Set([project.root, project.dbtDir])],
    env: process.env,
  })
  const worker = startWorker({ python, cwd: project.root, env: process.env })
  try {
    const { dlt } = await worker.call<{ dlt: string | null }>('hello')
    return `${pipeline.script}, dlt ${dlt ?? 'not found'} (${python})`
  } finally {
    await worker.close()
  }
}

function powerbiRows(project: Project): Row[] {
  const model = project.config.powerbi?.model
  if (model === undefined) return [note('Power BI', 'not connected; its step will be skipped')]
  return existsSync(resolve(project.root, model))
    ? [ok('Power BI', model)]
    : [
        {
          what: 'Power BI',
          state: 'missing',
          found: `there is no folder ${model}`,
          details: [],
          mend: ['Correct powerbi.model in martsmith.yml.'],
        },
      ]
}

function render(row: Row, color: boolean): string {
  const mark = { ok: 'ok     ', missing: 'missing', note: 'note   ' }[row.state]
  const style = { ok: 'green', missing: 'red', note: 'yellow' } as const
  const shownMark = color ? styleText(style[row.state], mark, { validateStream: false }) : mark
  return [
    `${shownMark}  ${row.what.padEnd(14)} ${row.found}`,
    ...row.details.filter((d) => d.trim() !== '').map((d) => `           ${d}`),
    ...row.mend.map((m) => `         -> ${m}`),
  ].join('\n')
}
