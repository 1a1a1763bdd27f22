/** A model breaks: what is told, what went on, what is stale; then it is mended and the run goes on. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { shopCounts, values } from '../support/warehouse.ts'

const INT = 'models/marts/int_order_totals.sql'
const FCT = 'models/marts/fct_orders.sql'
const FAILED = /^id = "(TASK-DBT-\d{8}-\d{6})"$/m

let project: Project
let failed: Result
let summaryFile: string

beforeAll(async () => {
  project = makeProject('shop-loaded')
  summaryFile = `${project.home}/summary.md`
  project.edit(INT, 'amount * 0.2', 'amont * 0.2')
  project.edit(
    'data/orders.csv',
    '6,4,2024-05-03,back,5.0',
    '6,4,2024-05-03,back,5.0\n7,4,2024-05-04,paid,1.5',
  )
  failed = await runMartsmith(project, ['Run the full pipeline', '--yes'], {
    env: { GITHUB_STEP_SUMMARY: summaryFile },
  })
})

describe('the report of a failed build', () => {
  it('EXEC-3: the critical failure stops the run, with exit code 1; later steps are Skipped with why', () => {
    expect(failed.code, failed.all).toBe(1)
    expect(statuses(failed.stdout)).toBe('Success Failed Skipped Skipped')
    const [, , test, powerbi] = parseReport(failed.stdout).steps
    expect(test?.details).toMatch(/^Step 2 failed/)
    expect(powerbi?.details).toMatch(/^Step 2 failed/)
  })

  it('ERR-1: it names node, file and line, the database’s message and the compiled SQL', () => {
    const details = parseReport(failed.stdout).steps[1]?.details ?? ''
    expect(details).toContain('Failed: int_order_totals  models/marts/int_order_totals.sql:7\n')
    expect(details).toContain('Binder Error: Referenced column "amont" not found')
    const compiled = /Compiled SQL: (\S+)/.exec(details)?.[1] ?? ''
    expect(project.read(compiled)).toContain('amont * 0.2')
  })

  it('ERR-2: it tells per node what was skipped, what went on, what shows old data and what is stale outside', () => {
    const details = parseReport(failed.stdout).steps[1]?.details ?? ''
    expect(details).toContain('Skipped with it: fct_orders.')
    expect(details).toMatch(/^Went on, because it does not depend on it: .*dim_customers/m)
    expect(details).toMatch(
      /^Shows old data until this is mended: .*fct_orders \(last built [^)]+\).*exposure "Order board"/m,
    )
    expect(details).toContain('Not in this selection, stale with it: agg_daily_orders.')
  })

  it('ERR-3, ERR-4: dbt-doctor says why and what could mend it, and its command is named', () => {
    const { steps, summary } = parseReport(failed.stdout)
    expect(steps[1]?.details).toMatch(/^ {2}DIAGNOSIS {3}D01 int_order_totals fails: .*\(amont\)/m)
    expect(steps[1]?.details).toMatch(/^ {2}COULD MEND {2}Read amount/m)
    expect(summary).toContain(`martsmith debug ${project.run().id} --fix`)
  })

  it('EXEC-5: it ends with the command that goes on', () => {
    const { summary } = parseReport(failed.stdout)
    expect(summary).toMatch(new RegExp(`^Failed at step 2 .*\\n {2}martsmith resume ${project.run().id} `))
  })

  it('writes the same report as the summary of a GitHub job', () => {
    expect(project.read('../home/summary.md')).toBe(failed.stdout)
  })

  it('SPEC-5: the task says Error, and the failed step has a task of its own that names its parent', () => {
    const run = project.run()
    const task = project.read(run.taskFile ?? '')
    expect(task).toMatch(/^status = "🔴 Error"$/m)
    expect(task).toContain('- [✅] Step 1: Run dlt ingestion (dlt-loader)')
    expect(task).toContain('- [ ] Step 2: dbt build')
    const sub = project.taskFiles().find((f) => f.includes(`${run.taskId}/`)) ?? ''
    expect(project.read(sub)).toMatch(FAILED)
    expect(project.read(sub)).toMatch(new RegExp(`^parent_task_id = "${run.taskId}"$`, 'm'))
    expect(project.read(sub)).toMatch(/^status = "🔴 Error"$/m)
    expect(project.read(sub)).toContain('models/marts/int_order_totals.sql:7')
    expect(project.read(sub)).toContain(`- \`martsmith resume ${run.id}\` ends step 2 with Success.`)
  })
})

describe('going on', () => {
  it('a second failure starts only the failed step again, and is told like the first', async () => {
    project.edit(INT, 'amont * 0.2', 'amount * 0.2')
    project.edit(FCT, 'amount + tax', 'amount + taxes')
    const again = await runMartsmith(project, ['resume', '--json'])
    expect(again.code, again.all).toBe(1)
    expect(again.json.run_id).toBe(project.run().id)
    expect(again.json.steps.map((s) => s.status)).toEqual(['success', 'failed', 'skipped', 'skipped'])
    expect(again.json.steps[1]?.details).toContain('Failed: fct_orders  models/marts/fct_orders.sql:7\n')
    expect(again.json.steps[1]?.details).not.toContain('amont')
    expect(
      project.checks().filter((c) => c.runId === project.run().id && c.result === 'loaded'),
      'dlt ran once',
    ).toHaveLength(1)
  })

  it('the failed step’s task tells of the second failure too', () => {
    const sub = project.taskFiles().find((f) => f.includes(`${project.run().taskId}/`)) ?? ''
    expect(project.read(sub)).toContain('models/marts/fct_orders.sql:7')
  })

  it('EXEC-5: once it is mended, the suggested resume finishes the run; what was done is not done again', async () => {
    project.edit(FCT, 'amount + taxes', 'amount + tax')
    const resumed = await runMartsmith(project, ['resume', project.run().id])
    expect(resumed.code, resumed.all).toBe(0)
    expect(statuses(resumed.stdout)).toBe('Success Success Success Skipped')
    expect(parseReport(resumed.stdout).steps[0]?.details, 'as the first attempt told it').toContain(
      '1 new row into raw.orders (7 in all',
    )
    expect(
      project.checks().filter((c) => c.runId === project.run().id && c.result === 'loaded'),
    ).toHaveLength(1)
    expect(shopCounts(project)).toMatchObject({ 'raw.orders': 7, 'analytics.fct_orders': 7 })
  })

  it('SPEC-5: both tasks are then Done', () => {
    const run = project.run()
    expect(project.read(run.taskFile ?? '')).toMatch(/^status = "🟢 Done"$/m)
    const sub = project.taskFiles().find((f) => f.includes(`${run.taskId}/`)) ?? ''
    expect(project.read(sub)).toMatch(/^status = "🟢 Done"$/m)
  })

  it('a run that has succeeded is not resumed again', async () => {
    const refused = await runMartsmith(project, ['resume', project.run().id])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/cannot be resumed: it has succeeded/)
    expect(values(project.path('shop.duckdb'), 'select count(*) from raw.orders')).toEqual([7])
  })
})

describe('what else can fail', () => {
  let build: string

  beforeAll(async () => {
    project.edit('models/marts/_marts.yml', 'values: [paid, sent, back]', 'values: [paid, sent]')
    project.edit('models/marts/dim_customers.sql', 'city', 'town as city')
    const run = await runMartsmith(project, ['pipeline', '--select', 'fct_orders dim_customers', '--yes'])
    expect(run.code, run.all).toBe(1)
    build = parseReport(run.stdout).steps[1]?.details ?? ''
  })

  it('ERR-1: a failing test is told with its line in the properties file', () => {
    expect(build).toMatch(
      /Failed: accepted_values_fct_orders_status__paid__sent \(tests fct_orders\.status\) {2}models\/marts\/_marts\.yml:17\n {2}Got 1 result/,
    )
  })

  it('ERR-1: a unit test that cannot run because its model is broken leads to the line of the model', () => {
    expect(build).toMatch(/Failed: keeps_the_city \(tests dim_customers\)/)
    expect(build).toContain('Binder Error: Referenced column "town" not found')
    expect(build).toContain('models/marts/dim_customers.sql:1\n')
  })
})
