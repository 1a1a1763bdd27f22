/** New tables, and relations between those that are there. */
import type { Request } from '../types.ts'

const family = 'tables' as const

export const tables: Request[] = [
  {
    name: 'labels',
    house: 'chinook',
    family,
    ask: 'Create a table label with a name, which is required, and a country',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'label', has: [/^name$/, /^country$/] },
        { column: ['label', /^name$/], nullable: false },
        { column: ['label', /^country$/], nullable: true },
      ],
      touches: ['label'],
    },
  },
  {
    name: 'album-genres',
    house: 'chinook',
    family,
    ask: 'An album can have several genres: make a many-to-many relation between albums and genres',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'album genre', has: [/^albumid$/, /^genreid$/] },
        { reference: ['album genre', 'album'] },
        { reference: ['album genre', 'genre'] },
        { refuses: 'insert into [album genre] ([album id], [genre id]) values (1, 1), (1, 1)' },
      ],
      touches: ['album genre'],
    },
  },
  {
    name: 'reviews',
    house: 'chinook',
    family,
    ask: 'We want reviews: a new table review with a text and a rating from 1 to 5, referring to customers and tracks',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'review', has: [/text/, /^rating$/, /^customerid$/, /^trackid$/] },
        { reference: ['review', 'customer'] },
        { reference: ['review', 'track'] },
        { refuses: 'insert into [review] ([rating], [customer id], [track id]) values (6, 1, 1)' },
      ],
      touches: ['review'],
    },
  },
  {
    name: 'allergies',
    house: 'clinic',
    family,
    ask: 'We need a table allergy, each belonging to a patient, with substance, severity and the date it was noted on',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'allergy', has: [/^substance$/, /^severity$/, /^patientid$/] },
        { reference: ['allergy', 'patient'] },
      ],
      touches: ['allergy'],
    },
  },
  {
    name: 'consent-form',
    house: 'clinic',
    family,
    ask: 'create table consentForm with title varchar(80), signedAt timestamp and a reference to admission',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'consent form', has: [/^title$/, /^signedat$/, /^admissionid$/] },
        { column: ['consent form', /^signedat$/], type: /timestamp|datetime/ },
        { column: ['consent form', /^title$/], type: /(varchar|character varying)\(80\)/ },
        { reference: ['consent form', 'admission'] },
      ],
      touches: ['consent form'],
    },
  },
  {
    name: 'teachers',
    house: 'academy',
    family,
    ask: 'Add a table teachers with full_name and email; the email has to be unique',
    wanted: {
      kind: 'done',
      checks: [{ table: 'teachers', has: [/^fullname$/, /^email$/] }, { index: ['teachers', ['email']] }],
      touches: ['teachers'],
    },
  },
  {
    name: 'students-in-clubs',
    house: 'academy',
    family,
    ask: 'Create a table clubs with name and founded_on',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'clubs', has: [/^name$/, /^foundedon$/] },
        { column: ['clubs', /^foundedon$/], type: /^date$/ },
      ],
      touches: ['clubs'],
    },
  },
  {
    name: 'forecasts',
    house: 'group',
    family,
    ask: 'New table fin_forecasts with year, amount and a reference to fin_accounts',
    wanted: {
      kind: 'done',
      checks: [
        { table: 'fin_forecasts', has: [/^year$/, /^amount$/] },
        { reference: ['fin_forecasts', 'fin_accounts'] },
      ],
      touches: ['fin_forecasts'],
    },
  },
]
