import { describe, expect, it } from 'vitest'
import type { ColumnProfile, Kind } from '../../../project/profile/types.ts'
import { castsOf } from '../casts/casts.ts'
import { sortColumns } from './columns.ts'
import { countersOf } from './counters.ts'
import { timeRoles } from './dimensions.ts'
import { foreignKeys, isEvents, namesOf } from './foreign.ts'
import { grainOf } from './grain.ts'
import { kindOf } from './kind.ts'
import type { Side } from './lab.ts'
import { loadOf } from './load.ts'
import { isLoading, isUpdate, roleOfKey, roleOfTime } from './names.ts'
import { againstEvents } from './no-events.ts'
import { processWords } from './process.ts'
import type { Hit } from './reach.ts'
import { column, given, id, lab, side, time } from './test-lab.ts'

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
  expect(found.flatMap((f) => f.parts.map((p) => p.column.name))).toEqual(['customer_id', 'billing_country'])
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
    )

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
