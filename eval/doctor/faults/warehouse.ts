/** What the warehouse refuses: SQL, names and types; contracts. */
import { cut, misspell, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const database: Fault[] = [
  {
    name: 'comma-lost',
    house: 'music',
    about: 'A comma is missing, so that one column becomes the name of another.',
    edits: [swap('models/marts/dim_tracks.sql', '        artist_name,\n', '        artist_name\n')],
    causes: [{ rules: ['D12', 'D01'], file: 'models/marts/dim_tracks.sql' }],
    since: 'older',
  },
  {
    name: 'comma-before-from',
    house: 'music',
    about: 'A comma stands before from.',
    edits: [
      swap(
        'models/intermediate/int_tracks_described.sql',
        '        tracks.price_cents\n',
        '        tracks.price_cents,\n',
      ),
    ],
    causes: [{ rules: ['D12'], file: 'models/intermediate/int_tracks_described.sql' }],
    since: 'older',
  },
  {
    name: 'semicolon-at-end',
    house: 'winery',
    about: 'A model ends with a semicolon.',
    edits: [swap('models/staging/STG_PARZELLEN.sql', 'FROM QUELLE', 'FROM QUELLE;')],
    causes: [{ rules: ['D12'], file: 'models/staging/STG_PARZELLEN.sql' }],
    since: 'older',
  },
  {
    name: 'bracket-open',
    house: 'jaffle',
    about: 'A CTE is not closed.',
    edits: [swap('models/marts/customers.sql', '  group by customer_id\n)', '  group by customer_id\n')],
    causes: [{ rules: ['D12'], file: 'models/marts/customers.sql' }],
    since: 'older',
  },
  {
    name: 'bracket-lost-in-call',
    house: 'chinook',
    about: 'A call is not closed.',
    edits: [swap('models/core/dimTrack.sql', 'round(minutes, 2)', 'round(minutes, 2')],
    causes: [{ rules: ['D12'], file: 'models/core/dimTrack.sql', at: 'round(minutes, 2' }],
    since: 'older',
  },
  {
    name: 'keyword-misspelt',
    house: 'taxis',
    about: 'A keyword has two letters the wrong way round.',
    edits: [swap('models/marts/core/agg_daily_revenue.sql', '    from trips\n', '    form trips\n')],
    causes: [{ rules: ['D12', 'D01', 'D02'], file: 'models/marts/core/agg_daily_revenue.sql' }],
    since: 'older',
  },
  {
    name: 'keyword-misspelt-in-upper-case',
    house: 'winery',
    about: 'GROUP BY is misspelt.',
    edits: [swap('models/mart/D_REBSORTE.sql', 'GROUP BY', 'GRUOP BY')],
    causes: [{ rules: ['D12'], file: 'models/mart/D_REBSORTE.sql' }],
    since: 'older',
  },
  {
    name: 'case-open',
    house: 'winery',
    about: 'A CASE has no END.',
    edits: [swap('models/mart/D_PARZELLE.sql', "ELSE 'Tal' END AS", "ELSE 'Tal' AS")],
    causes: [{ rules: ['D12'], file: 'models/mart/D_PARZELLE.sql', at: "ELSE 'Tal' AS" }],
    since: 'older',
  },
  {
    name: 'column-misspelt',
    house: 'taxis',
    about: 'A column is misspelt within a sum.',
    edits: [swap('models/marts/core/agg_daily_revenue.sql', 'sum(tolls_amount)', 'sum(tols_amount)')],
    causes: [
      {
        rules: ['D01'],
        file: 'models/marts/core/agg_daily_revenue.sql',
        at: 'tols_amount',
        words: ['tols_amount'],
      },
    ],
    since: 'older',
  },
  {
    name: 'column-misspelt-in-join',
    house: 'music',
    about: 'A column is misspelt in the condition of a join.',
    edits: [
      swap(
        'models/marts/dim_artists.sql',
        'on artists.artist_id = tracks.artist_id',
        'on artists.artist_id = tracks.artistid',
      ),
    ],
    causes: [
      { rules: ['D01'], file: 'models/marts/dim_artists.sql', at: 'tracks.artistid', words: ['artistid'] },
    ],
    since: 'older',
  },
  {
    name: 'column-quoted-misspelt',
    house: 'winery',
    about: 'A quoted column with an accent is written without it.',
    edits: [swap('models/mart/D_REBSORTE.sql', '"Größe ha"', '"Grosse ha"')],
    causes: [{ rules: ['D01'], file: 'models/mart/D_REBSORTE.sql', words: ['Grosse ha'] }],
    since: 'older',
  },
  {
    name: 'column-renamed-upstream',
    house: 'chinook',
    about: 'A column was renamed in staging, its readers were forgotten.',
    edits: [swap('models/staging/stgInvoiceLine.sql', 'as lineTotal', 'as lineAmount')],
    differs: ['stgInvoiceLine'],
    causes: [{ rules: ['D01'], file: 'models/core/factSales.sql', words: ['lineTotal', 'lineAmount'] }],
    since: 'older',
  },
  {
    name: 'column-renamed-two-levels-up',
    house: 'music',
    about:
      'A column was renamed in staging and read under the new name once, but not handed on under the old one.',
    edits: [
      swap(
        'models/staging/stg_store__tracks.sql',
        '        milliseconds,',
        '        milliseconds as duration_ms,',
      ),
      swap(
        'models/intermediate/int_tracks_described.sql',
        '        tracks.milliseconds,',
        '        tracks.duration_ms,',
      ),
    ],
    differs: ['stg_store__tracks', 'int_tracks_described', 'track_prices'],
    causes: [
      { rules: ['D01', 'C12'], file: 'models/marts/dim_tracks.sql', words: ['milliseconds', 'duration_ms'] },
    ],
    since: 'older',
  },
  {
    name: 'column-renamed-with-its-tests',
    house: 'jaffle',
    about: 'A key was renamed in staging with its tests, its readers were forgotten.',
    edits: [
      swap('models/staging/stg_customers.sql', 'id as customer_id', 'id as customer_no'),
      swap(
        'models/staging/schema.yml',
        '      - name: customer_id\n        description: The customer.',
        '      - name: customer_no\n        description: The customer.',
      ),
    ],
    differs: ['stg_customers', 'stg_orders'],
    causes: [{ rules: ['D01'], words: ['customer_id', 'customer_no', 'models/marts/customers.sql'] }],
    since: 'last commit',
  },
  {
    name: 'column-dropped-upstream',
    house: 'music',
    about: 'A column was taken out of staging that a mart still reads.',
    edits: [cut('models/staging/stg_store__playlist_tracks.sql', '        added_at,\n')],
    causes: [{ rules: ['D01'], words: ['added_at', 'models/staging/stg_store__playlist_tracks.sql'] }],
    since: 'older',
  },
  {
    name: 'source-column-renamed',
    house: 'music',
    about: 'The application renamed a column of its table.',
    rows: ['alter table store.tracks rename column unit_price to list_price'],
    causes: [
      { rules: ['D01'], file: 'models/staging/stg_store__tracks.sql', words: ['unit_price', 'list_price'] },
    ],
  },
  {
    name: 'source-column-dropped',
    house: 'chinook',
    about: 'The shop dropped a column that staging reads.',
    rows: ['alter table raw."Customer" drop column "Company"'],
    causes: [{ rules: ['D01'], file: 'models/staging/stgCustomer.sql', words: ['Company'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-table-renamed',
    house: 'chinook',
    about: 'The shop renamed a table.',
    rows: ['alter table raw."Track" rename to "Tracks"'],
    causes: [{ rules: ['D02'], words: ['Track', 'Tracks'] }],
  },
  {
    name: 'source-table-gone',
    house: 'music',
    about: 'A table of the application is gone.',
    rows: ['drop table store.genres cascade'],
    causes: [{ rules: ['D02'], words: ['genres'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-schema-wrong',
    house: 'chinook',
    about: 'The source names a schema that is not there.',
    edits: [swap('models/staging/sources.yml', 'schema: raw', 'schema: shop')],
    causes: [{ rules: ['D02'], words: ['models/staging/sources.yml'] }],
    since: 'older',
  },
  {
    name: 'relation-hard-coded',
    house: 'jaffle',
    about: 'A model reads a table by its name in another environment.',
    edits: [swap('models/marts/daily_orders.sql', "{{ ref('orders') }}", 'production.orders')],
    causes: [{ rules: ['D02', 'D03'], file: 'models/marts/daily_orders.sql', words: ['production'] }],
    since: 'older',
  },
  {
    name: 'column-ambiguous',
    house: 'chinook',
    about: 'A column is not said to be of which of two relations.',
    edits: [
      swap('models/core/dimCustomer.sql', 'on customers.employeeId = employees', 'on employeeId = employees'),
    ],
    causes: [
      { rules: ['D13'], file: 'models/core/dimCustomer.sql', at: 'on employeeId', words: ['employeeId'] },
    ],
    since: 'older',
  },
  {
    name: 'column-ambiguous-on-postgres',
    house: 'music',
    about: 'A column of three relations is selected without saying of which.',
    edits: [
      swap(
        'models/intermediate/int_tracks_described.sql',
        '        artists.artist_id,',
        '        artist_id,',
      ),
    ],
    causes: [
      {
        rules: ['D13'],
        file: 'models/intermediate/int_tracks_described.sql',
        at: '        artist_id,',
        words: ['artist_id'],
      },
    ],
    since: 'older',
  },
  {
    name: 'group-by-lacks-column',
    house: 'music',
    about: 'A column is selected that is not grouped by.',
    edits: [
      swap(
        'models/marts/agg_playlists.sql',
        '        playlists.playlist_id,\n        playlists.playlist_name\n\n)',
        '        playlists.playlist_id\n\n)',
      ),
    ],
    causes: [{ rules: ['D14'], file: 'models/marts/agg_playlists.sql', words: ['playlist_name'] }],
    since: 'older',
  },
  {
    name: 'function-of-another-warehouse',
    house: 'music',
    about: 'A function of another warehouse is used.',
    edits: [
      swap(
        'models/staging/stg_store__tracks.sql',
        "coalesce(composer, 'unknown')",
        "ifnull(composer, 'unknown')",
      ),
    ],
    causes: [{ rules: ['D08'], file: 'models/staging/stg_store__tracks.sql', words: ['ifnull'] }],
    since: 'older',
  },
  {
    name: 'function-of-another-warehouse-duckdb',
    house: 'jaffle',
    about: 'A function of another warehouse is used.',
    edits: [
      swap(
        'models/marts/customers.sql',
        'coalesce(customer_orders.number_of_orders, 0)',
        'nvl(customer_orders.number_of_orders, 0)',
      ),
    ],
    causes: [{ rules: ['D08'], file: 'models/marts/customers.sql', words: ['nvl'] }],
    since: 'older',
  },
  {
    name: 'function-for-another-type',
    house: 'music',
    about: 'Rounding to digits is asked of a type for which Postgres does not have it.',
    edits: [
      swap(
        'models/marts/dim_tracks.sql',
        'round(milliseconds / 60000.0, 2)',
        'round(milliseconds / 60000.0::float, 2)',
      ),
    ],
    causes: [{ rules: ['D08', 'D07'], file: 'models/marts/dim_tracks.sql', words: ['round'] }],
    since: 'last commit',
  },
  {
    name: 'function-misspelt',
    house: 'taxis',
    about: 'A function is misspelt.',
    edits: [swap('models/marts/core/dim_date.sql', 'monthname(date_day)', 'montname(date_day)')],
    causes: [{ rules: ['D08'], file: 'models/marts/core/dim_date.sql', at: 'montname', words: ['montname'] }],
    since: 'older',
  },
  {
    name: 'source-type-changed',
    house: 'music',
    about: 'The application keeps a key as text now, and a join compares it with a number.',
    rows: [
      'drop view analytics.stg_store__playlist_tracks',
      'alter table store.playlist_tracks alter column track_id type text',
    ],
    causes: [{ rules: ['D07'], words: ['track_id', 'text'] }],
  },
  {
    name: 'union-of-other-widths',
    house: 'taxis',
    about: 'One side of a union has a column less.',
    edits: [
      swap(
        'models/marts/core/dim_zone.sql',
        'select zone_name, borough from unknown_member',
        'select zone_name from unknown_member',
      ),
    ],
    causes: [{ rules: ['D16'], file: 'models/marts/core/dim_zone.sql' }],
    since: 'older',
  },
  {
    name: 'aggregate-in-where',
    house: 'chinook',
    about: 'Groups are filtered by an aggregate before they are made.',
    edits: [
      swap(
        'models/core/topCustomers.sql',
        "    from {{ ref('factSales') }}\n    group by customerId",
        "    from {{ ref('factSales') }}\n    where sum(lineTotal) > 0\n    group by customerId",
      ),
    ],
    causes: [{ rules: ['D15'], file: 'models/core/topCustomers.sql' }],
    since: 'last commit',
  },
  {
    name: 'column-twice',
    house: 'music',
    about: 'Two columns of one model have one name.',
    edits: [
      swap(
        'models/marts/fct_playlist_entries.sql',
        '        tracks.price_cents,\n',
        '        tracks.price_cents,\n        tracks.track_id,\n',
      ),
    ],
    causes: [{ rules: ['D17', 'D13'], file: 'models/marts/fct_playlist_entries.sql', words: ['track_id'] }],
    since: 'older',
  },
  {
    name: 'division-by-zero',
    house: 'music',
    about: 'A track without a length came in, and a model divides by the length.',
    edits: [
      swap(
        'models/marts/dim_tracks.sql',
        '        price_cents\n\n    from tracks',
        '        price_cents,\n        price_cents * 60000 / milliseconds as cents_per_minute\n\n    from tracks',
      ),
    ],
    rows: [
      "insert into store.tracks (track_id, name, album_id, genre_id, milliseconds, unit_price, changed_at) values (9001, 'Silence', 1, 1, 0, 0.99, timestamp '2024-06-01')",
    ],
    since: 'older',
    causes: [{ rules: ['D10'], file: 'models/marts/dim_tracks.sql', words: ['division by zero'] }],
    fixable: 'by a person',
  },
  {
    name: 'number-too-big',
    house: 'music',
    about: 'The sum of two whole numbers leaves their type since a long track came in.',
    edits: [
      swap(
        'models/marts/dim_tracks.sql',
        'round(milliseconds / 60000.0, 2)',
        'round(milliseconds * 10 / 600000.0, 2)',
      ),
    ],
    rows: [
      "insert into store.tracks (track_id, name, album_id, genre_id, milliseconds, unit_price, changed_at) values (9002, 'As slow as possible', 1, 1, 2000000000, 0.99, timestamp '2024-06-01')",
    ],
    since: 'older',
    causes: [{ rules: ['D11'], file: 'models/marts/dim_tracks.sql', words: ['out of range'] }],
  },
  {
    name: 'value-of-another-type',
    house: 'jaffle',
    about: 'A seed has a word where a date has to be.',
    edits: [swap('seeds/raw_orders.csv', '9,53,2018-01-12,completed', '9,53,not known,completed')],
    causes: [{ rules: ['D06'], words: ['not known', 'order'] }],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'subquery-of-many-rows',
    house: 'jaffle',
    about: 'A subquery that has to give one value gives several.',
    edits: [
      swap(
        'models/marts/orders.sql',
        '  order_payments.total_amount as amount\n',
        "  (select p.amount from {{ ref('stg_payments') }} as p where p.order_id = orders.order_id) as amount\n",
      ),
    ],
    causes: [{ rules: ['D18'], file: 'models/marts/orders.sql' }],
    since: 'not committed',
  },
].map((f) => ({ fixable: 'by code', family: 'database', ...f }) as Fault)

const SCHEMA = 'models/marts/schema.yml'

const contract: Fault[] = [
  {
    name: 'contract-of-another-type',
    house: 'jaffle',
    about: 'The contract of a model asks for text where the model makes a number.',
    edits: [swap(SCHEMA, 'data_type: bigint', 'data_type: varchar')],
    causes: [{ rules: ['C09'], words: ['daily_orders', 'orders'] }],
    since: 'older',
  },
  {
    name: 'contract-broken-by-cast',
    house: 'music',
    about: 'A model makes another type than its contract says.',
    edits: [
      swap(
        'models/marts/dim_artists.sql',
        'coalesce(tracks.track_count, 0) as track_count',
        'cast(coalesce(tracks.track_count, 0) as integer) as track_count',
      ),
    ],
    causes: [{ rules: ['C09'], file: 'models/marts/dim_artists.sql', words: ['track_count'] }],
    since: 'older',
  },
  {
    name: 'contract-lacks-cast',
    house: 'solar',
    about: 'A cast that the contract needs was taken out.',
    edits: [swap('models/marts/dim_meter_v2.sql', 'cast(peak_kw as decimal(10, 2)) as peak_kw', 'peak_kw')],
    causes: [{ rules: ['C09'], file: 'models/marts/dim_meter_v2.sql', words: ['peak_kw'] }],
    since: 'older',
  },
  {
    name: 'contract-column-not-made',
    house: 'jaffle',
    about: 'A model no longer makes a column of its contract.',
    edits: [
      swap(
        'models/marts/daily_orders.sql',
        "  sum(amount) as amount,\n  sum(case when status = 'returned' then amount else 0 end) as returned_amount\n",
        '  sum(amount) as amount\n',
      ),
    ],
    causes: [{ rules: ['C09'], file: 'models/marts/daily_orders.sql', words: ['returned_amount'] }],
    since: 'last commit',
  },
  {
    name: 'contract-column-misspelt',
    house: 'music',
    about: 'A column of a contract is misspelt.',
    edits: [misspell('models/marts/_marts__models.yml', 'name: catalogue_cents', 10)],
    causes: [{ rules: ['C09'], words: ['catalogue_cents', 'dim_artists'] }],
    since: 'older',
  },
  {
    name: 'contract-column-without-type',
    house: 'jaffle',
    about: 'A column under a contract has no type.',
    edits: [cut(SCHEMA, '        data_type: bigint\n')],
    causes: [{ rules: ['C10'], words: ['daily_orders', 'orders'] }],
    since: 'older',
  },
  {
    name: 'constraint-broken',
    house: 'solar',
    about:
      'A constraint of not null stands on a column that has nulls since a meter came in without its number.',
    edits: [
      swap(
        'models/meters/stg_meters.sql',
        "{{ surrogate_key(['meter_no']) }} as meter_key,",
        "case when kind <> 'balcony' then {{ surrogate_key(['meter_no']) }} end as meter_key,",
      ),
    ],
    causes: [{ rules: ['D19', 'T01'], words: ['meter_key', 'models/meters/stg_meters.sql'] }],
    since: 'older',
  },
].map((f) => ({ fixable: 'by code', family: 'contract', ...f }) as Fault)

export const WAREHOUSE: Fault[] = [...database, ...contract]
