/** The SQL of a date and a time dimension, as the house writes SQL. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { columnName, importName, keyColumn } from '../../../../project/conventions/names.ts'
import {
  type CalendarSettings,
  DAY_ZERO,
  dayParts,
  FIRST_DAY,
  isDate,
  LAST_DAY,
  MEMBERS,
  memberParts,
  minuteParts,
  type Parts,
} from '../../../../refactor/calendar.ts'
import { asFile, ctes, freeNames, inHouseCase, named, selectLines } from '../../../../refactor/house-sql.ts'
import { writtenName } from '../../../../refactor/written.ts'
import { textType } from '../table/sql.ts'
import { type Col, dateParts, dateSteps, type Part, timeParts } from './columns.ts'

export type CalendarFile = {
  style: HouseStyle
  /** Below the models' folder. */
  folder: string
  /** Said in the model, where the house says it there. */
  materialized: string | null
  adapter: string
}

type Cte = { name: string; lines: string[] }

/** A column that tells of days: the model that has it, the day of it in SQL, and where its days lie if not anywhere. */
export type DayRead = { model: string; day: string; inside: { from: string; to: string } | null }

export type Bounds = { reads: DayRead[]; yearsAhead: number }

/** Every day from the first year that the data has on. */
export function daysSql(bounds: Bounds, file: CalendarFile): string {
  const { style } = file
  const col = writer(file)
  const cte = namerOf(file, bounds.reads[0]?.model ?? '')
  const day = col('date_day')
  const models = [...new Set(bounds.reads.map((r) => r.model))]
  const imports = models.map((model) => ({ model, name: cte(importName(style, file.folder, model), model) }))
  const from = (model: string) =>
    style.importCtes ? (imports.find((i) => i.model === model)?.name ?? '') : `{{ ref('${model}') }}`
  const names = {
    events: cte('event_days', 'days_of_events'),
    bounds: cte('bounds', 'years'),
    digits: cte('digits', 'ten_digits'),
    numbers: cte('numbers', 'day_numbers'),
    days: cte('days', 'all_days'),
  }
  const year = (of: string) => `extract(year from ${of})`
  const limit = (text: string) => `cast('${text}' as date)`
  const places = ['ones', 'tens', 'hundreds', 'thousands', 'ten_thousands']
  const as = (of: string, alias: string) => `${of}${style.tableAs ? ' as ' : ' '}${alias}`
  const number = places.map((p, i) => (i === 0 ? `${p}.digit` : `${10 ** i} * ${p}.digit`)).join(' + ')
  const parts: Cte[] = [
    ...(style.importCtes
      ? imports.map(({ model, name }) => ({ name, lines: [`select * from {{ ref('${model}') }}`] }))
      : []),
    {
      name: names.events,
      lines: bounds.reads.flatMap(({ model, day: value, inside }, i) => [
        ...(i > 0 ? ['union all'] : []),
        `select ${named(style, `cast(${value} as date)`, day)} from ${from(model)}`,
        ...(inside
          ? [`where cast(${value} as date) between ${limit(inside.from)} and ${limit(inside.to)}`]
          : []),
      ]),
    },
    {
      name: names.bounds,
      lines: [
        ...selectLines(
          style,
          [
            named(style, `min(${year(day)})`, 'first_year'),
            named(style, `max(${year(day)}) + ${bounds.yearsAhead}`, 'last_year'),
          ],
          names.events,
        ),
        `where ${day} between ${limit(FIRST_DAY)} and ${limit(LAST_DAY)}`,
      ],
    },
    {
      name: names.digits,
      lines: Array.from(
        { length: 10 },
        (_, i) => `${i === 0 ? '' : 'union all '}select ${named(style, String(i), 'digit')}`,
      ),
    },
    {
      name: names.numbers,
      lines: [
        ...selectLines(style, [named(style, number, 'day_number')], as(names.digits, places[0] ?? '')),
        ...places.slice(1).map((p) => `cross join ${as(names.digits, p)}`),
      ],
    },
    {
      name: names.days,
      lines: selectLines(
        style,
        [
          named(
            style,
            `cast({{ dbt.dateadd('day', 'day_number', "cast('${DAY_ZERO}' as date)") }} as date)`,
            day,
          ),
        ],
        names.numbers,
      ),
    },
  ]
  const last = [
    ...selectLines(style, [day], names.days),
    `cross join ${names.bounds}`,
    `where ${year(day)} between first_year and last_year`,
  ]
  return whole(file, [...ctes(style, parts), '', ...last])
}

