/** The foreign keys of a fact: computed where the dimension's key is its natural key or a hash of that, else joined. */
import type { TestEntry } from '../../../changes/yaml/index.ts'
import { list } from '../../../core/text.ts'
import { keyColumn, surrogateKeySql } from '../../../project/conventions/names.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactDimension, StandingDimension } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { freeName } from '../dimension/table/design.ts'
import { capital, ended, words } from '../document.ts'
import type { Held } from './held.ts'
import { type At, cast, castOf, type FactColumn, type Item, type Join, type Making } from './making.ts'
import { dayNumber, momentWords, NOT_YET, type ReadTime, UNKNOWN_DATE } from './times.ts'

/** What becomes of a dimension that stands: whether facts find an unknown member, and rows for all that they name. */
export type Members = { unknown: 'there' | 'added' | 'absent'; inferred: boolean }

export type ForeignKey = {
  column: FactColumn
  role: string
  dimension: FactDimension | null
  /** How the key is had: `computed` of the natural key alone. */
  way: 'computed' | 'join' | 'day'
  items: Item[]
  join: Join | null
  members: Members
}

/** A key that is computed has its row only where the dimension has whatever is named; else it is looked up. */
export function keyWay(dimension: FactDimension, members: Members): 'computed' | 'join' {
  const standing = dimension.dimension
  if (!standing || dimension.each) return 'computed'
  if (standing.keyIs === 'other' || standing.versions) return 'join'
  // With nothing to fall back to, a key of its own tells more than none.
  return members.inferred || members.unknown === 'absent' ? 'computed' : 'join'
}

export function foreignKeyOf(
  making: Making,
  dimension: FactDimension,
  { members, taken, times }: { members: Members; taken: string[]; times: ReadTime[] },
): ForeignKey {
  const { writing } = making
  const held = dimension.columns.map((c) => making.holding.of(c))
  const way = keyWay(dimension, members)
  const { dimension: standing, role } = dimension
  const name = freeName(foreignKeyName(making, dimension, held), taken)
  const column = (sql: FactColumn['sql']): FactColumn => ({
    name,
    written: writtenName(name, writing.adapter),
    part: 'foreign key',
    sql,
    description: describedKey(making, dimension, held, members),
    tests: keyTests(dimension, members),
  })
  const base = { role, dimension, way, members }
  if (way === 'computed') {
    const known = knownNatural(making, dimension, held)
    const sql = (at: At) =>
      keySql(
        making,
        standing,
        known.map((k) => at(k.written)),
      )
    return { ...base, column: column(sql), items: known.filter((k) => k.isMade), join: null }
  }
  if (!standing) throw new Error(`${dimension.role} has no dimension to join`)
  const join = joinOf(making, standing, role, held, times)
  const unknown = unknownKey(making, standing)
  return {
    ...base,
    column: column(
      (_, as) =>
        `${making.word('coalesce')}(${as(role)}.${writtenName(standing.key.name, writing.adapter)}, ${unknown})`,
    ),
    items: [],
    join,
  }
}

/** A key that is the thing's own is called as the events call it, where that says so. */
function foreignKeyName({ writing }: Making, { dimension, role }: FactDimension, [first]: Held[]): string {
  const isOwn = dimension?.keyIs === 'natural' && first !== undefined
  return isOwn && first.name.toLowerCase().endsWith(dimension.key.name.toLowerCase())
    ? first.name
    : keyColumn(writing.style, role)
}

/** The key of a dimension by its natural key, given as SQL: of one that is not there yet, as it will be made. */
export function keySql(
  { writing, textType }: Making,
  standing: StandingDimension | null,
  natural: string[],
): string {
  const [only] = natural
  return standing?.keyIs === 'natural' && only !== undefined
    ? only
    : surrogateKeySql(writing.style, natural, textType)
}

type Known = Item & { isMade: boolean }

