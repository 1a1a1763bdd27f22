/** Days and times of day as dimensions, and a fact that gets their key: what is built is asked in the warehouse. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project

const ask = (...statements: string[]) => query(project.path('shop.duckdb'), ...statements)

/** Visits end in another year where the business is; two of them have times that stand for nothing. */
beforeAll(() => {
  project = makeProject('shop-loaded')
  ask(
    `create table raw.visits as select * from (values
      (1, timestamp '2022-03-05 10:00:00'), (2, timestamp '2023-12-31 23:30:00'),
      (3, timestamp '1900-01-01 00:00:00'), (4, timestamp '9999-12-31 00:00:00'), (5, null)) as t(visit_id, "arrivedAt")`,
    'create view analytics.stg_visits as select visit_id, "arrivedAt" as arrived_at from raw.visits',
  )
  project.edit('models/sources.yml', /$/, '      - name: visits\n')
  project.write(
    'models/staging/stg_visits.sql',
    "select visit_id, \"arrivedAt\" as arrived_at\nfrom {{ source('shop', 'visits') }}\n",
  )
  project.write(
    'martsmith.yml',
    `${project.read('martsmith.yml')}\nmodeling:\n  time_zone: Europe/Berlin\n  fiscal_year_starts: july\n`,
  )
})

it('DIM-1 DIM-3 DIM-4 DIM-5: a date dimension has every day of the data, its members, and fiscal years by the configuration', async () => {
  const done = await runMartsmith(project, ['dimension', 'date', '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  const { steps } = done.json
  expect(steps[0]?.details).toContain('far from all others')
  expect(steps[3]?.details).toContain('none twice and none missing')
  expect(steps[5]?.details).toContain('Reviewed: nothing found.')
  const time = await runMartsmith(project, ['dimension', 'time', 'of', 'day', '--yes'])
  expect(time.code, time.all).toBe(0)
  const built = await runMartsmith(project, ['pipeline', '--select', '+dim_dates dim_times', '--yes'])
  expect(built.code, built.all).toBe(0)
  const [ordered, days, steady, members, fiscal, nulls] = ask(
    `select min(y), max(y) from (select extract(year from order_date) as y from analytics.stg_orders union all select * from (values (2022), (2024)))`,
    'select min(date_day), max(date_day), count(*), count(distinct date_key) from analytics.dim_dates where date_key > 0',
    `select count(*) from (select date_day - lag(date_day) over (order by date_day) as step from analytics.dim_dates
      where date_key > 0) where step <> 1`,
    'select date_key, date_day, month_name, fiscal_year_number, is_weekend from analytics.dim_dates where date_key < 0 order by 1 desc',
    `select date_key, iso_week_label, fiscal_year_label, fiscal_month_of_year, month_end_date from analytics.dim_dates
      where date_key in (20240101, 20240630, 20240701) order by 1`,
    `select count(*) from (select columns(*)::varchar from analytics.dim_dates) unpivot include nulls (v for part in (columns(*))) where v is null`,
  )
  const [first, last] = (ordered?.[0] ?? []).map(Number)
  const count = (Date.UTC((last ?? 0) + 2, 11, 31) - Date.UTC(first ?? 0, 0, 1)) / 86_400_000 + 1
  expect(days).toEqual([[`${first}-01-01`, `${(last ?? 0) + 2}-12-31`, count, count]])
  expect(steady).toEqual([[0]])
  expect(members).toEqual([
    [-1, '1900-01-01', 'Unknown', -1, false],
    [-2, '9999-12-31', 'Not applicable', -2, false],
  ])
  expect(fiscal).toEqual([
    [20240101, '2024-W01', 'FY2024', 7, '2024-01-31'],
    [20240630, '2024-W26', 'FY2024', 12, '2024-06-30'],
    [20240701, '2024-W27', 'FY2025', 1, '2024-07-31'],
  ])
  expect(nulls).toEqual([[0]])
})

it('DIM-1: days in a row are recognised, and never made twice', async () => {
  const before = project.snapshot('.martsmith', '.tasks')
  const again = await runMartsmith(project, ['dimension', 'calendar', '--yes'])
  expect(again.code, again.all).toBe(0)
  expect(again.stderr).toMatch(/dim_dates is there already .*each day from \d{4}-01-01 to \d{4}-12-31 once/)
  expect(again.stderr).toContain('It has every day of 2 columns')
  expect(project.snapshot('.martsmith', '.tasks')).toEqual(before)
})

it('DIM-3 DIM-4: a time dimension has every minute of a day', () => {
  const [all, some] = ask(
    'select count(*), count(distinct time_key), min(time_key), max(time_key) from analytics.dim_times',
    'select time_key, time_label, hour_12, am_pm, part_of_day from analytics.dim_times where time_key in (-1, 5, 1230, 2359) order by 1',
  )
  expect(all).toEqual([[1442, 1442, -2, 2359]])
  expect(some).toEqual([
    [-1, 'Unknown', -1, 'Unknown', 'Unknown'],
    [5, '00:05', 12, 'AM', 'Night'],
    [1230, '12:30', 12, 'PM', 'Afternoon'],
    [2359, '23:59', 11, 'PM', 'Evening'],
  ])
})

it('FACT-3: a fact gets the key of the day in a role of its own, and keeps its rows', async () => {
  const [before] = ask('select order_id, order_date, total from analytics.fct_orders order by 1')
  const done = await runMartsmith(project, [
    ...['refactor', 'add-dimension-key', 'fct_orders', 'dim_dates', '--column', 'order_date', '--yes'],
  ])
  expect(done.code, done.all).toBe(0)
  const built = await runMartsmith(project, ['pipeline', '--select', 'fct_orders+', '--yes'])
  expect(built.code, built.all).toBe(0)
  const [after, joined] = ask(
    'select order_id, order_date, total from analytics.fct_orders order by 1',
    `select count(*), count(case when d.date_day = f.order_date then 1 end) from analytics.fct_orders as f
      join analytics.dim_dates as d on d.date_key = f.order_date_key`,
  )
  expect(after).toEqual(before)
  expect(joined).toEqual([[before?.length, before?.length]])
})
