/** Failures of the data, followed to where they are born, and what could mend them there, in a real PostgreSQL. */
import { beforeAll, describe, expect, it } from 'vitest'
import { dropsOn } from '../symptom/drops.ts'
import { measured } from '../symptom/measure.ts'
import type { Symptom } from '../symptom/read.ts'
import { badIn, IS_NULL } from './bad-rows.ts'
import type { Idea } from './ideas/idea.ts'
import { ideasFor } from './ideas/index.ts'
import type { Look } from './look.ts'
import type { Rule } from './made-here.ts'
import { orphanIn } from './orphans.ts'
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

  it('tells a union that keeps every row of parts which read a finer grain', async () => {
    const look = await madeLook({
      sources: { orders: ORDERS },
      models: {
        stg_orders: STG_ORDERS,
        customers: `with a as (select customer_id, amount from {{ ref('stg_orders') }}),
b as (select customer_id, amount from {{ ref('stg_orders') }}),
all_of_them as (
    select * from a
    union all
    select * from b
)
select * from all_of_them where customer_id is not null`,
      },
      tests: ['unique stg_orders.order_id', 'unique customers.customer_id'],
    })
    const found = await repeatedIn(look, 'model.p.customers', ['customer_id'], [])
    expect(found).toMatchObject({ born: 'union', line: 5 })
    const [idea] = await ideasFor(look, found)
    expect(idea && edited(look, 'customers', idea)).toContain('    union\n    select * from b')
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

const sources = {
  orders:
    "select * from (values (1, 'a', 'open', 5), (2, 'b', 'sent', 0), (3, 'C', 'back', 7), (4, 'd', 'back', 9)) as v (id, customer, status, amount)",
  customers: "select * from (values ('a', true), ('b', true), ('c', true), ('d', false)) as v (code, active)",
}
const RENAMED = "select id as order_id, customer, status, amount from {{ source('raw', 'orders') }}"
const accepted = (...values: string[]): Rule => ({
  isBad: ([t]) => `${t} not in (${values.map((v) => `'${v}'`).join(', ')})`,
  ofNulls: false,
  words: 'not among the accepted values',
})

describe('badIn', () => {
  it('an expression of several columns, one of which is beyond what it is elsewhere: both are told', async () => {
    const look = await madeLook({
      sources: {
        harvests:
          'select i as id, case i when 4 then 9000 else 100 + i end as kg, 2 + i % 3 as ha from generate_series(1, 9) as i',
      },
      models: {
        stg: "select id, kg, ha from {{ source('raw', 'harvests') }}",
        fct: "select id, kg * 10 / ha as yield\nfrom {{ ref('stg') }}",
      },
    })
    const rule: Rule = { isBad: ([t]) => `${t} > 20000`, ofNulls: false, words: 'as the test does not allow' }
    const found = await badIn(look, 'model.p.fct', ['yield'], rule, [])
    expect(found).toMatchObject({ born: 'expression', wrong: { source: 'source.p.raw.harvests' } })
    expect(found.evidence[0]).toMatch(/^kg is outside of what it is in all other rows.*raw\.harvests/)
  })

  it('nulls: a left join without a match, and the filter above that let the match fall out', async () => {
    const models = {
      stg_orders: RENAMED,
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
        stg_orders: RENAMED,
        fct: "select o.order_id, c.code\nfrom {{ ref('stg_orders') }} as o\nleft join {{ source('raw', 'customers') }} as c on o.customer = c.code",
      },
    })
    const found = await badIn(look, 'model.p.fct', ['code'], IS_NULL, [])
    expect(found).toMatchObject({ born: 'unmatched', line: 3 })
    expect(found.evidence).toContain('1 of them are there but for capitals, blanks or leading zeros.')
  })

  it.each([
    ['lower(code) as code', 'upper(code)'],
    ['code', 'upper(code) as code'],
  ])(
    'keys that are the same but for capitals are written alike where they are made: %s',
    async (made, text) => {
      const look = await madeLook({
        sources: {
          sales:
            "select i as id, case when i % 2 = 0 then 'aB' else 'Cd' end as code from generate_series(1, 6) as i",
          types: "select * from (values ('AB', 1), ('CD', 2)) as t (code, price)",
        },
        models: {
          stg: `with s as (select * from {{ source('raw', 'sales') }})\nselect\n  id,\n  ${made}\nfrom s`,
          fct: `with o as (select * from {{ ref('stg') }})\nselect o.id, t.price\nfrom o\nleft join {{ source('raw', 'types') }} as t on o.code = t.code`,
        },
      })
      const [best] = await ideasFor(look, await badIn(look, 'model.p.fct', ['price'], IS_NULL, []))
      expect(best).toMatchObject({ edits: [{ file: 'models/stg.sql', text }] })
    },
  )

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
        stg_orders: RENAMED,
        fct: "select order_id, status, upper(status) as shouted from {{ ref('stg_orders') }}",
      },
    })
    const came = await badIn(look, 'model.p.fct', ['status'], accepted('open', 'sent'), [])
    expect(came).toMatchObject({ born: 'source', node: 'source.p.raw.orders' })
    expect(came.evidence).toContain('Key (status)=(back).')
    const made = await badIn(look, 'model.p.fct', ['shouted'], accepted('open', 'sent', 'back'), [])
    expect(made).toMatchObject({ born: 'expression', node: 'model.p.fct', line: 1 })
    const texts = (await ideasFor(look, made)).map((i) => i.edits.map((e) => e.text).join())
    expect(texts).toEqual(['status as shouted', 'lower(status) as shouted'])
  })

  it('values: those that a case makes are not those that it goes by', async () => {
    const look = await madeLook({
      sources,
      models: {
        fct: "select case id when 1 then 'one' when 2 then 'tow' else 'more' end as size from {{ source('raw', 'orders') }}",
      },
    })
    const found = await badIn(look, 'model.p.fct', ['size'], accepted('one', 'two', 'more'), [])
    expect(found).toMatchObject({ born: 'expression', node: 'model.p.fct' })
  })
})

