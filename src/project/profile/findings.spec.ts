import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formulaCandidates, formulaCounts } from './arithmetic.ts'
import { behaviourOf, type Evidence } from './behaviour.ts'
import { textForm } from './forms.ts'
import { dialectOf } from './sql.ts'
import { grainCandidate, grainOf } from './times.ts'
import type { Column, ColumnProfile } from './types.ts'

const duckdb = dialectOf('duckdb')
const numbers = (...names: string[]): Column[] =>
  names.map((name) => ({ name, type: 'DECIMAL(10,2)', kind: 'number' }))
const cents = fc.integer({ min: 1, max: 99_999 }).map((n) => n / 100)

function column(name: string, rest: Partial<ColumnProfile> = {}): ColumnProfile {
  return {
    name,
    type: 'DOUBLE',
    kind: 'number',
    nulls: 0,
    distinct: 100,
    approximate: false,
    min: '5',
    max: '900',
    blank: null,
    histogram: null,
    top: null,
    heaviest: null,
    pattern: null,
    form: null,
    grain: null,
    behaviour: null,
    ...rest,
  }
}

describe('a whole and its parts', () => {
  it('is found wherever it is, with columns beside that are no part of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cents, cents, cents, cents), { minLength: 12, maxLength: 40 }),
        (rows) => {
          const sample = rows.map(([a, b, c, noise]) => [a, (a + b + c).toFixed(2), noise, b, c])
          const found = formulaCandidates(numbers('a', 'total', 'noise', 'b', 'c'), sample)
          // Values that repeat too often say nothing, and then nothing is said.
          const varied = [0, 1, 2, 3].every((i) => new Set(rows.map((r) => r[i])).size > 6)
          if (varied) expect(found).toContainEqual({ kind: 'sum', whole: 'total', parts: ['a', 'b', 'c'] })
          for (const f of found) expect(f.whole === 'noise' || f.parts.includes('noise')).toBe(false)
        },
      ),
    )
  })

  it('one row that does not come out is enough to say nothing', () => {
    const rows = Array.from({ length: 30 }, (_, i) => [i * 1.37, ((i * 7) % 11) + 0.5, 0])
    const sample = rows.map(([a = 0, b = 0]) => [a, b, a + b])
    expect(formulaCandidates(numbers('a', 'b', 'c'), sample)).toEqual([
      { kind: 'sum', whole: 'c', parts: ['a', 'b'] },
    ])
    sample[17] = [1, 2, 4]
    expect(formulaCandidates(numbers('a', 'b', 'c'), sample)).toEqual([])
  })

  it('products are found with the rounding of money, and not from ones and zeros', () => {
    const rows = Array.from({ length: 20 }, (_, i) => [(i % 7) + 2, 1.99 + i * 0.333])
    const sample = rows.map(([n = 0, p = 0]) => [n, p.toFixed(3), (n * Number(p.toFixed(3))).toFixed(2)])
    expect(formulaCandidates(numbers('n', 'price', 'amount'), sample)).toEqual([
      { kind: 'product', whole: 'amount', parts: ['n', 'price'] },
    ])
    expect(
      formulaCandidates(
        numbers('n', 'price', 'amount'),
        rows.map((_, i) => [1, i, i]),
      ),
    ).toEqual([])
  })

  it('is counted over all rows, exactly for whole numbers', () => {
    const whole = numbers('a', 'b', 'c').map((c) => ({ ...c, kind: 'integer' as const }))
    const formula = { kind: 'sum' as const, whole: 'c', parts: ['a', 'b'] }
    expect(formulaCounts(formula, whole, duckdb)[1]).toBe('count(case when "c" <> "a" + "b" then 1 end)')
    expect(formulaCounts(formula, numbers('a', 'b', 'c'), duckdb)[1]).toContain('abs("c" - ("a" + "b")) >')
  })
})

describe('the grain of times', () => {
  const day = (rest: Partial<ColumnProfile> = {}) =>
    column('d', { kind: 'date', min: '2024-01-01', max: '2024-03-01', ...rest })
  const texts = (...all: string[]) => all.map((t) => [t])

  it.each([
    [['2024-01-01', '2023-01-01'], 'year'],
    [['2024-01-01', '2024-03-01'], 'month'],
    [['2024-01-01', '2024-03-02'], 'day'],
    [['2024-01-01 00:00:00', '2024-03-02 00:00:00'], 'day'],
    [['2024-01-01 10:00:00+00', '2024-03-02 11:00:00+00'], 'hour'],
    [['2024-01-01 10:00:05', '2024-03-02 11:00:00'], 'second'],
    [['2024-01-01 10:00:05.250', '2024-03-02 11:00:00'], null],
    [['infinity', '2024-03-02'], null],
  ])('%j keep to the %s', (values, unit) => {
    expect(grainCandidate(day(), texts(...values), 0)).toBe(unit)
  })

  it('tells gaps and how long ago it ended', () => {
    expect(grainOf(day(), 'month', [0, 2], '2024-03-11')).toEqual({
      unit: 'month',
      proven: true,
      step: 'month',
      present: 2,
      missing: 1,
      endsDaysAgo: 10,
    })
    expect(grainOf(day(), 'day', [0, 61], '2024-02-01')).toMatchObject({ missing: 0, endsDaysAgo: -29 })
  })

  it('a unit that some row does not keep to is not claimed, one that was not counted is not proven', () => {
    expect(grainOf(day(), 'month', [3, 2], '2024-03-11')).toMatchObject({ unit: null, missing: null })
    expect(grainOf(day(), 'day', undefined, '2024-03-11')).toMatchObject({
      unit: 'day',
      proven: false,
      missing: null,
    })
    expect(grainOf(day({ max: 'infinity' }), 'day', [0, 5], '2024-03-11')).toMatchObject({
      endsDaysAgo: null,
    })
  })
})

