import { describe, expect, it } from 'vitest'
import { maskValues } from './mask.ts'

describe('masking of row values', () => {
  it.each([
    [
      "Conversion Error: Could not convert string 'jane@x.org' to INT32",
      "Conversion Error: Could not convert string '***' to INT32",
    ],
    ['invalid input syntax for type integer: "jane"', 'invalid input syntax for type integer: "***"'],
    ['date/time field value out of range: "1999-13-01"', 'date/time field value out of range: "***"'],
    ['DETAIL: Key (email)=(jane@x.org) already exists.', 'DETAIL: Key (email)=(***) already exists.'],
    ['DETAIL: Failing row contains (1, jane, (x)).', 'DETAIL: Failing row contains (***).'],
    [
      'Duplicate key "id: 42" violates unique constraint',
      'Duplicate key "id: ***" violates unique constraint',
    ],
    [
      "ValueError: could not convert string to float: 'jane'",
      "ValueError: could not convert string to float: '***'",
    ],
    [
      "ValueError: invalid literal for int() with base 10: 'jane'",
      "ValueError: invalid literal for int() with base 10: '***'",
    ],
    ["time data 'yesterday' does not match format '%Y'", "time data '***' does not match format '%Y'"],
    ["Type INT32 with value 70000 can't be cast", "Type INT32 with value *** can't be cast"],
  ])('%s', (message, masked) => {
    expect(maskValues(message)).toBe(masked)
  })

  it('keeps names of tables and columns', () => {
    const message =
      'Binder Error: Referenced column "fare" not found in FROM clause! Candidate bindings: "fare_amount"'
    expect(maskValues(message)).toBe(message)
  })
})
