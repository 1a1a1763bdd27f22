/** Rows that a rule forbids, and keys without a parent, followed to where they are born, in a real PostgreSQL. */
import { beforeAll, describe, expect, it } from 'vitest'
import { badIn, IS_NULL, type Rule } from './bad-rows.ts'
import { orphanIn } from './orphans.ts'
import { madeLook, openLookServer } from './test-look.ts'

beforeAll(openLookServer, 60_000)

const sources = {
  orders:
    "select * from (values (1, 'a', 'open', 5), (2, 'b', 'sent', 0), (3, 'C', 'back', 7), (4, 'd', 'back', 9)) as v (id, customer, status, amount)",
  customers: "select * from (values ('a', true), ('b', true), ('c', true), ('d', false)) as v (code, active)",
}
const STG_ORDERS = "select id as order_id, customer, status, amount from {{ source('raw', 'orders') }}"
const accepted = (...values: string[]): Rule => ({
  isBad: ([t]) => `${t} not in (${values.map((v) => `'${v}'`).join(', ')})`,
  ofNulls: false,
  words: 'not among the accepted values',
})

describe('badIn', () => {
  it('nulls: a left join without a match, and the filter above that let the match fall out', async () => {
    const models = {
      stg_orders: STG_ORDERS,
      stg_customers: "select code\nfrom {{ source('raw', 'customers') }}\nwhere code <> 'x'\n  and active",
      fct: "select o.order_id, c.code\nfrom {{ ref('stg_orders') }} as o\nleft join {{ ref('stg_customers') }} as c on lower(o.customer) = c.code",
    }
    const look = await madeLook({ sources, models })
    const found = await badIn(look, 'model.p.fct', ['code'], IS_NULL, [])
    expect(found).toMatchObject({ born: 'filter', file: 'models/stg_customers.sql', line: 4 })
    expect(found.sentence).toBe('1 code fall out in stg_customers line 4: active.')
  })

  it('nulls: a left join whose keys are written otherwise', async () => {
    const look = await madeLook({
      sources,
      models: {
        stg_orders: STG_ORDERS,
        fct: "select o.order_id, c.code\nfrom {{ ref('stg_orders') }} as o\nleft join {{ source('raw', 'customers') }} as c on o.customer = c.code",
      },
    })
    const found = await badIn(look, 'model.p.fct', ['code'], IS_NULL, [])
    expect(found).toMatchObject({ born: 'unmatched', line: 3 })
    expect(found.evidence).toContain('1 of them are there but for capitals, blanks or leading zeros.')
  })

  it('nulls: a case without else, in a CTE, read over two models', async () => {
    const look = await madeLook({
      sources,
      models: {
        stg_orders: `with o as (
  select
    id,
    case
      when status = 'open' then 'new'
      when status = 'sent' then 'done'
    end as state
  from {{ source('raw', 'orders') }}
)
select * from o`,
        fct: "select id, state as order_state from {{ ref('stg_orders') }}",
      },
    })
    const found = await badIn(look, 'model.p.fct', ['order_state'], IS_NULL, [])
    expect(found).toMatchObject({ born: 'expression', file: 'models/stg_orders.sql', line: 4 })
    expect(found.sentence).toMatch(
      /^state becomes null in stg_orders line 4, by a case without else: .* \(2 rows\)\.$/,
    )
  })

  it('values: those of the source, and those that an expression makes', async () => {
    const look = await madeLook({
      sources,
      models: {
        stg_orders: STG_ORDERS,
        fct: "select order_id, status, upper(status) as shouted from {{ ref('stg_orders') }}",
      },
    })
    const came = await badIn(look, 'model.p.fct', ['status'], accepted('open', 'sent'), [])
    expect(came).toMatchObject({ born: 'source', node: 'source.p.raw.orders' })
    expect(came.evidence).toContain('Key (status)=(back).')
    const made = await badIn(look, 'model.p.fct', ['shouted'], accepted('open', 'sent', 'back'), [])
    expect(made).toMatchObject({ born: 'expression', node: 'model.p.fct', line: 1 })
  })
})

describe('orphanIn', () => {
  const asked = { child: 'model.p.stg_orders', column: 'customer', parent: 'model.p.dim', key: 'code' }

  it('the parent fell out in an inner join', async () => {
    const look = await madeLook({
      sources: { ...sources, areas: "select * from (values ('a', 1), ('b', 1), ('C', 1)) as v (code, area)" },
      models: {
        stg_orders: STG_ORDERS,
        dim: "select c.code, a.area\nfrom {{ source('raw', 'customers') }} c\njoin {{ source('raw', 'areas') }} a on a.code = c.code",
      },
    })
    const found = await orphanIn(look, asked, [])
    expect(found).toMatchObject({ born: 'drop', file: 'models/dim.sql', line: 3 })
  })

  it('no source has the parent', async () => {
    const look = await madeLook({
      sources: { ...sources, customers: "select * from (values ('a'), ('b'), ('C')) as v (code)" },
      models: { stg_orders: STG_ORDERS, dim: "select code from {{ source('raw', 'customers') }}" },
    })
    const found = await orphanIn(look, asked, [])
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.orders' })
    expect(found?.sentence).toContain('nor in what that is made from (raw.customers)')
  })
})
