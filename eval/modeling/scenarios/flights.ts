/** Flights between airports: one conformed dimension in two roles, a date dimension that stands, ratios, codes. */
import { day, moment, random, range, type Table } from '../../support/data.ts'
import { asIs, guideStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(11)
const AIRPORTS = [
  ['ZRH', 'Zurich', 'Switzerland'],
  ['GVA', 'Geneva', 'Switzerland'],
  ['VIE', 'Vienna', 'Austria'],
  ['OSL', 'Oslo', 'Norway'],
  ['LIS', 'Lisbon', 'Portugal'],
  ['PRG', 'Prague', 'Czechia'],
] as const
const AIRLINES = { LX: 'Swiss', OS: 'Austrian', TP: 'TAP', SK: 'SAS' }
const codes = Object.keys(AIRLINES) as (keyof typeof AIRLINES)[]

const flights = range(800).map((id) => {
  const origin = pick(AIRPORTS)[0]
  const destination = pick(AIRPORTS.filter(([code]) => code !== origin))[0]
  const departs = whole(0, 89)
  const seats = pick([120, 150, 180])
  const sold = whole(20, seats)
  return {
    id,
    origin,
    destination,
    airline: chance(0.04) ? null : pick(codes),
    departed: moment(departs, whole(18_000, 80_000)),
    day: day(departs),
    seats,
    sold,
    revenue: money(2000, 30_000),
    load: Math.round((sold / seats) * 1e4) / 1e4,
  }
})

const airports: Table = {
  schema: 'ops',
  name: 'airports',
  columns: { code: 'varchar', city: 'varchar', country: 'varchar' },
  rows: AIRPORTS.map((a) => [...a]),
}
const table: Table = {
  schema: 'ops',
  name: 'flights',
  columns: {
    flight_id: 'integer',
    origin_code: 'varchar',
    destination_code: 'varchar',
    airline_code: 'varchar',
    airline_name: 'varchar',
    departed_at: 'timestamp',
    seats_offered: 'integer',
    seats_sold: 'integer',
    revenue_eur: 'decimal(12, 2)',
    load_factor: 'decimal(6, 4)',
  },
  rows: flights.map((f) => [
    f.id,
    f.origin,
    f.destination,
    f.airline,
    f.airline && AIRLINES[f.airline],
    f.departed,
    f.seats,
    f.sold,
    f.revenue,
    f.load,
  ]),
}
const wanted = flights.map((f) => ({ ...f, airline: f.airline && AIRLINES[f.airline] }))
/** Two days behind the newest, and one of the newest day: inside any window that looks back. */
const newest = flights.reduce((a, b) => (a.day > b.day ? a : b))
const late = {
  id: 801,
  origin: 'ZRH',
  destination: 'OSL',
  airline: 'Swiss',
  day: day(87),
  seats: 120,
  sold: 60,
  revenue: 5000.5,
}

export const flightsScenario: Scenario = {
  name: 'flights',
  about:
    'A conformed airport dimension stands and is reused in two roles; a date dimension stands; a ratio; dbt style guide',
  engine: 'duckdb',
  tables: [airports, table],
  files: {
    ...projectFiles('flights', 'duckdb'),
    'models/staging/_ops__sources.yml': sourcesYaml([{ name: 'ops', tables: ['airports', 'flights'] }]),
    'models/staging/stg_ops__airports.sql': guideStaging('ops', 'airports', {
      airport_code: 'code',
      ...asIs('city', 'country'),
    }),
    'models/staging/stg_ops__flights.sql': guideStaging(
      'ops',
      'flights',
      asIs(...Object.keys(table.columns)),
    ),
    'models/marts/dim_airport.sql': `with

airports as (

    select * from {{ ref('stg_ops__airports') }}

),

final as (

    select
        md5(airport_code) as airport_key,
        airport_code,
        city,
        country

    from airports

    union all

    select
        md5('Unknown') as airport_key,
        'Unknown' as airport_code,
        'Unknown' as city,
        'Unknown' as country

)

select * from final
`,
    'models/marts/dim_date.sql': `with

days as (

    select cast(range as date) as date_day
    from range(date '2023-01-01', date '2026-01-01', interval 1 day)

),

final as (

    select
        cast(strftime(date_day, '%Y%m%d') as integer) as date_key,
        date_day,
        year(date_day) as calendar_year,
        month(date_day) as calendar_month

    from days

)

select * from final
`,
    'models/marts/_marts__models.yml': modelsYaml([
      {
        name: 'dim_airport',
        description: 'One row per airport, and the unknown one.',
        columns: {
          airport_key: 'Surrogate key.|unique|not_null',
          airport_code: 'IATA code.|unique|not_null',
          city: 'Where it is.',
          country: 'Where that is.',
        },
      },
      {
        name: 'dim_date',
        description: 'One row per day.',
        columns: {
          date_key: 'The day as a number, 20240131.|unique|not_null',
          date_day: 'The day.|unique|not_null',
        },
      },
    ]),
  },
  names: { model: /^(stg|int|dim|fct|bridge|brg)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    `insert into ops.flights values (801, 'ZRH', 'OSL', 'LX', 'Swiss', '${moment(87, 30_000)}', 120, 60, 5000.5, 0.5)`,
    `update ops.flights set revenue_eur = 777.25 where flight_id = ${newest.id}`,
  ],
  requests: [
    {
      argv: ['dimension', 'origin', 'airport'],
      wants: { is: 'refusal', code: 0, says: [/dim_airport/, /role/i] },
    },
    { argv: ['dimension', 'airport'], wants: { is: 'refusal', code: 0, says: [/dim_airport/] } },
    { argv: ['dimension', 'date'], wants: { is: 'refusal', code: 0, says: [/dim_date/] } },
    {
      argv: ['dimension', 'airline'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['code'],
        members: codes.map((code) => ({ code, name: AIRLINES[code] })),
      },
    },
    {
      argv: ['dimension', 'flight', '--from', 'stg_ops__flights.flight_id'],
      wants: { is: 'refusal', code: 2, says: [/degenerate|fact/i] },
    },
    {
      argv: ['fact', 'flights'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['id'],
        rows: wanted,
        measures: { seats: 'additive', sold: 'additive', revenue: 'additive' },
        ratios: ['load'],
        dimensions: ['origin', 'destination', 'airline'],
        dates: ['day'],
        degenerate: ['id'],
        later: {
          rows: [...wanted.map((f) => (f.id === newest.id ? { ...f, revenue: 777.25 } : f)), late],
          late: (f) => f.id === 801,
          changed: (f) => f.id === newest.id,
        },
      },
    },
  ],
}
