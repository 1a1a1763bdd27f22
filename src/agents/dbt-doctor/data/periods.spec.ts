/** Joins by a period: overlaps, bounds that meet or miss, gaps, and conditions beside the key, in a real PostgreSQL. */
import { beforeAll, describe, expect, it } from 'vitest'
import { measured } from '../symptom/measure.ts'
import type { Symptom } from '../symptom/read.ts'
import { badIn, IS_NULL } from './bad-rows.ts'
import { decisionLines } from './decision.ts'
import type { Idea } from './ideas/idea.ts'
import { ideasFor } from './ideas/index.ts'
import type { Look } from './look.ts'
import { orphanIn } from './orphans.ts'
import { quarantineOf } from './quarantine.ts'
import { repeatedIn } from './repeated.ts'
import { madeLook, openLookServer } from './test-look.ts'
import type { Culprit } from './types.ts'

beforeAll(openLookServer, 60_000)

/** A reading on each day of half a year, of two contracts in turn. */
const READINGS =
  "select i as id, 1 + i % 2 as plan, timestamp '2025-01-01 08:00' + i * interval '1 day' as read_at from generate_series(0, 180) as i"

/** Two prices of each of two plans: the first to `end`, the second from `begin`. */
const prices = (end: string, begin: string, last = "date '2025-12-31'") =>
  `select plan, price, valid_from, valid_to from (values
    (1, 5, date '2025-01-01', date '${end}'), (1, 6, date '${begin}', ${last}),
    (2, 7, date '2025-01-01', date '2025-03-01'), (2, 8, date '2025-03-01', ${last})
  ) as v (plan, price, valid_from, valid_to)`

/** Prices of thirty days each, of which the end is the last. */
const LAST_DAYS =
  "select i as plan, j as price, date '2025-01-01' + j * 30 as valid_from, date '2025-01-30' + j * 30 as valid_to from generate_series(1, 2) as i, generate_series(0, 9) as j"

const STG_READINGS = "select id, plan, read_at::date as read_on from {{ source('raw', 'readings') }}"
const STG_PRICES =
  "select plan as plan_id, price, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to\nfrom {{ source('raw', 'prices') }}"

const joined = (on: string) => `with prices as (
    select * from {{ ref('stg_prices') }}
)
select r.id, r.read_on, t.price
from {{ ref('stg_readings') }} r
left join prices t on ${on}`

const made = (source: string, on: string, stg = STG_PRICES) =>
  madeLook({
    sources: { readings: READINGS, prices: source },
    models: { stg_readings: STG_READINGS, stg_prices: stg, fct: joined(on) },
  })

const HALF_OPEN = 't.plan_id = r.plan\n    and r.read_on >= t.valid_from and r.read_on < t.valid_to'
const fct = 'model.p.fct'

const repeated = (look: Look) => repeatedIn(look, fct, ['id'], [])
const priceless = (look: Look) => badIn(look, fct, ['price'], IS_NULL, [])

/** The file of the join with the edits of an idea. */
function edited(look: Look, idea: Idea | undefined): string {
  const raw = look.compiled(fct)?.raw ?? ''
  return [...(idea?.edits ?? [])]
    .sort((a, b) => b.start - a.start)
    .reduce((text, e) => text.slice(0, e.start) + e.text + text.slice(e.end), raw)
}

async function firstIdea(look: Look, culprit: Culprit): Promise<string> {
  const [idea] = await ideasFor(look, culprit)
  return edited(look, idea)
}

