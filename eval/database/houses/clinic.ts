/** A hospital whose people write camelCase: names have to be quoted on Postgres. Some of its rows are not clean. */
import { day, moment, random, range } from '../../support/data.ts'
import type { House, HouseTable } from '../types.ts'

const GIVEN = ['Ada', 'Ben', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas'] as const
const FAMILY = ['Okafor', 'Schmidt', "O'Neill", 'Rossi', 'Yilmaz', 'Novák', 'Larsen', 'Costa'] as const
const ANALYTES = ['sodium', 'potassium', 'glucose', 'lactate', 'crp', 'hb'] as const

function tables(): HouseTable[] {
  const dice = random(71)
  return [
    {
      name: 'ward',
      columns: { 'ward id': 'id', label: 'varchar(60) not null', floor: 'int not null' },
      rows: range(9).map((i) => [i, `Ward ${i}`, (i % 4) + 1]),
    },
    {
      name: 'physician',
      columns: {
        'physician id': 'id',
        'given name': 'varchar(40) not null',
        'family name': 'varchar(40) not null',
        licence: 'varchar(20)',
      },
      rows: range(30).map((i) => [i, dice.pick(GIVEN), dice.pick(FAMILY), `L-${1000 + i}`]),
    },
    {
      name: 'patient',
      columns: {
        'patient id': 'id',
        'given name': 'varchar(40) not null',
        'family name': 'varchar(40) not null',
        'birth date': 'date',
        'insurance number': 'varchar(20)',
        phone: "varchar(30) default '' not null",
        email: 'varchar(120)',
      },
      rows: range(400).map((i) => [
        i,
        dice.pick(GIVEN),
        dice.pick(FAMILY),
        dice.chance(0.9) ? day(-dice.whole(2000, 30000)) : null,
        `INS${100000 + i}`,
        dice.chance(0.8) ? `+49 30 ${dice.whole(100000, 999999)}` : '',
        dice.chance(0.5) ? `p${dice.whole(1, 150)}@example.org` : null,
      ]),
    },
    {
      name: 'admission',
      columns: {
        'admission id': 'id',
        'patient id': 'int not null',
        'ward id': 'int not null',
        'admitted at': 'timestamp not null',
        'discharged at': 'timestamp',
        reason: 'varchar(200)',
      },
      rows: range(900).map((i) => {
        const at = dice.whole(0, 500)
        return [
          i,
          dice.whole(1, 400),
          dice.whole(1, 9),
          moment(at, 3600),
          dice.chance(0.9) ? moment(at + dice.whole(1, 20), 60) : null,
          dice.chance(0.7) ? 'pain' : null,
        ]
      }),
    },
    {
      name: 'diagnosis',
      columns: { code: 'varchar(7) not null primary key', label: 'varchar(120) not null' },
      rows: range(40).map((i) => [`K${10 + i}.${i % 9}`, `Diagnosis ${i}`]),
    },
    {
      name: 'admission diagnosis',
      columns: { 'admission id': 'int not null', code: 'varchar(7) not null', rank: 'int not null' },
      also: ['primary key ([admission id], [code])'],
      rows: range(900).map((i) => [i, `K${10 + ((i % 40) + 1)}.${((i % 40) + 1) % 9}`, 1]),
    },
    {
      name: 'lab order',
      columns: { 'lab order id': 'id', 'admission id': 'int not null', 'ordered at': 'timestamp not null' },
      rows: range(1500).map((i) => [i, dice.whole(1, 900), moment(dice.whole(0, 500), 600)]),
    },
    {
      name: 'lab result',
      columns: {
        'lab result id': 'id',
        'lab order id': 'int not null',
        analyte: 'varchar(30) not null',
        value: 'double precision',
        unit: 'varchar(12)',
        'taken at': 'timestamp not null',
      },
      rows: range(6000).map((i) => [
        i,
        dice.whole(1, 1500),
        dice.pick(ANALYTES),
        dice.whole(1, 9000) / 4,
        'mmol/l',
        moment(dice.whole(0, 500), dice.whole(0, 86000)),
      ]),
    },
    {
      name: 'medication',
      columns: { 'medication id': 'id', label: 'varchar(80) not null', 'pack size': 'varchar(10)' },
      rows: range(60).map((i) => [i, `Medication ${i}`, i % 20 === 0 ? `${i} x 10` : String(i * 5)]),
    },
    {
      name: 'prescription',
      columns: {
        'prescription id': 'id',
        'admission id': 'int not null',
        'medication id': 'int not null',
        'physician id': 'int',
        dosage: 'varchar(40)',
        'starts on': 'date not null',
        'ends on': 'date',
      },
      // Three of them were written by physicians who are no more.
      rows: range(1200).map((i) => [
        i,
        dice.whole(1, 900),
        dice.whole(1, 60),
        i % 400 === 0 ? 90 + i / 400 : dice.whole(1, 30),
        '1-0-1',
        day(dice.whole(0, 500)),
        null,
      ]),
    },
    {
      name: 'appointment',
      columns: {
        'appointment id': 'id',
        'patient id': 'int not null',
        'starts at': 'timestamp not null',
        status: "varchar(20) default 'planned' not null",
      },
      rows: range(800).map((i) => [
        i,
        dice.whole(1, 400),
        moment(dice.whole(0, 600), 900 * dice.whole(32, 68)),
        dice.pick(['planned', 'arrived', 'done', 'missed']),
      ]),
    },
  ]
}

const REFERENCES: [string, string, string, string][] = [
  ['admission', 'patient id', 'patient', 'patient id'],
  ['admission', 'ward id', 'ward', 'ward id'],
  ['admission diagnosis', 'admission id', 'admission', 'admission id'],
  ['admission diagnosis', 'code', 'diagnosis', 'code'],
  ['lab order', 'admission id', 'admission', 'admission id'],
  ['lab result', 'lab order id', 'lab order', 'lab order id'],
  ['prescription', 'admission id', 'admission', 'admission id'],
  ['appointment', 'patient id', 'patient', 'patient id'],
]

export const clinic: House = {
  name: 'clinic',
  about:
    'a hospital, 11 tables and 11,600 rows: camelCase on both, a view, references that were forgotten, orphans',
  style: { postgres: 'camel', mysql: 'camel' },
  tables,
  after: () => [
    ...REFERENCES.map(
      ([from, column, to, key]) =>
        `alter table [${from}] add constraint [fk ${from} ${column}] foreign key ([${column}]) references [${to}] ([${key}])`,
    ),
    'create view [open admission] as select [admission id], [patient id], [reason] from [admission] where [discharged at] is null',
  ],
}
