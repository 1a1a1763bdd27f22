/** What is written as text, read by a real PostgreSQL in this process (PGlite). */
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { profileRelation } from '../../../project/profile/profile.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { Ask } from '../../../project/profile/types.ts'
import { measuresOf } from '../fact/measures.ts'
import { ratiosOf } from '../fact/ratios.ts'
import { lab, side } from '../fact/test-lab.ts'
import { type Casts, castsOf } from './casts.ts'
import { readAs, typed } from './staged.ts'

let db: PGlite
const dialect = dialectOf('postgres')

beforeAll(async () => {
  db = await PGlite.create()
}, 60_000)
afterAll(() => db.close())

const ask: Ask = (statements, limit) =>
  Promise.all(
    statements.map(async (sql) => {
      try {
        const { fields, rows } = await db.query<unknown[]>(sql, [], { rowMode: 'array' })
        return { columns: fields.map((f) => f.name), rows: rows.slice(0, limit) }
      } catch (error) {
        return { error: String(error) }
      }
    }),
  )
const manyNumbers = async (statements: string[]) =>
  (await ask(statements, 1)).map((a) => ('rows' in a ? (a.rows[0] ?? []).map(Number) : null))
const casting = { manyNumbers, adapter: 'postgres', dialect, style: { idSuffix: '_id' } }
const request = { adapter: 'postgres', today: '2024-06-01', ask, brief: true }
const text = (name: string) => ({ name, type: 'text', kind: 'text' as const })

/** 200 rows; what is not said to be a number is text. */
async function table(columns: Record<string, string>, numbers: Record<string, string> = {}) {
  const all = { ...columns, ...numbers }
  const names = Object.keys(all).map((c) => `"${c}"`)
  await db.exec(
    `drop table if exists t; create table t as select ${Object.values(all)
      .map((sql, i) => (names[i] && i < Object.keys(columns).length ? `(${sql})::text` : sql))
      .map((sql, i) => `${sql} as ${names[i]}`)
      .join(', ')} from generate_series(1, 200) as g(i)`,
  )
  const origin = {
    relation: 't',
    columns: [
      ...Object.keys(columns).map(text),
      ...Object.keys(numbers).map((name) => ({ name, type: 'integer', kind: 'integer' as const })),
    ],
  }
  return { origin, measured: { name: 't', ...(await profileRelation({ ...request, ...origin })) } }
}

async function casts(columns: Record<string, string>, numbers: Record<string, string> = {}): Promise<Casts> {
  return castsOf(casting, (await table(columns, numbers)).measured, new Set())
}

describe('FACT-2: whole numbers as text', () => {
  it('are amounts where a name, a unit, a sign or a formula says so', async () => {
    const found = await casts({
      weight_kg: '1 + (i * 37) % 900',
      change: '(i * 13) % 90 - 45',
      a: '1 + (i * 7) % 11',
      b: '1 + (i * 5) % 13',
      c: '(1 + (i * 7) % 11) * (1 + (i * 5) % 13)',
      steps: '1 + (i * 31) % 97',
    })
    expect([...found.casts.keys()]).toEqual(['weight_kg', 'change', 'a', 'b', 'c', 'steps'])
    expect(found.casts.get('steps')?.type).toBe('bigint')
  })

  it('stay text where they are names, and it is said why', async () => {
    const { casts: made, stays } = await casts({
      plz: '10000 + (i % 100) * 17',
      serial: 'i * 3',
      zip: "lpad((i % 90)::text, 5, '0')",
      status: 'case when i % 3 = 0 then 5 else 10 + i % 4 end',
      place: '(i % 50) * 7',
      place_name: "'place ' || ((i % 50) * 7)",
    })
    expect([...made.keys()]).toEqual([])
    expect(stays.get('plz')).toContain('all have 5 digits')
    expect(stays.get('serial')).toContain('no value is repeated')
    expect(stays.get('status')).toContain('5 values')
    expect(stays.get('place')).toContain('one place_name')
  })

  it('stay text where the source has others as numbers, and nothing more tells', async () => {
    const { casts: made, stays } = await casts({ steps: '1 + (i * 31) % 97' }, { pieces: 'i' })
    expect(made.size).toBe(0)
    expect(stays.get('steps')).toContain('other columns of the table are stored as numbers')
  })
})

it('FACT-2: a value that would not come back as it is written is no number', async () => {
  // Beyond the rows that are looked at one by one a zero in front would be seen by counting alone.
  const { origin, measured } = await table({ weight_kg: '1 + (i * 37) % 900' })
  await db.exec("update t set weight_kg = '007' where weight_kg = '38'")
  const found = await castsOf(casting, measured, new Set())
  expect(found.casts.size).toBe(0)
  expect(found.refused.get('weight_kg')).toContain('would not come back')
  expect(origin.relation).toBe('t')
})

it('FACT-2: points that may part thousands or decimals are not guessed', async () => {
  const found = await casts({ amount: "case when i % 2 = 0 then '1.' || (100 + i) else (500 + i)::text end" })
  expect(found.refused.get('amount')).toContain('thousands or decimals')
})

describe('FACT-3: what is read as numbers is judged as numbers', () => {
  const read = async (columns: Record<string, string>, said: Record<string, string> = {}) => {
    const { origin, measured } = await table(columns)
    const { casts: made } = await castsOf(casting, measured, new Set())
    const as = {
      relation: readAs(origin, made, dialect),
      columns: origin.columns.map((c) => typed(c, made.get(c.name))),
    }
    const { profile, sample } = await profileRelation({ ...request, ...as })
    const of = { ...side('t', profile.columns, profile, sample), profile }
    const numbers = profile.columns.filter((c) => c.kind === 'number' || c.kind === 'integer')
    const ratios = await ratiosOf({ ...lab(), ...casting } as never, of, numbers)
    const found = measuresOf(
      of,
      numbers.map((column) => ({ column, cast: null })),
      { kind: 'transaction', from: 'events', currency: null, described: (c) => said[c] ?? '', ratios },
    )
    return { ...found, by: new Map(found.measures.map((m) => [m.name, m])) }
  }

  it('from a statement that takes an alias, and takes none', async () => {
    const derived = dialect.derived?.('select 1 as x') ?? ''
    expect(await manyNumbers([`select x from ${derived}`, `select a.x from ${derived} as a`])).toEqual([
      [1],
      [1],
    ])
  })

  it('a band far from nothing is a reading, a quotient is left, what is said decides, the rest is assumed', async () => {
    const { by, left, notes } = await read(
      {
        oechsle: '60 + (i * 37) % 50 + 0.5',
        harvested_kg: '50 + (i * 7) % 850',
        picked: '3 + (i * 11) % 90',
        per_hour: 'round((50 + (i * 7) % 850)::numeric / (2 + (i * 3) % 9 + 0.25), 2)',
        worked: '2 + (i * 3) % 9 + 0.25',
        brix: '1 + (i * 13) % 300 + 0.5',
      },
      { brix: 'Sugar of the must. Non-additive.' },
    )
    expect(by.get('oechsle')).toMatchObject({ additivity: 'non-additive' })
    expect(by.get('harvested_kg')).toMatchObject({ additivity: 'additive', unit: 'kg' })
    expect(by.get('brix')).toMatchObject({ additivity: 'non-additive', because: 'its description says so' })
    expect(left).toEqual([{ column: 'per_hour', why: expect.stringContaining('harvested_kg per worked') }])
    expect(notes.join(' ')).toMatch(
      /Assumed.*oechsle non-additive.*picked additive.*its description in t decides/,
    )
    expect(notes.join(' ')).not.toContain('brix')
  })
})
