/** SQL that a warehouse refuses: words of other databases, and slips in clauses, windows, unions and CTEs. */
import { cut, put, swap } from '../edits.ts'
import type { Edit, Fault } from '../types.ts'

type Refused = Pick<Fault, 'name' | 'house' | 'about'> & {
  edits: Edit[]
  rules: string[]
  file: string
  at?: string
  words?: string[]
} & Partial<Fault>

const refused = ({ rules, file, at, words, ...rest }: Refused): Fault => ({
  family: 'database',
  since: 'ever',
  causes: [{ rules, file, ...(at ? { at } : {}), ...(words ? { words } : {}) }],
  fixable: 'by code',
  half: 'open',
  ...rest,
})

const path = (folder: string) => (name: string) => `models/${folder}/${name}.sql`
const [staging, marts, core] = [path('staging'), path('marts'), path('core')]
const [landing, logic, reports] = [path('landing'), path('logic'), path('reports')]

const FINAL_FIRST = `with

final as (

    select
        track_id,
        track_name,
        composer,
        album_title,
        artist_name,
        genre_name,
        round(milliseconds / 60000.0, 2) as minutes,
        price_cents

    from tracks

),

tracks as (

    select * from {{ ref('int_tracks_described') }}

)

select * from final
`

export const OWN_DIALECTS: Fault[] = [
  refused({
    name: 'own-acquired-as-oracle-reads',
    house: 'museum',
    about: 'A text becomes a date as Oracle and Snowflake read it.',
    edits: [swap(landing('ld_objects'), 'cast(acquired_on as date)', "to_date(acquired_on, 'YYYY-MM-DD')")],
    rules: ['D08'],
    file: landing('ld_objects'),
    at: 'to_date(',
    words: ['to_date'],
  }),
  refused({
    name: 'own-day-as-mysql-reads',
    house: 'winery',
    about: 'A text becomes a date as MySQL reads it.',
    edits: [
      swap(
        staging('STG_LESEN'),
        'CAST("Tag" AS DATE) AS "Lesetag"',
        `STR_TO_DATE(CAST("Tag" AS VARCHAR), '%Y-%m-%d') AS "Lesetag"`,
      ),
    ],
    rules: ['D08'],
    file: staging('STG_LESEN'),
    at: 'STR_TO_DATE(',
    words: ['STR_TO_DATE'],
  }),
  refused({
    name: 'own-days-as-mysql-counts',
    house: 'museum',
    about: 'Days between two dates, as MySQL counts them.',
    edits: [
      swap(
        'macros/dates.sql',
        "date_diff('day', {{ first }}, {{ last }})",
        'datediff({{ last }}, {{ first }})',
      ),
    ],
    rules: ['D08'],
    file: 'macros/dates.sql',
    at: 'datediff(',
    words: ['datediff'],
  }),
  refused({
    name: 'own-isnull-of-two',
    house: 'music',
    about: 'A value for none, as SQL Server writes it.',
    edits: [
      swap(staging('stg_store__tracks'), "coalesce(composer, 'unknown')", "isnull(composer, 'unknown')"),
    ],
    rules: ['D08', 'D12'],
    file: staging('stg_store__tracks'),
    at: 'isnull(',
  }),
  refused({
    name: 'own-double-of-postgres',
    house: 'music',
    about: 'A type as other databases call it.',
    edits: [
      swap(
        marts('dim_tracks'),
        'round(milliseconds / 60000.0, 2)',
        'round(milliseconds::double / 60000.0, 2)',
      ),
    ],
    since: 'last commit',
    rules: ['D09'],
    file: marts('dim_tracks'),
    at: '::double',
    words: ['double'],
  }),
  refused({
    name: 'own-qualify-on-postgres',
    house: 'music',
    about: 'The first of each, as Snowflake and DuckDB ask for it.',
    edits: [
      swap(
        staging('stg_store__genres'),
        '    from source\n',
        '    from source\n    qualify row_number() over (partition by genre_id order by name) = 1\n',
      ),
    ],
    since: 'last commit',
    rules: ['D12'],
    file: staging('stg_store__genres'),
    at: 'qualify',
  }),
  refused({
    name: 'own-none-in-words',
    house: 'music',
    about: 'A word stands in for a number that is not there.',
    edits: [swap(marts('agg_playlists'), 'sum(entries.minutes), 0)', "sum(entries.minutes), 'none')")],
    since: 'last commit',
    rules: ['D06', 'D07'],
    file: marts('agg_playlists'),
    at: "'none'",
  }),
  refused({
    name: 'own-sales-without-kind',
    house: 'museum',
    about: 'One part of a union lacks a column.',
    edits: [cut(reports('cash_movements'), "        'sale' as kind,\n")],
    since: 'older',
    rules: ['D16'],
    file: reports('cash_movements'),
  }),
  refused({
    name: 'own-invoice-of-either-table',
    house: 'chinook',
    about: 'A column may be of either of two tables.',
    edits: [swap(core('factSales'), '        , lines.invoiceId\n', '        , invoiceId\n')],
    rules: ['D13'],
    file: core('factSales'),
    words: ['invoiceId'],
  }),
  refused({
    name: 'own-orders-not-grouped',
    house: 'jaffle',
    about: 'A sum for each customer has no groups.',
    edits: [cut(marts('customers'), '\n  group by customer_id')],
    rules: ['D14'],
    file: marts('customers'),
    words: ['customer_id'],
  }),
  refused({
    name: 'own-number-of-the-row-in-where',
    house: 'museum',
    about: 'A condition on rows asks a window.',
    edits: [
      swap(
        logic('loan_periods'),
        '    end as days_away\nfrom loans',
        '    end as days_away\nfrom loans\nwhere row_number() over (partition by loan_id order by starts_on) = 1',
      ),
    ],
    rules: ['D15', 'D12'],
    file: logic('loan_periods'),
    at: 'where row_number()',
  }),
  refused({
    name: 'own-rank-by-what-is-not-grouped',
    house: 'museum',
    about: 'A rank among groups goes by a column of their rows.',
    edits: [
      swap(
        reports('gallery_load'),
        'order by sum(gallery_days.persons) desc',
        'order by gallery_days.persons desc',
      ),
    ],
    rules: ['D14'],
    file: reports('gallery_load'),
    at: 'order by gallery_days.persons desc',
    words: ['persons'],
  }),
  refused({
    name: 'own-case-without-end',
    house: 'winery',
    about: 'A case has no end.',
    edits: [swap('models/mart/D_PARZELLE.sql', "'Tal' END AS", "'Tal' AS")],
    rules: ['D12'],
    file: 'models/mart/D_PARZELLE.sql',
    at: "'Tal' AS",
  }),
  refused({
    name: 'own-final-before-its-tracks',
    house: 'music',
    about: 'A CTE reads one that comes after it.',
    edits: [put(marts('dim_tracks'), FINAL_FIRST)],
    rules: ['D02'],
    file: marts('dim_tracks'),
    words: ['tracks'],
  }),
  refused({
    name: 'own-subquery-without-a-name',
    house: 'music',
    about: 'A subquery has no alias, which Postgres 15 demands.',
    edits: [
      swap(
        staging('stg_store__artists'),
        '    from source\n',
        '    from (select * from source where artist_id is not null)\n',
      ),
    ],
    rules: ['D12'],
    file: staging('stg_store__artists'),
    at: 'from (select',
  }),
  refused({
    name: 'own-union-al',
    house: 'museum',
    about: 'A word of a union is misspelt.',
    edits: [swap(reports('cash_movements'), 'union all', 'union al')],
    rules: ['D12'],
    file: reports('cash_movements'),
    at: 'union al',
  }),
  refused({
    name: 'own-cast-with-a-format',
    house: 'chinook',
    about: 'A cast has a format, as BigQuery and Teradata take it.',
    edits: [
      swap(staging('stgEmployee'), 'cast(HireDate as date)', "cast(HireDate as date format 'YYYY-MM-DD')"),
    ],
    rules: ['D12'],
    file: staging('stgEmployee'),
    at: 'format',
  }),
  refused({
    name: 'own-interval-without-quotes',
    house: 'music',
    about: 'An interval is written as MySQL and BigQuery take it.',
    edits: [
      swap(
        marts('fct_playlist_entries'),
        'interval \'{{ var("lookback_days") }} days\'',
        'interval {{ var("lookback_days") }} day',
      ),
    ],
    rules: ['D12'],
    file: marts('fct_playlist_entries'),
    at: 'interval {{',
  }),
  refused({
    name: 'own-iff-of-a-kind',
    house: 'solar',
    about: 'A condition as Snowflake writes it, in a loop.',
    edits: [
      swap(
        marts('agg_kind_wide'),
        "case when kind = '{{ kind }}' then kwh_in end",
        "iff(kind = '{{ kind }}', kwh_in, null)",
      ),
    ],
    rules: ['D08'],
    file: marts('agg_kind_wide'),
    at: 'iff(',
    words: ['iff'],
  }),
  refused({
    name: 'own-number-as-oracle-has-it',
    house: 'jaffle',
    about: 'A type as Oracle and Snowflake call it.',
    edits: [swap('macros/money.sql', 'as decimal(12,', 'as number(12,')],
    rules: ['D09'],
    file: 'macros/money.sql',
    words: ['number'],
  }),
  refused({
    name: 'own-two-signs-of-equality',
    house: 'music',
    about: 'Two columns are compared as a program would.',
    edits: [
      swap(
        'models/intermediate/int_tracks_described.sql',
        'tracks.genre_id = genres',
        'tracks.genre_id == genres',
      ),
    ],
    rules: ['D07', 'D08', 'D12'],
    file: 'models/intermediate/int_tracks_described.sql',
    at: '== genres',
  }),
]
