/** The columns of a date and of a time dimension: what each is, and the SQL that makes it. */
import {
  type CalendarSettings,
  DAY_ZERO,
  dayNames,
  dayParts,
  minuteParts,
  monthNames,
} from '../../../../refactor/calendar.ts'

export type Part = {
  /** In snake case, as `dayParts` and `minuteParts` call it. */
  name: string
  description: string
  /** Over the columns of the steps before, which are called as `col` says. Lines. */
  sql: string
}

/** How a column that is known by its snake case is written in SQL. */
export type Col = (snake: string) => string

export function dateParts(settings: CalendarSettings, col: Col, text: string): Part[] {
  const week = settings.week_starts === 'monday' ? 'days_from_monday' : 'days_from_sunday'
  const day = col('date_day')
  const [year, month, quarter] = [col('year_number'), col('month_of_year'), col('quarter_of_year')]
  const asDate = (jinja: string) => `cast({{ ${jinja} }} as date)`
  const add = (days: string) => asDate(`dbt.dateadd('day', ${quoted(days)}, ${quoted(day)})`)
  const plain = (name: string) => col(name)
  const parts: Record<string, [sql: string, description: string]> = {
    date_key: [
      `${year} * 10000 + ${month} * 100 + ${col('day_of_month')}`,
      'Surrogate key: the day as yyyymmdd; -1 unknown, -2 not applicable. Primary key',
    ],
    date_day: [day, 'The day. Natural key; 1900-01-01 for unknown and 9999-12-31 for not applicable'],
    date_label: [
      joined([asText(year, text), padded(month, text), padded(col('day_of_month'), text)], '-'),
      'The day in words: 2024-02-29',
    ],
    day_of_week: [
      `${col(week)} + 1`,
      `Number of the day in its week, 1 for ${settings.week_starts === 'monday' ? 'Monday' : 'Sunday'}`,
    ],
    day_of_week_name: [caseOf(col('days_from_monday'), dayNames(), 0), 'Name of the day: Monday'],
    day_of_month: [plain('day_of_month'), 'Number of the day in its month'],
    day_of_year: [
      `${asInteger(`{{ dbt.datediff(dbt.date_trunc('year', ${quoted(day)}), ${quoted(day)}, 'day') }}`)} + 1`,
      'Number of the day in its year',
    ],
    is_weekend: [
      `${col('days_from_monday')} > 4`,
      'Whether the day is a Saturday or a Sunday; false for unknown and not applicable',
    ],
    day_type: [
      `case when ${col('days_from_monday')} > 4 then 'Weekend' else 'Weekday' end`,
      'Weekday or Weekend',
    ],
    week_start_date: [
      add(`-${col(week)}`),
      `First day of the week, a ${settings.week_starts === 'monday' ? 'Monday' : 'Sunday'}`,
    ],
    iso_week_of_year: [plain('iso_week_of_year'), 'Number of the week by ISO 8601'],
    iso_year: [
      plain('iso_year'),
      'The year that the ISO week belongs to: at turns of years it may be another one',
    ],
    iso_week_label: [
      joined([asText(col('iso_year'), text), padded(col('iso_week_of_year'), text)], '-W'),
      'The ISO week: 2024-W09',
    ],
    month_of_year: [plain('month_of_year'), 'Number of the month in its year'],
    month_name: [caseOf(month, monthNames(), 1), 'Name of the month: February'],
    month_start_date: [asDate(`dbt.date_trunc('month', ${quoted(day)})`), 'First day of the month'],
    month_end_date: [asDate(`dbt.last_day(${quoted(day)}, 'month')`), 'Last day of the month'],
    year_month: [joined([asText(year, text), padded(month, text)], '-'), 'The month of a year: 2024-02'],
    quarter_of_year: [plain('quarter_of_year'), 'Number of the quarter in its year'],
    year_quarter: [
      joined([asText(year, text), asText(quarter, text)], '-Q'),
      'The quarter of a year: 2024-Q1',
    ],
    year_number: [plain('year_number'), 'The year'],
    ...fiscal(settings, col, text),
  }
  return Object.keys(dayParts(DAY_ZERO, settings)).map((name) => {
    const [sql = '', description = ''] = parts[name] ?? []
    return { name, sql, description }
  })
}

