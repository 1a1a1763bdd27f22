/** What Postgres and DuckDB refuse, as people write it: some of it changed lately, some of it so from the first day on. */
import { cut, swap } from '../edits.ts'
import type { Edit, Fault } from '../types.ts'

type Refused = Pick<Fault, 'name' | 'about'> & {
  edits?: Edit[]
  rules: string[]
  file?: string
  at?: string
  words?: string[]
} & Partial<Fault>

const FULL = { dbt: [['build', '--full-refresh']] }
const path = (folder: string) => (name: string) => `models/${folder}/${name}.sql`
const [base, prep, mart] = [path('base'), path('prep'), path('marts')]

const refused = ({ rules, file, at, words, ...rest }: Refused): Fault => ({
  house: 'ferry',
  family: 'database',
  since: 'ever',
  causes: [{ rules, ...(file ? { file } : {}), ...(at ? { at } : {}), ...(words ? { words } : {}) }],
  fixable: 'by code',
  half: 'open',
  ...rest,
})

export const OWN_DATABASE: Fault[] = [
  refused({
    name: 'own-number-joined-with-text',
    about: 'A number is joined with a text.',
    edits: [swap(mart('booking_facts'), 'p.booking_id = b.booking_id', 'p.booking_id = b.booking_key')],
    since: 'older',
    rules: ['D07'],
    file: mart('booking_facts'),
    at: 'p.booking_id = b.booking_key',
  }),
  refused({
    name: 'own-text-that-is-no-number',
    about: 'A code of letters is cast to a number.',
    edits: [swap(base('base_bookings'), 'lower(trim(channel)) as', 'trim(channel)::integer as')],
    since: 'last commit',
    rules: ['D06', 'D07'],
    file: base('base_bookings'),
    at: '::integer',
  }),
  refused({
    name: 'own-whose-customer',
    about: 'A key that two relations have is not said to be of one.',
    edits: [swap(mart('customer_dim'), '    c.customer_id,\n', '    customer_id,\n')],
    rules: ['D13'],
    file: mart('customer_dim'),
    words: ['customer_id'],
  }),
  refused({
    name: 'own-words-of-a-name-turned',
    about: 'The two words of a column’s name are turned.',
    edits: [swap(mart('route_days'), 'avg(minutes_late)', 'avg(late_minutes)')],
    rules: ['D01'],
    file: mart('route_days'),
    at: 'late_minutes',
    words: ['late_minutes'],
  }),
  refused({
    name: 'own-group-of-a-day-gone',
    about: 'A group is missing.',
    edits: [swap(mart('route_days'), 'group by route_code, departed_on', 'group by route_code')],
    rules: ['D14'],
    file: mart('route_days'),
    words: ['departed_on'],
  }),
  refused({
    name: 'own-sum-in-where',
    about: 'A sum stands in where.',
    edits: [
      swap(
        mart('sailing_facts'),
        "    where booking_status <> 'cancelled'\n    group by sailing_id",
        "    where booking_status <> 'cancelled' and count(*) > 0\n    group by sailing_id",
      ),
    ],
    rules: ['D15'],
    file: mart('sailing_facts'),
    at: 'count(*) > 0',
  }),
  refused({
    name: 'own-window-in-where',
    about: 'A window stands in where.',
    edits: [
      swap(
        prep('prep_fuel'),
        "from {{ ref('base_fuel_readings') }}",
        "from {{ ref('base_fuel_readings') }}\nwhere row_number() over (partition by vessel_id, read_on order by reading_id) = 1",
      ),
    ],
    since: 'older',
    rules: ['D15', 'D12'],
    file: prep('prep_fuel'),
    at: 'row_number()',
  }),
  refused({
    name: 'own-alias-in-having',
    about: 'A condition on groups names an alias of the same query.',
    edits: [
      swap(
        mart('route_days'),
        'group by route_code, departed_on',
        'group by route_code, departed_on\n    having sailings > 0',
      ),
    ],
    rules: ['D01'],
    file: mart('route_days'),
    at: 'having sailings',
    words: ['sailings'],
  }),
  refused({
    name: 'own-alias-in-where',
    about: 'A condition on rows names an alias of the same query.',
    edits: [
      swap(
        mart('month_report'),
        "where b.booking_status <> 'cancelled'",
        "where b.booking_status <> 'cancelled' and month >= date '2020-01-01'",
      ),
    ],
    rules: ['D01'],
    file: mart('month_report'),
    at: 'month >= date',
    words: ['month'],
  }),
  refused({
    name: 'own-alias-in-the-same-list',
    about: 'An expression names an alias that the same list makes.',
    edits: [
      swap(
        mart('sailing_facts'),
        "when s.minutes_late >= 15 then 'late'",
        "when s.minutes_late >= 15 and load_percent >= 0 then 'late'",
      ),
    ],
    rules: ['D01'],
    file: mart('sailing_facts'),
    at: 'load_percent >= 0',
    words: ['load_percent'],
  }),
  refused({
    name: 'own-minutes-of-another-dialect',
    about: 'Minutes between two times, as other databases count them.',
    edits: [
      swap(
        prep('prep_sailings'),
        'round(extract(epoch from s.arrived_at - s.departs_at) / 60) as sailed_minutes',
        "datediff('minute', s.departs_at, s.arrived_at) as sailed_minutes",
      ),
    ],
    rules: ['D08', 'D12'],
    file: prep('prep_sailings'),
    at: 'datediff',
    words: ['datediff'],
  }),
  refused({
    name: 'own-upper-of-another-dialect',
    about: 'Capitals, as MySQL makes them.',
    edits: [swap(base('base_ports'), 'upper(code)', 'ucase(code)')],
    rules: ['D08'],
    file: base('base_ports'),
    at: 'ucase',
    words: ['ucase'],
  }),
  refused({
    name: 'own-month-as-bigquery-has-it',
    about: 'The start of a month, as BigQuery takes it.',
    edits: [swap(mart('month_report'), "date_trunc('month', b.booked_on)", 'date_trunc(b.booked_on, month)')],
    rules: ['D08', 'D01'],
    file: mart('month_report'),
    at: 'date_trunc',
    words: ['month'],
  }),
  refused({
    name: 'own-names-in-backticks',
    about: 'A name stands between backticks.',
    edits: [swap(base('base_payments'), '    method,', '    `method`,')],
    rules: ['D12'],
    file: base('base_payments'),
    at: '`method`',
  }),
  refused({
    name: 'own-convert-to-a-date',
    about: 'A cast, as SQL Server writes it.',
    edits: [swap(base('base_fuel_readings'), 'read_at::date', 'convert(date, read_at)')],
    rules: ['D01', 'D08', 'D12'],
    file: base('base_fuel_readings'),
    at: 'convert(',
  }),
  refused({
    name: 'own-if-as-a-function',
    about: 'A condition, as MySQL and BigQuery write it.',
    edits: [
      swap(
        prep('prep_payments'),
        "case when kind = 'refund' then -amount else amount end",
        "if(kind = 'refund', -amount, amount)",
      ),
    ],
    rules: ['D08', 'D12'],
    file: prep('prep_payments'),
    at: 'if(kind',
  }),
  refused({
    name: 'own-safe-division',
    about: 'A division, as BigQuery writes it.',
    edits: [
      swap(
        mart('month_report'),
        'sum(b.price_eur) / sum(b.passengers)',
        'safe_divide(sum(b.price_eur), sum(b.passengers))',
      ),
    ],
    rules: ['D08'],
    file: mart('month_report'),
    at: 'safe_divide',
    words: ['safe_divide'],
  }),
  refused({
    name: 'own-count-if',
    about: 'A count of some rows, as BigQuery and Databricks write it.',
    edits: [
      swap(
        mart('route_days'),
        "count(*) filter (where sailing_status = 'cancelled')",
        "countif(sailing_status = 'cancelled')",
      ),
    ],
    rules: ['D08'],
    file: mart('route_days'),
    at: 'countif',
    words: ['countif'],
  }),
  refused({
    name: 'own-texts-added',
    about: 'Texts are put together with a plus.',
    edits: [
      swap(prep('prep_sailings'), "p.port_code || '-' || q.port_code", "p.port_code + '-' + q.port_code"),
    ],
    rules: ['D07', 'D06'],
    file: prep('prep_sailings'),
    at: "+ '-' +",
  }),
  refused({
    name: 'own-days-taken-from-a-time',
    about: 'A number of days is taken from a time.',
    edits: [
      swap(
        mart('booking_facts'),
        'max(loaded_at) - interval \'{{ var("lookback_days") }} days\'',
        'max(loaded_at) - {{ var("lookback_days") }}',
      ),
    ],
    rules: ['D07'],
    file: mart('booking_facts'),
    at: 'max(loaded_at)',
  }),
  refused({
    name: 'own-word-that-is-reserved',
    about: 'An alias is a word of SQL.',
    edits: [
      swap(
        mart('month_report'),
        "{{ ref('channels') }} c on c.channel",
        "{{ ref('channels') }} end on end.channel",
      ),
      swap(mart('month_report'), 'c.channel_name', 'end.channel_name'),
    ],
    rules: ['D12'],
    file: mart('month_report'),
  }),
  refused({
    name: 'own-capitals-in-quotes',
    about: 'A name in quotes has capitals, and its readers write it small.',
    edits: [swap(base('base_vessels'), 'as vessel_name', 'as "Vessel_Name"')],
    rules: ['D01'],
    file: base('base_vessels'),
    at: '"Vessel_Name"',
    words: ['vessel_name'],
    // The snapshot has taken the column of the wrong name, and keeps it.
    differs: ['vessel_history'],
  }),
  refused({
    name: 'own-vessel-without-seats',
    about: 'A vessel has room for nobody, says the source: a share of it cannot be told.',
    rows: ['update ops.vessels set passenger_capacity = 0 where vessel_id = 4'],
    rules: ['D10'],
    file: mart('sailing_facts'),
    fixable: 'by a person',
  }),
  refused({
    name: 'own-too-large-for-an-integer',
    about: 'Whole numbers grow too large on the way to a decimal.',
    edits: [swap('macros/money.sql', '({{ amount }} / 100.0)', '({{ amount }} * 1000000 / 100000000.0)')],
    rules: ['D11'],
    file: 'macros/money.sql',
  }),
  refused({
    name: 'own-four-digits-of-money',
    about: 'A decimal has room for four digits.',
    edits: [swap('macros/money.sql', 'numeric(12, 2)', 'numeric(4, 2)')],
    since: 'older',
    rules: ['D11'],
    file: 'macros/money.sql',
    at: 'numeric(4, 2)',
  }),
  refused({
    name: 'own-schema-of-another-name',
    about: 'A schema has another name in the YAML than in the warehouse.',
    edits: [swap('models/base/sources.yml', '    schema: ops', '    schema: operations')],
    rules: ['D02'],
    file: 'models/base/sources.yml',
    words: ['operations'],
  }),
  refused({
    name: 'own-schema-renamed',
    about: 'A schema of the warehouse has another name since today.',
    rows: ['alter schema partner rename to partners'],
    rules: ['D02'],
    file: 'models/base/sources.yml',
    words: ['partner'],
  }),
  refused({
    name: 'own-empty-text-for-none',
    about: 'A part of a union has an empty text where the other has a number.',
    edits: [swap(prep('prep_bookings'), '    sailing_id,\n    null,', "    sailing_id,\n    '',")],
    rules: ['D06', 'D07'],
    file: prep('prep_bookings'),
    at: "    '',",
  }),
  refused({
    name: 'own-part-without-vehicles',
    about: 'A part of a union lacks a column.',
    edits: [
      swap(
        prep('prep_bookings'),
        "    'partner',\n    passengers,\n    vehicles,",
        "    'partner',\n    passengers,",
      ),
    ],
    rules: ['D16'],
    file: prep('prep_bookings'),
  }),
  refused({
    name: 'own-window-without-over',
    about: 'A window has lost its word.',
    edits: [swap(prep('prep_fuel'), 'lag(litres_total) over (', 'lag(litres_total) (')],
    rules: ['D12'],
    file: prep('prep_fuel'),
    at: 'lag(litres_total) (',
  }),
  refused({
    name: 'own-distinct-on-another-order',
    about: 'The first of each is asked for, in an order that does not begin with it.',
    edits: [swap(base('base_reservations'), 'order by reference, file_no desc', 'order by file_no desc')],
    rules: [],
    file: base('base_reservations'),
  }),
  refused({
    name: 'own-round-of-an-average',
    about: 'A float is rounded to a decimal.',
    edits: [swap(mart('route_days'), 'avg(minutes_late)', 'avg(minutes_late::float)')],
    rules: ['D08'],
    file: mart('route_days'),
    words: ['round'],
  }),
  refused({
    name: 'own-one-of-many',
    about: 'A key is compared with a query that gives many.',
    edits: [swap(mart('customer_dim'), 'c.customer_id in (', 'c.customer_id = (')],
    rules: ['D18'],
    file: mart('customer_dim'),
    at: 'c.customer_id = (',
  }),
  refused({
    name: 'own-zone-of-nowhere',
    about: 'The source misspells a time zone.',
    rows: ["update ops.ports set time_zone = 'Europe/Olso' where port_id = 1"],
    rules: [],
    words: ['time zone'],
    fixable: 'by a person',
  }),
  refused({
    name: 'own-column-of-the-source-renamed',
    about: 'A column of a source has another name since today.',
    rows: ['alter table ops.ports rename column country to country_code'],
    rules: ['D01'],
    file: base('base_ports'),
    words: ['country'],
  }),
  refused({
    name: 'own-amounts-as-text',
    about: 'A column of a source holds texts since today.',
    // Views stand on it: who changes its type takes them down.
    rows: [
      'drop view reporting.base_payments cascade',
      'alter table ops.payments alter amount_minor type text',
    ],
    rules: ['D07'],
    words: ['amount_minor'],
  }),
  refused({
    name: 'own-column-of-the-source-gone',
    about: 'A column of a source is gone, and nothing stands in its place.',
    rows: ['alter table ops.vessels drop column vehicle_capacity cascade'],
    rules: ['D01'],
    file: base('base_vessels'),
    words: ['vehicle_capacity'],
    fixable: 'by a person',
  }),
  refused({
    name: 'own-using-without-brackets',
    house: 'chinook',
    about: 'A join by names has no brackets.',
    edits: [swap('models/core/factSales.sql', 'on lines.invoiceId = invoices.invoiceId', 'using invoiceId')],
    before: FULL,
    rules: ['D12'],
    file: 'models/core/factSales.sql',
    at: 'using invoiceId',
  }),
  refused({
    name: 'own-isnull-with-two',
    house: 'chinook',
    about: 'A default, as SQL Server gives it.',
    edits: [swap('models/core/dimCustomer.sql', 'coalesce(customers.company', 'isnull(customers.company')],
    rules: ['D08', 'D12'],
    file: 'models/core/dimCustomer.sql',
    at: 'isnull',
  }),
  refused({
    name: 'own-window-loses-over',
    house: 'chinook',
    about: 'A rank has lost a word.',
    edits: [swap('models/core/topCustomers.sql', 'rank() over (', 'rank() (')],
    rules: ['D12'],
    file: 'models/core/topCustomers.sql',
    at: 'rank() (',
  }),
  refused({
    name: 'own-hired-on-a-text',
    house: 'chinook',
    about: 'A date, as Oracle and Snowflake make it.',
    edits: [
      swap('models/staging/stgEmployee.sql', 'cast(HireDate as date)', "to_date(HireDate, 'YYYY-MM-DD')"),
    ],
    rules: ['D08'],
    file: 'models/staging/stgEmployee.sql',
    at: 'to_date',
    words: ['to_date'],
  }),
  refused({
    name: 'own-spent-where-more',
    house: 'chinook',
    about: 'A sum stands in where.',
    edits: [
      swap(
        'models/core/topCustomers.sql',
        '    group by customerId',
        '    where sum(lineTotal) > 0\n    group by customerId',
      ),
    ],
    rules: ['D15'],
    file: 'models/core/topCustomers.sql',
    at: 'sum(lineTotal) > 0',
  }),
  refused({
    name: 'own-parsed-as-mysql-does',
    house: 'jaffle',
    about: 'A date of a text, as MySQL reads it.',
    edits: [
      swap(
        'models/staging/stg_orders.sql',
        'cast(order_date as date)',
        "str_to_date(order_date, '%Y-%m-%d')",
      ),
    ],
    rules: ['D08'],
    file: 'models/staging/stg_orders.sql',
    at: 'str_to_date',
    words: ['str_to_date'],
  }),
  refused({
    name: 'own-nvl-of-a-count',
    house: 'jaffle',
    about: 'A default, as Oracle gives it.',
    edits: [
      swap(
        'models/marts/customers.sql',
        'coalesce(customer_orders.number_of_orders',
        'nvl(customer_orders.number_of_orders',
      ),
    ],
    rules: ['D08'],
    file: 'models/marts/customers.sql',
    at: 'nvl(',
    words: ['nvl'],
  }),
  refused({
    name: 'own-having-before-group',
    house: 'chinook',
    about: 'A condition on groups stands before they are made.',
    edits: [
      cut('models/core/aggMonthlySales.sql', '    where sales.invoiceMonth >= \'{{ var("firstMonth") }}\'\n'),
      swap(
        'models/core/aggMonthlySales.sql',
        '    group by sales.invoiceMonth, customers.country',
        '    group by sales.invoiceMonth, customers.country\n    where sales.invoiceMonth >= \'{{ var("firstMonth") }}\'',
      ),
    ],
    rules: ['D12'],
    file: 'models/core/aggMonthlySales.sql',
    at: 'where sales.invoiceMonth',
  }),
]