/** The natural key with the unknown member's in place of nulls, as the dimension's own type would say it. */
function knownNatural(making: Making, dimension: FactDimension, held: Held[]): Known[] {
  const { word, writing, recommendation } = making
  const grain = new Set(recommendation.grain.columns.map((c) => c.name))
  const standing = dimension.dimension
  return held.map((h, i): Known => {
    const like = standing?.natural[i] ?? dimension.missing?.natural[i]
    const placed = dimension.columns[i]
    const read = placed ? castOf(making, placed, h.written) : h.written
    const typed = like && !placed?.cast && differs(h, like) ? cast(making, read, like.type) : read
    const value = standing?.unknown?.natural[i] ?? defaultUnknown(like ?? h)
    const never = h.from === 'events' && grain.has(h.stored) && held.length === 1
    if (never && typed === h.written) return { written: h.written, sql: h.written, isMade: false }
    if (dimension.each)
      return {
        written: writtenName(nameIn(h, `${dimension.role}_${h.name}`), writing.adapter),
        sql: `${word('coalesce')}(${typed}, ${value})`,
        isMade: true,
      }
    const missing = held.map((o) => `${o.written} ${word('is null')}`).join(` ${word('or')} `)
    const sql =
      held.length === 1
        ? `${word('coalesce')}(${typed}, ${value})`
        : `${word('case when')} ${missing} ${word('then')} ${value} ${word('else')} ${typed} ${word('end')}`
    const name = nameIn(h, `${dimension.role}_${held.length === 1 ? '' : `${h.name}_`}or_unknown`)
    return { written: writtenName(name, writing.adapter), sql, isMade: true }
  })
}

/** Its own, where nothing else reads the column as it is. */
function nameIn(held: Held, otherwise: string): string {
  return held.uses === 1 ? held.name : otherwise
}

export function differs(held: OriginColumn, like: OriginColumn): boolean {
  if (held.kind !== like.kind) return true
  return (
    ['number', 'date', 'timestamp'].includes(held.kind) && held.type.toLowerCase() !== like.type.toLowerCase()
  )
}

/** As `martsmith dimension` names the unknown member. */
export function defaultUnknown({ kind }: OriginColumn): string {
  return kind === 'integer' || kind === 'number' ? '-1' : "'Unknown'"
}

/** The key of the unknown member where the dimension is joined. */
export function unknownKey(making: Making, standing: StandingDimension): string {
  if (standing.unknown) return standing.unknown.key
  if (standing.keyIs === 'other') return defaultUnknown(standing.key)
  return keySql(making, standing, standing.natural.map(defaultUnknown))
}

function joinOf(
  making: Making,
  { name, natural, versions }: StandingDimension,
  role: string,
  held: Held[],
  times: ReadTime[],
): Join {
  const { writing, word } = making
  const written = (column: string) => writtenName(column, writing.adapter)
  const main = times.find((t) => t.main) ?? times[0]
  return {
    model: name,
    role,
    on: (at, as) => {
      const keys = held.flatMap((h, i) => {
        const like = natural[i]
        if (!like) return []
        const value = differs(h, like) ? cast(making, at(h.written), like.type) : at(h.written)
        return [`${i === 0 ? '' : `${word('and')} `}${value} = ${as}.${written(like.name)}`]
      })
      if (!versions || !main) return keys
      return [
        ...keys,
        `${word('and')} ${at(main.moment)} >= ${as}.${written(versions.from)}`,
        `${word('and')} ${at(main.moment)} < ${as}.${written(versions.to)}`,
      ]
    },
  }
}