/** What is worked out before, because others are made of it; in steps, each over the one before. */
export function dateSteps(settings: CalendarSettings, col: Col): Part[][] {
  const day = col('date_day')
  const number = col('day_number')
  const thursday = col('iso_thursday')
  const fromSunday = settings.week_starts === 'sunday'
  const part = (name: string, sql: string) => ({ name, sql, description: '' })
  const extracted = (name: string, of: string) => asInteger(`extract(${name} from ${of})`)
  const { fiscal_year_starts: starts } = settings
  return [
    [
      part('date_day', day),
      part('day_number', `{{ dbt.datediff("cast('${DAY_ZERO}' as date)", ${quoted(day)}, 'day') }}`),
    ],
    [
      part('date_day', day),
      part('year_number', extracted('year', day)),
      part('month_of_year', extracted('month', day)),
      part('day_of_month', extracted('day', day)),
      part('days_from_monday', asInteger(`mod(${number}, 7)`)),
      ...(fromSunday ? [part('days_from_sunday', asInteger(`mod(${number} + 1, 7)`))] : []),
      part(
        'iso_thursday',
        `cast({{ dbt.dateadd('day', ${quoted(`3 - mod(${number}, 7)`)}, ${quoted(day)}) }} as date)`,
      ),
    ],
    [
      ...['date_day', 'year_number', 'month_of_year', 'day_of_month', 'days_from_monday']
        .concat(fromSunday ? ['days_from_sunday'] : [])
        .map((name) => part(name, col(name))),
      part('quarter_of_year', asInteger(`floor((${col('month_of_year')} + 2) / 3)`)),
      part('iso_year', extracted('year', thursday)),
      part(
        'iso_week_of_year',
        asInteger(
          `floor({{ dbt.datediff(dbt.date_trunc('year', ${quoted(thursday)}), ${quoted(thursday)}, 'day') }} / 7) + 1`,
        ),
      ),
      ...(starts === 1
        ? []
        : [
            part('fiscal_month_of_year', asInteger(`mod(${col('month_of_year')} + ${12 - starts}, 12) + 1`)),
            part('fiscal_year_number', fiscalYear(settings, col)),
          ]),
    ],
  ]
}

function fiscal(settings: CalendarSettings, col: Col, text: string): Record<string, [string, string]> {
  const { fiscal_year_starts: starts, fiscal_year_named: named } = settings
  if (starts === 1) return {}
  const year = `'FY' || ${asText(col('fiscal_year_number'), text)}`
  const quarter = asInteger(`floor((${col('fiscal_month_of_year')} + 2) / 3)`)
  const begins = monthNames()[starts - 1]
  return {
    fiscal_month_of_year: [
      col('fiscal_month_of_year'),
      `Number of the month in its fiscal year, 1 for ${begins}`,
    ],
    fiscal_quarter_of_year: [quarter, 'Number of the quarter in its fiscal year'],
    fiscal_year_number: [
      col('fiscal_year_number'),
      `The fiscal year, which begins with ${begins} and has the number of the year it ${named === 'end' ? 'ends' : 'starts'} in`,
    ],
    fiscal_year_label: [year, 'The fiscal year: FY2024'],
    fiscal_year_quarter: [
      `${year} || '-Q' || ${asText(quarter, text)}`,
      'The quarter of a fiscal year: FY2024-Q1',
    ],
  }
}

function fiscalYear(
  { fiscal_year_starts: starts, fiscal_year_named: named }: CalendarSettings,
  col: Col,
): string {
  const [month, year] = [col('month_of_year'), col('year_number')]
  return named === 'end'
    ? `case when ${month} >= ${starts} then ${year} + 1 else ${year} end`
    : `case when ${month} < ${starts} then ${year} - 1 else ${year} end`
}

export function timeParts(col: Col, text: string): Part[] {
  const [hour, minute] = [col('hour_of_day'), col('minute_of_hour')]
  const parts: Record<string, [sql: string, description: string]> = {
    time_key: [
      `${hour} * 100 + ${minute}`,
      'Surrogate key: the minute as hhmm, 0 for midnight; -1 unknown, -2 not applicable. Primary key',
    ],
    time_label: [joined([padded(hour, text), padded(minute, text)], ':'), 'The minute: 13:05. Natural key'],
    hour_of_day: [hour, 'Number of the hour, from 0'],
    hour_label: [
      `${padded(hour, text)} || ':00-' || ${padded(hour, text)} || ':59'`,
      'The hour: 13:00-13:59',
    ],
    hour_12: [`mod(${hour} + 11, 12) + 1`, 'Number of the hour in its half of the day, from 1 to 12'],
    am_pm: [`case when ${hour} < 12 then 'AM' else 'PM' end`, 'AM before noon, PM from noon on'],
    minute_of_hour: [minute, 'Number of the minute in its hour, from 0'],
    minute_of_day: [`${hour} * 60 + ${minute}`, 'Number of the minute in its day, from 0'],
    part_of_day: [
      [
        'case',
        `    when ${hour} < 6 then 'Night'`,
        `    when ${hour} < 12 then 'Morning'`,
        `    when ${hour} < 18 then 'Afternoon'`,
        "    else 'Evening'",
        'end',
      ].join('\n'),
      'Night until 5:59, Morning until 11:59, Afternoon until 17:59, Evening',
    ],
  }
  return Object.keys(minuteParts(0)).map((name) => {
    const [sql = '', description = ''] = parts[name] ?? []
    return { name, sql, description }
  })
}

function caseOf(of: string, names: string[], from: number): string {
  return [`case ${of}`, ...names.map((name, i) => `    when ${i + from} then '${name}'`), 'end'].join('\n')
}

function asInteger(sql: string): string {
  return `cast(${sql} as integer)`
}

function asText(sql: string, text: string): string {
  return `cast(${sql} as ${text})`
}

function padded(sql: string, text: string): string {
  return `lpad(${asText(sql, text)}, 2, '0')`
}

function joined(parts: string[], by: string): string {
  return parts.join(` || '${by}' || `)
}

/** As a text of Jinja. */
function quoted(sql: string): string {
  return `'${sql.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