describe('a key that repeats at a join by a period', () => {
  it('DEBUG-3: the key of the periods is lacking in the join: it is asked for too', async () => {
    const stg = "select plan, price, valid_from, valid_to from {{ source('raw', 'prices') }}"
    const on = 'r.read_on >= t.valid_from and r.read_on < t.valid_to'
    const look = await made(prices('2025-03-01', '2025-03-01'), on, stg)
    const found = await repeated(look)
    expect(found).toMatchObject({ born: 'join', node: fct, line: 6 })
    expect(found.sentence).toContain('finds periods of several plan for one read_on')
    expect(await firstIdea(look, found)).toContain(`${on} and t.plan = r.plan`)
    // Where those of one plan overlap too, it is the data.
    const worse = await made(prices('2025-05-01', '2025-03-01'), on, stg)
    expect((await repeated(worse)).born).toBe('source')
  })

  it('the periods of the source overlap: it is told, and the code is not bent', async () => {
    const look = await made(prices('2025-05-01', '2025-03-01'), HALF_OPEN)
    const trail: string[] = []
    const found = await repeatedIn(look, fct, ['id'], trail)
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.prices' })
    expect(found.sentence).toContain('valid_from to valid_to of raw.prices overlap for 1 plan, in 2 rows')
    expect(found.sentence).toContain('the join of fct line 6 finds several periods for one read_on')
    expect(trail).toContain('stg_prices: periods overlap for 1 plan_id, in 2 rows.')
    expect(await ideasFor(look, found)).toEqual([])
    const [rows] = await look.numbers([
      `select count(*), min(plan), max(plan) from raw.prices where ${found.wrong?.condition}`,
    ])
    expect(rows).toEqual([2, 1, 1])
    expect(found.evidence.filter((e) => e.startsWith('Key (plan, valid_from)=(1, '))).toHaveLength(2)
    expect(
      await quarantineOf(look, found.wrong ?? { source: '', columns: [], condition: null }),
    ).toMatchObject({
      staging: 'stg_prices',
    })
  })

  it('an expression on the way makes them overlap', async () => {
    const look = await made(
      prices('2025-03-01', '2025-03-01'),
      HALF_OPEN,
      "select plan as plan_id, price, valid_from, valid_to + 3 as valid_to\nfrom {{ source('raw', 'prices') }}",
    )
    const found = await repeated(look)
    expect(found).toMatchObject({ node: 'model.p.stg_prices', file: 'models/stg_prices.sql', line: 1 })
    expect(found.sentence).toContain('not those of raw.prices')
  })

  it.each([
    ['as the file has it', HALF_OPEN.replace('<', '<='), HALF_OPEN],
    [
      'the other way round, in brackets',
      '(t.plan_id = r.plan and (t.valid_from <= r.read_on) and (t.valid_to >= r.read_on or t.valid_to is null))',
      '(t.plan_id = r.plan and (t.valid_from <= r.read_on) and (t.valid_to > r.read_on or t.valid_to is null))',
    ],
    [
      'between, of an expression',
      "t.plan_id = r.plan AND cast(r.read_on as date) BETWEEN t.valid_from AND coalesce(t.valid_to, date '2030-01-01')",
      "t.plan_id = r.plan AND cast(r.read_on as date) >= t.valid_from AND cast(r.read_on as date) < coalesce(t.valid_to, date '2030-01-01')",
    ],
  ])('both ends of a period are taken: %s', async (_, on, mended) => {
    const look = await made(prices('2025-03-01', '2025-03-01'), on)
    const found = await repeated(look)
    expect(found).toMatchObject({ born: 'join', file: 'models/fct.sql', line: 6 })
    expect(found.sentence).toContain('takes both ends of a period')
    expect(await ideasFor(look, found)).toHaveLength(1)
    expect(await firstIdea(look, found)).toBe(joined(mended))
  })

  it('last days that overlap in one row only are the source, not the condition', async () => {
    const last =
      "select * from (values (1, 5, date '2025-01-01', date '2025-02-28'), (1, 6, date '2025-03-01', null), (2, 7, date '2025-01-01', date '2025-03-01'), (2, 8, date '2025-03-01', date '2025-04-30'), (2, 9, date '2025-05-01', null)) as v (plan, price, valid_from, valid_to)"
    const look = await made(last, 't.plan_id = r.plan and r.read_on between t.valid_from and t.valid_to')
    expect(await repeated(look)).toMatchObject({ born: 'source', node: 'source.p.raw.prices' })
  })
})

