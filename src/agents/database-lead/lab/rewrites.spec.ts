import { describe, expect, it } from 'vitest'
import type { Table } from '../../../adapters/databases/types.ts'
import { advice, rewrites } from './rewrites.ts'

const column = (name: string, type = 'integer', nullable = true) => ({ name, type, nullable })
const table = (name: string, columns: ReturnType<typeof column>[]) =>
  ({ schema: 'public', name, columns, primaryKey: { name: 'pk', columns: ['id'] } }) as unknown as Table

const TABLES = [
  table('customers', [column('id', 'integer', false), column('name', 'text'), column('referrer')]),
  table('orders', [
    column('id', 'integer', false),
    column('customer_id', 'integer', false),
    column('placed_at', 'timestamp without time zone'),
    column('total', 'numeric(10,2)'),
    column('day', 'text'),
  ]),
]
const first = (sql: string) => rewrites(sql, TABLES)[0]?.sql ?? null

describe('a query that is written otherwise', () => {
  it.each([
    [
      "select id from orders where date(placed_at) = '2026-01-31'",
      "select id from orders where (placed_at >= '2026-01-31' and placed_at < '2026-02-01')",
    ],
    [
      "select id from orders o where o.placed_at::date = '2024-02-28' and total > 1",
      "select id from orders o where (o.placed_at >= '2024-02-28' and o.placed_at < '2024-02-29') and total > 1",
    ],
    [
      'select id from orders where year(placed_at) = 2025',
      "select id from orders where (placed_at >= '2025-01-01' and placed_at < '2026-01-01')",
    ],
    [
      "select id from orders where date_trunc('month', placed_at) = '2025-12-01'",
      "select id from orders where (placed_at >= '2025-12-01' and placed_at < '2026-01-01')",
    ],
    [
      'select c.name from customers c where c.id not in (select customer_id from orders where total > 5) order by c.name',
      'select c.name from customers c where not exists (select 1 from orders where orders.customer_id = c.id and (total > 5)) order by c.name',
    ],
    [
      'select distinct c.id, c.name from customers c join orders o on o.customer_id = c.id where o.total > 5 order by c.name',
      'select c.id, c.name from customers c where exists (select 1 from orders o where o.customer_id = c.id and (o.total > 5)) order by c.name',
    ],
    [
      'select id from orders where customer_id = 7 or total = 9',
      'select id from orders where customer_id = 7 union all select id from orders where total = 9 and (customer_id = 7) is not true',
    ],
    [
      'select c.name, (select count(*) from orders o where o.customer_id = c.id) as n from customers c where c.id < 9',
      'select c.name, coalesce(grouped.value, 0) as n from customers c left join (select o.customer_id as own, count(*) as value from orders o group by o.customer_id) grouped on grouped.own = c.id where c.id < 9',
    ],
  ])('%s', (said, instead) => {
    expect(first(said)).toBe(instead)
  })

  it.each([
    ['a column that is no moment', "select id from orders where date(day) = '2026-01-31'"],
    ['a day that there is not', "select id from orders where date(placed_at) = '2026-99-31'"],
    [
      'a side that may be null',
      'select name from customers c where c.referrer not in (select customer_id from orders)',
    ],
    [
      'a list that may hold null',
      'select name from customers c where c.id not in (select total from orders)',
    ],
    [
      'columns without the key',
      'select distinct c.name from customers c join orders o on o.customer_id = c.id',
    ],
    [
      'columns of the other table',
      'select distinct c.id, o.id from customers c join orders o on o.customer_id = c.id',
    ],
    ['an OR beside an AND', 'select id from orders where customer_id = 7 or total = 9 and id > 3'],
    ['an OR under a sum', 'select sum(total) from orders where customer_id = 7 or total = 9'],
    ['a text that reads like it', "select id from orders where day = 'date(placed_at) = ''2026-01-31'''"],
  ])('is left as it is: %s', (_, sql) => {
    expect(first(sql)).toBeNull()
  })

  it('says what an offset costs', () => {
    expect(advice('select id from orders order by id limit 20 offset 40000')[0]).toMatch(/40000 rows/)
    expect(advice('select id from orders order by id limit 20 offset 40')).toEqual([])
  })
})
