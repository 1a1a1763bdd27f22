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
  [
    'Rename the phone of customers to mobile without downtime',
    { op: 'rename-column', table: 'customers', column: 'phone', to: 'mobile', inSteps: true },
  ],
  [
    'Finish the rename of phone of customers to mobile',
    { op: 'finish', what: 'rename', table: 'customers', column: 'phone', to: 'mobile' },
  ],
  ['finish the type change of total in orders', { op: 'finish', what: 'type change', to: null }],
  ['change total of orders to bigint', { op: 'change-type', type: 'bigint' }],
  ['change the type of total in orders to bigint in steps', { op: 'change-type', inSteps: true }],
  [
    "Add the values 'back' and 'lost' to the state of parcels after sent",
    { op: 'change-values', what: 'add', values: ['back', 'lost'], at: { side: 'after', value: 'sent' } },
  ],
  [
    "rename the value 'new' to 'fresh' in parcels.state",
    { op: 'change-values', what: 'rename', values: ['new'], to: 'fresh', column: 'state' },
  ],
  [
    'remove the value lost from the state of parcels, turning it into sent',
    { op: 'change-values', what: 'remove', values: ['lost'], to: 'sent' },
  ],
  ['each order belongs to a customer', { op: 'add-reference', table: 'order', references: 'customer' }],
  [
    'a category can have a parent category',
    { op: 'add-reference', table: 'category', references: 'category', role: 'parent' },
  ],
  ['add an audit log for customers', { op: 'keep-history', table: 'customers' }],
  ['remove redundant indexes', { op: 'drop-index', table: null, name: null, columns: null }],
  ['drop index ix_lines', { op: 'drop-index', name: 'ix_lines' }],
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

const column = (table: string, name: string, more = {}) => ({
  op: 'add-column',
  table,
  column: name,
  ...more,
})

const literal = (text: string) => ({ kind: 'literal', value: { kind: 'text', text } })
const isNull = { is: 'null', value: null }

const SEVERAL: [string, Record<string, unknown>[]][] = [
  [
    'Add phone and fax to suppliers, and make the email unique',
    [
      column('suppliers', 'phone'),
      column('suppliers', 'fax'),
      { op: 'add-unique', table: 'suppliers', columns: ['email'] },
    ],
  ],
  ['add height, width to parcels', [column('parcels', 'height'), column('parcels', 'width')]],
  [
    'add a discount to invoice lines and rename total of invoices to sum',
    [column('invoice lines', 'discount'), { op: 'rename-column', table: 'invoices', to: 'sum' }],
  ],
  [
    'add a phone varchar(20), a required fax varchar(30) and a rank integer to suppliers',
    [
      column('suppliers', 'phone', { type: 'varchar(20)' }),
      column('suppliers', 'fax', { type: 'varchar(30)', nullable: false }),
      column('suppliers', 'rank'),
    ],
  ],
  [
    'add home_phone and work_phone varchar(20) columns to suppliers',
    [
      column('suppliers', 'home_phone', { type: 'varchar(20)' }),
      column('suppliers', 'work_phone', { type: 'varchar(20)' }),
    ],
  ],
  [
    'add a loyalty level, one of bronze, silver or gold, and a rank between 1 and 9 to customers',
    [
      column('customers', 'loyalty level', { rule: { values: ['bronze', 'silver', 'gold'] } }),
      column('customers', 'rank', { rule: { min: '1', max: '9' } }),
    ],
  ],
  [
    'rename fax to telefax and phone to mobile in customers',
    [
      { op: 'rename-column', table: 'customers', column: 'fax', to: 'telefax' },
      { op: 'rename-column', table: 'customers', column: 'phone', to: 'mobile' },
    ],
  ],
  [
    'Add a code varchar(10) to products, make it unique and index it',
    [
      column('products', 'code'),
      { op: 'add-unique', table: 'products', columns: ['code'] },
      { op: 'add-index', table: 'products', columns: ['code'] },
    ],
  ],
  [
    'Add a note to orders. Drop the fax from customers; make customers.email required.',
    [
      column('orders', 'note'),
      { op: 'drop-column', table: 'customers', column: 'fax' },
      { op: 'set-nullable', table: 'customers', column: 'email', nullable: false },
    ],
  ],
  [
    'Suppliers need to be reached:\n- add a phone to suppliers\n- make the email unique\n* ensure that the rating of suppliers is\n  between 1 and 5',
    [
      column('suppliers', 'phone'),
      { op: 'add-unique', table: 'suppliers', columns: ['email'] },
      { op: 'add-check', table: 'suppliers', column: 'rating' },
    ],
  ],
  [
    'For the suppliers table:\n1. [ ] add a phone\n2. [ ] drop the fax number\n',
    [column('suppliers', 'phone'), { op: 'drop-column', table: 'suppliers', column: 'fax number' }],
  ],
]

