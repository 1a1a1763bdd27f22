import { describe, expect, it } from 'vitest'
import { beginOf, nextOf } from '../operations/periods.ts'
import { boundsIn, periodIn, periodSaid } from './parts-said.ts'

describe('DBL-2: the rows of a part in words', () => {
  it.each([
    ['2024', '2024-01-01', '2025-01-01'],
    ['Q4 2026', '2026-10-01', '2027-01-01'],
    ['2026-12', '2026-12-01', '2027-01-01'],
    ['2024-02-28', '2024-02-28', '2024-02-29'],
    ['2026-12-28 up to 2027-01-04', '2026-12-28', '2027-01-04'],
  ])('%s is from %s up to %s, and is said so again', (said, from, to) => {
    expect(boundsIn(said)).toEqual({ bounds: { kind: 'range', from, to }, by: null })
    expect(periodSaid(from, to)).toBe(said)
  })

  it.each(['2026-13', '2026-02-30', 'next month', 'February', 'Q5 2026', '12/2026'])(
    '%s is no period',
    (said) => {
      expect(periodIn(said)).toBeNull()
    },
  )

  it.each([
    ['day', '2026-11-22', '2026-11-22', '2026-11-23'],
    ['week', '2026-11-22', '2026-11-16', '2026-11-23'],
    ['month', '2026-12-31', '2026-12-01', '2027-01-01'],
    ['quarter', '2026-06-30', '2026-04-01', '2026-07-01'],
    ['year', '2028-02-29', '2028-01-01', '2029-01-01'],
  ] as const)('a %s with %s begins at %s, and the next at %s', (interval, day, begin, next) => {
    expect(beginOf(day, interval)).toBe(begin)
    expect(nextOf(begin, interval)).toBe(next)
  })
})
