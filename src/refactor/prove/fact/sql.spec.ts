import { describe, expect, it } from 'vitest'
import { answered, type FactClaim, factStatement, originStatement } from './sql.ts'

const claim: FactClaim = {
  kind: 'fact',
  node: 'f',
  key: null,
  grain: ['Größe "x"'],
  foreignKeys: [
    { column: 'a', role: null, dimension: 'd', dimensionKey: 'k', unknown: [{ column: 'n', value: "it's" }] },
    { column: 'b', role: null, dimension: null, dimensionKey: null, unknown: [] },
  ],
  origin: 'o',
  where: 'x > 1 -- small ones',
  distinct: null,
  latest: null,
  measures: [
    { column: 'fare', from: 'y * 2', additivity: 'additive' },
    { column: 'note', from: 'z', additivity: 'additive' },
  ],
}
const numbers = new Set(['fare'])

describe('the statements of a fact', () => {
  it('one over the fact: names and words are quoted, each dimension is read once by its key', () => {
    const { statement, cells } = factStatement(claim, numbers, {
      fact: 'f',
      dimensions: ['d', null],
      adapter: 'duckdb',
    })
    expect(statement).toContain('group by "Größe ""x"""')
    expect(statement).toContain(`"n" = 'it''s'`)
    expect(statement.match(/left join/g)).toHaveLength(1)
    expect(Object.keys(cells)).toEqual([
      'rows',
      'grain',
      'null Größe "x"',
      'null a',
      'none 0',
      'many 0',
      'unknown 0',
      'null b',
      'values 0',
      'total 0',
      'moved 0',
      'type 0',
      'values 1',
    ])
  })

  it('one over the origin, read once; a comment in what was written ends with its line', () => {
    const { statement } = originStatement(claim, numbers, { origin: 'o', adapter: 'postgres' })
    expect(statement.match(/from o\b/g)).toHaveLength(1)
    expect(statement).toContain('case when (x > 1 -- small ones\n) then (y * 2\n) end')
    expect(statement).toContain('as numeric)) as varchar)')
  })

  it('equal rows are one, by the latest where that is said', () => {
    const equal = { ...claim, distinct: ['id'] }
    expect(originStatement(equal, numbers, { origin: 'o', adapter: 'duckdb' }).statement).toContain(
      'select distinct "id", (y * 2\n) as measure_0',
    )
    expect(
      originStatement({ ...equal, latest: 'at' }, numbers, { origin: 'o', adapter: 'duckdb' }).statement,
    ).toContain('partition by "id" order by case when "at" is null then 1 else 0 end, "at" desc')
  })

  it('answers go by name', () => {
    expect(answered({ rows: 'count(*)', total: 'sum(x)' }, [3, null])).toEqual({ rows: '3', total: null })
  })
})
