import { describe, expect, it } from 'vitest'
import { type FactCounts, judged } from './judge.ts'
import type { FactClaim } from './sql.ts'

const claim: FactClaim = {
  kind: 'fact',
  node: 'model.p.fct_a',
  key: 'a_key',
  grain: ['a', 'line'],
  foreignKeys: [
    {
      column: 'zone_key',
      role: 'pickup',
      dimension: 'model.p.dim_zone',
      dimensionKey: 'zone_key',
      unknown: [{ column: 'zone', value: 'Unknown' }],
    },
    { column: 'day_key', role: null, dimension: null, dimensionKey: null, unknown: [] },
  ],
  origin: 'model.p.stg_a',
  where: "status <> 'test'",
  distinct: ['a', 'line', 'fare'],
  latest: null,
  measures: [
    { column: 'fare', from: 'fare', additivity: 'additive' },
    { column: 'share', from: null, additivity: 'non-additive' },
  ],
}
const total = (text: string | null, values = 10, type = 'DECIMAL(38,2)') => ({
  values,
  total: text,
  moved: text,
  type,
})
/** Fifteen rows, three filtered, two copies. */
const GOOD: FactCounts = {
  rows: 10,
  grain: 10,
  keys: 10,
  nulls: { a_key: 0, a: 0, line: 0 },
  foreignKeys: [
    { nulls: 0, found: { none: 0, many: 0, unknown: 1 } },
    { nulls: 0, found: null },
  ],
  origin: { rows: 15, meant: 12, kept: 10, different: 10 },
  measures: [
    { fact: total('1234.50'), origin: total('1234.5'), whole: total('2000') },
    { fact: total('3'), origin: null, whole: null },
  ],
  levels: [
    { label: 'raw.a', rows: 17, totals: new Map([[0, total('2000.00')]]), changes: 'it filters by gone' },
  ],
  why: null,
}
const names = { fact: 'fct_a', origin: 'stg_a' }
const proofOf = (over: Partial<FactCounts>) => judged(claim, { ...GOOD, ...over }, names)

describe('FACT-5: the proof of a fact', () => {
  it('holds, and tells rows and totals from the raw table to the fact', () => {
    const { holds, text, lines } = proofOf({})
    expect({ holds, text, lines }).toEqual({
      holds: true,
      text: 'fct_a has 10 rows, one for each a and line; 1 foreign key finds its row; rows and 1 total reconcile with stg_a and raw.a',
      lines: [
        'fct_a: 10 rows, one for each a and line; a_key is unique and never null.',
        'zone_key (pickup) finds exactly one row of dim_zone in every row, the unknown member in 1 of them (10%).',
        'day_key is never null; it was not joined: its dimension is not known.',
        'Rows: 17 in raw.a, 15 in stg_a, of which 3 are filtered and 2 are copies, 10 in fct_a.',
        'Total of fare: 1,234.5 in stg_a and fct_a; of all rows 2,000 in raw.a and stg_a.',
        'share was not compared: stg_a alone does not tell it.',
        'Note: stg_a has 2 rows less than raw.a: it filters by gone.',
      ],
    })
  })

  it.each<[string, Partial<FactCounts>, RegExp]>([
    ['a grain that comes twice', { grain: 9 }, /10 rows for 9 of its grain, a and line$/],
    ['no grain', { grain: null }, /no column names its grain/],
    ['a key twice', { keys: 9 }, /10 rows have 9 keys in a_key$/],
    ['a null in the grain', { nulls: { line: 2 } }, /line is null in 2 rows$/],
    [
      'a null foreign key',
      {
        foreignKeys: [
          { nulls: 0, found: null },
          { nulls: 4, found: null },
        ],
      },
      /day_key is null in 4 rows$/,
    ],
    [
      'an orphan',
      { foreignKeys: [{ nulls: 0, found: { none: 1, many: 0, unknown: 0 } }] },
      /zone_key finds no row of dim_zone in 1 row$/,
    ],
    [
      'two rows for one key',
      { foreignKeys: [{ nulls: 0, found: { none: 0, many: 5, unknown: 0 } }] },
      /more than one row of dim_zone in 5 rows$/,
    ],
    [
      'rows that are lost',
      { rows: 8, grain: 8, keys: 8 },
      /it has 8 of 10 rows of stg_a: 2 are lost between stg_a and fct_a$/,
    ],
    ['rows too many', { rows: 11, grain: 11, keys: 11 }, /it has 11 rows for 10 of stg_a: 1 too many$/],
    [
      'copies that differ',
      { origin: { rows: 15, meant: 12, kept: 12, different: 10 } },
      /2 rows of stg_a equal another in a, line and fare and not in the measures/,
    ],
    [
      'another total',
      { measures: [{ fact: total('1'), origin: total('2'), whole: null }] },
      /total of fare is 1 in fct_a and 2 in stg_a$/,
    ],
    [
      'nulls that were filled',
      { measures: [{ fact: total('2', 10), origin: total('2', 8), whole: null }] },
      /fare has a value in 10 rows of fct_a and in 8 of stg_a$/,
    ],
  ])('fails with %s', (_, over, words) => {
    const proof = proofOf(over)
    expect(proof.holds).toBe(false)
    expect(proof.text).toMatch(words)
  })

  it('rows that nothing explains before the origin are said to be so, and do not fail', () => {
    const levels = [{ label: 'raw.a', rows: 16, totals: new Map([[0, total('2001')]]), changes: null }]
    const { holds, lines } = proofOf({ levels, why: 'stg_b reads two' })
    expect(holds).toBe(true)
    expect(lines).toEqual(
      expect.arrayContaining([
        'Note: stg_a has 1 row less than raw.a: nothing in its SQL says why.',
        'Note: what becomes fare adds up to 2,001 in raw.a and to 2,000 in stg_a.',
        'Note: not followed to a raw table: stg_b reads two.',
      ]),
    )
  })

  it('claims nothing of a fact without rows', () => {
    const empty = { rows: 0, meant: 0, kept: 0, different: 0 }
    const { holds, text } = proofOf({ rows: 0, grain: 0, keys: 0, origin: empty, measures: [] })
    expect(holds).toBe(true)
    expect(text).toBe('fct_a has no rows, as stg_a has none: keys and totals could not be seen')
  })
})
