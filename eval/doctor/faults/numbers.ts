/** Wrong numbers of which no test speaks: somebody says what they see. */
import { swap } from '../edits.ts'
import type { Fault } from '../types.ts'

export const NUMBERS: Fault[] = [
  {
    name: 'numbers-filter-too-strict',
    house: 'taxis',
    about: 'Trips without a payment type are left out of the revenue.',
    edits: [
      swap(
        'models/marts/core/agg_daily_revenue.sql',
        '    from trips\n    group by pickup_date_key',
        '    from trips\n    where payment_type is not null\n    group by pickup_date_key',
      ),
    ],
    ask: ['agg_daily_revenue.trip_count is too low'],
    causes: [
      {
        rules: [],
        file: 'models/marts/core/agg_daily_revenue.sql',
        at: 'where payment_type is not null',
        words: ['44'],
      },
    ],
  },
  {
    name: 'numbers-first-month-missing',
    house: 'chinook',
    about: 'A comparison with the first month lost its equals sign.',
    edits: [swap('models/core/aggMonthlySales.sql', "invoiceMonth >= '{{", "invoiceMonth > '{{")],
    ask: ['aggMonthlySales misses rows'],
    causes: [{ rules: [], file: 'models/core/aggMonthlySales.sql', at: "invoiceMonth > '{{" }],
  },
  {
    name: 'numbers-value-twice',
    house: 'jaffle',
    about: 'What customers paid is summed over a join to single payments.',
    edits: [
      swap(
        'models/marts/customers.sql',
        "    count(order_id) as number_of_orders,\n    sum(amount) as lifetime_value\n  from {{ ref('orders') }}\n",
        `    count(orders.order_id) as number_of_orders,
    sum(orders.amount) as lifetime_value
  from {{ ref('orders') }} as orders
  left join {{ ref('stg_payments') }} as payments on orders.order_id = payments.order_id
`,
      ),
    ],
    ask: ['customers.lifetime_value is too high'],
    causes: [{ rules: [], file: 'models/marts/customers.sql', at: "ref('stg_payments')" }],
  },
  {
    name: 'numbers-always-zero',
    house: 'jaffle',
    about: 'A status is compared with a value that never occurs.',
    edits: [swap('models/marts/daily_orders.sql', "status = 'returned'", "status = 'return'")],
    ask: ['daily_orders.returned_amount is always zero'],
    causes: [{ rules: [], file: 'models/marts/daily_orders.sql', at: "'return'", words: ['return'] }],
  },
  {
    name: 'numbers-always-zero-by-case',
    house: 'taxis',
    about: 'A payment type is written with capitals that the data do not have.',
    edits: [swap('models/marts/core/agg_daily_revenue.sql', "'credit card'", "'Credit Card'")],
    ask: ['agg_daily_revenue.card_amount is always 0'],
    causes: [
      {
        rules: [],
        file: 'models/marts/core/agg_daily_revenue.sql',
        at: "'Credit Card'",
        words: ['Credit Card'],
      },
    ],
  },
  {
    name: 'numbers-left-join-undone',
    house: 'music',
    about: 'A condition on the right side undoes a left join.',
    edits: [
      swap(
        'models/marts/agg_playlists.sql',
        '    group by\n',
        '    where entries.price_cents > 0\n\n    group by\n',
      ),
    ],
    ask: ['agg_playlists misses rows'],
    causes: [{ rules: [], file: 'models/marts/agg_playlists.sql', at: 'where entries.price_cents' }],
  },
  {
    name: 'numbers-inner-join-drops',
    house: 'music',
    about: 'Artists without a track fall out by an inner join.',
    edits: [swap('models/marts/dim_artists.sql', '    left join tracks\n', '    inner join tracks\n')],
    ask: ['dim_artists misses rows'],
    causes: [{ rules: [], file: 'models/marts/dim_artists.sql', at: 'inner join tracks' }],
  },
  {
    name: 'numbers-rounded-away',
    house: 'jaffle',
    about: 'A macro rounds cents away unless it is told otherwise.',
    edits: [swap('macros/money.sql', 'digits=2', 'digits=0')],
    ask: ['orders.amount has lost its cents'],
    causes: [{ rules: [], file: 'macros/money.sql' }],
  },
  {
    name: 'numbers-yesterday-missing',
    house: 'music',
    about: 'An incremental model looks for what is a day newer than the newest.',
    edits: [
      swap(
        'models/marts/fct_playlist_entries.sql',
        'select max(loaded_at) - interval \'{{ var("lookback_days") }} days\' from {{ this }}',
        "select max(loaded_at) + interval '1 day' from {{ this }}",
      ),
      // The test that would tell is not there in this team.
      { path: 'tests/assert_entries_complete.sql', gone: true },
    ],
    rows: [
      `insert into store.playlist_tracks (playlist_id, track_id, added_at, loaded_at)
        select 18, track_id, timestamp '2024-09-01', date_trunc('day', localtimestamp) + interval '3 hours'
        from store.tracks where track_id between 100 and 104`,
    ],
    ask: ['fct_playlist_entries misses rows'],
    causes: [{ rules: [], file: 'models/marts/fct_playlist_entries.sql', at: "interval '1 day'" }],
  },
  {
    name: 'numbers-duplicates',
    house: 'chinook',
    about: 'Customers are ranked over their sales by month, so that each stands once for every month.',
    edits: [
      swap(
        'models/core/topCustomers.sql',
        '    group by customerId\n',
        '    group by customerId, invoiceMonth\n',
      ),
      swap(
        'models/core/core.yml',
        '      - name: customerId\n        description: The customer.\n        data_tests: [unique]\n',
        '      - name: customerId\n        description: The customer.\n',
      ),
    ],
    ask: ['topCustomers has duplicates'],
    causes: [{ rules: [], file: 'models/core/topCustomers.sql', words: ['customerId'] }],
  },
  {
    name: 'numbers-wrong-column',
    house: 'chinook',
    about: 'The revenue adds up prices, and not totals of lines.',
    edits: [
      swap(
        'models/core/aggMonthlySales.sql',
        'sum(sales.lineTotal) as revenue',
        'sum(sales.lineTotal * sales.quantity * 2) as revenue',
      ),
    ],
    ask: ['aggMonthlySales.revenue is twice what finance has'],
    causes: [{ rules: [], file: 'models/core/aggMonthlySales.sql', at: 'sales.quantity * 2' }],
  },
  {
    name: 'numbers-day-shifted',
    house: 'winery',
    about: 'Harvests of the last year are left out.',
    edits: [
      swap('models/mart/F_LESE.sql', `R."Rebsorte"\n`, `R."Rebsorte"\nWHERE L."Lesetag" < '2024-09-19'\n`),
    ],
    ask: ['F_LESE misses rows'],
    causes: [{ rules: [], file: 'models/mart/F_LESE.sql', at: 'WHERE L."Lesetag"' }],
  },
].map((f) => ({ fixable: 'by code', family: 'wrong numbers', silent: true, since: 'older', ...f }) as Fault)
