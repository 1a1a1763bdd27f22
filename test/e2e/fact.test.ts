/** A fact from words to rows: made with its dimension, then what comes again and what comes early; asked in the warehouse. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project
const ask = (...statements: string[]) => query(project.path('shop.duckdb'), ...statements)

const FACTS = `select count(*), count(distinct delivery_key), sum(fee), count(d.courier_key)
  from analytics.fct_deliveries as f left join analytics.dim_couriers as d using (courier_key)`

async function build(): Promise<void> {
  const built = await runMartsmith(project, [
    'pipeline',
    '--select',
    '+fct_deliveries +dim_couriers',
    '--yes',
  ])
  expect(built.code, built.all).toBe(0)
}

/** 40 deliveries by five couriers; three have none. */
beforeAll(() => {
  project = makeProject('shop-loaded')
  ask(
    `create table raw.couriers as select i as courier_id, 'Courier ' || i as courier_name from range(1, 6) t(i)`,
    `create table raw.deliveries as select i as delivery_id, case when i > 3 then i % 5 + 1 end as courier_id,
      timestamp '2024-01-01' + interval (i * 7) hour as delivered_at, (i * 1.25)::decimal(10, 2) as fee from range(1, 41) t(i)`,
  )
  project.edit('models/sources.yml', /$/, '      - name: couriers\n      - name: deliveries\n')
})

it('FACT-1 FACT-2 FACT-3 FACT-4 FACT-5 FACT-6: rows and totals are those of the source, keys are found; what comes before its dimension row heals', async () => {
  const done = await runMartsmith(project, ['fact', 'deliveries', '--yes', '--json'])
  expect(done.code, done.all).toBe(0)
  expect(done.json.steps.map((s) => s.status)).toEqual(done.json.steps.map(() => 'success'))
  await build()
  const [first] = ask(FACTS)
  expect(first?.[0]?.map(Number)).toEqual([40, 40, 1025, 40])

  ask(`insert into raw.deliveries values (41, 77, timestamp '2024-01-13 09:00:00', 10)`)
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
