import { beforeAll, describe, expect, it } from 'vitest'
import { outlineOf } from './outline.ts'
import { openParser } from './parse.ts'

beforeAll(openParser)

const cut = (sql: string, span: { start: number; end: number } | null) =>
  span === null ? null : sql.slice(span.start, span.end)

describe('outlineOf', () => {
  it('tells the sources of a select, how each is joined, and what filters and folds', () => {
    const sql = `with a as (select 1 as id)
select o."orderId" as id, count(*) n, case when x then 1 end, a.* exclude (b, c)
from "db"."s"."orders" as o
left outer join (select * from p) pay on pay.id = o.id and pay.kind = 'x'
inner join a using (id, day), c
where o.d between 1 and 2 and o.status is distinct from 'x' and (p or q)
group by 1, 2 having count(*) > 1 qualify row_number() over (order by 1) = 1`
    const { ctes, body } = outlineOf(sql, 'duckdb')
    expect(ctes.map((c) => c.name)).toEqual(['a'])
    const [select] = body?.arms ?? []
    expect(select?.items.map((i) => [cut(sql, i.expression), i.alias?.name ?? null])).toEqual([
      ['o."orderId"', 'id'],
      ['count(*)', 'n'],
      ['case when x then 1 end', null],
      ['a.* exclude (b, c)', null],
    ])
    expect(select?.items[3]?.star).toMatchObject({
      of: { name: 'a' },
      without: [{ name: 'b' }, { name: 'c' }],
    })
    expect(
      select?.sources.map((s) => [
        s.join,
        s.what.kind,
        s.name?.name,
        cut(sql, s.on),
        s.using?.map((u) => u.name) ?? null,
      ]),
    ).toEqual([
      ['from', 'name', 'o', null, null],
      ['left', 'query', 'pay', "pay.id = o.id and pay.kind = 'x'", null],
      ['inner', 'name', 'a', null, ['id', 'day']],
      ['cross', 'name', 'c', null, null],
    ])
    expect(select?.where.map((w) => cut(sql, w))).toEqual([
      'o.d between 1 and 2',
      "o.status is distinct from 'x'",
      '(p or q)',
    ])
    expect([select?.group, select?.having, select?.qualify].map((s) => cut(sql, s ?? null))).toEqual([
      '1, 2',
      'count(*) > 1',
      'row_number() over (order by 1) = 1',
    ])
  })

  it('tells the arms of a set operation', () => {
    const sql = 'select a from x union all (select b from y where b > 1) union select c from z'
    const { body } = outlineOf(sql, 'postgres')
    expect(body?.operations.map((o) => o.words)).toEqual(['union all', 'union'])
    expect(body?.arms.map((a) => a.sources[0]?.name?.name)).toEqual(['x', 'y', 'z'])
    expect(body?.arms[1]?.where).toHaveLength(1)
  })

  it('is null where a statement has another shape', () => {
    expect(outlineOf('pivot x on y using sum(z)', 'duckdb').body).toBeNull()
  })
})
