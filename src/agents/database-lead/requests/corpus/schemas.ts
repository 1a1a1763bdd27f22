/** Schemas that the sentences of the corpus are about: names in every style, keys, enums, checks and indexes. */
import type { Column, Schema, Table } from '../../../../adapters/databases/types.ts'

/** `name type`, then `!` never null, `*` key, `u` unique, `>table` refers, `=value` default, `[a|b]` an enum, `{a|b}` a check of values. */
function columnOf(text: string): { column: Column; marks: string[] } {
  const [name = '', type = 'integer', ...marks] = text.trim().split(/\s+/)
  const labels = marks.find((m) => m.startsWith('['))
  const column: Column = {
    name,
    type: type.replace(';', ','),
    nullable: !marks.includes('!') && !marks.includes('*'),
    default: marks.find((m) => m.startsWith('='))?.slice(1) ?? null,
    made: null,
    collation: null,
    labels: labels ? labels.slice(1, -1).split('|') : null,
    comment: null,
  }
  return { column, marks }
}

function tableOf(name: string, text: string, indexes: Record<string, string>): Table {
  const columns = text.split(',').map(columnOf)
  const marked = (mark: string) => columns.filter((c) => c.marks.includes(mark)).map((c) => c.column.name)
  return {
    schema: 'public',
    name,
    columns: columns.map((c) => c.column),
    primaryKey: { name: `${name}_pkey`, columns: marked('*') },
    uniques: marked('u').map((c) => ({ name: `${name}_${c}_key`, columns: [c] })),
    foreignKeys: columns.flatMap(({ column, marks }) =>
      marks
        .filter((m) => m.startsWith('>'))
        .map((m) => ({
          name: `${name}_${column.name}_fkey`,
          columns: [column.name],
          references: { schema: 'public', name: m.slice(1) },
          refColumns: ['id'],
          onDelete: 'NO ACTION',
          onUpdate: 'NO ACTION',
          validated: true,
        })),
    ),
    checks: columns.flatMap(({ column, marks }) =>
      marks
        .filter((m) => m.startsWith('{'))
        .map((m) => ({
          name: `${name}_${column.name}_check`,
          clause: `${column.name} in (${m
            .slice(1, -1)
            .split('|')
            .map((v) => `'${v}'`)
            .join(', ')})`,
          validated: true,
        })),
    ),
    indexes: Object.entries(indexes).map(([index, on]) => ({
      name: index,
      columns: on.split(' '),
      unique: false,
      valid: true,
      definition: '',
    })),
    triggers: [],
    rows: 100,
    bytes: 8192,
  }
}

function schemaOf(
  tables: Record<string, string>,
  indexes: Record<string, Record<string, string>> = {},
): Schema {
  return {
    tables: Object.entries(tables).map(([name, text]) => tableOf(name, text, indexes[name] ?? {})),
    views: [],
  }
}

