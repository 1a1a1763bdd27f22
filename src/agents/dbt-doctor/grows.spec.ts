/** Which column tells what is new in a model, as its SQL says it. */
import { expect, it } from 'vitest'
import { latestOf } from './grows.ts'

const model = (condition: string) =>
  `select max(b) from a\n{% if is_incremental() %}\nwhere ${condition}\n{% endif %}\n`

it.each([
  ['x >= (select max(loaded_at) from {{ this }})', 'loaded_at'],
  ["x >= (select max(t.at) - interval '1 day' from {{ this }} as t)", 'at'],
  ['x > (select max("Loaded At") from {{ this }})', '"Loaded At"'],
  ['x > 3', null],
])('%s', (condition, column) => {
  expect(latestOf(model(condition))).toBe(column)
})

it('nothing is told by two columns, or outside of what holds for a table that stands', () => {
  const two = 'x > (select max(a) from {{ this }})'
  expect(latestOf(model(two) + model(two.replace('max(a)', 'max(b)')))).toBeNull()
  expect(latestOf('select max(a) from b')).toBeNull()
})
