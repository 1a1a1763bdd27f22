/** SQL that cannot be read, mended by one word or sign: whether it is SQL then, the warehouse says. */
import { expect, it } from 'vitest'
import type { DbtEngine } from '../../../adapters/dbt/types.ts'
import { castsIn } from './casts.ts'
import { plainSql, readable } from './grammar.ts'
import { joinCondition } from './join-condition.ts'
import { relationAlias } from './relation-alias.ts'
import { repair } from './repair.ts'
import { found } from './test-found.ts'

const fixes = async (text: string, line: number) => {
  const at = { stage: 'build', line } as const
  const all = await found(repair, 'syntax error at or near "x"', { 'models/a.sql': text }, at)
  return all.map(
    ({
      changes: {
        changes: [c],
      },
    }) => (c?.kind === 'edit' ? c.after : ''),
  )
}

it.each([
  ['select a\nfrom t && u', 'select a\nfrom t and u', 2],
  ['select `a`, `B c`\nfrom t', 'select a, "B c"\nfrom t', 1],
  ['select ‘a’ as b\nfrom t', "select 'a' as b\nfrom t", 1],
  [
    'with a as (\nselect 1\n)\nb as (\nselect 2\n)\nselect * from b',
    'with a as (\nselect 1\n),\nb as (\nselect 2\n)\nselect * from b',
    4,
  ],
  ['with a (\nselect 1\n)\nselect * from a', 'with a as (\nselect 1\n)\nselect * from a', 2],
  ['select a,, b\nfrom t', 'select a, b\nfrom t', 1],
  [
    'select row_number() over partition by a) as n\nfrom t',
    'select row_number() over (partition by a) as n\nfrom t',
    1,
  ],
  ['select a\nfrom t join u on t.a == u.a', 'select a\nfrom t join u on t.a = u.a', 2],
  ['select a from t\nunion al\nselect a from u', 'select a from t\nunion all\nselect a from u', 2],
  ['select a\nfrom t\njoin u using b, c\nwhere d', 'select a\nfrom t\njoin u using (b, c)\nwhere d', 3],
  ['select a\nfrom t\nwhere d > date 2025-01-31', "select a\nfrom t\nwhere d > date '2025-01-31'", 3],
  ['with order as (select 1)\nselect * from order', 'with "order" as (select 1)\nselect * from "order"', 1],
  ['select lag(a) (order by b) as c\nfrom t', 'select lag(a) over (order by b) as c\nfrom t', 1],
  [
    "select end.a, case when b then 1 end as b\nfrom {{ ref('t') }} end on end.c = 1",
    'select "end".a, case when b then 1 end as b\nfrom {{ ref(\'t\') }} "end" on "end".c = 1',
    1,
  ],
  ['select a\nfrom t\ngroup by a\nwhere b\n', 'select a\nfrom t\nwhere b\ngroup by a\n', 4],
  [
    "select case when a then 1 elsif b then 2 end\nfrom {{ ref('t') }}",
    "select case when a then 1 when b then 2 end\nfrom {{ ref('t') }}",
    1,
  ],
])('%j', async (wrong, right, line) => {
  expect(await fixes(wrong, line)).toContain(right)
})

it('leaves alone what stands in texts, comments and Jinja', async () => {
  const text = "select 'a && b' -- && `x`\nfrom {{ ref('a') && 1 }}"
  expect(await fixes(text, 1)).toEqual([])
})

it('SQL with a name for each expression, and none for settings and blocks', () => {
  const text = "{{ config(a=1) }}\nselect {{ x('a') }} as b\n{% if c %}from t{% endif %}"
  expect(plainSql(text)?.trim()).toMatch(/^select jinja_+ as b\s+from t$/)
  expect(plainSql('select 1; drop table t')).toBe(null)
  expect(plainSql('delete from t')).toBe(null)
  expect(plainSql('select {{ a')).toBe(null)
})

