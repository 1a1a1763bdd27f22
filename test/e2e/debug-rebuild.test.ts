/** An incremental table holds rows that a fault has made: the fix of the code is one thing, a build from the start another. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { cleanEnv, runMartsmith } from '../support/martsmith.ts'
import { VENV } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'
import { values } from '../support/warehouse.ts'

const LOG = 'models/marts/fct_order_log.sql'
const WELL = 'amount as amount,'
const BROKEN = '-amount as amount,'
const BAD = 'select count(*) from analytics.fct_order_log where amount < 0'
const ALL = 'select count(*) from analytics.fct_order_log'

let project: Project

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: project.dir })
const rows = (...sql: string[]) => values(project.path('shop.duckdb'), ...sql)

/** The fault is committed, and the table is built from the start with it, as the user would by hand. */
function breakIt(): void {
  git('commit', '-q', '--allow-empty', '-am', 'As it is')
  project.edit(LOG, WELL, BROKEN)
  git('commit', '-qam', 'Changes of the week')
  const env = cleanEnv({ DBT_PROFILES_DIR: project.dir })
  const args = ['run', '-q', '--full-refresh', '--select', 'fct_order_log']
  expect(spawnSync(join(VENV, 'bin', 'dbt'), args, { cwd: project.dir, env }).status).toBe(0)
}

beforeAll(() => {
  project = makeProject('shop-loaded')
  project.write('.gitignore', '.martsmith\n.tasks\n*.duckdb\ntarget\nlogs\n')
  project.write(
    LOG,
    `{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, order_date, ${WELL} current_timestamp as loaded_at
from {{ ref('stg_orders') }}
{% if is_incremental() %}
where order_date > (select max(order_date) from {{ this }})
{% endif %}
`,
  )
  project.write(
    'models/marts/_log.yml',
    `unit_tests:
  - name: amounts_stay_as_they_are
    model: fct_order_log
    overrides: {macros: {is_incremental: false}}
    given:
      - input: ref('stg_orders')
        rows: [{order_id: 1, amount: 5}]
    expect: {rows: [{order_id: 1, amount: 5}]}
`,
  )
  git('add', '-A')
  git('commit', '-qm', 'All is well')
  breakIt()
})

describe('what stands in an incremental table', () => {
  it('is asked for by itself where the sources do not hold all of it any more: --yes is no answer, and what is left is told', async () => {
    rows(
      'create table raw.gone as select * from raw.orders where order_id = 1',
      'delete from raw.orders where order_id = 1',
    )
    const asked = await runMartsmith(project, ['debug', '--fix', '--yes', '--json'])
    expect(asked.code, asked.all).toBe(3)
    expect(project.read(LOG)).toContain(`order_date, ${WELL}`)
    const waiting = asked.json.waiting_for
    expect(waiting?.kind).toBe('question')
    expect(waiting?.shown.join('\n')).toMatch(
      /5 rows of fct_order_log are still other.*5 differ in amount, 1 would not be made.*Up to 1 row .* loses them/,
    )
    const left = await runMartsmith(project, ['answer', asked.json.run_id ?? '', 'leave', '--json'])
    expect(left.code, left.all).toBe(1)
    expect(left.json.steps[4]?.details).toMatch(
      /Left for a person: .*martsmith pipeline --select fct_order_log\+ --full-refresh/,
    )
    expect(rows(BAD)).toEqual([6])
  })

  it('EXEC-1: is asked for by itself on a protected target; each answer is given once more with its approval', async () => {
    rows('insert into raw.orders select * from raw.gone', 'drop table raw.gone')
    breakIt()
    project.write('martsmith.yml', 'targets:\n  protected: [dev]\n')
    const approved = async (...args: string[]) => {
      const held = await runMartsmith(project, [...args, '--yes', '--json'])
      expect(held.code, held.all).toBe(3)
      const code = /--approve (\w+)/.exec(held.stderr)?.[1] ?? ''
      expect(held.json.next_steps).toEqual([`martsmith ${args.join(' ')} --approve ${code}`])
      return runMartsmith(project, [...args, '--approve', code, '--json'])
    }
    const fix = await approved('debug', '--fix')
    expect(fix.json.waiting_for?.kind, fix.all).toBe('approval')
    expect(project.read(LOG)).toContain(BROKEN)
    const run = fix.json.run_id ?? ''
    const rebuild = await approved('approve', run, '--hash', fix.json.waiting_for?.hash ?? '')
    expect(rebuild.json.waiting_for, rebuild.all).toMatchObject({ kind: 'question', id: 'rebuild' })
    expect(rows(BAD)).toEqual([6])
    const done = await approved('answer', run, 'rebuild')
    expect(done.code, done.all).toBe(0)
    expect(rows(BAD, ALL)).toEqual([0, 6])
    project.write('martsmith.yml', '')
  })

  it('is built from the start with the yes, as it was proven, and nothing is lost by it', async () => {
    breakIt()
    const done = await runMartsmith(project, ['debug', '--fix', '--yes', '--json'])
    expect(done.code, done.all).toBe(0)
    expect(done.json.steps[1]?.details).toMatch(/6 rows of fct_order_log are still other.*6 differ in amount/)
    expect(done.json.steps[3]?.details).toMatch(/Built from the start: said by .* \(--yes\)/)
    expect(done.json.steps[3]?.details).not.toContain('older now')
    expect(rows(BAD, ALL)).toEqual([0, 6])
  })
})