function describedKey(making: Making, dimension: FactDimension, held: Held[], members: Members): string {
  const { writing, recommendation } = making
  const { dimension: standing, role } = dimension
  const from = list(held.map((h) => h.name))
  if (!standing)
    return ended(
      writing.style,
      `Key of the ${words(role)}, made of ${from} as martsmith dimension makes it; the dimension is not there yet. Unknown where the source has none`,
    )
  const main = recommendation.times.find((t) => t.main)
  const asOf = standing.versions && main ? `, in the version of when it was ${words(main.role)}` : ''
  const rest =
    keyWay(dimension, members) === 'join'
      ? 'The unknown member where the source has none, or one that the dimension does not have'
      : 'The unknown member where the source has none'
  return ended(
    writing.style,
    `${capital(words(role))}, a role of ${standing.name}${asOf}; by ${from}. ${rest}`,
  )
}

/** Without an unknown member for rows that need one, `relationships` cannot hold: that is said in words. */
function keyTests(
  { dimension: standing, nulls, unmatched }: FactDimension,
  { unknown, inferred }: Members,
): TestEntry[] {
  const notNull: TestEntry = { test: 'not_null' }
  const lost = (unknown === 'absent' ? nulls : 0) + (unknown === 'absent' && !inferred ? unmatched : 0)
  if (!standing || lost > 0) return [notNull]
  return [
    notNull,
    { test: 'relationships', args: { to: `ref('${standing.name}')`, field: standing.key.name } },
  ]
}

/** The key of a day. A standing date dimension with keys of another kind is followed. */
export function dateKeyOf(
  making: Making,
  time: ReadTime,
  { calendar, taken, members }: { calendar: FactDimension | null; taken: string[]; members: Members },
): ForeignKey {
  const { writing, recommendation, word } = making
  const standing = calendar?.dimension ?? null
  const role = `${time.role}_date`
  const name = freeName(keyColumn(writing.style, role), taken)
  const isMilestone = recommendation.kind === 'accumulating snapshot' && !time.main
  const absent = String(isMilestone ? NOT_YET : UNKNOWN_DATE)
  const isNumber = standing !== null && making.dayNumbers.has(standing.id) && calendar?.unmatched === 0
  const follows = standing !== null && !isNumber
  const join: Join | null = follows
    ? {
        model: standing.name,
        role,
        on: (at, as) => [
          `${cast(making, at(time.local), 'date')} = ${as}.${writtenName(standing.natural[0]?.name ?? '', writing.adapter)}`,
        ],
      }
    : null
  const found = standing ? writtenName(standing.key.name, writing.adapter) : ''
  const unknown = standing && follows ? unknownKey(making, standing) : absent
  const where = standing ? `; key of ${standing.name}` : '; there is no date dimension yet'
  return {
    role,
    dimension: calendar,
    way: follows ? 'join' : 'day',
    items: [],
    join,
    members,
    column: {
      name,
      written: writtenName(name, writing.adapter),
      part: 'foreign key',
      sql: (at, as) =>
        follows
          ? `${word('coalesce')}(${as(role)}.${found}, ${unknown})`
          : dayNumber(making, at(time.local), unknown),
      description: ended(
        writing.style,
        `${momentWords('Date', time.role)}${zoneWords(making, time)}${where}. ${unknown} ${isMilestone ? 'where it has not happened yet' : 'where the source has none'}`,
      ),
      tests: dateTests(standing, calendar, members, name, absent),
    },
  }
}

function zoneWords({ writing }: Making, { local, moment }: ReadTime): string {
  const zone = writing.context.project.config.modeling.time_zone
  return local === moment || zone === undefined ? '' : ` in ${zone}`
}

/** A calendar that has no member for what is unknown is asked for the days alone. */
function dateTests(
  standing: StandingDimension | null,
  calendar: FactDimension | null,
  members: Members,
  name: string,
  absent: string,
): TestEntry[] {
  const notNull: TestEntry = { test: 'not_null' }
  if (!standing) return [notNull]
  const reaches = members.unknown !== 'absent' || (calendar?.nulls ?? 0) === 0
  return [
    notNull,
    {
      test: 'relationships',
      args: { to: `ref('${standing.name}')`, field: standing.key.name },
      ...(reaches ? {} : { config: { where: `${name} <> ${absent}` } }),
    },
  ]
}
