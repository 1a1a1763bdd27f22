import { beforeAll, describe, expect, it } from 'vitest'
import { identifierOf, sameStatement, withOf } from './ctes.ts'
import { openParser } from './parse.ts'

beforeAll(openParser)

const shown = (sql: string, adapter = 'duckdb') => {
  const found = withOf(sql, adapter)
  return found?.ctes.map((c) => ({
    name: c.name,
    body: sql.slice(c.body.start, c.body.end).trim(),
    reads: [...c.reads].map((i) => found.ctes[i]?.name),
  }))
}

describe('the WITH of a statement', () => {
  it('is taken apart into names and bodies, with who reads whom', () => {
    const sql = `with -- é
      a as (select ')' as x /* ) */ from t), -- of a
      "B c"(n, m) as materialized (select x, 1 from a where x in (select x from other.a))
      select * from "B c" as b`
    expect(shown(sql)).toEqual([
      { name: 'a', body: "select ')' as x /* ) */ from t", reads: [] },
      { name: 'B c', body: expect.stringContaining('other.a'), reads: ['a'] },
    ])
    const found = withOf(sql, 'duckdb')
    expect([...(found?.readByRest ?? [])]).toEqual([1])
    expect(sql.slice(found?.rest).startsWith('select * from "B c"')).toBe(true)
    expect(found?.ctes[1]?.columns && sql.slice(found.ctes[1].columns.start, found.ctes[1].columns.end)).toBe(
      '(n, m)',
    )
  })

  it('knows a recursive one, and names as the engine tells them apart', () => {
    const sql = 'with recursive t(n) as (select 1 union all select n + 1 from T where n < 3) select * from t'
    expect(shown(sql)?.[0]?.reads).toEqual(['t'])
    expect(withOf(sql, 'postgres')?.recursive).toBe(true)
    expect(shown('with "A" as (select 1), b as (select * from a) select 1', 'postgres')?.[1]?.reads).toEqual(
      [],
    )
  })

  it('does not take the columns of a relation for the relation', () => {
    const sql = 'with a as (select 1 as x), b as (select a.*, a.x from s.t as a) select b.* from b'
    expect(shown(sql)?.[1]?.reads).toEqual([])
  })

  it('is none where the statement begins with something else, or is not readable', () => {
    expect(withOf('select 1', 'duckdb')).toBeNull()
    expect(withOf('with a as (select 1', 'duckdb')).toBeNull()
  })
})

describe('statements and names', () => {
  it('are compared word by word', () => {
    expect(sameStatement('select  1 -- x\n', 'select 1', 'duckdb')).toBe(true)
    expect(sameStatement("select 'a b'", "select 'a  b'", 'duckdb')).toBe(false)
  })

  it('are read with their quotes', () => {
    expect(identifierOf('"a""b"')).toEqual({ name: 'a"b', quoted: true })
    expect(identifierOf('a')).toEqual({ name: 'a' })
  })
})
