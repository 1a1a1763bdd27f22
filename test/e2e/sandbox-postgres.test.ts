/** Sandboxes in a warehouse that others use: schemas of their own, and nothing beside them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDbtEngine } from '../../src/adapters/dbt/engine.ts'
import type { DbtEngine } from '../../src/adapters/dbt/types.ts'
import { warmDriver } from '../../src/adapters/dbt/warm.ts'
import { findProject } from '../../src/config/project.ts'
import { cleanSandboxes } from '../../src/sandbox/clean.ts'
import { compareNodes, compareTables } from '../../src/sandbox/compare-nodes.ts'
import { openSandbox } from '../../src/sandbox/open.ts'
import { holdRecord, listSandboxes, saveRecord } from '../../src/sandbox/record.ts'
import type { SandboxOptions } from '../../src/sandbox/types.ts'
import { cleanEnv } from '../support/martsmith.ts'
import { PYTHON } from '../support/paths.ts'
import { openPostgres, type Postgres } from '../support/postgres.ts'
import { makeProject, type Project } from '../support/project.ts'

let postgres: Postgres
let project: Project
let options: SandboxOptions
const engines: DbtEngine[] = []

/** Names no schema of the target's: every person and every sandbox would write into the same one. */
const IGNORES_TARGET = `{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ 'warehouse' if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
`
const INCREMENTAL = `{{ config(materialized='incremental', unique_key='order_id', schema='growing',
  post_hook='create index on {{ this }} (order_id)') }}
select order_id, amount from {{ ref('stg_orders') }}
{% if is_incremental() %} where order_id > (select max(order_id) from {{ this }}) {% endif %}
`

