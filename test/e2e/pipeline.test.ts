/** The main job on real input: the example as a user has it, run again and again while its data grows. */

import { appendFileSync, mkdtempSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { values } from '../support/warehouse.ts'

const NEW_TRIPS = [
  '2019-03-31 22:10:05,2019-03-31 22:20:05,1,2.5,9.0,1.0,0.0,13.3,yellow,cash,Alphabet City,Yorkville West,Manhattan,Manhattan',
  '2019-03-31 23:10:05,2019-03-31 23:30:05,2,5.5,19.0,0.0,0.0,22.3,green,,Alphabet City,,Manhattan,',
  '2019-03-31 23:50:05,2019-04-01 00:10:05,1,4.25,15.5,3.0,0.0,21.8,yellow,credit card,Hudson Sq,Yorkville West,Manhattan,Manhattan',
]

const tripsIn = (project: Project, table: string) =>
  values(project.path('warehouse/nyc_taxi.duckdb'), `select count(*) from ${table}`)[0]

describe('the full pipeline on nyc-taxi', () => {
  let project: Project
  let before: Record<string, string>
  let temporary: string
  let elsewhere: string[]
  let first: Result
  let second: Result
  let afterSecond: { raw: unknown; fct: unknown }

  beforeAll(async () => {
    project = makeProject('nyc-taxi', { cold: true })
    project.write('target/manifest.json', 'the user’s own')
    before = project.snapshot()
    // A folder of its own: other processes of the machine come and go in the common one.
    temporary = mkdtempSync(join(dirname(project.home), 'tmp-'))
    elsewhere = machineWidePlaces()
    const env = { TMPDIR: temporary }
    first = await runMartsmith(project, ['Run the full pipeline', '--yes'], { env })
    second = await runMartsmith(project, ['Run the full pipeline', '--yes', '--json'], { env })
    afterSecond = { raw: tripsIn(project, 'raw.trips'), fct: tripsIn(project, 'analytics.fct_trips') }
  })

  it('PIPE-1, PIPE-2: the first run loads the 6,433 trips and builds them', () => {
    expect(first.code, first.all).toBe(0)
    const [ingest, build] = parseReport(first.stdout).steps
    expect(ingest).toMatchObject({ title: 'Run dlt ingestion', status: 'Success' })
    expect(ingest?.details).toContain('6,433 new rows into raw.trips (6,433 in all')
    expect(ingest?.details).toContain('it has never been loaded from here')
    expect(build).toMatchObject({ title: 'dbt build --select +fct_trips', status: 'Success' })
    expect(build?.details).toMatch(/^6 models built; \d+ tests passed/)
    expect(afterSecond).toEqual({ raw: 6433, fct: 6433 })
  })

  it('PIPE-3, PIPE-4: it tests without repeating what the build proved, and says how to connect Power BI', () => {
    const [, build, test, powerbi] = parseReport(first.stdout).steps
    const proven = /(\d+) tests passed/.exec(build?.details ?? '')?.[1]
    expect(test).toMatchObject({ title: 'Validate with dbt test', status: 'Success' })
    expect(test?.details).toContain(`${proven} tests were proven by the build of this run`)
    expect(powerbi).toMatchObject({ title: 'Update Power BI model', status: 'Skipped' })
    expect(powerbi?.details).toMatch(/Not connected\.\s.*powerbi: \{ model:/)
  })

  it('OUT-1, EXEC-4: stdout is the report in its frame and nothing else; progress goes to stderr', () => {
    expect(parseReport(first.stdout).title).toBe('Full Data Pipeline')
    expect(first.stdout).not.toContain('\u001b')
    expect(first.stderr).not.toContain('## ')
    expect(parseReport(first.stdout).summary).toMatch(
      /^Full Data Pipeline succeeded; its steps took .*\nTask: \.tasks\/TASK-PIPE-\d{8}-\d{6}\.md\nRun: pipe-[0-9a-f]+, target dev, started .* UTC: Run the full pipeline\n$/s,
    )
  })

  it('EXEC-2: every dlt resource and every dbt node is told as it ends', () => {
    expect(first.stderr).toMatch(/^\[1\] .*trips, 6,433 items$/m)
    for (const model of [
      'stg_trips',
      'int_zones',
      'int_trips_enriched',
      'dim_date',
      'dim_zone',
      'fct_trips',
    ]) {
      expect(first.stderr).toMatch(new RegExp(`^\\[2\\] .*success model ${model} `, 'm'))
    }
    expect(first.stderr.match(/^\[2\] .*success (?:unit_)?test /gm)).toHaveLength(45)
  })

  it('PIPE-1: the second run skips ingestion and says why', () => {
    expect(second.code, second.all).toBe(0)
    expect(second.json.steps[0]).toMatchObject({ status: 'skipped' })
    expect(second.json.steps[0]?.details).toMatch(
      /data\/taxis\.csv is unchanged since the last check.*freshness 24h/,
    )
    expect(second.json.steps[1]).toMatchObject({ status: 'success' })
  })

  it('--json prints one object with the promised keys', () => {
    const report = second.json
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining([
        'workflow',
        'run_id',
        'status',
        'steps',
        'summary',
        'next_steps',
        'changes',
        'findings',
        'task_file',
      ]),
    )
    expect(report).toMatchObject({ workflow: 'pipeline', status: 'success', changes: [], findings: [] })
    expect(report.run_id).toMatch(/^pipe-[0-9a-f]+$/)
    expect(report.steps.map((s) => s.number)).toEqual([1, 2, 3, 4])
    for (const step of report.steps)
      expect(Object.keys(step)).toEqual(['number', 'title', 'agent', 'status', 'details', 'evidence'])
    expect(project.exists(report.task_file ?? '')).toBe(true)
    expect(second.stderr).not.toContain('"workflow"')
  })

  it('leaves the user’s files, target/ and logs/ alone, and writes nothing outside the project', () => {
    expect(project.snapshot('.martsmith', '.tasks', 'warehouse')).toEqual(before)
    expect(project.files('warehouse')).toEqual(['warehouse/nyc_taxi.duckdb'])
    expect(
      project.files('.martsmith').some((f) => f.startsWith('.martsmith/dlt/pipelines/taxi_trips/')),
    ).toBe(true)
    expect(readdirSync(project.home)).toEqual([])
    expect(machineWidePlaces()).toEqual(elsewhere)
    expect(readdirSync(temporary).filter((name) => /^(martsmith|dbt|dlt)/.test(name))).toEqual([])
  })

  it('PIPE-1: rows that were added to the file are exactly the new rows of the next load', async () => {
    appendFileSync(project.path('data/taxis.csv'), `${NEW_TRIPS.join('\n')}\n`)
    const third = await runMartsmith(project, ['Run the full pipeline', '--yes', '--json'])
    expect(third.code, third.all).toBe(0)
    expect(third.json.steps[0]).toMatchObject({ status: 'success' })
    expect(third.json.steps[0]?.details).toContain('3 new rows into raw.trips (6,436 in all')
    expect(third.json.steps[0]?.details).toContain('data/taxis.csv changed')
    expect(tripsIn(project, 'raw.trips')).toBe(6436)
    expect(tripsIn(project, 'analytics.fct_trips')).toBe(6436)
  })

  it('EXEC-5: the next steps it suggests are commands that work', async () => {
    const shown = await runMartsmith(project, ['show', second.json.run_id ?? '', '--json'])
    expect(shown.json.next_steps).toEqual(['martsmith pipeline --select agg_daily_revenue'])
    const followed = await runMartsmith(project, ['pipeline', '--select', 'agg_daily_revenue', '--yes'])
    expect(followed.code, followed.all).toBe(0)
    expect(statuses(followed.stdout)).toBe('Skipped Success Success Skipped')
    expect(tripsIn(project, 'analytics.agg_daily_revenue')).toBeGreaterThan(0)
  })

  it('PIPE-1, PIPE-2, PIPE-3: the whole project runs on "Update everything"; --force loads again and adds nothing; --retest runs every test again', async () => {
    const args = ['Update everything', '--force', '--retest', '--yes', '--json']
    const everything = await runMartsmith(project, args)
    expect(everything.code, everything.all).toBe(0)
    const [ingest, build, test] = everything.json.steps
    expect(ingest).toMatchObject({ status: 'success' })
    expect(ingest?.details).toMatch(/0 new rows into raw\.trips \(6,436 in all.*--force/s)
    expect(build?.title).toBe('dbt build')
    expect(build?.details).toMatch(/^7 models built; /)
    const proven = Number(/(\d+) tests passed/.exec(build?.details ?? '')?.[1])
    expect(proven).toBeGreaterThan(45)
    expect(test?.details).toMatch(new RegExp(`^${proven} tests run here: ${proven} passed`))
    expect(tripsIn(project, 'analytics.fct_trips')).toBe(6436)
    expect(everything.json.next_steps).toEqual([])
  })
})

/** Where dlt would leave state of the machine. */
function machineWidePlaces(): string[] {
  try {
    return readdirSync('/var/dlt', { recursive: true }).map(String).sort()
  } catch {
    return []
  }
}
