/** The dates and times of the project: which days they have, year by year, and which of them stand for nothing. */
import type { ModelingConfig } from '../../../config/modeling-schema.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { localTimeSql } from '../../../refactor/business-time.ts'
import { FIRST_DAY, LAST_DAY, nextDay } from '../../../refactor/calendar.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Origin, OriginColumn } from '../types.ts'

/** Years with days of one column. `days`: all of them lie on one day. */
export type Year = { year: number; rows: number; first: string; last: string }

export type DayColumn = {
  origin: Origin
  column: OriginColumn
  /** The day of it for the business, over the column as SQL writes it. */
  day: string
  /** Sorted, those that are taken for days of the business. */
  years: Year[]
  /** Days that stand for nothing, or are slips of the pen: 1900-01-01, 9999-12-31, 3019-05-01. */
  outliers: Year[]
  /** Between these its own days lie, and none of the others. */
  from: string
  to: string
}

type Looking = Pick<RefactorContext, 'dbt'> & {
  adapter: string
  style: HouseStyle
  zones: Pick<ModelingConfig, 'time_zone' | 'source_time_zone'>
  write: (name: string) => string
}

/** Years apart from all others by more than this are looked at twice. */
const GAP = 10
const FEW = 0.01

/** One statement for each relation. Those that could not be read are named. */
export async function dayColumns(
  looking: Looking,
  origins: { origin: Origin; columns: OriginColumn[] }[],
): Promise<{ days: DayColumn[]; unread: string[] }> {
  const asked = origins.filter((o) => o.origin.stands && o.columns.length > 0)
  const answers = await looking.dbt.query(
    asked.map((o) => yearsStatement(looking, o.origin, o.columns)),
    100_000,
  )
  const days = asked.flatMap(({ origin, columns }, i) => {
    const answer = answers[i]
    if (!answer || 'error' in answer) return []
    return columns.flatMap((column, n): DayColumn[] => {
      const years = answer.rows.filter((row) => Number(row[0]) === n).map(yearOf)
      const told = parted(years)
      return told.years.length === 0 && told.outliers.length === 0
        ? []
        : [{ origin, column, day: dayOf(looking, column), ...told }]
    })
  })
  const unread = [
    ...origins.filter((o) => o.columns.length > 0 && !o.origin.stands).map((o) => o.origin.label),
    ...asked.filter((_, i) => 'error' in (answers[i] ?? { error: '' })).map((o) => o.origin.label),
  ]
  return { days, unread }
}

function dayOf({ zones, style, adapter, write }: Looking, { name, type }: OriginColumn): string {
  return localTimeSql(write(name), { type, zones, style, adapter })
}

function yearsStatement(looking: Looking, { relation }: Origin, columns: OriginColumn[]): string {
  const { asText } = dialectOf(looking.adapter)
  const quote = dialectOf(looking.adapter).quote
  return columns
    .map((column, i) => {
      const day = localTimeSql(quote(column.name), { ...looking, type: column.type })
      const inside = `d between cast('${FIRST_DAY}' as date) and cast('${LAST_DAY}' as date)`
      return [
        `select ${i} as column_no, y, count(*) as row_count, ${asText('min(d)')} as first_day, ${asText('max(d)')} as last_day`,
        `from (select d, case when ${inside} then extract(year from d) end as y from`,
        `(select cast(${day} as date) as d from ${relation} where ${quote(column.name)} is not null) as days) as dated`,
        'group by y',
      ].join(' ')
    })
    .join('\nunion all\n')
}

/** A year of null: outside of what days can be. */
function yearOf(row: unknown[]): Year {
  return {
    year: row[1] === null ? Number.NaN : Number(row[1]),
    rows: Number(row[2]),
    first: String(row[3]).slice(0, 10),
    last: String(row[4]).slice(0, 10),
  }
}

/** Years far from where most rows are, with few rows or a single day, are none of the business. */
export function parted(all: Year[]): Pick<DayColumn, 'years' | 'outliers' | 'from' | 'to'> {
  const known = all.filter((y) => !Number.isNaN(y.year)).sort((a, b) => a.year - b.year)
  const groups: Year[][] = []
  for (const year of known) {
    const last = groups.at(-1)?.at(-1)
    if (last && year.year - last.year <= GAP) groups.at(-1)?.push(year)
    else groups.push([year])
  }
  const rowsOf = (years: Year[]) => years.reduce((n, y) => n + y.rows, 0)
  const most = Math.max(0, ...groups.map(rowsOf))
  const main = groups.find((g) => rowsOf(g) === most)
  const isOdd = (group: Year[]) =>
    (group.length === 1 && group[0]?.first === group[0]?.last && isReserved(group[0]?.first ?? '')) ||
    (group !== main && (rowsOf(group) < rowsOf(known) * FEW || group.every((y) => y.first === y.last)))
  const odd = groups.filter(isOdd).flat()
  const years = known.filter((y) => !odd.includes(y))
  const [first, last] = [years[0]?.year ?? 0, years.at(-1)?.year ?? 0]
  const before = odd.filter((y) => y.year < first).at(-1)
  const after = odd.find((y) => y.year > last)
  return {
    years,
    outliers: [...all.filter((y) => Number.isNaN(y.year)), ...odd],
    from: before ? nextDay(before.last) : FIRST_DAY,
    to: after ? previousDay(after.first) : LAST_DAY,
  }
}

/** First and last days of years are what people write for "not known" and "never". */
function isReserved(day: string): boolean {
  return /^(1900|1970|1753|1899)-|^(2099|2999|9999)-/.test(day) && /-(01-01|12-3[01])$/.test(day)
}

function previousDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}

export function firstDayOf({ years }: Pick<DayColumn, 'years'>): string {
  return years[0]?.first ?? ''
}

export function lastDayOf({ years }: Pick<DayColumn, 'years'>): string {
  return years.at(-1)?.last ?? ''
}
