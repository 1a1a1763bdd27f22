/** dlt runs if it is needed, by evidence; rows are counted where they arrive. */
import { appendFileSync, utimesSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonReport } from '../../src/reports/json.ts'
import { type RunOptions, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query, values } from '../support/warehouse.ts'

/** Runs the pipeline over the smallest selection, which has no tests, and answers the ingestion step. */
async function ingest(
  project: Project,
  args: string[] = [],
  options: RunOptions = {},
): Promise<JsonReport['steps'][number]> {
  const run = await runMartsmith(
    project,
    ['pipeline', '--select', 'stg_customers', '--yes', '--json', ...args],
    options,
  )
  const [step, build, test] = run.json.steps
  if (!step) throw new Error(run.all)
  if (build?.status === 'success')
    expect(test, 'PIPE-3: skipped').toMatchObject({
      status: 'skipped',
      details: 'The selection has no tests.',
    })
  return step
}

describe('whether it is due', () => {
  let project: Project

  beforeAll(() => {
    project = makeProject('shop-loaded')
  })

  it('PIPE-1: age against freshness makes it due; a load that finds nothing new counts as a check, and a file that was only touched has not changed', async () => {
    project.edit('martsmith.yml', 'freshness: 24h', 'freshness: 1s')
    const checks = project.checks().length
    const step = await ingest(project)
    expect(step).toMatchObject({ status: 'success' })
    expect(step.details).toMatch(/the last check was .*, and freshness is 1s/)
    expect(step.details).toMatch(/no new rows in customers and orders/)
    expect(project.checks().slice(checks).at(-1)).toMatchObject({ pipeline: 'shop', result: 'loaded' })
    project.edit('martsmith.yml', 'freshness: 1s', 'freshness: 24h')
    utimesSync(project.path('data/orders.csv'), new Date(), new Date())
    expect(await ingest(project)).toMatchObject({
      status: 'skipped',
      details: expect.stringMatching(/unchanged since the last check/),
    })
  })

  it('PIPE-1: a new file of the glob, and an edited script, make it due', async () => {
    project.write('data/returns.csv', 'order_id\n1\n')
    expect((await ingest(project)).details).toMatch(/data\/returns\.csv is new since the last load/)
    appendFileSync(project.path('ingest/shop.py'), '\n# a comment\n')
    expect((await ingest(project)).details).toMatch(/ingest\/shop\.py changed since the last load/)
  })

  it('PIPE-1: a new column in the source is told as a schema change', async () => {
    project.write(
      'data/customers.csv',
      'customer_id,name,city,segment\n1,Ada,London,gold\n5,Edda,Bergen,blue\n',
    )
    const step = await ingest(project)
    expect(step.details).toMatch(/1 new row into raw\.customers \(5 in all/)
    expect(step.details).toMatch(/Schema: raw\.customers has 1 new column: segment \(text\)/)
  })
})

describe('what is gone from the warehouse', () => {
  it('PIPE-1: a deleted file makes it due, and all comes back', async () => {
    const project = makeProject('shop-loaded')
    project.remove('shop.duckdb')
    const step = await ingest(project)
    expect(step).toMatchObject({
      status: 'success',
      details: expect.stringMatching(/raw\.customers and raw\.orders are not in the warehouse any more/),
    })
    expect(values(project.path('shop.duckdb'), 'select count(*) from raw.orders')).toEqual([6])
  })

  it('PIPE-1, ERR-4: a table that was dropped makes it due; it comes back, or it is said what to do', async () => {
    const project = makeProject('shop-loaded')
    query(project.path('shop.duckdb'), 'drop view analytics.stg_orders', 'drop table raw.orders')
    const step = await ingest(project)
    expect(step.details).toMatch(
      /raw\.orders (is not in the warehouse any more|was dropped in the warehouse)/,
    )
    if (step.status === 'success')
      expect(values(project.path('shop.duckdb'), 'select count(*) from raw.orders')).toEqual([6])
  })
})

describe('interrupted loads', () => {
  it('PIPE-1: packages that an interrupted load left are finished first, then the new data is loaded', async () => {
    const project = makeProject('shop-loaded')
    project.edit('ingest/shop.py', 'pause("load")', 'os._exit(9)')
    appendFileSync(project.path('data/orders.csv'), '7,4,2024-05-03,paid,2.5\n')
    const died = await ingest(project, [], { env: { SHOP_PAUSE: 'load' } })
    expect(died).toMatchObject({ status: 'failed' })
    appendFileSync(project.path('data/orders.csv'), '8,4,2024-05-04,paid,1.5\n')
    const step = await ingest(project)
    expect(step, step.details).toMatchObject({ status: 'success' })
    expect(step.details).toMatch(/1 package of an interrupted load was finished first/)
    expect(step.details).toMatch(/2 new rows into raw\.orders \(8 in all/)
    expect(
      values(
        project.path('shop.duckdb'),
        'select count(*) from raw.orders',
        'select count(*) from raw.customers',
      ),
    ).toEqual([8, 4])
  })
})

describe('what is configured and what is found', () => {
  it('PIPE-1: several pipelines each have their decision and their lines', async () => {
    const project = makeProject('shop-loaded')
    project.write('ingest/cities.py', CITIES)
    project.write(
      'martsmith.yml',
      `dlt:
  pipelines:
    - {name: shop, script: ingest/shop.py, inputs: [data/*.csv]}
    - {name: cities, script: ingest/cities.py, args: [Oslo], environment: {COUNTRY: Norway}}
`,
    )
    const step = await ingest(project)
    expect(step).toMatchObject({ status: 'success' })
    expect(step.details).toMatch(/^cities loaded 1 new row into raw\.cities/)
    expect(step.details).toMatch(/^shop was not run: .*unchanged/m)
    expect(query(project.path('shop.duckdb'), 'select name, country from raw.cities')).toEqual([
      [['Oslo', 'Norway']],
    ])
  })

  it('PIPE-1: without configuration the scripts are found; without a script the step is Skipped and says how to have one', async () => {
    const project = makeProject('shop-loaded')
    project.remove('martsmith.yml')
    expect((await ingest(project)).details).toMatch(/^shop /)
    project.remove('ingest')
    expect(await ingest(project)).toMatchObject({
      status: 'skipped',
      details: expect.stringMatching(/No dlt pipeline.*martsmith init/s),
    })
  })
})

const CITIES = `
import os, sys
import dlt
pipeline = dlt.pipeline("cities", destination=dlt.destinations.duckdb("shop.duckdb"), dataset_name="raw")
pipeline.run([{"name": sys.argv[1], "country": os.environ["COUNTRY"]}], table_name="cities")
`
