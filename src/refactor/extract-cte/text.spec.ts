import { beforeAll, describe, expect, it } from 'vitest'
import { applyEdits } from '../../changes/edits.ts'
import { openParser } from '../../project/sql/parse.ts'
import { testFile } from '../test-file.ts'
import { extracted } from './text.ts'

beforeAll(openParser)

function taken(raw: string, cte: string) {
  const file = testFile(raw)
  const made = extracted(file, cte, 'int_new', () => null)
  return { ...made, old: applyEdits(raw, made.edits, file.path) }
}

const TRAILING = `{{ config(materialized='table') }}

with

-- what was sold
orders as (
    select * from {{ ref('stg_orders') }}
),

lines as (
    select * from {{ ref('stg_lines') }}
),

-- one row per order
totals as (
    select order_id, sum(amount) as amount -- é
    from lines
    group by 1
)

select * from orders left join totals using (order_id)
`

describe('taking a CTE out', () => {
  it('moves it with what only it reads, comments and blanks as they are', () => {
    const { old, text, moved, copied } = taken(TRAILING, 'totals')
    expect(text).toBe(`with

lines as (
    select * from {{ ref('stg_lines') }}
),

-- one row per order
totals as (
    select order_id, sum(amount) as amount -- é
    from lines
    group by 1
)

select * from totals
`)
    expect(old).toBe(
      TRAILING.replace(/lines as \([\s\S]*?\),\n\n/, '').replace(
        /select order_id[\s\S]*?group by 1/,
        "select * from {{ ref('int_new') }}",
      ),
    )
    expect({ moved, copied }).toEqual({ moved: ['lines'], copied: [] })
  })

  it('copies an import that both need, with CRLF and leading commas', () => {
    const raw =
      "WITH a AS (\r\n  SELECT * FROM {{ ref('x') }}\r\n)\r\n, b AS (\r\n  SELECT id FROM a\r\n)\r\nSELECT * FROM a JOIN b USING (id)\r\n"
    const { old, text, copied } = taken(raw, 'b')
    expect(copied).toEqual(['a'])
    expect(text).toBe(
      "WITH a AS (\r\n  SELECT * FROM {{ ref('x') }}\r\n)\r\n, b AS (\r\n  SELECT id FROM a\r\n)\r\n\r\nSELECT * FROM b\r\n",
    )
    expect(old).toBe(raw.replace('SELECT id FROM a', "SELECT * FROM {{ ref('int_new') }}"))
  })

  it('takes the first ones off the list with their comments, and leaves those of the next', () => {
    const raw = `with -- all of it
-- of a
a as (select 1 as n from {{ ref('x') }})
-- of b
, b as (select n + 1 as n from a)
select * from b`
    expect(taken(raw, 'b').old).toBe(
      "with -- all of it\n-- of b\nb as (select * from {{ ref('int_new') }})\nselect * from b",
    )
    expect(taken(raw, 'b').text).toContain('-- of a\na as (select 1')
  })

  it('keeps column lists, quotes and recursion', () => {
    const raw = `with recursive "Größe x"(n, m) as (select 1, 2 from {{ ref("x") }} union all select n + 1, m from "Größe x" where n < 3) select * from "Größe x"`
    const { old, text } = taken(raw, '"Größe x"')
    expect(text.startsWith('with recursive "Größe x"(n, m) as (select 1, 2')).toBe(true)
    expect(text.endsWith('\n\nselect * from "Größe x"\n')).toBe(true)
    expect(old).toBe(
      'with recursive "Größe x"(n, m) as (select * from {{ ref("int_new") }}) select * from "Größe x"',
    )
  })
})

describe('a CTE that cannot be taken out', () => {
  const refusal = (raw: string, cte: string) => {
    try {
      taken(raw, cte)
    } catch (error) {
      return (error as Error).message
    }
    return 'taken'
  }

  it('is refused with the line and the reason', () => {
    expect(refusal(TRAILING, 'orders')).toContain('models/m.sql:6: orders only reads one relation')
    expect(refusal(TRAILING, 'total')).toContain('has no CTE total; did you mean totals?')
    expect(refusal("select * from {{ ref('x') }}", 'a')).toContain('does not begin with a WITH')
    const shared = "with a as (select 1 as n from {{ ref('x') }}), b as (select n from a) select * from a, b"
    expect(refusal(shared, 'b')).toContain('it would stand in both')
    const own = 'with a as (select max(n) as n from {{ this }}) select * from a'
    expect(refusal(own, 'a')).toContain('it uses this, which would mean another model')
  })
})
