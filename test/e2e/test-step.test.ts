/** Step 3 runs what the build did not prove, where it can be run; the rest it names with the reason. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project

beforeAll(() => {
  project = makeProject('shop-loaded')
})

it('PIPE-3: a test whose other parent lies outside the selection runs here when that parent exists', async () => {
  const run = await runMartsmith(project, ['pipeline', '--select', 'fct_orders', '--yes', '--json'])
  expect(run.code, run.all).toBe(0)
  expect(run.json.steps[1]?.details).toMatch(/^1 model built; 3 tests passed/)
  expect(run.json.steps[2]?.details).toMatch(
    /^1 test run here: 1 passed\. 3 tests were proven by the build of this run\./,
  )
})

it('PIPE-3: a test whose other parent does not exist in the warehouse is named with that reason', async () => {
  query(project.path('shop.duckdb'), 'drop table analytics.dim_customers')
  const run = await runMartsmith(project, ['pipeline', '--select', 'fct_orders', '--yes', '--json'])
  expect(run.code, run.all).toBe(0)
  expect(run.json.steps[2]).toMatchObject({ status: 'success' })
  expect(run.json.steps[2]?.details).toMatch(/^3 tests were proven by the build of this run\./)
  expect(run.json.steps[2]?.details).toMatch(
    /Not run: relationships_fct_orders_\S+: dim_customers does not exist in the warehouse\./,
  )
})

it('PIPE-3: a test that fails here fails the step, with its line; the run still goes to its end and can be resumed', async () => {
  query(project.path('shop.duckdb'), 'create table analytics.dim_customers as select 1 as customer_id')
  const run = await runMartsmith(project, ['pipeline', '--select', 'fct_orders', '--yes', '--json'])
  expect(run.code, run.all).toBe(1)
  expect(run.json.steps.map((s) => s.status)).toEqual(['skipped', 'success', 'failed', 'skipped'])
  expect(run.json.steps[2]?.details).toMatch(
    /Failed: relationships_fct_orders_\S+ .*models\/marts\/_marts\.yml:11\n {2}Got 4 results/,
  )
  expect(run.json.steps[3]?.details).toMatch(/Not connected/)

  query(project.path('shop.duckdb'), 'insert into analytics.dim_customers from range(2, 5)')
  const resumed = await runMartsmith(project, ['resume', '--json'])
  expect(resumed.code, resumed.all).toBe(0)
  expect(resumed.json.steps.map((s) => s.status)).toEqual(['skipped', 'success', 'success', 'skipped'])
  const builds = project
    .events(run.json.run_id ?? '')
    .filter(
      (e) =>
        e.progress?.kind === 'node' && e.progress.resourceType === 'model' && e.progress.state === 'started',
    )
  expect(builds, 'the build was not repeated').toHaveLength(1)
})
