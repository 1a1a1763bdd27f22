/** `martsmith profile` on real tables: what it says is what a query of one's own says. */
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClear } from '../support/expect-clear.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

/** A key of two columns, a code with its name (and rows without), names of columns as people have them, 20,000 rows. */
const VISITS = `
  create table raw.visits as
  select
    (i % 200) as "Ward No", (i // 200) as "select",
    case when i % 7 > 0 then 'C' || (i % 7) end as code,
    case when i % 7 > 0 then 'Name of C' || (i % 7) else 'rest ' || (i % 3) end as "Größe",
    case when i % 5 = 0 then ' ' else 'text' end as note,
    timestamp '2024-01-01' + interval (i // 3) minute as seen_at, i * 0.5 as amount, [i] as list, null::integer as nothing
  from range(20000) t(i)`

/** Large integers, the end of time, no value of its own, codes of a terminal. */
const EDGE = `
  create table raw.edge as select 9223372036854774807 + i as big, ('k' || i)::varchar as name,
    case when i = 0 then timestamp '9999-12-31 23:59:59.999999' else timestamp '2024-01-01' end as valid_to,
    case when i = 0 then 'infinity'::timestamp else timestamp '2024-01-01' end as ever, i::decimal(18,0) as id,
    'a' || chr(27) || '[31m|' as ansi from range(1000) t(i)`

let project: Project
let profiles: Record<string, { rows: number; columns: Record<string, unknown>[]; [key: string]: unknown }>

beforeAll(async () => {
  project = makeProject('shop-loaded')
  query(project.path('shop.duckdb'), VISITS, EDGE, 'create table raw.empty (id integer, name varchar)')
  project.edit(
    'models/sources.yml',
    '      - name: orders',
    '      - name: visits\n      - name: empty\n      - name: edge\n      - name: orders',
  )
  const run = await runMartsmith(project, [
    'profile',
    'source:shop.visits',
    'source:shop.empty',
    'fct_orders',
    '--json',
  ])
  expect(run.code, run.all).toBe(0)
  const list = (JSON.parse(run.stdout) as { profiles: { name: string }[] }).profiles
  profiles = Object.fromEntries(list.map((p) => [p.name, p])) as unknown as typeof profiles
})

const column = (name: string) => profiles['shop.visits']?.columns.find((c) => c.name === name)

