/** Tickets of the other schemas, written last. */
import * as e from './expected.ts'

export const TICKETS_ELSEWHERE: e.Said[] = [
  [
    'chinook',
    'Hey, customers keep asking for SMS. We need a mobile number on customer (varchar(24)).',
    [e.col('customer', 'mobile number', { type: 'varchar(24)' })],
  ],
  [
    'chinook',
    'The composer of a track is sometimes longer than 220 characters; please extend it to 400.',
    'asks',
  ],
  ['chinook', 'Track.bytes: change from int to bigint', [e.type('track', 'bytes', 'bigint')]],
  [
    'chinook',
    'InvoiceLine.Quantity must be > 0',
    [e.check('invoice_line', 'quantity', { min: '0', exclusive: true })],
  ],
  ['chinook', "employees: hire_date can't be null", [e.required('employee', 'hire_date')]],
  ['chinook', 'add fk employee.reports_to -> employee', [e.foreignKey('employee', 'reports_to', 'employee')]],
  ['chinook', 'Media types should be unique by name', [e.unique('media_type', 'name')]],
  ['chinook', 'Please drop fax from customer; nobody sends faxes any more.', [e.drop('customer', 'fax')]],
  ['chinook', 'rename "fax" to "telefax" on the customer table', [e.rename('customer', 'fax', 'telefax')]],
  ['chinook', 'Artists should get a country_code (two letters, e.g. DE)', 'asks'],
  [
    'chinook',
    'add to album: release_year smallint, label varchar(80), total_discs int default 1',
    [
      e.col('album', 'release_year', { type: 'smallint' }),
      e.col('album', 'label', { type: 'varchar(80)' }),
      e.col('album', 'total_discs', { type: 'int', default: e.number(1) }),
    ],
  ],
  [
    'chinook',
    'Add a boolean column is_explicit to tracks. It must not be null and defaults to false.',
    [e.col('track', 'is_explicit', { type: 'boolean', nullable: false, default: e.no })],
  ],
  [
    'chinook',
    'In the future every invoice needs a due date, so add due_date date to invoice',
    [e.col('invoice', 'due_date', { type: 'date' })],
  ],
  ['chinook', 'playlists need an owner, which is a customer', [e.refers('playlist', 'customer', 'owner')]],
  [
    'chinook',
    'Playlists and tracks have a many to many relationship; create the table for it',
    [e.many('playlist', 'track')],
  ],
  [
    'chinook',
    'Searching tracks by composer and name is painfully slow, an index on both would help',
    [e.index('track', 'composer', 'name')],
  ],
  [
    'chinook',
    'Put a unique constraint on (customer_id, invoice_date) of invoice',
    [e.unique('invoice', 'customer_id', 'invoice_date')],
  ],
  [
    'chinook',
    'country in customer: default "Brazil"',
    [e.standard('customer', 'country', e.words('Brazil'))],
  ],
  [
    'chinook',
    "replace null companies in customer with 'private'",
    [e.fill('customer', 'company', e.words('private'), [e.isNull()])],
  ],
  [
    'chinook',
    'Split address, city, state, country and postal_code off customer into a new table customer_address',
    [e.split('customer', ['address', 'city', 'state', 'country', 'postal_code'], 'customer_address')],
  ],
  [
    'chinook',
    'Milliseconds may not be 0 or negative',
    [e.check('track', 'milliseconds', { min: '0', exclusive: true })],
  ],
  [
    'chinook',
    'give genres a description, text, optional',
    [e.col('genre', 'description', { type: 'text', nullable: true })],
  ],
  [
    'chinook',
    'Album titles need up to 300 characters instead of 160',
    [e.type('album', 'title', 'varchar(300)')],
  ],
  ['pascal', 'Customer.PostalCode → ZipCode', [e.rename('Customer', 'PostalCode', 'ZipCode')]],
  ['pascal', 'make the email address of a customer unique', [e.unique('Customer', 'email address')]],
  ['pascal', 'add IsActive bit not null default 1 to Customer', 'asks'],
  [
    'pascal',
    'The unit price of a track lies between 0 and 100, please enforce',
    [e.check('Track', 'UnitPrice', { min: '0', max: '100' })],
  ],
  ['pascal', 'I would like to have an index on InvoiceLine.TrackId', [e.index('InvoiceLine', 'TrackId')]],
  ['library', 'A book can be written by several authors and an author writes several books', 'asks'],
  [
    'library',
    'We need to know which member reserved a copy: add a reference from copy to member as reserved by',
    [e.refers('copy', 'member', 'reserved by')],
  ],
  [
    'library',
    "add a column 'language' (varchar(2)) to book, default 'en'",
    [e.col('book', 'language', { type: 'varchar(2)', default: e.words('en') })],
  ],
  ['library', 'isbn ought to be mandatory for books', [e.required('book', 'isbn')]],
  ['library', 'dueOn of loans: must be given', [e.required('loan', 'dueOn')]],
  [
    'library',
    'Members can be suspended too: add suspended to the status',
    [e.values('add', 'member', 'status', ['suspended'])],
  ],
  ['library', 'A fine must not be negative. amount >= 0', 'asks'],
  ['library', 'book.pages should be at least one', [e.check('book', 'pages', { min: '1' })]],
  ['theatre', 'we must be able to store a wheelchair flag for seats, boolean, default no', 'asks'],
  ['theatre', 'tickets.price → numeric(10,2), prices got bigger', 'asks'],
  ['theatre', 'A ticket should have a unique barcode', [e.unique('tickets', 'barcode')]],
  [
    'theatre',
    'Add three columns to patrons: street varchar(80), city varchar(40) and country char(2)',
    [
      e.col('patrons', 'street', { type: 'varchar(80)' }),
      e.col('patrons', 'city', { type: 'varchar(40)' }),
      e.col('patrons', 'country', { type: 'char(2)' }),
    ],
  ],
  ['theatre', 'patrons: fax (unused) can be dropped', [e.drop('patrons', 'fax')]],
  [
    'theatre',
    'set the default of sold_out to false and fill the nulls with false',
    [e.standard('performances', 'sold_out', e.no), e.fill('performances', 'sold_out', e.no, [e.isNull()])],
  ],
  ['theatre', 'Let us keep old versions of productions (history table)', 'asks'],
  [
    'theatre',
    'Each role is played by one actor, so actor_id of roles is required.',
    [e.required('roles', 'actor_id')],
  ],
  [
    'theatre',
    'Two seats on a stage cannot have the same row label and seat number',
    [e.unique('seats', 'stage_id', 'row_label', 'seat_number')],
  ],
  [
    'shipyard',
    'Jobs: quoted_price has to be positive; closed_at may be null.',
    [e.check('job', 'quoted_price', { min: '0', exclusive: true }), e.optional('job', 'closed_at')],
  ],
  ['shipyard', 'foreman_id of job should reference worker', [e.foreignKey('job', 'foreman_id', 'worker')]],
  [
    'shipyard',
    'Add the draught (m) of a vessel, numeric(4,2)',
    [e.col('vessel', 'draught', { type: 'numeric(4,2)' })],
  ],
  ['shipyard', 'workers: hourly_rate at most 200 (EUR)', [e.check('worker', 'hourly_rate', { max: '200' })]],
  [
    'shipyard',
    'The timesheet should store the worker who approved it',
    [e.refers('timesheet', 'worker', 'approved by')],
  ],
]