describe('nulls of a join by a period', () => {
  it('the source leaves a time out, and the key is there', async () => {
    const look = await made(prices('2025-02-01', '2025-03-01'), HALF_OPEN)
    const trail: string[] = []
    const found = await badIn(look, fct, ['price'], IS_NULL, trail)
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.prices' })
    expect(found.sentence).toContain(
      'prices has their plan_id, but no row of it whose valid_from to valid_to has their read_on',
    )
    expect(found.evidence).toContain('14 rows: between two periods of their plan_id.')
    expect(found.evidence.join(' ')).not.toContain('capitals')
    expect(trail).toContain('raw.prices: no period for 14 plan_id and read_on.')
    expect(await ideasFor(look, found)).toEqual([])
    const wrong = found.wrong ?? { source: '', columns: [], condition: '' }
    expect(
      await look.numbers([`select count(*), min(price) from raw.prices where ${wrong.condition}`]),
    ).toEqual([[1, 5]])
    expect(await quarantineOf(look, wrong)).toBeNull()
    expect((await decisionLines(look, wrong, 'a_test')).join('\n')).toMatch(
      /incomplete[\s\S]*leaves something out/,
    )
  })

  it('before the first, and behind the last', async () => {
    const few =
      "select * from (values (1, 5, date '2025-02-01', date '2025-05-01'), (2, 7, date '2024-01-01', date '2025-12-31')) as v (plan, price, valid_from, valid_to)"
    const found = await priceless(await made(few, HALF_OPEN))
    expect(found.evidence).toEqual(
      expect.arrayContaining([
        '16 rows: before the first period of their plan_id.',
        '31 rows: behind the last period of their plan_id.',
      ]),
    )
    expect(found.born).toBe('source')
  })

  it('ends that are the last day, compared as if they were the next', async () => {
    const look = await made(LAST_DAYS, HALF_OPEN)
    const found = await priceless(look)
    expect(found).toMatchObject({ born: 'unmatched', line: 6 })
    expect(found.sentence).toContain('they stand right at valid_to of a period')
    expect(await firstIdea(look, found)).toBe(joined(HALF_OPEN.replace('<', '<=')))
  })

  it('one end that is a day too early, where others are the begin of the next: the source', async () => {
    // No reading of the other plan is of the day on which its prices meet.
    const early = prices('2025-03-02', '2025-03-03').replaceAll('2025-03-01', '2025-03-02')
    const look = await made(early, HALF_OPEN)
    const found = await priceless(look)
    expect(found).toMatchObject({ born: 'source', ofPeriods: 'beside' })
  })

  it('ends that are the last day, compared with a time', async () => {
    const on = 't.plan_id = r.plan and r.read_at between t.valid_from and t.valid_to'
    const look = await madeLook({
      sources: { readings: READINGS, prices: LAST_DAYS },
      models: {
        stg_readings: "select * from {{ source('raw', 'readings') }}",
        stg_prices: STG_PRICES,
        fct: joined(on).replace('r.read_on, ', ''),
      },
    })
    const found = await priceless(look)
    expect(found.sentence).toContain('they are of the day that is valid_to of a period')
    expect(await firstIdea(look, found)).toContain('and cast(r.read_at as date) between t.valid_from and')
  })

  it('a period without an end, where the condition wants one', async () => {
    const stg = "select plan as plan_id, price, valid_from, valid_to from {{ source('raw', 'prices') }}"
    const look = await made(prices('2025-03-01', '2025-03-01', 'null'), HALF_OPEN, stg)
    const found = await priceless(look)
    expect(found.sentence).toContain('the period that they stand in has no valid_to')
    expect(await firstIdea(look, found)).toContain('and (r.read_on < t.valid_to or t.valid_to is null)')
    const open = await made(
      prices('2025-02-01', '2025-03-01', 'null'),
      't.plan_id = r.plan and r.read_on >= t.valid_from and (t.valid_to is null or r.read_on < t.valid_to)',
      stg,
    )
    expect((await priceless(open)).evidence).toContain('14 rows: between two periods of their plan_id.')
  })

  it('a condition above that lets the period fall out, and an expression that cuts it short', async () => {
    const filtered = await made(
      prices('2025-03-01', '2025-03-01'),
      HALF_OPEN,
      `${STG_PRICES}\nwhere plan is not null\n  and price <> 6`,
    )
    expect(await priceless(filtered)).toMatchObject({
      born: 'filter',
      file: 'models/stg_prices.sql',
      line: 4,
    })
    const short = await made(
      prices('2025-03-01', '2025-03-01'),
      HALF_OPEN,
      "select plan as plan_id, price, valid_from, valid_to - 9 as valid_to\nfrom {{ source('raw', 'prices') }}",
    )
    expect(await priceless(short)).toMatchObject({ born: 'expression', file: 'models/stg_prices.sql' })
  })

  it('ranges of amounts, without a key', async () => {
    const look = await madeLook({
      sources: {
        sales: 'select i as id, i * 10 as amount from generate_series(1, 30) as i',
        bands:
          "select * from (values ('s', 0, 99), ('m', 100, 199), ('l', 220, 1000)) as v (band, low, high)",
      },
      models: {
        fct: "select s.id, b.band as price\nfrom {{ source('raw', 'sales') }} s\nleft join {{ source('raw', 'bands') }} b on s.amount between b.low and b.high",
      },
    })
    const found = await priceless(look)
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.bands' })
    expect(found.evidence).toContain('2 rows: between two periods.')
    const [gap] = await look.numbers([
      `select count(*), min(low) from raw.bands where ${found.wrong?.condition}`,
    ])
    expect(gap).toEqual([1, 100])
  })

  it('other conditions beside the key: which of them is not met', async () => {
    const look = await made(
      prices('2025-03-01', '2025-03-01'),
      "t.plan_id = r.plan and t.price > 100 and r.read_on < date '2030-01-01'",
    )
    const found = await priceless(look)
    expect(found).toMatchObject({ born: 'unmatched' })
    expect(found.sentence).toContain('prices has their plan_id, but no row of it meets the other conditions')
    expect(found.evidence).toEqual([
      't.price > 100: met by no row of the key of 181 rows.',
      "r.read_on < date '2030-01-01': met by a row of each key, and not by one that meets the others too.",
    ])
  })
})

