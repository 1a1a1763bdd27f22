/** Several faults at once, of different kinds and places. */
import { cut, swap } from '../edits.ts'
import type { Cause, Edit, Fault } from '../types.ts'

type Both = Pick<Fault, 'name' | 'about'> & { edits: Edit[]; causes: Cause[] } & Partial<Fault>

const FULL = { dbt: [['build', '--full-refresh']] }
const path = (folder: string) => (name: string) => `models/${folder}/${name}.sql`
const [base, prep, mart] = [path('base'), path('prep'), path('marts')]

const several = (fault: Both): Fault => ({
  house: 'ferry',
  family: 'several',
  since: 'last commit',
  fixable: 'by code',
  half: 'open',
  ...fault,
})

export const OWN_SEVERAL: Fault[] = [
  several({
    name: 'own-name-and-group',
    about: 'A column of a base model is misspelt, and another report has lost a group.',
    edits: [
      swap(base('base_vessels'), 'as vessel_name', 'as vesel_name'),
      swap(mart('month_report'), 'group by 1, 2', 'group by 1'),
    ],
    causes: [
      { rules: ['D01'], file: base('base_vessels'), at: 'vesel_name', words: ['vessel_name'] },
      { rules: ['D14'], file: mart('month_report'), words: ['channel_name'] },
    ],
    // The snapshot has taken the column of the wrong name, and keeps it.
    differs: ['vessel_history'],
  }),
  several({
    name: 'own-comma-hides-a-column',
    about: 'A comma is gone, and behind it a fact reads a column that nobody makes.',
    edits: [
      swap(prep('prep_payments'), 'as refunded,', 'as refunded'),
      swap(mart('booking_facts'), 'coalesce(p.paid, 0)', 'coalesce(p.payed, 0)'),
    ],
    since: 'older',
    causes: [
      { rules: ['D12'], file: prep('prep_payments') },
      { rules: ['D01'], file: mart('booking_facts'), at: 'p.payed', words: ['payed'] },
    ],
  }),
  several({
    name: 'own-one-name-many-readers',
    about: 'A base model gives a key another name; five nodes and their tests fail of it.',
    edits: [swap(base('base_sailings'), '    sailing_id,', '    sailing_id as sailing_no,')],
    since: 'older',
    causes: [{ rules: ['D01'], file: base('base_sailings'), at: 'sailing_no', words: ['sailing_id'] }],
  }),
  several({
    name: 'own-yaml-and-jinja-and-sql',
    about: 'A list of YAML, a tag of Jinja and a function of SQL, in one commit.',
    edits: [
      swap('models/marts/marts.yml', '  - name: route_days\n', '   - name: route_days\n'),
      swap(mart('fuel_days'), '{% endif %}', '{% end %}'),
      swap(mart('route_days'), 'round(average_late, 1)', 'rond(average_late, 1)'),
    ],
    causes: [
      { rules: ['P01', 'P02'], file: 'models/marts/marts.yml' },
      { rules: ['C02', 'C03'], file: mart('fuel_days') },
      { rules: ['D08'], file: mart('route_days'), at: 'rond(', words: ['rond'] },
    ],
  }),
  several({
    name: 'own-two-slips-in-one-report',
    about: 'A report counts confirmed bookings alone and equal prices once; one commit did both.',
    edits: [
      swap(mart('month_report'), 'sum(b.price_eur) as', 'sum(distinct b.price_eur) as'),
      swap(mart('month_report'), "b.booking_status <> 'cancelled'", "b.booking_status = 'confirmed'"),
    ],
    silent: true,
    ask: ['debug', '--symptom', 'revenue of month_report is too low'],
    causes: [
      { rules: ['S01'], file: mart('month_report'), at: 'sum(distinct' },
      { rules: ['S01'], file: mart('month_report'), at: "b.booking_status = 'confirmed'" },
    ],
  }),
  several({
    name: 'own-two-files-less-revenue',
    about: 'A rate that is zero, and a code that is not trimmed: both take from one sum.',
    edits: [
      swap(prep('prep_bookings'), 'coalesce(r.eur_per_unit, 1)', 'coalesce(r.eur_per_unit, 0)'),
      swap(base('base_bookings'), 'lower(trim(channel))', 'lower(channel)'),
    ],
    silent: true,
    before: FULL,
    ask: ['debug', '--symptom', 'revenue of month_report is too low'],
    causes: [
      { rules: ['S01'], file: prep('prep_bookings'), at: 'coalesce(r.eur_per_unit, 0)' },
      { rules: ['S01'], file: base('base_bookings'), at: 'lower(channel)' },
    ],
  }),
  several({
    name: 'own-word-and-column',
    about: 'A test finds a value that a changed expression makes, and a report reads what is not there.',
    edits: [
      swap(base('base_sailings'), 'status as sailing_status', 'upper(status) as sailing_status'),
      swap(mart('route_days'), 'avg(minutes_late)', 'avg(late_minutes)'),
    ],
    causes: [
      { rules: ['T01', 'T01c'], file: base('base_sailings'), at: 'upper(status)' },
      { rules: ['D01'], file: mart('route_days'), at: 'late_minutes', words: ['late_minutes'] },
    ],
  }),
  several({
    name: 'own-source-and-typing',
    about: 'The source holds a booking twice, and a report reads a column that is not there.',
    edits: [swap(mart('route_days'), 'sum(passengers)', 'sum(pasengers)')],
    rows: ['insert into ops.bookings select * from ops.bookings where booking_id in (5, 17) and not is_test'],
    causes: [
      { rules: ['T01', 'T01b'], words: ['bookings'] },
      { rules: ['D01'], file: mart('route_days'), at: 'pasengers', words: ['pasengers'] },
    ],
    fixable: 'by a person',
  }),
  several({
    name: 'own-seed-and-rate',
    about: 'The header of a seed and a column of a base model have other names.',
    edits: [
      swap('seeds/channels.csv', 'channel,channel_name', 'channel,chanel_name'),
      swap(base('base_rates'), '    valid_to,', '    valid_till,'),
    ],
    since: 'older',
    causes: [
      { rules: ['D01'], file: 'seeds/channels.csv', words: ['channel_name'] },
      { rules: ['D01'], file: base('base_rates'), at: 'valid_till', words: ['valid_till'] },
    ],
  }),
  several({
    name: 'own-macro-and-snapshot',
    about: 'A macro has a word of another database, and a snapshot looks at a column that is not there.',
    edits: [
      swap('macros/money.sql', '::numeric(12, 2)', '::numbr(12, 2)'),
      swap('snapshots/vessel_history.yml', 'updated_at: changed_at', 'updated_at: modified_at'),
    ],
    since: 'older',
    causes: [
      { rules: ['D09'], file: 'macros/money.sql', words: ['numbr'] },
      { rules: ['D01', 'C13', 'P29'], file: 'snapshots/vessel_history.yml', words: ['modified_at'] },
    ],
  }),
  several({
    name: 'own-materialised-and-ambiguous',
    about: 'A setting of the project is misspelt, and a column may be of two relations.',
    edits: [
      swap('dbt_project.yml', '      +materialized: table', '      +materialized: tabel'),
      swap(mart('customer_dim'), '    c.customer_id,\n', '    customer_id,\n'),
    ],
    causes: [
      { rules: ['C07'], file: 'dbt_project.yml', words: ['tabel'] },
      { rules: ['D13'], file: mart('customer_dim'), words: ['customer_id'] },
    ],
  }),
  several({
    name: 'own-three-in-a-row',
    about: 'Two columns of one model are misspelt, and one of the next.',
    edits: [
      swap(mart('sailing_facts'), 's.minutes_late,\n    case', 's.minute_late,\n    case'),
      swap(mart('sailing_facts'), 'sum(vehicles) as vehicles', 'sum(vehicle) as vehicles'),
      swap(mart('route_days'), 'sum(revenue) as revenue', 'sum(revenues) as revenue'),
    ],
    since: 'older',
    causes: [
      { rules: ['D01'], file: mart('sailing_facts'), at: 's.minute_late,', words: ['minute_late'] },
      { rules: ['D01'], file: mart('sailing_facts'), at: 'sum(vehicle)', words: ['vehicle'] },
      { rules: ['D01'], file: mart('route_days'), at: 'sum(revenues)', words: ['revenues'] },
    ],
  }),
  several({
    name: 'own-dialect-and-join',
    about: 'A function of another database, and a join of a number with a text, from the first day on.',
    edits: [
      swap(prep('prep_payments'), 'coalesce(sum(amount)', 'ifnull(sum(amount)'),
      swap(mart('sailing_facts'), 'on b.sailing_id = s.sailing_id', 'on b.sailing_id = s.sailing_id::text'),
    ],
    since: 'ever',
    before: FULL,
    causes: [
      { rules: ['D08'], file: prep('prep_payments'), at: 'ifnull', words: ['ifnull'] },
      { rules: ['D07'], file: mart('sailing_facts'), at: 's.sailing_id::text' },
    ],
  }),
  several({
    name: 'own-guard-and-source',
    about: 'A table of the source has moved, and the guard of an incremental model is gone.',
    edits: [
      swap(mart('fuel_days'), '{% if is_incremental() %}\nand f.read_on', 'and f.red_on'),
      cut(mart('fuel_days'), '\n{% endif %}'),
    ],
    rows: ['alter schema partner rename to partners'],
    causes: [
      { rules: ['D02'], file: 'models/base/sources.yml', words: ['partner'] },
      { rules: ['D01'], file: mart('fuel_days'), at: 'f.red_on', words: ['red_on'] },
    ],
  }),
]
