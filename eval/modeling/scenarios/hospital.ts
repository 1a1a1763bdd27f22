/** A hospital in upper case: names with spaces in quotes, an admission with several dates, composite keys, nulls everywhere. */
import { day, moment, random, range, type Table } from '../../support/data.ts'
import { modelsYaml, projectFiles, sourcesYaml, upperStaging } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(41)
const SITES = ['Nord', 'Süd'] as const
const wards = SITES.flatMap((site) =>
  range(4).map((n) => ({ site, code: `W${n}`, name: `${site} ward ${n}`, beds: whole(8, 30) })),
)
const stays = range(250).map((n) => {
  const admitted = whole(0, 120)
  const triaged = chance(0.1) ? null : admitted
  const discharged = chance(0.2) ? null : admitted + whole(1, 14)
  return {
    no: 5000 + n,
    ward: pick(wards),
    patient: chance(0.04) ? null : `P${whole(1, 90)}`,
    admitted,
    triaged,
    discharged,
    emergency: chance(0.4) ? 'J' : 'N',
    cost: chance(0.05) ? null : money(100, 9000),
  }
})
const patients = range(90).map((n) => ({
  id: `P${n}`,
  blood: chance(0.3) ? null : pick(['A', 'B', '0', 'AB']),
  city: chance(0.2) ? null : pick(['Bern', 'Thun', 'Köniz']),
  born: day(-whole(7000, 30_000)),
}))

const table = (
  schema: string,
  name: string,
  columns: Record<string, string>,
  rows: Table['rows'],
): Table => ({
  schema,
  name,
  columns,
  rows,
})

const tables = [
  table(
    'ref data',
    'Ward List',
    { Site: 'varchar', 'Ward Code': 'varchar', 'Ward Name': 'varchar', Beds: 'integer' },
    wards.map((w) => [w.site, w.code, w.name, w.beds]),
  ),
  table(
    'adt',
    'Patient',
    { 'Patient Id': 'varchar', 'Blood Group': 'varchar', City: 'varchar', Born: 'date' },
    patients.map((p) => [p.id, p.blood, p.city, p.born]),
  ),
  table(
    'adt',
    'Stay',
    {
      'Stay No': 'integer',
      'Patient Id': 'varchar',
      Site: 'varchar',
      'Ward Code': 'varchar',
      'Admitted At': 'timestamp',
      'Triaged At': 'timestamp',
      'Discharged At': 'timestamp',
      Emergency: 'varchar',
      'Cost Total': 'decimal(10, 2)',
    },
    stays.map((s) => [
      s.no,
      s.patient,
      s.ward.site,
      s.ward.code,
      moment(s.admitted, 30_000),
      s.triaged === null ? null : moment(s.triaged, 33_000),
      s.discharged === null ? null : moment(s.discharged, 50_000),
      s.emergency,
      s.cost,
    ]),
  ),
]
const dayOf = (offset: number | null) => (offset === null ? null : day(offset))
const wanted: Row[] = stays.map((s) => ({
  no: s.no,
  cost: s.cost,
  patient: s.patient,
  ward: s.ward.name,
  admitted: day(s.admitted),
  triaged: dayOf(s.triaged),
  discharged: dayOf(s.discharged),
}))
const open = stays.find((s) => s.discharged === null)?.no ?? 0
const late: Row = { no: 9001, cost: 42, patient: 'P1', ward: wards[0]?.name ?? null, admitted: day(110) }

export const hospital: Scenario = {
  name: 'hospital',
  about:
    'Upper case, quoted names with spaces and umlauts, schemas with spaces; an accumulating snapshot with three dates; a ward named by two columns; nulls everywhere',
  engine: 'duckdb',
  tables,
  files: {
    ...projectFiles(
      'hospital',
      'duckdb',
      '    STAGING:\n      +materialized: view\n    MART:\n      +materialized: table\n',
    ),
    'models/STAGING/sources.yml': sourcesYaml([
      { name: 'ref', schema: 'ref data', tables: ['Ward List'], quoted: true },
      { name: 'adt', tables: ['Patient', 'Stay'], quoted: true },
    ]),
    'models/STAGING/STG_WARD.sql': upperStaging('ref', 'Ward List', {
      '"Site"': '"Site"',
      '"Ward Code"': '"Ward Code"',
      '"Ward Name"': '"Ward Name"',
      '"Beds"': '"Beds"',
    }),
    'models/STAGING/STG_PATIENT.sql': upperStaging('adt', 'Patient', {
      '"Patient Id"': '"Patient Id"',
      '"Blood Group"': '"Blood Group"',
      '"City"': '"City"',
      '"Born"': '"Born"',
    }),
    'models/STAGING/STG_STAY.sql': upperStaging(
      'adt',
      'Stay',
      Object.fromEntries(Object.keys(tables[2]?.columns ?? {}).map((c) => [`"${c}"`, `"${c}"`])),
    ),
    'models/STAGING/schema.yml': modelsYaml(
      [
        {
          name: 'STG_WARD',
          description: 'One row per site and ward.',
          columns: { 'Ward Code': 'Within its site.|not_null' },
        },
        {
          name: 'STG_PATIENT',
          description: 'One row per patient.',
          columns: { 'Patient Id': 'The patient.|unique|not_null' },
        },
        {
          name: 'STG_STAY',
          description: 'One row per stay.',
          columns: { 'Stay No': 'The stay.|unique|not_null' },
        },
      ],
      'tests',
    ),
    'models/MART/D_COUNTRY.sql': `SELECT
    MD5('CH') AS "Country_SK",
    'CH' AS "Country Code"
`,
    'models/MART/schema.yml': modelsYaml(
      [
        {
          name: 'D_COUNTRY',
          description: 'One row per country.',
          columns: {
            Country_SK: 'Surrogate key.|unique|not_null',
            'Country Code': 'ISO code.|unique|not_null',
          },
        },
      ],
      'tests',
    ),
  },
  names: { model: /^(STG|INT|D|F)_[A-Z0-9_]+$/, column: /^[A-Z][A-Za-z0-9_ ]*$/ },
  later: [
    `insert into adt."Stay" values (9001, 'P1', 'Nord', 'W1', '${moment(110, 30_000)}', null, null, 'N', 42)`,
    `update adt."Stay" set "Discharged At" = '${moment(119, 1000)}', "Cost Total" = 3.25 where "Stay No" = ${open}`,
  ],
  requests: [
    {
      argv: ['dimension', 'patient'],
      again: true,
      wants: { is: 'dimension', key: ['id'], members: patients },
    },
    {
      argv: ['dimension', 'ward'],
      wants: {
        is: 'dimension',
        key: ['site', 'code'],
        members: wards,
      },
    },
    { argv: ['dimension', 'emergency'], wants: { is: 'refusal', code: 2, says: [/fact|junk/i] } },
    {
      argv: ['fact', 'stays'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['no'],
        rows: wanted,
        measures: { cost: 'additive' },
        dimensions: ['patient', 'ward'],
        dates: ['admitted', 'triaged', 'discharged'],
        degenerate: ['no'],
        timeless: true,
        later: {
          rows: [...wanted.map((s) => (s.no === open ? { ...s, cost: 3.25 } : s)), late],
          late: (s) => s.no === 9001,
          changed: (s) => s.no === open,
        },
      },
    },
  ],
}
