/** What was there before: incremental models, snapshots, seeds. */
import { cut, misspell, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const FACT = 'models/core/factSales.sql'
const ENTRIES = 'models/marts/fct_playlist_entries.sql'

/** A sale on the last day that is loaded, and one after it. */
const LATE_SALES = [
  `insert into raw."Invoice" select 9001, "CustomerId", "InvoiceDate", "BillingAddress", "BillingCity", "BillingState",
    "BillingCountry", "BillingPostalCode", 1.98, "CopiedAt" from raw."Invoice" order by "InvoiceDate" desc limit 1`,
  'insert into raw."InvoiceLine" values (90001, 9001, 1, 0.99, 1), (90002, 9001, 2, 0.99, 1)',
]
/** Entries that came a day after the others were loaded, and one that came with them but late. */
const LATE_ENTRIES = [
  `insert into store.playlist_tracks (playlist_id, track_id, added_at, loaded_at)
    select 18, track_id, timestamp '2024-09-01', date_trunc('day', localtimestamp) - interval '1 day'
    from store.tracks where track_id between 100 and 104`,
]

const incremental: Fault[] = [
  {
    name: 'watermark-loses-ties',
    house: 'chinook',
    about: 'The watermark takes what is after the last day, and more came of that day.',
    edits: [swap(FACT, 'invoiceDate >= (select', 'invoiceDate > (select')],
    rows: LATE_SALES,
    causes: [{ rules: ['T01'], file: FACT, at: 'invoiceDate > (select' }],
    since: 'older',
  },
  {
    name: 'watermark-without-lookback',
    house: 'music',
    about: 'The watermark does not look back any more, and some rows came late.',
    edits: [
      swap(
        ENTRIES,
        `select max(loaded_at) - interval '{{ var("lookback_days") }} days' from {{ this }}`,
        'select max(loaded_at) from {{ this }}',
      ),
    ],
    rows: LATE_ENTRIES,
    causes: [{ rules: ['T01'], file: ENTRIES, at: 'select max(loaded_at) from' }],
    since: 'last commit',
  },
  {
    name: 'watermark-of-the-future',
    house: 'taxis',
    about: 'The watermark adds the lookback in place of taking it off, and the loads of today are not taken.',
    edits: [swap('models/marts/core/fct_trips.sql', '            - interval', '            + interval')],
    causes: [{ rules: ['T02'], file: 'models/marts/core/fct_trips.sql' }],
    since: 'older',
  },
  {
    name: 'unique-key-misspelt',
    house: 'chinook',
    about: 'The unique key of an incremental model is misspelt.',
    edits: [swap(FACT, "unique_key='invoiceLineId'", "unique_key='invoiceLinId'")],
    causes: [{ rules: ['D01'], file: FACT, words: ['invoiceLinId'] }],
    since: 'older',
  },
  {
    name: 'unique-key-lost',
    house: 'chinook',
    about: 'The unique key was taken out, so that the last day is loaded twice.',
    edits: [cut(FACT, "        unique_key='invoiceLineId',\n")],
    causes: [{ rules: ['T01'], file: FACT, words: ['invoiceLineId'] }],
    since: 'last commit',
    refresh: true,
  },
  {
    name: 'unique-key-too-coarse',
    house: 'music',
    about: 'The unique key names one of two columns, so that rows which are looked at again push out others.',
    edits: [swap(ENTRIES, "unique_key=['playlist_id', 'track_id']", "unique_key='playlist_id'")],
    rows: [
      "update store.playlist_tracks set loaded_at = loaded_at - interval '9 days' where track_id % 2 = 0",
      "update analytics.fct_playlist_entries set loaded_at = loaded_at - interval '9 days' where track_id % 2 = 0",
    ],
    causes: [{ rules: ['T01'], file: ENTRIES, words: ['playlist_id'] }],
    since: 'older',
    refresh: true,
  },
  {
    name: 'guard-lost',
    house: 'chinook',
    about: 'The guard of the first run is gone, and the table is not there.',
    edits: [
      swap(
        FACT,
        '    {% if is_incremental() %}\n    where invoiceDate >= (select max(invoiceDate) from {{ this }})\n    {% endif %}\n',
        '    where invoiceDate >= (select max(invoiceDate) from {{ this }})\n',
      ),
    ],
    rows: ['drop table analytics."factSales"'],
    causes: [{ rules: ['D02'], file: FACT, words: ['factSales'] }],
    since: 'older',
  },
  {
    name: 'incremental-column-added',
    house: 'music',
    about: 'An incremental model that refuses other columns got one.',
    edits: [
      swap(ENTRIES, '        tracks.minutes,\n', '        tracks.minutes,\n        tracks.genre_name,\n'),
    ],
    causes: [{ rules: ['C11'], words: ['fct_playlist_entries', 'genre_name'] }],
    since: 'older',
    fixable: 'by a person',
  },
].map((f) => ({ fixable: 'by code', family: 'incremental', ...f }) as Fault)

const ORDERS = 'snapshots/orders_history.sql'
const PRICES = 'snapshots/track_prices.yml'

const snapshot: Fault[] = [
  {
    name: 'snapshot-key-misspelt',
    house: 'jaffle',
    about: 'The unique key of a snapshot is misspelt.',
    edits: [swap(ORDERS, "unique_key='order_id'", "unique_key='orderid'")],
    causes: [{ rules: ['D01', 'C13'], file: ORDERS, words: ['orderid'] }],
    since: 'older',
  },
  {
    name: 'snapshot-strategy-misspelt',
    house: 'jaffle',
    about: 'The strategy of a snapshot is misspelt.',
    edits: [swap(ORDERS, "strategy='check'", "strategy='chekc'")],
    causes: [{ rules: ['P29'], words: ['chekc', 'orders_history'] }],
    since: 'older',
  },
  {
    name: 'snapshot-checks-nothing-there',
    house: 'jaffle',
    about: 'A snapshot checks a column that is called otherwise.',
    edits: [swap(ORDERS, "check_cols=['status']", "check_cols=['order_status']")],
    causes: [{ rules: ['D01', 'C13'], file: ORDERS, words: ['order_status'] }],
    since: 'older',
  },
  {
    name: 'snapshot-time-renamed',
    house: 'music',
    about: 'The column by which a snapshot tells what is new was renamed in staging.',
    edits: [
      swap(
        'models/staging/stg_store__tracks.sql',
        '        changed_at\n',
        '        changed_at as updated_at\n',
      ),
    ],
    differs: ['stg_store__tracks', 'track_prices'],
    causes: [{ rules: ['D01', 'C13'], words: ['changed_at', 'updated_at', 'track_prices'] }],
    since: 'older',
  },
  {
    name: 'snapshot-without-key',
    house: 'music',
    about: 'A snapshot has no unique key.',
    edits: [cut(PRICES, '      unique_key: track_id\n')],
    causes: [{ rules: ['P29'], words: ['track_prices', 'unique_key'] }],
    since: 'older',
  },
].map((f) => ({ fixable: 'by code', family: 'snapshot', ...f }) as Fault)

const seed: Fault[] = [
  {
    name: 'seed-header-renamed',
    house: 'jaffle',
    about: 'A column of a seed got another name in its header.',
    // Into the table that stands, rows are loaded by their place.
    before: { dbt: [['build', '--full-refresh']] },
    edits: [swap('seeds/raw_orders.csv', 'id,user_id,order_date,status', 'id,customer_id,order_date,status')],
    differs: ['raw_orders'],
    causes: [{ rules: ['D01', 'D05'], words: ['user_id', 'customer_id'] }],
    since: 'older',
  },
  {
    name: 'seed-row-too-long',
    house: 'jaffle',
    about: 'A line of a seed has one field too many.',
    edits: [swap('seeds/raw_customers.csv', '\n2,Shawn,M.\n', '\n2,Shawn,M.,Jr.\n')],
    causes: [{ rules: ['C14', 'D05'], words: ['raw_customers'] }],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'seed-type-misspelt',
    house: 'jaffle',
    about: 'The type of a seed column is misspelt.',
    edits: [swap('dbt_project.yml', 'amount: integer', 'amount: intger')],
    causes: [{ rules: ['D09'], words: ['intger', 'raw_payments'] }],
    since: 'older',
  },
  {
    name: 'seed-in-another-encoding',
    house: 'winery',
    about: 'A seed was saved in the encoding of an old spreadsheet.',
    edits: [
      {
        path: 'seeds/parzellen.csv',
        text: 'Parzelle_ID,Lage Name,Größe ha,Rebsorte,Höhe\nP-001,Sonnenberg,1.20,Riesling,210\nP-002,Sonnenberg,0.85,Silvaner,205\n',
        encoding: 'latin1',
      },
    ],
    causes: [{ rules: ['P36'], words: ['parzellen'] }],
    since: 'not committed',
    fixable: 'by a person',
  },
  {
    name: 'seed-with-semicolons',
    house: 'winery',
    about: 'A seed was saved with semicolons between its fields.',
    edits: [
      {
        path: 'seeds/abfuellungen.csv',
        text: `Los;Lese_Nr;Flaschen;Preis
L23-01;1;3600;11.90
L23-02;2;2700;8.50
L23-03;3;5900;16.00
L23-04;4;1100;13.50
L23-05;5;9800;6.20
L24-01;6;3400;12.40
L24-03;8;6000;16.80
`,
      },
    ],
    causes: [{ rules: ['D01', 'D05', 'C14'], file: 'seeds/abfuellungen.csv' }],
    since: 'last commit',
  },
  {
    name: 'seed-row-twice',
    house: 'jaffle',
    about: 'A line stands twice in a seed.',
    edits: [swap('seeds/raw_customers.csv', '\n2,Shawn,M.\n', '\n2,Shawn,M.\n2,Shawn,M.\n')],
    causes: [{ rules: ['T01'], words: ['customer_id', 'raw_customers'] }],
    since: 'older',
    fixable: 'by a person',
  },
  {
    name: 'seed-misspelt-in-model',
    house: 'winery',
    about: 'A seed is read by a misspelt name.',
    edits: [misspell('models/staging/STG_LESEN.sql', "ref('lesen')")],
    causes: [{ rules: ['P17'], file: 'models/staging/STG_LESEN.sql' }],
    since: 'older',
  },
].map((f) => ({ fixable: 'by code', family: 'seed', ...f }) as Fault)

export const HISTORY: Fault[] = [...incremental, ...snapshot, ...seed]
