/** Every way to drive dbt answers the same to the same questions; what differs is stated as a capability. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandDriver } from '../../src/adapters/dbt/command.ts'
import { createDbtEngine } from '../../src/adapters/dbt/engine.ts'
import type { DbtEngine, Invocation } from '../../src/adapters/dbt/types.ts'
import { warmDriver } from '../../src/adapters/dbt/warm.ts'
import type { NodeProgress } from '../../src/core/events.ts'
import { cleanEnv } from '../support/martsmith.ts'
import { PYTHON } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'
import { values } from '../support/warehouse.ts'

const drivers = { 'v1-warm': warmDriver, 'v1-command': commandDriver }

const statuses = (run: Invocation) => Object.fromEntries(run.results.map((r) => [r.id, r.status]))

describe.each(Object.entries(drivers))('%s', (kind, driverOf) => {
  let project: Project
  let dbt: DbtEngine
  /** A test that the build has run. */
  let proven: string

  beforeAll(() => {
    project = makeProject('shop-loaded')
    project.write('kept/dbt-schemas.json', '{"of": ')
    const driver = driverOf({
      python: async () => PYTHON,
      projectDir: project.dir,
      env: cleanEnv({ HOME: project.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' }),
      onOutput: () => undefined,
      cacheDir: project.path('kept'),
    })
    dbt = createDbtEngine({
      driver,
      projectDir: project.dir,
      targetPath: project.path('ours'),
      logDir: project.path('our-logs'),
      flags: {},
    })
  })

  afterAll(() => dbt.close())

  it('says what it is', async () => {
    expect(dbt.kind).toBe(kind)
    expect(dbt.capabilities).toEqual({ keepsParse: kind === 'v1-warm' })
    expect(await dbt.version()).toMatchObject({
      dbt: expect.stringMatching(/^1\./),
      adapters: { duckdb: expect.any(String) },
    })
    expect(await dbt.target()).toMatchObject({
      profile: 'shop',
      target: 'dev',
      type: 'duckdb',
      schema: 'analytics',
      shown: { path: 'shop.duckdb' },
    })
  })

  it("keeps dbt's own schemas for the next process, and makes them anew where what was kept is spoiled", () => {
    const { schemas } = JSON.parse(project.read('kept/dbt-schemas.json')) as { schemas: object }
    expect(Object.keys(schemas).join()).toContain('dbt.contracts.project.Project ')
  })

  it('lists a selection', async () => {
    expect(await dbt.list({ select: 'fct_orders' }, ['model'])).toEqual([
      { id: 'model.shop.fct_orders', resourceType: 'model', name: 'fct_orders' },
    ])
    expect(await dbt.list({ select: 'nothing_like_this' })).toEqual([])
  })

  it('works on another folder with variables of its own, and then on its own again', async () => {
    const other = makeProject('shop-loaded')
    other.write('models/only_there.sql', "select 1 as id where {{ var('there') }}")
    const there = dbt.at({
      projectDir: other.dir,
      targetPath: other.path('ours'),
      logDir: other.path('our-logs'),
      flags: {},
      vars: { there: true },
      env: {},
    })
    expect(await there.list({ select: 'only_there' })).toHaveLength(1)
    await there.tools.execute(['create table analytics.only_there as select 1 as id'])
    const [here] = await dbt.columns(['analytics.only_there'])
    expect(here).toHaveProperty('error')
    await there.close()
    expect(await dbt.target()).toMatchObject({ target: 'dev' })
  })

  it('tells what dbt will stop to take each time that it is asked', async () => {
    const other = makeProject('shop-loaded')
    const beside = (model: string) =>
      `models:\n  - name: ${model}\n    columns:\n      - name: status\n        data_tests:\n          - accepted_values:\n              values: [x]\n`
    other.write('models/a.yml', beside('a'))
    other.write('models/b.yml', beside('b'))
    for (const name of ['a', 'b']) other.write(`models/${name}.sql`, "select 'x' as status")
    const flags = `flags:
  require_generic_test_arguments_property: true
  warn_error_options:
    error: [Deprecations]`
    other.write('dbt_project.yml', other.read('dbt_project.yml').replace('flags:', flags))
    const there = dbt.at({
      projectDir: other.dir,
      targetPath: other.path('ours'),
      logDir: other.path('our-logs'),
      flags: {},
      vars: {},
      env: {},
    })
    await expect(there.list({})).rejects.toThrow('models/b.yml')
    other.write('models/a.yml', beside('a').replace('values: [x]', 'arguments: {values: [x]}'))
    await expect(there.list({})).rejects.toThrow('models/b.yml')
    other.write('models/b.yml', beside('b').replace('values: [x]', 'arguments: {values: [x]}'))
    expect(await there.list({ select: 'a' }, ['model'])).toHaveLength(1)
    await there.close()
  })

  it('builds with progress per node, and lets go of the file', async () => {
    const progress: NodeProgress[] = []
    const run = await dbt.build({ select: '+fct_orders' }, { onProgress: (p) => progress.push(p) })
    expect(run).toMatchObject({ ok: true, exception: null })
    expect(statuses(run)).toMatchObject({
      'model.shop.stg_orders': 'success',
      'model.shop.fct_orders': 'success',
    })
    const tests = run.results.filter((r) => r.id.startsWith('test.'))
    expect(tests.map((r) => r.status)).toEqual(['pass', 'pass', 'pass'])
    proven = tests[0]?.id ?? ''
    const models = progress.filter((p) => p.resourceType === 'model').map((p) => `${p.state} ${p.name}`)
    expect(models).toEqual([
      'started stg_orders',
      'success stg_orders',
      'started int_order_totals',
      'success int_order_totals',
      'started fct_orders',
      'success fct_orders',
    ])
    expect(values(project.path('shop.duckdb'), 'select count(*) from analytics.fct_orders')).toEqual([6])
  })

  it('answers statements, each on its own, and lets go of the file', async () => {
    expect(await dbt.query(['select 1 as one', 'select nothing from nowhere', 'select 2 as two'])).toEqual([
      { columns: ['one'], rows: [[1]] },
      { error: expect.stringContaining('nowhere') },
      { columns: ['two'], rows: [[2]] },
    ])
    values(project.path('shop.duckdb'), 'select 1')
  })

  it('runs tests by their ids', async () => {
    const run = await dbt.test([proven], {})
    expect(statuses(run)).toEqual({ [proven]: 'pass' })
  })

  it('tells a node that fails and what it kept from running', async () => {
    project.edit('models/marts/int_order_totals.sql', 'amount * 0.2', 'amont * 0.2')
    const run = await dbt.build({ select: 'int_order_totals fct_orders,resource_type:model' }, {})
    expect(run).toMatchObject({ ok: false, exception: null })
    expect(statuses(run)).toMatchObject({
      'model.shop.int_order_totals': 'error',
      'model.shop.fct_orders': 'skipped',
    })
    expect(run.results.find((r) => r.status === 'error')?.message).toContain('amont')
    values(project.path('shop.duckdb'), 'select 1')
  })

  it('tells a project that it cannot read as an exception; once it is mended, sees what was edited since the last call', async () => {
    project.write('models/broken.sql', "select * from {{ ref('nowhere') }}")
    await expect(dbt.list({})).rejects.toMatchObject({ code: 'dbt.ref' })
    const run = await dbt.build({}, {})
    expect(run).toMatchObject({ ok: false, results: [] })
    expect(run.exception?.message).toContain('nowhere')
    project.remove('models/broken.sql')
    project.write('models/new_one.sql', 'select 1 as id')
    expect(await dbt.list({ select: 'broken new_one' })).toMatchObject([{ name: 'new_one' }])
  })

  it('writes nothing into the folders of the user', () => {
    expect(project.exists('target')).toBe(false)
    expect(project.exists('logs')).toBe(false)
    expect(execFileSync('ls', ['-A', project.home], { encoding: 'utf8' })).toBe('')
  })
})