it('drops what the warehouse cannot read, and keeps all where it reads none', async () => {
  const asked: string[] = []
  const dbt = (isWrong: (sql: string) => boolean) =>
    ({
      query: async (statements: string[]) => {
        asked.push(...statements)
        return statements.map((s) => ({
          error: isWrong(s) ? 'syntax error at or near "x"' : 'no such table',
        }))
      },
    }) as unknown as DbtEngine
  const text = 'select a,, b\nfrom t'
  const files = { 'models/a.sql': text }
  const at = { stage: 'build', line: 1 } as const
  const message = 'syntax error at or near "x"'
  const all = await found(repair, message, files, at)
  const failure = { class: { id: 'D12' }, file: 'models/a.sql' } as Parameters<typeof readable>[1]
  const kept = await readable(all, failure, { adapter: 'postgres', dbt: dbt((s) => s.includes(',,')) })
  expect(kept.length).toBe(all.length)
  expect(asked.every((s) => s.startsWith('explain select'))).toBe(true)
  const [first] = all
  const two = [
    ...all,
    ...(first
      ? [
          {
            ...first,
            changes: { ...first.changes, changes: first.changes.changes.map((c) => ({ ...c, after: text })) },
          },
        ]
      : []),
  ] as typeof all
  expect(await readable(two, failure, { adapter: 'postgres', dbt: dbt((s) => s.includes(',,')) })).toEqual(
    all,
  )
  expect(await readable(two, failure, { adapter: 'postgres', dbt: dbt(() => true) })).toEqual(two)
})

it('casts, with the name that the column has outside', () => {
  const text =
    'select cast(a.b as decimal(10, 2)) as c, d::text, -- cast(x as int)\n cast(upper(e) as date) as f'
  expect(castsIn(text).map(({ inner, type, name }) => [inner, type, name])).toEqual([
    ['a.b', 'decimal(10, 2)', 'c'],
    ['upper(e)', 'date', 'f'],
    ['d', 'text', 'd'],
  ])
})

it('a join without its condition gets the columns that both of its sides have', async () => {
  const text = `with visits as (
    select member_no, count(*) as visits
    from {{ ref('sales') }}
    group by member_no
)
select members.name, visits.visits
from {{ ref('members') }} as members
left join visits
`
  const columns = (...names: string[]) => names.map((name) => ({ name, type: 'integer' }))
  const reads = [
    { id: 'model.p.members', label: 'members', columns: columns('name', 'member_no') },
    { id: 'model.p.sales', label: 'sales', columns: columns('member_no') },
  ]
  const at = { stage: 'build', line: 8, reads } as const
  const message = 'syntax error at end of input'
  const all = await found(joinCondition, message, { 'models/a.sql': text }, { ...at, reads })
  const [change] = all[0]?.changes.changes ?? []
  expect(change?.kind === 'edit' ? change.after : '').toBe(
    text.replace('left join visits', 'left join visits on members.member_no = visits.member_no'),
  )
  expect(all.every((c) => c.guess)).toBe(true)
  const whole = text.replace('left join visits', 'left join visits using (member_no)')
  expect(await found(joinCondition, message, { 'models/a.sql': whole }, { ...at, reads })).toEqual([])
})

it('a relation that is named and not read: its alias as it is written, or the one that it lacks', async () => {
  const fix = async (text: string, message = 'Binder Error: Referenced table "gallery" not found!') => {
    const all = await found(relationAlias, message, { 'models/a.sql': text }, { stage: 'build', line: 1 })
    return all.map(
      ({
        changes: {
          changes: [c],
        },
      }) => (c?.kind === 'edit' ? c.after : ''),
    )
  }
  const text = "select a.x, gallery.floor\nfrom {{ ref('a') }} as a\njoin {{ ref('g') }} as galleries on true"
  expect(await fix(text)).toContain(text.replace('gallery.', 'galleries.'))
  const bare = "select gallery.x, b.y\nfrom {{ ref('a') }}\njoin {{ ref('b') }} as b on gallery.id = b.id"
  expect(await fix(bare)).toContain(bare.replace("ref('a') }}", "ref('a') }} as gallery"))
  expect(await fix(bare, 'missing FROM-clause entry for table "gallery"')).toContain(
    bare.replace("ref('a') }}", "ref('a') }} as gallery"),
  )
  expect(await fix('select x from t')).toEqual([])
  const part = `Binder Error: Cannot extract field 'floor' from expression "gallery" because it is not a struct`
  expect(await fix(text, part)).toContain(text.replace('gallery.', 'galleries.'))
  const at = { stage: 'build' as const, line: 1 }
  const [far] = await found(
    relationAlias,
    'Binder Error: Referenced table "gallery" not found!',
    { 'models/a.sql': text },
    at,
  )
  expect(far?.guess).toBe(true)
})
