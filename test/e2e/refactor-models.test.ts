/** Models renamed, and freed of relations that are named by hand, each proven on a real build. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'

let project: Project
const refactor = (...words: string[]) => runMartsmith(project, ['refactor', ...words, '--json'])

beforeAll(() => {
  project = makeProject('shop-loaded')
  project.write('models/marts/big_orders.sql', 'select order_id\nfrom raw.Orders as o\nwhere amount > 20\n')
})

it('a model is renamed with all that reads it, and its old relation is named', async () => {
  const done = await refactor('rename-model', 'stg_customers', 'stg_shop__customers', '--yes')
  expect(done.code, done.all).toBe(0)
  expect(done.all).toContain('same rows in stg_shop__customers')
  expect(done.all).toMatch(/drop (view|table) \S*stg_customers/)
  expect(project.read('models/marts/dim_customers.sql')).toContain("{{ ref('stg_shop__customers') }}")
  expect(project.read('models/marts/_marts.yml')).toContain("- input: ref('stg_shop__customers')")
  expect(project.exists('models/staging/stg_customers.sql')).toBe(false)
})

it('a relation that is named by hand becomes the source that it is', async () => {
  const done = await refactor('replace-hard-coded', 'big_orders', '--yes')
  expect(done.code, done.all).toBe(0)
  expect(done.all).toContain('same rows in big_orders')
  expect(project.read('models/marts/big_orders.sql')).toBe(
    "select order_id\nfrom {{ source('shop', 'orders') }} as o\nwhere amount > 20\n",
  )
})
