/** Sentences that were written when reading was, and looked at last. */
import * as e from './expected.ts'

export const LATER: e.Said[] = [
  ['chinook', 'Please note down the nationality of each artist', [e.col('artist', 'nationality')]],
  [
    'chinook',
    'we would need another field on invoices: paid_at timestamp',
    [e.col('invoice', 'paid_at', { type: 'timestamp' })],
  ],
  ['chinook', 'Every track has to have a genre', [e.required('track', 'genre_id')]],
  ['chinook', 'The fax column of the customer table should be eliminated', [e.drop('customer', 'fax')]],
  [
    'chinook',
    'Could the column "total" of invoice be renamed into "amount"?',
    [e.rename('invoice', 'total', 'amount')],
  ],
  [
    'chinook',
    'employees: title up to 60 characters instead of 30',
    [e.type('employee', 'title', 'varchar(60)')],
  ],
  [
    'chinook',
    'Quantity on an invoice line can never be zero or less',
    [e.check('invoice_line', 'quantity', { min: '0', exclusive: true })],
  ],
  [
    'chinook',
    'It should not be possible to have two playlists with the same name',
    [e.unique('playlist', 'name')],
  ],
  [
    'chinook',
    'Looking up customers by email takes ages, can you add an index',
    [e.index('customer', 'email')],
  ],
  [
    'chinook',
    "default for customer country: 'Unknown'",
    [e.standard('customer', 'country', e.words('Unknown'))],
  ],
  [
    'hospital',
    'As a nurse I want to store the weight of a patient, a number with 2 decimals, so that I can compute the dosage',
    'asks',
  ],
  [
    'hospital',
    'Add column weightKg numeric(5,2) to patients, must be above 0',
    [e.col('patients', 'weightKg', { type: 'numeric(5,2)', rule: { min: '0', exclusive: true } })],
  ],
  ['hospital', 'phone: mandatory for patients', [e.required('patients', 'phone')]],
  ['hospital', 'notes of appointments are not mandatory', [e.optional('appointments', 'notes')]],
  [
    'hospital',
    "Appointment status should get a new option 'rescheduled'",
    [e.values('add', 'appointments', 'status', ['rescheduled'])],
  ],
  ['hospital', 'an audit trail is needed for medications', [e.history('medications')]],
  [
    'hospital',
    'Each prescription must point to a medication',
    [e.foreignKey('prescriptions', '', 'medications')],
  ],
  [
    'school',
    'Make the combination of student and course unique in enrollments',
    [e.unique('enrollments', 'student_id', 'course_id')],
  ],
  ['school', "students' birthdays are mandatory from next year", 'asks'],
  [
    'school',
    'credits: between 1 and 30 for courses please, default 5',
    [e.check('courses', 'credits', { min: '1', max: '30' }), e.standard('courses', 'credits', e.number(5))],
  ],
  ['school', 'remove column nickname (students)', [e.drop('students', 'nickname')]],
  [
    'school',
    'new table holidays (name text not null, starts_on date, ends_on date)',
    [
      e.table('holidays', [
        { name: 'name', type: 'text', nullable: false },
        { name: 'starts_on', type: 'date' },
        { name: 'ends_on', type: 'date' },
      ]),
    ],
  ],
  ['logistics', 'drivers.name -> drivers.full_name', 'asks'],
  ['logistics', 'mileage of vehicles should be stored as bigint', [e.type('vehicles', 'mileage', 'bigint')]],
  ['logistics', 'Please index arrived_at on stops', [e.index('stops', 'arrived_at')]],
  ['logistics', 'No shipment without a driver', [e.required('shipments', 'driver_id')]],
  [
    'logistics',
    "A shipment's status is 'created' when nothing else is said",
    [e.standard('shipments', 'status', e.words('created'))],
  ],
  ['logistics', 'vehicles may not weigh more than 40 tons', 'asks'],
  [
    'logistics',
    'set active to true for drivers that have no value there',
    [e.fill('drivers', 'active', e.yes, [e.isNull()])],
  ],
  [
    'library',
    'Let every copy have a barcode (20 characters, unique)',
    [e.col('copy', 'barcode', { type: 'varchar(20)', unique: true })],
  ],
  ['library', 'member mail must be in lower case', [e.fill('member', 'mail', 'lower', [])]],
  ['library', 'there must not be two members with the same card number', [e.unique('member', 'cardNumber')]],
  ['library', 'loans reference members: add the missing foreign key', [e.foreignKey('loan', '', 'member')]],
  ['library', 'reduce shelfCode of book to 8 chars', [e.type('book', 'shelfCode', 'varchar(8)')]],
  ['library', "don't let amount of fine be negative", [e.check('fine', 'amount', { min: '0' })]],
  ['pascal', 'We need a GenreId on Track', [e.col('Track', 'GenreId')]],
  ['pascal', 'Track prices: UnitPrice not above 99.99', 'asks'],
  [
    'pascal',
    'drop Fax and rename Company to Organisation in Customer',
    [e.drop('Customer', 'Fax'), e.rename('Customer', 'Company', 'Organisation')],
  ],
  ['pascal', 'Email of Customer must not be unique any longer', 'asks'],
  [
    'pascal',
    'Total of Invoice: required, at least 0',
    [e.check('Invoice', 'Total', { min: '0' }), e.required('Invoice', 'Total')],
  ],
  [
    'chinook',
    'Customers should have a phone number of at most 20 characters',
    [e.type('customer', 'phone', 'varchar(20)')],
  ],
  ['chinook', 'Add soft deletes to customers', 'asks'],
  [
    'chinook',
    'add a boolean flag is_explicit to track, not null, default false',
    [e.col('track', 'is_explicit', { type: 'boolean', nullable: false })],
  ],
  ['chinook', 'Add a middle name between first_name and last_name on employees', 'asks'],
  ['chinook', 'Add a unique constraint over (artist_id, title) on album', 'asks'],
  ['chinook', 'Please remove composer from track and add it to album instead', 'asks'],
  ['theatre', 'Patrons need a preferred language, ISO code, default en', 'asks'],
  ['theatre', 'rename status to state in performances and add a value postponed', 'asks'],
  [
    'fleet',
    'add lastServicedOn date and serviceIntervalDays int default 90 to robot',
    [
      e.col('robot', 'lastServicedOn', { type: 'date' }),
      e.col('robot', 'serviceIntervalDays', { type: 'int', default: { kind: 'number', text: '90' } }),
    ],
  ],
  ['theatre', 'add a simple is_vip boolean to patrons', 'asks'],
]
