/** `modeling:` of martsmith.yml: what no data tells of the business, its time zone and its year. */
import { z } from 'zod'
import { nearest } from '../core/text.ts'

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** Offsets such as `+02:00` are none: they know no daylight saving. */
const zone = z.string().superRefine((name, ctx) => {
  if (isZone(name)) return
  const near = nearest(name, Intl.supportedValuesOf('timeZone'), 1)[0]
  ctx.addIssue({
    code: 'custom',
    message: `"${name}" is no time zone${near ? `; did you mean "${near}"?` : ', such as Europe/Berlin or UTC'}`,
  })
})

const month = z
  .union([z.int(), z.string()])
  .superRefine((value, ctx) => {
    if (monthOf(value) !== null) return
    ctx.addIssue({ code: 'custom', message: 'a month, as `april` or 4' })
  })
  .transform((value) => monthOf(value) ?? 1)

export const modelingSchema = z
  .strictObject({
    time_zone: zone
      .optional()
      .describe(
        "The business's time zone, as IANA names it: `Europe/Berlin`. Days and times of day of events are those there; without it they are taken as they stand in the data.",
      ),
    source_time_zone: zone
      .default('UTC')
      .describe(
        'The zone of times that carry none, as they stand in the data. Read where `time_zone` is set.',
      ),
    fiscal_year_starts: month
      .default(1)
      .describe(
        'The month with whose first day a fiscal year begins: `july` or 7. Without it January: the calendar year.',
      ),
    fiscal_year_named: z
      .enum(['end', 'start'])
      .default('end')
      .describe('Whether a fiscal year has the number of the calendar year that it ends in, or starts in.'),
    week_starts: z
      .enum(['monday', 'sunday'])
      .default('monday')
      .describe(
        'The first day of a week. Numbers of weeks are those of ISO 8601, whose weeks begin on Monday.',
      ),
  })
  .superRefine(({ time_zone, source_time_zone }, ctx) => {
    if (time_zone !== undefined || source_time_zone === 'UTC') return
    ctx.addIssue({
      code: 'custom',
      path: ['source_time_zone'],
      message: 'says nothing alone: set `time_zone` too, the zone that times are to be in',
    })
  })
  .prefault({})
  .describe('What dimensions and facts have to know of the business.')

export type ModelingConfig = z.output<typeof modelingSchema>

function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  // Intl takes any capitals, warehouses do not.
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes(name) || !known.some((k) => k.toLowerCase() === name.toLowerCase())
}

function monthOf(value: number | string): number | null {
  if (typeof value === 'number') return value >= 1 && value <= 12 ? value : null
  const at = MONTHS.indexOf(value.trim().toLowerCase())
  return at < 0 ? null : at + 1
}
