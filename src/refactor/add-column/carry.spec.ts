import { beforeAll, describe, expect, it } from 'vitest'
import { applyEdits } from '../../changes/edits.ts'
import { openParser } from '../../project/sql/parse.ts'
import { testFile } from '../test-file.ts'
import { columnAdded } from './model.ts'

beforeAll(openParser)

const reads = () => (path: { name: string }[]) => {
  const name = path.at(-1)?.name ?? ''
  return path.length < 2 ? null : { id: name, columns: name === 'p' ? ['id', 'fare', 'tip'] : ['id', 'x'] }
}

function added(raw: string, { name = 'tip', type = 'VARCHAR', through = [] as string[] } = {}) {
  const file = testFile(raw)
  const wish = { adapter: 'duckdb', column: 'tip', name, type, through: new Set(through) }
  const made = columnAdded(file, wish, { id: 'p', column: 'tip' }, reads)
  return { name: made.name, text: applyEdits(raw, made.edits, file.path) }
}

describe('a column on its way', () => {
  it('stands next to its neighbours, in the style of the list', () => {
    const lists: [string, string][] = [
      [
        'select\n    p.id,\n    p.fare, -- paid\n    q.x\n',
        'select\n    p.id,\n    p.fare, -- paid\n    p.tip,\n    q.x\n',
      ],
      ['select\n    q.x,\n    p.fare -- paid\n', 'select\n    q.x,\n    p.fare, -- paid\n    p.tip\n'],
      [
        'select\r\n    p.id\r\n    , p.fare -- paid\r\n    , q.x\r\n',
        'select\r\n    p.id\r\n    , p.fare -- paid\r\n    , p.tip\r\n    , q.x\r\n',
      ],
      ['select p.id, p.fare, q.x ', 'select p.id, p.fare, p.tip, q.x '],
      ['SELECT q.x, 1 AS n ', 'SELECT q.x, 1 AS n, p.tip '],
    ]
    for (const [before, after] of lists) {
      const rest = "from {{ ref('p') }} as p join {{ ref('q') }} as q on p.id is not distinct from q.id"
      expect(added(before + rest).text).toBe(after + rest)
    }
  })

  it('goes through CTEs, and leaves a * alone', () => {
    const raw = "with a as (select * from {{ ref('p') }}), b as (select id, fare from a) select b.* from b"
    expect(added(raw, { name: 'tip_amount' })).toEqual({
      name: 'tip_amount',
      text: raw.replace('select id, fare', 'select id, fare, tip as tip_amount'),
    })
    expect(added("select * from {{ ref('p') }}").text).toBe("select * from {{ ref('p') }}")
    expect(added("select id, tip as t from {{ ref('p') }}").name).toBe('t')
  })

  it('stands at the end of both sides of a union all', () => {
    const raw =
      "select id, fare, 1 as n from {{ ref('p') }} union all select id, fare, 2 from {{ ref('p') }} where fare > 0"
    expect(added(raw).text).toBe(
      "select id, fare, 1 as n, tip from {{ ref('p') }} union all select id, fare, 2, tip from {{ ref('p') }} where fare > 0",
    )
  })

  it('is not known in a row of constants, as the others there are not', () => {
    const dimension = (known: string, unknown: string, last: string) =>
      `with p as (select * from {{ ref('p') }}), people as (select id, coalesce(fare, 'None') as fare${known} from p), nobody as (select -1 as id, cast('None' as varchar) as fare${unknown}), members as (select * from people union all select * from nobody) select md5(id) as k, id, fare${last} from members`
    expect(added(dimension('', '', '')).text).toBe(
      dimension(", coalesce(tip, 'None') as tip", ", 'None' as tip", ', tip'),
    )
    expect(added(dimension('', '', ''), { type: 'DECIMAL(10,2)' }).text).toBe(
      dimension(', tip', ', cast(null as DECIMAL(10,2)) as tip', ', tip'),
    )
    const other = "select id, fare from {{ ref('p') }} union all select id, x from {{ ref('q') }}"
    expect(() => added(other)).toThrow(/one side of this union does not have the column/)
  })

  it('needs to be told which of two it is', () => {
    const raw = "select a.id from {{ ref('p') }} as a join {{ ref('p') }} as b using (id)"
    expect(() => added(raw)).toThrow('it is read more than once here, as a and b')
    expect(added(raw, { through: ['b'] }).text).toContain('select a.id, b.tip from')
  })
})

describe('where rows would change', () => {
  it('is refused with the line, and what there is to decide', () => {
    const cases: [string, string][] = [
      [
        "select id, sum(fare) as f\nfrom {{ ref('p') }} group by 1",
        'models/m.sql:2: this select groups rows',
      ],
      ["select max(fare) as f from {{ ref('p') }}", 'this select makes one row of many'],
      ["select distinct id from {{ ref('p') }}", 'takes rows for one'],
      ["select id from {{ ref('p') }} union select id from {{ ref('q') }}", 'union takes rows for one'],
      [
        "select id from {{ ref('p') }} union all\nselect id from {{ ref('q') }}",
        ':2: one side of this union does not have the column',
      ],
      ["select id from {{ ref('q') }} where id in (select id from {{ ref('p') }})", 'only looked into'],
      ["select id, fare as tip from {{ ref('p') }}", 'there is a column tip already'],
      ["with a(n) as (select id from {{ ref('p') }}) select * from a", 'lists its columns behind its name'],
    ]
    for (const [raw, why] of cases) expect(() => added(raw)).toThrow(why)
  })

  it('is not where an aggregate is a window, or stands in a subquery', () => {
    const raw =
      "select id, sum(fare) over (partition by id) as f, (select max(x) from {{ ref('q') }}) as m from {{ ref('p') }}"
    expect(added(raw).text).toContain('select id, tip, sum(fare) over')
  })
})