export const SCHEMAS = {
  /** A music shop, snake_case in the singular. */
  chinook: schemaOf(
    {
      artist: 'artist_id int *, name varchar(120)',
      album: 'album_id int *, title varchar(160) !, artist_id int ! >artist',
      genre: 'genre_id int *, name varchar(120)',
      media_type: 'media_type_id int *, name varchar(120)',
      track:
        'track_id int *, name varchar(200) !, album_id int >album, media_type_id int !, genre_id int >genre, composer varchar(220), milliseconds int !, bytes int, unit_price numeric(10;2) !',
      employee:
        'employee_id int *, last_name varchar(20) !, first_name varchar(20) !, title varchar(30), reports_to int, birth_date timestamp, hire_date timestamp, phone varchar(24), email varchar(60)',
      customer:
        'customer_id int *, first_name varchar(40) !, last_name varchar(20) !, company varchar(80), address varchar(70), city varchar(40), state varchar(40), country varchar(40), postal_code varchar(10), phone varchar(24), fax varchar(24), email varchar(60) !, support_rep_id int >employee',
      invoice:
        'invoice_id int *, customer_id int ! >customer, invoice_date timestamp !, billing_address varchar(70), billing_city varchar(40), billing_country varchar(40), total numeric(10;2) !',
      invoice_line:
        'invoice_line_id int *, invoice_id int ! >invoice, track_id int ! >track, unit_price numeric(10;2) !, quantity int !',
      playlist: 'playlist_id int *, name varchar(120)',
    },
    { invoice: { invoice_customer_id_idx: 'customer_id' }, track: { ix_track_composer: 'composer' } },
  ),
  /** The same in PascalCase. */
  pascal: schemaOf({
    Artist: 'ArtistId int *, Name varchar(120)',
    Album: 'AlbumId int *, Title varchar(160) !, ArtistId int ! >Artist',
    Track:
      'TrackId int *, Name varchar(200) !, AlbumId int >Album, Composer varchar(220), Milliseconds int !, UnitPrice decimal(10;2) !',
    Customer:
      'CustomerId int *, FirstName varchar(40) !, LastName varchar(20) !, Company varchar(80), Country varchar(40), PostalCode varchar(10), Fax varchar(24), Email varchar(60) !',
    Invoice:
      'InvoiceId int *, CustomerId int ! >Customer, InvoiceDate datetime !, BillingCountry varchar(40), Total decimal(10;2) !',
    InvoiceLine:
      'InvoiceLineId int *, InvoiceId int ! >Invoice, TrackId int ! >Track, UnitPrice decimal(10;2) !, Quantity int !',
  }),
  /** A hospital, camelCase. */
  hospital: schemaOf(
    {
      departments: 'departmentId int *, name varchar(60) !, floor int',
      doctors:
        'doctorId int *, fullName varchar(80) !, specialty varchar(60), roomNumber varchar(10), pager varchar(20), departmentId int >departments',
      patients:
        'patientId int *, firstName varchar(40) !, lastName varchar(40) !, birthDate date, phone varchar(30), email varchar(80), insuranceNumber varchar(20), bloodType varchar(5)',
      appointments:
        'appointmentId int *, patientId int >patients, doctorId int, scheduledAt timestamp, status text =planned [planned|done|cancelled], notes text, duration int',
      medications: 'medicationId int *, name varchar(80) !, dosage varchar(40), price numeric(8;2)',
      prescriptions:
        'prescriptionId int *, patientId int >patients, medicationId int, prescribedOn date, quantity int',
      labResults: 'labResultId int *, patientId int >patients, testName varchar(60), value real, unit text',
    },
    { appointments: { appointments_doctorId_idx: 'doctorId' } },
  ),
  /** A school, snake_case in the plural. */
  school: schemaOf({
    teachers: 'id bigint *, full_name text !, email text, hired_on date',
    students: 'id bigint *, first_name text !, last_name text !, email text, birthday date, nickname text',
    courses: 'id bigint *, title text !, credits int, teacher_id bigint, level text {beginner|advanced}',
    rooms: 'id bigint *, name text !, capacity int, building text',
    enrollments:
      'id bigint *, student_id bigint >students, course_id bigint >courses, grade int, enrolled_at timestamp',
  }),
  /** Parcels on the road. */
  logistics: schemaOf(
    {
      warehouses: 'warehouse_id int *, code varchar(10) !, city varchar(40), manager_name varchar(60)',
      drivers:
        'driver_id int *, name varchar(60) !, licence_number varchar(30), mobile varchar(20), active boolean',
      vehicles:
        'vehicle_id int *, plate varchar(12) !, max_load numeric(8;2), mileage int, fuel_type varchar(10), warehouse_id int >warehouses',
      shipments:
        'shipment_id int *, tracking_no varchar(30) !, status varchar(20) {created|in_transit|delivered}, weight real, shipped_at timestamp, delivered_at timestamp, driver_id int, remarks text',
      stops: 'stop_id int *, shipment_id int >shipments, position int, arrived_at timestamp, address text',
    },
    { shipments: { idx_shipments_status: 'status' } },
  ),
  /** A library, camelCase in the singular. */
  library: schemaOf({
    author: 'id int *, penName varchar(80), birthYear int',
    book: 'id int *, title varchar(200) !, isbn varchar(20), pages int, publishedOn date, authorId int >author, shelfCode varchar(10)',
    member:
      'id int *, givenName varchar(40), familyName varchar(40), mail varchar(80), joinedOn date, cardNumber varchar(20), status text [active|blocked]',
    copy: 'id int *, bookId int >book, condition varchar(20), boughtFor real',
    loan: 'id int *, copyId int >copy, memberId int, lentAt timestamp, dueOn date, returnedAt timestamp',
    fine: 'id int *, loanId int >loan, amount int, reason text',
  }),
} as const
