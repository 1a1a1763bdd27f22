/** Date and time dimensions that the project has, recognised by their rows: a second one is never made. */
import { dialectOf } from '../../../project/profile/sql.ts'
import { dimensionsOf } from '../../../project/stars.ts'
import { FIRST_DAY, LAST_DAY } from '../../../refactor/calendar.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { wordsOf } from '../search/names.ts'
import { withColumns } from '../search/origins.ts'
import type { Origin } from '../types.ts'

export type StandingCalendar = { origin: Origin; column: string; first: string; last: string }
export type StandingClock = { origin: Origin; rows: number }

/** A month of days in a row, or it may be by chance. */
const ENOUGH_DAYS = 28
/** Rows of their own for what is not known, not so, or never. */
const RESERVED_ROWS = 4
const PARTS = new Set('year month quarter week weekday day hour minute fiscal'.split(' '))

type Asking = Pick<RefactorContext, 'graph' | 'dbt'> & { adapter: string; prefix: string }

const MOST_TOLD = 40

/** Each day of a stretch once, in a dimension or in a table that says the parts of a date, with its year. */
export async function standingCalendars(asking: Asking): Promise<StandingCalendar[]> {
  const { quote, asText, windows } = dialectOf(asking.adapter)
  if (!windows) return []
  const pairs = (await mayBe(asking)).flatMap((origin) =>
    origin.columns
      .filter((c) => c.kind === 'date' || c.kind === 'timestamp')
      .map((column) => ({ origin, column: column.name })),
  )
  if (pairs.length === 0) return []
  const answers = await asking.dbt.query(
    pairs.map(({ origin: { relation, columns }, column }) => {
      const day = `cast(${quote(column)} as date)`
      return [
        `select (select count(*) from ${relation}), (select count(distinct ${quote(column)}) from ${relation}),`,
        ...tellYear(columns, column).map(
          (c) =>
            `(select count(*) from ${relation} where ${day} between cast('${FIRST_DAY}' as date) and cast('${LAST_DAY}' as date)` +
            ` and coalesce(${asText(quote(c))}, '') not like '%' || substr(${asText(day)}, 1, 4) || '%'),`,
        ),
        `count(*) as days, ${asText('min(d)')}, ${asText('max(d)')}`,
        'from (select d, d - cast(row_number() over (order by d) as integer) as island',
        `from (select distinct ${day} as d from ${relation}`,
        `where ${day} between cast('${FIRST_DAY}' as date) and cast('${LAST_DAY}' as date)) as every_day) as islands`,
        'group by island order by days desc limit 1',
      ].join(' ')
    }),
    1,
  )
  return pairs.flatMap((pair, i) => {
    const answer = answers[i]
    const [row] = answer && 'rows' in answer ? answer.rows : []
    const others = tellYear(pair.origin.columns, pair.column).length
    const [rows = 0, distinct = 0] = (row ?? []).slice(0, 2).map(Number)
    const withoutYear = (row ?? []).slice(2, 2 + others).map(Number)
    const [days, first, last] = [Number(row?.[2 + others] ?? 0), row?.[3 + others], row?.[4 + others]]
    // A table of other things may have a day of its own in each row: of a calendar it is the day that the rest tells.
    if (pair.origin.columns.length > 2 && !withoutYear.includes(0)) return []
    const isOne = days >= ENOUGH_DAYS && distinct - days <= RESERVED_ROWS && rows - days <= RESERVED_ROWS
    return isOne ? [{ ...pair, first: String(first).slice(0, 10), last: String(last).slice(0, 10) }] : []
  })
}

/** Columns in which the year of the day may stand: in a number, a label, a key like 20250131. */
function tellYear(columns: { name: string }[], day: string): string[] {
  return columns
    .map((c) => c.name)
    .filter((name) => name !== day)
    .slice(0, MOST_TOLD)
}

/** 24 hours with 60 minutes each. */
export async function standingClocks(asking: Asking): Promise<StandingClock[]> {
  const { quote } = dialectOf(asking.adapter)
  const pairs = (await mayBe(asking)).flatMap((origin) => {
    const named = (word: string) =>
      origin.columns.find((c) => c.kind === 'integer' && wordsOf(c.name).includes(word))
    const [hour, minute] = [named('hour'), named('minute')]
    return hour && minute ? [{ origin, hour: quote(hour.name), minute: quote(minute.name) }] : []
  })
  if (pairs.length === 0) return []
  const answers = await asking.dbt.query(
    pairs.map(
      ({ origin, hour, minute }) =>
        `select count(*), count(distinct ${hour}), count(distinct ${minute}) from ${origin.relation} where ${hour} >= 0`,
    ),
    1,
  )
  return pairs.flatMap(({ origin }, i) => {
    const answer = answers[i]
    const [rows, hours, minutes] = (answer && 'rows' in answer ? (answer.rows[0] ?? []) : []).map(Number)
    return rows && hours === 24 && (minutes ?? 0) >= 60 && rows <= 86_400 + RESERVED_ROWS
      ? [{ origin, rows }]
      : []
  })
}

/** Dimensions by their name, and all that names several parts of a date or time. */
async function mayBe({ graph, dbt, prefix }: Asking): Promise<Origin[]> {
  const ids = Object.values(graph.manifest.nodes)
    .filter(
      (n) =>
        ['model', 'seed'].includes(n.resource_type) && graph.isOwn(n.unique_id) && graph.isBuilt(n.unique_id),
    )
    .map((n) => n.unique_id)
  const called = new Set(prefix === '' ? [] : dimensionsOf(graph, prefix).map((n) => n.unique_id))
  const origins = await withColumns({ graph, dbt }, ids)
  return origins.filter((o) => {
    const parts = o.columns.filter((c) => wordsOf(c.name).some((w) => PARTS.has(w)))
    return o.stands && (called.has(o.id) || parts.length >= 3)
  })
}
