/** Several faults at once, and nothing at all. */
import { cut, misspell, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const several: Fault[] = [
  {
    name: 'several-yaml-ref-column',
    house: 'jaffle',
    about: 'Properties that cannot be read, a misspelt ref, a misspelt column.',
    edits: [
      swap('models/staging/schema.yml', '      - name: payment_method', '     - name: payment_method'),
      misspell('models/marts/customers.sql', "ref('stg_customers')", 12),
      swap('models/marts/daily_orders.sql', 'then amount else', 'then amout else'),
    ],
    causes: [
      { rules: ['P01'], file: 'models/staging/schema.yml' },
      { rules: ['P17'], file: 'models/marts/customers.sql' },
      { rules: ['D01'], file: 'models/marts/daily_orders.sql', words: ['amout'] },
    ],
    since: 'older',
  },
  {
    name: 'several-macro-and-rename',
    house: 'chinook',
    about: 'A misspelt macro, and a column that was renamed in staging.',
    edits: [
      misspell('models/core/factSales.sql', 'monthOf'),
      swap('models/staging/stgTrack.sql', 'as trackName', 'as title'),
    ],
    differs: ['stgTrack'],
    causes: [
      { rules: ['C02'], file: 'models/core/factSales.sql' },
      { rules: ['D01'], file: 'models/core/dimTrack.sql', words: ['trackName', 'title'] },
    ],
    since: 'older',
  },
  {
    name: 'several-comma-and-contract',
    house: 'music',
    about: 'A comma before from, and another type than the contract says.',
    edits: [
      swap(
        'models/marts/dim_tracks.sql',
        '        price_cents\n\n    from tracks',
        '        price_cents,\n\n    from tracks',
      ),
      swap(
        'models/marts/dim_artists.sql',
        '        count(*) as track_count',
        '        cast(count(*) as integer) as track_count',
      ),
    ],
    causes: [
      { rules: ['D12'], file: 'models/marts/dim_tracks.sql' },
      { rules: ['C09'], file: 'models/marts/dim_artists.sql', words: ['track_count'] },
    ],
    since: 'older',
  },
  {
    name: 'several-ref-and-logic',
    house: 'taxis',
    about: 'A misspelt ref, and a duration in the wrong unit.',
    edits: [
      misspell('models/marts/core/agg_daily_revenue.sql', "ref('dim_date')", 8),
      swap(
        'models/intermediate/int_trips_enriched.sql',
        'duration_seconds / 60.0 as',
        'duration_seconds / 3600.0 as',
      ),
    ],
    causes: [
      { rules: ['P17'], file: 'models/marts/core/agg_daily_revenue.sql' },
      { rules: ['T02'], file: 'models/intermediate/int_trips_enriched.sql' },
    ],
    since: 'last commit',
  },
  {
    name: 'several-quote-and-bracket',
    house: 'winery',
    about: 'A quote that does not end in the properties, and a bracket in SQL.',
    edits: [
      swap('models/staging/schema.yml', '"Fläche in Hektar"', '"Fläche in Hektar'),
      swap('models/mart/F_LESE.sql', 'MD5(CAST(L."Lese_ID" AS VARCHAR))', 'MD5(CAST(L."Lese_ID" AS VARCHAR)'),
    ],
    causes: [
      { rules: ['P01'], file: 'models/staging/schema.yml' },
      { rules: ['D12'], file: 'models/mart/F_LESE.sql' },
    ],
    since: 'older',
  },
  {
    name: 'several-doc-and-loop',
    house: 'solar',
    about: 'A doc block that is misspelt, and a loop that does not end.',
    edits: [
      swap('models/docs.md', '{% docs kwh_net %}', '{% docs kwhnet %}'),
      cut('models/marts/agg_meter_day.sql', '    {% endfor %}\n'),
    ],
    causes: [
      { rules: ['P19'], words: ['kwh_net'] },
      { rules: ['C03'], file: 'models/marts/agg_meter_day.sql' },
    ],
    since: 'older',
  },
  {
    name: 'several-code-and-data',
    house: 'jaffle',
    about: 'A misspelt column, and a payment method in the data that nobody has spoken of.',
    edits: [
      swap('models/marts/customers.sql', 'max(order_date)', 'max(orderdate)'),
      swap('seeds/raw_payments.csv', '\n3,3,coupon,100\n', '\n3,3,voucher,100\n'),
    ],
    causes: [
      { rules: ['D01'], file: 'models/marts/customers.sql', words: ['orderdate'] },
      { rules: ['T01'], words: ['payment_method', 'raw_payments'] },
    ],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'several-columns-in-one-model',
    house: 'taxis',
    about: 'Two columns of one model are misspelt.',
    edits: [
      swap('models/marts/core/agg_daily_revenue.sql', 'sum(fare_amount)', 'sum(fair_amount)'),
      swap('models/marts/core/agg_daily_revenue.sql', 'sum(tip_amount)', 'sum(tips_amount)'),
    ],
    causes: [
      { rules: ['D01'], file: 'models/marts/core/agg_daily_revenue.sql', words: ['fair_amount'] },
      { rules: ['D01'], file: 'models/marts/core/agg_daily_revenue.sql', words: ['tips_amount'] },
    ],
    since: 'older',
  },
  {
    name: 'several-on-postgres',
    house: 'music',
    about: 'A misspelt source, a condition on a column that is not there, and a fixture that names another.',
    edits: [
      misspell('models/staging/stg_store__genres.sql', "'genres'", 3),
      swap(
        'models/intermediate/int_tracks_described.sql',
        'on tracks.album_id = albums.album_id',
        'on tracks.album_id = albums.id',
      ),
      swap(
        'models/marts/_marts__models.yml',
        '{track_id: 1, milliseconds: 93000}',
        '{track_id: 1, millisecond: 93000}',
      ),
    ],
    causes: [
      { rules: ['P17'], file: 'models/staging/stg_store__genres.sql' },
      { rules: ['D01'], file: 'models/intermediate/int_tracks_described.sql' },
      { rules: ['C12'], words: ['millisecond', 'minutes_of_a_track'] },
    ],
    since: 'older',
  },
].map((f) => ({ fixable: 'by code', family: 'several', ...f }) as Fault)

const nothing: Fault[] = [
  { name: 'nothing-jaffle', house: 'jaffle', about: 'All is well.' },
  { name: 'nothing-music', house: 'music', about: 'All is well.' },
  { name: 'nothing-solar', house: 'solar', about: 'All is well.' },
  {
    name: 'nothing-comment',
    house: 'taxis',
    about: 'A comment was changed, and all is well.',
    edits: [
      swap('models/marts/core/fct_trips.sql', '-- grain: one row per trip', '-- one row for each trip'),
    ],
  },
  {
    name: 'nothing-numbers',
    house: 'chinook',
    about: 'Somebody misses rows that are not missing.',
    ask: ['factSales misses rows'],
  },
  {
    name: 'nothing-zero',
    house: 'jaffle',
    about: 'Somebody says that a column is zero, and it is not.',
    ask: ['daily_orders.returned_amount is always zero'],
  },
].map((f) => ({ fixable: 'by a person', family: 'nothing wrong', causes: [], silent: true, ...f }) as Fault)

export const SEVERAL: Fault[] = [...several, ...nothing]
