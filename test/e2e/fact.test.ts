/** A fact from words to rows: made with its dimension, then what comes again and what comes early; asked in the warehouse. */
import { globSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project
const ask = (...statements: string[]) => query(project.path('shop.duckdb'), ...statements)

const FACTS = `select count(*), count(distinct delivery_key), sum(fee), count(d.courier_key)
  from analytics.fct_deliveries as f left join analytics.dim_couriers as d using (courier_key)`
/** What the keys of depots and areas say is what the source says. */
const NAMED = `select count(*), count(case when p.depot_name = 'Unknown' then 1 end) from analytics.fct_deliveries as f
  join raw.deliveries as r using (delivery_id) join analytics.dim_depots as p using (depot_key)
  join analytics.dim_areas as a on f.from_area_key = a.area_key join analytics.dim_areas as b on f.to_area_key = b.area_key
  where p.town = r.town and p.depot_code = r.depot_code and a.area = r.from_area and b.area = coalesce(r.to_area, 'Unknown')`

/** Each delivery finds what its source says of it; whether four are gifts nobody knows. */
const FLAGS = `select count(*), count(case when coalesce(case when r.is_gift then 'Yes' when not r.is_gift then 'No' end, 'Unknown') = d.is_gift
    and r.signed = d.signed then 1 end), count(case when d.is_gift = 'Unknown' then 1 end),
    (select count(*) from analytics.dim_delivery_flags)
  from analytics.fct_deliveries as f join raw.deliveries as r using (delivery_id)
  join analytics.dim_delivery_flags as d using (delivery_flag_key)`

async function build(): Promise<void> {
  const built = await runMartsmith(project, [
    'pipeline',
    '--select',
    '+fct_deliveries +dim_couriers +dim_depots +dim_areas +dim_vans +dim_delivery_flags',
    '--yes',
  ])
  expect(built.code, built.all).toBe(0)
}

/**
 * 40 deliveries by five couriers and one whom nobody lists; three have none. A depot is told within its town, and one is
 * not listed; areas have two roles; vans have no key but their number. Fees are written as text, and two flags have no dimension.
 */
beforeAll(() => {
  project = makeProject('shop-loaded')
  ask(
    `create table raw.couriers as select i as courier_id, 'Courier ' || i as courier_name from range(1, 6) t(i)`,
    `create table raw.depots as select t as town, 'D' || n as depot_code, t || ' depot ' || n as depot_name, 'north' as side
      from (values ('Bern'), ('Thun')) a(t), range(1, 4) b(n)`,
    `create table analytics.dim_vans as select i as van_id, 'BE ' || i as plate from range(1, 4) t(i)`,
    'create table raw.vans as from analytics.dim_vans',
    `create table raw.deliveries as select i as delivery_id, case when i > 4 then i % 5 + 1 when i > 3 then 55 end as courier_id,
      case i % 2 when 0 then 'Bern' else 'Thun' end as town, case i when 9 then 'D7' else 'D' || (1 + i % 3) end as depot_code,
      'area ' || (i % 7) as from_area, case when i > 2 then 'area ' || (3 + i % 8) end as to_area,
      timestamp '2024-01-01' + interval (i * 7) hour as delivered_at, replace((i * 1.25)::decimal(10, 2)::varchar, '.', ',') || ' EUR' as fee,
      case when i > 2 then i % 4 + 1 end as van_id, case when i % 9 > 0 then i % 11 < 4 end as is_gift, case when i % 13 < 5 then 'Y' else 'N' end as signed from range(1, 41) t(i)`,
  )
  project.edit(
    'models/sources.yml',
    /$/,
    '      - name: couriers\n      - name: depots\n      - name: vans\n      - name: deliveries\n',
  )
  project.write('models/marts/dim_vans.sql', "select van_id, plate from {{ source('shop', 'vans') }}\n")
})

it('FACT-1 FACT-2 FACT-3 FACT-4 FACT-5 FACT-6: rows and totals are those of the source, keys are found; what comes before its dimension row heals', async () => {
  const done = await runMartsmith(project, ['fact', 'deliveries', '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  expect(done.json.steps.map((s) => s.status)).toEqual(done.json.steps.map(() => 'success'))
  await build()
  const [first] = ask(FACTS)
  expect(first?.[0]?.map(Number)).toEqual([40, 40, 1025, 40])
  const [named, areas, depots] = ask(
    NAMED,
    'select count(*), count(distinct area_key) from analytics.dim_areas',
    `select town, depot_code, depot_name from analytics.dim_depots where depot_name = 'Unknown' order by 1`,
  )
  expect(named).toEqual([[40, 1]])
  expect(areas).toEqual([[12, 12]])
  const [vans] =
    ask(`select f.van_id, count(*), count(v.plate), count(case when v.plate = 'Unknown' then 1 end)
    from analytics.fct_deliveries as f left join analytics.dim_vans as v using (van_id) group by 1 order by 1`)
  expect(vans?.map((row) => row.map(Number))).toEqual([
    [-1, 2, 2, 2],
    [1, 10, 10, 0],
    [2, 9, 9, 0],
    [3, 9, 9, 0],
    [4, 10, 10, 10],
  ])
  const [flags] = ask(FLAGS)
  expect(flags).toEqual([[40, 40, 4, 7]])
  // What makes members is tested by itself, though events add members of their own.
  const yaml = globSync('models/**/*.yml', { cwd: project.dir }).map((file) => project.read(file))
  const tested = [...yaml.join('').matchAll(/name: (dim_\w+_members)/g)].map((m) => m[1])
  expect(tested.sort()).toEqual(['dim_areas_members', 'dim_delivery_flags_members', 'dim_depots_members'])
  expect(depots).toEqual([
    ['Thun', 'D7', 'Unknown'],
    ['Unknown', 'Unknown', 'Unknown'],
  ])

  ask(
    `insert into raw.deliveries values (41, 77, 'Bern', 'D1', 'area 1', 'area 2', timestamp '2024-01-13 09:00:00', '10,00 EUR', 2, true, 'Y')`,
  )
  await build()
  const early = `select d.courier_id, d.courier_name, f.courier_key from analytics.fct_deliveries as f
    join analytics.dim_couriers as d using (courier_key) where f.delivery_id = 41`
  const [second, inferred] = ask(FACTS, early)
  expect(second?.[0]?.map(Number)).toEqual([41, 41, 1035, 41])
  expect(inferred?.[0]?.slice(0, 2)).toEqual([77, 'Unknown'])

  ask(`insert into raw.couriers values (77, 'Courier 77')`)
  await build()
  const [third, healed] = ask(FACTS, early)
  expect(third?.[0]?.map(Number)).toEqual([41, 41, 1035, 41])
  expect(healed).toEqual([[77, 'Courier 77', inferred?.[0]?.[2]]])
})
