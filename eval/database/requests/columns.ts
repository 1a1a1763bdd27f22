/** Columns that come, go, and get other names. */
import type { Request } from '../types.ts'

const family = 'columns' as const

export const columns: Request[] = [
  {
    name: 'discount-on-lines',
    house: 'chinook',
    family,
    ask: 'Please add a discount percentage to invoice lines. It has to be between 0 and 100, and it is 0 unless somebody says otherwise.',
    wanted: {
      kind: 'done',
      checks: [
        {
          column: ['invoice line', /^discountpercentage$/],
          type: /^(numeric|decimal)\(\d+,\d+\)|int/,
          default: /^'?0/,
        },
        { refuses: 'update [invoice line] set {discountpercentage} = 101' },
        { refuses: 'update [invoice line] set {discountpercentage} = -1' },
        { takes: 'update [invoice line] set {discountpercentage} = 100' },
        { rows: 'select count(*) from [invoice line] where {discountpercentage} = 0', are: [['2240']] },
      ],
      touches: ['invoice line'],
    },
  },
  {
    name: 'newsletter-flag',
    house: 'chinook',
    family,
    ask: 'add a boolean column newsletter to the customer table, false by default',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['customer', /^newsletter$/], type: /^(boolean|tinyint\(1\))$/, nullable: false },
        { rows: 'select count(*) from [customer] where not {newsletter}', are: [['59']] },
      ],
      touches: ['customer'],
    },
  },
  {
    name: 'loyalty-tier',
    house: 'chinook',
    family,
    ask: 'Customers should get an optional loyalty tier, which is either bronze, silver or gold',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['customer', /^loyaltytier$/], nullable: true },
        { takes: "update [customer] set {loyaltytier} = 'silver'" },
        { takes: 'update [customer] set {loyaltytier} = null' },
        { refuses: "update [customer] set {loyaltytier} = 'platinum'" },
      ],
      touches: ['customer'],
    },
  },
  {
    name: 'playlist-created-at',
    house: 'chinook',
    family,
    ask: 'I want to see when a playlist was created: add created at as a timestamp, defaulting to the current time',
    wanted: {
      kind: 'done',
      checks: [
        {
          column: ['playlist', /^createdat$/],
          type: /timestamp|datetime/,
          default: /now|current_timestamp/i,
        },
      ],
      touches: ['playlist'],
    },
  },
  {
    name: 'employee-fax-gone',
    house: 'chinook',
    family,
    ask: 'Nobody faxes any more. Remove the fax column from employees.',
    wanted: {
      kind: 'done',
      checks: [{ gone: ['employee', 'fax'] }],
      touches: ['employee'],
      changes: ['employee.fax'],
    },
  },
  {
    name: 'composer-renamed',
    house: 'chinook',
    family,
    ask: 'Rename composer in tracks to written by',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['track', /^writtenby$/], type: /(varchar|character varying)\(220\)/ },
        { rows: "select count(*) from [track] where {writtenby} = 'AC/DC'", are: [['8']] },
      ],
      touches: ['track'],
      changes: ['track.composer'],
    },
  },
  {
    name: 'bytes-called-otherwise',
    house: 'chinook',
    family,
    ask: 'The column bytes of track should be called file size instead.',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['track', /^filesize$/], type: /^int/ },
        { rows: 'select max({filesize}) from [track]', are: [['1059546140']] },
      ],
      touches: ['track'],
      changes: ['track.bytes'],
    },
  },
  {
    name: 'release-year',
    house: 'chinook',
    family,
    ask: 'albums need a release year, a whole number from 1900 on; we do not know it for most of them',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['album', /^releaseyear$/], type: /int/, nullable: true },
        { refuses: 'update [album] set {releaseyear} = 1899' },
        { takes: 'update [album] set {releaseyear} = 1973' },
      ],
      touches: ['album'],
    },
  },
  {
    name: 'mentor',
    house: 'chinook',
    family,
    ask: 'Every employee may have a mentor, who is an employee too',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['employee', /^mentor/], nullable: true },
        { reference: ['employee', 'employee'] },
        { refuses: 'update [employee] set {mentor} = 999' },
      ],
      touches: ['employee'],
    },
  },
  {
    name: 'preferred-language',
    house: 'clinic',
    family,
    ask: "Add a preferred language to patients: two letters, 'en' if nothing else is known",
    wanted: {
      kind: 'done',
      checks: [
        { column: ['patient', /^preferredlanguage$/], type: /char.*\(2\)/, default: /'en'/ },
        { rows: "select count(*) from [patient] where {preferredlanguage} = 'en'", are: [['400']] },
      ],
      touches: ['patient'],
    },
  },
  {
    name: 'order-priority',
    house: 'clinic',
    family,
    ask: 'add a required priority to lab orders, one of routine, urgent or stat. What is there already is routine.',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['lab order', /^priority$/], nullable: false },
        { rows: "select count(*) from [lab order] where {priority} = 'routine'", are: [['1500']] },
        { refuses: "update [lab order] set {priority} = 'whenever'" },
        { takes: "update [lab order] set {priority} = 'stat'" },
      ],
      touches: ['lab order'],
    },
  },
  {
    name: 'unit-dropped',
    house: 'clinic',
    family,
    ask: 'drop the unit of lab results, we always report in the same one',
    wanted: {
      kind: 'done',
      checks: [{ gone: ['lab result', 'unit'] }],
      touches: ['lab result'],
      changes: ['lab result.unit'],
    },
  },
  {
    name: 'refunded-at',
    house: 'academy',
    family,
    ask: 'We want to store when a payment was refunded. Nothing has been refunded so far, so add an empty refunded_at timestamp to payments.',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['payments', /^refundedat$/], type: /timestamp|datetime/, nullable: true, default: null },
      ],
      touches: ['payments'],
    },
  },
  {
    name: 'enrolment-note',
    house: 'academy',
    family,
    ask: 'Enrolments need a note of up to 500 characters',
    wanted: {
      kind: 'done',
      checks: [{ column: ['enrolments', /^note$/], type: /(varchar|character varying)\(500\)/ }],
      touches: ['enrolments'],
    },
  },
  {
    name: 'nickname-gone',
    house: 'academy',
    family,
    ask: "students.nickname isn't used any longer, delete it",
    wanted: {
      kind: 'done',
      checks: [{ gone: ['students', 'nickname'] }],
      touches: ['students'],
      changes: ['students.nickname'],
    },
  },
  {
    name: 'cost-centre',
    house: 'group',
    family,
    ask: 'Add cost_centre varchar(8) to pur_orders',
    wanted: {
      kind: 'done',
      checks: [{ column: ['pur_orders', /^costcentre$/], type: /(varchar|character varying)\(8\)/ }],
      touches: ['pur_orders'],
    },
  },
  {
    name: 'blocked-accounts',
    house: 'group',
    family,
    ask: 'fin_accounts needs a blocked flag which is off for every account that exists',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['fin_accounts', /blocked/], type: /^(boolean|tinyint\(1\))$/ },
        { rows: 'select count(*) from [fin_accounts] where not {blocked}', are: [['6']] },
      ],
      touches: ['fin_accounts'],
    },
  },
]
