/** Which periods the rows of a table are of, and how far ahead parts are made. */
import { type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import type { Bounds } from '../order/change.ts'
import type { Interval } from '../requests/ask.ts'
import { periodSaid } from '../requests/parts-said.ts'
import type { World } from '../types.ts'

type Range = Extract<Bounds, { kind: 'range' }>
type Periods = { bounds: Range[]; told: string; later: (rest: string) => string[] }

/** Each is looked at by every plan, and on some servers is a file of its own. */
const MOST_PARTS = 500

const iso = (time: number) => new Date(time).toISOString().slice(0, 10)

/** The first day of the period in which a day lies. */
export function beginOf(day: string, interval: Interval): string {
  const date = new Date(`${day}T00:00:00Z`)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (interval === 'day') return day
  // Weeks begin on Monday.
  if (interval === 'week') return iso(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000)
  const first = interval === 'year' ? 0 : interval === 'quarter' ? month - (month % 3) : month
  return iso(Date.UTC(year, first))
}

export function nextOf(day: string, interval: Interval): string {
  const date = new Date(`${day}T00:00:00Z`)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (interval === 'day' || interval === 'week')
    return iso(date.getTime() + (interval === 'day' ? 1 : 7) * 86_400_000)
  return iso(Date.UTC(year, month + (interval === 'year' ? 12 : interval === 'quarter' ? 3 : 1)))
}

/** From that of the oldest row to some ahead of today, and of the newest row. */
export async function periodsFor(
  table: Table,
  column: string,
  interval: Interval,
  world: World,
): Promise<Periods> {
  const { db } = world
  const where = tableWords(table)
  const name = db.quote(column)
  const text = (sql: string) =>
    db.server.family === 'postgres' ? `to_char(${sql}, 'YYYY-MM-DD')` : `date_format(${sql}, '%Y-%m-%d')`
  const [row] = await db.query(
    `select ${text(`min(${name})`)} as oldest, ${text(`max(${name})`)} as newest, ${text('current_date')} as today from ${tableSql(db, table)}`,
  )
  const today = String(row?.today)
  const [oldest, newest] = [String(row?.oldest ?? today), String(row?.newest ?? today)]
  if (!/^\d{4}-\d\d-\d\d$/.test(oldest) || !/^\d{4}-\d\d-\d\d$/.test(newest))
    throw tooMany(`${where}.${column} holds what is no day of the calendar (${oldest}, ${newest})`, table)
  const ahead = Number(
    await world.choose(
      'ahead',
      `Nobody makes the next part of ${where} by itself. For how many ${interval}s ahead of today are parts made now?`,
      [
        { id: '3', label: `3 ${interval}s ahead` },
        { id: '12', label: `12 ${interval}s ahead` },
        { id: '36', label: `36 ${interval}s ahead` },
      ],
    ),
  )
  let end = beginOf(today, interval)
  for (let i = 0; i <= ahead; i += 1) end = nextOf(end, interval)
  // A row of a far future is no reason for parts until then.
  const bounds: Range[] = []
  const [first = today] = [oldest, today].sort()
  for (let from = beginOf(first, interval); from < end; ) {
    const to = nextOf(from, interval)
    bounds.push({ kind: 'range', from, to })
    from = to
    if (bounds.length > MOST_PARTS)
      throw tooMany(
        `From ${oldest} on, ${where} would lie in more than ${MOST_PARTS} parts by ${interval}`,
        table,
      )
  }
  const last = bounds.at(-1)?.to ?? end
  return {
    bounds,
    told: `${count(bounds.length, 'part')}, from ${bounds[0]?.from} to ${last}: the oldest row is of ${oldest}, the newest of ${newest}, and parts are made ${ahead} ${interval}s ahead.${zoneWords(table, column)}`,
    later: (rest) => [
      `Let a job of devops-lead add the next part before ${last}: martsmith db "add a partition for ${periodSaid(last, nextOf(last, interval))} to ${table.name}". Until it does, rows go to ${rest}, from which each new part has to take them.`,
      `The oldest row was looked for here: where production has older ones, they go to ${db.server.family === 'postgres' ? `${rest}, and stay there` : `the first part`}.`,
    ],
  }
}

function zoneWords(table: Table, column: string): string {
  const type = table.columns.find((c) => c.name === column)?.type ?? ''
  return /with time zone|^timestamp(?!.*without)/i.test(type)
    ? ' A part begins at midnight of the time zone of the session that makes it.'
    : ''
}

function tooMany(what: string, table: Table): MartsmithError {
  return new MartsmithError({
    code: 'database.parts',
    message: `${what}.`,
    mend: [
      `Say a longer interval: martsmith db "partition ${table.name} by year on <column>", or correct those rows.`,
    ],
    exitCode: 1,
  })
}
