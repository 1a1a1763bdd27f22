import { describe, expect, it } from 'vitest'
import { estimatesIn as inMariadb } from './mysql/statistics.ts'
import { estimatesIn as inPostgres, staleWords } from './postgres/statistics.ts'

const node = (type: string, expected: number, found: number) => ({
  'Node Type': type,
  'Plan Rows': expected,
  'Actual Rows': found,
  'Actual Loops': 1,
})
const scan = (expected: number, found: number, over: object = {}) => ({
  ...node('Seq Scan', expected, found),
  'Relation Name': 'orders',
  Alias: 'o',
  ...over,
})

describe('what a server expected of a query', () => {
  it('Postgres says for each table by its alias, and for groups', () => {
    expect(inPostgres({ ...node('Aggregate', 5, 40), Plans: [scan(10, 900)] })).toEqual([
      { of: null, expected: 5, found: 40 },
      { of: 'o', expected: 10, found: 900 },
    ])
  })

  it('what a limit stopped early, or what never ran, tells nothing', () => {
    const limit = node('Limit', 10, 10)
    expect(inPostgres({ ...limit, Plans: [scan(900, 10)] })).toEqual([])
    expect(inPostgres({ ...limit, Plans: [scan(1, 10)] })).toHaveLength(1)
    expect(inPostgres(scan(900, 0, { 'Actual Loops': 0 }))).toEqual([])
  })

  it('MariaDB says by what is left of the rows that are read, however deep it stands', () => {
    const table = { table_name: 'o', rows: 1000, filtered: 100, r_rows: 1000, r_filtered: 2.5 }
    expect(
      inMariadb({ query_block: { nested_loop: [{ table }, { table: { table_name: 'p', rows: 4 } }] } }),
    ).toEqual([{ of: 'o', expected: 1000, found: 25 }])
  })
})

describe('what a server knows of a table', () => {
  it.each([
    [{ live: 50_000, changed: 50_000, known: 0, analysed: null }, /never analysed/],
    [
      { live: 50_000, changed: 20_000, known: 4, analysed: '2026-01-31 10:00 UTC' },
      /20000 of 50000 rows .* at 2026/,
    ],
    [{ live: 50_000, changed: 4000, known: 4, analysed: '2026-01-31 10:00 UTC' }, null],
    [{ live: 90, changed: 90, known: 0, analysed: null }, null],
    [undefined, null],
  ])('%j', (row, said) => {
    if (said === null) expect(staleWords(row)).toBeNull()
    else expect(staleWords(row)).toMatch(said)
  })
})
