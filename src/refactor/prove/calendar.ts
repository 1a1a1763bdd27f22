/** The claim that a date or a time dimension is one: every row is worked out a second time and compared. */
import { count, list } from '../../core/text.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import {
  DAY_ZERO,
  dayParts,
  isDate,
  MEMBERS,
  memberParts,
  minuteParts,
  nextDay,
  type Parts,
} from '../calendar.ts'
import type { Claim, ClaimProof } from '../types.ts'

export type CalendarClaim = Extract<Claim, { kind: 'calendar' }>

/** More than the days of 200 years. */
const MOST_ROWS = 100_000
const MOST_TOLD = 5

export async function calendarClaim(sandbox: Sandbox, claim: CalendarClaim): Promise<ClaimProof> {
  const { after } = sandbox
  const graph = await after.graph()
  const name = graph.label(claim.node)
  const relation = await after.relationOf(claim.node)
  const [answer] = await sandbox.query([rowsStatement(claim, relation, sandbox.adapter)], MOST_ROWS)
  if (!answer || 'error' in answer)
    throw new Error(`${name} could not be read: ${answer?.error ?? 'no answer'}`)
  const rows = answer.rows.map((row) => asParts(claim, row))
  const covered = await Promise.all(
    claim.covers.map(async (cover) => {
      const read = await after.relationOf(cover.node)
      const [found] = await sandbox.query([
        coverStatement(claim, cover, { relation, read, adapter: sandbox.adapter }),
      ])
      if (!found || 'error' in found)
        throw new Error(`days of ${cover.column} could not be counted: ${found?.error ?? 'no answer'}`)
      const [days = 0, missing = 0] = (found.rows[0] ?? []).map(Number)
      return { place: `${graph.label(cover.node)}.${cover.column}`, days, missing }
    }),
  )
  return judged(claim, rows, covered, name)
}

export type Row = Record<string, string | number | boolean | null>

export function judged(
  claim: CalendarClaim,
  rows: Row[],
  covered: { place: string; days: number; missing: number }[],
  name: string,
): ClaimProof {
  const isDays = claim.of === 'days'
  const key = isDays ? 'date_key' : 'time_key'
  const one = isDays ? 'day' : 'minute'
  const reserved = new Set<unknown>(MEMBERS.map((m) => m.key))
  const known = rows.filter((r) => !reserved.has(r[key])).sort((a, b) => Number(a[key]) - Number(b[key]))
  const expected = isDays ? daysFrom(known, claim) : minutes()
  const like = expected[0] ?? {}
  const members = MEMBERS.map((m) => memberParts(isDays ? dayParts(DAY_ZERO, claim.settings) : like, m))
  const missing = members.filter((m) => rows.filter((r) => r[key] === m[key]).length !== 1)
  const nulls = Object.keys(claim.columns).filter((part) => rows.some((r) => r[part] === null))
  const differ = differing(Object.keys(claim.columns), [
    ...known.map((row, i): [Row, Parts | undefined] => [row, expected[i]]),
    ...members.map((m): [Row, Parts] => [rows.find((r) => r[key] === m[key]) ?? {}, m]),
  ])
  const uncovered = covered.filter((c) => c.missing > 0)
  const wrong = [
    ...(known.length === expected.length && known.length > 0
      ? []
      : [`it has ${count(known.length, one)} for ${count(expected.length, one)}`]),
    ...missing.map(
      (m) => `the member ${m[key]} is there ${rows.filter((r) => r[key] === m[key]).length} times`,
    ),
    ...nulls.map((part) => `${claim.columns[part]} is null`),
    ...differ.slice(0, MOST_TOLD),
    ...uncovered.map(
      (c) => `${count(c.missing, 'day')} of ${c.place} ${c.missing === 1 ? 'is' : 'are'} not in it`,
    ),
  ]
  if (wrong.length > 0)
    return {
      holds: false,
      text: `${name} is no ${isDays ? 'calendar' : 'clock'} yet: ${list(wrong, MOST_TOLD)}`,
      lines: wrong.map((w) => `Not so in ${name}: ${w}.`),
      data: { rows: rows.length, wrong: wrong.length },
    }
  const [first, last] = [known[0], known.at(-1)].map((r) => String(r?.[isDays ? 'date_day' : 'time_label']))
  const all = covered.reduce((n, c) => n + c.days, 0)
  const covering = covered.length === 0 ? '' : `; every day of ${count(covered.length, 'column')} is in it`
  return {
    holds: true,
    text: `${name} has each ${one} from ${first} to ${last} once, ${known.length.toLocaleString('en-US')} and 2 members${covering}`,
    lines: [
      `${name}: ${count(known.length, one)}, ${first} to ${last}, none twice and none missing; ${count(Object.keys(claim.columns).length, 'column')} worked out a second time and compared in all rows, no null.`,
      'Unknown (-1) and Not applicable (-2) are there once each.',
      ...(covered.length > 0
        ? [
            `Days of events: ${list(
              covered.map((c) => `${c.place} ${c.days.toLocaleString('en-US')}`),
              8,
            )}; all of them are in it.`,
          ]
        : []),
    ],
    data: { rows: rows.length, days: known.length, covered: all },
  }
}