describe('rows that fall out in an inner join by a period', () => {
  const inner = (on: string) => joined(on).replace('left join', 'join')
  const made = (source: string, on: string) =>
    madeLook({
      sources: { readings: READINGS, prices: source },
      models: { stg_readings: STG_READINGS, stg_prices: STG_PRICES, fct: inner(on) },
    })

  it('a complaint that rows are missing finds the last days, and takes them', async () => {
    const look = await made(LAST_DAYS, HALF_OPEN)
    const missing: Symptom = { complaint: 'missing', node: fct, column: null, daysAgo: null }
    const { suspects } = await measured(look, missing, new Date('2026-03-02T10:00:00Z'))
    const [first] = suspects
    expect(first?.culprit).toMatchObject({ born: 'drop', line: 6, ofPeriods: 'bound' })
    expect(first?.culprit.sentence).toContain('6 rows fall out in the inner join of fct line 6 with prices')
    expect(first && (await firstIdea(look, first.culprit))).toBe(inner(HALF_OPEN.replace('<', '<=')))
  })

  it('parents that are missing are followed to the gap of the source', async () => {
    const look = await made(prices('2025-02-01', '2025-03-01'), HALF_OPEN)
    const asked = { child: 'model.p.stg_readings', column: 'id', parent: fct, key: 'id' }
    const found = await orphanIn(look, asked, [])
    expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.prices' })
    expect(found?.evidence).toContain('14 rows: between two periods of their plan_id.')
  })
})
