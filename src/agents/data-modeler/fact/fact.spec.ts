import { describe, expect, it } from 'vitest'
import { houseStyle } from '../../../project/conventions/house-style.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { columnProfile } from '../../../project/profile/test-profiles.ts'
import type { ColumnProfile, Kind, RelationProfile } from '../../../project/profile/types.ts'
import { castsOf } from './casts.ts'
import { sortColumns } from './columns.ts'
import { countersOf } from './counters.ts'
import { timeRoles } from './dimensions.ts'
import { foreignKeys, isEvents, namesOf } from './foreign.ts'
import { grainOf } from './grain.ts'
import { extendedAmount, headerAmounts, isLineTable } from './header.ts'
import { kindOf } from './kind.ts'
import type { Lab, Side } from './lab.ts'
import { loadOf } from './load.ts'
import { currencyOf, mainAmount, measuresOf } from './measures.ts'
import { isLoading, isUpdate, roleOfKey, roleOfTime } from './names.ts'
import { againstEvents } from './no-events.ts'
import { processWords } from './process.ts'
import type { Hit } from './reach.ts'
import type { Measure } from './types.ts'

const TYPES: Partial<Record<Kind, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

const column = (name: string, kind: Kind, rest: Partial<ColumnProfile> = {}): ColumnProfile =>
  columnProfile(name, { type: TYPES[kind] ?? kind, kind, distinct: 500, min: '1', max: '1000', ...rest })
const id = (name: string, rest: Partial<ColumnProfile> = {}) =>
  column(name, 'integer', { distinct: 1000, ...rest })
const time = (name: string, rest: Partial<ColumnProfile> = {}) =>
  column(name, 'timestamp', { min: '2024-01-01 00:00:00', max: '2024-03-01 00:00:00', ...rest })

function side(
  label: string,
  columns: ColumnProfile[],
  rest: Partial<RelationProfile> = {},
  sample: unknown[][] = [],
): Side {
  const profile: RelationProfile = {
    relation: label,
    rows: 1000,
    sampled: 1000,
    columns,
    keys: columns
      .filter((c) => c.kind === 'integer' && c.distinct === 1000)
      .map((c) => ({ columns: [c.name], proven: true })),
    dependencies: [],
    formulas: [],
    inclusions: [],
    statements: [],
    remembered: 0,
    ...rest,
  }
  return {
    name: label,
    profile,
    sample,
    origin: { id: `model.shop.${label}`, label, relation: label, needsStaging: false, stands: true, columns },
  }
}

/** @param answer what the warehouse counts for a statement. */
function lab(answer: (statement: string) => number[] | null = () => null, sql = ''): Lab {
  const numbers = async (statement: string) => answer(statement)
  const node =
    sql === '' ? undefined : { raw_code: sql, resource_type: 'model', config: { materialized: 'view' } }
  const graph = { node: () => node, source: () => undefined, ancestors: () => [], children: () => [] }
  return {
    context: { graph, now: () => new Date('2024-06-01') } as unknown as Lab['context'],
    style: houseStyle([]),
    adapter: 'duckdb',
    dialect: dialectOf('duckdb'),
    measure: async () => side('none', []),
    look: async () => null,
    numbers,
    manyNumbers: async (all) => Promise.all(all.map(numbers)),
    rows: async () => [],
  }
}
const given = (rest: Partial<Parameters<typeof sortColumns>[1]> = {}) => ({
  taken: new Set<string>(),
  left: new Map<string, string>(),
  grain: new Set<string>(),
  casts: { casts: new Map(), refused: new Map() },
  idSuffix: '_id',
  ...rest,
})
const names = (columns: { name: string }[]) => columns.map((c) => c.name)

