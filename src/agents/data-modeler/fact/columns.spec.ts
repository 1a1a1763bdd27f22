import { describe, expect, it } from 'vitest'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { sortColumns } from './columns.ts'
import { extendedAmount, headerAmounts, isLineTable } from './header.ts'
import { currencyOf, mainAmount, measuresOf } from './measures.ts'
import type { Hit } from './reach.ts'
import { column, given, id, lab, side, time } from './test-lab.ts'
import type { Measure } from './types.ts'

const names = (columns: { name: string }[]) => columns.map((c) => c.name)

describe('FACT-3: each column in its place', () => {
  const events = side(
    'stg_orders',
    [
      id('order_id'),
      column('order_number', 'text', { distinct: 1000, pattern: 'AA-999' }),
      column('channel', 'text', { distinct: 4 }),
      column('is_gift', 'boolean', { distinct: 2 }),
      column('paid', 'text', { distinct: 2 }),
      column('note', 'text', { distinct: 900 }),
      column('order_year', 'integer', { distinct: 3 }),
      column('vendor_id', 'integer', { distinct: 5 }),
      column('quantity', 'integer'),
      column('latitude', 'number'),
      time('ordered_at'),
      time('updated_at'),
      time('_loaded_at'),
      column('empty', 'text', { distinct: 0, nulls: 1000 }),
      column('payload', 'other'),
    ],
    {},
    Array.from({ length: 20 }, (_, i) => [
      i,
      `AB-${i}`,
      'web',
      true,
      'Y',
      `please ring at the door number ${i} twice`,
      2024,
      1,
      2,
      5.1,
    ]),
  )
  const sorted = sortColumns(events, given({ grain: new Set(['order_id']) }))

  it('as times, numbers, codes, flags and identifiers', () => {
    expect(sorted.times.map((t) => t.column.name)).toEqual(['ordered_at'])
    expect(sorted.numbers.map((n) => n.column.name)).toEqual(['quantity'])
    expect(names(sorted.codes)).toEqual(['channel', 'vendor_id'])
    expect(names(sorted.flags)).toEqual(['is_gift', 'paid'])
    expect(names(sorted.degenerate)).toEqual(['order_id', 'order_number'])
  })

  it('a number that says what kind it is, or whose values are listed, is a code and no amount', () => {
    const of = side('rides', [
      id('ride_id'),
      column('payment_type', 'integer', { distinct: 5 }),
      column('fare_zone', 'integer', { distinct: 5 }),
      column('passengers', 'integer', { distinct: 5 }),
    ])
    const placed = sortColumns(of, given({ grain: new Set(['ride_id']), listed: new Set(['fare_zone']) }))
    expect(names(placed.codes)).toEqual(['payment_type', 'fare_zone'])
    expect(placed.numbers.map((n) => n.column.name)).toEqual(['passengers'])
  })

  it('or left out, with the reason', () => {
    const why = Object.fromEntries(sorted.left.map((l) => [l.column, l.why]))
    expect(why.note).toContain('free text')
    expect(why.order_year).toContain('part of a date')
    expect(why.latitude).toContain('a place')
    expect(why.updated_at).toContain('changed')
    expect(why._loaded_at).toContain('loading')
    expect(why.empty).toContain('null in all 1000 rows')
    expect(why.payload).toBeDefined()
  })

  it('every column is somewhere, and once', () => {
    const places = [
      ...sorted.times.map((t) => t.column),
      ...sorted.numbers.map((n) => n.column),
      ...sorted.codes,
      ...sorted.flags,
      ...sorted.degenerate,
    ]
    expect([...names(places), ...sorted.left.map((l) => l.column)].sort()).toEqual(
      names(events.profile.columns).sort(),
    )
  })
})

