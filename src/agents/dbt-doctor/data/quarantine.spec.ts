/** Where the wrong rows of a source can be kept out: the files that a person would choose. */
import { beforeAll, expect, it } from 'vitest'
import { badIn, IS_NULL } from './bad-rows.ts'
import { quarantineOf, suffixed } from './quarantine.ts'
import { madeLook, openLookServer } from './test-look.ts'

beforeAll(openLookServer, 60_000)

const sources = { orders: 'select i as id, nullif(i, 3) as customer_id from generate_series(1, 5) as i' }

async function quarantine(models: Record<string, string>) {
  const look = await madeLook({ sources, models })
  const { wrong } = await badIn(look, 'model.p.stg_orders', ['customer_id'], IS_NULL, [])
  return wrong ? quarantineOf(look, wrong) : null
}

it('the select that takes rows as they come keeps what is well, another shows what is not', async () => {
  const found = await quarantine({
    stg_orders: `with source as (
    select * from {{ source('raw', 'orders') }}
)
select id, customer_id from source`,
  })
  expect(found).toMatchObject({ staging: 'stg_orders', rejected: 'stg_orders_rejected' })
  expect(found?.edit.text).toMatch(/^ ?where \(.*customer_id.* is null\) is not true$/)
  expect(found?.sql).toContain("from {{ source('raw', 'orders') }}")
})

it('nothing is offered where rows are filtered or folded already, or several models read the source', async () => {
  const orders = "{{ source('raw', 'orders') }}"
  expect(
    await quarantine({ stg_orders: `select customer_id, count(*) as n from ${orders} group by 1` }),
  ).toBeNull()
  expect(await quarantine({ stg_orders: `select customer_id from ${orders} where id > 0` })).toBeNull()
  expect(
    await quarantine({
      stg_orders: `select customer_id from ${orders}`,
      other: `select customer_id from ${orders}`,
    }),
  ).toBeNull()
})

it('it is called as its house calls things', () => {
  expect(suffixed('stgOrders', 'rejected')).toBe('stgOrdersRejected')
  expect(suffixed('STG_LESE', 'rejected')).toBe('STG_LESE_REJECTED')
  expect(suffixed('orders', 'rejected')).toBe('orders_rejected')
})
