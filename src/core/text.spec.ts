import { describe, expect, it } from 'vitest'
import { ago, count, list, nearest, seconds, shellQuote } from './text.ts'

describe('words', () => {
  it('counts', () => {
    expect([count(1, 'row'), count(6433, 'row'), count(0, 'query', 'queries')]).toEqual([
      '1 row',
      '6,433 rows',
      '0 queries',
    ])
  })

  it('tells durations and ages', () => {
    expect([seconds(0.04), seconds(2.14), seconds(31.6), seconds(184)]).toEqual([
      '0.0 s',
      '2.1 s',
      '32 s',
      '3m 4s',
    ])
    const now = new Date('2026-11-21T12:00:00Z')
    const agoMs = (ms: number) => ago(new Date(now.getTime() - ms), now)
    expect([agoMs(5000), agoMs(240_000), agoMs(7_200_000), agoMs(3 * 86_400_000)]).toEqual([
      'just now',
      '4 min ago',
      '2 hours ago',
      '3 days ago',
    ])
  })

  it('lists, and cuts long lists', () => {
    expect([list(['a']), list(['a', 'b']), list(['a', 'b', 'c'], 2)]).toEqual([
      'a',
      'a and b',
      'a, b and 1 more',
    ])
  })

  it('finds the nearest names and no far ones', () => {
    expect(nearest('fct_trip', ['dim_zone', 'fct_trips', 'stg_trips'])).toEqual(['fct_trips'])
    expect(nearest('zzz', ['dim_zone'])).toEqual([])
  })

  it('quotes what a shell would take apart', () => {
    expect([shellQuote('+fct_trips'), shellQuote('a b'), shellQuote("it's"), shellQuote('@x')]).toEqual([
      '+fct_trips',
      "'a b'",
      `'it'\\''s'`,
      '@x',
    ])
  })
})
