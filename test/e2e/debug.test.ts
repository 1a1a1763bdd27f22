/** A shop that is broken in three ways at once: each cause found, mended and proven, written once approved, run again. */
import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectNoStack } from '../support/expect-clear.ts'
import { cleanEnv, type Result, runMartsmith } from '../support/martsmith.ts'
import { VENV } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { query } from '../support/warehouse.ts'

const YAML = 'models/marts/_marts.yml'
const INT = 'models/marts/int_order_totals.sql'
const STG = 'models/staging/stg_orders.sql'
const TOTALS = 'select sum(total), sum(amount), count(*) from analytics.fct_orders'

let project: Project
let before: unknown
let proposed: Result

function commit(p: Project): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: p.dir })
  p.write('.gitignore', '.martsmith\n.tasks\n*.duckdb\ntarget\nlogs\n')
  git('add', '-A')
  git('commit', '-q', '-m', 'All is well')
}

/** As the user runs it, by hand. */
function ownDbt(...args: string[]): number | null {
  const env = cleanEnv({ DBT_PROFILES_DIR: project.dir })
  return spawnSync(join(VENV, 'bin', 'dbt'), args, { cwd: project.dir, env }).status
}

beforeAll(async () => {
  project = makeProject('shop-loaded')
  commit(project)
  before = query(project.path('shop.duckdb'), TOTALS)
  project.edit(INT, "ref('stg_orders')", "ref('stg_ordrs')")
  project.edit(STG, /\n {4}amount\n/, '\n    amount as order_amount\n')
  project.edit(YAML, '      - name: status', '     - name: status')
  proposed = await runMartsmith(project, ['dbt build failed', '--json'])
})

