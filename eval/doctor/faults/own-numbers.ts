/** Numbers of a line of ferries that are wrong, and nothing fails. */
import { cut, swap } from '../edits.ts'
import type { Edit, Fault } from '../types.ts'

type Wrong = Pick<Fault, 'name' | 'about'> & {
  edits: Edit[]
  says: string
  file: string
  at?: string
  words?: string[]
} & Partial<Fault>

const FULL = { dbt: [['build', '--full-refresh']] }
const path = (folder: string) => (name: string) => `models/${folder}/${name}.sql`
const [base, prep, mart] = [path('base'), path('prep'), path('marts')]

/** One cause, in code, that a sentence tells of. */
const wrong = ({ says, file, at, words, ...rest }: Wrong): Fault => ({
  house: 'ferry',
  family: 'wrong numbers',
  since: 'last commit',
  silent: true,
  ask: ['debug', '--symptom', says],
  causes: [{ rules: ['S01'], file, ...(at ? { at } : {}), ...(words ? { words } : {}) }],
  fixable: 'by code',
  half: 'open',
  ...rest,
})

/** Nothing in the files is wrong: what the source holds is. */
const atTheSource = (fault: Pick<Fault, 'name' | 'about' | 'rows'> & { says: string }): Fault => {
  const { says, ...rest } = fault
  return {
    house: 'ferry',
    family: 'wrong numbers',
    silent: true,
    before: FULL,
    ask: ['debug', '--symptom', says],
    causes: [{ rules: [] }],
    fixable: 'by a person',
    half: 'open',
    ...rest,
  }
}

