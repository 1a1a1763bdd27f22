import { expect, it } from 'vitest'
import { parseConfig } from './load.ts'
import { modelingSchema } from './modeling-schema.ts'

const of = (text: string) => parseConfig(`modeling:\n${text}`, 'martsmith.yml').modeling

it('is the calendar year, and no time zone, where nothing is said', () => {
  expect(modelingSchema.parse({})).toEqual({
    source_time_zone: 'UTC',
    fiscal_year_starts: 1,
    fiscal_year_named: 'end',
    week_starts: 'monday',
  })
})

it('takes a month by its name in any capitals or its number', () => {
  for (const july of ['july', 'July', '7'])
    expect(of(`  fiscal_year_starts: ${july}`).fiscal_year_starts).toBe(7)
  for (const wrong of ['0', '13', 'juli', '1.5', 'true'])
    expect(() => of(`  fiscal_year_starts: ${wrong}`), wrong).toThrow(
      /martsmith.yml:2: modeling.fiscal_year_starts/,
    )
})

it('takes zones of IANA alone, and names the nearest', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'UTC', 'US/Eastern', 'Asia/Kolkata'])
    expect(of(`  time_zone: ${zone}`).time_zone).toBe(zone)
  expect(() => of('  time_zone: Europe/Berln')).toThrow(
    'martsmith.yml:2: modeling.time_zone: "Europe/Berln" is no time zone; did you mean "Europe/Berlin"?',
  )
  expect(() => of('  time_zone: europe/berlin')).toThrow('did you mean "Europe/Berlin"?')
  for (const wrong of ['"+02:00"', 'CEST', '""']) expect(() => of(`  time_zone: ${wrong}`), wrong).toThrow()
})

it('does not take a zone of the data without one of the business', () => {
  expect(() => of('  source_time_zone: Asia/Tokyo')).toThrow(/source_time_zone: says nothing alone/)
  expect(of('  time_zone: Europe/Berlin\n  source_time_zone: Asia/Tokyo').source_time_zone).toBe('Asia/Tokyo')
})

it('names an unknown key and the nearest', () => {
  expect(() => of('  timezone: UTC')).toThrow(
    'martsmith.yml:2: unknown key "timezone" under modeling; did you mean "time_zone"?',
  )
})