/** From the first day of the rows on, as many as there are to the last. */
function daysFrom(known: Row[], { settings }: CalendarClaim): Parts[] {
  const [first, last] = [known[0]?.date_day, known.at(-1)?.date_day]
  if (typeof first !== 'string' || typeof last !== 'string') return []
  const days: Parts[] = []
  for (let day = first; day <= last && days.length < MOST_ROWS; day = nextDay(day))
    days.push(dayParts(day, settings))
  return days
}

function minutes(): Parts[] {
  return Array.from({ length: 24 * 60 }, (_, minute) => minuteParts(minute))
}

/** A line for each part that is not what it should be, with the first row where that is so. */
function differing(parts: string[], pairs: [Row, Parts | undefined][]): string[] {
  return parts.flatMap((part) => {
    const odd = pairs.filter(([row, should]) => should && row[part] !== null && row[part] !== should[part])
    const [first] = odd
    const at = first?.[1]?.date_day ?? first?.[1]?.time_label
    return first
      ? [
          `${part} is ${String(first[0][part])} and not ${String(first[1]?.[part])} on ${String(at)}, and wrong in ${count(odd.length, 'row')}`,
        ]
      : []
  })
}

function rowsStatement({ columns }: CalendarClaim, relation: string, adapter: string): string {
  const { quote, asText } = dialectOf(adapter)
  const read = Object.entries(columns).map(([part, column], i) => {
    const of = isDate(part) ? asText(quote(column)) : quote(column)
    return `${of} as part_${i}`
  })
  return `select ${read.join(', ')} from ${relation}`
}

/** Drivers give numbers as texts where they are wide, and dates with a time. */
function asParts({ columns, of, settings }: CalendarClaim, row: unknown[]): Row {
  const like = of === 'days' ? dayParts(DAY_ZERO, settings) : minuteParts(0)
  return Object.fromEntries(
    Object.keys(columns).map((part, i) => {
      const value = row[i]
      if (value === null || value === undefined) return [part, null]
      if (typeof like[part] === 'number') return [part, Number(value)]
      if (typeof like[part] === 'boolean') return [part, value === true || value === 'true' || value === 't']
      return [part, isDate(part) ? String(value).slice(0, 10) : String(value)]
    }),
  )
}

function coverStatement(
  claim: CalendarClaim,
  { day, from, to }: CalendarClaim['covers'][number],
  { relation, read, adapter }: { relation: string; read: string; adapter: string },
): string {
  const own = dialectOf(adapter).quote(claim.columns.date_day ?? 'date_day')
  const value = `cast(${day} as date)`
  return [
    `select count(*), count(case when c.d is null then 1 end)`,
    `from (select distinct ${value} as d from ${read} where ${value} between cast('${from}' as date) and cast('${to}' as date)) as e`,
    `left join (select ${own} as d from ${relation}) as c on e.d = c.d`,
  ].join(' ')
}