const FILLS: [string, Record<string, unknown>][] = [
  [
    "set the country of customers to 'DE' where country is null and status = 'open'",
    {
      table: 'customers',
      column: 'country',
      value: literal('DE'),
      where: [
        { column: 'country', ...isNull },
        { column: 'status', is: '=', value: { kind: 'text', text: 'open' } },
      ],
    },
  ],
  ["update customers set country = 'DE' where country is null", { table: 'customers', value: literal('DE') }],
  [
    "backfill the country of customers with 'DE'",
    { value: literal('DE'), where: [{ column: null, ...isNull }] },
  ],
  ['set status of orders to done', { value: literal('done'), where: null }],
  [
    "populate full_name of customers from last_name and first_name separated by ', '",
    {
      column: 'full_name',
      value: { kind: 'columns', columns: ['last_name', 'first_name'], between: ', ' },
      where: null,
    },
  ],
  ['copy phone to mobile in customers', { column: 'mobile', value: { kind: 'columns', columns: ['phone'] } }],
  ['trim the email of customers', { column: 'email', value: { kind: 'written', as: 'trim' }, where: [] }],
  ['write the country of customers in capital letters', { value: { kind: 'written', as: 'upper' } }],
  ['make the email of customers lower case', { value: { kind: 'written', as: 'lower' } }],
  ['set status of orders to closed where total is less than 5', { where: [{ column: 'total', is: '<' }] }],
]

/** As people say it: reasons, more in a second sentence, other words. */
const IN_OTHER_WORDS: [string, Record<string, unknown>][] = [
  [
    'Every order needs a state. It has to be one of open, paid or closed and starts as open.',
    {
      ...column('order', 'state'),
      default: { kind: 'text', text: 'open' },
      rule: { values: ['open', 'paid', 'closed'] },
    },
  ],
  [
    'Nobody sends letters any more. Get rid of the street of customers.',
    { op: 'drop-column', table: 'customers', column: 'street' },
  ],
  ['drop the unit of results, we never look at it', { op: 'drop-column', table: 'results', column: 'unit' }],
  ['Parcels need a comment of up to 300 characters', column('Parcels', 'comment', { type: 'varchar(300)' })],
  [
    "Add a currency to prices: three letters, 'EUR' unless told otherwise",
    column('prices', 'currency', { type: 'varchar(3)', default: { kind: 'text', text: 'EUR' } }),
  ],
  [
    'accounts needs a locked flag that is off for all of them',
    column('accounts', 'locked flag', { default: { kind: 'boolean', value: false } }),
  ],
  [
    'The width of parcels should be named breadth instead',
    { op: 'rename-column', table: 'parcels', column: 'width', to: 'breadth' },
  ],
  ["the quantity of lines can't exceed 99", { op: 'add-check', column: 'quantity', rule: { max: '99' } }],
  ['Add a birth date to customers because we send cards', column('customers', 'birth date', { type: null })],
]