describe('FACT-1: the process and its grain', () => {
  it('hears what is meant, and not what is to be made of it', () => {
    expect(processWords('the trips process')).toBe('trips')
    expect(processWords('fact table')).toBe('fact table')
  })

  it('takes the key that is called like the table, not what repeats nothing by chance', async () => {
    const orders = side('stg_orders', [id('ticket_id'), id('order_id'), id('amount')])
    expect(await grainOf(lab(), orders)).toMatchObject({
      words: 'one row per order',
      columns: [{ name: 'order_id' }],
      by: 'key',
    })
  })

  it('knows a log of changes, and takes the latest of each', async () => {
    const log = side('stg_orders', [id('order_id', { distinct: 400 }), time('updated_at')], { keys: [] })
    const grain = await grainOf(
      lab((s) => (s.includes('as pairs') ? [1000, 400] : null)),
      log,
    )
    expect(grain).toMatchObject({
      columns: [{ name: 'order_id' }],
      latest: { name: 'updated_at' },
      copies: 600,
    })
  })

  it('drops copies that have a key, and keeps those that nobody can tell apart', async () => {
    const columns = [id('order_id', { distinct: 990 }), column('amount', 'number')]
    const keyed = await grainOf(
      lab(() => [990, 990]),
      side('stg_orders', columns, { keys: [] }),
    )
    expect(keyed).toMatchObject({ columns: [{ name: 'order_id' }], copies: 10, by: 'key' })
    const loose = await grainOf(
      lab(() => [990]),
      side('stg_clicks', [column('page', 'text')], { keys: [] }),
    )
    expect(loose).toMatchObject({ columns: [], copies: 0, by: 'copies' })
    expect(loose.notes.join()).toContain('10 rows of stg_clicks are copies of others')
    const single = await grainOf(
      lab(() => [1000]),
      side('stg_clicks', [column('page', 'text')], { keys: [] }),
    )
    expect(single).toMatchObject({ columns: [], by: 'row' })
  })

  it('drops copies where a key of several keys appears without them, and takes the fewest', async () => {
    const results = side(
      'exam_results',
      [
        id('school_year', { distinct: 3 }),
        column('subject_code', 'text', { distinct: 8 }),
        id('pupil_no', { distinct: 60 }),
        id('room_no', { distinct: 5 }),
        column('points', 'integer', { distinct: 40 }),
      ],
      { keys: [] },
    )
    const answer = (s: string) =>
      [/as own/, /"school_year", "subject_code", "pupil_no"/].some((t) => t.test(s)) ? [990] : [700]
    expect(await grainOf(lab(answer), results)).toMatchObject({
      columns: [{ name: 'school_year' }, { name: 'subject_code' }, { name: 'pupil_no' }],
      copies: 10,
      by: 'key',
    })
    const loose = await grainOf(
      lab((s) => (s.includes('as own') ? [990] : [700])),
      results,
    )
    expect(loose).toMatchObject({ columns: [], copies: 0, by: 'copies' })
  })

  it('a number that counts within another key is a part of the grain, and no key of a thing', async () => {
    const lines = side('order_lines', [
      id('orderId', { distinct: 300 }),
      id('lineNumber', { distinct: 5, max: '5' }),
      id('store', { distinct: 4, max: '4' }),
      id('quantity', { distinct: 9 }),
    ])
    const among = async (answer: number[], ...columns: string[]) => [
      ...(await countersOf(
        lab(() => answer),
        lines,
        { columns: columns.map((name) => ({ name, type: 'BIGINT', kind: 'integer' })) },
      )),
    ]
    expect(await among([300, 12, 0, 1, 5], 'orderId', 'lineNumber')).toEqual(['lineNumber'])
    expect(await among([300, 0, 40, 1, 5], 'orderId', 'lineNumber')).toEqual([])
    expect(await among([300, 0, 0, 1, 5], 'orderId', 'store')).toEqual(['lineNumber', 'store'])
    expect(await among([300, 0, 0, 4, 4], 'orderId', 'store')).toEqual(['lineNumber'])
  })

  it('a moment names a row with the thing that it happened to', async () => {
    const readings = side('readings', [id('sensor_id', { distinct: 20 }), time('read_at')], {
      keys: [{ columns: ['read_at'], proven: true }],
    })
    expect(
      names(
        (
          await grainOf(
            lab(() => [1000]),
            readings,
          )
        ).columns,
      ),
    ).toEqual(['sensor_id', 'read_at'])
  })
})

describe('FACT-1: kinds', () => {
  const grain = (...columns: string[]) => ({ columns: columns.map((name) => ({ name })) }) as never
  const cased = (c: ColumnProfile) => ({ column: c, cast: null })

  it('a level for each thing and day is a periodic snapshot', async () => {
    const day = column('day', 'date', {
      distinct: 40,
      grain: { unit: 'day', proven: true, step: 'day', present: 40, missing: 0, endsDaysAgo: 1 },
    })
    const stock = column('on_hand', 'integer', {
      behaviour: { is: 'balance', because: 'it moves little', from: 'rows' },
    })
    const levels = side('stock', [id('product_id', { distinct: 25 }), day, stock], {
      keys: [{ columns: ['product_id', 'day'], proven: true }],
    })
    const found = await kindOf(
      lab(() => [25]),
      levels,
      grain('product_id', 'day'),
      [cased(day)],
      [cased(stock)],
    )
    expect(found.kind).toBe('periodic snapshot')
    const sparse = await kindOf(
      lab(() => [900]),
      levels,
      grain('product_id', 'day'),
      [cased(day)],
      [cased(column('sold', 'integer'))],
    )
    expect(sparse.kind).toBe('transaction')
  })

  it('steps that are open make an accumulating snapshot, in the order in which they happen', async () => {
    const times = [time('shipped_at', { nulls: 300 }), time('ordered_at')]
    const orders = side('orders', [id('order_id'), ...times])
    const found = await kindOf(
      lab(() => [0, 700]),
      orders,
      grain('order_id'),
      times.map(cased),
      [cased(column('amount', 'number'))],
    )
    expect(found).toMatchObject({ kind: 'accumulating snapshot', order: ['ordered_at', 'shipped_at'] })
    const closed = [time('ended_at'), time('began_at')]
    const trips = await kindOf(
      lab(() => [0, 1000]),
      side('trips', closed),
      grain('trip_id'),
      closed.map(cased),
      [cased(column('fare', 'number'))],
    )
    expect(trips.kind).toBe('transaction')
  })

  it('nothing measured is factless', async () => {
    expect((await kindOf(lab(), side('visits', []), grain('a', 'b'), [], [])).kind).toBe('factless')
  })
})

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
    expect(mixed).toMatchObject({ additivity: 'semi-additive', unit: 'column currency' })
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

