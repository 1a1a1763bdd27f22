import { expect, it } from 'vitest'
import { calendarAsked, promisedBy } from './calendar.ts'
import { type DayColumn, parted, type Year } from './days.ts'

const year = (y: number, rows: number, first = `${y}-02-03`, last = `${y}-11-30`): Year => ({
  year: y,
  rows,
  first,
  last,
})

it('tells days from times of day and from parts of them', () => {
  for (const said of ['date', 'dates', 'Calendar', 'the date dimension', 'calendar day'])
    expect(calendarAsked(said)).toBe('date')
  for (const said of ['time', 'time of day', 'clock']) expect(calendarAsked(said)).toBe('time')
  for (const said of ['month', 'fiscal_year', 'hours']) expect(calendarAsked(said)).toBe('level')
  for (const said of ['payment date', 'updated', 'time zone']) expect(calendarAsked(said)).toBeNull()
})

it('leaves days out that stand for nothing, and says between which the others lie', () => {
  const told = parted([
    year(1970, 40, '1970-01-01', '1970-01-01'),
    year(2022, 500),
    year(2023, 700),
    year(Number.NaN, 3, '9999-12-31', '9999-12-31'),
  ])
  expect(told.years.map((y) => y.year)).toEqual([2022, 2023])
  expect(told.outliers.reduce((n, y) => n + y.rows, 0)).toBe(43)
  expect([told.from, told.to]).toEqual(['1970-01-02', '2100-12-31'])
})

it('takes a slip of the pen for one, and a long history for what it is', () => {
  const slip = parted([year(2019, 900), year(2020, 800), year(2091, 1, '2091-05-04', '2091-05-04')])
  expect(slip.outliers.map((y) => y.year)).toEqual([2091])
  expect(slip.to).toBe('2091-05-03')
  const long = parted([year(1995, 30), year(1996, 40), year(2019, 900)])
  expect(long.years.map((y) => y.year)).toEqual([1995, 1996, 2019])
  expect([long.from, long.to]).toEqual(['1901-01-01', '2100-12-31'])
})

it('has no days where all of them stand for nothing', () => {
  expect(parted([year(1900, 12, '1900-01-01', '1900-01-01')]).years).toEqual([])
  expect(parted([])).toMatchObject({ years: [], outliers: [] })
})

it('keeps a table with one day, though it is the first of a year in our time', () => {
  expect(parted([year(2024, 8, '2024-01-01', '2024-01-01')]).years.map((y) => y.year)).toEqual([2024])
})

const days = (name: string, ...years: number[]) =>
  ({
    origin: { label: 't' },
    column: { name },
    years: years.map((y) => year(y, 9)),
    outliers: [],
  }) as unknown as DayColumn

it('DIM-1: promises what is inside of its bounds alone: events move them, what a thing began with does not', () => {
  const sold = days('sold_at', 2009, 2013)
  const hired = days('HireDate', 2002)
  const due = days('due_on', 2015)
  expect(promisedBy([sold, hired, due], [sold])).toEqual({
    reads: [sold],
    kept: [sold, due],
    outside: [hired],
  })
  const paid = days('paid_at', 2007)
  const founded = days('founded_on', 2008)
  expect(promisedBy([sold, paid, founded], [sold])).toEqual({
    reads: [sold, paid],
    kept: [sold, paid, founded],
    outside: [],
  })
})
