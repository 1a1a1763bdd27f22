/** What a line of ferries keeps: a hundred days of sailings, which end yesterday, and the bookings, payments and fuel of them. */
import { day, moment, random, range, type Table, type Value } from '../support/data.ts'

const { whole, pick, chance } = random(77)
const TODAY = Math.floor((Date.now() - Date.UTC(2024, 0, 1)) / 86_400_000)
const DAYS = 100
const FIRST = TODAY - DAYS

const table = (
  name: string,
  columns: Record<string, string>,
  rows: Value[][],
  schema: 'ops' | 'partner' = 'ops',
): Table => ({ schema, name, columns, rows })

const PORTS: Value[][] = [
  [1, 'hav', 'Havnoy', 'NO', 'Europe/Oslo'],
  [2, 'LUN', 'Lundby', 'DK', 'Europe/Copenhagen'],
  [3, 'STR', 'Strandau', 'DE', 'Europe/Berlin'],
  [4, 'bre', 'Bredholm', 'SE', 'Europe/Stockholm'],
  [5, 'TAM', 'Tamme', 'EE', 'Europe/Tallinn'],
  [6, 'KIV', 'Kivinen', 'FI', 'Europe/Helsinki'],
]

const VESSELS: Value[][] = [
  ['Aurora', 400, 90],
  ['Borealis', 320, 80],
  ['Cassiopeia', 280, 60],
  ['Draco', 520, 140],
  ['Eridanus', 600, 160],
].map(([name, people, vehicles], i) => [i + 1, name ?? null, people ?? null, vehicles ?? null, moment(i, 0)])

/** From, to, miles, minutes, and the second of the day (UTC) at which a ship leaves. */
const LINES: [number, number, number, number, number][] = [
  [1, 2, 64, 180, 25_200],
  [2, 1, 64, 180, 50_400],
  [3, 4, 88, 250, 21_600],
  [4, 3, 88, 250, 82_800],
  [4, 5, 121, 390, 39_600],
  [5, 4, 121, 390, 80_100],
  [1, 3, 142, 430, 28_800],
  [3, 1, 142, 430, 81_900],
]

type Sailing = { id: number; offset: number }
const sailed: Sailing[] = []
const sailings = range(DAYS).flatMap((n) =>
  LINES.map(([, , , minutes, second], i): Value[] => {
    const [id, offset] = [(n - 1) * LINES.length + i + 1, FIRST + n - 1]
    sailed.push({ id, offset })
    const isCancelled = chance(0.07)
    const late = chance(0.3) ? whole(5, 95) : whole(-5, 4)
    const arrives = isCancelled ? null : `${moment(offset, second + (minutes + late) * 60)}+00`
    const vessel = Math.floor(i / 2) + 1
    return [
      id,
      i + 1,
      vessel,
      `${moment(offset, second)}+00`,
      arrives,
      isCancelled ? 'cancelled' : 'departed',
    ]
  }),
)

const customers = range(300).map((id): Value[] => {
  const country = chance(0.04) ? null : pick(['NO', 'NO', 'DK', 'DE', 'DE', 'SE', 'EE'])
  const friend = id > 20 && chance(0.35) ? whole(1, id - 1) : null
  return [id, `Guest ${id}`, country, chance(0.4), friend, day(whole(0, FIRST)), moment(FIRST, id)]
})

const payments: Value[][] = []
const paid = (booking: number, kind: string, amount: number, at: string) =>
  payments.push([payments.length + 1, booking, kind, pick(['card', 'card', 'invoice']), amount, at])

