/** Recommends a date or a time dimension: which days the data has, who will use it, and whether one stands. */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { columnName, keyColumn } from '../../../project/conventions/names.ts'
import { openParser } from '../../../project/sql/parse.ts'
import { convertsTimeZones } from '../../../refactor/business-time.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { writtenName } from '../../../refactor/written.ts'
import { asStaged } from '../casts/staged.ts'
import { isBeginning, isLoading, roleOfTime } from '../fact/names.ts'
import { fromNamed } from '../search/from.ts'
import { originsOf } from '../search/origins.ts'
import type { Candidate, Origin, OriginColumn, Wanted } from '../types.ts'
import { calledLike } from './conformed.ts'
import { type DayColumn, dayColumns, firstDayOf, lastDayOf } from './days.ts'
import { readOf, refused } from './found.ts'
import { type StandingCalendar, standingCalendars, standingClocks } from './standing-calendar.ts'
import type { CalendarRecommendation, ClockRecommendation, Recommendation } from './types.ts'

const DATE = /^((the|a) )?(date|day|calendar|calendar date|calendar day)s?( dimension)?$/i
const TIME = /^((the|a) )?(time|time of day|time of the day|clock|minute)s?( dimension)?$/i
const LEVEL = /^(week|month|quarter|year|fiscal year|hour|weekday)s?$/i

/** So many columns tell which days there are; more would be read for nothing. */
const MOST_READ = 8
/** For plans and due dates, and so that a fiscal year that begins within them is whole. */
const YEARS_AHEAD = 2
/** A column that begins so long before all others is no event: a birthday stays a date where it is. */
const LONG_BEFORE = 20

export function calendarAsked(subject: string): 'date' | 'time' | 'level' | null {
  const said = subject.trim().replace(/[\s_]+/g, ' ')
  if (DATE.test(said)) return 'date'
  if (TIME.test(said)) return 'time'
  return LEVEL.test(said) ? 'level' : null
}

type Asked = { context: RefactorContext; style: HouseStyle; wanted: Wanted; origins: Origin[] | null }

/** Null where something else is asked for; `--from` may name what is called like a calendar and is none. */
export async function calendarFor(
  context: RefactorContext,
  style: HouseStyle,
  wanted: Wanted,
): Promise<Recommendation | null> {
  const asked = calendarAsked(wanted.subject)
  if (asked === null) return null
  const from =
    wanted.from === null ? null : await fromNamed(context, wanted.from, { wanted, kind: 'dimension' })
  const times = from ? timesIn(await staged(context, from)) : null
  if (times?.columns.length === 0) return null
  if (asked === 'level') {
    if (from) return null
    throw refused(
      wanted.subject,
      'it is a part of days or times of day: an attribute of the date or the time dimension',
      [
        'martsmith dimension date   has weeks, months, quarters and years',
        'martsmith dimension time   has hours and parts of the day',
      ],
    )
  }
  const origins = times ? [times] : null
  return asked === 'date'
    ? recommendCalendar({ context, style, wanted, origins })
    : recommendClock({ context, style, wanted, origins })
}

/** What it names in a source that no staging model reads is what that will be there. */
async function staged(
  context: RefactorContext,
  { origin, column }: Pick<Candidate, 'origin' | 'column'>,
): Promise<Pick<Candidate, 'origin' | 'column'>> {
  const as = await asStaged({ ...context, adapter: (await context.dbt.target()).type }, origin)
  return { origin: as, column: column && (as.columns.find((c) => c.name === column.name) ?? column) }
}

/** The dates and times of what `--from` names: those of a table, or that column. */
function timesIn({ origin, column }: Pick<Candidate, 'origin' | 'column'>): Origin {
  const columns = column === null ? origin.columns : [column]
  return { ...origin, columns: columns.filter((c) => c.kind === 'date' || c.kind === 'timestamp') }
}

