/** The times of an event: how they are read, their date keys, days between milestones. */
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { inHouse } from '../../../project/conventions/names.ts'
import { kindOf } from '../../../project/profile/sql.ts'
import { dateKeySql, localTimeSql } from '../../../refactor/business-time.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactTime } from '../../data-modeler/fact/types.ts'
import { ended, withNote, words } from '../document.ts'
import type { Held } from './held.ts'
import { type At, castOf, type FactColumn, type Item, type Making } from './making.ts'

export const UNKNOWN_DATE = -1
/** A milestone that has not happened. */
export const NOT_YET = -2

export type ReadTime = FactTime & {
  held: Held
  /** In the last step: the moment, and where the business has its own days, that in its zone. */
  moment: string
  local: string
}

/** As the business has its days, where martsmith.yml says so. */
function inZone({ writing }: Making, time: FactTime, sql: string): string {
  const { style, adapter, context } = writing
  return localTimeSql(sql, { type: typeOf(time), zones: context.project.config.modeling, style, adapter })
}

function typeOf({ column, cast }: FactTime): string {
  return cast?.type ?? column.type
}

/** `Date of pickup`, `Date when it was ordered`. */
export function momentWords(what: 'Date' | 'Time', role: string): string {
  const said = words(role)
  return /ed$/.test(said) ? `${what} when it was ${said}` : `${what} of ${said}`
}

export function isDay(time: FactTime): boolean {
  return kindOf(typeOf(time)) === 'date'
}

function jinja(sql: string): string {
  return sql.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
}

/** Times that are read as they stand are no item; the others are read once, under their own name. */
export function readTimes(making: Making): { times: ReadTime[]; items: Item[] } {
  const { recommendation, holding, writing } = making
  const items: Item[] = []
  const times = recommendation.times.map((time): ReadTime => {
    const held = holding.of(time)
    const moment = castOf(making, time, held.written)
    const local = inZone(making, time, moment)
    if (moment !== held.written) items.push({ written: held.written, sql: moment })
    if (local === moment) return { ...time, held, moment: held.written, local: held.written }
    const name = writtenName(`${held.name}_local`, writing.adapter)
    items.push({ written: name, sql: local })
    return { ...time, held, moment: held.written, local: name }
  })
  return { times, items }
}

/** The day as a number, yyyymmdd, or another number where there is none. */
export function dayNumber({ word, writing: { style } }: Making, time: string, absent: string): string {
  const { indent } = style
  return [`${word('coalesce')}(`, `${indent}${dateKeySql(time, style)},`, `${indent}${absent}`, ')'].join(
    '\n',
  )
}

export function lagName(style: HouseStyle, from: FactTime, to: FactTime): string {
  return inHouse(style, `${from.role}_to_${to.role}_days`)
}

/** For accumulating snapshots: days from each milestone to the next. */
export function lagColumns(making: Making, times: ReadTime[]): FactColumn[] {
  const { recommendation, writing, thing } = making
  if (recommendation.kind !== 'accumulating snapshot') return []
  return times.slice(1).flatMap((to, i) => {
    const from = times[i]
    if (!from) return []
    const name = lagName(writing.style, from, to)
    return [
      {
        name,
        written: writtenName(name, writing.adapter),
        part: 'measure' as const,
        sql: (at: At) => `{{ dbt.datediff('${jinja(at(from.local))}', '${jinja(at(to.local))}', 'day') }}`,
        description: ended(
          writing.style,
          `Days from ${words(from.role)} to ${words(to.role)} of the ${thing}. Additive; averages are over those that have both. Null until both have happened`,
        ),
        tests: [],
      },
    ]
  })
}

/** The times themselves: those of day, and the one by which it is loaded. */
export function timeColumns(making: Making, times: ReadTime[]): FactColumn[] {
  const { recommendation, writing, said } = making
  const watermark = recommendation.load.watermark?.name
  const { grain } = recommendation
  const isNeeded = (name: string) =>
    name === watermark || (grain.by === 'key' && grain.columns.some((c) => c.name === name))
  const kept = times.filter((t) => !isDay(t) || (t.from === 'events' && isNeeded(t.column.name)))
  return kept.map(({ held, role, column, from }) => ({
    name: held.name,
    written: held.written,
    part: 'time' as const,
    sql: (at: At) => at(held.written),
    description: ended(
      writing.style,
      from === 'events' && column.name === watermark && recommendation.load.way === 'incremental'
        ? withNote(said(held) || momentWords('Time', role), 'The watermark of the incremental run')
        : said(held) || momentWords('Time', role),
    ),
    tests: [],
  }))
}
