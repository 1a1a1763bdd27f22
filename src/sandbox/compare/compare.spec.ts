/** The statements, run by a real PostgreSQL in this process (PGlite). */
import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareRelations } from './compare.ts'
import type { CompareOptions, Query, RelationDiff } from './types.ts'

let db: PGlite
let tables = 0

beforeAll(async () => {
  db = await PGlite.create()
}, 60_000)
afterAll(() => db.close())

const query: Query = (statements, limit = 1000) =>
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

async function relation(select: string) {
  const name = `t${tables++}`
  await db.exec(`create table ${name} as ${select}`)
  const { rows } = await db.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = '${name}'::regclass and attnum > 0 order by attnum`,
  )
  return { relation: name, columns: rows }
}

async function compare(
  before: string,
  after: string,
  how: Partial<CompareOptions> = {},
): Promise<RelationDiff> {
  const sides = { before: await relation(before), after: await relation(after) }
  return compareRelations({ query, adapter: 'postgres', ...sides, ...how })
}

describe('rows that are the same', () => {
  it.each([
    ['in another order', "values (1, 'a'), (2, 'b')", "values (2, 'b'), (1, 'a')"],
    ['with nulls', 'values (1, null), (null, 2)', 'values (null, 2), (1, null)'],
    ['that come twice', 'values (1), (1), (2)', 'values (1), (2), (1)'],
    ['none at all', 'select 1 as x where false', 'select 2 as x where false'],
    [
      'floats within the tolerance',
      "select 'a' as x, 0.1::float8 + 0.2 as f",
      "select 'a' as x, 0.3::float8 as f",
    ],
    [
      'NaN and infinity',
      "select unnest('{NaN,Infinity,-Infinity}'::float8[]) as f",
      "select unnest('{-Infinity,NaN,Infinity}'::float8[]) as f",
    ],
    [
      'JSON with its keys in another order',
      `select '{"a": 1, "b": [1, 2]}'::json as j`,
      `select '{"b": [1,2], "a": 1}'::json as j`,
    ],
    ['lists', 'select array[1, null, 3] as l', 'select array[1, null, 3] as l'],
    [
      'one moment in two zones',
      "select timestamptz '2024-01-01 12:00+00' as t",
      "select timestamptz '2024-01-01 14:00+02' as t",
    ],
  ])('%s', async (_, before, after) => {
    expect(await compare(before, after)).toMatchObject({ sameRows: true, only: { before: 0, after: 0 } })
  })
})

describe('rows that differ', () => {
  it.each([
    ['how often they come', 'values (1), (1), (2)', 'values (1), (2), (2)'],
    ['in case only', "values ('a')", "values ('A')"],
    ['a null for an empty text', "values ('')", 'values (null::text)'],
    ['a float beyond the tolerance', 'select 1::float8 as f', 'select 1.000001::float8 as f'],
    ['infinity for a large float', "select 'Infinity'::float8 as f", 'select 1e308::float8 as f'],
    ['NaN for a float', "select 'NaN'::float8 as f", 'select 1::float8 as f'],
    ['opposite ends', 'select 1e308::float8 as f', 'select -1e308::float8 as f'],
    ['floats too small to divide', 'select 5e-324::float8 as f', 'select 1e-323::float8 as f'],
    ['JSON', `select '{"a": 1}'::json as j`, `select '{"a": 2}'::json as j`],
    ['boxes of the same area', "select box '((0,0),(1,4))' as b", "select box '((0,0),(2,2))' as b"],
    ['blanks at the end', "select 'a '::text as x", "select 'a'::text as x"],
  ])('%s', async (_, before, after) => {
    expect(await compare(before, after)).toMatchObject({ sameRows: false, only: { before: 1, after: 1 } })
  })

  it('are matched by a key: what changed, and in which columns, with examples', async () => {
    const found = await compare(
      "select * from (values (1, 'a', 1.0), (2, 'b', 2.0), (3, 'c', null)) t(id, name, amount)",
      "select * from (values (2, 'B', 2.0), (3, 'c', 3.0), (4, 'd', 4.0)) t(id, name, amount)",
      { keys: [['id']] },
    )
    expect(found).toMatchObject({
      sameRows: false,
      rows: { before: 3, after: 3 },
      key: ['id'],
      only: { before: 1, after: 1, examples: { before: [{ id: '1' }], after: [{ id: '4' }] } },
      changed: 2,
      columns: [
        { name: 'name', rows: 1, examples: [{ key: { id: '2' }, before: 'b', after: 'B' }] },
        { name: 'amount', rows: 1, examples: [{ key: { id: '3' }, before: null, after: '3.0' }] },
      ],
    })
    expect(found.statements).toBe(6)
  })

  it('of two columns that make a key together, one of them renamed', async () => {
    const found = await compare(
      'select * from (values (1, 1, 5), (1, 2, 6)) t(a, "Line No", v)',
      'select * from (values (1, 1, 5), (1, 2, 7)) t(a, "select", v)',
      { keys: [['a', 'select']], renamed: { 'Line No': 'select' } },
    )
    expect(found).toMatchObject({ key: ['a', 'select'], changed: 1, onlyBefore: [], onlyAfter: [] })
    expect(found.columns[0]?.examples[0]).toEqual({ key: { a: '1', select: '2' }, before: '6', after: '7' })
  })
})

describe('keys', () => {
  it('one that the data does not confirm is not used, and it is said why', async () => {
    const found = await compare('values (1, 2), (1, 3)', 'values (1, 2), (null, 3)', { keys: [['column1']] })
    expect(found.key).toBeNull()
    expect(found.notes.join('\n')).toContain(
      'column1 is no key before the change: 1 value comes more than once',
    )
    expect(found.notes.join('\n')).toContain('column1 is no key after the change: null in 1 row')
  })

  it('is found where none is given: a column that is one on both sides', async () => {
    const found = await compare(
      'select i % 2 as half, i as order_id from generate_series(1, 10) i',
      'select 0 as half, i as order_id from generate_series(1, 10) i',
    )
    expect(found).toMatchObject({ key: ['order_id'], changed: 5, columns: [{ name: 'half', rows: 5 }] })
  })
})

describe('columns', () => {
  it('on one side, with other types, with none in common', async () => {
    const found = await compare('select 1::int as id, 2 as old', 'select 1::bigint as id, 3 as new')
    expect(found).toMatchObject({
      sameRows: true,
      onlyBefore: [{ name: 'old' }],
      onlyAfter: [{ name: 'new' }],
      types: [{ name: 'id', before: 'integer', after: 'bigint' }],
    })
    const none = await compare('select 1 as a', 'select 1 as b')
    expect(none).toMatchObject({ sameRows: false, compared: [] })
    expect(none.notes[0]).toContain('No column is on both sides')
  })

  it('two that differ in nothing but case are two', async () => {
    const found = await compare('select 1 as "Id", 2 as id', 'select 3 as id, 1 as "Id"')
    expect(found).toMatchObject({ sameRows: false, compared: ['id', 'Id'] })
  })

  it('new ones that were announced are passed over', async () => {
    const found = await compare('select 1 as a', 'select 1 as a, 2 as b', { added: ['b'] })
    expect(found).toMatchObject({ sameRows: true, onlyAfter: [] })
  })
})

describe('against counting by hand', () => {
  const cell = fc.constantFrom('null', '0', '1', '2')
  const table = fc.array(fc.tuple(cell, cell), { maxLength: 6 })
  const sql = (rows: string[][], as: string) =>
    `select x::${as} as x, y::int as y from (${rows.map(([x, y]) => `select ${x}::int as x, ${y}::int as y`).join(' union all ') || 'select 0 as x, 0 as y where false'}) r`

  it('whole rows, exact and with floats', async () => {
    await fc.assert(
      fc.asyncProperty(table, table, fc.constantFrom('int', 'float8'), async (before, after, as) => {
        const found = await compare(sql(before, as), sql(after, as), { keys: [['y', 'x', 'x']] })
        const rest = after.map(String)
        const gone = before.map(String).filter((row) => {
          const at = rest.indexOf(row)
          if (at >= 0) rest.splice(at, 1)
          return at < 0
        })
        expect(found.sameRows).toBe(gone.length + rest.length === 0)
        if (!found.key && as === 'int')
          expect(found.only).toMatchObject({ before: gone.length, after: rest.length })
      }),
      { numRuns: 40 },
    )
  })
})