/** @param asked.origins what `--from` names; null for all. @throws MartsmithError `dimension.*` */
async function recommendCalendar(asked: Asked): Promise<CalendarRecommendation> {
  const { context, style, wanted } = asked
  await openParser()
  const { modeling } = context.project.config
  const adapter = (await context.dbt.target()).type
  const { times, left, looked } = await timesOf(asked)
  const write = (name: string) => writtenName(name, adapter)
  const { days, unread } = await dayColumns({ ...context, adapter, style, zones: modeling, write }, times)
  const events = days.filter((d) => d.years.length > 0)
  const standing = await standingCalendars({ ...context, adapter, prefix: style.dimensionPrefix })
  const own = new Set(standing.map((s) => s.origin.id))
  const used = events.filter((d) => !own.has(d.origin.id))
  if (standing[0]) throw thereAlready(context, standing[0], standing, used)
  assertNameFree(asked, 'date')
  const { kept: likely, early } = withoutBirthdays(used)
  if (likely.length === 0) throw noDays(wanted, looked, times.length, unread)
  const { reads, kept, outside } = promisedBy(likely, readFor(likely))
  const years = yearsOf(reads)
  const first = `${years.first}-01-01`
  const last = `${years.last}-12-31`
  const [firstDay = ''] = kept.map(firstDayOf).sort()
  const lastDay = kept.map(lastDayOf).sort().at(-1) ?? ''
  return {
    subject: wanted.subject,
    entity: columnName(style, 'date'),
    way: 'calendar',
    reads: await Promise.all(
      [...new Map(reads.map((d) => [d.origin.id, d.origin])).values()].map(async (o) =>
        readOf(await asStaged({ ...context, adapter }, o)),
      ),
    ),
    looked,
    chosen: `"${wanted.subject}" is the calendar of ${count(kept.length, 'column')}, ${firstDay} to ${lastDay}.`,
    because: [
      `make it a date dimension of days: ${list(kept.map(rangeWords), 6)}`,
      'no dimension of the project has days in a row',
    ],
    rejected: [
      'promoted from a column: days without an event would be missing, and a report could not show them as empty',
      'a time in the key of the day: times of day have a dimension of their own (martsmith dimension time)',
    ],
    notes: [
      `It will be used as ${list(
        kept.map((d) => `${roleKey(style, d.column.name, 'date')} of ${d.origin.label}.${d.column.name}`),
        12,
      )}.`,
      ...kept.concat(early).flatMap(outlierWords),
      ...early.map(
        (d) =>
          `Left out: ${placeOf(d)}, which begins on ${firstDayOf(d)}, long before all others: it stays a date where it is (--from ${placeOf(d)} makes a calendar of it).`,
      ),
      ...outside.map(
        (d) =>
          `Left out: ${rangeWords(d)}, a time of the thing itself and outside of the years that events have: it stays a date where it is (--from ${placeOf(d)} makes a calendar of it).`,
      ),
      ...left,
      ...zoneNotes(context, kept, adapter),
      ...(unread.length > 0
        ? [`Could not be read, so their days were not looked at: ${list(unread, 6)}.`]
        : []),
      ...(reads.length < kept.length
        ? [
            `Which days there are is read from ${list(reads.map(placeOf))}: the others lie between them today.`,
          ]
        : []),
    ],
    bounds: reads.map((d) => ({ read: d.origin.id, column: d.column, from: d.from, to: d.to })),
    yearsAhead: YEARS_AHEAD,
    first,
    last,
    covers: kept.map((d) => {
      const cast = d.origin.casts?.find((c) => c.column === d.column.name)
      return {
        id: d.origin.id,
        column: d.column,
        ...(cast ? { cast: cast.sql } : {}),
        from: d.from,
        to: d.to,
      }
    }),
  }
}

async function recommendClock(asked: Asked): Promise<ClockRecommendation> {
  const { context, style, wanted } = asked
  const adapter = (await context.dbt.target()).type
  const [there] = await standingClocks({ ...context, adapter, prefix: style.dimensionPrefix })
  if (there)
    throw new MartsmithError({
      code: 'dimension.exists',
      message: `${there.origin.label} is there already: it has the minutes of a day in ${count(there.rows, 'row')}, and a second time dimension is never made. Nothing was run.`,
      mend: [`martsmith lineage ${there.origin.label}   says what it is made of`],
      exitCode: 0,
    })
  assertNameFree(asked, 'time')
  const { times, looked } = await timesOf(asked)
  const stamps = times.flatMap(({ origin, columns }) =>
    columns.filter((c) => c.kind === 'timestamp').map((c) => ({ origin, column: c })),
  )
  const used = stamps.map((d) => `${roleKey(style, d.column.name, 'time')} of ${placeOf(d)}`)
  return {
    subject: wanted.subject,
    entity: columnName(style, 'time'),
    way: 'clock',
    reads: [],
    looked,
    chosen: `"${wanted.subject}" is the time of day, by the minute.`,
    because: [
      'make it a time dimension of 1,440 minutes: a day has no others, so it reads nothing',
      'no dimension of the project has hours with minutes',
    ],
    rejected: [
      'one dimension of date and time together: 525,600 rows for each year, to say the same',
      'seconds: 86,400 rows whose attributes are those of their minute; the exact time stays on the fact',
    ],
    notes: [
      used.length > 0
        ? `It will be used as ${list(used, 12)}.`
        : 'No column of the project has a time of day, so nothing would use it yet.',
      'Days are another dimension: martsmith dimension date.',
    ],
  }
}