describe('the profile of a table', () => {
  it('finds the key of two columns and what determines what, proven over all rows', () => {
    expect(profiles['shop.visits']).toMatchObject({
      rows: 20000,
      keys: expect.arrayContaining([{ columns: ['Ward No', 'select'], proven: true }]),
      dependencies: expect.arrayContaining([
        { from: 'code', to: 'Größe', proven: true },
        { from: 'Ward No', to: 'note', proven: true },
      ]),
    })
  })

  it('counts nulls, distinct values, ends and blanks as SQL does', () => {
    expect(column('code')).toMatchObject({
      nulls: 2858,
      distinct: 6,
      approximate: false,
      min: 'C1',
      max: 'C6',
    })
    expect(column('note')).toMatchObject({ nulls: 0, distinct: 2, blank: 4000 })
    expect(column('nothing')).toMatchObject({ nulls: 20000, distinct: 0, min: null })
    expect(column('list')).toMatchObject({ kind: 'other', histogram: null })
  })

  it('every row is in one bucket of the histogram', () => {
    for (const name of ['seen_at', 'amount', 'Ward No']) {
      const histogram = column(name)?.histogram as number[]
      expect(
        histogram.reduce((a, b) => a + b, 0),
        name,
      ).toBe(20000)
    }
  })

  it('sends few statements, each of which reads the table once', () => {
    for (const { statements } of Object.values(profiles)) {
      expect((statements as string[]).length).toBeLessThanOrEqual(4)
      for (const sql of statements as string[]) expect(sql.match(/\bfrom\s+"/g)).toHaveLength(1)
    }
  })

  it('tells values at the edge as the warehouse has them', async () => {
    const run = await runMartsmith(project, ['profile', 'source:shop.edge', '--json'])
    expect(run.code, run.all).toBe(0)
    const [edge] = (JSON.parse(run.stdout) as { profiles: (typeof profiles)[string][] }).profiles
    const of = (name: string) => edge?.columns.find((c) => c.name === name)
    expect(of('big')).toMatchObject({ min: '9223372036854774807', max: '9223372036854775806' })
    expect(of('big')?.histogram).toEqual([125, 125, 125, 125, 125, 125, 125, 125])
    expect(of('valid_to')).toMatchObject({ max: '9999-12-31 23:59:59.999999', type: 'TIMESTAMP' })
    expect(of('ever')).toMatchObject({ max: 'infinity', histogram: null })
    expect(edge?.keys).toEqual([
      { columns: ['big'], proven: true },
      { columns: ['name'], proven: true },
      { columns: ['id'], proven: true },
    ])
    const shown = await runMartsmith(project, ['profile', 'source:shop.edge'])
    expect(shown.stdout).not.toContain('\u001b')
  })

  it('says little of an empty table, and the key of a small one', () => {
    expect(profiles['shop.empty']).toMatchObject({ rows: 0, keys: [], dependencies: [] })
    expect(profiles.fct_orders).toMatchObject({
      rows: 6,
      keys: expect.arrayContaining([{ columns: ['order_id'], proven: true }]),
    })
  })
})

/** Sales with a key of another table (with two rows that have no partner), parts of a whole, a price, a heavy value; stock per day. */
const LARGE = [
  `create table raw.buyers as select 'B' || i as "Buyer Nr", i as n from range(3000) t(i)`,
  `create table raw.sales as
    select (i // 2) as "Bon", (i % 2)::int as line, case when i < 2 then 'B?' else 'B' || (hash(i) % 3000) end as buyer,
      (1 + hash(i * 3) % 9)::int as quantity, (1 + hash(i * 5) % 1000)::decimal(10,2) / 100 as price,
      ((1 + hash(i * 3) % 9) * (1 + hash(i * 5) % 1000))::decimal(18,2) / 100 as amount,
      case when i % 10 < 8 then 'web' else 'shop' || (i % 7) end as channel, date '2024-01-01' + (i % 400)::int as day
    from range(1010000) t(i)`,
  `create table raw.stock as
    select item, date '2024-01-01' + d::int as day, 500 + sum((hash(item * 1000 + d) % 7)::int - 3) over (partition by item order by d) as pieces,
      (hash(item * 77 + d) % 100)::int as moved
    from range(20) a(item), range(200) b(d)`,
]

describe('what is found between columns and tables', () => {
  type Found = Record<string, unknown> & {
    statements: string[]
    remembered: number
    columns: { name: string }[]
  }
  const measure = async (...args: string[]): Promise<Record<string, Found>> => {
    const run = await runMartsmith(project, ['profile', ...args, '--json'])
    expect(run.code, run.all).toBe(0)
    const list = (JSON.parse(run.stdout) as { profiles: (Found & { name: string })[] }).profiles
    return Object.fromEntries(list.map((p) => [p.name, p]))
  }
  const behaviour = (found: Found | undefined, name: string) => found?.columns.find((c) => c.name === name)
  const scans = (found: Found | undefined, table: string) =>
    found?.statements.map((sql) => sql.split(`"raw"."${table}"`).length - 1) ?? []
  let sales: Found | undefined
  let stock: Found | undefined

  beforeAll(async () => {
    query(project.path('shop.duckdb'), ...LARGE)
    project.edit(
      'models/sources.yml',
      '      - name: orders',
      '      - name: buyers\n      - name: sales\n      - name: stock\n      - name: orders',
    )
    const found = await measure('source:shop.sales', 'source:shop.stock', '--against', 'source:shop.buyers')
    expect(Object.keys(found)).toEqual(['shop.sales', 'shop.stock'])
    sales = found['shop.sales']
    stock = found['shop.stock']
  })

  it('a key of another table is told with the rows that have no partner there', () => {
    expect(sales?.inclusions).toEqual([
      { column: 'buyer', of: 'shop.buyers', key: 'Buyer Nr', orphans: 2, rows: 1010000, chance: false },
    ])
  })

  it('a product is proven over all rows, and says what may be added up', () => {
    expect(sales?.formulas).toEqual([
      { kind: 'product', whole: 'amount', parts: ['quantity', 'price'], rows: 1010000 },
    ])
    expect(behaviour(sales, 'amount')).toMatchObject({ behaviour: { is: 'additive', from: 'rows' } })
    expect(behaviour(sales, 'price')).toMatchObject({ behaviour: { is: 'ratio', from: 'rows' } })
    expect(behaviour(stock, 'pieces')).toMatchObject({ behaviour: { is: 'balance', from: 'rows' } })
    expect(behaviour(stock, 'moved')).toMatchObject({ behaviour: { is: 'unknown' } })
    expect(behaviour(stock, 'item')).toMatchObject({ behaviour: { is: 'identifier' } })
  })

  it('the grain of a date, its gaps, and the value that most rows have', () => {
    expect(behaviour(sales, 'day')).toMatchObject({
      grain: { unit: 'day', proven: true, present: 400, missing: 0 },
    })
    expect(behaviour(sales, 'channel')).toMatchObject({ heaviest: { value: 'web', rows: 808000 } })
    expect(behaviour(sales, 'buyer')).toMatchObject({ approximate: true })
  })

  it('each statement reads a table once, and there are few of them', () => {
    expect(scans(sales, 'sales')).toEqual([1, 1, 1, 1])
    expect(scans(stock, 'stock')).toEqual([1, 1, 1, 1])
  })

  it('counts are remembered until somebody writes; no value of a row is kept', async () => {
    const again = (await measure('source:shop.sales'))['shop.sales']
    expect(again?.remembered).toBeGreaterThan(20)
    expect(again?.keys).toContainEqual({ columns: ['Bon', 'line'], proven: true })
    for (const file of project.files('.martsmith/profiles')) expect(project.read(file)).not.toMatch(/web|B\?/)
    query(project.path('shop.duckdb'), "update raw.sales set channel = 'web' where channel = 'shop1'")
    const after = (await measure('source:shop.sales'))['shop.sales']
    expect(after?.remembered).toBe(0)
    expect(behaviour(after, 'channel')).not.toMatchObject({ heaviest: { rows: 808000 } })
  })
})

describe('what cannot be measured', () => {
  it('a name that nothing has, beside one that is there: the nearest are named', async () => {
    expectClear(await runMartsmith(project, ['profile', 'fct_orders', 'fct_ordrs']), {
      code: 2,
      says: ['fct_ordrs selects nothing that stands in the warehouse'],
      mend: ['martsmith profile fct_orders'],
    })
  })

  it('a model that was never built', async () => {
    query(project.path('shop.duckdb'), 'drop table analytics.fct_orders')
    expectClear(await runMartsmith(project, ['profile', 'fct_orders']), {
      code: 1,
      says: [/fct_orders" is not in the warehouse/],
      mend: ['martsmith pipeline'],
    })
  })
})
