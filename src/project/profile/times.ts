/** The grain of dates and times: the finest unit that is used, and the days that are missing in between. */
import type { Sample } from './candidates.ts'
import type { Dialect } from './sql.ts'
import type { ColumnProfile, Grain } from './types.ts'

const UNITS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
export type Unit = (typeof UNITS)[number]
const DAY = 86_400_000

/** The coarsest unit that all values of the sample keep to; null for finer than seconds, or nothing to see. */
export function grainCandidate(column: ColumnProfile, sample: Sample, at: number): Unit | null {
  if (column.kind !== 'date' && column.kind !== 'timestamp') return null
  const texts = sample.flatMap((row) => (row[at] === null ? [] : [String(row[at])]))
  if (texts.length < 2 || column.distinct < 2) return null
  return UNITS.find((unit) => texts.every((text) => keeps(text, unit))) ?? null
}

/** `2024-01-31 10:00:00.000+00` as parts; a zone of half an hour makes hours uneven, and that is right. */
function keeps(text: string, unit: Unit): boolean {
  const [, month, day, hour = '00', minute = '00', second = '00', fraction = '0'] =
    /^\d{4}-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?/.exec(text) ?? []
  if (month === undefined) return false
  const rest = [
    month === '01',
    day === '01',
    hour === '00',
    minute === '00',
    second === '00',
    !/[1-9]/.test(fraction),
  ]
  return rest.slice(UNITS.indexOf(unit)).every(Boolean)
}

/** Values that do not keep to the unit; then days, months or years that have a value. Null where it is not known how. */
export function grainCounts(
  column: ColumnProfile,
  unit: Unit | null,
  { quote, truncate }: Dialect,
): string[] | null {
  if (!truncate || (column.kind !== 'date' && column.kind !== 'timestamp') || column.distinct < 2) return null
  const c = quote(column.name)
  const off = unit === null ? 'null' : `count(case when ${c} <> ${truncate(unit, c, column.kind)} then 1 end)`
  return [off, `count(distinct ${truncate(steps(unit), c, column.kind)})`]
}

/** Gaps are told in days at the finest. */
function steps(unit: Unit | null): 'year' | 'month' | 'day' {
  return unit === 'year' || unit === 'month' ? unit : 'day'
}

/** @param today as `2024-01-31`. */
export function grainOf(
  column: ColumnProfile,
  candidate: Unit | null,
  answer: number[] | undefined,
  today: string,
): Grain | null {
  if (column.kind !== 'date' && column.kind !== 'timestamp') return null
  const [from, to] = [dayOf(column.min), dayOf(column.max)]
  const [off, present] = answer ?? []
  // A few stray times would hide the grain in the proof, and the sample would have shown it: then nothing is said.
  const unit = candidate !== null && (off === undefined || off === 0) ? candidate : null
  const step = steps(unit)
  if (from === null || to === null)
    return unit === null
      ? null
      : { unit, proven: off === 0, step, present: null, missing: null, endsDaysAgo: null }
  const counted = unit === candidate || candidate === null || step === steps(candidate) ? present : undefined
  const span = spanOf(from, to, step)
  return {
    unit,
    proven: off === 0,
    step,
    present: counted ?? null,
    missing: counted === undefined ? null : Math.max(0, span - counted),
    endsDaysAgo: Math.round((Date.parse(today) - to) / DAY),
  }
}

function dayOf(text: string | null): number | null {
  const day = /^(\d{4}-\d\d-\d\d)(?:$|[ T])/.exec(text ?? '')?.[1]
  return day === undefined ? null : Date.parse(day)
}

function spanOf(from: number, to: number, step: 'year' | 'month' | 'day'): number {
  if (step === 'day') return Math.round((to - from) / DAY) + 1
  const [a, b] = [new Date(from), new Date(to)]
  const years = b.getUTCFullYear() - a.getUTCFullYear()
  return (step === 'year' ? years : years * 12 + b.getUTCMonth() - a.getUTCMonth()) + 1
}
