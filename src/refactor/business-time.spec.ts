import { expect, it } from 'vitest'
import type { HouseStyle } from '../project/conventions/house-style.ts'
import { dateKeySql, localTimeSql } from './business-time.ts'

const style = { keywords: 'lower' } as HouseStyle
const berlin = { time_zone: 'Europe/Berlin', source_time_zone: 'UTC' }

const of = (type: string, zones = berlin, adapter = 'postgres') =>
  localTimeSql('t', { type, zones, style, adapter })

it('takes a time without zone as one of the source, and a time with zone as it is', () => {
  expect(of('timestamp without time zone')).toBe("(t at time zone 'UTC' at time zone 'Europe/Berlin')")
  expect(of('TIMESTAMP')).toBe("(t at time zone 'UTC' at time zone 'Europe/Berlin')")
  expect(of('timestamp with time zone')).toBe("(t at time zone 'Europe/Berlin')")
  expect(of('TIMESTAMPTZ')).toBe("(t at time zone 'Europe/Berlin')")
})

it('leaves dates, and times that are in the zone already', () => {
  expect(of('date')).toBe('t')
  expect(of('timestamp', { time_zone: 'UTC', source_time_zone: 'UTC' })).toBe('t')
  expect(of('timestamptz', { time_zone: 'UTC', source_time_zone: 'UTC' })).toBe("(t at time zone 'UTC')")
})

it('leaves times where no zone is set, and on an adapter whose words are not known', () => {
  expect(
    localTimeSql('t', { type: 'timestamp', zones: { source_time_zone: 'UTC' }, style, adapter: 'duckdb' }),
  ).toBe('t')
  expect(of('timestamp', berlin, 'oracle')).toBe('t')
})

it('makes a whole number of a day', () => {
  expect(dateKeySql('d', style)).toBe(
    'cast(extract(year from d) * 10000 + extract(month from d) * 100 + extract(day from d) as integer)',
  )
})
