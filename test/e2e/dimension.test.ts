/** A new dimension, from a sentence to files: what is built of them is asked in the warehouse itself. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project
let before: Record<string, string>

/** Three couriers in twelve deliveries, one of which has none; no staging model reads the table. */
beforeAll(() => {
  project = makeProject('shop-loaded')
  query(
    project.path('shop.duckdb'),
    `create table raw.deliveries as select i as "DeliveryId", timestamp '2024-01-01' + interval (i) hour as "sentAt",
      case when i < 12 then 'C' || (i % 3) end as "CourierCode",
      case when i < 12 then ['Ada', 'Bo', null][i % 3 + 1] end as "CourierName"
      from range(1, 13) t(i)`,
    `create or replace view analytics.stg_customers as
      select customer_id, name as customer_name, city, length(city) || ' ' || customer_id as region from raw.customers`,
  )
  project.edit(
    'models/staging/stg_customers.sql',
    ', city',
    ", city,\n    length(city) || ' ' || customer_id as region",
  )
  project.edit('models/sources.yml', /$/, '      - name: deliveries\n')
  before = project.snapshot('.martsmith', '.tasks')
})

it('DIM-1: a dimension that is there is not made again: what it lacks, and who lacks its key, is said with the command', async () => {
  const there = await runMartsmith(project, ['dimension', 'customers', '--yes'])
  expect(there.code, there.all).toBe(0)
  expect(there.stderr).toContain('dim_customers is there already (models/marts/dim_customers.sql)')
  expect(there.stderr).toContain('stg_customers has for each customer_id what it lacks: region.')
  expect(there.stderr).toContain('martsmith refactor add-column stg_customers.region --to dim_customers')
  expect(there.stderr).toMatch(/Its values are in .*fct_orders\.customer_id \(\d+ of \d+\)/)
  expect(project.snapshot('.martsmith', '.tasks')).toEqual(before)
})

it('DIM-1 DIM-2 DIM-3 DIM-4 DIM-5 DIM-6: found, staged, designed, proven, tested, reviewed, then written', async () => {
  const done = await runMartsmith(project, ['Add a new dimension for courier', '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  const { steps } = done.json
  expect(steps.map((s) => [s.agent, s.status])).toEqual(
    [
      'data-modeler',
      'dbt-runner',
      'dim-modeler',
      'dbt-runner',
      'dbt-runner',
      'code-reviewer',
      'dim-modeler',
      'dbt-specialist',
    ].map((agent) => [agent, 'success']),
  )
  expect(steps[0]?.details).toContain('each CourierCode has one CourierName')
  expect(steps[1]?.details).toContain('will be made, for no staging model reads shop.deliveries')
  expect(steps[3]?.details).toContain('12 of 12 rows of stg_deliveries find their row')
  expect(steps[4]?.details).toMatch(/\d tests made, all passed/)
  expect(steps[5]?.details).toContain('Reviewed: nothing found.')
  expect(project.read('models/staging/stg_deliveries.sql')).toContain('courier_code')
  expect(project.read('models/marts/_marts.yml')).toContain('- name: courier_key')

  const built = await runMartsmith(project, ['pipeline', '--select', '+dim_couriers', '--yes'])
  expect(built.code, built.all).toBe(0)
  const [rows, joined] = query(
    project.path('shop.duckdb'),
    'select courier_code, courier_name from analytics.dim_couriers order by 1',
    `select count(*), count(distinct d.courier_key) from raw.deliveries as o
      join analytics.dim_couriers as d on coalesce(o."CourierCode", 'Unknown') = d.courier_code`,
  )
  expect(rows).toEqual([
    ['C0', 'Ada'],
    ['C1', 'Bo'],
    ['C2', 'Unknown'],
    ['Unknown', 'Unknown'],
  ])
  expect(joined).toEqual([[12, 4]])
})