describe('orphanIn', () => {
  const asked = { child: 'model.p.stg_orders', column: 'customer', parent: 'model.p.dim', key: 'code' }

  it('the parent fell out in an inner join', async () => {
    const look = await madeLook({
      sources: { ...sources, areas: "select * from (values ('a', 1), ('b', 1), ('C', 1)) as v (code, area)" },
      models: {
        stg_orders: RENAMED,
        dim: "select c.code, a.area\nfrom {{ source('raw', 'customers') }} c\njoin {{ source('raw', 'areas') }} a on a.code = c.code",
      },
    })
    const found = await orphanIn(look, asked, [])
    expect(found).toMatchObject({ born: 'drop', file: 'models/dim.sql', line: 3 })
  })

  it('no source has the parent', async () => {
    const look = await madeLook({
      sources: { ...sources, customers: "select * from (values ('a'), ('b'), ('C')) as v (code)" },
      models: { stg_orders: RENAMED, dim: "select code from {{ source('raw', 'customers') }}" },
    })
    const found = await orphanIn(look, asked, [])
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.orders' })
    expect(found?.sentence).toContain('nor in what that is made from (raw.customers)')
  })
})

/** The file of a model with the edits of an idea. */
function edited(look: Look, model: string, { edits }: Idea): string {
  const raw = look.compiled(`model.p.${model}`)?.raw ?? ''
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((text, e) => text.slice(0, e.start) + e.text + text.slice(e.end), raw)
}

