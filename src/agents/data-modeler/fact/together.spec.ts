/** Keys of several columns that events hold: of real rows. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openParser } from '../../../project/sql/parse.ts'
import { type TestWarehouse, testWarehouse } from '../test-warehouse.ts'
import { recommendFact } from './recommend.ts'

// Real statements, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let made: TestWarehouse

const HALLS = `select h as house, 'H' || n as hall_code, h || ' hall ' || n as hall_name, 100 + 7 * n + length(h) as seats
  from (values ('Old'), ('Garden'), ('Lake')) a(h), range(1, 5) b(n)`
const SHOWS = `select i as show_no, case i % 3 when 0 then 'Old' when 1 then 'Garden' else 'Lake' end as house,
  case when i % 10 = 0 then null when i = 7 then 'H9' else 'H' || (1 + i % 4) end as hall_code, h.hall_name as hall_title,
  timestamp '2024-01-01' + interval (i) hour as began_at, 10.5 * i as takings_amount
  from range(1, 121) t(i) left join halls as h on h.house = case i % 3 when 0 then 'Old' when 1 then 'Garden' else 'Lake' end and h.hall_code = 'H' || (1 + i % 4)`

beforeAll(async () => {
  await openParser()
  made = await testWarehouse({
    halls: HALLS,
    shows: SHOWS,
    // From one hall to another.
    moves: `select i as move_no, 'Old' as from_house, 'H' || (1 + i % 4) as from_hall_code, 'Lake' as to_house, 'H' || (1 + i % 3) as to_hall_code,
      timestamp '2024-01-01' + interval (i) hour as moved_at, 1.5 * i as cost_amount from range(1, 41) t(i)`,
    // A sister of the halls that is modelled: its key is the hash of both.
    dim_rack: `select md5(aisle || '-' || rack_code) as rack_key, * from (
      select 'A' || a as aisle, 'R' || b as rack_code, 'Rack ' || b as words from range(1, 6) x(a), range(1, 6) y(b)
      union all select 'Unknown', 'Unknown', 'Unknown')`,
    picks: `select i as pick_no, 'A' || (1 + i % 5) as aisle, 'R' || (1 + i % 4) as rack_code, timestamp '2024-01-01' + interval (i) hour as picked_at,
      i % 7 as item_quantity from range(1, 61) t(i)`,
    // Each fifth card was loaded twice, some are blocked for good, and no name reads like a key.
    cards: `select c.* from (select 'KX' || (500 + i) as plastic, case i % 3 when 0 then 'gold' else 'grey' end as tier, 1704067200 + 86400 * i as since_epoch,
      case when i % 7 = 0 then timestamp '2024-06-01 10:00:00' end as deleted_at from range(1, 41) t(i)) as c, range(1, 3) b(k) where k = 1 or c.plastic like '%5'`,
    charges: `select i as charge_no, 'KX' || (501 + i % 40) as plastic, timestamp '2024-01-01' + interval (i) hour as charged_at, 2.5 * i as charge_amount
      from range(1, 121) t(i)`,
    // Growers have a key of their own; their town and post code repeat nothing by chance, and so do those of a bill.
    growers: `select i as grower_id, 'Grower ' || i as grower_name, 'Town ' || (i % 6) as town, 'Z' || i as post_code from range(1, 7) t(i)
      union all select 7, 'Grower 7', 'Town 2', 'Z1'`,
    bills: `select i as bill_no, 'Town ' || (1 + i % 5) as billing_town, 'Z' || (1 + i % 5) as billing_post_code, timestamp '2024-01-01' + interval (i) hour as billed_at,
      2.5 * i as bill_amount from range(1, 61) t(i)`,
    // A keeper is of the role, and not of the pier; the shore is of the pier.
    rides: `select i as ride_no, 'Pier ' || (1 + i % 8) as boarding_pier, 'Pier ' || (4 + i % 9) as landing_pier,
      case (1 + i % 8) % 2 when 0 then 'east' when 1 then 'west' end as boarding_shore, case (4 + i % 9) % 2 when 0 then 'east' else 'west' end as landing_shore,
      'keeper ' || (1 + i % 8) as boarding_keeper, 'guard ' || (4 + i % 9) as landing_keeper,
      timestamp '2024-01-01' + interval (i) hour as left_at, 3.5 * i as fare_amount from range(1, 101) t(i)`,
  })
})
afterAll(() => made.close())

const fact = (subject: string) =>
  recommendFact(made.context, { subject, from: null, flags: ['without-dimensions'] })

it('FACT-3: are found where the thing has them together, with those that find nothing counted', async () => {
  const { dimensions, left } = await fact('shows')
  const hall = dimensions.find((d) => d.role === 'hall')
  expect(hall).toMatchObject({
    kind: 'missing',
    of: 'halls',
    nulls: 12,
    unmatched: 1,
    missing: { subject: 'hall', natural: [{ name: 'house' }, { name: 'hall_code' }] },
  })
  expect(hall?.columns.map((c) => c.column.name)).toEqual(['house', 'hall_code'])
  expect(hall?.because).toMatch(/together repeat nothing/)
  // Neither part is a thing of its own beside it.
  expect(dimensions.filter((d) => d.kind !== 'calendar')).toHaveLength(1)
  expect(left.map((l) => l.column)).not.toContain('house')
})

it('FACT-3: are told by what stands before their names', async () => {
  const { dimensions } = await fact('moves')
  const keys = dimensions.filter((d) => d.kind !== 'calendar')
  expect(keys.map((d) => [d.role, d.columns.map((c) => c.column.name)])).toEqual([
    ['from_hall', ['from_house', 'from_hall_code']],
    ['to_hall', ['to_house', 'to_hall_code']],
  ])
})

it('FACT-3: lead to a dimension that stands, with its unknown member', async () => {
  const { dimensions } = await fact('picks')
  const rack = dimensions.find((d) => d.role === 'rack')
  expect(rack).toMatchObject({
    kind: 'standing',
    unmatched: 0,
    dimension: { key: { name: 'rack_key' }, natural: [{ name: 'aisle' }, { name: 'rack_code' }] },
  })
  expect(rack?.dimension?.unknown?.natural).toEqual(["'Unknown'", "'Unknown'"])
})

it('FACT-3: come with their dimension', async () => {
  const { make } = await recommendFact(made.context, { subject: 'moves', from: null, flags: [] })
  const hall = make?.find((m) => m.recommendation.way === 'entity')
  expect(hall?.roles).toEqual(['from_hall', 'to_hall'])
  expect(hall?.recommendation).toMatchObject({
    natural: [{ column: { name: 'house' } }, { column: { name: 'hall_code' } }],
  })
})

it('FACT-3: a key that only copies repeat leads to its thing, and comes with it', async () => {
  const { dimensions, make } = await recommendFact(made.context, {
    subject: 'charges',
    from: null,
    flags: [],
  })
  expect(dimensions.find((d) => d.kind !== 'calendar')).toMatchObject({
    role: 'card',
    columns: [{ column: { name: 'plastic' } }],
  })
  const card = make?.find((m) => m.recommendation.way === 'entity')?.recommendation
  expect(card).toMatchObject({ natural: [{ column: { name: 'plastic' } }], copies: 4, values: 40 })
  expect(card?.because.join()).toMatch(/charges names such things by it/)
})

it('FACT-3: one dimension in two roles comes with it, and what is of a role alone stays', async () => {
  const { make, flags, left, dimensions } = await recommendFact(made.context, {
    subject: 'rides',
    from: null,
    flags: [],
  })
  const pier = make?.find((m) => m.recommendation.way === 'promoted')
  expect(pier).toMatchObject({
    roles: ['landing_pier', 'boarding_pier'],
    recommendation: { natural: [{ column: { name: 'pier' } }], attributes: [{ name: 'shore' }] },
  })
  expect(dimensions.filter((d) => d.kind !== 'calendar').map((d) => d.missing?.subject)).toEqual([
    'pier',
    'pier',
  ])
  expect(flags.map((f) => f.column.name).sort()).toEqual(['boarding_keeper', 'landing_keeper'])
  expect(left.map((l) => l.column).sort()).toEqual(['boarding_shore', 'landing_shore'])
})

it('FACT-3: what describes a thing that has a key of its own is no key of it', async () => {
  const { dimensions } = await fact('bills')
  expect(dimensions.filter((d) => d.of === 'growers')).toEqual([])
})
