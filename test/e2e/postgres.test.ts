/** Postgres as the warehouse: the same pipeline, the same report; and a target that is protected. */
import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectClear, expectNoStack } from '../support/expect-clear.ts'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { openPostgres, type Postgres } from '../support/postgres.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'

let postgres: Postgres
let project: Project

beforeAll(async () => {
  postgres = await openPostgres()
  project = makeProject('shop', { over: 'shop-postgres' })
})

afterAll(() => postgres?.close())

const run = (...args: string[]): Promise<Result> => runMartsmith(project, args, { env: postgres.env })
const count = async (table: string) => (await postgres.rows(`select count(*)::int as n from ${table}`))[0]?.n
const schemas = async () =>
  (
    await postgres.rows(
      `select nspname from pg_namespace where nspname !~ '^pg_|information|public' order by 1`,
    )
  ).map((r) => r.nspname)

describe('the pipeline', () => {
  it('PIPE-1, PIPE-2: loads, builds and tests', async () => {
    const first = await run('Run the full pipeline', '--yes')
    expect(first.code, first.all).toBe(0)
    expect(statuses(first.stdout)).toBe('Success Success Success Skipped')
    expect(parseReport(first.stdout).steps[0]?.details).toContain('6 new rows into raw.orders (6 in all)')
    expect(await count('analytics.fct_orders')).toBe(6)
  })

  it('PIPE-1: then loads only what is new', async () => {
    appendFileSync(project.path('data/orders.csv'), '7,4,2024-05-04,paid,1.5\n')
    const second = await run('pipeline', '--yes', '--json')
    expect(second.code, second.all).toBe(0)
    expect(second.json.steps[0]?.details).toContain('1 new row into raw.orders (7 in all)')
    expect(await count('analytics.fct_orders')).toBe(7)
  })

  it('profile: types, numbers and keys are those of the server', async () => {
    const profiled = await run('profile', 'source:shop.orders', '--json')
    expect(profiled.code, profiled.all).toBe(0)
    const [orders] = (
      JSON.parse(profiled.stdout) as {
        profiles: { rows: number; keys: unknown[]; columns: { name: string }[] }[]
      }
    ).profiles
    expect(orders).toMatchObject({
      rows: 7,
      keys: [{ columns: ['order_id'], proven: true }, expect.anything()],
    })
    expect(orders?.columns.find((c) => c.name === 'order_id')).toMatchObject({
      type: 'bigint',
      kind: 'integer',
      distinct: 7,
      min: '1',
      max: '7',
    })
  })

  it('PIPE-1, ERR-1: skips what is not due; models that fail are told with the line of the raw file and the server’s message', async () => {
    project.edit('models/marts/dim_customers.sql', 'city', 'cast(city as integer) as city')
    project.edit('models/marts/fct_orders.sql', 'amount + tax as total', 'amount + taxes as total')
    const failed = await run(
      'pipeline',
      '--select',
      'fct_orders dim_customers',
      '--exclude',
      'test_type:unit',
      '--yes',
    )
    expect(failed.code, failed.all).toBe(1)
    expect(statuses(failed.stdout)).toBe('Skipped Failed Skipped Skipped')
    const details = parseReport(failed.stdout).steps[1]?.details
    expect(details).toMatch(/invalid input syntax for type integer: "\*\*\*"/)
    expect(details).toContain('Failed: fct_orders  models/marts/fct_orders.sql:7\n')
    expect(details).toContain('column "taxes" does not exist')
    project.edit('models/marts/fct_orders.sql', 'taxes', 'tax')
    project.edit('models/marts/dim_customers.sql', 'cast(city as integer) as city', 'city')
    const resumed = await run('resume')
    expect(resumed.code, resumed.all).toBe(0)
  })

  it('a server that cannot be reached is told before anything runs, without its password', async () => {
    const refused = await runMartsmith(project, ['pipeline', '--yes'], {
      env: { ...postgres.env, SHOP_PG_PORT: '1' },
    })
    expectClear(refused, {
      code: 2,
      says: [/connection to server at .*127\.0\.0\.1.*port 1 failed/],
      mend: [/host, port, user/],
    })
    expect(refused.all).not.toContain(postgres.env.SHOP_PG_PASSWORD)
  })
})

describe('a protected target', () => {
  let code: string

  it('EXEC-1: --yes is not enough; nothing is written, and the approval that is needed is named', async () => {
    const before = project.snapshot('.martsmith')
    const asked = await run('pipeline', '--target', 'prod', '--yes', '--json')
    expectNoStack(asked)
    expect(asked.code, asked.all).toBe(3)
    expect(asked.json).toMatchObject({ status: 'waiting', run_id: null, steps: [] })
    code = /--approve (\w+)/.exec(asked.stderr)?.[1] ?? ''
    expect(code).not.toBe('')
    expect(await schemas()).not.toContain('analytics_live')
    expect(project.snapshot('.martsmith')).toEqual(before)
  })

  it('EXEC-1: a wrong approval, or one for something else, does not hold', async () => {
    expectClear(await run('pipeline', '--target', 'prod', '--approve', '0123456789ab', '--yes'), {
      code: 3,
      says: ['does not hold', 'Nothing was run'],
    })
    expectClear(await run('pipeline', '--target', 'prod', '--everything', '--approve', code, '--yes'), {
      code: 3,
      says: ['does not hold', 'has changed since it was shown'],
    })
    expect(await schemas()).not.toContain('analytics_live')
  })

  it('EXEC-1: the approval that was offered works once, and not twice', async () => {
    const approved = await run('pipeline', '--target', 'prod', '--approve', code)
    expect(approved.code, approved.all).toBe(0)
    expect(await count('analytics_live.fct_orders')).toBe(7)
    expectClear(await run('pipeline', '--target', 'prod', '--approve', code), {
      code: 3,
      says: ['does not hold', 'has been used'],
    })
  })

  it('EXEC-5: what is suggested after a run on another target goes to that target', async () => {
    const [latest] = project.runs()
    const shown = await run('show', latest?.id ?? '', '--json')
    for (const step of shown.json.next_steps.filter((s) => s.startsWith('martsmith pipeline')))
      expect(step).toContain('--target prod')
    expect(shown.json.next_steps.length).toBeGreaterThan(0)
  })

  it('EXEC-1: resuming a run on it does not pass the approval by', async () => {
    project.edit('models/marts/fct_orders.sql', 'amount + tax', 'amount + taxes')
    const asked = await run('pipeline', '--target', 'prod', '--yes')
    const failed = await run(
      'pipeline',
      '--target',
      'prod',
      '--approve',
      /--approve (\w+)/.exec(asked.stderr)?.[1] ?? '',
    )
    expect(failed.code, failed.all).toBe(1)
    project.edit('models/marts/fct_orders.sql', 'amount + taxes', '0 * (amount + tax)')
    const resumed = await run('resume', '--yes')
    expect(resumed.code, 'the code has changed since it was approved').toBe(3)
    expect(await postgres.rows('select sum(total) > 0 as kept from analytics_live.fct_orders')).toEqual([
      { kept: true },
    ])
  })
})
