/** A winery's harvests without staging models for all: sources that nothing reads, all as text, and many columns. */
import { day, random, range, type Table } from '../../support/data.ts'
import { guideStaging, modelsYaml, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(67)
const WIDE = 190
const sensors = range(400).map((n) => ({
  id: n,
  kind: pick(['soil', 'air', 'leaf']),
  vendor: pick(['Acme', 'Bosch']),
  readings: range(WIDE).map(() => (chance(0.5) ? null : money(0, 50))),
}))
const harvests = range(200).map((n) => ({
  id: n,
  variety: chance(0.05) ? null : pick(['Gutedel', 'Riesling', 'Merlot']),
  day: day(200 + whole(0, 40)),
  kilos: whole(50, 900),
  sugar: money(60, 110),
  price: money(1, 4),
}))
const usual = (d: string) => d.split('-').reverse().join('/')

const tables: Table[] = [
  {
    schema: 'raw',
    name: 'sensors',
    columns: {
      sensor_id: 'integer',
      sensor_kind: 'varchar',
      vendor: 'varchar',
      ...Object.fromEntries(range(WIDE).map((i) => [`m_${i}`, 'decimal(8, 2)'])),
      nothing_1: 'varchar',
      nothing_2: 'varchar',
      nothing_3: 'integer',
      nothing_4: 'date',
      nothing_5: 'varchar',
      nothing_6: 'varchar',
      nothing_7: 'varchar',
    },
    rows: sensors.map((s) => [
      s.id,
      s.kind,
      s.vendor,
      ...s.readings,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ]),
  },
  {
    schema: 'raw',
    name: 'harvests',
    columns: {
      harvest_id: 'varchar',
      variety: 'varchar',
      harvested_on: 'varchar',
      weight_kg: 'varchar',
      sugar_oechsle: 'varchar',
      price_per_kg: 'varchar',
    },
    rows: harvests.map((h) => [
      String(h.id),
      h.variety,
      usual(h.day),
      String(h.kilos),
      h.sugar.toFixed(2),
      h.price.toFixed(2),
    ]),
  },
]

export const winery: Scenario = {
  name: 'winery',
  about:
    'A source of 200 columns; a source that no staging model reads, with dates, numbers and money as text; a unit price and a degree of sugar, which never add up',
  engine: 'duckdb',
  tables,
  files: {
    ...projectFiles('winery', 'duckdb'),
    'models/staging/_raw__sources.yml': sourcesYaml([{ name: 'raw', tables: ['sensors', 'harvests'] }]),
    'models/staging/stg_raw__sensors.sql': guideStaging(
      'raw',
      'sensors',
      Object.fromEntries(Object.keys(tables[0]?.columns ?? {}).map((c) => [c, c])),
    ),
    'models/staging/_raw__models.yml': modelsYaml([
      {
        name: 'stg_raw__sensors',
        description: 'One row per sensor.',
        columns: { sensor_id: 'The sensor.|unique|not_null' },
      },
    ]),
  },
  names: { model: /^(stg|int|dim|fct)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  requests: [
    {
      argv: ['dimension', 'sensor kind'],
      wants: { is: 'dimension', key: ['kind'], members: ['soil', 'air', 'leaf'].map((kind) => ({ kind })) },
    },
    {
      argv: ['dimension', 'variety'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['variety'],
        members: ['Gutedel', 'Riesling', 'Merlot'].map((variety) => ({ variety })),
      },
    },
    {
      argv: ['dimension', 'nothing', '--from', 'stg_raw__sensors.nothing_1'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/null/i] },
    },
    {
      argv: ['dimension', 'cellar', '--from', 'raw.cellars'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/raw\.cellars/] },
    },
    {
      argv: ['fact', 'harvests'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['id'],
        rows: harvests.map((h): Row => ({ ...h })),
        measures: { kilos: 'additive' },
        ratios: ['sugar', 'price'],
        dimensions: ['variety'],
        dates: ['day'],
        degenerate: ['id'],
      },
    },
  ],
}