describe('ideasFor', () => {
  const rates = "select * from (values (1, 'a', 5), (1, 'b', 6), (2, 'a', 7)) as v (shop, kind, rate)"
  const sales = "select * from (values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'a')) as v (id, shop, kind)"

  it('the key that is missing from the condition of a join', async () => {
    const look = await madeLook({
      sources: { rates, sales },
      models: {
        fct: "select s.id, r.rate\nfrom {{ source('raw', 'sales') }} s\nleft join {{ source('raw', 'rates') }} r on r.shop = s.shop\nwhere s.id > 0",
      },
    })
    const found = await repeatedIn(look, 'model.p.fct', ['id'], [])
    const [idea] = await ideasFor(look, found)
    expect(idea?.title).toBe('Join raw.rates by kind too')
    expect(idea && edited(look, 'fct', idea)).toContain('r on r.shop = s.shop and r.kind = s.kind\nwhere')
  })

  it('a model of the project that has one row per key of the join', async () => {
    const look = await madeLook({
      sources: { orders: ORDERS, payments: PAYMENTS },
      models: {
        stg_payments: STG_PAYMENTS,
        by_order: "select order_id, sum(paid) as total_paid from {{ ref('stg_payments') }} group by 1",
        fct: "with pay as (\n  select * from {{ ref('stg_payments') }}\n)\nselect o.order_id, pay.paid\nfrom {{ source('raw', 'orders') }} o\nleft join pay on pay.order_id = o.order_id",
      },
      tests: ['unique stg_payments.payment_id'],
    })
    const found = await repeatedIn(look, 'model.p.fct', ['order_id'], [])
    const idea = (await ideasFor(look, found)).find((i) => i.title.startsWith('Read by_order'))
    expect(idea && edited(look, 'fct', idea)).toMatch(/ref\('by_order'\)[\s\S]*pay\.total_paid as paid/)
  })

  it('the value that occurs in place of one that does not', async () => {
    const look = await madeLook({
      sources,
      models: {
        fct: "select id, case when status = 'Open' then 1 when status in ('sent', 'back') then 2 end as n\nfrom {{ source('raw', 'orders') }}",
      },
    })
    const [idea] = await ideasFor(look, await badIn(look, 'model.p.fct', ['n'], IS_NULL, []))
    expect(idea?.because).toEqual(["no row has 'Open', and 1 have 'open'"])
    expect(idea && edited(look, 'fct', idea)).toContain("when status = 'open' then 1")
  })

  it('a value that never occurs, and none is written like it: each that does, for a person to choose', async () => {
    const look = await madeLook({
      sources,
      models: {
        fct: "select id, case when status = 'zzzzzz' then 1 end as n\nfrom {{ source('raw', 'orders') }}",
      },
    })
    const ideas = await ideasFor(look, await badIn(look, 'model.p.fct', ['n'], IS_NULL, []))
    expect(ideas.length).toBeGreaterThan(1)
    expect(ideas.every((i) => i.asks?.includes('is for you to say'))).toBe(true)
  })

  it('values that are added once each, and a list that holds a null', async () => {
    const look = await madeLook({
      sources: {
        a: 'select 5 as x union all select 5',
        b: 'select 1 as y union all select null',
      },
      models: {
        sums: "select sum(distinct x) as total\nfrom {{ source('raw', 'a') }}",
        left_out:
          "select x\nfrom {{ source('raw', 'a') }}\nwhere x not in (select y from {{ source('raw', 'b') }})",
      },
    })
    const few: Rule = { isBad: ([t = '']) => `(${t}) < 10`, ofNulls: false, words: 'too few' }
    const [each] = await ideasFor(look, await badIn(look, 'model.p.sums', ['total'], few, []))
    expect(each && edited(look, 'sums', each)).toContain('select sum(x) as total')
    const [drop] = await dropsOn(look, 'model.p.left_out', [])
    expect(drop).toMatchObject({ weight: 94, culprit: { line: 3 } })
    const [known] = drop ? await ideasFor(look, drop.culprit) : []
    expect(known && edited(look, 'left_out', known)).toContain(
      "where x in (select y from {{ source('raw', 'b') }}) is not true",
    )
  })

  it('a division of whole numbers: by a decimal; one of decimals is let be', async () => {
    const look = await madeLook({
      sources: { a: 'select 3 as part, 8 as whole, 9.5 as wide' },
      models: {
        share: "select round(100 * (part / whole), 1) as share\nfrom {{ source('raw', 'a') }}",
        wide: "select part / wide as share\nfrom {{ source('raw', 'a') }}",
      },
    })
    const low: Rule = { isBad: ([t = '']) => `(${t}) < 2`, ofNulls: false, words: 'too low' }
    const [decimal] = await ideasFor(look, await badIn(look, 'model.p.share', ['share'], low, []))
    expect(decimal && edited(look, 'share', decimal)).toContain('round(100 * (part / whole::numeric), 1)')
    const found = await badIn(look, 'model.p.wide', ['share'], low, [])
    expect(found.born).toBe('expression')
    expect(await ideasFor(look, found)).toEqual([])
  })

  it('a branch of a case that no row comes to', async () => {
    const look = await madeLook({
      sources: { a: 'select i as n from generate_series(1, 9) as i' },
      models: {
        sized:
          "select n,\n  case\n    when n > 2 then 'some'\n    when n > 5 then 'many'\n    else 'few'\n  end as size\nfrom {{ source('raw', 'a') }}",
      },
    })
    const found = await measured(
      look,
      { complaint: 'never', node: 'model.p.sized', column: 'size', daysAgo: null, text: 'many' },
      new Date(),
    )
    expect(found.suspects[0]?.culprit).toMatchObject({ born: 'expression', line: 4 })
    const [first] = found.suspects[0] ? await ideasFor(look, found.suspects[0].culprit) : []
    expect(first && edited(look, 'sized', first)).toContain(
      "    when n > 5 then 'many'\n    when n > 2 then 'some'\n    else",
    )
  })

  it('a left join that leaves columns empty is for a person', async () => {
    const look = await madeLook({
      sources: {
        a: 'select 1 as k union all select 2',
        b: "select 1 as k, 'x' as name",
      },
      models: {
        named:
          "select a.k, b.name\nfrom {{ source('raw', 'a') }} a\njoin {{ source('raw', 'b') }} b on b.k = a.k",
        filled:
          "select a.k, coalesce(b.name, '-') as name\nfrom {{ source('raw', 'a') }} a\njoin {{ source('raw', 'b') }} b on b.k = a.k",
      },
    })
    const asks = async (model: string) => {
      const [drop] = await dropsOn(look, `model.p.${model}`, [])
      const ideas = drop ? await ideasFor(look, drop.culprit) : []
      return ideas.find((i) => i.title.includes('left join'))?.asks
    }
    expect(await asks('named')).toContain('come back without name')
    expect(await asks('filled')).toBeUndefined()
  })

  it('the columns that a join was meant to be by', async () => {
    const look = await madeLook({
      sources: {
        clients: 'select i as client_id, i % 3 + 1 as helper_id from generate_series(1, 9) as i',
        helpers: "select i as helper_id, 'h' || i as helper_name from generate_series(1, 3) as i",
      },
      models: {
        dim: "select c.client_id, h.helper_name\nfrom {{ source('raw', 'clients') }} c\nleft join {{ source('raw', 'helpers') }} h\n  on c.client_id = h.helper_id",
      },
    })
    const found = await badIn(look, 'model.p.dim', ['helper_name'], IS_NULL, [])
    expect(found).toMatchObject({ born: 'unmatched', file: 'models/dim.sql', line: 3 })
    const [idea] = await ideasFor(look, found)
    expect(idea && edited(look, 'dim', idea)).toContain('on c.helper_id = h.helper_id')
  })

  it('nothing where the source is wrong', async () => {
    const look = await madeLook({ sources, models: { stg_orders: RENAMED } })
    const found = await badIn(look, 'model.p.stg_orders', ['status'], accepted('open'), [])
    expect(found.born).toBe('source')
    expect(await ideasFor(look, found)).toEqual([])
  })
})

