import { expect, it } from 'vitest'
import { dayParts, MEMBERS, memberParts, minuteParts, nextDay } from './calendar.ts'

const plain = { fiscal_year_starts: 1, fiscal_year_named: 'end', week_starts: 'monday' } as const
const july = { ...plain, fiscal_year_starts: 7 }

it('numbers weeks as ISO 8601 does: by the year that has their Thursday', () => {
  const week = (day: string) => dayParts(day, plain).iso_week_label
  expect(
    ['2018-12-31', '2020-12-31', '2021-01-01', '2021-01-03', '2021-01-04', '2023-01-01', '2024-12-30'].map(
      week,
    ),
  ).toEqual(['2019-W01', '2020-W53', '2020-W53', '2020-W53', '2021-W01', '2022-W52', '2025-W01'])
})

it('knows ends of months, leap days, and the first day of a week', () => {
  expect(dayParts('2024-02-29', plain)).toMatchObject({
    month_end_date: '2024-02-29',
    day_of_year: 60,
    week_start_date: '2024-02-26',
    day_of_week: 4,
  })
  const sunday = { ...plain, week_starts: 'sunday' } as const
  expect(dayParts('2024-02-29', sunday)).toMatchObject({ week_start_date: '2024-02-25', day_of_week: 5 })
  expect(dayParts('1900-02-28', plain).month_end_date).toBe('1900-02-28')
})

it('has no fiscal year where that is the calendar year', () => {
  expect(Object.keys(dayParts('2024-06-30', plain)).filter((k) => k.startsWith('fiscal'))).toEqual([])
})

it('names a fiscal year by the year it ends in, or starts in', () => {
  const year = (day: string, named: 'end' | 'start') =>
    dayParts(day, { ...july, fiscal_year_named: named }).fiscal_year_quarter
  expect(['2024-06-30', '2024-07-01', '2024-12-31', '2025-01-01'].map((d) => year(d, 'end'))).toEqual([
    'FY2024-Q4',
    'FY2025-Q1',
    'FY2025-Q2',
    'FY2025-Q3',
  ])
  expect(year('2024-07-01', 'start')).toBe('FY2024-Q1')
  expect(year('2024-06-30', 'start')).toBe('FY2023-Q4')
})

it('leaves nothing null in the members', () => {
  const [unknown, never] = MEMBERS.map((m) => memberParts(dayParts('2024-07-01', july), m))
  expect(unknown).toMatchObject({
    date_key: -1,
    date_day: '1900-01-01',
    month_name: 'Unknown',
    is_weekend: false,
  })
  expect(never).toMatchObject({ date_key: -2, month_end_date: '9999-12-31', fiscal_year_number: -2 })
})

it('says a minute of the day', () => {
  expect(minuteParts(0)).toMatchObject({ time_key: 0, hour_12: 12, am_pm: 'AM', part_of_day: 'Night' })
  expect(minuteParts(805)).toMatchObject({ time_key: 1325, time_label: '13:25', hour_12: 1, am_pm: 'PM' })
})

it('steps over ends of years', () => {
  expect(nextDay('2023-12-31')).toBe('2024-01-01')
  expect(nextDay('2024-02-28')).toBe('2024-02-29')
})