function isCalledTime({ name, kind }: OriginColumn): boolean {
  return (
    (kind === 'text' || kind === 'integer') &&
    /(^|_)(date|datetime|timestamp)$|[a-z]Date$|_(at|on)$/.test(name)
  )
}

/** All relations; what sources call a date is looked at, for their staging models will have it as one. */
async function mayHaveTimes(context: RefactorContext): Promise<Origin[]> {
  const adapter = (await context.dbt.target()).type
  return Promise.all(
    (await originsOf(context)).map((o) =>
      o.columns.some(isCalledTime) ? asStaged({ ...context, adapter }, o) : o,
    ),
  )
}

/** Columns with dates and times, without those that tell of loading. */
async function timesOf({ context, origins, wanted }: Asked) {
  const all = origins ?? (await mayHaveTimes(context))
  const isTime = (c: OriginColumn) => c.kind === 'date' || c.kind === 'timestamp'
  const isNamed = wanted.from !== null
  const times = all.map((origin) => ({
    origin,
    columns: origin.columns.filter((c) => isTime(c) && (isNamed || !isLoading(c.name))),
  }))
  const loading = all.flatMap((origin) =>
    origin.columns
      .filter((c) => isTime(c) && !isNamed && isLoading(c.name))
      .map((column) => placeOf({ origin, column })),
  )
  const asText = all.flatMap((origin) =>
    origin.columns.filter(isCalledTime).map((column) => placeOf({ origin, column })),
  )
  return {
    times: times.filter((t) => t.columns.length > 0),
    left: [
      ...(loading.length > 0
        ? [`Left out: ${list(loading, 6)}, which ${loading.length === 1 ? 'tells' : 'tell'} of loading.`]
        : []),
      ...(asText.length > 0
        ? [
            `Not looked at: ${list(asText, 6)}, called like dates but no dates by type: cast them in their staging models.`,
          ]
        : []),
    ],
    looked: `Looked at ${count(all.length, 'relation')} and ${count(times.flatMap((t) => t.columns).length, 'date or time', 'dates and times')}.`,
  }
}

/** Those that reach furthest; of staging models where there are any, for else each source would need one. */
function readFor(days: DayColumn[]): DayColumn[] {
  const staged = days.filter((d) => !d.origin.needsStaging)
  const latest = (a: DayColumn, b: DayColumn) => lastDayOf(b).localeCompare(lastDayOf(a))
  if (staged.length === 0) return days.toSorted(latest).slice(0, 1)
  if (staged.length <= MOST_READ) return staged
  const first = staged.toSorted((a, b) => firstDayOf(a).localeCompare(firstDayOf(b)))[0]
  const rest = staged.filter((d) => d !== first).toSorted(latest)
  return first ? [first, ...rest.slice(0, MOST_READ - 1)] : rest
}

/**
 * What is promised to be in the calendar is inside of its bounds. What lies outside of those that are read moves them, if
 * it is a time of an event; when a person was hired is no reason for years of days, and is not promised.
 */
export function promisedBy(
  days: DayColumn[],
  reads: DayColumn[],
): { reads: DayColumn[]; kept: DayColumn[]; outside: DayColumn[] } {
  const beyond = (of: DayColumn[]) => {
    const { first, last } = yearsOf(of)
    return days.filter((d) => d.years.some(({ year }) => year < first || year > last))
  }
  const moved = [...reads, ...beyond(reads).filter((d) => !isBeginning(d.column.name))]
  const outside = beyond(moved)
  return { reads: moved, kept: days.filter((d) => !outside.includes(d)), outside }
}

/** The first and the last year of a calendar that is read from these. */
function yearsOf(days: DayColumn[]): { first: number; last: number } {
  const years = days.flatMap((d) => d.years.map((y) => y.year))
  return { first: Math.min(...years), last: Math.max(...years) + YEARS_AHEAD }
}

function withoutBirthdays(days: DayColumn[]): { kept: DayColumn[]; early: DayColumn[] } {
  const begin = (d: DayColumn) => d.years[0]?.year ?? 0
  const isEarly = (d: DayColumn) => {
    const others = days.filter((o) => o !== d && begin(o) - begin(d) > LONG_BEFORE)
    return others.length > 0 && others.length >= days.length / 2
  }
  return { kept: days.filter((d) => !isEarly(d)), early: days.filter(isEarly) }
}

