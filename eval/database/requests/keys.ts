/** Unique values, references, indexes. */
import type { Request } from '../types.ts'

const family = 'keys' as const

export const keys: Request[] = [
  {
    name: 'email-once',
    house: 'chinook',
    family,
    ask: 'No two customers may share an email address',
    wanted: {
      kind: 'done',
      checks: [
        { index: ['customer', ['email']] },
        { refuses: "update [customer] set [email] = 'a@b.example'" },
      ],
      touches: ['customer'],
    },
  },
  {
    name: 'index-country-date',
    house: 'chinook',
    family,
    ask: 'We often look up invoices by billing country and invoice date. Create an index for that.',
    wanted: {
      kind: 'done',
      checks: [{ index: ['invoice', ['billing country', 'invoice date']] }],
      touches: ['invoice'],
    },
  },
  {
    name: 'index-track-name',
    house: 'chinook',
    family,
    ask: 'index tracks by name',
    wanted: { kind: 'done', checks: [{ index: ['track', ['name']] }], touches: ['track'] },
  },
  {
    name: 'index-not-needed',
    house: 'chinook',
    family,
    ask: 'The index on the support rep of customers is not used by anything, drop it',
    servers: ['postgres'],
    wanted: { kind: 'done', checks: [{ noIndex: ['customer', ['support rep id']] }], touches: ['customer'] },
  },
  {
    name: 'prescribed-medication',
    house: 'clinic',
    family,
    ask: 'Prescriptions must refer to a medication that exists. There is no foreign key for it yet.',
    wanted: {
      kind: 'done',
      checks: [
        { reference: ['prescription', 'medication'], columns: ['medication id'] },
        { refuses: 'update [prescription] set [medication id] = 999' },
      ],
      touches: ['prescription'],
    },
  },
  {
    name: 'index-patient-search',
    house: 'clinic',
    family,
    ask: 'add an index on family name and birth date to patients',
    wanted: {
      kind: 'done',
      checks: [{ index: ['patient', ['family name', 'birth date']] }],
      touches: ['patient'],
    },
  },
  {
    name: 'licence-once',
    house: 'clinic',
    family,
    ask: 'The licence of a physician is unique',
    wanted: {
      kind: 'done',
      checks: [{ index: ['physician', ['licence']] }, { refuses: "update [physician] set [licence] = 'x'" }],
      touches: ['physician'],
    },
  },
  {
    name: 'payment-of-enrolment',
    house: 'academy',
    family,
    ask: 'Every payment belongs to an enrolment: add a foreign key from student_id, department, number, term and section of payments to enrolments',
    wanted: {
      kind: 'done',
      checks: [
        {
          reference: ['payments', 'enrolments'],
          columns: ['student_id', 'department', 'number', 'term', 'section'],
        },
        { refuses: "update [payments] set [term] = '1999S'" },
      ],
      touches: ['payments'],
    },
  },
  {
    name: 'rooms-in-buildings',
    house: 'academy',
    family,
    ask: 'Within a building each room name may be used only once: make building and name of rooms unique together',
    wanted: {
      kind: 'done',
      checks: [
        { refuses: "update [rooms] set [building] = 'Main', [name] = 'x'" },
        { takes: "update [rooms] set [building] = 'Main'" },
      ],
      touches: ['rooms'],
    },
  },
  {
    name: 'index-payments-date',
    house: 'academy',
    family,
    ask: 'create an index on payments (paid_at)',
    wanted: { kind: 'done', checks: [{ index: ['payments', ['paid_at']] }], touches: ['payments'] },
  },
  {
    name: 'index-lines-status',
    house: 'group',
    family,
    ask: 'Index sal_order_lines on status and created_at',
    wanted: {
      kind: 'done',
      checks: [{ index: ['sal_order_lines', ['status', 'created_at']] }],
      touches: ['sal_order_lines'],
    },
  },
]
