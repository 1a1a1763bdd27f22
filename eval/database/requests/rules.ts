/** Types, nulls, defaults, and the values that a column takes. */
import type { Request } from '../types.ts'

const family = 'rules' as const

export const rules: Request[] = [
  {
    name: 'total-not-negative',
    house: 'chinook',
    family,
    ask: 'The total of an invoice must never be negative',
    wanted: {
      kind: 'done',
      checks: [
        { refuses: 'update [invoice] set [total] = -0.01' },
        { takes: 'update [invoice] set [total] = 0' },
      ],
      touches: ['invoice'],
    },
  },
  {
    name: 'price-range',
    house: 'chinook',
    family,
    ask: 'ensure unit prices of tracks stay between 0 and 99.99',
    wanted: {
      kind: 'done',
      checks: [
        { refuses: 'update [track] set [unit price] = 100' },
        { refuses: 'update [track] set [unit price] = -1' },
        { takes: 'update [track] set [unit price] = 99.99' },
      ],
      touches: ['track'],
    },
  },
  {
    name: 'billing-country-required',
    house: 'chinook',
    family,
    ask: 'Make the billing country of invoices mandatory',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['invoice', /^billingcountry$/], nullable: false },
        { refuses: 'update [invoice] set [billing country] = null' },
      ],
      touches: ['invoice'],
    },
  },
  {
    name: 'genre-name-required',
    house: 'chinook',
    family,
    ask: 'A genre must have a name',
    wanted: { kind: 'done', checks: [{ column: ['genre', /^name$/], nullable: false }], touches: ['genre'] },
  },
  {
    name: 'longer-email',
    house: 'chinook',
    family,
    ask: 'Email addresses of customers may be up to 255 characters long now, please widen the column',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['customer', /^email$/], type: /(varchar|character varying)\(255\)/, nullable: false },
      ],
      touches: ['customer'],
    },
  },
  {
    name: 'milliseconds-bigint',
    house: 'chinook',
    family,
    ask: 'change milliseconds in track to bigint',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['track', /^milliseconds$/], type: /^bigint/, nullable: false },
        { rows: 'select max([milliseconds]) from [track]', are: [['5286953']] },
      ],
      touches: ['track'],
    },
  },
  {
    name: 'quantity-default',
    house: 'chinook',
    family,
    ask: 'The default quantity of an invoice line is 1',
    wanted: {
      kind: 'done',
      checks: [{ column: ['invoice line', /^quantity$/], default: /^'?1/, nullable: false }],
      touches: ['invoice line'],
    },
  },
  {
    name: 'fax-as-text',
    house: 'chinook',
    family,
    ask: 'Change the type of fax in customers to text',
    wanted: {
      kind: 'done',
      checks: [{ column: ['customer', /^fax$/], type: /text/ }],
      touches: ['customer'],
    },
  },
  {
    name: 'phone-optional',
    house: 'clinic',
    family,
    ask: 'Patients do not have to have a phone: let it be null',
    wanted: {
      kind: 'done',
      checks: [{ column: ['patient', /^phone$/], nullable: true }],
      touches: ['patient'],
    },
  },
  {
    name: 'result-as-decimal',
    house: 'clinic',
    family,
    ask: 'Store the value of lab results as numeric(12,4) instead of a floating point number',
    wanted: {
      kind: 'done',
      checks: [
        { column: ['lab result', /^value$/], type: /^(numeric|decimal)\(12,4\)$/ },
        {
          rows: 'select sum([value]) * 4 >= 6000, max([value]) * 4 <= 9000 from [lab result]',
          are: [['1', '1']],
        },
      ],
      touches: ['lab result'],
      changes: ['lab result.value'],
    },
  },
  {
    name: 'appointment-status',
    house: 'clinic',
    family,
    ask: 'The status of an appointment can only be planned, arrived, done or missed. Please enforce that in the database.',
    wanted: {
      kind: 'done',
      checks: [
        { refuses: "update [appointment] set [status] = 'gone'" },
        { takes: "update [appointment] set [status] = 'missed'" },
      ],
      touches: ['appointment'],
    },
  },
  {
    name: 'credits-range',
    house: 'academy',
    family,
    ask: 'credits of a course: at least 1, at most 12',
    wanted: {
      kind: 'done',
      checks: [
        { refuses: 'update [courses] set [credits] = 13' },
        { refuses: 'update [courses] set [credits] = 0' },
        { takes: 'update [courses] set [credits] = 12' },
      ],
      touches: ['courses'],
    },
  },
  {
    name: 'country-without-default',
    house: 'academy',
    family,
    ask: 'Remove the default from the country of students',
    wanted: {
      kind: 'done',
      checks: [{ column: ['students', /^country$/], default: null, nullable: true }],
      touches: ['students'],
    },
  },
  {
    name: 'seats-required',
    house: 'academy',
    family,
    ask: 'seats of rooms should be NOT NULL',
    wanted: { kind: 'done', checks: [{ column: ['rooms', /^seats$/], nullable: false }], touches: ['rooms'] },
  },
  {
    name: 'quantity-above-zero',
    house: 'group',
    family,
    ask: 'The quantity in sal_order_lines must be greater than zero',
    wanted: {
      kind: 'done',
      checks: [
        { refuses: 'update [sal_order_lines] set [quantity] = 0' },
        { takes: 'update [sal_order_lines] set [quantity] = 1' },
      ],
      touches: ['sal_order_lines'],
    },
  },
]