export const OWN_NUMBERS: Fault[] = [
  wrong({
    name: 'own-no-shows-left-out',
    about: 'A report counts confirmed bookings alone, and lost those who did not come.',
    edits: [swap(mart('month_report'), "b.booking_status <> 'cancelled'", "b.booking_status = 'confirmed'")],
    says: 'bookings of month_report is too low',
    file: mart('month_report'),
    at: "b.booking_status = 'confirmed'",
  }),
  wrong({
    name: 'own-status-that-never-occurs',
    about: 'A status is compared with a word that the source never writes, from the first day on.',
    edits: [swap(mart('fuel_days'), "sailing_status = 'departed'", "sailing_status = 'sailed'")],
    since: 'ever',
    before: FULL,
    says: 'miles of fuel_days is always null',
    file: mart('fuel_days'),
    at: "sailing_status = 'sailed'",
    words: ['sailed'],
  }),
  wrong({
    name: 'own-blank-behind-a-channel',
    about: 'A code is not trimmed any more, and a report that looks it up loses its rows.',
    edits: [swap(base('base_bookings'), 'lower(trim(channel))', 'lower(channel)')],
    since: 'older',
    before: FULL,
    says: 'bookings of month_report is too low',
    file: base('base_bookings'),
    at: 'lower(channel)',
  }),
  wrong({
    name: 'own-cents-cut-off',
    about: 'A macro divides whole numbers.',
    edits: [swap('macros/money.sql', '/ 100.0)', '/ 100)')],
    before: FULL,
    says: 'revenue of month_report is too low',
    file: 'macros/money.sql',
    at: '/ 100)',
  }),
  wrong({
    name: 'own-first-day-of-a-rate',
    about: 'On the day on which a rate begins none is found, and one to one is taken.',
    edits: [
      swap(prep('prep_bookings'), 'b.booked_at::date >= r.valid_from', 'b.booked_at::date > r.valid_from'),
    ],
    since: 'older',
    before: FULL,
    says: 'price_eur of booking_facts is far too high for some bookings',
    file: prep('prep_bookings'),
    at: 'b.booked_at::date > r.valid_from',
  }),
  wrong({
    name: 'own-day-of-another-clock',
    about: 'The day of a sailing is that of the server, not that of the port.',
    edits: [
      swap(prep('prep_sailings'), '(s.departs_at at time zone p.time_zone)::date', 's.departs_at::date'),
    ],
    before: FULL,
    says: 'departed_on of sailing_facts is a day too early',
    file: prep('prep_sailings'),
    at: 's.departs_at::date',
  }),
  wrong({
    name: 'own-night-sailings-of-a-day',
    about: 'The day of a sailing is that of the server; the figures of a day are asked about.',
    edits: [
      swap(prep('prep_sailings'), 's.departs_at at time zone p.time_zone', "s.departs_at at time zone 'UTC'"),
    ],
    since: 'older',
    before: FULL,
    says: 'sailings of route_days is wrong',
    file: prep('prep_sailings'),
    at: "at time zone 'UTC'",
  }),
  wrong({
    name: 'own-partners-dropped',
    about: 'The second part of a union went with a change.',
    edits: [
      cut(
        prep('prep_bookings'),
        `

union all

select
    'P' || reference,
    null,
    sailing_id,
    null,
    reserved_on,
    'partner',
    passengers,
    vehicles,
    price_eur,
    booking_status,
    loaded_at
from {{ ref('base_reservations') }}`,
      ),
    ],
    before: FULL,
    says: 'bookings of partners are missing in booking_facts',
    file: prep('prep_bookings'),
  }),
  wrong({
    name: 'own-partners-twice',
    about: 'A part that holds all already is put to it once more.',
    edits: [
      swap(
        mart('month_report'),
        "from {{ ref('booking_facts') }} b",
        "from (\n    select * from {{ ref('booking_facts') }}\n    union all\n    select * from {{ ref('booking_facts') }} where channel = 'partner'\n) b",
      ),
    ],
    since: 'older',
    says: 'revenue of month_report is twice what finance has',
    file: mart('month_report'),
    at: 'union all',
  }),
  wrong({
    name: 'own-meter-instead-of-litres',
    about: 'What the meter shows is taken for what a day took.',
    edits: [swap(mart('fuel_days'), '    f.litres,\n', '    f.litres_total as litres,\n')],
    before: FULL,
    says: 'litres of fuel_days is far too high',
    file: mart('fuel_days'),
    at: 'f.litres_total as litres',
  }),
  wrong({
    name: 'own-eight-days-a-week',
    about: 'A window of seven days takes eight.',
    edits: [swap(mart('route_days'), '6 preceding', '7 preceding')],
    says: 'revenue_week of route_days is too high',
    file: mart('route_days'),
    at: '7 preceding',
  }),
  wrong({
    name: 'own-so-far-is-all',
    about: 'A running sum has lost its order.',
    edits: [
      swap(
        mart('route_days'),
        '(partition by route_code order by departed_on) as revenue_so_far',
        '(partition by route_code) as revenue_so_far',
      ),
    ],
    since: 'older',
    says: 'revenue_so_far of route_days is the same on every day',
    file: mart('route_days'),
    at: '(partition by route_code) as revenue_so_far',
  }),
  wrong({
    name: 'own-share-of-the-car-deck',
    about: 'Passengers are set against the room for vehicles.',
    edits: [swap(mart('sailing_facts'), 'v.passenger_capacity', 'v.vehicle_capacity')],
    since: 'older',
    says: 'load_percent of sailing_facts is too high',
    file: mart('sailing_facts'),
    at: 'v.vehicle_capacity',
  }),
  wrong({
    name: 'own-from-here-to-here',
    about: 'A route is named by the port that it leaves, twice.',
    edits: [swap(prep('prep_sailings'), "|| '-' || q.port_code", "|| '-' || p.port_code")],
    says: 'route_days misses rows',
    file: prep('prep_sailings'),
    at: "|| '-' || p.port_code",
  }),
  wrong({
    name: 'own-refunds-added',
    about: 'What is paid back is added.',
    edits: [swap(prep('prep_payments'), 'then -amount', 'then amount')],
    since: 'older',
    before: FULL,
    says: 'paid of booking_facts is too high',
    file: prep('prep_payments'),
    at: 'then amount',
  }),
  wrong({
    name: 'own-euros-as-cents',
    about: 'A price in euros is divided as if it were in cents.',
    edits: [
      swap(base('base_reservations'), '    price_eur,', "    {{ from_minor('price_eur') }} as price_eur,"),
    ],
    before: FULL,
    says: 'revenue of partner lines in month_report is a hundredth of what they say',
    file: base('base_reservations'),
    at: 'from_minor',
  }),
  wrong({
    name: 'own-share-in-whole-numbers',
    about: 'Whole numbers are divided before they become a share, from the first day on.',
    edits: [
      swap(
        mart('sailing_facts'),
        'round(100.0 * coalesce(b.passengers, 0) / v.passenger_capacity, 1)',
        'round(100 * (coalesce(b.passengers, 0) / v.passenger_capacity), 1)',
      ),
    ],
    since: 'ever',
    says: 'load_percent of sailing_facts is always zero',
    file: mart('sailing_facts'),
    at: '/ v.passenger_capacity',
  }),
  wrong({
    name: 'own-not-in-with-a-null',
    about: 'What is not in a list that holds a null is nothing, from the first day on.',
    edits: [
      swap(
        mart('open_bookings'),
        "not exists (\n        select 1 from {{ ref('base_payments') }} p where p.booking_id = b.booking_id\n    )",
        "b.booking_id not in (\n        select p.booking_id from {{ ref('base_payments') }} p\n    )",
      ),
    ],
    rows: ["insert into ops.payments select 900000, null, 'charge', 'invoice', 100, timestamp '2026-01-01'"],
    since: 'ever',
    says: 'open_bookings is empty',
    file: mart('open_bookings'),
    at: 'not in',
  }),
  wrong({
    name: 'own-neither-true-nor-false',
    about: 'A list holds nulls now, and what is not in it is null.',
    edits: [cut(mart('customer_dim'), ' where referred_by is not null')],
    says: 'has_referred of customer_dim is null for most customers',
    file: mart('customer_dim'),
    at: 'select referred_by',
  }),
  wrong({
    name: 'own-sailings-without-bookings',
    about: 'A condition undoes a left join, from the first day on.',
    edits: [
      swap(
        mart('sailing_facts'),
        'left join booked b on b.sailing_id = s.sailing_id',
        'left join booked b on b.sailing_id = s.sailing_id\nwhere b.revenue >= 0',
      ),
    ],
    since: 'ever',
    says: 'sailing_facts misses rows',
    file: mart('sailing_facts'),
    at: 'b.revenue >= 0',
  }),
  wrong({
    name: 'own-members-alone',
    about: 'A condition of one side stands in a left join, and empties what it finds.',
    edits: [
      swap(
        mart('customer_dim'),
        't on t.customer_id = c.customer_id',
        't on t.customer_id = c.customer_id and c.is_member',
      ),
    ],
    says: 'bookings of customer_dim is zero for customers who have some',
    file: mart('customer_dim'),
    at: 'and c.is_member',
  }),
  wrong({
    name: 'own-each-price-once',
    about: 'Equal prices are added once, from the first day on.',
    edits: [swap(mart('month_report'), 'sum(b.price_eur) as', 'sum(distinct b.price_eur) as')],
    since: 'ever',
    says: 'revenue of month_report is too low',
    file: mart('month_report'),
    at: 'sum(distinct',
  }),
  wrong({
    name: 'own-no-rate-no-price',
    about: 'What has no rate is worth nothing.',
    edits: [swap(prep('prep_bookings'), 'coalesce(r.eur_per_unit, 1)', 'coalesce(r.eur_per_unit, 0)')],
    before: FULL,
    says: 'price_eur of booking_facts is zero for half of the bookings',
    file: prep('prep_bookings'),
    at: 'coalesce(r.eur_per_unit, 0)',
  }),
  wrong({
    name: 'own-late-before-very-late',
    about: 'A wider case stands before a narrower one, from the first day on.',
    edits: [
      swap(
        mart('sailing_facts'),
        "when s.minutes_late >= 60 then 'very late'\n        when s.minutes_late >= 15 then 'late'",
        "when s.minutes_late >= 15 then 'late'\n        when s.minutes_late >= 60 then 'very late'",
      ),
    ],
    since: 'ever',
    says: "punctuality of sailing_facts is never 'very late'",
    file: mart('sailing_facts'),
    at: "then 'very late'",
  }),
  wrong({
    name: 'own-segment-of-none',
    about: 'A case has no else any more.',
    edits: [cut(mart('customer_dim'), "\n        else 'none'")],
    says: 'segment of customer_dim is null for many customers',
    file: mart('customer_dim'),
  }),
  wrong({
    name: 'own-spent-by-the-friend',
    about: 'Two keys of one type are taken for each other.',
    edits: [swap(mart('customer_dim'), 't.customer_id = c.customer_id', 't.customer_id = c.referred_by')],
    since: 'older',
    says: 'bookings of customer_dim is too low',
    file: mart('customer_dim'),
    at: 't.customer_id = c.referred_by',
  }),
  wrong({
    name: 'own-fuel-of-every-day',
    about: 'A join has lost the day.',
    edits: [cut(mart('fuel_days'), ' and n.departed_on = f.read_on')],
    since: 'older',
    before: FULL,
    says: 'fuel_days has duplicates',
    file: mart('fuel_days'),
    at: ') n on n.vessel_id',
  }),
  wrong({
    name: 'own-sailings-with-bookings-alone',
    about: 'A left join became an inner one.',
    edits: [swap(mart('sailing_facts'), 'left join booked b', 'join booked b')],
    says: 'sailings are missing in sailing_facts',
    file: mart('sailing_facts'),
    at: 'join booked b',
  }),
  wrong({
    name: 'own-desk-not-in-the-list',
    about: 'A line of a seed is gone, and a report looks it up.',
    edits: [cut('seeds/channels.csv', 'desk,Ticket desk,true\n')],
    before: FULL,
    says: 'bookings of the ticket desk are gone from month_report',
    file: 'seeds/channels.csv',
  }),
  wrong({
    name: 'own-tests-are-sold',
    about: 'Bookings that were made to try the system are counted.',
    edits: [cut(base('base_bookings'), '\nwhere not is_test')],
    before: FULL,
    says: 'bookings of month_report is too high',
    file: base('base_bookings'),
  }),
  wrong({
    name: 'own-first-file-counts',
    about: 'Of what was sent twice the older one is taken.',
    edits: [swap(base('base_reservations'), 'file_no desc', 'file_no')],
    since: 'older',
    before: FULL,
    says: 'price_eur of booking_facts is too low for partner bookings',
    file: base('base_reservations'),
    at: 'file_no\n',
  }),
  wrong({
    name: 'own-month-of-the-journey',
    about: 'A booking counts in the month of its journey.',
    edits: [
      swap(mart('month_report'), "date_trunc('month', b.booked_on)", "date_trunc('month', b.departed_on)"),
    ],
    says: 'bookings of month_report is wrong, the months do not match',
    file: mart('month_report'),
    at: 'b.departed_on',
  }),
  wrong({
    name: 'own-customers-by-booking',
    about: 'Customers are counted once for each booking.',
    edits: [swap(mart('month_report'), 'count(distinct b.customer_id)', 'count(b.customer_id)')],
    since: 'older',
    says: 'customers of month_report is too high',
    file: mart('month_report'),
    at: 'count(b.customer_id)',
  }),
  wrong({
    name: 'own-first-is-last',
    about: 'The last day stands where the first should.',
    edits: [swap(mart('customer_dim'), 'min(booked_on)', 'max(booked_on)')],
    says: 'first_booked_on of customer_dim is too late',
    file: mart('customer_dim'),
    at: 'max(booked_on) as first_booked_on',
  }),
  wrong({
    name: 'own-yesterday-not-yet',
    about: 'A bound leaves out the last day that there is.',
    edits: [
      swap(
        mart('route_days'),
        "from {{ ref('sailing_facts') }}\n",
        "from {{ ref('sailing_facts') }}\n    where departed_on < current_date - 1\n",
      ),
    ],
    says: 'yesterday is missing in route_days',
    file: mart('route_days'),
    at: 'current_date - 1',
  }),
  wrong({
    name: 'own-channels-by-heart',
    about: 'A list of channels was written down before there were partners.',
    edits: [
      swap(
        mart('month_report'),
        "where b.booking_status <> 'cancelled'",
        "where b.booking_status <> 'cancelled' and b.channel in ('web', 'app', 'desk', 'agent')",
      ),
    ],
    since: 'older',
    says: 'partner lines are gone from month_report',
    file: mart('month_report'),
    at: "in ('web'",
  }),
  wrong({
    name: 'own-people-and-cars-swapped',
    about: 'Two columns of a union stand in each other’s place.',
    edits: [
      swap(
        prep('prep_bookings'),
        "    'partner',\n    passengers,\n    vehicles,",
        "    'partner',\n    vehicles,\n    passengers,",
      ),
    ],
    since: 'older',
    before: FULL,
    says: 'passengers of booking_facts is zero for partner bookings',
    file: prep('prep_bookings'),
  }),
  wrong({
    name: 'own-late-in-hours',
    about: 'Hours are taken for minutes.',
    edits: [
      swap(
        prep('prep_sailings'),
        'greatest(round(extract(epoch from s.arrived_at - s.departs_at) / 60)',
        'greatest(round(extract(epoch from s.arrived_at - s.departs_at) / 3600)',
      ),
    ],
    since: 'last commit',
    says: 'minutes_late of sailing_facts is always zero',
    file: prep('prep_sailings'),
    at: '/ 3600)',
  }),
  atTheSource({
    name: 'own-desk-stopped-sending',
    about: 'The desks send nothing since ten days; all code is right.',
    rows: ["delete from ops.bookings where channel = 'desk' and booked_at > current_date - 10"],
    says: 'bookings of the desk are missing in booking_facts since last week',
  }),
  atTheSource({
    name: 'own-prices-in-thousandths',
    about: 'The booking system writes prices a hundred times too high since a week; all code is right.',
    rows: ['update ops.bookings set price_minor = price_minor * 100 where booked_at > current_date - 7'],
    says: 'price_eur of booking_facts is far too high since last week',
  }),
  atTheSource({
    name: 'own-no-rate-for-sek',
    about: 'The rates of a currency are gone from the source.',
    rows: ["delete from ops.exchange_rates where currency = 'SEK'"],
    says: 'revenue of month_report is far too high',
  }),
  {
    name: 'own-nothing-is-missing',
    house: 'ferry',
    family: 'nothing wrong',
    about: 'Nothing is missing, and somebody believes it.',
    silent: true,
    ask: ['debug', '--symptom', 'sailing_facts misses rows'],
    causes: [],
    fixable: 'by a person',
    half: 'open',
  },
  {
    name: 'own-finance-is-wrong',
    house: 'ferry',
    family: 'nothing wrong',
    about: 'Finance has half of it, and is wrong.',
    silent: true,
    ask: ['debug', '--symptom', 'revenue of month_report is twice what finance has'],
    causes: [],
    fixable: 'by a person',
    half: 'open',
  },
]
