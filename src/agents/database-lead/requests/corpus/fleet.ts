/** What people write who run a fleet of robots: short, technical, with units, and with several wishes at once. */
import * as e from './expected.ts'

export const FLEET: e.Said[] = [
  ['fleet', 'Each robot may have an operator who is responsible for it', 'asks'],
  [
    'fleet',
    'battery level has to be within 0 and 100 (percent)',
    [e.check('robot', 'batteryLevel', { min: '0', max: '100' })],
  ],
  [
    'fleet',
    'Serial numbers must be unique, two robots with the same one have been found in the wild',
    [e.unique('robot', 'serialNumber')],
  ],
  [
    'fleet',
    'Add purchase price to robots, decimal with 2 places, must not be negative',
    [e.col('robot', 'purchase price', { rule: { min: '0' } })],
  ],
  [
    'fleet',
    "New column 'decommissionedAt' (timestamp, nullable) on robot.",
    [e.col('robot', 'decommissionedAt', { type: 'timestamp', nullable: true })],
  ],
  ['fleet', 'legacyCode can go, the old WMS was switched off in March', [e.drop('robot', 'legacyCode')]],
  ['fleet', "Rename the operator's shift to shiftName", [e.rename('operator', 'shift', 'shiftName')]],
  [
    'fleet',
    'We are always filtering missions by robot and by the time they were created - index please',
    [e.index('mission', 'robotId', 'createdAt')],
  ],
  [
    'fleet',
    'Missions must have a priority from 1 to 5, with 3 as the default',
    [
      e.check('mission', 'priority', { min: '1', max: '5' }),
      e.standard('mission', 'priority', e.number(3)),
      e.required('mission', 'priority'),
    ],
  ],
  ['fleet', 'fault codes are upper case: please uppercase the existing ones', 'asks'],
  [
    'fleet',
    'Set resolved to false for all fault log entries where it is empty',
    [e.fill('faultLog', 'resolved', e.no, [e.isNull()])],
  ],
  [
    'fleet',
    "The severity 'info' is called 'notice' from now on",
    [e.values('rename', 'faultLog', 'severity', ['info'], 'notice')],
  ],
  [
    'fleet',
    "We don't need the severity 'warning' anymore, make those critical",
    [e.values('remove', 'faultLog', 'severity', ['warning'], 'critical')],
  ],
  [
    'fleet',
    "A robot's status can also be 'maintenance'",
    [e.values('add', 'robot', 'status', ['maintenance'])],
  ],
  ['fleet', 'Zones get a max occupancy, whole number, at least 1, 10 if nobody says otherwise', 'asks'],
  [
    'fleet',
    'Create an entity Firmware with version (string, unique, mandatory), released on (date) and release notes (long text). Each robot model has one or more firmwares.',
    [
      e.table('firmware', [
        { name: 'version', unique: true, nullable: false },
        { name: 'released on', type: 'date' },
        { name: 'release notes', type: 'text' },
      ]),
      e.refers('firmware', 'robotModel'),
    ],
  ],
  [
    'fleet',
    "comment on mission shouldn't be longer than 500 chars",
    [e.type('mission', 'comment', 'varchar(500)')],
  ],
  [
    'fleet',
    'operator e-mail: mandatory and unique',
    [e.required('operator', 'email'), e.unique('operator', 'email')],
  ],
  [
    'fleet',
    'top speed must be greater than 0 and at most 12.5',
    [e.check('robotModel', 'topSpeed', { min: '0', max: '12.5', exclusive: 'min' })],
  ],
  ['fleet', 'every fault log entry needs to know which mission it happened in', 'asks'],
  ['fleet', 'change powerKw to double precision', [e.type('chargingStation', 'powerKw', 'double precision')]],
  ['fleet', 'installedOn should contain the time as well, i.e. become a timestamp', 'asks'],
  [
    'fleet',
    "zoneId in robot isn't a foreign key yet, it should point at zone",
    [e.foreignKey('robot', 'zoneId', 'zone')],
  ],
  ['fleet', 'messages of the fault log must never be empty', 'asks'],
  [
    'fleet',
    'badge numbers are required, no blanks please',
    [e.check('operator', 'badgeNumber', { without: 'blank' }), e.required('operator', 'badgeNumber')],
  ],
  [
    'fleet',
    'firmwareVersion: not null, not an empty string',
    [e.check('robot', 'firmwareVersion', { without: 'empty' }), e.required('robot', 'firmwareVersion')],
  ],
  [
    'fleet',
    'Add lastServicedAt to robot, default current timestamp',
    [e.col('robot', 'lastServicedAt', { default: e.now })],
  ],
  [
    'fleet',
    'set the default for createdAt of mission to the current time',
    [e.standard('mission', 'createdAt', e.now)],
  ],
  [
    'fleet',
    'If createdAt is not given for a mission, take now()',
    [e.standard('mission', 'createdAt', e.now)],
  ],
  ['fleet', 'Robots are slow', 'asks'],
  ['fleet', "Drop everything we don't use", 'asks'],
  ['fleet', 'Wipe the fault log', 'asks'],
  ['fleet', 'grant select on operator to reporting', 'asks'],
  ['fleet', 'Please change the primary key of robot to uuid', 'asks'],
  [
    'fleet',
    'partition faultLog by month',
    [{ op: 'partition-table', table: 'fault log', by: null, interval: 'month' }],
  ],
  ['fleet', 'Add robots', 'asks'],
  ['fleet', 'add status to mission', [e.col('mission', 'status')]],
  [
    'fleet',
    'give missions an expected_minutes (integer, > 0)',
    [e.col('mission', 'expected_minutes', { type: 'integer', rule: { min: '0', exclusive: true } })],
  ],
  [
    'fleet',
    'Rename the table faultLog to incident and rename its column code to incidentCode',
    [e.renameTable('faultLog', 'incident'), e.rename('faultLog', 'code', 'incidentCode')],
  ],
  [
    'fleet',
    'outcome may only be success, aborted or failed',
    [e.check('mission', 'outcome', { values: ['success', 'aborted', 'failed'] })],
  ],
  [
    'fleet',
    "outcome: default 'pending', and set all existing ones that are null to 'pending' too",
    [
      e.standard('mission', 'outcome', e.words('pending')),
      e.fill('mission', 'outcome', e.words('pending'), [e.isNull()]),
    ],
  ],
  ['fleet', 'Allow missions without a robot', [e.optional('mission', 'robotId')]],
  ['fleet', 'happenedAt can be null again', [e.optional('faultLog', 'happenedAt')]],
  ['fleet', 'index faultLog(robotId, happenedAt)', [e.index('faultLog', 'robotId', 'happenedAt')]],
  [
    'fleet',
    'Operators are looked up by badge number all the time; that should be quick',
    [e.index('operator', 'badgeNumber')],
  ],
  ['fleet', 'Store who triggered a mission', 'asks'],
  ['fleet', 'Copy nickname to label for robots w/o label', 'asks'],
  ['fleet', 'drop nickname unless it is used', 'asks'],
  ['fleet', 'if there are duplicates in serialNumber delete them and make it unique', 'asks'],
  [
    'fleet',
    'Make maxPayload numeric(10,3), mandatory, and no less than 0.5',
    [
      e.type('robotModel', 'maxPayload', 'numeric(10,3)'),
      e.check('robotModel', 'maxPayload', { min: '0.5' }),
      e.required('robotModel', 'maxPayload'),
    ],
  ],
  [
    'fleet',
    'shift can only be early, late or night. Use early for rows that have nothing.',
    [
      e.check('operator', 'shift', { values: ['early', 'late', 'night'] }),
      e.fill('operator', 'shift', e.words('early'), [e.isNull()]),
    ],
  ],
  [
    'fleet',
    'remove the legacy code from the robots and also their nickname',
    [e.drop('robot', 'legacyCode'), e.drop('robot', 'nickname')],
  ],
  ['fleet', 'add a column to robot', 'asks'],
  [
    'fleet',
    'New table missionStep with a reference to mission, a step number (int, at least 1), an action (one of pick, place, move or wait) and a done flag that is false by default',
    'asks',
  ],
  ['fleet', 'operators.phone -> varchar(32)', [e.type('operator', 'phone', 'varchar(32)')]],
]