describe('FACT-3: measures', () => {
  const about = { kind: 'transaction', from: 'events', currency: null, described: () => '' } as const
  const measured = (columns: ColumnProfile[], rest: Partial<RelationProfile> = {}, more: object = {}) => {
    const of = side('sales', columns, rest)
    return measuresOf(
      of,
      columns.map((c) => ({ column: c, cast: null })),
      { ...about, currency: currencyOf(of), ...more },
    )
  }
  const ratio = {
    behaviour: { is: 'ratio', because: 'all values lie between 0 and 1', from: 'rows' },
  } as const

  it('a ratio is never additive, and a price whose parts are there is left out', () => {
    const formula = {
      kind: 'product',
      whole: 'amount',
      parts: ['quantity', 'unit_price'],
      rows: 1000,
    } as const
    const { measures, left } = measured(
      [
        column('quantity', 'integer'),
        column('unit_price', 'number'),
        column('amount', 'number'),
        column('margin', 'number', ratio),
      ],
      { formulas: [{ ...formula, parts: [...formula.parts] }] },
    )
    expect(measures.map((m) => [m.name, m.additivity])).toEqual([
      ['quantity', 'additive'],
      ['amount', 'additive'],
      ['margin', 'non-additive'],
    ])
    expect(left).toMatchObject([{ column: 'unit_price' }])
  })

  it('degrees, scores and concentrations are never additive, by name', () => {
    const readings = ['sugar_degrees', 'must_celsius', 'exam_scores', 'so2_concentration']
    const found = measured(readings.map((n) => column(n, 'number'))).measures
    expect(found.map((m) => m.additivity)).toEqual(readings.map(() => 'non-additive'))
  })

  it('a total price is an amount, a price beside a quantity is not', () => {
    const found = measured([
      column('total_price', 'number'),
      column('price', 'number'),
      column('quantity', 'integer'),
    ]).measures
    expect(found.map((m) => m.additivity)).toEqual(['additive', 'non-additive', 'additive'])
    expect(measured([column('price', 'number')]).measures[0]?.additivity).toBe('additive')
  })

  it('a level adds up over things alone; amounts in several currencies within one', () => {
    const balance = column('balance', 'number', {
      behaviour: { is: 'balance', because: 'it moves little', from: 'rows' },
    })
    expect(measured([balance], {}, { kind: 'periodic snapshot' }).measures[0]?.additivity).toBe(
      'semi-additive',
    )
    const amount = column('amount', 'number')
    const currency = column('currency', 'text', { distinct: 3 })
    const of = side('sales', [amount, currency])
    const [mixed] = measuresOf(of, [{ column: amount, cast: null }], {
      ...about,
      currency: currencyOf(of),
    }).measures
    expect(mixed).toMatchObject({ additivity: 'additive', within: 'currency', unit: 'column currency' })
  })

  it('units come from names, and from what the project says', () => {
    const [miles, usd, said] = measured(
      [column('distance_miles', 'number'), column('amount_usd', 'number'), column('fare', 'number')],
      {},
      { described: (c: string) => (c === 'fare' ? 'Fare in US dollars' : '') },
    ).measures
    expect([miles?.unit, usd?.unit, said?.unit]).toEqual(['miles', 'USD', 'US dollars'])
  })
})

describe('FACT-3: header and lines', () => {
  const lines = side('stg_order_items', [
    id('order_item_id'),
    id('order_id', { distinct: 300 }),
    column('unit_price', 'number'),
    column('quantity', 'integer'),
  ])
  const orders = side('stg_orders', [
    id('order_id'),
    time('ordered_at'),
    id('customer_id', { distinct: 50 }),
    column('total', 'number'),
  ])
  const hit: Hit = { column: 'order_id', of: orders, key: 'order_id', orphans: 0, rows: 1000, named: true }
  const header = { side: orders, hit, on: [], because: '' }
  const measure = (name: string, rest: Partial<Measure> = {}): Measure => ({
    from: 'events',
    column: { name, type: 'DOUBLE', kind: 'number' },
    name,
    additivity: 'additive',
    because: 'so',
    unit: null,
    way: 'as it is',
    by: null,
    ...rest,
  })

  it('lines are found by name and key', () => {
    expect(isLineTable(lab(), orders, lines, [hit])).toBe(hit)
    expect(isLineTable(lab(), orders, side('stg_payments', lines.profile.columns), [hit])).toBeNull()
  })

  it('sums of the lines are redundant, other amounts are shared, ratios stay behind', async () => {
    const on = [
      {
        events: { name: 'order_id', type: 'BIGINT', kind: 'integer' as const },
        header: { name: 'order_id', type: 'BIGINT', kind: 'integer' as const },
      },
    ]
    const main = measure('amount')
    const found = await headerAmounts(
      lab(() => [0, 300, 290, 300]),
      lines,
      { ...header, on },
      {
        own: [main],
        amounts: [
          measure('total', { from: 'header' }),
          measure('shipping', { from: 'header' }),
          measure('tax_rate', { from: 'header', additivity: 'non-additive' }),
        ],
        main,
      },
    )
    expect(found.measures).toMatchObject([{ name: 'shipping', way: 'allocate', by: 'amount' }])
    expect(found.left.map((l) => l.column)).toEqual(['total', 'tax_rate'])
  })

  it('what a line is worth is made where the source does not store it', () => {
    const price = measure('unit_price', { additivity: 'non-additive' })
    expect(extendedAmount(lines, [price, measure('quantity')])).toMatchObject({
      name: 'amount',
      way: 'product',
      by: 'quantity',
    })
    expect(extendedAmount(lines, [price, measure('quantity'), measure('line_amount')])).toBeNull()
    expect(mainAmount([measure('tax'), measure('net_amount')], lines)?.name).toBe('net_amount')
  })
})
