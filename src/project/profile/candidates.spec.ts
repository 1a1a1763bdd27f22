import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dependencyCandidates, keyCandidates, patternOf, topValues } from './candidates.ts'
import type { ColumnProfile } from './types.ts'

function column(name: string, rest: Partial<ColumnProfile> = {}): ColumnProfile {
  return {
    name,
    type: 'INTEGER',
    kind: 'integer',
    nulls: 0,
    distinct: 10,
    approximate: false,
    min: null,
    max: null,
    blank: null,
    histogram: null,
    top: null,
    pattern: null,
    heaviest: null,
    form: null,
    grain: null,
    behaviour: null,
    ...rest,
  }
}

const columns = (n: number) => Array.from({ length: n }, (_, i) => column(`c${i}`, { distinct: 1000 }))
/** Rows of small numbers, so that they repeat. */
const rows = fc
  .integer({ min: 2, max: 5 })
  .chain((n) =>
    fc.array(fc.array(fc.nat(3), { minLength: n, maxLength: n }), { minLength: 2, maxLength: 30 }),
  )

const distinctOf = (sample: unknown[][], set: number[]) =>
  new Set(sample.map((row) => JSON.stringify(set.map((at) => row[at])))).size
const at = (name: string) => Number(name.slice(1))

describe('key candidates', () => {
  it('are unique in the sample, and no part of them is', () => {
    fc.assert(
      fc.property(rows, (sample) => {
        const all = columns(sample[0]?.length ?? 0)
        for (const key of keyCandidates(all, sample, 50)) {
          const set = key.map(at)
          expect(distinctOf(sample, set)).toBe(sample.length)
          if (set.length > 2)
            for (const one of set)
              expect(
                distinctOf(
                  sample,
                  set.filter((x) => x !== one),
                ),
              ).toBeLessThan(sample.length)
        }
      }),
    )
  })

  it('are those with the fewest combinations to spare, and enough of them', () => {
    const sample = Array.from({ length: 12 }, (_, i) => [i, i % 2, i % 3, i % 5])
    const all = [600, 2, 3, 5].map((distinct, i) => column(`c${i}`, { distinct }))
    expect(keyCandidates(all, sample, 2, 1200)).toEqual([
      ['c0', 'c1'],
      ['c0', 'c2'],
    ])
    expect(keyCandidates(all, sample, 1, 6000)).toEqual([['c0', 'c3']])
  })

  it('leave out columns with nulls, measures and what cannot be compared', () => {
    const all = [
      column('a', { nulls: 1 }),
      column('b', { kind: 'number' }),
      column('c', { kind: 'other' }),
      column('d'),
    ]
    const sample = [0, 1, 2, 3].map((i) => [i, i, i, i % 2])
    expect(keyCandidates(all, sample, 9)).toEqual([])
  })
})

describe('dependencies', () => {
  it('hold in every row of the sample', () => {
    fc.assert(
      fc.property(rows, (sample) => {
        for (const { from, to } of dependencyCandidates(columns(sample[0]?.length ?? 0), sample, 50)) {
          expect(distinctOf(sample, [at(from), at(to)])).toBe(distinctOf(sample, [at(from)]))
        }
      }),
    )
  })

  it('say only what does not follow from others: zone to borough, not zone to country too', () => {
    const zone = [0, 1, 2, 3, 4, 5, 6, 7]
    const sample = [...zone, ...zone, ...zone].map((z) => [z, Math.floor(z / 2), Math.floor(z / 4)])
    expect(dependencyCandidates(columns(3), sample, 9)).toEqual([
      { from: 'c0', to: 'c1' },
      { from: 'c1', to: 'c2' },
    ])
  })
})

describe('values', () => {
  it('are listed with their share where they are few; null is not one of them', () => {
    const sample = [['a'], ['a'], ['b'], [null]]
    expect(topValues(sample, 0, 6)).toEqual([
      { value: 'a', share: 0.5 },
      { value: 'b', share: 0.25 },
    ])
    expect(topValues(sample, 0, 1)).toBeNull()
  })

  it.each([
    [['AB-123', 'XY-987'], 'AA-999'],
    [['2024-01-31', '1999-12-01'], '9999-99-99'],
    [['deadbeef', 'cafebabe'], 'a+'],
    [['Änne', 'Bela'], 'Aaaa'],
    [['one', 'two words'], null],
    [['only'], null],
  ])('have a form where nearly all have it: %j', (texts, form) => {
    expect(
      patternOf(
        texts.map((t) => [t]),
        0,
      ),
    ).toBe(form)
  })
})
