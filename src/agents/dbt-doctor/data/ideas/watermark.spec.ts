/** What is proposed for the part of a model that takes what is new. */
import { expect, it } from 'vitest'
import { turnsIn } from './watermark.ts'

const model = (bound: string) =>
  `select * from a\n{% if is_incremental() %}\n  where at ${bound}\n{% endif %}\nwhere x + 1 > 0`

const after = (bound: string) => {
  const raw = model(bound)
  return turnsIn(raw, 'models/a.sql')
    .sort((a, b) => b.score - a.score)
    .map(({ edits: [e] }) => (e ? raw.slice(0, e.start) + e.text + raw.slice(e.end) : ''))
}

it('a bound that looks ahead looks back', () => {
  expect(after("> (select max(at) + interval '3 days' from {{ this }})")[0]).toBe(
    model("> (select max(at) - interval '3 days' from {{ this }})"),
  )
  expect(after("> (select {{ dbt.dateadd('day', 3, 'max(at)') }} from {{ this }})")[0]).toBe(
    model("> (select {{ dbt.dateadd('day', -3, 'max(at)') }} from {{ this }})"),
  )
  expect(after('> (select dateadd(day, 1, max(at)) from {{ this }})')).toContain(
    model('> (select dateadd(day, -1, max(at)) from {{ this }})'),
  )
})

it('what came at the same time is new too; what is before the bound is not', () => {
  expect(after('> (select max(at) from {{ this }})')).toEqual([model('>= (select max(at) from {{ this }})')])
  expect(after('< (select max(at) from {{ this }})')).toEqual([model('> (select max(at) from {{ this }})')])
})

it('more is taken, and never less: a bound that looks back stays', () => {
  expect(after("> (select max(at) - interval '3 days' from {{ this }})")).toEqual([
    model(">= (select max(at) - interval '3 days' from {{ this }})"),
  ])
  expect(after(">= (select max(at) - interval '3 days' from {{ this }})")).toEqual([])
  expect(after("- interval '3 days' >= (select max(at) from {{ this }})")).toEqual([
    model("+ interval '3 days' >= (select max(at) from {{ this }})"),
  ])
})

it('nothing outside of it is touched, nor where nothing tells what is new', () => {
  expect(turnsIn('select a + 1 from t where b > 2', 'models/a.sql')).toEqual([])
})
