/** Keys that repeat, followed to where they do for the first time, in a real PostgreSQL. */
import { beforeAll, describe, expect, it } from 'vitest'
import { repeatedIn } from './repeated.ts'
import { madeLook, openLookServer } from './test-look.ts'

beforeAll(openLookServer, 60_000)

const ORDERS = 'select i as order_id, i % 4 as customer_id, 10 as amount from generate_series(1, 8) as i'
const PAYMENTS = 'select i as payment_id, (i + 1) / 2 as order_id, 5 as paid from generate_series(1, 10) as i'
const STG_ORDERS = "select * from {{ source('raw', 'orders') }}"
const STG_PAYMENTS = "select payment_id, order_id, paid from {{ source('raw', 'payments') }}"

describe('repeatedIn', () => {
  it('names the join, and of what the joined side has one row', async () => {
    const look = await madeLook({
      sources: { orders: ORDERS, payments: PAYMENTS },
      models: {
        stg_orders: STG_ORDERS,
        stg_payments: STG_PAYMENTS,
        int_orders: `with orders as (
    select * from {{ ref('stg_orders') }}
),
joined as (
    select
        orders.order_id,
        orders.amount,
        pay.paid
    from orders
    left join {{ ref('stg_payments') }} as pay
        on pay.order_id = orders.order_id
)
select * from joined where amount > 0`,
        fct_orders: "select order_id as id, paid from {{ ref('int_orders') }}",
      },
      tests: ['unique stg_payments.payment_id', 'unique stg_orders.order_id', 'unique fct_orders.id'],
    })
    const found = await repeatedIn(look, 'model.p.fct_orders', ['id'], [])
    expect(found).toMatchObject({
      born: 'join',
      node: 'model.p.int_orders',
      file: 'models/int_orders.sql',
      line: 10,
    })
    expect(found.sentence).toBe(
      'order_id repeats because of the join of int_orders line 10: stg_payments has up to 2 rows per order_id.',
    )
  })

  it('goes on to what was joined, where that has lost a grain of its own', async () => {
    const look = await madeLook({
      sources: {
        orders: ORDERS,
        customers: "select * from (values (0, 'a'), (1, 'b'), (2, 'c'), (3, 'd'), (3, 'd')) as v (id, name)",
      },
      models: {
        stg_orders: STG_ORDERS,
        stg_customers: "select id as customer_id, name from {{ source('raw', 'customers') }}",
        fct_orders:
          "select o.order_id, c.name from {{ ref('stg_orders') }} o join {{ ref('stg_customers') }} c using (customer_id)",
      },
      tests: ['unique fct_orders.order_id'],
    })
    const found = await repeatedIn(look, 'model.p.fct_orders', ['order_id'], [])
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.customers' })
    expect(found.sentence).toBe(
      'The source itself repeats: raw.customers holds 1 id more than once, in 2 rows: copies that differ in nothing.',
    )
  })

  it('tells the parts of a union that hold the same', async () => {
    const look = await madeLook({
      sources: { orders: ORDERS },
      models: {
        stg_orders: STG_ORDERS,
        all_orders:
          "select order_id from {{ ref('stg_orders') }} where amount > 1\nunion all\nselect order_id from {{ ref('stg_orders') }} where customer_id = 1",
      },
    })
    const found = await repeatedIn(look, 'model.p.all_orders', ['order_id'], [])
    expect(found).toMatchObject({ born: 'union', line: 2 })
    expect(found.evidence).toEqual(['2 order_id stand in both part 1 and part 2 of the union.'])
  })

  it('tells what is grouped by besides the key', async () => {
    const look = await madeLook({
      sources: { payments: PAYMENTS },
      models: {
        totals:
          "select order_id, payment_id % 2 as odd, sum(paid) as paid\nfrom {{ source('raw', 'payments') }}\ngroup by 1, 2",
      },
    })
    const found = await repeatedIn(look, 'model.p.totals', ['order_id'], [])
    expect(found).toMatchObject({ born: 'group', line: 3 })
    expect(found.sentence).toContain('groups by odd too')
  })

  it('tells a table that holds what its SQL does not give', async () => {
    const look = await madeLook({
      sources: { orders: ORDERS },
      models: { stg_orders: STG_ORDERS },
      instead: {
        stg_orders: 'select * from raw.orders union all select * from raw.orders where order_id = 3',
      },
    })
    expect(await repeatedIn(look, 'model.p.stg_orders', ['order_id'], [])).toMatchObject({ born: 'build' })
  })
})