describe('debug', () => {
  it('DEBUG-1, DEBUG-2: each cause is one diagnosis, in the order in which they show, by class and place', () => {
    expectNoStack(proposed)
    expect(proposed.code, proposed.all).toBe(3)
    expect(proposed.json.findings).toMatchObject([
      { rule: 'P01', file: YAML },
      { rule: 'P17', file: INT },
      { rule: 'D01', file: INT, line: 6 },
    ])
  })

  it('DEBUG-3: the fix is proven and shown, keeps every test, and nothing is written before it is approved', () => {
    const [, diagnosed] = proposed.json.steps
    expect(diagnosed?.details).toMatch(/ROOT CAUSE[\s\S]*has order_amount in place of amount/)
    expect(diagnosed?.details).toContain('fct_orders: same rows as stand (6)')
    expect(proposed.json.waiting_for).toMatchObject({ kind: 'approval' })
    const diff = proposed.json.waiting_for?.kind === 'approval' ? proposed.json.waiting_for.diff : ''
    expect(diff).toContain("+from {{ ref('stg_orders') }}")
    expect(diff).toContain('+    order_amount as amount,')
    expect(diff.match(/^-.*(unique|not_null|values)/gm)).toBeNull()
    expect(project.read(INT)).toContain('stg_ordrs')
  })

  it('DEBUG-4, DEBUG-5: approved, it is written, what failed runs again, and the tests really ran', async () => {
    const id = proposed.json.run_id ?? ''
    const hash = proposed.json.waiting_for?.hash ?? ''
    const done = await runMartsmith(project, ['approve', id, '--hash', hash])
    expect(done.code, done.all).toBe(0)
    expect(statuses(done.stdout)).toBe('Success Success Success Success Success')
    expect(parseReport(done.stdout).steps[4]?.details).toMatch(/built and [1-9]\d* tests passed/)
    expect(query(project.path('shop.duckdb'), TOTALS)).toEqual(before)
    expect(project.read(STG)).toContain('amount as order_amount')
    expect(project.read(YAML).match(/unique|not_null|accepted_values|relationships/g)).toHaveLength(6)
  })

  it('nothing failing is said, with the last runs, exit 0', async () => {
    const well = await runMartsmith(project, ['debug'])
    expect(well.code, well.all).toBe(0)
    expect(statuses(well.stdout)).toBe('Success Success Skipped Skipped Skipped')
    expect(well.stdout).toMatch(/Nothing fails: \d+ nodes and tests ran in a sandbox/)
  })

  it('DEBUG-3: a fix that takes back what somebody is working on is never taken by --yes', async () => {
    const fct = 'models/marts/fct_orders.sql'
    query(
      project.path('shop.duckdb'),
      `create table raw.payments as select 1 as order_id, unnest(['card', 'cash']) as method`,
    )
    project.edit('models/sources.yml', '- name: orders', '- name: payments\n      - name: orders')
    const whole = project.read(fct)
    project.write(
      fct,
      `select o.order_id, o.customer_id, o.order_date, o.status, o.amount, o.amount + o.tax as total, p.method
from {{ ref('int_order_totals') }} as o
left join {{ source('shop', 'payments') }} as p on o.order_id = p.order_id\n`,
    )
    ownDbt('run', '-q', '--select', 'fct_orders')
    const asked = await runMartsmith(project, ['debug', '--fix', '--yes', '--json'])
    expect(asked.code, asked.all).toBe(3)
    expect(asked.json.steps?.[1]?.details).toMatch(
      /repeats because of the join of fct_orders line 3.*up to 2 rows/,
    )
    expect(project.read(fct)).toContain('p.method')
    const id = asked.json.run_id ?? ''
    const left = await runMartsmith(project, ['answer', id, 'nothing'])
    expect(left.code, left.all).toBe(1)
    expect(project.read(fct)).toContain('p.method')
    project.write(fct, whole)
  })

  it('DEBUG-1: a source that dbt found too old is what is wrong, though everything builds', async () => {
    const whole = project.read('models/sources.yml')
    project.edit(
      'models/sources.yml',
      '- name: orders',
      `- name: orders
        loaded_at_field: cast(ordered_at as timestamp)
        freshness: {error_after: {count: 1, period: day}}`,
    )
    expect(ownDbt('source', 'freshness')).toBe(1)
    const told = await runMartsmith(project, ['debug', '--json'])
    expect(told.code, told.all).toBe(1)
    expect(told.json.findings).toMatchObject([
      { rule: 'T05', message: expect.stringContaining('shop.orders') },
    ])
    project.write('models/sources.yml', whole)
    project.remove('target/sources.json')
  })

  it('what the source holds is left to a person, who may choose to keep it out: --yes does not', async () => {
    const test = "select order_id from {{ ref('fct_orders') }} where status = 'back'\n"
    commit(project)
    project.write('tests/nothing_comes_back.sql', test)
    commit(project)
    const left = await runMartsmith(project, ['debug', '--fix', '--yes', '--json'])
    expect(left.code, left.all).toBe(3)
    const message = expect.stringContaining('The source itself holds them: 1 row of shop.orders')
    expect(left.json.findings).toMatchObject([{ rule: expect.stringMatching(/^T01/), message }])
    expect(left.json.steps[1]?.details).toMatch(/A person decides:[\s\S]*stg_orders_rejected\.sql/)
    expect(left.json.changes).toEqual([])
    const staging = project.read(STG)
    const kept = await runMartsmith(project, ['answer', left.json.run_id ?? '', 'fix-1'])
    expect(kept.code, kept.all).toBe(0)
    const counts = `select (select count(*) from analytics.stg_orders), (select count(*) from analytics.stg_orders_rejected)`
    expect(query(project.path('shop.duckdb'), counts)).toEqual([[[5, 1]]])
    expect(project.read('tests/nothing_comes_back.sql')).toBe(test)
    project.write(STG, staging)
    project.remove('models/staging/stg_orders_rejected.sql')
    project.remove('tests/stg_orders_rejected_counted.sql')
  })

  it('numbers that are wrong are followed to the condition that loses rows, and come back: nothing had failed', async () => {
    rmSync(project.path('tests/nothing_comes_back.sql'))
    project.write(STG, `${project.read(STG).trimEnd()}\nwhere status in ('paid', 'Sent', 'back')\n`)
    expect(ownDbt('build', '-q', '--exclude', 'resource_type:seed')).toBe(0)
    const found = await runMartsmith(project, ['fct_orders misses rows', '--dry-run', '--json'])
    expect(found.code, found.all).toBe(0)
    expect(found.json.findings).toMatchObject([{ rule: 'S01', file: STG }])
    expect(found.json.steps[1]?.details).toContain("+where status in ('paid', 'sent', 'back')")
    expect(found.json.steps[1]?.details).toContain('fct_orders: 4 rows stand, 6 would')
  })
})