/** More of these, each in the words of somebody else. */
IN_OTHER_WORDS.push(
  [
    'We often look up visits by city and visit date. Create an index for that.',
    { op: 'add-index', table: 'visits', columns: ['city', 'visit date'] },
  ],
  [
    'The index on the agent of visits is not used by anyone, drop it',
    { op: 'drop-index', table: 'visits', columns: ['agent'] },
  ],
  [
    'Visits must refer to a city that exists. There is no foreign key yet.',
    { op: 'add-foreign-key', table: 'Visits', column: '' },
  ],
  ['The code of a city is unique', { op: 'add-unique', columns: ['code'] }],
  [
    'The mood of a visit can only be good, fair or bad. Please enforce that in the database.',
    { op: 'add-check', column: 'mood', rule: { values: ['good', 'fair', 'bad'] } },
  ],
  ['Visits must have different codes: make the code unique', { op: 'add-unique', table: 'Visits' }],
  [
    'Store the fee of visits as numeric(9,2) instead of a float',
    { op: 'change-type', column: 'fee', type: 'numeric(9,2)' },
  ],
  ['shorten the name of cities to 20 characters', { op: 'change-type', type: 'varchar(20)' }],
  [
    'We want marks: a new table mark with a text and a grade from 1 to 5, referring to visits and cities',
    {
      op: 'create-table',
      name: 'mark',
      columns: [{ name: 'text' }, { rule: { min: '1', max: '5' } }],
      references: ['visits', 'cities'],
    },
  ],
  [
    'We need a table stay, each belonging to a city, with nights and the date it was paid on',
    { op: 'create-table', columns: [{ name: 'nights' }, { name: 'paid_on' }], references: ['city'] },
  ],
  [
    'Cities get an IATA code: 3 characters, optional, and no two cities have the same one',
    column('Cities', 'IATA code', { type: 'varchar(3)', nullable: true, unique: true }),
  ],
)

IN_OTHER_WORDS.push(
  ["make the customer's email required", { op: 'set-nullable', table: 'customer', column: 'email' }],
  ['In the visits table, drop the mood', { op: 'drop-column', table: 'visits', column: 'mood' }],
  ['Change the name of width of parcels to breadth', { op: 'rename-column', column: 'width', to: 'breadth' }],
  ['Extend visits with a comment', column('visits', 'comment')],
  ['We need a comment in visits', column('visits', 'comment')],
  ['The phone of visits may be left empty', { op: 'set-nullable', nullable: true, column: 'phone' }],
  [
    'ensure that the grade of marks is below 7',
    { op: 'add-check', rule: { max: '7', min: null, exclusive: true } },
  ],
  [
    'ensure that the grade of marks is never below 1',
    { op: 'add-check', rule: { min: '1', exclusive: false } },
  ],
  ['ensure that the grade of marks lies within 1-6', { op: 'add-check', rule: { min: '1', max: '6' } }],
  ['change fax in customers to text', { op: 'change-type', type: 'text' }],
)

const NOT_READ = [
  'this query is slow: select 1; drop table a',
  'make everything faster',
  'Add a discount to orders. Do not touch invoices.',
  'Add a discount to orders, but only for customers from Brazil',
  'add a phone to suppliers and pray',
  'add a phone to suppliers\n- drop table customers',
  'We need suppliers.\n- add a phone to suppliers\n- make the email unique',
  'drop table customers',
  'delete all rows from customers',
  'truncate invoices',
  'add a discount to invoice lines if the customer is from Brazil',
  'add a discount that nobody understands to invoice lines',
  "add x'); drop table customers; -- to invoices",
  '',
]

describe('DBL-2: a table with another name', () => {
  it.each([
    ['rename the table customers to clients', 'rename-table', 'customers', 'clients'],
    ['Please rename customers to clients in steps.', 'rename-table', 'customers', 'clients'],
    ['rename order lines table to positions', 'rename-table', 'order lines', 'positions'],
    ['finish the rename of the table customers to clients', 'finish-table', 'customers', 'clients'],
    ['Finish the renaming of customers to clients', 'finish-table', 'customers', 'clients'],
  ])('%s', (said, op, table, to) => {
    expect(readRequest(said)).toMatchObject({ op, table, to })
  })

  it('is told from a column', () => {
    expect(readRequest('rename fax to telefax in customers')).toMatchObject({ op: 'rename-column' })
    expect(readRequest('finish the rename of fax of customers to telefax')).toMatchObject({ op: 'finish' })
  })
})

