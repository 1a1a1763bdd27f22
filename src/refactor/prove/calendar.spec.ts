import { expect, it } from 'vitest'
import { DAY_ZERO, dayParts, MEMBERS, memberParts, minuteParts } from '../calendar.ts'
import { type CalendarClaim, judged, type Row } from './calendar.ts'

const settings = { fiscal_year_starts: 4, fiscal_year_named: 'start', week_starts: 'monday' } as const
const like = dayParts(DAY_ZERO, settings)
const claim: CalendarClaim = {
  kind: 'calendar',
  of: 'days',
  node: 'model.a.dim_date',
  columns: Object.fromEntries(Object.keys(like).map((part) => [part, part])),
  settings,
  covers: [],
}
const good = (): Row[] => [
  ...['2023-12-30', '2023-12-31', '2024-01-01'].map((d) => dayParts(d, settings)),
  ...MEMBERS.map((m) => memberParts(like, m)),
]
const told = (change: (rows: Row[]) => Row[], covered: Parameters<typeof judged>[2] = []) =>
  judged(claim, change(good()), covered, 'dim_date')

it('holds where every day is there once and right', () => {
  const proof = told((rows) => rows.toReversed(), [{ place: 'stg_a.at', days: 2, missing: 0 }])
  expect(proof).toMatchObject({ holds: true, data: { rows: 5, days: 3, covered: 2 } })
  expect(proof.text).toContain('each day from 2023-12-30 to 2024-01-01 once')
})

it('does not hold with a day missing, a day twice, a member missing, a null or a wrong part', () => {
  const wrong = (change: (rows: Row[]) => Row[]) => {
    const { holds, text } = told(change)
    expect(holds).toBe(false)
    return text
  }
  expect(wrong((rows) => rows.filter((r) => r.date_key !== 20231231))).toContain('2 days for 3 days')
  expect(wrong((rows) => [...rows, { ...rows[1] }])).toContain('4 days for 3 days')
  expect(wrong((rows) => rows.filter((r) => r.date_key !== -2))).toContain('the member -2 is there 0 times')
  expect(
    wrong((rows) =>
      rows.map((r) => ({ ...r, month_name: r.date_key === -1 ? null : (r.month_name ?? null) })),
    ),
  ).toContain('month_name is null')
  expect(wrong((rows) => rows.map((r) => ({ ...r, fiscal_year_number: r.year_number ?? 0 })))).toContain(
    'fiscal_year_number is 2024 and not 2023 on 2024-01-01',
  )
  expect(wrong(() => [])).toContain('it has 0 days')
})

it('does not hold where a day of events is not in it', () => {
  const proof = told((rows) => rows, [{ place: 'stg_a.at', days: 9, missing: 1 }])
  expect(proof).toMatchObject({
    holds: false,
    lines: ['Not so in dim_date: 1 day of stg_a.at is not in it.'],
  })
})

it('asks all minutes of a time dimension', () => {
  const clock: CalendarClaim = {
    ...claim,
    of: 'minutes',
    columns: Object.fromEntries(Object.keys(minuteParts(0)).map((part) => [part, part])),
  }
  const rows: Row[] = [
    ...Array.from({ length: 1440 }, (_, i) => minuteParts(i)),
    ...MEMBERS.map((m) => memberParts(minuteParts(0), m)),
  ]
  expect(judged(clock, rows, [], 'dim_time').holds).toBe(true)
  expect(judged(clock, rows.slice(1), [], 'dim_time').text).toContain(
    'it has 1,439 minutes for 1,440 minutes',
  )
})