const bookings = range(2400).map((id): Value[] => {
  const sailing = pick(sailed)
  const booked = sailing.offset - whole(0, 40)
  const second = whole(0, 86_399)
  const price = whole(2000, 40_000)
  const draw = whole(1, 100)
  const status = draw <= 80 ? 'confirmed' : draw <= 92 ? 'cancelled' : 'no_show'
  const at = moment(booked, second)
  if (!chance(0.06)) {
    const first = chance(0.35) ? Math.round(price * 0.3) : price
    paid(id, 'charge', first, at)
    if (first < price) paid(id, 'charge', price - first, moment(booked + whole(0, 6), second))
    if (status === 'cancelled') paid(id, 'refund', Math.round(price * 0.8), moment(booked + 1, second))
  }
  const channel = pick(['web', 'Web ', 'web', 'app', 'app', 'desk', 'agent'])
  const currency = pick(['EUR', 'EUR', 'EUR', 'NOK', 'DKK', 'SEK'])
  const loaded = moment(Math.min(booked + (channel === 'desk' ? whole(1, 2) : 1), TODAY), 10_800)
  return [
    ...[id, sailing.id, whole(1, 270), at, channel, whole(1, 6), whole(0, 2), price, currency, status],
    ...[chance(0.01), loaded],
  ]
})

const reservations = range(300).flatMap((n): Value[][] => {
  const sailing = pick(sailed)
  const reserved = sailing.offset - whole(0, 30)
  const [people, vehicles, price] = [whole(1, 8), whole(0, 2), whole(3000, 30_000) / 100]
  const row = (file: number, state: string, amount: number): Value[] => [
    ...[`R${10_000 + n}`, file, sailing.id, day(reserved), people, vehicles, amount, state],
    moment(Math.min(reserved + file, TODAY), 14_400),
  ]
  const first = row(1, pick(['OK', 'OK', 'OK', 'OK', 'XX', 'NS']), price)
  return chance(0.1) ? [first, row(2, pick(['OK', 'XX']), price + 10)] : [first]
})

const fuel = range(4).flatMap((vessel) => {
  let total = vessel * 100_000
  return range(DAYS + 1).map((n): Value[] => {
    total += whole(3000, 9000)
    return [(vessel - 1) * (DAYS + 1) + n, vessel, moment(FIRST + n - 2, 85_800), total]
  })
})

const rates = [
  ['NOK', 0.085, 0.0875],
  ['DKK', 0.134, 0.1342],
  ['SEK', 0.087, 0.0905],
].flatMap(([currency = null, then = null, now = null]): Value[][] => [
  [currency, day(FIRST - 100), day(TODAY - 50), then],
  [currency, day(TODAY - 50), null, now],
])

const [id, text, at] = ['integer', 'text', 'timestamp']

export const FERRY: Table[] = [
  table('ports', { port_id: id, code: text, name: text, country: text, time_zone: text }, PORTS),
  table(
    'vessels',
    { vessel_id: id, name: text, passenger_capacity: id, vehicle_capacity: id, changed_at: at },
    VESSELS,
  ),
  table(
    'routes',
    { route_id: id, from_port_id: id, to_port_id: id, distance_nm: id, planned_minutes: id },
    LINES.map(([from, to, miles, minutes], i) => [i + 1, from, to, miles, minutes]),
  ),
  table(
    'sailings',
    {
      sailing_id: id,
      route_id: id,
      vessel_id: id,
      departs_at: 'timestamptz',
      arrived_at: 'timestamptz',
      status: text,
    },
    sailings,
  ),
  table(
    'customers',
    {
      ...{ customer_id: id, full_name: text, country: text, is_member: 'boolean', referred_by: id },
      ...{ joined_on: 'date', changed_at: at },
    },
    customers,
  ),
  table(
    'bookings',
    {
      ...{ booking_id: id, sailing_id: id, customer_id: id, booked_at: at, channel: text, passengers: id },
      ...{ vehicles: id, price_minor: id, currency: text, status: text, is_test: 'boolean', loaded_at: at },
    },
    bookings,
  ),
  table(
    'payments',
    { payment_id: id, booking_id: id, kind: text, method: text, amount_minor: id, paid_at: at },
    payments,
  ),
  table('fuel_readings', { reading_id: id, vessel_id: id, read_at: at, litres_total: 'bigint' }, fuel),
  table(
    'exchange_rates',
    { currency: text, valid_from: 'date', valid_to: 'date', eur_per_unit: 'numeric(10, 5)' },
    rates,
  ),
  table(
    'reservations',
    {
      ...{ reference: text, file_no: id, sailing_id: id, reserved_on: 'date', passengers: id, vehicles: id },
      ...{ price_eur: 'numeric(10, 2)', state: text, loaded_at: at },
    },
    reservations,
    'partner',
  ),
]
