/** The life cycle of parcels on Postgres: several dates of one order, updated_at, flags, rows that repeat, a person's closed list. */
import { day, moment, random, range, type Table } from '../../support/data.ts'
import { guideStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(83)
const STATUSES = ['created', 'shipped', 'delivered', 'returned']
const DEPOTS = range(6).map((n) => ({ id: n, name: `Depot ${n}`, region: n % 2 === 0 ? 'East' : 'West' }))
const parcels = range(300).map((n) => {
  const ordered = whole(0, 100)
  const shipped = chance(0.1) ? null : ordered + whole(0, 3)
  const delivered = shipped === null || chance(0.2) ? null : shipped + whole(1, 9)
  return {
    no: `PX${10_000 + n}`,
    from: pick(DEPOTS).id,
    to: chance(0.05) ? null : pick(DEPOTS).id,
    status: delivered ? 'delivered' : shipped ? 'shipped' : 'created',
    ordered,
    shipped,
    delivered,
    weight: money(1, 30),
    fee: money(4, 80),
    fragile: chance(0.2),
    insured: chance(0.3),
    updated: moment((delivered ?? shipped ?? ordered) + 1, whole(0, 80_000)),
  }
})
const depots: Table = {
  schema: 'wms',
  name: 'depot',
  columns: { depot_id: 'integer', depot_name: 'varchar', region: 'varchar' },
  rows: DEPOTS.map((d) => [d.id, d.name, d.region]),
}
const table: Table = {
  schema: 'tms',
  name: 'parcel',
  columns: {
    parcel_no: 'varchar',
    from_depot_id: 'integer',
    to_depot_id: 'integer',
    status: 'varchar',
    ordered_on: 'date',
    shipped_on: 'date',
    delivered_on: 'date',
    weight_kg: 'decimal(8, 2)',
    fee_amount: 'decimal(8, 2)',
    is_fragile: 'boolean',
    is_insured: 'boolean',
    updated_at: 'timestamp',
  },
  rows: parcels.map((p) => [
    p.no,
    p.from,
    p.to,
    p.status,
    day(p.ordered),
    p.shipped === null ? null : day(p.shipped),
    p.delivered === null ? null : day(p.delivered),
    p.weight,
    p.fee,
    p.fragile,
    p.insured,
    p.updated,
  ]),
}
const nameOf = (id: number | null) => DEPOTS.find((d) => d.id === id)?.name ?? null
const dayOf = (offset: number | null) => (offset === null ? null : day(offset))
const wanted: Row[] = parcels.map((p) => ({
  no: p.no,
  weight: p.weight,
  fee: p.fee,
  from: nameOf(p.from),
  to: nameOf(p.to),
  status: p.status,
  ordered: day(p.ordered),
  shipped: dayOf(p.shipped),
  delivered: dayOf(p.delivered),
}))
const open = parcels.find((p) => p.delivered === null)?.no ?? ''

export const parcelsScenario: Scenario = {
  name: 'parcels',
  about:
    'Postgres; an accumulating snapshot with ordered, shipped and delivered dates and updated_at; two depots in each row; flags; a status list that the project closes; several schemas',
  engine: 'postgres',
  tables: [depots, table],
  // What is true or not is closed by its type, also where it is said in words.
  closed: [STATUSES, ['Yes', 'No']],
  files: {
    ...projectFiles('parcels', 'postgres'),
    'models/staging/_sources.yml': sourcesYaml([
      { name: 'wms', tables: ['depot'] },
      { name: 'tms', tables: ['parcel'] },
    ]),
    'models/staging/stg_wms__depots.sql': guideStaging('wms', 'depot', {
      depot_id: 'depot_id',
      depot_name: 'depot_name',
      region: 'region',
    }),
    'models/staging/stg_tms__parcels.sql': guideStaging(
      'tms',
      'parcel',
      Object.fromEntries(Object.keys(table.columns).map((c) => [c === 'status' ? 'parcel_status' : c, c])),
    ),
    'models/staging/_models.yml': `${modelsYaml([
      {
        name: 'stg_wms__depots',
        description: 'One row per depot.',
        columns: { depot_id: 'The depot.|unique|not_null' },
      },
      {
        name: 'stg_tms__parcels',
        description: 'One row per parcel, as it is now.',
        columns: {
          parcel_no: 'The number on the label.|unique|not_null',
          parcel_status: 'Where it is on its way.',
        },
      },
    ])}        data_tests:
          - accepted_values:
              arguments:
                values: [${STATUSES.join(', ')}]
`,
  },
  names: { model: /^(stg|int|dim|fct)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    `insert into tms.parcel values ('PX90001', 1, 2, 'shipped', '${day(10)}', '${day(11)}', null, 1.5, 9.75, true, false, '${moment(130, 60)}')`,
    `update tms.parcel set delivered_on = '${day(120)}', status = 'delivered', fee_amount = 1.25, updated_at = '${moment(131, 0)}' where parcel_no = '${open}'`,
  ],
  requests: [
    {
      argv: ['dimension', 'depot'],
      again: true,
      wants: { is: 'dimension', key: ['id'], members: DEPOTS },
    },
    {
      argv: ['dimension', 'parcel status'],
      wants: {
        is: 'dimension',
        key: ['status'],
        members: [...new Set(parcels.map((p) => p.status))].map((status) => ({ status })),
      },
    },
    {
      argv: ['dimension', 'date'],
      wants: { is: 'dates', first: day(0), last: day(109) },
    },
    {
      argv: ['fact', 'parcels'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['no'],
        rows: wanted,
        measures: { weight: 'additive', fee: 'additive' },
        dimensions: ['from', 'to', 'status'],
        dates: ['ordered', 'shipped', 'delivered'],
        degenerate: ['no'],
        later: {
          rows: [
            ...wanted.map((p) => (p.no === open ? { ...p, fee: 1.25 } : p)),
            { no: 'PX90001', weight: 1.5, fee: 9.75 },
          ],
          late: (p) => p.no === 'PX90001',
          changed: (p) => p.no === open,
        },
      },
    },
  ],
}
