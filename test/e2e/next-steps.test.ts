/** Whatever a report or a refusal suggests can be pasted: it is run here exactly as it stands. */
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { cleanEnv, type Place, runMartsmith } from '../support/martsmith.ts'
import { MARTSMITH } from '../support/paths.ts'
import { makeProject } from '../support/project.ts'

/** In a shell with martsmith on its PATH, in the folder where the first command was given. */
function paste(place: Place, command: string, cwd = place.dir) {
  const env = cleanEnv({ HOME: place.home })
  return spawnSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env: { ...env, PATH: `${dirname(MARTSMITH)}:${env.PATH}` },
  })
}

it('EXEC-5: after a failure on another target, from another folder', async () => {
  const project = makeProject('shop-loaded')
  project.edit('profiles.yml', 'prod:', 'staging:')
  project.edit('profiles.yml', 'shop_prod.duckdb', 'shop_staging.duckdb')
  project.edit('ingest/shop.py', '"shop.duckdb"', '"shop_staging.duckdb"')
  project.edit('models/marts/fct_orders.sql', 'amount + tax', 'amount + taxes')
  const args = ['pipeline', '--project-dir', project.dir, '--target', 'staging', '--force', '--yes', '--json']
  const failed = await runMartsmith(project, args, { cwd: project.home })
  expect(failed.code, failed.all).toBe(1)
  project.edit('models/marts/fct_orders.sql', 'amount + taxes', 'amount + tax')
  const [resume = ''] = failed.json.next_steps
  const resumed = paste(project, resume, project.home)
  expect(resumed.status, `${resume}\n${resumed.stderr}`).toBe(0)

  const there = ['--project-dir', project.dir]
  const shown = await runMartsmith(project, ['show', '--json', ...there], { cwd: project.home })
  const stale = shown.json.next_steps.find((step) => step.includes('agg_daily_orders')) ?? ''
  const followed = paste(project, `${stale} --yes`, project.home)
  expect(followed.status, `${stale}\n${followed.stderr}`).toBe(0)
  expect(project.run().target).toBe('staging')
})

it('EXEC-5: after a selection that matches nothing, and after an unclear request', async () => {
  const project = makeProject('shop-loaded')
  const empty = await runMartsmith(project, ['pipeline', '--select', 'fct_ordrs', '--json'])
  const [nearest = ''] = empty.json.next_steps
  expect(paste(project, `${nearest} --dry-run`).status, nearest).toBe(0)
  const unclear = await runMartsmith(project, ['rebuild orders', '--json'])
  for (const step of unclear.json.next_steps.filter((s) => s.startsWith('martsmith pipeline'))) {
    expect(paste(project, `${step} --dry-run`).status, step).toBe(0)
  }
})