/** Each day with what people call it, and the two reserved members. */
export function dateSql(settings: CalendarSettings, reads: string, file: CalendarFile): string {
  const { style, adapter } = file
  const col = writer(file)
  const cte = namerOf(file, reads)
  const text = textType(adapter)
  const read = style.importCtes
    ? cte(importName(style, file.folder, reads), 'source')
    : `{{ ref('${reads}') }}`
  const steps: Cte[] = []
  let from = read
  for (const [i, step] of dateSteps(settings, col).entries()) {
    const name = cte(['numbered_days', 'placed_days', 'counted_days'][i] ?? 'days')
    steps.push({ name, lines: selectLines(style, items(file, step), from) })
    from = name
  }
  const parts = dateParts(settings, col, text)
  return dimension(file, {
    before: [
      ...(style.importCtes ? [{ name: read, lines: [`select * from {{ ref('${reads}') }}`] }] : []),
      ...steps,
    ],
    known: { name: cte('described_days', 'known_days'), lines: selectLines(style, items(file, parts), from) },
    like: dayParts(DAY_ZERO, settings),
    cte,
  })
}

/** Each minute of a day, and the two reserved members. It reads nothing. */
export function timeSql(file: CalendarFile): string {
  const { style, adapter } = file
  const col = writer(file)
  const cte = namerOf(file, '')
  const names = { digits: cte('digits'), hours: cte('hours'), minutes: cte('minutes') }
  const as = (of: string, alias: string) => `${of}${style.tableAs ? ' as ' : ' '}${alias}`
  const numbers = (name: string, column: string, below: number): Cte => ({
    name,
    lines: [
      ...selectLines(
        style,
        [named(style, 'ones.digit + 10 * tens.digit', col(column))],
        as(names.digits, 'ones'),
      ),
      `cross join ${as(names.digits, 'tens')}`,
      `where ones.digit + 10 * tens.digit < ${below}`,
    ],
  })
  const known = selectLines(style, items(file, timeParts(col, textType(adapter))), names.hours)
  return dimension(file, {
    before: [
      {
        name: names.digits,
        lines: Array.from(
          { length: 10 },
          (_, i) => `${i === 0 ? '' : 'union all '}select ${named(style, String(i), 'digit')}`,
        ),
      },
      numbers(names.hours, 'hour_of_day', 24),
      numbers(names.minutes, 'minute_of_hour', 60),
    ],
    known: { name: cte('described_minutes'), lines: [...known, `cross join ${names.minutes}`] },
    like: minuteParts(0),
    cte,
  })
}

type Dimension = { before: Cte[]; known: Cte; like: Parts; cte: (...names: string[]) => string }

function dimension(file: CalendarFile, { before, known, like, cte }: Dimension): string {
  const { style, folder } = file
  const col = writer(file)
  const { lastSelect, lastName } = style.folder(folder)
  const reserved = MEMBERS.map((member, i) => ({
    name: cte(['unknown_member', 'not_applicable_member'][i] ?? 'member'),
    lines: selectLines(
      style,
      Object.entries(memberParts(like, member)).map(([name, value]) =>
        named(style, literal(name, value, file), col(name)),
      ),
      null,
    ),
  }))
  const members: Cte = {
    name: cte('members', 'all_members'),
    lines: [known, ...reserved].flatMap(({ name }, i) => [
      ...(i > 0 ? ['union all'] : []),
      `select * from ${name}`,
    ]),
  }
  const last = selectLines(style, Object.keys(like).map(col), members.name)
  const all = [...before, known, ...reserved, members]
  if (lastSelect === 'columns') return whole(file, [...ctes(style, all), '', ...last])
  const end = cte(lastName || 'final', 'final', 'dimension')
  return whole(file, [...ctes(style, [...all, { name: end, lines: last }]), '', `select * from ${end}`])
}

function literal(name: string, value: Parts[string], { adapter }: CalendarFile): string {
  if (typeof value !== 'string') return String(value)
  return `cast('${value}' as ${isDate(name) ? 'date' : textType(adapter)})`
}

function items({ style, adapter }: CalendarFile, parts: Part[]): string[] {
  const col = writer({ style, adapter })
  return parts.map(({ name, sql }) => named(style, sql.replaceAll('\n    ', `\n${style.indent}`), col(name)))
}

export function writer({ style, adapter }: Pick<CalendarFile, 'style' | 'adapter'>): Col {
  return (snake) => writtenName(storedName(style, snake), adapter)
}

/** What a part is called in the house; its keys end as the house's do. */
export function storedName(style: HouseStyle, part: string): string {
  const of = /^(date|time)_key$/.exec(part)?.[1]
  return of && style.keySuffix !== '' ? keyColumn(style, columnName(style, of)) : columnName(style, part)
}

function namerOf({ style, folder }: CalendarFile, reads: string): (...names: string[]) => string {
  return freeNames(style, style.importCtes ? importName(style, folder, reads) : reads)
}

function whole({ style, materialized }: CalendarFile, lines: string[]): string {
  const config = materialized === null ? [] : [`{{ config(materialized='${materialized}') }}`, '']
  return asFile(style, [...config, ...lines.map((line) => inHouseCase(style, line))])
}