describe('FACT-1: things and events', () => {
  const customers = side('stg_customers', [
    id('id'),
    column('name', 'text', { distinct: 990 }),
    time('created_at'),
    column('credit_limit', 'number'),
  ])
  const parts = {
    sorted: sortColumns(customers, given({ grain: new Set(['id']) })),
    measures: [],
    dimensions: [],
    headerSorted: null,
  }

  it('a table that gives each row a name holds things, and says what fits', () => {
    expect(names(namesOf(customers))).toEqual(['name'])
    expect(isEvents(customers, 'id', '_id')).toBe(false)
    expect(againstEvents(customers, { columns: [{ name: 'id' }] } as never, parts)).toContain(
      'one for each customer, told by name',
    )
  })

  it('a key is of the table that is called like it; numbers alone prove nothing', () => {
    const orders = side('stg_orders', [id('id'), id('user_id', { distinct: 90 })])
    const payments = side('stg_payments', [id('id'), column('amount', 'number')])
    const of = (s: Side): Hit => ({
      column: 'user_id',
      of: s,
      key: 'id',
      orphans: 0,
      rows: 1000,
      named: true,
    })
    const around = { dimensions: [], tables: [payments, customers], unseen: [], origins: [] }
    const [found] = foreignKeys(orders, [of(payments), of(customers)], around, {
      not: new Set(['id']),
      idSuffix: '_id',
    })
    expect(found?.table?.name).toBe('stg_customers')
    const two = { ...around, tables: [payments, side('stg_refunds', payments.profile.columns)] }
    expect(foreignKeys(orders, two.tables.map(of), two, { not: new Set(['id']), idSuffix: '_id' })).toEqual(
      [],
    )
  })
})

it('FACT-3: a dimension is found by its key, and not by what describes it and happens to match', () => {
  const address = column('billing_address', 'text')
  const country = column('billing_country', 'text')
  const invoices = side('invoices', [id('invoice_id'), id('customer_id', { distinct: 90 }), address, country])
  const customers = side('dim_customer', [id('customer_id'), column('address', 'text')])
  const countries = side('dim_country', [id('iso_code'), column('country_name', 'text')])
  const dimension = (s: Side, naturals: string[]) => ({
    side: s,
    surrogate: null,
    day: null,
    versions: null,
    naturals,
    measured: s,
  })
  const hit = (name: string, of: Side, key: string): Hit => ({
    column: name,
    of,
    key,
    orphans: 0,
    rows: 1000,
    named: true,
  })
  const found = foreignKeys(
    invoices,
    [
      hit('customer_id', customers, 'customer_id'),
      hit('billing_address', customers, 'address'),
      hit('billing_country', countries, 'country_name'),
    ],
    {
      dimensions: [dimension(customers, ['customer_id']), dimension(countries, ['iso_code'])],
      tables: [],
      unseen: [],
      origins: [],
    },
    { not: new Set(['invoice_id']), idSuffix: '_id' },
  )
  expect(found.map((f) => f.column.name)).toEqual(['customer_id', 'billing_country'])
})

