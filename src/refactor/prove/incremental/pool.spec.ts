import { describe, expect, it } from 'vitest'
import { otherValue, type PoolOptions, poolSql } from './pool.ts'

const sqlOf = (type: string, over: Partial<PoolOptions> = {}) =>
  poolSql({
    adapter: 'postgres',
    pool: 'p',
    watermark: { name: 'at', type },
    lookbackDays: 3,
    key: ['id'],
    castable: false,
    ...over,
  })

describe('FACT-4: the rows that are played with', () => {
  it('a time has a window, and can be moved', () => {
    const sql = sqlOf('timestamp without time zone')
    expect(sql.inside).toBe(`"at" > (select max("at") from p) - interval '3 days'`)
    expect(sql.midway).toBe(`(select max("at") from p) - interval '36 hours'`)
    expect(sqlOf('date').later).toBe(`cast((select max("at") from p) + interval '1 day' as date)`)
  })

  it('without a lookback the window is the newest watermark', () => {
    const { inside, outside, midway } = sqlOf('timestamp', { lookbackDays: 0 })
    expect({ inside, outside, midway }).toEqual({
      inside: '"at" = (select max("at") from p)',
      outside: '"at" < (select max("at") from p)',
      midway: null,
    })
  })

  it('days cannot be counted in a number or in a text that is no time', () => {
    expect(sqlOf('bigint')).toMatchObject({
      inside: null,
      outside: null,
      midway: null,
      later: '(select max("at") from p) + 1',
    })
    expect(sqlOf('text')).toMatchObject({ inside: null, later: null })
    expect(sqlOf('text', { castable: true })).toMatchObject({
      by: 'cast("at" as timestamp)',
      later: null,
      midway: null,
    })
    expect(sqlOf('text', { castable: true }).inside).not.toBeNull()
  })

  it('a watermark that names the row stays', () => {
    expect(sqlOf('date', { key: ['shop', 'at'] })).toMatchObject({ later: null, midway: null })
  })

  it('a value is changed to one that is there, so that it keeps its meaning', () => {
    const other = (type: string, different: number) =>
      otherValue('p', { name: 'c', type }, different, 'duckdb')
    expect(other('VARCHAR', 2)).toMatch(/^case when "c" = \(select "c" from p .* desc limit 1\) then/)
    expect([other('VARCHAR', 1), other('VARCHAR', 0), other('JSON', 2)]).toEqual([null, null, null])
    expect([other('INTEGER', 1), other('BOOLEAN', 1)]).toEqual(['"c" + 1', 'not "c"'])
  })
})
