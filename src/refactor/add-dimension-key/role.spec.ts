import { expect, it } from 'vitest'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { keyName } from './role.ts'

const of = (column: string, key: string, natural: string, more = {}) =>
  keyName({ columnNames: 'snake_case' } as HouseStyle, {
    role: null,
    column,
    key,
    natural,
    isCalendar: false,
    ...more,
  })

it('names a key by the role that the column tells', () => {
  expect(of('dropoff_zone', 'zone_key', 'zone_name')).toBe('dropoff_zone_key')
  expect(of('ship_to_customer_id', 'customer_key', 'customer_id')).toBe('ship_to_customer_key')
  expect(of('customer_id', 'customer_key', 'customer_id')).toBe('customer_key')
  expect(of('place', 'town_hk', 'town_name')).toBe('place_town_hk')
  expect(of('zone_id', 'zone_key', 'zone_name')).toBe('zone_key')
})

it('names the key of a day without the words for time', () => {
  expect(of('ordered_at', 'date_key', 'date_day', { isCalendar: true })).toBe('ordered_date_key')
  expect(of('order_date', 'date_key', 'date_day', { isCalendar: true })).toBe('order_date_key')
  expect(of('date', 'date_key', 'date_day', { isCalendar: true })).toBe('date_key')
})

it('takes the role that is said, and writes it as the house writes', () => {
  expect(of('place', 'town_hk', 'town_name', { role: 'scanned' })).toBe('scanned_town_hk')
  expect(of('DROP_ZONE', 'ZONE_KEY', 'ZONE_NAME')).toBe('DROP_ZONE_KEY')
  const camel = { columnNames: 'camelCase' } as HouseStyle
  expect(
    keyName(camel, {
      role: null,
      column: 'dropoffZone',
      key: 'zoneKey',
      natural: 'zoneName',
      isCalendar: false,
    }),
  ).toBe('dropoffZoneKey')
})