describe('FACT-2: what is stored as something else', () => {
  const reading = async (
    name: string,
    kind: Kind,
    values: unknown[],
    proof: number[] | null,
    rest: Partial<ColumnProfile> = {},
  ) =>
    castsOf(
      lab(() => proof),
      side(
        't',
        [column(name, kind, rest)],
        {},
        values.map((v) => [v]),
      ),
      new Set(),
    )
  const sqlOf = async (values: string[], name = 'amount') =>
    (await reading(name, 'text', values, [9, 9, 0])).casts.get(name)?.sql

  it('is read where all rows can be', async () => {
    expect(await sqlOf(['$1,234.50', '$12.00'])).toBe(
      "cast(nullif(trim(replace(replace({column}, ',', ''), '$', '')), '') as decimal(18, 2))",
    )
    expect(await sqlOf(['1.234,50', '12,00'])).toContain("replace(replace({column}, '.', ''), ',', '.')")
    expect(await sqlOf(['2024-01-31', '2024-02-01'], 'paid')).toBe('cast(trim({column}) as date)')
    expect(await sqlOf(['31/01/2024', '01/02/2024'], 'paid')).toContain('substr(trim({column}), 7, 4)')
    const epoch = await reading('created_ts', 'integer', [], [9, 9, 0], {
      min: '1704067200',
      max: '1709251200',
    })
    expect(epoch.casts.get('created_ts')?.kind).toBe('timestamp')
  })

  it('is left where some cannot, or nobody can tell how', async () => {
    const some = await reading('amount', 'text', ['1.50', '2.50'], null)
    expect(some.casts.size).toBe(0)
    expect(some.refused.get('amount')).toContain('looks like a number written as text')
    const days = await reading('paid', 'text', ['01/02/2024', '03/04/2024'], [9, 9, 0])
    expect(days.refused.get('paid')).toContain('no value tells its day from its month')
  })

  it('identifiers stay what they are', async () => {
    expect(await sqlOf(['SO-000123', 'SO-000124'], 'order_number')).toBeUndefined()
    expect(await sqlOf(['00123', '00456'], 'zip')).toBeUndefined()
    expect(await sqlOf(['123', '456'], 'account')).toBeUndefined()
  })
})

describe('FACT-4: how it is loaded', () => {
  const grain = { by: 'key', columns: [], copies: 0 } as never
  const asked = (columns: ColumnProfile[], more: object = {}, sql = '') =>
    loadOf(
      lab(() => null, sql),
      side('stg_orders', columns),
      {
        grain,
        kind: 'transaction',
        times: columns.filter((c) => c.name === 'ordered_at').map((c) => ({ column: c, cast: null })),
        header: null,
        ...more,
      },
    ).then((l) => l.load)

  it('by what moves when a row changes, else when it arrives, else when it happened', async () => {
    const all = [time('ordered_at'), time('loaded_at'), time('updated_at')]
    expect(await asked(all)).toMatchObject({
      watermark: { name: 'updated_at' },
      moves: 'updated',
      lookbackDays: 1,
    })
    expect(await asked(all.slice(0, 2))).toMatchObject({ watermark: { name: 'loaded_at' }, moves: 'loaded' })
    expect(await asked(all.slice(0, 1))).toMatchObject({
      watermark: { name: 'ordered_at' },
      moves: 'event',
      lookbackDays: 3,
    })
    expect(await asked([])).toMatchObject({ way: 'table', watermark: null })
  })

  it('never by what a view asks the clock for, what is null, constant or in the future', async () => {
    const sql = 'select id, now() as updated_at, ordered_at from orders'
    expect((await asked([time('ordered_at'), time('updated_at')], {}, sql)).watermark?.name).toBe(
      'ordered_at',
    )
    for (const bad of [{ nulls: 3 }, { distinct: 1 }, { max: '2034-01-01' }])
      expect((await asked([time('ordered_at'), time('updated_at', bad)])).watermark?.name).toBe('ordered_at')
    // One load of a loader is one time, and moves with the next.
    expect((await asked([time('ordered_at'), time('_fivetran_synced', { distinct: 1 })])).moves).toBe(
      'loaded',
    )
  })

  it('is made anew where changes could not be seen', async () => {
    const steps = await asked([time('ordered_at')], { kind: 'accumulating snapshot' })
    expect(steps.way).toBe('table')
    const loose = await asked([time('updated_at')], { grain: { by: 'row', columns: [], copies: 0 } })
    expect(loose.way).toBe('table')
  })
})

it('FACT-1: names hint at roles, loading and changes', () => {
  expect(
    ['ordered_at', 'OrderDate', 'tpep_pickup_datetime', 'Ship Date'].map((n) => roleOfTime(n, 'x')),
  ).toEqual(['ordered', 'order', 'tpep_pickup', 'ship'])
  expect(roleOfTime('date', 'sale')).toBe('sale')
  expect(roleOfKey('PickupZoneID').join('_')).toBe('pickup_zone')
  expect(
    timeRoles(
      side('sales', []),
      [time('sold_at'), time('sold_on')].map((c) => ({ column: c, cast: null })),
    ),
  ).toEqual(['sold', 'sold_on'])
  expect([
    isLoading('_dlt_load_id'),
    isLoading('loadedAt'),
    isLoading('loading_dock'),
    isUpdate('lastModifiedDate'),
  ]).toEqual([true, true, false, true])
})
