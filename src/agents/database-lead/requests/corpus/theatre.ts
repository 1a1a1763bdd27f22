/** What people of a theatre write: tickets of a tracker, wishes with their reasons, and what nobody should do for them. */
import * as e from './expected.ts'

export const THEATRE: e.Said[] = [
  [
    'theatre',
    'Patrons: add a marketing_consent flag, default false. Legal needs it for GDPR.',
    [e.col('patrons', 'marketing_consent', { default: e.no })],
  ],
  [
    'theatre',
    'We need to know when a patron was created. Please add created_at to patrons that defaults to now.',
    [e.col('patrons', 'created_at', { default: e.now })],
  ],
  [
    'theatre',
    'The title of a production must not be blank.',
    [e.check('productions', 'title', { without: 'blank' })],
  ],
  [
    'theatre',
    'TICKET-482: tickets.price should never be negative',
    [e.check('tickets', 'price', { min: '0' })],
  ],
  [
    'theatre',
    'Looking up patrons by last name and postcode is too slow, we search that way on every phone call. Please put an index on these two columns.',
    [e.index('patrons', 'last_name', 'postcode')],
  ],
  [
    'theatre',
    'Could you get rid of the fax number of patrons? Nobody has used it since 2009.',
    [e.drop('patrons', 'fax')],
  ],
  [
    'theatre',
    'Rename running_minutes to duration_minutes on productions, the API team finds the old name confusing',
    [e.rename('productions', 'running_minutes', 'duration_minutes')],
  ],
  [
    'theatre',
    'Each performance takes place on exactly one stage, so stage_id has to be filled in and must point to an existing stage.',
    [e.required('performances', 'stage_id'), e.foreignKey('performances', 'stage_id', 'stages')],
  ],
  [
    'theatre',
    'A seat must be unique per stage, row label and seat number',
    [e.unique('seats', 'stage_id', 'row_label', 'seat_number')],
  ],
  [
    'theatre',
    "Add 'postponed' as another possible status of performances",
    [e.values('add', 'performances', 'status', ['postponed'])],
  ],
  [
    'theatre',
    'height_cm of actors has to lie between 50 and 250',
    [e.check('actors', 'height_cm', { min: '50', max: '250' })],
  ],
  [
    'theatre',
    'Create a new table sponsors with a name (required, max 100 characters), a website and an annual amount with two decimals',
    [
      e.table('sponsors', [
        { name: 'name', type: 'varchar(100)', nullable: false },
        { name: 'website' },
        { name: 'annual_amount' },
      ]),
    ],
  ],
  ['theatre', 'Link actors and stages many-to-many', [e.many('actors', 'stages')]],
  ['theatre', 'Please keep a history of all changes to tickets for the auditors', [e.history('tickets')]],
  ['theatre', 'Clean up the patrons table', 'asks'],
  ['theatre', 'Delete all patrons without an email', 'asks'],
  ['theatre', 'truncate tickets', 'asks'],
  ['theatre', 'Give everyone access to patrons', 'asks'],
  ['theatre', 'make it faster', 'asks'],
  [
    'theatre',
    'The email of patrons should be in lower case, please convert what is there',
    [e.fill('patrons', 'email', 'lower', [])],
  ],
  [
    'theatre',
    "Where channel is null on tickets set it to 'box office'",
    [e.fill('tickets', 'channel', e.words('box office'), [e.isNull()])],
  ],
  [
    'theatre',
    'channel on tickets: one of web, phone, box_office or agency',
    [e.check('tickets', 'channel', { values: ['web', 'phone', 'box_office', 'agency'] })],
  ],
  [
    'theatre',
    "price_band: 10 chars isn't enough, make it 30",
    [e.type('seats', 'price_band', 'varchar(30)')],
  ],
  [
    'theatre',
    'Please widen the barcode of tickets to 64 characters',
    [e.type('tickets', 'barcode', 'varchar(64)')],
  ],
  ['theatre', 'Barcodes have to be unique across all tickets', [e.unique('tickets', 'barcode')]],
  ['theatre', 'Patron email must be present.', [e.required('patrons', 'email')]],
  ['theatre', 'last name of patrons is not mandatory any more', [e.optional('patrons', 'last_name')]],
  [
    'theatre',
    "The age rating of a production is '0' by default",
    [e.standard('productions', 'age_rating', e.words('0'))],
  ],
  [
    'theatre',
    'Every ticket belongs to a seat; make sure the database enforces it',
    [e.foreignKey('tickets', '', 'seats')],
  ],
  [
    'theatre',
    'An actor can have an understudy, who is an actor as well',
    [e.refers('actors', 'actors', 'understudy')],
  ],
  [
    'theatre',
    'Move the agent name of actors to a table agents',
    [e.split('actors', ['agent_name'], 'agents')],
  ],
  ['theatre', 'drop the column notes from patrons (privacy!) and the phone too', 'asks'],
  [
    'theatre',
    "The index on starts_at of performances isn't used any more; please drop it.",
    [e.noIndex({ table: 'performances', columns: ['starts_at'] })],
  ],
  [
    'theatre',
    "add premiere_city varchar(40) not null default 'London' to productions",
    [
      e.col('productions', 'premiere_city', {
        type: 'varchar(40)',
        nullable: false,
        default: e.words('London'),
      }),
    ],
  ],
  [
    'theatre',
    "As a front-of-house manager I want to record how many people actually came, so add an integer attendance to performances; it can't be less than zero.",
    [e.col('performances', 'attendance', { type: 'integer', rule: { min: '0' } })],
  ],
  [
    'theatre',
    'Add a nullable text column called programme_note to productions',
    [e.col('productions', 'programme_note', { type: 'text', nullable: true })],
  ],
  [
    'theatre',
    'tickets need a currency: three letters, EUR unless something else is given',
    [e.col('tickets', 'currency', { type: 'varchar(3)', default: e.words('EUR') })],
  ],
  [
    'theatre',
    'Add full_name varchar(80) to patrons and fill it from first_name and last_name',
    [
      e.col('patrons', 'full_name', { type: 'varchar(80)' }),
      e.fill('patrons', 'full_name', ['first_name', 'last_name'], null),
    ],
  ],
  [
    'theatre',
    "please rename table patrons to customers, that's what sales calls them",
    [e.renameTable('patrons', 'customers')],
  ],
  ['theatre', 'Sold tickets must have a price, and unsold ones must not', 'asks'],
  ['theatre', 'sold_at of tickets must be after starts_at of the performance', 'asks'],
  ['theatre', 'ensure premiere is not in the future', 'asks'],
  [
    'theatre',
    'Split full_name of actors into first and last name',
    [
      {
        op: 'split-column',
        table: 'actor',
        column: 'full name',
        parts: ['first name', 'last name'],
        separator: null,
        at: null,
      },
    ],
  ],
  ['theatre', 'Hash the barcode of tickets', 'asks'],
  [
    'theatre',
    'capacity needs to be a positive number',
    [e.check('stages', 'capacity', { min: '0', exclusive: true })],
  ],
  [
    'theatre',
    'sold_out should be false when nothing is said, and never null. For existing performances without a value assume false.',
    [
      e.standard('performances', 'sold_out', e.no),
      e.required('performances', 'sold_out'),
      e.fill('performances', 'sold_out', e.no, [e.isNull()]),
    ],
  ],
  [
    'theatre',
    'Change price on tickets from numeric(8,2) to numeric(10,2)',
    [e.type('tickets', 'price', 'numeric(10,2)')],
  ],
  [
    'theatre',
    "I'd like the synopsis to be limited to 2,000 characters",
    [e.type('productions', 'synopsis', 'varchar(2000)')],
  ],
  ['theatre', 'Which productions have no director?', 'asks'],
  ['theatre', 'undo the last change', 'asks'],
  ['theatre', 'Add timestamps to actors (created_at and updated_at, both set automatically)', 'asks'],
  [
    'theatre',
    'titles are getting longer; productions.title: 120 -> 200',
    [e.type('productions', 'title', 'varchar(200)')],
  ],
  ['theatre', 'drop patrons', 'asks'],
  ['theatre', 'remove patrons who never bought a ticket', 'asks'],
  [
    'theatre',
    'The character name in roles is compulsory, and the same actor must not play the same character twice in a production',
    'asks',
  ],
  [
    'theatre',
    'hi team, would it be possible to have a column for the preferred language of a patron? 2 letter code, defaults to en. Thanks a lot!',
    [e.col('patrons', 'preferred_language', { type: 'varchar(2)', default: e.words('en') })],
  ],
  [
    'theatre',
    'Postcodes: make room for 12 chars and make them obligatory.',
    [e.type('patrons', 'postcode', 'varchar(12)'), e.required('patrons', 'postcode')],
  ],
]
