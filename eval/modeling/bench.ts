/** Seconds, statements and memory of each workflow: on the taxi trips, and on a source of 10 million generated rows. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { markdownTable } from 'markdown-table'
import { loading } from '../support/data.ts'
import { guideStaging, modelsYaml, projectFiles, sourcesYaml } from '../support/house.ts'
import { openWorkspace } from '../support/project.ts'
import { openWarehouse } from '../support/warehouse.ts'
import { watchMemory } from './memory.ts'
import { taxis } from './scenarios/taxis.ts'

const ROWS = 10_000_000

type Project = { name: string; files: Record<string, string>; statements: string[]; requests: string[][] }

const example: Project = {
  name: 'taxi trips, 6,433 rows',
  files: taxis.files,
  statements: taxis.tables.flatMap(loading),
  requests: [
    ['dimension', 'payment type'],
    ['fact', 'trips'],
  ],
}

const big: Project = {
  name: `sales, ${ROWS.toLocaleString('en-US')} rows`,
  files: {
    ...projectFiles('sales', 'duckdb'),
    'models/staging/_sources.yml': sourcesYaml([{ name: 'raw', tables: ['sales', 'stores'] }]),
    'models/staging/stg_sales.sql': guideStaging(
      'raw',
      'sales',
      Object.fromEntries(
        ['sale_id', 'store_id', 'channel', 'sold_at', 'quantity', 'amount', 'updated_at'].map((c) => [c, c]),
      ),
    ),
    'models/staging/stg_stores.sql': guideStaging('raw', 'stores', {
      store_id: 'store_id',
      store_name: 'store_name',
      region: 'region',
    }),
    'models/staging/_models.yml': modelsYaml([
      {
        name: 'stg_sales',
        description: 'One row per sale.',
        columns: { sale_id: 'The sale.|unique|not_null' },
      },
      {
        name: 'stg_stores',
        description: 'One row per store.',
        columns: { store_id: 'The store.|unique|not_null' },
      },
    ]),
  },
  statements: [
    'create schema raw',
    `create table raw.stores as select i as store_id, 'Store ' || i as store_name,
      case when i % 3 = 0 then 'East' else 'West' end as region from range(1, 501) t(i)`,
    `create table raw.sales as select i as sale_id, case when i % 1000 <> 0 then 1 + i % 500 end as store_id,
      ['web', 'shop', 'phone', null][1 + i % 4] as channel,
      timestamp '2023-01-01' + interval (i % 63000000) second as sold_at,
      1 + i % 7 as quantity, cast((i % 9973) / 100.0 as decimal(12, 2)) as amount,
      timestamp '2023-01-01' + interval (i % 63000000 + 60) second as updated_at
      from range(1, ${ROWS + 1}) t(i)`,
  ],
  requests: [
    ['dimension', 'store'],
    ['dimension', 'channel'],
    ['fact', 'sales'],
  ],
}

export async function bench(): Promise<string> {
  const rows: string[][] = []
  for (const project of [example, big]) rows.push(...(await measure(project)))
  return markdownTable([['source', 'request', 'ended with', 'seconds', 'statements', 'peak memory'], ...rows])
}

async function measure({ name, files, statements, requests }: Project): Promise<string[][]> {
  const space = openWorkspace('bench', files)
  const house = await openWarehouse('duckdb', space.dir, `${space.dir}/warehouse.duckdb`)
  const rows: string[][] = []
  try {
    await house.rows(...statements)
    const ready = await house.dbt('build')
    if (!ready.success) throw new Error(`the project does not build: ${ready.failed.join('; ')}`)
    // The first start makes the store of runs, once for a project: it is not what is measured.
    await space.run(['fact', 'nothing of that name', '--yes', '--json'], {})
    for (const [i, argv] of requests.entries()) {
      const log = `${space.home}/statements-${i}`
      const mark = randomUUID()
      const memory = watchMemory((environment) => environment.includes(mark))
      const answer = await space.run([...argv, '--yes', '--json'], {
        PYTHONPATH: `${import.meta.dirname}/count`,
        MARTSMITH_EVAL_STATEMENTS: log,
        MARTSMITH_EVAL_MARK: mark,
      })
      const most = memory.stop()
      const sent = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0
      rows.push([
        name,
        `martsmith ${argv.join(' ')}`,
        `exit ${answer.code}`,
        answer.seconds.toFixed(1),
        sent > 0 ? String(sent) : 'not counted',
        most > 0 ? `${Math.round(most / 2 ** 20)} MiB` : 'not measured',
      ])
      process.stderr.write(`${rows.at(-1)?.join('  ')}\n`)
      if (answer.code === 0) await house.dbt('build')
      else process.stderr.write(`${answer.stderr.trim()}\n`)
    }
  } finally {
    await house.close()
    space.close()
  }
  return rows
}
