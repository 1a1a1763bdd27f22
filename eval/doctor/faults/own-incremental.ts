/** Incremental tables and snapshots of a line of ferries, and what only a person can decide of them. */
import { cut, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

type Some = Pick<Fault, 'name' | 'about' | 'causes'> & { says?: string } & Partial<Fault>

const FULL = { dbt: [['build', '--full-refresh']] }
const BOOKINGS = 'models/marts/booking_facts.sql'
const FUEL = 'models/marts/fuel_days.sql'
const SNAPSHOT = 'snapshots/vessel_history.yml'
const LATEST = '(select max(loaded_at) - interval \'{{ var("lookback_days") }} days\' from {{ this }})'

/** Bookings that came with the last load, whenever they were made. */
const arrived = (from: number, to: number, loaded: string, booked: string) =>
  `insert into ops.bookings select ${from} + n, 700 - n, 40 + n, ${booked}, 'web', 2, 1, 9900 + n, 'EUR', 'confirmed', false, ${loaded}
   from generate_series(0, ${to - from}) n`

const NEXT_BOOKINGS = [arrived(96_000, 96_011, "current_date + time '04:00'", 'current_date - 1 - n')]
const NEXT_READINGS = [
  "insert into ops.fuel_readings select 9500 + n, n, current_date + 1 + time '23:50', 3000000 + n from generate_series(1, 4) n",
]

const some = ({ says, ...fault }: Some): Fault => ({
  house: 'ferry',
  family: 'incremental',
  since: 'last commit',
  fixable: 'by code',
  half: 'open',
  ...(says ? { silent: true as const, ask: ['debug', '--symptom', says] } : {}),
  ...fault,
})

/** All that is written is right, or what is wrong with it stands where no change of it can reach. */
const decision = (fault: Some): Fault => some({ fixable: 'by a person', ...fault })

export const OWN_INCREMENTAL: Fault[] = [
  some({
    name: 'own-key-of-the-table-gone',
    next: NEXT_BOOKINGS,
    about:
      'An incremental model has lost its key, and was built since: what is looked at twice stands twice.',
    edits: [cut(BOOKINGS, "\n    unique_key='booking_key',")],
    causes: [{ rules: ['T01', 'T01b', 'I01'], file: BOOKINGS, words: ['booking_key'] }],
  }),
  some({
    name: 'own-key-too-wide',
    next: NEXT_BOOKINGS,
    about:
      'The key of an incremental model is that of the sailing: what is new throws out the other bookings of it.',
    edits: [swap(BOOKINGS, "unique_key='booking_key'", "unique_key='sailing_id'")],
    causes: [{ rules: ['S01'], file: BOOKINGS, at: "unique_key='sailing_id'" }],
    says: 'booking_facts misses bookings',
  }),
  some({
    name: 'own-last-day-again',
    next: NEXT_READINGS,
    about: 'A watermark takes the last day again, and appends it.',
    edits: [swap(FUEL, 'f.read_on > (', 'f.read_on >= (')],
    since: 'older',
    causes: [{ rules: ['S01'], file: FUEL, at: 'f.read_on >= (' }],
    says: 'fuel_days has duplicates since yesterday',
  }),
  some({
    name: 'own-watermark-of-booking',
    next: NEXT_BOOKINGS,
    about: 'The watermark is the day of booking, and bookings arrive late.',
    edits: [
      swap(BOOKINGS, `b.loaded_at >= ${LATEST}`, 'b.booked_on > (select max(booked_on) from {{ this }})'),
    ],
    rows: [arrived(91_000, 91_024, "current_date + time '03:00'", 'current_date - 9 - n')],
    causes: [{ rules: ['S01'], file: BOOKINGS, at: 'max(booked_on)' }],
    says: 'booking_facts misses bookings',
  }),
  some({
    name: 'own-no-days-to-look-back',
    next: NEXT_BOOKINGS,
    about:
      'A variable says how far an incremental model looks back, and says zero: a load that came late is passed over.',
    edits: [swap('dbt_project.yml', 'lookback_days: 3', 'lookback_days: 0')],
    rows: [arrived(92_000, 92_014, "current_date - 1 + time '02:00'", 'current_date - 5 - n')],
    since: 'older',
    causes: [{ rules: ['S01'], file: 'dbt_project.yml', at: 'lookback_days: 0', words: ['lookback_days'] }],
    says: 'booking_facts misses bookings since yesterday',
  }),
  some({
    name: 'own-guard-turned',
    next: NEXT_READINGS,
    about: 'The guard of an incremental model is turned: each run appends all.',
    edits: [swap(FUEL, '{% if is_incremental() %}', '{% if not is_incremental() %}')],
    causes: [{ rules: ['S01'], file: FUEL, at: 'not is_incremental()' }],
    says: 'fuel_days has every day twice',
  }),
  some({
    name: 'own-guard-gone-and-rebuilt',
    next: NEXT_BOOKINGS,
    about: 'A watermark without its guard, and the table was built from the start: three days are left.',
    edits: [swap(BOOKINGS, '{% if is_incremental() %}\n', ''), cut(BOOKINGS, '\n{% endif %}')],
    before: FULL,
    causes: [{ rules: ['S01'], file: BOOKINGS, at: 'where b.loaded_at >=' }],
    says: 'booking_facts misses most of its rows',
  }),
  decision({
    name: 'own-column-that-fails',
    about: 'A new column in an incremental model that is told to fail of it.',
    edits: [
      swap(BOOKINGS, "on_schema_change='append_new_columns'", "on_schema_change='fail'"),
      swap(BOOKINGS, '    b.loaded_at\n', '    b.passengers > 4 as is_group,\n    b.loaded_at\n'),
    ],
    causes: [{ rules: ['C11'], file: BOOKINGS, words: ['is_group'] }],
  }),
  some({
    name: 'own-merge-leaves-prices',
    next: NEXT_BOOKINGS,
    about: 'A merge updates one column alone: a price that changed stays.',
    edits: [
      swap(
        BOOKINGS,
        "incremental_strategy='delete+insert'",
        "incremental_strategy='merge',\n    merge_update_columns=['booking_status', 'loaded_at']",
      ),
    ],
    rows: [
      "update ops.bookings set price_minor = price_minor + 5000, loaded_at = current_date + time '03:00' where booking_id % 40 = 3",
    ],
    causes: [{ rules: ['S01'], file: BOOKINGS, at: 'merge_update_columns' }],
    says: 'price_eur of booking_facts is too low for bookings that changed',
  }),
  some({
    name: 'own-vessels-thrown-out',
    next: NEXT_READINGS,
    about: 'What was appended is replaced by vessel now: the days before go.',
    edits: [
      swap(
        FUEL,
        "incremental_strategy='append'",
        "incremental_strategy='delete+insert',\n    unique_key='vessel_id'",
      ),
    ],
    rows: [
      'insert into ops.fuel_readings select 9000 + n, n, current_timestamp::timestamp, 2000000 + n from generate_series(1, 4) n',
    ],
    causes: [{ rules: ['S01'], file: FUEL, at: "unique_key='vessel_id'" }],
    says: 'fuel_days misses days',
  }),
  some({
    name: 'own-songs-of-the-last-day',
    house: 'chinook',
    about: 'A watermark leaves out what came on the last day it knows.',
    edits: [swap('models/core/factSales.sql', 'invoiceDate >= (select', 'invoiceDate > (select')],
    rows: [
      'insert into raw."Invoice" select 9000 + i, 5, max("InvoiceDate"), null, null, null, \'Norway\', null, 3.96, max("CopiedAt") from raw."Invoice", range(3) t(i) group by i',
      'insert into raw."InvoiceLine" select 90000 + 10 * i + k, 9000 + i, 100 + k, 0.99, 1 from range(3) t(i), range(4) u(k)',
    ],
    causes: [
      { rules: ['T01', 'T01e', 'S01'], file: 'models/core/factSales.sql', at: 'invoiceDate > (select' },
    ],
  }),
  decision({
    name: 'own-loaded-long-ago',
    about:
      'Bookings were put in by hand with a day of loading of three weeks ago: only a rebuild brings them.',
    rows: [arrived(93_000, 93_019, "current_date - 21 + time '03:00'", 'current_date - 30 - n')],
    causes: [{ rules: [] }],
    says: 'booking_facts misses bookings',
  }),
  some({
    name: 'own-archive-and-key',
    about:
      'Old bookings are archived away from the source, and the model has lost its key: a rebuild would lose them, and none is needed.',
    edits: [cut(BOOKINGS, "\n    unique_key='booking_key',")],
    rows: ['delete from ops.bookings where booked_at < current_date - 60'],
    causes: [{ rules: ['T01', 'T01b', 'I01'], file: BOOKINGS, words: ['booking_key'] }],
  }),
  decision({
    name: 'own-archive-and-guard',
    about:
      'The meters forget after two months, and each run appends all: a rebuild would lose what was before.',
    edits: [swap(FUEL, '{% if is_incremental() %}', '{% if not is_incremental() %}')],
    rows: ['delete from ops.fuel_readings where read_at < current_date - 60'],
    causes: [{ rules: ['S01'], file: FUEL, at: 'not is_incremental()' }],
    slip: true,
    says: 'fuel_days has duplicates',
  }),
  decision({
    name: 'own-never-to-be-rebuilt',
    about: 'A table that must not be rebuilt holds sums with a wrong sign of before.',
    edits: [
      swap('models/prep/prep_payments.sql', 'then -amount', 'then amount'),
      swap(BOOKINGS, "unique_key='booking_key'", "unique_key='booking_key',\n    full_refresh=false"),
    ],
    rows: [
      'update reporting.booking_facts f set paid = p.charged + p.refunded from reporting.prep_payments p where p.booking_id = f.booking_id',
    ],
    causes: [{ rules: ['S01'], file: 'models/prep/prep_payments.sql', at: 'then amount' }],
    slip: true,
    says: 'paid of booking_facts is too high',
  }),
  decision({
    name: 'own-loaded-in-the-future',
    about: 'One booking says that it is loaded in 2099: nothing is newer than it any more.',
    rows: [
      "update ops.bookings set loaded_at = timestamp '2099-01-01' where booking_id = 100",
      "update reporting.booking_facts set loaded_at = timestamp '2099-01-01' where booking_id = 100",
      arrived(94_000, 94_019, "current_date + time '03:00'", 'current_date - 1 - n'),
    ],
    causes: [{ rules: [] }],
    says: 'booking_facts misses bookings since yesterday',
  }),
  decision({
    name: 'own-sailing-not-there-yet',
    about: 'Bookings came before their sailing: a join drops them until it comes.',
    rows: [
      "insert into ops.bookings select 95000 + n, 88000, 40 + n, current_date - 1, 'web', 2, 1, 9900, 'EUR', 'confirmed', false, current_date + time '03:00' from generate_series(0, 11) n",
    ],
    causes: [{ rules: [] }],
    says: 'booking_facts misses bookings',
  }),
  decision({
    name: 'own-meter-read-late',
    about: 'The meter of one vessel was read a day later than the others, behind the watermark.',
    rows: [
      'delete from reporting.fuel_days where vessel_id = 4 and read_on = (select max(read_on) - 1 from reporting.fuel_days)',
    ],
    causes: [{ rules: [] }],
    says: 'fuel_days misses a day',
  }),
  decision({
    name: 'own-words-of-the-source',
    about: 'The source writes a status with a capital since this week.',
    rows: ["update ops.sailings set status = 'Departed' where sailing_id > 780 and status = 'departed'"],
    causes: [{ rules: ['T01', 'T01c'], words: ['sailing_status'] }],
  }),
  decision({
    name: 'own-refunded-twice',
    about: 'The source holds refunds twice, under other numbers.',
    rows: [
      "insert into ops.payments select payment_id + 500000, booking_id, kind, method, amount_minor, paid_at from ops.payments where kind = 'refund' and booking_id % 20 = 0",
    ],
    causes: [{ rules: ['T01', 'T01e'], words: ['refunds_within_charges'] }],
  }),
  decision({
    name: 'own-reservations-of-nobody',
    about: 'A partner sends reservations without a reference.',
    rows: [
      "insert into partner.reservations select null, 1, 20, current_date - 2, 2, 0, 99, 'OK', current_timestamp::timestamp from generate_series(1, 3)",
    ],
    causes: [{ rules: ['T01', 'T01a'], words: ['reference'] }],
  }),
  decision({
    name: 'own-two-guests-one-number',
    about: 'Two customers of the source share a number.',
    rows: [
      "insert into ops.customers select customer_id, 'Another guest', 'FI', false, null, joined_on, changed_at from ops.customers where customer_id in (30, 31)",
    ],
    causes: [{ rules: ['T01', 'T01b'], words: ['customer_id'] }],
  }),
  some({
    name: 'own-snapshot-of-names-alone',
    family: 'snapshot',
    about: 'A snapshot looks at names alone, and does not see that a vessel was rebuilt.',
    edits: [
      swap(
        SNAPSHOT,
        'strategy: timestamp\n      updated_at: changed_at',
        'strategy: check\n      check_cols: [vessel_name]',
      ),
    ],
    rows: [
      "update ops.vessels set passenger_capacity = 450, changed_at = timestamp '2026-06-01' where vessel_id = 1",
    ],
    causes: [{ rules: ['S01'], file: SNAPSHOT, at: 'check_cols' }],
    says: 'passenger_capacity of vessel_history is too low',
  }),
  some({
    name: 'own-snapshot-of-another-time',
    family: 'snapshot',
    about: 'The column that says when a row changed is another one now.',
    edits: [swap('models/base/base_vessels.sql', '    changed_at\n', '    changed_at as updated_at\n')],
    since: 'older',
    causes: [{ rules: ['D01', 'C13', 'P29'], words: ['changed_at'] }],
    differs: ['base_vessels', 'vessel_history'],
  }),
  decision({
    name: 'own-vessel-twice',
    family: 'snapshot',
    about: 'The source holds a vessel twice: its key is no key, and the snapshot would keep both.',
    rows: [
      "insert into ops.vessels select vessel_id, vessel_name || ' II', passenger_capacity, vehicle_capacity, changed_at + interval '1 day' from (select vessel_id, name as vessel_name, passenger_capacity, vehicle_capacity, changed_at from ops.vessels where vessel_id = 2) v",
    ],
    causes: [{ rules: ['T01', 'T01b'], words: ['vessel_id'] }],
  }),
  decision({
    name: 'own-snapshot-key-gone',
    family: 'snapshot',
    about: 'A vessel has no number in the source.',
    rows: ["insert into ops.vessels values (null, 'Fornax', 100, 20, timestamp '2026-06-01')"],
    causes: [{ rules: ['T01', 'T01a'], words: ['vessel_id'] }],
  }),
]
