/** What people of a hospital and of a college write. */
import * as e from './expected.ts'

export const CLINIC: e.Said[] = [
  ['clinic', 'Patients: insurance number must be unique.', [e.unique('patient', 'insuranceNumber')]],
  [
    'clinic',
    'The status of an appointment can only be planned, arrived, done or missed',
    [e.check('appointment', 'status', { values: ['planned', 'arrived', 'done', 'missed'] })],
  ],
  [
    'clinic',
    'add bloodType to patient - one of A, B, AB, 0',
    [e.col('patient', 'bloodType', { rule: { values: ['A', 'B', 'AB', '0'] } })],
  ],
  [
    'clinic',
    'Prescriptions reference a medication, this was forgotten. Please add the foreign key.',
    [e.foreignKey('prescription', '', 'medication')],
  ],
  [
    'clinic',
    'prescription.physicianId should reference physician.physicianId',
    [e.foreignKey('prescription', 'physicianId', 'physician.physicianId')],
  ],
  [
    'clinic',
    'Please add a severity to diagnoses, whole number 1-5, because the nurses triage by it.',
    [e.col('diagnosis', 'severity', { type: 'integer', rule: { min: '1', max: '5' } })],
  ],
  [
    'clinic',
    'For statistics we need the weight of a patient in kg on admission; numeric(5,2), optional',
    'asks',
  ],
  [
    'clinic',
    'Phone number should be optional for patients and have no default',
    [e.optional('patient', 'phone'), e.standard('patient', 'phone', null)],
  ],
  ['clinic', 'Set phone to null where it is an empty string', 'asks'],
  ['clinic', 'rename label of medication to name', [e.rename('medication', 'label', 'name')]],
  ['clinic', 'every lab result must have a unit', [e.required('labResult', 'unit')]],
  ['clinic', 'lab results: value is required; unit too.', 'asks'],
  ['clinic', "email addresses of patients have to be unique (case doesn't matter)", 'asks'],
  ['clinic', 'The list of admissions takes 8 seconds. Add whatever index is needed.', 'asks'],
  ['clinic', 'drop floor from ward', [e.drop('ward', 'floor')]],
  ['clinic', "The ward's floor is no longer needed.", [e.drop('ward', 'floor')]],
  ['clinic', 'is the licence of physician needed?', 'asks'],
  ['clinic', "A patient can't have more than one appointment at the same start", 'asks'],
  ['clinic', 'admissions: dischargedAt must be after admittedAt', 'asks'],
  [
    'clinic',
    'Add discharge summary (text) to admission',
    [e.col('admission', 'discharge summary', { type: 'text' })],
  ],
  ['clinic', 'please make dosage longer (100)', [e.type('prescription', 'dosage', 'varchar(100)')]],
  [
    'clinic',
    'increase pack size to 20 characters & make it required',
    [e.type('medication', 'packSize', 'varchar(20)'), e.required('medication', 'packSize')],
  ],
  [
    'clinic',
    'Record allergies: new table allergy with patient, substance (required, up to 80 chars) and since (date).',
    [
      e.table(
        'allergy',
        [
          { name: 'substance', type: 'varchar(80)', nullable: false },
          { name: 'since', type: 'date' },
        ],
        'patient',
      ),
    ],
  ],
  ['clinic', 'Log every change made to prescriptions', [e.history('prescription')]],
  ['clinic', 'The rank of an admission diagnosis starts at 1', 'asks'],
  [
    'clinic',
    "the reason for an admission shall be given in all cases; for old rows without one put 'unknown'",
    [e.required('admission', 'reason'), e.fill('admission', 'reason', e.words('unknown'), [e.isNull()])],
  ],
  [
    'clinic',
    'endsOn of prescriptions is never filled in, so please drop it',
    [e.drop('prescription', 'endsOn')],
  ],
  [
    'clinic',
    'Appointments: store the room (max. 10 chars) and lengthMinutes (integer, 15 by default).',
    [
      e.col('appointment', 'room', { type: 'varchar(10)' }),
      e.col('appointment', 'lengthMinutes', { type: 'integer', default: e.number(15) }),
    ],
  ],
  [
    'clinic',
    'add column isEmergency boolean not null default false to admission',
    [e.col('admission', 'isEmergency', { type: 'boolean', nullable: false, default: e.no })],
  ],
  [
    'clinic',
    "Physicians' licences must be filled in and may occur only once",
    [e.required('physician', 'licence'), e.unique('physician', 'licence')],
  ],
  ['clinic', "Make the patient's family name case-insensitive", 'asks'],
  [
    'clinic',
    "appointment.status: replace 'missed' with 'no_show'",
    [
      e.fill('appointment', 'status', e.words('no_show'), [
        { column: null, is: '=', value: e.words('missed') },
      ]),
    ],
  ],
  ['clinic', 'Anonymise patients after 10 years', 'asks'],
  ['clinic', 'Convert takenAt to date', [e.type('labResult', 'takenAt', 'date')]],
  ['clinic', 'packSize should be numeric', [e.type('medication', 'packSize', 'numeric')]],
  ['clinic', "diagnosis label: don't accept blanks", [e.check('diagnosis', 'label', { without: 'blank' })]],
  ['clinic', 'trim the analyte of lab results', [e.fill('labResult', 'analyte', 'trim', [])]],
  ['clinic', 'Link admission to physician', [e.refers('admission', 'physician')]],
  ['clinic', 'An admission has one attending physician and can have a referring physician', 'asks'],
  ['clinic', 'please undo the foreign key between admission and ward', 'asks'],
  [
    'academy',
    'Students should get a phone number (optional, max 20 characters)',
    [e.col('students', 'phone number', { type: 'varchar(20)', nullable: true })],
  ],
  [
    'academy',
    'amount in payments must be more than 0',
    [e.check('payments', 'amount', { min: '0', exclusive: true })],
  ],
  ['academy', 'We want to find payments quickly by paid_at', [e.index('payments', 'paid_at')]],
  [
    'academy',
    'The default country should be DE instead of NL',
    [e.standard('students', 'country', e.words('DE'))],
  ],
  ['academy', "Add grade 'E' between 'D' and 'F'", [e.values('add', 'enrolments', 'grade', ['E'])]],
  ['academy', 'country must be two letters', 'asks'],
  ['academy', 'Credits range from 1 to 30', [e.check('courses', 'credits', { min: '1', max: '30' })]],
  [
    'academy',
    'Enrolments: add enrolled_on, a date, which is today by default',
    [e.col('enrolments', 'enrolled_on', { type: 'date', default: e.now })],
  ],
  [
    'academy',
    "rooms.seats is mandatory from now on; use 30 where we don't know it",
    [e.required('rooms', 'seats'), e.fill('rooms', 'seats', e.number(30), [e.isNull()])],
  ],
  ['academy', 'make building + name unique together for rooms', [e.unique('rooms', 'building', 'name')]],
  ['academy', 'Remove nickname, nobody fills it in.', [e.drop('students', 'nickname')]],
  [
    'academy',
    'teachers table: full name, email (unique), hired on (date)',
    [
      e.table('teachers', [
        { name: 'full name' },
        { name: 'email', unique: true },
        { name: 'hired on', type: 'date' },
      ]),
    ],
  ],
  ['academy', 'every section is taught by a teacher', 'asks'],
  ['academy', 'email max. 200 characters', [e.type('students', 'email', 'varchar(200)')]],
  ['academy', 'the number of a room should be an integer', [e.type('rooms', 'number', 'integer')]],
]
