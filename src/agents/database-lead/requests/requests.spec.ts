import { describe, expect, it } from 'vitest'
import { OPERATIONS, readRequest } from '../operations/index.ts'

const READ: [string, Record<string, unknown>][] = [
  [
    "This query is slow: select * from orders where state = 'open' order by placed_at desc, must be under 50 ms",
    { op: 'slow-query', sql: "select * from orders where state = 'open' order by placed_at desc", ms: 50 },
  ],
  [
    'The invoice history query is too slow: SELECT 1 FROM a WHERE b = 2; it should take less than 1.5 s',
    { op: 'slow-query', sql: 'SELECT 1 FROM a WHERE b = 2', ms: 1500 },
  ],
  [
    'Add a loyalty level, one of bronze, silver or gold, to customers',
    { op: 'add-column', table: 'customers', column: 'loyalty level' },
  ],
  [
    'Add a boolean is_gift column to orders, default false',
    { op: 'add-column', column: 'is_gift', type: 'boolean' },
  ],
  [
    'Add a discount percentage between 0 and 100 to invoice lines, default 0',
    {
      op: 'add-column',
      table: 'invoice lines',
      column: 'discount percentage',
      default: { kind: 'number', text: '0' },
      rule: { min: '0', max: '100', exclusive: false, values: null },
    },
  ],
  [
    'Please add a required status column to orders, one of open, paid or closed, default open.',
    {
      op: 'add-column',
      table: 'orders',
      column: 'status',
      nullable: false,
      rule: { values: ['open', 'paid', 'closed'] },
    },
  ],
  [
    'add column notes of type text to customers',
    { op: 'add-column', column: 'notes', type: 'text', default: null },
  ],
  [
    'add a unique reference code varchar(20) column to the products table',
    { op: 'add-column', unique: true, type: 'varchar(20)', column: 'reference code' },
  ],
  [
    'add created_at timestamp with time zone column to users default now()',
    { op: 'add-column', column: 'created_at', default: { kind: 'now' } },
  ],
  ['add a non-negative weight to parcels', { op: 'add-column', rule: { min: '0', max: null } }],
  [
    'Rename the unit price of invoice lines to net price',
    { op: 'rename-column', table: 'invoice lines', column: 'unit price', to: 'net price' },
  ],
  [
    'rename invoice_line.unit_price to net_price',
    { op: 'rename-column', table: 'invoice_line', column: 'unit_price' },
  ],
  [
    'rename column fax to telefax in customers',
    { op: 'rename-column', table: 'customers', column: 'fax', to: 'telefax' },
  ],
  ['drop the fax from customers', { op: 'drop-column', table: 'customers', column: 'fax' }],
  ['Remove column customers.fax', { op: 'drop-column', table: 'customers', column: 'fax' }],
  ['Change the type of total in invoices to numeric(12, 2)', { op: 'change-type', type: 'numeric(12,2)' }],
  [
    'convert the postal code of customers to text',
    { op: 'change-type', column: 'postal code', type: 'text' },
  ],
  ['make the email of customers required', { op: 'set-nullable', nullable: false }],
  ['make customers.phone nullable', { op: 'set-nullable', nullable: true, column: 'phone' }],
  ['the email of customers must not be null', { op: 'set-nullable', nullable: false }],
  [
    'set the default of status in orders to "open"',
    { op: 'set-default', default: { kind: 'text', text: 'open' } },
  ],
  ['remove the default of status in orders', { op: 'set-default', default: null }],
  [
    'ensure that the quantity of invoice lines is at least 1',
    { op: 'add-check', column: 'quantity', rule: { min: '1' } },
  ],
  [
    'restrict status of orders to one of open, closed',
    { op: 'add-check', rule: { values: ['open', 'closed'] } },
  ],
  [
    'add a check that total of invoices is not negative',
    { op: 'add-check', column: 'total', rule: { min: '0' } },
  ],
  ['make the email of customers unique', { op: 'add-unique', columns: ['email'] }],
  [
    'add a unique constraint on country and city of customers',
    { op: 'add-unique', columns: ['country', 'city'] },
  ],
  [
    'add a foreign key from customer_id of orders to customers',
    { op: 'add-foreign-key', table: 'orders', references: 'customers' },
  ],
  [
    'add a foreign key on orders.customer_id referencing customers.id',
    { op: 'add-foreign-key', table: 'orders', references: 'customers.id' },
  ],
  [
    'add an index on customer id and invoice date of invoices',
    { op: 'add-index', columns: ['customer id', 'invoice date'] },
  ],
  [
    'create an index on invoices (customer_id, invoice_date)',
    { op: 'add-index', table: 'invoices', columns: ['customer_id', 'invoice_date'] },
  ],
  [
    'add an index to invoices for billing country',
    { op: 'add-index', table: 'invoices', columns: ['billing country'] },
  ],
  [
    'create a table suppliers with name, price numeric(10,2) and phone, referring to customers',
    {
      op: 'create-table',
      name: 'suppliers',
      references: ['customers'],
      columns: [{ name: 'name' }, { name: 'price', type: 'numeric(10,2)' }, { name: 'phone' }],
    },
  ],
  [
    'add a many-to-many relation between products and tags',
    { op: 'many-to-many', one: 'products', other: 'tags' },
  ],
  ['a product can have many tags and vice versa', { op: 'many-to-many', one: 'product', other: 'tags' }],
]

const NOT_READ = [
  'this query is slow: select 1; drop table a',
  'add height, width to parcels',
  'make everything faster',
  'drop table customers',
  'delete all rows from customers',
  'truncate invoices',
  'add a discount to invoice lines if the customer is from Brazil',
  'add a discount that nobody understands to invoice lines',
  'add a discount to invoice lines and rename total of invoices to sum',
  "add x'); drop table customers; -- to invoices",
  '',
]

describe('DBL-2: a request', () => {
  it.each(READ)('%s', (sentence, expected) => {
    expect(readRequest(sentence)).toMatchObject(expected)
  })

  it.each(NOT_READ)('is not guessed at: %s', (sentence) => {
    expect(() => readRequest(sentence)).toThrow(/is not understood/)
  })

  it.each(OPERATIONS.map((o) => [o.op, o.example] as const))('%s reads its own example', (op, example) => {
    expect(readRequest(example).op).toBe(op)
  })
})
