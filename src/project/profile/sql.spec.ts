import { describe, expect, it } from 'vitest'
import { dialectOf, histogramExpressions, kindOf } from './sql.ts'

describe('the kind of a column', () => {
  it.each([
    ['BIGINT', 'integer'],
    ['UTINYINT', 'integer'],
    ['HUGEINT', 'integer'],
    ['int4', 'integer'],
    ['INT64', 'integer'],
    ['DECIMAL(10,2)', 'number'],
    ['double precision', 'number'],
    ['character varying(256)', 'text'],
    ['STRING', 'text'],
    ['uuid', 'text'],
    ['date', 'date'],
    ['DATETIME', 'timestamp'],
    ['timestamp with time zone', 'timestamp'],
    ['BOOLEAN', 'boolean'],
    ['INTEGER[]', 'other'],
    ['STRUCT(a INTEGER)', 'other'],
    ['INTERVAL', 'other'],
    ['point', 'other'],
    ['int4range', 'other'],
    ['jsonb', 'other'],
    ['BLOB', 'other'],
  ])('%s is %s', (type, kind) => {
    expect(kindOf(type)).toBe(kind)
  })
})

describe('histograms', () => {
  const of = (kind: 'integer' | 'timestamp' | 'date' | 'text', type: string, min: string, max: string) =>
    histogramExpressions({ name: 'a "b"', type, kind, min, max }, 2, dialectOf('duckdb'))

  it('cut the range in parts of equal width, whole numbers in whole ones, and are open at both ends', () => {
    expect(of('integer', 'INTEGER', '0', '10')).toEqual([
      'count(case when "a ""b""" < 6 then 1 end)',
      'count(case when "a ""b""" >= 6 then 1 end)',
    ])
  })

  it('write times as the warehouse reads them, with the zone where the column has one', () => {
    const [first] = of('timestamp', 'TIMESTAMP', '2024-01-01 00:00:00', '2024-01-03 00:00:00') ?? []
    expect(first).toContain("< cast('2024-01-02 00:00:00.000' as timestamp)")
    const [day] = of('date', 'DATE', '2024-01-01', '2024-01-03') ?? []
    expect(day).toContain("< cast('2024-01-02' as date)")
    const [zoned] =
      of('timestamp', 'timestamptz', '2024-01-01 00:00:00+02:00', '2024-01-03 00:00:00+02:00') ?? []
    expect(zoned).toContain("< cast('2024-01-01 22:00:00.000+00' as timestamp with time zone)")
  })

  it('are not made of one value, of text, or of what cannot be read', () => {
    expect(of('integer', 'INTEGER', '3', '3')).toBeNull()
    expect(of('text', 'TEXT', 'a', 'b')).toBeNull()
    expect(of('timestamp', 'TIMESTAMP', '2024-01-01 00:00:00', 'infinity')).toBeNull()
    expect(of('timestamp', 'TIMESTAMP', '0044-03-15 00:00:00 BC', '2024-01-01 00:00:00')).toBeNull()
    expect(of('timestamp', 'TIMESTAMP', '2024-01-01 00:00:00', '9999-12-31 23:59:59.999999')).toHaveLength(2)
    expect(of('integer', 'BIGINT', '9223372036854774807', '9223372036854775807')?.[0]).toContain(
      '< 9223372036854775308',
    )
  })
})
