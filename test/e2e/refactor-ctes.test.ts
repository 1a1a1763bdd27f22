/** CTEs and models change places, and a column is carried through: each is proven on real builds before it is written. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'

const AGG = 'models/marts/agg_daily_orders.sql'
const WITH_CTE = `with daily as (
    -- one row per day
    select order_date, count(*) as orders, sum(total) as total
    from {{ ref('fct_orders') }}
    group by order_date
)

select * from daily
`
let project: Project

beforeAll(() => {
  project = makeProject('shop-loaded')
  project.write(AGG, WITH_CTE)
})

async function refactor(...words: string[]) {
  const done = await runMartsmith(project, ['refactor', ...words, '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  return JSON.stringify(done.json)
}

it('a CTE becomes a model, and the model a CTE again: the rows stay, and in the end the file too', async () => {
  const out = await refactor('extract-cte', 'agg_daily_orders', 'daily', 'int_daily')
  expect(out).toContain('same rows in agg_daily_orders')
  expect(project.read(AGG)).toContain("with daily as (\n    select * from {{ ref('int_daily') }}\n)")
  expect(project.read('models/marts/int_daily.sql')).toBe(WITH_CTE)
  const back = await refactor('inline-model', 'int_daily')
  expect(back).toContain('same rows in agg_daily_orders')
  expect(project.exists('models/marts/int_daily.sql')).toBe(false)
  expect(project.read(AGG)).toBe(WITH_CTE)
})

it('a column of a source arrives in the mart, through the models that lack it', async () => {
  const out = await refactor('add-column', 'shop.orders.ordered_at', '--to', 'fct_orders')
  expect(out).toContain('same rows in fct_orders')
  expect(project.read('models/staging/stg_orders.sql')).toContain('    amount,\n    ordered_at\nfrom')
  expect(project.read('models/marts/fct_orders.sql')).toContain('    ordered_at,\n    amount + tax as total')
})
