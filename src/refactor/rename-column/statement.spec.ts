import { beforeAll, describe, expect, test } from 'vitest'
import { applyEdits } from '../../changes/edits.ts'
import { openParser } from '../../project/sql/parse.ts'
import { resolveSql } from '../../project/sql/resolve/index.ts'
import { type Rename, renameInStatement } from './statement.ts'

const TABLES: Record<string, string[]> = {
  trips: ['id', 'fare', 'tip', 'zone_id'],
  zones: ['zone_id', 'name', 'fare'],
}

beforeAll(openParser)

type Options = Partial<Pick<Rename, 'own' | 'keep'>> & { adapter?: string; upstream?: Record<string, string> }

function run(sql: string, options: Options) {
  const adapter = options.adapter ?? 'duckdb'
  const resolved = resolveSql(sql, {
    adapter,
    tableOf: (path) => {
      const id = path.at(-1)?.name.toLowerCase() ?? ''
      return TABLES[id] ? { id, columns: TABLES[id] } : null
    },
  })
  if ('error' in resolved) throw new Error(resolved.error)
  const result = renameInStatement({
    adapter,
    sql,
    resolved,
    upstream: (table, column) => options.upstream?.[`${table}.${column}`] ?? null,
    changes: (table) => Object.keys(options.upstream ?? {}).some((c) => c.startsWith(`${table}.`)),
    own: options.own ?? null,
    keep: options.keep ?? false,
    written: (name) => name,
  })
  return { ...result, sql: applyEdits(sql, result.edits, 'a.sql') }
}

const read = (sql: string, keep = false) => run(sql, { upstream: { 'trips.fare': 'fare_amount' }, keep })

describe('a statement that reads a renamed column', () => {
  test.each([
    ['select id, fare from trips', 'select id, fare_amount from trips', ['fare']],
    [
      'select t.fare * 2 as double from trips t where t.fare > 1',
      'select t.fare_amount * 2 as double from trips t where t.fare_amount > 1',
      [],
    ],
    ['select * from trips', 'select * from trips', ['fare']],
    [
      'with t as (select * from trips) select id, fare as f from t order by fare',
      'with t as (select * from trips) select id, fare_amount as f from t order by fare_amount',
      [],
    ],
    [
      'with t as (select fare from trips), u as (select * from t) select sum(fare) as s from u',
      'with t as (select fare_amount from trips), u as (select * from t) select sum(fare_amount) as s from u',
      [],
    ],
    [
      'select t.fare, z.fare as zone_fare from trips t join zones z using (zone_id)',
      'select t.fare_amount, z.fare as zone_fare from trips t join zones z using (zone_id)',
      ['fare'],
    ],
    [
      'select fare from trips union all select fare from zones',
      'select fare_amount from trips union all select fare from zones',
      ['fare'],
    ],
    [
      'select fare from zones union all select fare from trips',
      'select fare from zones union all select fare_amount from trips',
      [],
    ],
    ['select * exclude (fare) from trips', 'select * exclude (fare_amount) from trips', []],
    [
      'select * replace (fare * 2 as fare) from trips',
      'select * replace (fare_amount * 2 as fare_amount) from trips',
      ['fare'],
    ],
    [
      'select id from trips qualify row_number() over (partition by zone_id order by fare) = 1',
      'select id from trips qualify row_number() over (partition by zone_id order by fare_amount) = 1',
      [],
    ],
    [
      'select \'fare\' as fare_word, "fare" from trips -- fare',
      "select 'fare' as fare_word, fare_amount from trips -- fare",
      ['fare'],
    ],
  ])('%s', (sql, after, outputs) => {
    const result = read(sql)
    expect(result.problems).toEqual([])
    expect(result.sql).toBe(after)
    expect(result.outputs.map((o) => o.from)).toEqual(outputs)
  })

  test('takes a CTE or an alias that is called as the column for what it is', () => {
    const result = read(
      'with fare as (select id, fare from trips) select fare.id, f.fare from fare, fare as f',
    )
    expect(result.problems).toEqual([])
    expect(result.sql).toBe(
      'with fare as (select id, fare_amount from trips) select fare.id, f.fare_amount from fare, fare as f',
    )
  })

  test.each([
    ["select {fare: fare, 'name': 1} as s from trips", 'select {fare: fare_amount'],
    [
      'with s as (select {fare: tip} as o, fare from trips) select o.fare, s.o.fare, s.fare from s',
      'o.fare, s.o.fare, s.fare_amount',
    ],
  ])('tells fields from columns: %s', (sql, part) => {
    const result = read(sql)
    expect(result.problems.map((p) => p.what).join() || result.sql).toContain(part)
  })

  test('keeps its own names where it is told to', () => {
    const result = read('select t.id, t.fare from trips t', true)
    expect(result.sql).toBe('select t.id, t.fare_amount as fare from trips t')
    expect(result.outputs).toEqual([])
  })

  test.each([
    ['select fare from trips join zones using (fare)', 'needs the name on both sides'],
    ['select id from trips natural join zones', 'a natural join'],
    ['select fare, 1 as fare_amount from trips', 'there is a column fare_amount already'],
    ['select * from trips', 'one of a *', true],
    ["select columns('f.*') from trips", 'it cannot be known which columns columns makes'],
    ["select * from trips pivot (count(*) for name in ('a'))", 'it cannot be known which columns * makes'],
    [
      'with j as (select t.fare, z.fare from trips t, zones z) select fare_1 from j',
      'several columns of one query are called fare',
    ],
    ['select to_json(t.*) as j from trips t', 'goes by the names of its columns'],
    ['select to_json(t) as j from trips t', 'it cannot be known which column t is'],
    ['select sum(tip) as fare from trips group by trips.fare having fare > 1', 'it cannot be known which'],
  ] as [string, string, boolean?][])('refuses %s', (sql, why, keep) => {
    expect(
      read(sql, keep)
        .problems.map((p) => p.what)
        .join(),
    ).toContain(why)
  })
})

describe('the statement of the renamed column itself', () => {
  const own = (sql: string) => run(sql, { own: { from: 'fare', to: 'fare_amount' } })
  test.each([
    ['select id, fare from trips', 'select id, fare as fare_amount from trips'],
    ['SELECT id, fare FROM trips', 'SELECT id, fare as fare_amount FROM trips'],
    [
      'select id, tip + 1 as fare from trips order by fare',
      'select id, tip + 1 as fare_amount from trips order by fare_amount',
    ],
    [
      'with s as (select * from zones), r as (select name, fare as fare from s) select * from r where fare > 1',
      'with s as (select * from zones), r as (select name, fare as fare_amount from s) select * from r where fare_amount > 1',
    ],
    [
      'with r(a, fare) as (select id, tip from trips) select * from r',
      'with r(a, fare_amount) as (select id, tip from trips) select * from r',
    ],
    [
      'with r as (select fare from trips) select fare, fare as other from r',
      'with r as (select fare from trips) select fare as fare_amount, fare as other from r',
    ],
    [
      'select fare from trips union all select tip from trips',
      'select fare as fare_amount from trips union all select tip from trips',
    ],
  ])('%s', (sql, after) => {
    const result = own(sql)
    expect(result.problems).toEqual([])
    expect(result.sql).toBe(after)
    expect(result.outputs).toEqual([{ from: 'fare', to: 'fare_amount' }])
  })

  test('refuses a column of a * over another relation', () => {
    expect(own('select * from trips').problems[0]?.what).toContain('write the columns out first')
  })
})