describe('what texts are', () => {
  it.each([
    [['6fa459ea-ee8a-3ca4-894e-db77e160355e', '16fd2706-8baf-433b-82eb-8c7fada847da'], 'uuid'],
    [['a@b.example', 'x.y@z.co'], 'e-mail address'],
    [['2024-01-31', '1999-12-01'], 'date'],
    [['2024-13-31', '1999-12-01'], null],
    [['2024-01-31T10:00:00Z', '2024-01-31 10:00'], 'time stamp'],
    [['007', '12'], 'whole number'],
    [['yes', 'No'], 'yes or no'],
    [['https://a.b/c', 'http://d'], 'web address'],
    [['{"a": 1}', '[]'], 'JSON'],
    [['d41d8cd98f00b204e9800998ecf8427e', '9e107d9d372bb6826bd81d3542a419d6'], 'hash'],
    [['one', 'two'], null],
    [['', ' '], null],
  ])('%j', (values, form) => {
    expect(
      textForm(
        values.map((v) => [v]),
        0,
      ),
    ).toBe(form)
  })
})

describe('how numbers add up', () => {
  const none: Evidence = {
    rows: 1000,
    sampled: 1000,
    keys: [],
    dependencies: [],
    formulas: [],
    inclusions: [],
    series: [],
  }
  const sum = { kind: 'sum' as const, whole: 'x', parts: ['fee', 'tax'], rows: 1000 }
  const product = { kind: 'product' as const, whole: 'x', parts: ['n', 'p'], rows: 1000 }
  const integer = { kind: 'integer' as const }
  const all = [column('n', integer), column('p'), column('name', { kind: 'text' })]
  const series = (roughness: number) => [{ column: 'v', over: 'day', per: ['a'], roughness }]

  it.each<[string, ColumnProfile, Partial<Evidence>, string, string]>([
    ['a key', column('v', integer), { keys: [{ columns: ['v'], proven: true }] }, 'identifier', 'rows'],
    [
      'part of a key',
      column('v', integer),
      { keys: [{ columns: ['v', 'w'], proven: true }] },
      'identifier',
      'rows',
    ],
    [
      'a key that is not proven',
      column('v', integer),
      { keys: [{ columns: ['v'], proven: false }] },
      'unknown',
      'nothing',
    ],
    ['a measure is no key', column('v'), { keys: [{ columns: ['v'], proven: true }] }, 'unknown', 'nothing'],
    [
      'with a name',
      column('n', integer),
      { dependencies: [{ from: 'n', to: 'name', proven: true }] },
      'code',
      'rows',
    ],
    ['the whole', column('x'), { formulas: [sum] }, 'additive', 'rows'],
    ['a part', column('tax'), { formulas: [sum] }, 'additive', 'rows'],
    ['a count of a product', column('n', integer), { formulas: [product] }, 'additive', 'rows'],
    ['a price', column('p'), { formulas: [product] }, 'ratio', 'rows'],
    ['between 0 and 1', column('v', { min: '0.01', max: '0.99' }), {}, 'ratio', 'rows'],
    [
      'constant in a group',
      column('v'),
      { dependencies: [{ from: 'k', to: 'v', proven: true }] },
      'attribute',
      'rows',
    ],
    ['standing', column('v'), { series: series(0.01) }, 'balance', 'rows'],
    ['flowing', column('v'), { series: series(1.9) }, 'unknown', 'nothing'],
    ['a name', column('total_amount'), {}, 'additive', 'name'],
    ['a name with an average', column('avg_amount'), {}, 'ratio', 'name'],
    ['a word in a word', column('duration'), {}, 'additive', 'name'],
    ['a name in another case', column('unitPrice'), {}, 'ratio', 'name'],
    ['nothing', column('v', integer), {}, 'unknown', 'nothing'],
  ])('%s', (_, one, evidence, is, from) => {
    expect(behaviourOf(one, { ...none, ...evidence }, [...all, one])).toMatchObject({ is, from })
  })

  it('nothing is said of what is no number', () => {
    expect(behaviourOf(column('v', { kind: 'text' }), none, [])).toBeNull()
  })
})
