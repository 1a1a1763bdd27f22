/** What users get wrong, and what is wrong in their projects: each is said, with a way on, and nothing is written. */
import { day, random, range, type Table } from '../../support/data.ts'
import { modelsYaml, plainStaging, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(5)
const sales: Table = {
  schema: 'raw',
  name: 'sales',
  columns: {
    sale_id: 'integer',
    color: 'varchar',
    region_code: 'varchar',
    sold_on: 'date',
    amount: 'decimal(10, 2)',
  },
  rows: range(120).map((n) => [
    n,
    pick(['red', 'blue', 'green']),
    pick(['N', 'S']),
    day(whole(0, 50)),
    chance(0.1) ? null : money(1, 90),
  ]),
}
const regions: Table = {
  schema: 'raw',
  name: 'regions',
  columns: { region_code: 'varchar', region_name: 'varchar' },
  rows: [
    ['N', 'North'],
    ['S', 'South'],
  ],
}
const staging = {
  sale_id: 'sale_id',
  color: 'color',
  region_code: 'region_code',
  sold_on: 'sold_on',
  amount: 'amount',
}
const schema = modelsYaml([
  { name: 'stg_sales', description: 'One row per sale.', columns: { sale_id: 'The sale.|unique|not_null' } },
])

const UNFINISHED = "{{ config(enabled=false) }}\n\nselect 'not finished' as color\n"

export const mistakes: Scenario = {
  name: 'mistakes',
  about:
    'Names that match nothing, a table that is in no YAML, a source that is not in the database, a column that is not there, a file that has the name, a project that does not parse, a staging model that does not build',
  engine: 'duckdb',
  tables: [sales, regions],
  files: {
    ...projectFiles('mistakes', 'duckdb'),
    'models/staging/sources.yml': sourcesYaml([{ name: 'raw', tables: ['sales', 'ghosts'] }]),
    'models/staging/stg_sales.sql': plainStaging('raw', 'sales', staging),
    'models/staging/schema.yml': schema,
    'models/marts/dim_color.sql': UNFINISHED,
    'models/marts/dim_colors.sql': UNFINISHED,
  },
  names: { model: /^(stg|dim|fct)_[a-z0-9_]+$/, column: /^[a-z_]+$/ },
  requests: [
    { argv: ['dimension'], wrongInput: true, wants: { is: 'refusal', code: 2, says: [/name|missing/i] } },
    { argv: ['fact'], wrongInput: true, wants: { is: 'refusal', code: 2, says: [/name|missing/i] } },
    {
      argv: ['dimension', 'weather'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/weather/] },
    },
    { argv: ['fact', 'weather'], wrongInput: true, wants: { is: 'refusal', code: 2, says: [/weather/] } },
    {
      argv: ['dimension', 'ghost'],
      wrongInput: true,
      wants: {
        is: 'refusal',
        code: [1, 2],
        says: [
          /ghosts/,
          /not (there|in the|built|loaded)|no (such )?(table|relation)|does not (exist|stand)/i,
        ],
      },
    },
    {
      argv: ['fact', 'ghosts'],
      wrongInput: true,
      wants: {
        is: 'refusal',
        code: [1, 2],
        says: [
          /ghosts/,
          /not (there|in the|built|loaded)|no (such )?(table|relation)|does not (exist|stand)/i,
        ],
      },
    },
    {
      argv: ['dimension', 'region', '--from', 'raw.regions'],
      wrongInput: true,
      wants: { is: 'refusal', code: [2, 3], says: [/raw\.regions/, /declare|sources/i] },
    },
    {
      argv: ['dimension', 'region', '--from', 'stg_sales.region'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/region_code/] },
    },
    {
      argv: ['fact', 'sales', '--from', 'stg_sale'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/stg_sales/] },
    },
    {
      argv: ['dimension', 'color'],
      wrongInput: true,
      wants: { is: 'refusal', code: [0, 1, 2], says: [/dim_color/] },
    },
    {
      argv: ['dimension', 'region'],
      files: { 'models/marts/broken.sql': "select * from {{ ref('nowhere') }}\n" },
      wrongInput: true,
      wants: { is: 'refusal', code: [1, 2], says: [/nowhere/] },
    },
    {
      argv: ['dimension', 'region'],
      files: {
        'models/staging/stg_sales.sql': plainStaging('raw', 'sales', { ...staging, color: 'colour' }),
      },
      wrongInput: true,
      wants: { is: 'refusal', code: [1, 2], says: [/stg_sales|colour/] },
    },
    {
      argv: ['fact', 'regions', '--from', 'stg_sales.color'],
      wrongInput: true,
      wants: { is: 'refusal', code: 2, says: [/color/] },
    },
    {
      argv: ['dimension', 'region'],
      wants: { is: 'dimension', key: ['code'], members: [{ code: 'N' }, { code: 'S' }] },
    },
  ],
}
