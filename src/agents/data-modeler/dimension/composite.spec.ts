/** Keys of several columns, and keys that only copies repeat: asked of real rows. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openParser } from '../../../project/sql/parse.ts'
import { type TestWarehouse, testWarehouse } from '../test-warehouse.ts'
import { chanceOf } from './composite.ts'
import { recommend } from './recommend.ts'
import type { TableRecommendation } from './types.ts'

// Real statements, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let made: TestWarehouse

beforeAll(async () => {
  await openParser()
  made = await testWarehouse({
    // A hall is told within its house; seats and doors repeat nothing within a hall code by chance.
    halls: `select h as house, 'H' || n as hall_code, h || ' hall ' || n as hall_name, 100 + 7 * n + length(h) as seats, 1 + (n + length(h)) % 3 as doors
      from (values ('Old'), ('Garden')) a(h), range(1, 4) b(n)`,
    performances: `select i as performance_no, case i % 2 when 0 then 'Old' else 'Garden' end as house, 'H' || (1 + i % 3) as hall_code,
      timestamp '2024-01-01' + interval (i) day as began_at, 10.5 * i as takings from range(1, 61) t(i)`,
    // Nothing else in the project holds these together: what tells is where they stand, and that they fill each other.
    slots: `select 2010 + y as season, 'S' || n as slot_code, 'Slot ' || n || ' of ' || y as slot_title
      from range(1, 8) a(y), range(1, 13) b(n)`,
    // The same lockets stand modelled under another name.
    lockets: `select 'R' || a as room, 'L' || b as locket_code, 'Locket ' || a || b as words from range(1, 5) x(a), range(1, 5) y(b)`,
    dim_drawer: `select md5(room || locket_code) as drawer_key, * from (select 'R' || a as room, 'L' || b as locket_code, 'Locket ' || a || b as words
      from range(1, 6) x(a), range(1, 6) y(b))`,
    // Dirty: a shop that was written again with another city.
    shops: `select 'shop ' || (i % 40) as shop_code, 'city ' || (i * i % 17) as city, i % 3 = 0 as open from range(1, 58) t(i)`,
    // Two parts that both could be meant.
    lockers: `select 'L' || b.i as locker_code, a.i as aisle_no, (a.i + b.i) % 7 as tier_no, 'Locker ' || a.i || '/' || b.i as words
      from range(1, 8) a(i), range(1, 8) b(i)`,
    // Each third row was loaded twice; nothing is called like a key.
    wallets: `select 'WX' || (1000 + i) as wallet_ref_text, case i % 3 when 0 then 'gold' when 1 then 'blue' else 'grey' end as colour_code,
      case i % 2 when 0 then 'A' else 'B' end as tariff_code from (select * from range(1, 31) t(i) union all select 3 * j from range(1, 11) u(j))`,
    // A code of something else is called like a key; the forms of the plates are those of names.
    carts: `select c.* from (select 'ZH ' || (700 + i) as plate, 'Cart ' || i as words, 'K' || (i % 3) as class_code from range(1, 31) t(i)) as c, range(1, 3) b(k)
      where k = 1 or plate like '%5'`,
    notes: `select 'n' || (i % 25) as author, 'm' || (i % 25) as reader, 'text ' || (i % 25) as words from range(1, 31) t(i)`,
  })
})
afterAll(() => made.close())

const dimension = async (subject: string, from: string | null = null) =>
  (await recommend(made.context, { subject, from, flags: [] })) as TableRecommendation
const keyIn = ({ natural }: TableRecommendation) => natural.map((n) => n.column.name)

describe('DIM-1: keys of several columns', () => {
  it('that another table holds together are taken, with the evidence', async () => {
    const hall = await dimension('hall')
    expect(keyIn(hall)).toEqual(['house', 'hall_code'])
    expect(hall.way).toBe('entity')
    expect(hall.because.join()).toMatch(/performances holds them together/)
    expect(hall.attributes.map((a) => a.name)).toEqual(['hall_name', 'seats', 'doors'])
  })

  it('that begin the table and fill each other are taken too', async () => {
    const slot = await dimension('slot')
    expect(keyIn(slot)).toEqual(['season', 'slot_code'])
    expect(slot.because.join()).toMatch(/repeat none/)
  })

  it('are not made again where a dimension holds them under another name', async () => {
    await expect(dimension('locket')).rejects.toMatchObject({
      code: 'dimension.conformed',
      message: expect.stringContaining('dim_drawer holds all of room and locket_code'),
    })
  })

  it('are not made of a key that is dirty', async () => {
    await expect(dimension('shop')).rejects.toThrow(/not copies: they differ in city/)
  })

  it('are asked for where two are as likely', async () => {
    await expect(dimension('locker')).rejects.toMatchObject({ code: 'dimension.which', exitCode: 3 })
    expect(keyIn(await dimension('locker', 'lockers.locker_code,aisle_no'))).toEqual([
      'locker_code',
      'aisle_no',
    ])
  })

  it('chance is small where all combinations are there, and none where there are too few', () => {
    expect(chanceOf(6, 6)).toBeCloseTo(0.0154, 3)
    expect(chanceOf(6, 1000)).toBeGreaterThan(0.95)
    expect(chanceOf(7, 6)).toBe(0)
  })
})

describe('DIM-1: a key that only copies repeat', () => {
  it('is found whatever it is called, and the copies are counted', async () => {
    const wallet = await dimension('wallet')
    expect(keyIn(wallet)).toEqual(['wallet_ref_text'])
    expect(wallet).toMatchObject({ copies: 10, values: 30, way: 'entity' })
    expect(wallet.notes.join()).toMatch(/10 rows are copies/)
  })

  it('is found beside a code of something else, where its values have a form', async () => {
    expect(keyIn(await dimension('cart'))).toEqual(['plate'])
  })

  it('is asked for where several columns are', async () => {
    await expect(dimension('note')).rejects.toMatchObject({ code: 'dimension.which' })
  })
})
