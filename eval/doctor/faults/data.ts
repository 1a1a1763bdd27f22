/** Tests that find rows: by code that is wrong, by data that are wrong; unit tests; freshness. */
import { cut, misspell, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const dataTest: Fault[] = [
  {
    name: 'join-multiplies',
    house: 'jaffle',
    about: 'Orders are joined to single payments in place of their sum for each order.',
    edits: [
      swap(
        'models/marts/orders.sql',
        `  {% for method in var('payment_methods') -%}
  order_payments.{{ method }}_amount,
  {% endfor -%}
  order_payments.total_amount as amount`,
        `  {% for method in var('payment_methods') -%}
  case when order_payments.payment_method = '{{ method }}' then order_payments.amount end as {{ method }}_amount,
  {% endfor -%}
  order_payments.amount`,
      ),
      swap('models/marts/orders.sql', "ref('order_payments')", "ref('stg_payments')"),
    ],
    causes: [
      { rules: ['T01'], file: 'models/marts/orders.sql', at: "ref('stg_payments')", words: ['order_id'] },
    ],
    since: 'last commit',
  },
  {
    name: 'grain-too-fine',
    house: 'music',
    about: 'Artists are counted by artist and genre, and joined by artist alone.',
    edits: [
      swap(
        'models/marts/dim_artists.sql',
        '    group by artist_id\n',
        '    group by artist_id, genre_name\n',
      ),
    ],
    causes: [
      {
        rules: ['T01'],
        file: 'models/marts/dim_artists.sql',
        at: 'group by artist_id, genre_name',
        words: ['artist_id'],
      },
    ],
    since: 'older',
  },
  {
    name: 'join-by-half-a-key',
    house: 'music',
    about: 'A join to the playlists lost its condition on the playlist, and compares a column with itself.',
    edits: [
      swap(
        'models/marts/agg_playlists.sql',
        'on playlists.playlist_id = entries.playlist_id',
        'on playlists.playlist_name = entries.playlist_name',
      ),
    ],
    silent: true,
    ask: ['agg_playlists.track_count is too high'],
    causes: [{ rules: [], file: 'models/marts/agg_playlists.sql', words: ['playlist_name'] }],
    since: 'older',
  },
  {
    name: 'join-by-wrong-key',
    house: 'chinook',
    about: 'Customers are joined to who helps them by the key of the customer.',
    edits: [
      swap(
        'models/core/dimCustomer.sql',
        'on customers.employeeId = employees',
        'on customers.customerId = employees',
      ),
    ],
    causes: [
      {
        rules: ['T01'],
        file: 'models/core/dimCustomer.sql',
        at: 'on customers.customerId',
        words: ['supportName'],
      },
    ],
    since: 'older',
  },
  {
    name: 'join-drops-rows',
    house: 'taxis',
    about: 'Trips without a zone fall out: the join is an inner one, and unknown is no longer looked up.',
    edits: [
      swap(
        'models/marts/core/fct_trips.sql',
        "    left join zones as pickup_zones\n        on coalesce(trips.pickup_zone, 'Unknown') = pickup_zones.zone_name",
        '    inner join zones as pickup_zones\n        on trips.pickup_zone = pickup_zones.zone_name',
      ),
    ],
    causes: [{ rules: ['T01', 'T02'], file: 'models/marts/core/fct_trips.sql' }],
    since: 'last commit',
    refresh: true,
  },
  {
    name: 'filter-drops-parents',
    house: 'chinook',
    about: 'Staging keeps companies alone, and private customers have invoices too.',
    edits: [
      swap(
        'models/staging/stgCustomer.sql',
        '    from source\n',
        '    from source\n    where Company is not null\n',
      ),
    ],
    causes: [
      { rules: ['T01'], file: 'models/staging/stgCustomer.sql', at: 'where Company', words: ['customerId'] },
    ],
    since: 'older',
  },
  {
    name: 'case-misses-a-value',
    house: 'chinook',
    about: 'A value that is made of a length is not one of those that are accepted.',
    edits: [swap('models/core/dimTrack.sql', "then 'usual'", "then 'normal'")],
    causes: [{ rules: ['T01', 'T02'], file: 'models/core/dimTrack.sql', words: ['trackLength'] }],
    since: 'older',
  },
  {
    name: 'sign-turned',
    house: 'chinook',
    about: 'The total of a line is negative.',
    edits: [swap('models/staging/stgInvoiceLine.sql', 'UnitPrice * Quantity as', '-UnitPrice * Quantity as')],
    causes: [{ rules: ['T01'], file: 'models/staging/stgInvoiceLine.sql', words: ['revenue'] }],
    since: 'last commit',
    refresh: true,
  },
  {
    name: 'union-keeps-doubles',
    house: 'taxis',
    about: 'A union keeps what both sides have.',
    edits: [swap('models/intermediate/int_zones.sql', '    union\n', '    union all\n')],
    causes: [
      {
        rules: ['T01'],
        file: 'models/intermediate/int_zones.sql',
        at: '    union all\n',
        words: ['zone_name'],
      },
    ],
    since: 'older',
  },
  {
    name: 'parent-filtered',
    house: 'winery',
    about: 'Plots that are small are left out, and there are harvests of them.',
    edits: [
      swap('models/staging/STG_PARZELLEN.sql', 'FROM QUELLE\n', 'FROM QUELLE\nWHERE "Größe ha" > 0.5\n'),
    ],
    causes: [
      {
        rules: ['T01'],
        file: 'models/staging/STG_PARZELLEN.sql',
        at: 'WHERE "Größe ha"',
        words: ['Parzelle_ID'],
      },
    ],
    since: 'older',
  },
  {
    name: 'unit-mixed-up-in-model',
    house: 'winery',
    about: 'A yield per hectare is worked out from square metres.',
    edits: [
      swap(
        'models/staging/STG_PARZELLEN.sql',
        'CAST("Größe ha" AS DECIMAL(8, 2))',
        'CAST("Größe ha" / 10 AS DECIMAL(8, 2))',
      ),
    ],
    causes: [{ rules: ['T01'], file: 'models/staging/STG_PARZELLEN.sql', words: ['Ertrag kg/ha'] }],
    since: 'last commit',
  },
  {
    name: 'test-of-missing-column',
    house: 'music',
    about: 'A test is of a column that is misspelt in the properties.',
    edits: [
      swap(
        'models/marts/_marts__models.yml',
        '      - name: genre_name\n        description: Its genre.',
        '      - name: genre\n        description: Its genre.',
      ),
    ],
    causes: [{ rules: ['D01'], file: 'models/marts/_marts__models.yml', words: ['genre', 'genre_name'] }],
    since: 'older',
  },
  {
    name: 'relationship-to-missing-field',
    house: 'jaffle',
    about: 'A relationship names a field that the other model does not have.',
    edits: [
      swap(
        'models/staging/schema.yml',
        "                to: ref('stg_customers')\n                field: customer_id",
        "                to: ref('stg_customers')\n                field: id",
      ),
    ],
    causes: [{ rules: ['D01'], file: 'models/staging/schema.yml', words: ['stg_customers'] }],
    since: 'older',
  },
  {
    name: 'singular-test-misspelt',
    house: 'chinook',
    about: 'A singular test reads a column that is misspelt.',
    edits: [misspell('tests/salesMatchInvoices.sql', 'sum(lineTotal)', 7)],
    causes: [{ rules: ['D01'], file: 'tests/salesMatchInvoices.sql' }],
    since: 'older',
  },
  {
    name: 'source-has-new-value',
    house: 'jaffle',
    about: 'An order has a status that nobody has spoken of.',
    edits: [swap('seeds/raw_orders.csv', '12,59,2018-01-15,completed', '12,59,2018-01-15,lost')],
    causes: [{ rules: ['T01'], words: ['status', 'raw_orders'] }],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'source-has-null',
    house: 'music',
    about: 'Two tracks came in without a price.',
    rows: ['update store.tracks set unit_price = null where track_id in (7, 70)'],
    causes: [{ rules: ['T01'], words: ['price', 'store', 'tracks'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-has-orphan',
    house: 'chinook',
    about: 'An invoice came in of a customer who did not.',
    rows: [
      `insert into raw."Invoice" select 9002, 999, "InvoiceDate", "BillingAddress", "BillingCity", "BillingState",
        "BillingCountry", "BillingPostalCode", 0, "CopiedAt" from raw."Invoice" limit 1`,
    ],
    causes: [{ rules: ['T01'], words: ['customerId', 'Invoice'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-has-copies',
    house: 'taxis',
    about: 'Three trips were loaded twice.',
    rows: ['insert into raw.trips select * from raw.trips order by trip_id limit 3'],
    causes: [{ rules: ['T01'], words: ['trip_id', 'trips'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-has-versions',
    house: 'chinook',
    about: 'A customer came in twice, with another address.',
    rows: [
      `insert into raw."Customer" select * replace ('Lisbon' as "City") from raw."Customer" where "CustomerId" = 34`,
    ],
    causes: [{ rules: ['T01'], words: ['customerId', 'Customer'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-has-nonsense',
    house: 'winery',
    about: 'A harvest weighs ten times what it can.',
    edits: [swap('seeds/lesen.csv', '4,P-004,2023-09-22,1700,87', '4,P-004,2023-09-22,17000,87')],
    causes: [{ rules: ['T01'], words: ['Ertrag', 'lesen'] }],
    since: 'older',
    fixable: 'by a person',
  },
].map((f) => ({ fixable: 'by code', family: f.silent ? 'wrong numbers' : 'data test', ...f }) as Fault)

const unitTest: Fault[] = [
  {
    name: 'unit-edge-moved',
    house: 'chinook',
    about: 'A comparison lost its equals sign.',
    edits: [swap('models/core/dimTrack.sql', 'minutes >= 8', 'minutes > 8')],
    causes: [{ rules: ['T02'], file: 'models/core/dimTrack.sql', words: ['lengthInWords'] }],
    since: 'older',
  },
  {
    name: 'unit-mixed-up',
    house: 'music',
    about: 'Milliseconds are divided as if minutes had a hundred seconds.',
    edits: [swap('models/marts/dim_tracks.sql', '60000.0', '100000.0')],
    causes: [{ rules: ['T02'], file: 'models/marts/dim_tracks.sql', words: ['minutes_of_a_track'] }],
    since: 'last commit',
  },
  {
    name: 'unit-whole-numbers-divided',
    house: 'music',
    about: 'Two whole numbers are divided, and the rest is lost.',
    edits: [swap('models/marts/dim_tracks.sql', '60000.0', '60000')],
    causes: [{ rules: ['T02'], file: 'models/marts/dim_tracks.sql', words: ['minutes_of_a_track'] }],
    since: 'older',
  },
  {
    name: 'unit-fixture-misspelt',
    house: 'chinook',
    about: 'The rows of a unit test name a column that is not there.',
    edits: [swap('models/core/core.yml', '{trackId: 2, minutes: 2.5}', '{trackId: 2, minuts: 2.5}')],
    causes: [{ rules: ['C12'], words: ['minuts', 'lengthInWords'] }],
    since: 'older',
  },
  {
    name: 'unit-input-missing',
    house: 'taxis',
    about: 'A unit test of an incremental run no longer gives the rows that stand.',
    edits: [
      swap(
        'models/marts/core/_core__unit_tests.yml',
        `      - input: this
        # As SQL: rows would need the columns of the table, which is not there before the first build.
        format: sql
        rows: |
          select timestamp '2019-04-10 12:00:00' as loaded_at
`,
        '',
      ),
    ],
    causes: [{ rules: ['P32'], words: ['test_late_arrivals'] }],
    since: 'last commit',
  },
  {
    name: 'unit-sum-of-wrong-column',
    house: 'jaffle',
    about: 'The sums by method count rows in place of dollars.',
    edits: [swap('models/marts/order_payments.sql', 'then amount else 0 end', 'then 1 else 0 end')],
    causes: [{ rules: ['T02'], file: 'models/marts/order_payments.sql', words: ['payments_by_method'] }],
    since: 'older',
  },
  {
    name: 'unit-minus-turned',
    house: 'solar',
    about: 'A macro takes the larger from the smaller.',
    edits: [
      swap(
        'macros/measures.sql',
        '{{ alias }}.kwh_in - {{ alias }}.kwh_out',
        '{{ alias }}.kwh_out - {{ alias }}.kwh_in',
      ),
    ],
    causes: [{ rules: ['T02'], file: 'macros/measures.sql', words: ['net_is_in_less_out'] }],
    since: 'last commit',
    refresh: true,
  },
  {
    name: 'unit-null-guard-lost',
    house: 'taxis',
    about: 'Trips whose clock ran back have a negative duration.',
    edits: [
      swap(
        'models/intermediate/int_trips_enriched.sql',
        `        case
            when dropoff_at >= pickup_at
                then {{ dbt.datediff('pickup_at', 'dropoff_at', 'second') }}
        end as duration_seconds`,
        `        {{ dbt.datediff('pickup_at', 'dropoff_at', 'second') }} as duration_seconds`,
      ),
    ],
    causes: [
      {
        rules: ['T02'],
        file: 'models/intermediate/int_trips_enriched.sql',
        words: ['test_trip_duration_and_speed'],
      },
    ],
    since: 'last commit',
  },
].map((f) => ({ fixable: 'by code', family: 'unit test', ...f }) as Fault)

const SOURCES = 'models/staging/sources.yml'
const FRESHNESS: Pick<Fault, 'before' | 'family'> = {
  before: { dbt: [['source', 'freshness']] },
  family: 'freshness',
}

const freshness: Fault[] = [
  {
    name: 'source-stale',
    house: 'music',
    about: 'The playlists were not loaded for nine days.',
    rows: ["update store.playlist_tracks set loaded_at = loaded_at - interval '9 days'"],
    causes: [{ rules: ['T05'], words: ['playlist_tracks'] }],
    fixable: 'by a person',
  },
  {
    name: 'source-stale-duckdb',
    house: 'chinook',
    about: 'The copy of the invoices is a week old.',
    rows: [`update raw."Invoice" set "CopiedAt" = "CopiedAt" - interval '7 days'`],
    causes: [{ rules: ['T05'], words: ['Invoice'] }],
    fixable: 'by a person',
  },
  {
    name: 'freshness-field-misspelt',
    house: 'chinook',
    about: 'The field of freshness is misspelt.',
    edits: [swap(SOURCES, 'loaded_at_field: CopiedAt', 'loaded_at_field: CopyedAt')],
    causes: [{ rules: ['D01'], file: SOURCES, words: ['CopyedAt'] }],
    since: 'older',
  },
  {
    name: 'freshness-field-lost',
    house: 'music',
    about: 'Freshness is asked for, and no field tells it.',
    edits: [cut('models/staging/_store__sources.yml', '    loaded_at_field: loaded_at\n')],
    causes: [{ rules: ['T04'], file: 'models/staging/_store__sources.yml', words: ['playlist_tracks'] }],
    since: 'last commit',
  },
  {
    name: 'freshness-field-is-text',
    house: 'chinook',
    about: 'The loader writes the time of the copy as text now.',
    rows: [
      `alter table raw."Invoice" alter column "CopiedAt" type varchar using strftime("CopiedAt", '%Y-%m-%d %H:%M:%S')`,
    ],
    causes: [{ rules: ['T03'], words: ['CopiedAt'] }],
  },
].map((f) => ({ fixable: 'by code', ...FRESHNESS, ...f }) as Fault)

export const DATA: Fault[] = [...dataTest, ...unitTest, ...freshness]
