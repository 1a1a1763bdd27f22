/** What a person may say to dbt reaches dbt; their own tools and profiles are the ones that are used. */
import { cpSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { VENV } from '../support/paths.ts'
import { makeProject, type Project, projectAt } from '../support/project.ts'
import { parseReport } from '../support/report.ts'
import { query, values } from '../support/warehouse.ts'

describe('flags', () => {
  let project: Project

  beforeAll(() => {
    project = makeProject('shop-loaded')
    project.write(
      'models/visits.sql',
      '{{ config(materialized=\'incremental\') }}\nselect \'{{ var("who", "nobody") }}\' as who',
    )
  })

  const visits = () =>
    query(project.path('shop.duckdb'), 'select who from analytics.visits order by who').flat(2)
  const build = async (...args: string[]) => {
    const run = await runMartsmith(project, ['pipeline', '--select', 'visits', '--yes', ...args])
    expect(run.code, run.all).toBe(0)
    return run
  }

  it('PIPE-2, SPEC-5: --vars and --full-refresh', async () => {
    query(project.path('shop.duckdb'), "create table analytics.visits as select 'ada' as who")
    await build('--vars', '{who: bela}')
    expect(visits(), 'built on top of what stands').toEqual(['ada', 'bela'])
    await build('--full-refresh')
    expect(visits()).toEqual(['nobody'])
  })

  it('PIPE-2, SPEC-5: --select given twice, --exclude, --threads and --target', async () => {
    const run = await runMartsmith(project, [
      'pipeline',
      '-s',
      '+fct_orders',
      '-s',
      'visits',
      '--exclude',
      'stg_orders',
      '--threads',
      '1',
      '--target',
      'prod',
      '--dry-run',
    ])
    expect(run.stderr).toMatch(/build --select '\+fct_orders visits' --exclude stg_orders {3}3 of 7 models/)
    expect(run.stderr).toMatch(/target prod, duckdb.*Writes to shop_prod\.duckdb.*looks like production/s)
  })

  it('PIPE-2: --state with a selection of what was modified since', async () => {
    cpSync(project.path('.martsmith/dbt-target/manifest.json'), project.path('before/manifest.json'))
    const modified = ['pipeline', '--select', 'state:modified', '--state', 'before', '--yes']
    const none = await runMartsmith(project, modified)
    expect(none.code, 'nothing has changed, which is no error').toBe(0)
    expect(none.stderr).toMatch(/^Nothing to do: --select state:modified matches nothing/m)
    project.edit('models/marts/agg_daily_orders.sql', 'count(*)', 'count(1)')
    const run = await runMartsmith(project, modified)
    expect(run.code, run.all).toBe(0)
    expect(parseReport(run.stdout).steps[1]?.details).toMatch(/^1 model built; 1 test passed/)
  })
})

describe('where profiles and dbt are found', () => {
  /** The file that a run would write to: each place has a profile with its own. */
  async function written(
    project: Project,
    args: string[],
    env: Record<string, string | undefined> = {},
  ): Promise<string | undefined> {
    const run = await runMartsmith(project, ['pipeline', '--dry-run', ...args], { env })
    return /Writes to (\S+) /.exec(run.stderr)?.[1] ?? run.all
  }

  it('SPEC-5: --profiles-dir goes before DBT_PROFILES_DIR, that before the project, that before the home folder; the dbt on PATH where no environment is active', async () => {
    const project = makeProject('shop-loaded')
    const profiles = project.read('profiles.yml')
    for (const place of ['flag', 'variable', '../home/.dbt'])
      project.write(
        `${place}/profiles.yml`,
        profiles.replace('shop.duckdb', `${place.replace(/\W/g, '')}.duckdb`),
      )
    const env = { DBT_PROFILES_DIR: project.path('variable') }
    expect(await written(project, ['--profiles-dir', 'flag'], env)).toBe('flag.duckdb')
    expect(await written(project, [], env)).toBe('variable.duckdb')
    const onPath = { VIRTUAL_ENV: undefined, PATH: `${VENV}/bin:/usr/bin:/bin` }
    expect(await written(project, [], onPath)).toBe('shop.duckdb')
    project.remove('profiles.yml')
    expect(await written(project, [])).toBe('homedbt.duckdb')
  })
})

describe('source freshness, in a folder whose path is long and holds spaces and other letters', () => {
  let project: Project

  beforeAll(() => {
    const made = makeProject('shop-loaded')
    const dir = `${made.home}/${'a long name '.repeat(8)}(Ümläut's)`
    cpSync(made.dir, dir, { recursive: true })
    project = projectAt(dir, made.home)
    project.edit(
      'models/sources.yml',
      '      - name: orders',
      '      - name: orders\n        config:\n          loaded_at_field: cast(ordered_at as timestamp)\n          freshness: {error_after: {count: 1, period: day}}',
    )
  })

  it('PIPE-2: is looked at where it is configured, and told', async () => {
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expect(run.code, run.all).toBe(0)
    expect(parseReport(run.stdout).steps[1]?.details).toMatch(
      /^Stale \(error_after\): source shop\.orders, last loaded \d+ days ago\.$/m,
    )
  })

  it('PIPE-2, EXEC-3: stops the build where the project wants that', async () => {
    project.edit('martsmith.yml', 'dlt:', 'dbt: {freshness: stop}\ndlt:')
    query(project.path('shop.duckdb'), 'drop table analytics.fct_orders')
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expect(run.code, run.all).toBe(1)
    expect(parseReport(run.stdout).steps[1]?.details).toMatch(
      /^Not built: shop\.orders is older than error_after allows/,
    )
    expect(
      values(
        project.path('shop.duckdb'),
        "select count(*) from information_schema.tables where table_name = 'fct_orders'",
      ),
    ).toEqual([0])
  })
})

describe('init and check', () => {
  it('init writes what it finds, commented, and never over what is there; check then agrees', async () => {
    const project = makeProject('shop')
    project.remove('martsmith.yml')
    const made = await runMartsmith(project, ['init'])
    expect(made.code, made.all).toBe(0)
    expect(project.read('martsmith.yml')).toMatch(/- name: "shop"\n +script: "ingest\/shop\.py"/)
    const again = await runMartsmith(project, ['init'])
    expect(again.code).toBe(2)
    expect(again.stderr).toMatch(/is there already; it was not touched/)
    const checked = await runMartsmith(project, ['check', '--json'])
    expect(checked.code, checked.all).toBe(0)
    expect(JSON.parse(checked.stdout)).toMatchObject({
      ok: true,
      checks: expect.arrayContaining([expect.objectContaining({ what: 'dlt shop', state: 'ok' })]),
    })
  })
})