describe('DBL-2: tables that come apart, or together', () => {
  it.each([
    'Move street, city and zip of customers into a table addresses',
    'split street, city and zip out of customers into a new table called addresses',
    'extract street, city, and zip from customers to its own table addresses',
  ])('%s', (said) => {
    expect(readRequest(said)).toEqual({
      op: 'split-table',
      table: 'customers',
      columns: ['street', 'city', 'zip'],
      to: 'addresses',
    })
  })

  it('are merged, and what was begun is finished', () => {
    const merged = { op: 'merge-table', table: 'customer details', into: 'customers' }
    expect(readRequest('Merge the table customer details into customers')).toEqual(merged)
    expect(readRequest('merge customer details into the customers table')).toEqual(merged)
    expect(readRequest('finish the split of customers into addresses')).toMatchObject({ what: 'split' })
    expect(readRequest('Finish the merge of details into customers')).toMatchObject({
      op: 'finish-beside',
      what: 'merge',
      table: 'details',
      other: 'customers',
    })
  })

  it.each([
    ['split full name of customers into first name and last name', null, null],
    ['Split the full name of customers at the first space into first name and last name', ' ', 'first'],
    ['split full name into first name and last name of customers at the last space', ' ', 'last'],
    ['Split full name of customers by commas into two new columns first name and last name', ',', null],
    ["split the customer's full name into first name and last name at ' - '", ' - ', null],
  ])('are told from a column that is to become two: %s', (said, separator, at) => {
    expect(readRequest(said)).toEqual({
      op: 'split-column',
      table: expect.stringMatching(/^customers?$/),
      column: expect.stringMatching(/full name$/),
      parts: ['first name', 'last name'],
      separator,
      at,
    })
  })

  it('are told from columns that are to become one, and what was begun is finished', () => {
    const joined = {
      op: 'join-columns',
      table: 'people',
      columns: ['first name', 'last name'],
      to: 'full name',
    }
    expect(readRequest('Join first name and last name of people into full name')).toEqual({
      ...joined,
      between: null,
    })
    expect(
      readRequest(
        'combine first name and last name of people into a new column full name, with a comma between them',
      ),
    ).toEqual({ ...joined, between: ',' })
    expect(readRequest('finish the split of name of people into first name and last name')).toEqual({
      op: 'finish-parts',
      what: 'split',
      table: 'people',
      columns: ['name'],
    })
    expect(readRequest('Finish the join of first name and last name of people')).toMatchObject({
      what: 'join',
      columns: ['first name', 'last name'],
    })
  })

  it.each([
    'statistics on city and zip of customers',
    'Create extended statistics on customers (city, zip)',
    'please collect multi-column statistics for city and zip in customers',
  ])('are told from statistics: %s', (said) => {
    expect(readRequest(said)).toEqual({ op: 'add-statistics', table: 'customers', columns: ['city', 'zip'] })
  })
})

describe('DBL-2: a request', () => {
  it.each(READ)('%s', (sentence, expected) => {
    expect(readRequest(sentence)).toMatchObject(expected)
  })

  it.each(SEVERAL)('DBL-2: with several changes: %s', (sentence, expected) => {
    const ask = readRequest(sentence)
    expect(ask.op === 'several' ? ask.asks : [ask]).toMatchObject(expected)
    expect(ask).toMatchObject({ asks: { length: expected.length } })
  })

  it.each(FILLS)('DBL-3: fills rows: %s', (sentence, expected) => {
    expect(readRequest(sentence)).toMatchObject({ op: 'fill', ...expected })
  })

  it.each(IN_OTHER_WORDS)('DBL-2: in other words: %s', (sentence, expected) => {
    expect(readRequest(sentence)).toMatchObject(expected)
  })

  it.each(NOT_READ)('is not guessed at: %s', (sentence) => {
    expect(() => readRequest(sentence)).toThrow(/is not understood/)
  })

  it.each(OPERATIONS.map((o) => [o.op, o.example] as const))('%s reads its own example', (op, example) => {
    expect(readRequest(example).op).toBe(op)
  })
})
