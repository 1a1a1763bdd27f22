/** Real taxi trips: no key, two roles of one zone, a payment that is missing in some rows. */
import { EXAMPLES } from '../../../test/support/paths.ts'
import { csvTable, records, type Value } from '../../support/data.ts'
import { asIs, guideStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const AMOUNTS = ['distance', 'fare', 'tip', 'tolls', 'total']
const trips = csvTable(`${EXAMPLES}/nyc-taxi/data/taxis.csv`, 'raw', 'trips', {
  pickup: 'timestamp',
  dropoff: 'timestamp',
  passengers: 'integer',
  ...Object.fromEntries(AMOUNTS.map((a) => [a, 'decimal(10, 2)'])),
})
const rows = records(trips)

const wanted: Row[] = rows.map(({ pickup, dropoff, ...trip }) => ({
  ...trip,
  pickup: String(pickup).slice(0, 10),
  dropoff: String(dropoff).slice(0, 10),
}))
const late: Row = { passengers: 1, distance: 123.45, fare: 321, tip: 1.25, tolls: 0, total: 330 }

const zones = new Map<Value, Row>()
for (const trip of rows)
  for (const end of ['pickup', 'dropoff'])
    if (trip[`${end}_zone`] !== null)
      zones.set(trip[`${end}_zone`] ?? null, {
        zone: trip[`${end}_zone`] ?? null,
        borough: trip[`${end}_borough`] ?? null,
      })

export const taxis: Scenario = {
  name: 'taxis',
  about: 'Rows without a key; pickup and dropoff zone are two roles; nulls in codes; dbt style guide',
  engine: 'duckdb',
  files: {
    ...projectFiles('taxis', 'duckdb'),
    'models/staging/_sources.yml': sourcesYaml([{ name: 'raw', tables: ['trips'] }]),
    'models/staging/stg_trips.sql': guideStaging('raw', 'trips', {
      pickup_at: 'pickup',
      dropoff_at: 'dropoff',
      passenger_count: 'passengers',
      trip_distance_miles: 'distance',
      fare_amount: 'fare',
      tip_amount: 'tip',
      tolls_amount: 'tolls',
      total_amount: 'total',
      ...asIs('color'),
      payment_type: 'payment',
      ...asIs('pickup_zone', 'dropoff_zone', 'pickup_borough', 'dropoff_borough'),
    }),
    'models/staging/_stg__models.yml': modelsYaml([
      {
        name: 'stg_trips',
        description: 'One row per trip of a yellow or a green cab.',
        columns: { pickup_at: 'When it began.|not_null', payment_type: 'How it was paid.' },
      },
    ]),
  },
  tables: [trips],
  names: { model: /^(stg|int|dim|fct|bridge|brg)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    `insert into raw.trips values ('2019-03-30 10:00:00', '2019-03-30 11:00:00', 1, 123.45, 321, 1.25, 0, 330,
      'yellow', 'cash', 'Alphabet City', 'West Village', 'Manhattan', 'Manhattan')`,
  ],
  requests: [
    {
      argv: ['dimension', 'payment type'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['payment'],
        members: [{ payment: 'cash' }, { payment: 'credit card' }],
      },
    },
    { argv: ['dimension', 'zone'], wants: { is: 'dimension', key: ['zone'], members: [...zones.values()] } },
    { argv: ['dimension', 'trip'], wants: { is: 'refusal', code: 2, says: [/fact/i, /event/i] } },
    {
      argv: ['dimension', 'spaceship'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/spaceship/] },
    },
    {
      argv: ['dimension', 'payment', '--from', 'stg_trips.pament_type'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/pament_type/, /payment_type/] },
    },
    {
      argv: ['fact', 'trips'],
      again: true,
      wants: {
        is: 'fact',
        grain: null,
        rows: wanted,
        measures: Object.fromEntries(['passengers', ...AMOUNTS].map((m) => [m, 'additive' as const])),
        dimensions: ['payment', 'pickup_zone', 'dropoff_zone'],
        dates: ['pickup', 'dropoff'],
        later: { rows: [...wanted, late], late: (trip) => trip.fare === 321 },
      },
    },
  ],
}
