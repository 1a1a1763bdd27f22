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
  /** A theatre, snake_case in the plural. */
  theatre: schemaOf(
    {
      productions:
        'id int *, title varchar(120) !, genre varchar(40), director varchar(80), premiere date, running_minutes int, synopsis text, age_rating varchar(5)',
      stages: 'id int *, name varchar(60) !, capacity int, city varchar(40)',
      performances:
        'id int *, production_id int ! >productions, stage_id int, starts_at timestamp !, status varchar(20) =scheduled {scheduled|cancelled|played}, sold_out boolean',
      seats:
        'id int *, stage_id int ! >stages, row_label varchar(3), seat_number int, price_band varchar(10)',
      patrons:
        'id int *, first_name varchar(40) !, last_name varchar(40) !, email varchar(120), phone varchar(30), fax varchar(30), birth_date date, postcode varchar(10), notes text',
      tickets:
        'id int *, performance_id int ! >performances, seat_id int, patron_id int >patrons, price numeric(8;2) !, sold_at timestamp, channel varchar(20), barcode varchar(30)',
      actors: 'id int *, full_name varchar(80) !, agent_name varchar(80), height_cm int',
      roles:
        'id int *, production_id int >productions, actor_id int >actors, character_name varchar(80), understudy boolean',
    },
    { performances: { performances_starts_at_idx: 'starts_at' } },
  ),
  /** Robots of a warehouse, camelCase in the singular. */
  fleet: schemaOf({
    robotModel:
      'id int *, name varchar(60) !, maxPayload numeric(8;2), topSpeed real, manufacturer varchar(60)',
    zone: 'id int *, label varchar(40) !, floor int, temperature real',
    robot:
      'id int *, serialNumber varchar(30) !, nickname varchar(30), modelId int >robotModel, batteryLevel int, firmwareVersion varchar(20), lastSeenAt timestamp, status text [idle|charging|moving|fault], zoneId int, legacyCode varchar(10)',
    chargingStation: 'id int *, zoneId int >zone, slotCount int, powerKw numeric(6;2), installedOn date',
    mission:
      'id int *, robotId int >robot, priority int, createdAt timestamp, startedAt timestamp, finishedAt timestamp, outcome varchar(20), comment text',
    faultLog:
      'id int *, robotId int ! >robot, code varchar(12), message text, severity varchar(10) {info|warning|critical}, happenedAt timestamp !, resolved boolean',
    operator:
      'id int *, fullName varchar(80) !, email varchar(100), badgeNumber varchar(20), shift varchar(10), phone varchar(20)',
  }),
  /** A hospital whose keys are named for their tables, camelCase in the singular. */
  clinic: schemaOf({
    ward: 'wardId int *, label varchar(60) !, floor int !',
    physician: 'physicianId int *, givenName varchar(40) !, familyName varchar(40) !, licence varchar(20)',
    patient:
      "patientId int *, givenName varchar(40) !, familyName varchar(40) !, birthDate date, insuranceNumber varchar(20), phone varchar(30) ! ='', email varchar(120)",
    admission:
      'admissionId int *, patientId int ! >patient, wardId int ! >ward, admittedAt timestamp !, dischargedAt timestamp, reason varchar(200)',
    diagnosis: 'code varchar(7) *, label varchar(120) !',
    admissionDiagnosis: 'admissionId int * >admission, code varchar(7) * >diagnosis, rank int !',
    labOrder: 'labOrderId int *, admissionId int ! >admission, orderedAt timestamp !',
    labResult:
      'labResultId int *, labOrderId int ! >labOrder, analyte varchar(30) !, value float8, unit varchar(12), takenAt timestamp !',
    medication: 'medicationId int *, label varchar(80) !, packSize varchar(10)',
    prescription:
      'prescriptionId int *, admissionId int ! >admission, medicationId int !, physicianId int, dosage varchar(40), startsOn date !, endsOn date',
    appointment:
      'appointmentId int *, patientId int ! >patient, startsAt timestamp !, status varchar(20) ! =planned',
  }),
  /** A college with keys of several columns, snake_case in the plural. */
  academy: schemaOf({
    students:
      'id int *, full_name varchar(80) !, nickname varchar(40), email varchar(120) ! u, country varchar(2) =NL, joined_at timestamp !',
    rooms: 'id int *, building varchar(20) !, name varchar(20) !, number varchar(10) !, seats int',
    courses: 'department varchar(4) *, number int *, title varchar(120) !, credits int !',
    sections: 'department varchar(4) *, number int *, term varchar(5) *, section int *, room_id int >rooms',
    enrolments:
      'student_id int * >students, department varchar(4) *, number int *, term varchar(5) *, section int *, grade text [A|B|C|D|F]',
    payments:
      'id int *, student_id int ! >students, department varchar(4) !, number int !, term varchar(5) !, section int !, amount numeric(8;2) !, paid_at timestamp !',
  }),
  /** A shipyard, snake_case in the singular. */
  shipyard: schemaOf(
    {
      owner:
        'owner_id int *, company_name varchar(100) !, country varchar(60), vat_number varchar(20), contact_email varchar(120), telex varchar(30)',
      vessel:
        'vessel_id int *, name varchar(80) !, imo_number varchar(10), flag varchar(2), length_m numeric(6;2), gross_tonnage int, owner_id int >owner, built_year int, hull_status text =active [active|laid_up|scrapped]',
      berth: 'berth_id int *, code varchar(8) !, max_length numeric(6;2), has_crane boolean',
      worker:
        'worker_id int *, given_name varchar(50) !, family_name varchar(50) !, trade varchar(30), hourly_rate numeric(6;2), certificate_no varchar(25), active boolean',
      job: 'job_id int *, vessel_id int ! >vessel, berth_id int, title varchar(120) !, state varchar(15) =draft {draft|approved|running|closed}, quoted_price numeric(12;2), hours_spent int, opened_at timestamp !, closed_at timestamp, foreman_id int',
      timesheet:
        'timesheet_id int *, worker_id int ! >worker, job_id int ! >job, worked_on date !, hours numeric(4;2), remark text',
      part: 'part_id int *, sku varchar(20) !, description varchar(200), unit_price numeric(10;2), stock int, supplier_name varchar(80), supplier_phone varchar(30)',
      job_part: 'job_id int * >job, part_id int * >part, quantity int !',
    },
    { job: { idx_job_state: 'state' } },
  ),
  /** A hotel, snake_case in the plural. */
  hotel: schemaOf({
    guests:
      'id int *, first_name varchar(40) !, last_name varchar(40) !, email varchar(120), phone varchar(30), passport_no varchar(20), nationality varchar(2), vip boolean, notes text, born_on date',
    rooms:
      'id int *, number varchar(6) !, floor int, room_type varchar(20), beds int, rate numeric(8;2) !, smoking boolean',
    bookings:
      'id int *, guest_id int ! >guests, room_id int ! >rooms, arrives_on date !, leaves_on date !, status varchar(20) ! =booked {booked|checked_in|checked_out|cancelled}, adults int, source varchar(30), created_at timestamp',
    invoices: 'id int *, booking_id int >bookings, total numeric(10;2) !, issued_at timestamp, paid boolean',
    charges:
      'id int *, invoice_id int ! >invoices, description varchar(200), unit_price numeric(8;2), quantity int',
    staff: 'id int *, full_name varchar(80) !, job_title varchar(40), extension varchar(6), hired_on date',
  }),
  /** An infirmary, PascalCase in the singular. */
  infirmary: schemaOf({
    Ward: 'WardId int *, WardName varchar(40) !, Beds int',
    Patient:
      'PatientId int *, GivenName varchar(40) !, FamilyName varchar(40) !, BirthDate date, BloodGroup varchar(3), InsuranceNo varchar(20), Allergies text, Street varchar(80), City varchar(40), Zip varchar(10)',
    Nurse: 'NurseId int *, FullName varchar(80) !, LicenceNo varchar(20), WardId int >Ward',
    Admission:
      'AdmissionId int *, PatientId int ! >Patient, WardId int >Ward, AdmittedAt timestamp !, DischargedAt timestamp, Triage text [green|yellow|red]',
    Vital:
      'VitalId int *, AdmissionId int ! >Admission, Pulse int, Temperature numeric(4;1), TakenAt timestamp !',
    Drug: 'DrugId int *, DrugName varchar(80) !, Dose varchar(20), Price numeric(8;2)',
  }),
  /** A depot, snake_case in the singular. */
  depot: schemaOf(
    {
      supplier:
        'supplier_id int *, company varchar(80) !, contact_name varchar(80), contact_email varchar(120), vat_no varchar(20), country varchar(40)',
      item: 'item_id int *, sku varchar(20) !, title varchar(120) !, weight numeric(8;3), barcode varchar(20), unit_price numeric(10;2) !, on_hand int, discontinued boolean, colour varchar(20), supplier_id int',
      bin_location: 'bin_id int *, aisle varchar(4) !, shelf int !, capacity int',
      stock_movement:
        'movement_id bigint *, item_id int ! >item, bin_id int >bin_location, qty int !, moved_at timestamp !, reason varchar(20) {receipt|pick|adjust}, clerk varchar(40)',
      purchase_order:
        'purchase_order_id int *, supplier_id int ! >supplier, ordered_on date !, expected_on date, po_state text =draft [draft|sent|received], total numeric(12;2), remarks text',
    },
    { stock_movement: { stock_movement_moved_at_idx: 'moved_at' } },
  ),
  /** A lyceum, camelCase in the plural. */
  lyceum: schemaOf({
    classes: 'id int *, label varchar(10) !, schoolYear int, roomNo varchar(6)',
    pupils:
      'id int *, firstName varchar(40) !, lastName varchar(40) !, birthDate date, homeAddress varchar(200), parentEmail varchar(120), parentPhone varchar(30), classId int >classes',
    teachers: 'id int *, fullName varchar(80) !, email varchar(100), subject varchar(40), weeklyHours int',
    lessons: 'id int *, classId int ! >classes, teacherId int, startsAt timestamp !, topic varchar(100)',
    marks:
      'id int *, pupilId int ! >pupils, lessonId int >lessons, mark int !, weight numeric(3;1), givenOn date, remark text',
    excuses:
      'id int *, pupilId int ! >pupils, fromDay date, toDay date, state varchar(10) {open|accepted|refused}, document text',
  }),
} as const