function thereAlready(
  { graph }: RefactorContext,
  { origin, column, first, last }: StandingCalendar,
  all: StandingCalendar[],
  days: DayColumn[],
): MartsmithError {
  const outside = days.filter((d) => firstDayOf(d) < first || lastDayOf(d) > last)
  const node = graph.node(origin.id)
  const file = node?.original_file_path ?? ''
  const lines = (node?.raw_code ?? '').split('\n')
  const year = last.slice(0, 4)
  const at = lines.findIndex((l) => l.includes(last) || l.includes(year))
  const others = all.filter((s) => s.origin.id !== origin.id).map((s) => s.origin.label)
  return new MartsmithError({
    code: 'dimension.exists',
    message: `${origin.label} is there already (${file}): ${column} has each day from ${first} to ${last} once, and a second date dimension is never made. Nothing was run.`,
    details: [
      outside.length === 0
        ? `It has every day of ${count(days.length, 'column')} with dates and times.`
        : `Outside of it lie ${list(outside.map(rangeWords), 6)}.`,
      ...(outside.length === 0
        ? []
        : [
            node?.resource_type === 'seed'
              ? `To extend it, add days to ${file}.`
              : at >= 0
                ? `To extend it, change where it ends: ${file}:${at + 1}.`
                : `To extend it, build it again, or change its bounds in ${file}.`,
          ]),
      ...(others.length > 0 ? [`Days in a row are in ${list(others)} too.`] : []),
    ],
    mend: [`martsmith lineage ${origin.label}   says what it is made of`],
    exitCode: 0,
  })
}

function noDays(wanted: Wanted, looked: string, relations: number, unread: string[]): MartsmithError {
  return new MartsmithError({
    code: 'dimension.no-days',
    message: `No date dimension is made: ${relations === 0 ? 'no column of the project is a date or a time' : 'no row of the project has a day'}, so nothing says which days it needs. Nothing was run.`,
    details: [looked, ...(unread.length > 0 ? [`Could not be read: ${list(unread, 6)}.`] : [])],
    mend: [
      'martsmith pipeline   loads and builds what is not there yet',
      `martsmith dimension "${wanted.subject}" --from <model.column>   names the column with the days`,
    ],
    exitCode: 1,
  })
}

function rangeWords(d: DayColumn): string {
  return `${placeOf(d)} has days from ${firstDayOf(d)} to ${lastDayOf(d)}`
}

function outlierWords(d: DayColumn): string[] {
  const rows = d.outliers.reduce((n, y) => n + y.rows, 0)
  if (rows === 0) return []
  const [first] = d.outliers.map((y) => y.first).sort()
  const last = d.outliers
    .map((y) => y.last)
    .sort()
    .at(-1)
  const which = first === last ? `on ${first}` : `between ${first} and ${last}`
  return [
    `${placeOf(d)} has ${count(rows, 'row')} ${which}, far from all others: no days of the business, and not in it.`,
  ]
}

function zoneNotes({ project }: RefactorContext, days: DayColumn[], adapter: string): string[] {
  const { time_zone, source_time_zone } = project.config.modeling
  const stamps = days.filter((d) => d.column.kind === 'timestamp')
  if (stamps.length === 0) return []
  if (time_zone === undefined)
    return [
      'Days are those of the times as they stand: modeling.time_zone in martsmith.yml names the zone of the business.',
    ]
  if (!convertsTimeZones(adapter))
    return [`Days are those of the times as they stand: how ${adapter} converts zones is not known here.`]
  return [`Days are those in ${time_zone}; times without a zone are taken as ${source_time_zone}.`]
}

/** `pickup_date_key` of `pickup_at`. */
function roleKey(style: HouseStyle, column: string, of: 'date' | 'time'): string {
  const role = roleOfTime(column, '')
  return keyColumn(style, role === '' ? of : `${role}_${of}`)
}

function placeOf({ origin, column }: { origin: Origin; column: OriginColumn }): string {
  return `${origin.label}.${column.name}`
}

/** What stands under the name, built or not. */
function assertNameFree({ context: { graph }, style, wanted }: Asked, entity: string): void {
  for (const subject of new Set([entity, wanted.subject])) {
    const there = calledLike(graph, style, { subject, entity: columnName(style, entity) })
    if (!there) continue
    throw new MartsmithError({
      code: 'dimension.exists',
      message: `${there.name} is there already (${there.original_file_path}), and a second ${entity} dimension is never made. Nothing was run.`,
      details: [
        `${entity === 'date' ? 'Days in a row were' : 'A day by the minute was'} not found in it: it was not built yet, or holds something else.`,
      ],
      mend: [`martsmith pipeline --select ${there.name}   builds it`],
      exitCode: 0,
    })
  }
}
