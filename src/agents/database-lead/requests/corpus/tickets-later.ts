/** The third lot of tickets of a hotel, an infirmary, a depot and a lyceum. */
import * as e from './expected.ts'

export const TICKETS_LATER: e.Said[] = [
  [
    'hotel',
    'Could you please make sure that an extension is never assigned to two staff members?',
    [e.unique('staff', 'extension')],
  ],
  ['hotel', 'Is it possible to get a "late fee" column on invoices (numeric(8,2), default 0)?', 'asks'],
  [
    'hotel',
    'Would it be possible to add a late_fee numeric(8,2) default 0 to invoices?',
    [e.col('invoices', 'late_fee', { type: 'numeric(8,2)', default: e.number(0) })],
  ],
  [
    'hotel',
    'The column `source` in `bookings` should be renamed to `channel` since marketing calls it that way.',
    [e.rename('bookings', 'source', 'channel')],
  ],
  ['hotel', 'JIRA-881: guests.notes -> varchar(1000)', [e.type('guests', 'notes', 'varchar(1000)')]],
  [
    'hotel',
    'Set VIP to false where it is null, then make it not null with default false',
    [
      e.fill('guests', 'vip', e.no, [e.isNull()]),
      e.standard('guests', 'vip', e.no),
      e.required('guests', 'vip'),
    ],
  ],
  [
    'hotel',
    'New table: housekeeping_tasks (title varchar(80) not null, done boolean default false), each belongs to a room',
    [
      e.table(
        'housekeeping_tasks',
        [
          { name: 'title', type: 'varchar(80)', nullable: false },
          { name: 'done', type: 'boolean', default: e.no },
        ],
        'room',
      ),
    ],
  ],
  [
    'hotel',
    'Create a table for parking spots with a code (unique, required) and a monthly price in EUR',
    'asks',
  ],
  [
    'hotel',
    'Create a table parking_spots with a unique required code and a monthly_price numeric(8,2)',
    [
      e.table('parking_spots', [
        { name: 'code', unique: true, nullable: false },
        { name: 'monthly_price', type: 'numeric(8,2)' },
      ]),
    ],
  ],
  ['hotel', 'Every charge must belong to an invoice', [e.refers('charges', 'invoices')]],
  ['hotel', 'Bookings should have an optional link to the staff', [e.refers('bookings', 'staff')]],
  ['hotel', 'guests and rooms: n:m relation', [e.many('guests', 'rooms')]],
  ['hotel', 'We want an audit trail on invoices.', [e.history('invoices')]],
  ['hotel', 'After careful thought we decided that nationality should be char(3)', 'asks'],
  ['hotel', 'nationality as char(3) please', [e.type('guests', 'nationality', 'char(3)')]],
  ['hotel', 'Lowercase all emails of guests', [e.fill('guests', 'email', 'lower', [])]],
  [
    'hotel',
    "Bookings with no source should get 'walk-in' as source",
    [e.fill('bookings', 'source', e.words('walk-in'), [e.isNull()])],
  ],
  [
    'hotel',
    "status in bookings: 'cancelled' becomes 'canceled'",
    [e.values('rename', 'bookings', 'status', ['cancelled'], 'canceled')],
  ],
  [
    'hotel',
    'Also allow the status no_show for bookings',
    [e.values('add', 'bookings', 'status', ['no_show'])],
  ],
  [
    'hotel',
    'drop the status checked_out from bookings',
    [e.values('remove', 'bookings', 'status', ['checked_out'])],
  ],
  ['hotel', 'Remove the default from status of bookings', [e.standard('bookings', 'status', null)]],
  [
    'hotel',
    'Make rate and beds of rooms mandatory and at least 1',
    [
      e.check('rooms', 'rate', { min: '1' }),
      e.required('rooms', 'rate'),
      e.check('rooms', 'beds', { min: '1' }),
      e.required('rooms', 'beds'),
    ],
  ],
  [
    'hotel',
    'the rate of a room must not be below 10 nor above 2000',
    [e.check('rooms', 'rate', { min: '10', max: '2000' })],
  ],
  ['hotel', 'quantity in charges: 1..100', [e.check('charges', 'quantity', { min: '1', max: '100' })]],
  ['hotel', 'move first_name and last_name of guests to people', 'asks'],
  [
    'hotel',
    'Merge the table charges into invoices',
    [{ op: 'merge-table', table: 'charges', into: 'invoices' }],
  ],
  [
    'hotel',
    'last_name, first_name and born_on together identify a guest',
    [e.unique('guests', 'last_name', 'first_name', 'born_on')],
  ],
  [
    'hotel',
    'In bookings, created_at should be set to the current time by default and never be null',
    [e.standard('bookings', 'created_at', e.now), e.required('bookings', 'created_at')],
  ],
  ['infirmary', 'Give nurses a shift: early, late or night', 'asks'],
  [
    'infirmary',
    'Add "Shift" to Nurse; allowed are early, late, night',
    [e.col('Nurse', 'Shift'), e.check('Nurse', 'Shift', { values: ['early', 'late', 'night'] })],
  ],
  [
    'infirmary',
    "Add a Shift column to Nurse, one of 'early', 'late', 'night', default 'early'",
    [e.col('Nurse', 'Shift', { default: e.words('early'), rule: { values: ['early', 'late', 'night'] } })],
  ],
  ['infirmary', 'Every patient is identified by the InsuranceNo', [e.unique('Patient', 'InsuranceNo')]],
  ['infirmary', 'Two patients may share an InsuranceNo', 'asks'],
  ['infirmary', 'InsuranceNo: not null unless the patient is a child', 'asks'],
  [
    'infirmary',
    'Beds between 1 and 40 in wards. There are no larger wards in this house.',
    [e.check('Ward', 'Beds', { min: '1', max: '40' })],
  ],
  [
    'infirmary',
    'We are going to record pain levels: please add a pain level from 0 to 10 to vitals',
    [e.col('Vital', 'pain level', { rule: { min: '0', max: '10' } })],
  ],
  [
    'infirmary',
    'A drug belongs to a drug group. Create the table DrugGroup (Name, unique) and let drugs refer to it.',
    'asks',
  ],
  [
    'infirmary',
    'Create a table DrugGroup with a unique Name. Drugs belong to a DrugGroup.',
    [e.table('DrugGroup', [{ name: 'Name', unique: true }]), e.refers('Drug', 'DrugGroup')],
  ],
  ['infirmary', 'Wards can have a parent ward', [e.refers('Ward', 'Ward', 'parent')]],
  [
    'infirmary',
    'The discharge report queries Admission by WardId and DischargedAt, this is slow. Please add an index.',
    [e.index('Admission', 'WardId', 'DischargedAt')],
  ],
  ['infirmary', 'Let the price of drugs have four decimals', 'asks'],
  ['infirmary', 'Allergies -> KnownAllergies', [e.rename('Patient', 'Allergies', 'KnownAllergies')]],
  ['infirmary', 'we do not need the dose of drugs any longer', [e.drop('Drug', 'Dose')]],
  ['infirmary', 'Split Patient: Street, City, Zip to Address', 'asks'],
  [
    'infirmary',
    'Extract Street, City and Zip from Patient into a new table Address',
    [e.split('Patient', ['Street', 'City', 'Zip'], 'Address')],
  ],
  [
    'depot',
    'item.barcode must be unique. Suppliers sometimes print the same code twice, which broke the scanners last month.',
    'asks',
  ],
  [
    'depot',
    'For every stock movement we would like to know the pallet number (text, up to 12 characters).',
    [e.col('stock_movement', 'pallet number', { type: 'varchar(12)' })],
  ],
  [
    'depot',
    'items: please add is_fragile bool default false not null',
    [e.col('item', 'is_fragile', { type: 'bool', default: e.no, nullable: false })],
  ],
  [
    'depot',
    'Add supplier rating (1-5) to suppliers',
    [e.col('supplier', 'supplier rating', { rule: { min: '1', max: '5' } })],
  ],
  [
    'depot',
    'Add a rating (1-5) to suppliers',
    [e.col('supplier', 'rating', { rule: { min: '1', max: '5' } })],
  ],
  ['depot', 'Purchase orders are looked up by expected_on a lot', 'asks'],
  ['depot', 'change on_hand to bigint, it overflowed last week', [e.type('item', 'on_hand', 'bigint')]],
  ['depot', 'expected_on becomes required - purchasing always knows it', 'asks'],
  ['depot', 'reason: add "return" after "pick"', [e.values('add', 'stock_movement', 'reason', ['return'])]],
  ['depot', 'Colour must not be blank', [e.check('item', 'colour', { without: 'blank' })]],
  ['depot', 'Rename purchase_order to supplier_order', [e.renameTable('purchase_order', 'supplier_order')]],
  [
    'depot',
    'We replaced the term clerk by picker everywhere, so rename clerk in stock_movement to picker',
    [e.rename('stock_movement', 'clerk', 'picker')],
  ],
  ['depot', 'weight: kg to g', 'asks'],
  [
    'lyceum',
    'The school board requires that every pupil has a birth date, hence birthDate is required.',
    [e.required('pupils', 'birthDate')],
  ],
  ['lyceum', 'Add homeroom teacher to classes', 'asks'],
  [
    'lyceum',
    'add nullable int lockerNo to pupils, unique',
    [e.col('pupils', 'lockerNo', { type: 'int', nullable: true, unique: true })],
  ],
  ['lyceum', 'Delete column weight of marks, we use equal weights', [e.drop('marks', 'weight')]],
  [
    'lyceum',
    'Every lesson must have a topic, "n/a" where there is none',
    [e.required('lessons', 'topic'), e.fill('lessons', 'topic', e.words('n/a'), [e.isNull()])],
  ],
  ['lyceum', 'marks need an index on (pupilId, givenOn)', [e.index('marks', 'pupilId', 'givenOn')]],
  ['lyceum', 'drop the foreign key of marks to lessons', 'asks'],
  ['lyceum', 'subject of teachers may be empty', [e.optional('teachers', 'subject')]],
]
