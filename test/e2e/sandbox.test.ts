/** Sandboxes and `martsmith diff` on DuckDB: what the user has is read, and never written. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDbtEngine } from '../../src/adapters/dbt/engine.ts'
import { warmDriver } from '../../src/adapters/dbt/warm.ts'
import { findProject } from '../../src/config/project.ts'
import { compareNodes, compareTables } from '../../src/sandbox/compare-nodes.ts'
import { openSandbox } from '../../src/sandbox/open.ts'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/types.ts'
import { expectClear } from '../support/expect-clear.ts'
import { cleanEnv, runMartsmith } from '../support/martsmith.ts'
import { PYTHON } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'
import { query } from '../support/warehouse.ts'

let project: Project
let options: SandboxOptions
const warehouse = () => project.path('shop.duckdb')
const engine = () =>
  createDbtEngine({
    driver: warmDriver({
      python: async () => PYTHON,
      projectDir: project.dir,
      env: cleanEnv({ HOME: project.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' }),
      onOutput: () => undefined,
    }),
    projectDir: project.dir,
    targetPath: project.path('.martsmith/dbt-target'),
    logDir: project.path('.martsmith/dbt-logs'),
    flags: {},
  })

const INCREMENTAL = `{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, amount from {{ ref('stg_orders') }}
{% if is_incremental() %} where order_id > (select max(order_id) from {{ this }}) {% endif %}
`

beforeAll(async () => {
  project = makeProject('shop-loaded')
  project.write('models/marts/inc_orders.sql', INCREMENTAL)
  query(warehouse(), 'create table analytics.inc_orders as select order_id, amount from analytics.stg_orders')
  options = { project: await findProject(project.dir), dbt: engine(), now: () => new Date() }
})

afterAll(() => options?.dbt.close())

const edit = (path: string, from: string, to: string) => {
  const before = project.read(path)
  const after = before.replace(from, to)
  return { title: 'a change', hash: '', changes: [{ kind: 'edit' as const, path, before, after }] }
}

async function inSandbox<T>(
  more: Partial<SandboxOptions>,
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await openSandbox({ ...options, ...more })
  try {
    return await work(sandbox)
  } finally {
    await sandbox.close()
  }
}

describe('a sandbox', () => {
  it('builds what a change touches, on both sides from one copy, and leaves nothing behind', async () => {
    const before = project.snapshot('.martsmith')
    const changes = edit('models/staging/stg_orders.sql', 'amount', 'amount * 2 as amount')
    const found = await inSandbox({ changes }, async (sandbox) => {
      expect(sandbox.changed).toEqual(['model.shop.stg_orders'])
      const built = await sandbox.after.build()
      expect(built).toMatchObject({ ok: true, exception: null })
      const names = built.results.map((r) => r.id)
      expect(names).toContain('model.shop.fct_orders')
      expect(names).not.toContain('model.shop.stg_customers')
      // What stands, without a build of it; a view is read in its own catalog.
      const standing = await compareNodes(sandbox, 'model.shop.fct_orders', 'model.shop.fct_orders')
      const view = await compareNodes(sandbox, 'model.shop.stg_orders', 'model.shop.stg_orders')
      // What was built on top of what stands, and what is built anew.
      const id = 'model.shop.inc_orders'
      const kept = await sandbox.after.keep(id)
      await sandbox.after.build([id], { fullRefresh: true })
      const full = await compareTables(sandbox, kept, await sandbox.after.relationOf(id), {
        keys: await sandbox.after.keysOf(id),
      })
      expect((await sandbox.before.build()).ok).toBe(true)
      const rebuilt = await compareNodes(sandbox, 'model.shop.fct_orders', 'model.shop.fct_orders')
      expect(await sandbox.inputs()).toMatchObject({ how: 'copied', moved: [] })
      return { standing, view, full, rebuilt }
    })
    for (const diff of [found.standing, found.rebuilt])
      expect(diff).toMatchObject({
        sameRows: false,
        key: ['order_id'],
        changed: 6,
        only: { before: 0, after: 0 },
      })
    expect(found.view.columns).toMatchObject([{ name: 'amount', rows: 6 }])
    expect(found.full).toMatchObject({ sameRows: false, key: ['order_id'], changed: 6 })
    expect(project.snapshot('.martsmith'), 'files and warehouse of the user').toEqual(before)
    expect(project.files('.martsmith/sandbox')).toEqual([])
  })

  it('two at once, with a column of each, do not meet; and the user can go on meanwhile', async () => {
    const add = (name: string) => edit('models/marts/agg_daily_orders.sql', 'select', `select 1 as ${name},`)
    const columns = await Promise.all(
      ['mine', 'yours'].map((name) =>
        inSandbox({ changes: add(name), downstream: false }, async (sandbox) => {
          await sandbox.after.build()
          query(warehouse(), 'select 1')
          const relation = await sandbox.after.relationOf('model.shop.agg_daily_orders')
          const [found] = await sandbox.columns([relation])
          return found && !('error' in found) ? found.map((c) => c.name)[0] : null
        }),
      ),
    )
    expect(columns).toEqual(['mine', 'yours'])
  })

  it('refuses what leaves the copy, and what was edited since it was planned', async () => {
    const hook = `{{ config(post_hook="copy (select 1) to '/tmp/martsmith-out.csv'") }}\nselect`
    const changes = edit('models/marts/agg_daily_orders.sql', 'select', hook)
    await expect(openSandbox({ ...options, changes })).rejects.toMatchObject({
      code: 'sandbox.outside',
      details: ['models/marts/agg_daily_orders.sql: the post-hook of agg_daily_orders writes a file'],
    })
    const stale = edit('models/marts/agg_daily_orders.sql', 'select', 'select ')
    const changed = stale.changes.map((c) => ({ ...c, before: `${c.before}\n` }))
    await expect(openSandbox({ ...options, changes: { ...stale, changes: changed } })).rejects.toMatchObject({
      code: 'sandbox.stale',
    })
    expect(project.files('.martsmith/sandbox')).toEqual([])
  })
})

describe('martsmith diff', () => {
  it('says what differs, and what does not build', async () => {
    const path = 'models/marts/fct_orders.sql'
    const text = project.read(path)
    project.write(
      path,
      text.replace('from', ', \'new\' as "Größe, neu"\nfrom').replace('amount + tax', 'amount + 2 * tax'),
    )
    const json = await runMartsmith(project, ['diff', 'fct_orders', '--json'])
    expect(json.code, json.all).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({
      model: 'fct_orders',
      same: false,
      columns: [{ name: 'total' }],
      onlyAfter: [{ name: 'Größe, neu', type: 'VARCHAR' }],
    })
    project.write(path, text.replace('amount + tax', 'amount + txa'))
    expectClear(await runMartsmith(project, ['diff', 'fct_orders']), {
      code: 1,
      says: ['fct_orders does not build', 'models/marts/fct_orders.sql:', 'txa'],
    })
    project.write(path, text)
  })

  it('names the nearest model, and says what does not stand', async () => {
    expectClear(await runMartsmith(project, ['diff', 'fct_ordrs']), {
      code: 2,
      says: ['There is no model fct_ordrs'],
      mend: ['martsmith diff fct_orders'],
    })
    project.write('models/marts/fct_new.sql', "select 1 as id from {{ ref('fct_orders') }}")
    expectClear(await runMartsmith(project, ['diff', 'fct_new']), {
      code: 1,
      says: ['fct_new does not stand in the warehouse yet'],
      mend: ['martsmith pipeline --select +fct_new'],
    })
    project.remove('models/marts/fct_new.sql')
  })
})

describe('martsmith clean', () => {
  it('removes what a killed process left, and leaves what lives', async () => {
    const live = await openSandbox(options)
    project.write('.martsmith/sandbox/00000000aa/after/db/0/shop.duckdb', 'left over')
    const look = await runMartsmith(project, ['clean', '--dry-run', '--json'])
    expect(JSON.parse(look.stdout)).toEqual({ dryRun: true, removed: ['00000000aa'], kept: [], live: 1 })
    const done = await runMartsmith(project, ['clean'])
    expect(done.code, done.all).toBe(0)
    expect(project.exists('.martsmith/sandbox/00000000aa')).toBe(false)
    expect(project.exists(`.martsmith/sandbox/${live.id}/after`)).toBe(true)
    await live.close()
  })
})