describe('measured', () => {
  const symptom = (complaint: Symptom['complaint'], node: string, column: string | null = null): Symptom => ({
    complaint,
    node: `model.p.${node}`,
    column,
    daysAgo: 1,
  })
  const today = new Date('2026-03-02T10:00:00Z')

  it('rows that fall out: the condition that undoes a left join goes into the join', async () => {
    const look = await madeLook({
      sources,
      models: {
        fct: "select o.id\nfrom {{ source('raw', 'orders') }} o\nleft join {{ source('raw', 'customers') }} c on c.code = o.customer\nwhere c.active and o.amount >= 0",
      },
    })
    const { suspects } = await measured(look, symptom('missing', 'fct'), today)
    expect(suspects[0]?.culprit).toMatchObject({ born: 'filter', line: 4 })
    expect(suspects[0]?.culprit.sentence).toContain('It undoes the left join to raw.customers')
    const [idea] = suspects[0] ? await ideasFor(look, suspects[0].culprit) : []
    expect(idea && edited(look, 'fct', idea)).toContain(
      'on c.code = o.customer and c.active\nwhere o.amount >= 0',
    )
  })

  it('rows that fall out: a comparison that does not take its bound', async () => {
    const look = await madeLook({
      sources,
      models: { fct: "select id from {{ source('raw', 'orders') }} where amount > 0" },
    })
    const { suspects } = await measured(look, symptom('missing', 'fct'), today)
    expect(suspects[0]?.culprit.sentence).toContain('1 of them stand right at its edge')
    const [idea] = suspects[0] ? await ideasFor(look, suspects[0].culprit) : []
    expect(idea && edited(look, 'fct', idea)).toContain('where amount >= 0')
  })

  it('sums that are too high: the join on the way of that column, and a sum of running totals', async () => {
    const look = await madeLook({
      sources: { orders: ORDERS, payments: PAYMENTS },
      models: {
        stg_payments: STG_PAYMENTS,
        totals:
          "select o.customer_id, sum(o.amount) as revenue\nfrom {{ source('raw', 'orders') }} o\njoin {{ ref('stg_payments') }} p on p.order_id = o.order_id\ngroup by 1",
        running:
          "select order_id, customer_id, sum(amount) over (partition by customer_id order by order_id) as so_far from {{ source('raw', 'orders') }}",
        summed: "select customer_id, sum(so_far) as amount\nfrom {{ ref('running') }} group by 1",
      },
    })
    const high = await measured(look, symptom('repeated', 'totals', 'revenue'), today)
    expect(high.suspects[0]?.culprit).toMatchObject({ born: 'join', line: 3 })
    const sum = await measured(look, symptom('repeated', 'summed', 'amount'), today)
    expect(sum.suspects[0]?.culprit.sentence).toContain('which is a running total already: running line 1')
  })

  it('a day that is not there: where it falls out, or that it was never loaded', async () => {
    const look = await madeLook({
      sources: {
        visits: "select date '2026-02-25' + i as day, i as n from generate_series(0, 4) as i",
        late: "select date '2026-02-20' + i as day from generate_series(0, 4) as i",
      },
      models: {
        fct: "select day, n\nfrom {{ source('raw', 'visits') }}\nwhere day < date '2026-03-01'",
        old: "select day from {{ source('raw', 'late') }}",
      },
    })
    const lost = await measured(look, symptom('day', 'fct'), today)
    expect(lost.suspects[0]?.culprit).toMatchObject({ born: 'filter', line: 3 })
    const never = await measured(look, symptom('day', 'old'), today)
    expect(never.suspects[0]?.culprit.sentence).toContain('it was not loaded')
  })

  it('a column that is said to be always zero, and is not', async () => {
    const look = await madeLook({
      sources,
      models: {
        fct: "select id, case when status = 'sent' then 1 else 0 end as sent from {{ source('raw', 'orders') }}",
      },
    })
    const said = symptom('zero', 'fct', 'sent')
    expect(await measured(look, { ...said, always: true }, today)).toMatchObject({ words: null })
    expect(await measured(look, said, today)).toMatchObject({ words: expect.stringContaining('3 of 4 rows') })
  })

  it('says nothing where nothing is to be seen', async () => {
    const look = await madeLook({ sources, models: { stg_orders: RENAMED } })
    expect(await measured(look, symptom('missing', 'stg_orders'), today)).toMatchObject({ words: null })
    expect(await measured(look, symptom('zero', 'stg_orders', 'amount'), today)).toMatchObject({
      words: null,
    })
  })
})
