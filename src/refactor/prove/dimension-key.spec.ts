import { expect, it } from 'vitest'
import { judged } from './dimension-key.ts'

const names = { fact: 'fct_a', dimension: 'dim_b' }
const told = (...numbers: number[]) => judged({ key: 'b_key' }, numbers, names)

it('holds where each row finds one row, that of its value', () => {
  expect(told(10, 10, 0, 0, 9, 0)).toMatchObject({ holds: true })
  expect(told(10, 10, 0, 0, 9, 0).text).toBe(
    '9 of 10 rows of fct_a find the row of their value in dim_b by b_key',
  )
})

it('does not hold with nulls, keys of no row, rows that become more, or the row of another value', () => {
  const wrong = (...numbers: number[]) => {
    const { holds, text } = told(...numbers)
    expect(holds).toBe(false)
    return text
  }
  expect(wrong(10, 10, 1, 1, 9, 0)).toContain('b_key is null in 1 row')
  expect(wrong(10, 10, 0, 2, 8, 0)).toContain('2 rows find no row of dim_b')
  expect(wrong(10, 11, 0, 0, 11, 0)).toContain('10 rows become 11 rows')
  expect(wrong(10, 10, 0, 0, 7, 3)).toContain('3 rows find the row of another value')
})
