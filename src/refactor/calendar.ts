/**
 * What a date and a time dimension say of each day and minute, worked out here a second time: built rows are held
 * against it, and unit tests are written from it. ISO 8601 for weeks.
 */
import type { ModelingConfig } from '../config/modeling-schema.ts'

export type CalendarSettings = Pick<
  ModelingConfig,
  'fiscal_year_starts' | 'fiscal_year_named' | 'week_starts'
>

export type Parts = Record<string, string | number | boolean>

/** Reserved members: what is not known, and what is not so (not yet). Their day is one that no calendar has. */
export const MEMBERS = [
  { key: -1, text: 'Unknown', day: '1900-01-01' },
  { key: -2, text: 'Not applicable', day: '9999-12-31' },
]

/** Days that data may have: outside of it lie slips of the pen and days that stand for nothing. */
export const FIRST_DAY = '1901-01-01'
export const LAST_DAY = '2100-12-31'

/** A Monday. */
export const DAY_ZERO = '1900-01-01'

const DAY = 86_400_000
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

export function monthNames(): string[] {
  return [...MONTHS]
}

/** From Monday on. */
export function dayNames(): string[] {
  return [...DAYS]
}

/** By the names of the columns in snake case. `day` is `2024-02-29`. */
export function dayParts(day: string, settings: CalendarSettings): Parts {
  const at = Date.parse(`${day}T00:00:00Z`)
  const date = new Date(at)
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  const fromMonday = (date.getUTCDay() + 6) % 7
  const inWeek = settings.week_starts === 'monday' ? fromMonday : date.getUTCDay()
  const thursday = new Date(at + (3 - fromMonday) * DAY)
  const isoYear = thursday.getUTCFullYear()
  const isoWeek = Math.floor((thursday.getTime() - Date.UTC(isoYear, 0, 1)) / (7 * DAY)) + 1
  const quarter = Math.floor((month - 1) / 3) + 1
  const isWeekend = fromMonday > 4
  return {
    date_key: year * 10_000 + month * 100 + dayOfMonth,
    date_day: day,
    date_label: day,
    day_of_week: inWeek + 1,
    day_of_week_name: DAYS[fromMonday] ?? '',
    day_of_month: dayOfMonth,
    day_of_year: Math.round((at - Date.UTC(year, 0, 1)) / DAY) + 1,
    is_weekend: isWeekend,
    day_type: isWeekend ? 'Weekend' : 'Weekday',
    week_start_date: iso(at - inWeek * DAY),
    iso_week_of_year: isoWeek,
    iso_year: isoYear,
    iso_week_label: `${isoYear}-W${two(isoWeek)}`,
    month_of_year: month,
    month_name: MONTHS[month - 1] ?? '',
    month_start_date: iso(Date.UTC(year, month - 1, 1)),
    month_end_date: iso(Date.UTC(year, month, 0)),
    year_month: `${year}-${two(month)}`,
    quarter_of_year: quarter,
    year_quarter: `${year}-Q${quarter}`,
    year_number: year,
    ...fiscalParts(year, month, settings),
  }
}

function fiscalParts(year: number, month: number, settings: CalendarSettings): Parts {
  const { fiscal_year_starts: starts, fiscal_year_named } = settings
  if (starts === 1) return {}
  const began = month >= starts ? year : year - 1
  const named = fiscal_year_named === 'end' ? began + 1 : began
  const fiscalMonth = ((month - starts + 12) % 12) + 1
  const quarter = Math.ceil(fiscalMonth / 3)
  return {
    fiscal_month_of_year: fiscalMonth,
    fiscal_quarter_of_year: quarter,
    fiscal_year_number: named,
    fiscal_year_label: `FY${named}`,
    fiscal_year_quarter: `FY${named}-Q${quarter}`,
  }
}

/** `minute` of the day, from 0. */
export function minuteParts(minuteOfDay: number): Parts {
  const [hour, minute] = [Math.floor(minuteOfDay / 60), minuteOfDay % 60]
  return {
    time_key: hour * 100 + minute,
    time_label: `${two(hour)}:${two(minute)}`,
    hour_of_day: hour,
    hour_label: `${two(hour)}:00-${two(hour)}:59`,
    hour_12: hour % 12 === 0 ? 12 : hour % 12,
    am_pm: hour < 12 ? 'AM' : 'PM',
    minute_of_hour: minute,
    minute_of_day: minuteOfDay,
    part_of_day: ['Night', 'Morning', 'Afternoon', 'Evening'][Math.floor(hour / 6)] ?? '',
  }
}

/** The row of a reserved member; nothing in it is null, and flags are false. */
export function memberParts(like: Parts, { key, text, day }: (typeof MEMBERS)[number]): Parts {
  const of = (name: string, value: Parts[string]) => {
    if (typeof value === 'number') return key
    if (typeof value === 'boolean') return false
    return isDate(name) ? day : text
  }
  return Object.fromEntries(Object.entries(like).map(([name, value]) => [name, of(name, value)]))
}

/** Whether a part is a date, as its name says. */
export function isDate(part: string): boolean {
  return part === 'date_day' || part.endsWith('_date')
}

export function nextDay(day: string): string {
  return iso(Date.parse(`${day}T00:00:00Z`) + DAY)
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