function engine(env: Record<string, string> = {}): DbtEngine {
  const made = createDbtEngine({
    driver: warmDriver({
      python: async () => PYTHON,
      projectDir: project.dir,
      env: cleanEnv({ HOME: project.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', ...postgres.env, ...env }),
      onOutput: () => undefined,
    }),
    projectDir: project.dir,
    targetPath: project.path('.martsmith/dbt-target'),
    logDir: project.path('.martsmith/dbt-logs'),
    flags: {},
  })
  engines.push(made)
  return made
}

beforeAll(async () => {
  postgres = await openPostgres()
  project = makeProject('shop', { over: 'shop-postgres' })
  project.write('macros/schemas.sql', IGNORES_TARGET)
  project.write('models/marts/inc_orders.sql', INCREMENTAL)
  await postgres.rows('create schema raw')
  await postgres.rows(
    "create table raw.orders as select i as order_id, 1 + i % 3 as customer_id, '2024-05-0' || i as ordered_at, 'paid' as status, i * 1.5 as amount from generate_series(1, 6) i",
  )
  await postgres.rows(
    "create table raw.customers as select i as customer_id, 'name' || i as name, 'city' as city from generate_series(1, 3) i",
  )
  options = { project: await findProject(project.dir), dbt: engine(), now: () => new Date() }
  const built = await options.dbt.build({ select: '+fct_orders inc_orders' }, {})
  expect(
    built.results.filter((r) => r.status === 'error'),
    JSON.stringify(built),
  ).toEqual([])
})

afterAll(async () => {
  await Promise.all(engines.map((e) => e.close()))
  await postgres?.close()
})

const edit = (path: string, from: string, to: string) => {
  const before = project.read(path)
  return {
    title: 'a change',
    hash: '',
    changes: [{ kind: 'edit' as const, path, before, after: before.replace(from, to) }],
  }
}
const schemas = async () =>
  (
    await postgres.rows(
      `select nspname from pg_namespace where nspname !~ '^pg_|information|public' order by 1`,
    )
  ).map((r) => r.nspname)

/** Every row of every table of the user's, to be compared. */
const everything = async () => {
  const tables = await postgres.rows(
    `select format('%I.%I', table_schema, table_name) as t from information_schema.tables
     where table_schema !~ '^pg_|information|^martsmith' order by 1`,
  )
  return Promise.all(
    tables.map(async ({ t }) => [t, await postgres.rows(`select x::text from ${t} x order by 1`)]),
  )
}

describe('a sandbox on a server', () => {
  it('builds both sides in schemas of its own, on one copy of their inputs, and drops them', async () => {
    const [before, standing] = [await everything(), await schemas()]
    const sandbox = await openSandbox({
      ...options,
      changes: edit('models/staging/stg_orders.sql', 'amount', 'amount * 2 as amount'),
    })
    expect(sandbox.changed).toEqual(['model.shop.stg_orders'])
    const after = await sandbox.after.build()
    expect(after.results.filter((r) => r.status === 'error')).toEqual([])
    // A row that arrives meanwhile is not read by the side that is built later.
    await postgres.rows("insert into raw.orders values (7, 1, '2024-05-07', 'paid', 1)")
    const id = 'model.shop.inc_orders'
    const kept = await sandbox.after.keep(id)
    await sandbox.after.build([id], { fullRefresh: true })
    const keys = await sandbox.after.keysOf(id)
    const full = await compareTables(sandbox, kept, await sandbox.after.relationOf(id), { keys })
    expect(full, 'on top of what stands, and anew').toMatchObject({
      sameRows: false,
      key: ['order_id'],
      changed: 6,
    })
    await sandbox.before.build()
    const orders = await compareNodes(sandbox, 'model.shop.fct_orders', 'model.shop.fct_orders')
    expect(orders).toMatchObject({ rows: { before: 6, after: 6 }, changed: 6, only: { before: 0, after: 0 } })
    expect(await sandbox.inputs()).toMatchObject({ how: 'copied', moved: [] })
    await postgres.rows('delete from raw.orders where order_id = 7')
    expect((await schemas()).filter((s) => String(s).startsWith('martsmith_')).length).toBeGreaterThan(0)
    await sandbox.close()
    expect(await schemas()).toEqual(standing)
    expect(await everything()).toEqual(before)
  })

  it('refuses hooks and macros that write elsewhere', async () => {
    const hook = `{{ config(post_hook="insert into raw.orders select * from {{ this }}") }}\nselect`
    const changes = edit('models/marts/agg_daily_orders.sql', 'select', hook)
    await expect(openSandbox({ ...options, changes, downstream: false })).rejects.toMatchObject({
      code: 'sandbox.outside',
      details: [
        'models/marts/agg_daily_orders.sql: the post-hook of agg_daily_orders writes: insert into raw.orders select ...',
      ],
    })
    expect(project.files('.martsmith/sandbox')).toEqual([])
  })

  it('names the grant that is missing', async () => {
    const role = `reader_${postgres.env.SHOP_PG_DATABASE}`
    await postgres.rows(`create role ${role} login`)
    await postgres.rows(`grant usage on schema raw, warehouse to ${role}`)
    try {
      const dbt = engine({ SHOP_PG_USER: role })
      await expect(openSandbox({ ...options, dbt, nodes: ['model.shop.fct_orders'] })).rejects.toMatchObject({
        code: 'sandbox.permission',
        mend: expect.arrayContaining([
          expect.stringContaining(`grant create on database "${postgres.env.SHOP_PG_DATABASE}" to "${role}"`),
        ]),
      })
    } finally {
      await postgres.rows(`drop owned by ${role}`)
      await postgres.rows(`drop role ${role}`)
    }
  })

  it('what a killed process left is dropped, and nothing that is not in its record', async () => {
    const { stateDir } = options.project
    const id = '00000000aa'
    const record = {
      id,
      pid: 1,
      startedAt: '2026-01-01T00:00:00Z',
      adapter: 'postgres',
      profile: 'shop',
      target: 'dev',
      database: postgres.env.SHOP_PG_DATABASE,
      prefix: `martsmith_${id}_`,
      schemas: [`martsmith_${id}_a_warehouse`, 'warehouse'].map((schema) => ({ database: null, schema })),
    }
    await postgres.rows(`create schema martsmith_${id}_a_warehouse`)
    const lock = await holdRecord(stateDir, id)
    await saveRecord(stateDir, record)
    expect((await listSandboxes(stateDir)).map((s) => s.live)).toEqual([true])
    lock.release()
    const left = await listSandboxes(stateDir)
    expect(await cleanSandboxes(stateDir, left, options.dbt)).toEqual({ removed: [id], kept: [] })
    expect(await schemas()).not.toContain(`martsmith_${id}_a_warehouse`)
    expect(await schemas()).toContain('warehouse')
  })
})
