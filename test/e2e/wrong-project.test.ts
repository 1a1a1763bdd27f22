/** A dbt project that dbt cannot read, or a selection of nothing: found out before anything runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DbtEngine } from '../../src/adapters/dbt/types.ts'
import { findProject } from '../../src/config/project.ts'
import { isMartsmithError } from '../../src/core/errors.ts'
import { pipelineScope } from '../../src/workflows/scope.ts'
import { openDbt } from '../../src/workflows/session.ts'
import { expectNoStack } from '../support/expect-clear.ts'
import { cleanEnv, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { refuses, type Wanted } from '../support/refuses.ts'
import { parseReport } from '../support/report.ts'

describe('the dbt project', () => {
  it.each<[string, string, string, Wanted]>([
    [
      'a ref to nothing',
      'models/broken.sql',
      "select * from {{ ref('stg_order') }}",
      { code: 2, says: ["depends on a node named 'stg_order' which was not found"], mend: ['stg_order'] },
    ],
    [
      'a broken dbt_project.yml',
      'dbt_project.yml',
      'name: shop\nprofile: shop\n models: {}\n',
      { code: 2, says: ['dbt_project.yml', /line 3|near line/] },
    ],
  ])('%s', async (_, path, text, wanted) => {
    await refuses(wanted, { change: (p) => p.write(path, text) })
  })

  describe('as dbt is asked for it, in one process', () => {
    let project: Project
    let dbt: DbtEngine

    beforeAll(async () => {
      project = makeProject('shop-loaded')
      const env = cleanEnv({ HOME: project.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' })
      dbt = openDbt(await findProject(project.dir), {}, env, () => undefined)
    })
    afterAll(() => dbt?.close())

    it.each<[string, string, string, RegExp[]]>([
      [
        'broken YAML',
        'models/broken.yml',
        'version: 2\nmodels:\n  - name: x\n   columns: []\n',
        [/broken\.yml/, /line 4|near line/],
      ],
      [
        'broken Jinja',
        'models/broken.sql',
        "select {{ ref('stg_orders') \n",
        [/broken/, /expected token|unexpected/i],
      ],
      [
        'a source that is not declared',
        'models/broken.sql',
        "select * from {{ source('shop', 'returns') }}",
        [/source named 'shop\.returns' which was not found/],
      ],
      [
        'two models of one name',
        'models/other/fct_orders.sql',
        'select 1 as id',
        [/two (models|resources) with the name.*fct_orders/],
      ],
      [
        'a cycle',
        'models/marts/fct_orders.sql',
        "select * from {{ ref('agg_daily_orders') }}",
        [/[Cc]ycle/, /fct_orders/],
      ],
    ])('%s', async (_, path, text, says) => {
      const standing = project.exists(path) ? project.read(path) : null
      project.write(path, text)
      const error: unknown = await dbt.list({}).then(
        () => 'it was read',
        (e: unknown) => e,
      )
      if (standing === null) project.remove(path)
      else project.write(path, standing)
      if (!isMartsmithError(error)) throw error
      expect(error.exitCode).toBe(2)
      for (const part of says) expect([error.message, ...error.details].join('\n')).toMatch(part)
    })

    it.each<[string, string, string | null, RegExp]>([
      [
        'a selection of only what is excluded',
        'fct_orders',
        'fct_orders+',
        /--select fct_orders --exclude fct_orders\+ matches nothing/,
      ],
      ['a selection without a meaning to dbt', 'not-a-method:x', null, /not-a-method|not a valid/],
    ])('%s', async (_, select, exclude, says) => {
      const given = { select, exclude, selection: '', pipelines: null }
      const params = { ...given, fullRefresh: false, force: false, retest: false }
      const found = await findProject(project.dir)
      const scope = pipelineScope({ project: found, dbt, now: new Date() }, 'Pipeline', params)
      await expect(scope).rejects.toMatchObject({ message: expect.stringMatching(says), exitCode: 2 })
    })
  })

  it('an unknown macro or a missing variable in a model fails the build of that model', async () => {
    const project = makeProject('shop-loaded')
    project.write('models/calls.sql', 'select {{ add_tax(1) }}')
    project.write('models/varies.sql', "select {{ var('region') }} as region")
    const run = await runMartsmith(project, ['pipeline', '--select', 'calls varies', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    const details = parseReport(run.stdout).steps[1]?.details ?? ''
    const [, one, other] = details.split(/^(?=Failed: )/m).toSorted()
    expect(one).toMatch(/^Failed: calls {2}models\/calls\.sql[\s\S]*'add_tax' is undefined/)
    expect(other).toMatch(/^Failed: varies {2}models\/varies\.sql[\s\S]*Required var 'region' not found/)
  })

  it('missing packages that cannot be installed fail the build, with the place they were looked for', async () => {
    const project = makeProject('shop-loaded')
    project.write('packages.yml', 'packages:\n  - local: nowhere\n')
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    expect(parseReport(run.stdout).steps[1]?.details).toMatch(/nowhere\/dbt_project\.yml.*packages\.yml/s)
  })

  it('missing packages that can be installed are, by dbt deps', async () => {
    const project = makeProject('shop-loaded')
    project.write('packages.yml', 'packages:\n  - local: shared\n')
    project.write('shared/dbt_project.yml', 'name: shared\nversion: 1.0.0\nconfig-version: 2\n')
    project.write('shared/macros/one.sql', '{% macro one() %}1{% endmacro %}')
    project.write('models/uses_package.sql', 'select {{ shared.one() }} as one')
    const run = await runMartsmith(project, ['pipeline', '--select', 'uses_package', '--yes'])
    expect(run.code, run.all).toBe(0)
    expect(parseReport(run.stdout).steps[1]?.details).toMatch(
      /Packages were missing: dbt deps installed them first\./,
    )
  })
})

describe('the selection', () => {
  it('matches nothing: the nearest names are told, and the command with one of them', () =>
    refuses(
      {
        code: 2,
        says: ['--select +fct_order matches nothing', 'Did you mean fct_orders'],
        mend: ['martsmith pipeline --select +fct_orders'],
      },
      { args: ['--select', '+fct_order'] },
    ))

  it('a --state without a manifest', () =>
    refuses(
      { code: 2, says: [/manifest.*state|state.*manifest/i] },
      { args: ['--select', 'state:modified', '--state', 'models'] },
    ))

  it('--vars that are no YAML', () =>
    refuses({ code: 2, says: [/--vars|vars/] }, { args: ['--vars', '{region: ['] }))
})
