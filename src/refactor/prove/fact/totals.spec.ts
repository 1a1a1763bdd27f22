import { describe, expect, it } from 'vitest'
import { sameTotal, shownTotal, type Total } from './totals.ts'

const of = (total: string | null, type: string | null, moved = total): Total => ({
  values: 1,
  total,
  moved,
  type,
})

describe('totals', () => {
  it.each([
    ['6433', 'HUGEINT', '6433.00', 'DECIMAL(38,2)', true],
    ['0.10', 'DECIMAL(38,2)', '0.11', 'DECIMAL(38,2)', false],
    // One part in 10^12: more than nothing between decimals, the order of adding up between floats.
    ['1000000000000.01', 'numeric', '1000000000000.02', 'numeric', false],
    ['1000000000000.01', 'DOUBLE', '1000000000000.02', 'DOUBLE', true],
    ['100.00001', 'double precision', '100.00002', 'double precision', false],
    ['100.00001', 'real', '100.00002', 'real', true],
    ['1e+20', 'DOUBLE', '1.00000000000001e+20', 'DOUBLE', true],
    ['NaN', 'DOUBLE', 'NaN', 'DOUBLE', true],
    ['NaN', 'DOUBLE', '1', 'DOUBLE', false],
  ])('%s (%s) and %s (%s): %s', (a, typeA, b, typeB, same) => {
    expect(sameTotal(of(a, typeA), of(b, typeB))).toBe(same)
  })

  it('plus and minus that cancel out are as exact as what was added up', () => {
    expect(sameTotal(of('1e-9', 'DOUBLE', '5000'), of('0', 'DOUBLE', '5000'))).toBe(true)
    expect(sameTotal(of('1', 'DOUBLE', '5000'), of('0', 'DOUBLE', '5000'))).toBe(false)
  })

  it('nothing equals nothing alone', () => {
    expect(sameTotal(of(null, 'numeric'), of(null, 'numeric'))).toBe(true)
    expect(sameTotal(of(null, 'numeric'), of('0', 'numeric'))).toBe(false)
  })

  it.each([
    ['84214.870', 'DECIMAL(38,3)', '84,214.87'],
    ['-1234567.5', 'numeric', '-1,234,567.5'],
    ['123456789012345678901234', 'HUGEINT', '123,456,789,012,345,678,901,234'],
    ['84214.870000000001', 'DOUBLE', '84,214.87'],
  ])('%s (%s) is shown as %s', (text, type, shown) => {
    expect(shownTotal(of(text, type))).toBe(shown)
  })
})
