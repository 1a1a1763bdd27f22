/** Several changes at once, rows that change with their columns, and what has to be done in steps beside a running application. */
import type { Request } from '../types.ts'

const family = 'steps' as const

export const steps: Request[] = [
  {
    name: 'artist-contact',
    house: 'chinook',
    family,
    ask: 'Add a website and a booking email to artists, and make their name required',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['artist', /^website$/] },
        { column: ['artist', /^bookingemail$/] },
        { column: ['artist', /^name$/], nullable: false },
      ],
      touches: ['artist'],
    },
  },
  {
    name: 'isrc',
    house: 'chinook',
    family,
    ask: 'Tracks get an ISRC code: 12 characters, optional, and no two tracks have the same one',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['track', /isrc/], type: /char.*\(12\)/, nullable: true },
        { refuses: "update [track] set {isrc} = 'USRC17607839'" },
      ],
      touches: ['track'],
    },
  },
  {
    name: 'state-filled',
    house: 'chinook',
    family,
    ask: "Set the state of customers to 'n/a' where it is missing",
    wanted: {
      kind: 'done',
      checks: [
        { rows: 'select count(*) from [customer] where [state] is null', are: [['0']] },
        { rows: "select count(*) from [customer] where [state] = 'n/a'", are: [['29']] },
      ],
      touches: ['customer'],
      changes: ['customer.state'],
    },
  },
  {
    name: 'full-name',
    house: 'chinook',
    family,
    ask: 'Give customers a full name made of first name and last name, and fill it for all of them',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['customer', /^fullname$/] },
        { rows: 'select {fullname} from [customer] where [customer id] = 3', are: [['François Tremblay']] },
        { rows: 'select count(*) from [customer] where {fullname} is null', are: [['0']] },
      ],
      touches: ['customer'],
    },
  },
  {
    name: 'renamed-beside-application',
    house: 'chinook',
    family,
    ask: 'Rename the phone of customers to telephone',
    files: {
      'src/customers.js':
        "exports.phones = 'select [customer id], [phone] from [customer] where [country] = ?'\n",
    },
    wanted: {
      kind: 'done',
      checks: [
        { column: ['customer', /^telephone$/] },
        {
          rows: "select count(*) from [customer] where coalesce([phone], '') <> coalesce({telephone}, '')",
          are: [['0']],
        },
      ],
      touches: ['customer'],
    },
  },
  {
    name: 'price-history',
    house: 'chinook',
    family,
    ask: 'Keep a history of the unit price of tracks: every change has to be recorded with its time',
    wanted: { kind: 'done', checks: [{ table: 'track history' }], touches: ['track', 'track history'] },
  },
  {
    name: 'contact-split',
    house: 'clinic',
    family,
    ask: 'Split phone and email of patients off into a table patientContact',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'patient contact', has: [/^phone$/, /^email$/, /^patientid$/] },
        { rows: 'select count(*) from [patient contact]', are: [['400']] },
      ],
      touches: ['patient', 'patient contact'],
      changes: ['patient.phone', 'patient.email'],
    },
  },
  {
    name: 'new-grade',
    house: 'academy',
    family,
    ask: "Add the value 'W' to the grades of enrolments",
    wanted: {
      kind: 'done',
      checks: [
        { takes: "update [enrolments] set [grade] = 'W'" },
        { takes: "update [enrolments] set [grade] = 'A'" },
      ],
      touches: ['enrolments'],
    },
  },
  {
    name: 'two-in-one',
    house: 'academy',
    family,
    ask: 'students need a phone and a birth date; also the full name may be 200 characters long',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['students', /^phone$/] },
        { column: ['students', /^birthdate$/], type: /^date$/ },
        { column: ['students', /^fullname$/], type: /\(200\)/, nullable: false },
      ],
      touches: ['students'],
    },
  },
  {
    name: 'countries-in-capitals',
    house: 'academy',
    family,
    ask: "In students, change country 'BE' to 'LU'",
    wanted: {
      kind: 'done',
      checks: [
        { rows: "select count(*) from [students] where [country] = 'BE'", are: [['0']] },
        { rows: "select count(*) > 50 from [students] where [country] = 'NL'", are: [['1']] },
      ],
      touches: ['students'],
      changes: ['students.country'],
    },
  },
]
