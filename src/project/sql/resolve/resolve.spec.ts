/** What names mean where engines differ; what one warehouse can be asked is in test/contracts/lineage. */
import { beforeAll, describe, expect, test } from 'vitest'
import { originsOf } from '../../lineage/origins.ts'
import { openParser } from '../parse.ts'
import { resolveSql } from './index.ts'

const TABLES: Record<string, string[]> = { t: ['id', 'a', 'b', 's', 'arr', 'j'], u: ['id', 'a', 'c'] }

beforeAll(openParser)

function origins(adapter: string, sql: string) {
  const cased = (name: string) => (adapter === 'snowflake' ? name.toUpperCase() : name)
  const resolved = resolveSql(sql, {
    adapter,
    tableOf: (path) => {
      const id = path.map((part) => part.name.toLowerCase()).join('.')
      const columns = TABLES[id]?.map(cased)
      return columns ? { id, columns } : null
    },
  })
  if ('error' in resolved) throw new Error(resolved.error)
  const { outputs, rows, open, rowsUnknown } = originsOf(resolved)
  const names = (refs: { table: string; column: string }[]) =>
    [...new Set(refs.map((r) => `${r.table}.${r.column}`.toLowerCase()))].sort()
  return {
    outputs: Object.fromEntries(outputs.map((o) => [o.name, names(o.value)])),
    rows: names(rows),
    unknown: [...open, ...rowsUnknown, ...outputs.flatMap((o) => o.unknown)].length > 0,
  }
}

describe('a name that an output and a column have', () => {
  const ORDERED = 'select b as a from t order by -a'
  test.each([
    ['postgres', 'select b as a from t order by a', ['t.b'], false],
    ['postgres', ORDERED, ['t.a'], false],
    ['duckdb', ORDERED, ['t.a'], false],
    ['bigquery', ORDERED, ['t.a', 't.b'], true],
    ['postgres', 'select lower(s) as a from t group by a', ['t.a'], false],
    ['bigquery', 'select lower(s) as a from t group by a', ['t.a', 't.s'], true],
    ['postgres', 'select sum(b) as a from t group by t.a having a > 1', ['t.a'], false],
    ['snowflake', 'select sum(a) as a from t having sum(a) > 1', ['t.a'], false],
    ['duckdb', 'select sum(b) as a from t group by t.a having a > 1', ['t.a', 't.b'], true],
  ])('%s: %s', (adapter, sql, rows, unknown) => {
    expect(origins(adapter, sql)).toMatchObject({ rows, unknown })
  })
})

describe('each engine has words of its own', () => {
  test.each<[string, string, Record<string, string[]>]>([
    ['snowflake', 'select j:x.y::string as y, "A" from t', { Y: ['t.j'], A: ['t.a'] }],
    ['snowflake', 'select f.value:id as i from t, lateral flatten(input => t.arr) f', { I: ['t.arr'] }],
    ['bigquery', 'select x from t, unnest(arr) as x', { x: ['t.arr'] }],
    ['bigquery', 'select x.k from t, t.arr as x', { k: ['t.arr'] }],
    ['redshift', 'select x from t, t.arr as x', { x: ['t.arr'] }],
    ['bigquery', 'select * except (arr, j, s, b) from `t`', { id: ['t.id'], a: ['t.a'] }],
    ['databricks', 'select k, v from t lateral view explode(j) e as k, v', { k: ['t.j'], v: ['t.j'] }],
    ['databricks', 'select id from t left semi join u on t.id = u.id', { id: ['t.id'] }],
    [
      'postgres',
      'select v, n from t, unnest(t.arr) with ordinality as x(v, n)',
      { v: ['t.arr'], n: ['t.arr'] },
    ],
    ['postgres', "select j ->> 'k' as k, array(select c from u) as l from t", { k: ['t.j'], l: ['u.c'] }],
    ['postgres', 'select x.k from t as x(k)', { k: ['t.id'] }],
  ])('%s: %s', (adapter, sql, outputs) => {
    expect(origins(adapter, sql)).toMatchObject({ outputs, unknown: false })
  })

  test.each([
    ['databricks', 'select inline(arr) from t'],
    ['databricks', 'select stack(2, a, b) as (x) from t'],
    ['bigquery', 'select c.* from (select struct(a, b) as c from t)'],
    ['postgres', 'select "A" from t'],
    ['snowflake', 'select "a" from t'],
  ])('%s does not say which columns there are: %s', (adapter, sql) => {
    expect(origins(adapter, sql).unknown).toBe(true)
  })
})
