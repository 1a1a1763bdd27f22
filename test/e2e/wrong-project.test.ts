/** A profile, a Python, a dbt project or a warehouse that cannot be used: found out before anything runs. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectClear, expectNoStack } from '../support/expect-clear.ts'
import { type Result, type RunOptions, runMartsmith } from '../support/martsmith.ts'
import { PYTHON, VENV } from '../support/paths.ts'
import { makeProject, type Project, type Source } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { holdOpen, values } from '../support/warehouse.ts'

type Wanted = Parameters<typeof expectClear>[1]
type Case = { change?: (project: Project) => void; args?: string[]; env?: RunOptions['env']; from?: Source }

/** Runs a project in which something is wrong, and expects to be told so, with nothing done and nothing lost. */
async function refuses(
  wanted: Wanted,
  { change, args = [], env, from = 'shop-loaded' }: Case,
): Promise<Result> {
  const project = makeProject(from)
  change?.(project)
  const before = project.snapshot('.martsmith')
  const runs = project.runs().length
  const run = await runMartsmith(project, ['pipeline', '--yes', ...args], { env: env ?? {} })
  expectClear(run, wanted)
  expect(run.stdout).toBe('')
  expect(project.snapshot('.martsmith'), 'nothing was written').toEqual(before)
  expect(project.runs()).toHaveLength(runs)
  return run
}

describe('profiles', () => {
  it('no profile of that name', () =>
    refuses(
      { code: 2, says: ["Could not find profile named 'stall'"], mend: [/stall.*--profiles-dir/] },
      { change: (p) => p.edit('dbt_project.yml', 'profile: shop', 'profile: stall') },
    ))

  it('no profiles.yml anywhere', () =>
    refuses(
      { code: 2, says: [/profiles\.yml|profile named 'shop'/], mend: ['--profiles-dir'] },
      { change: (p) => p.remove('profiles.yml') },
    ))

  it('no target of that name: the known ones are named', () =>
    refuses(
      { code: 2, says: ["does not have a target named 'staging'", 'dev', 'prod'], mend: ['--target'] },
      { args: ['--target', 'staging'] },
    ))

  it('a --profiles-dir that is not there', () =>
    refuses({ code: 2, says: [/--profiles-dir.*nowhere/] }, { args: ['--profiles-dir', 'nowhere'] }))

  it('a missing environment variable is named with how to set it', () =>
    refuses(
      {
        code: 2,
        says: ["Env var required but not provided: 'SHOP_WAREHOUSE'"],
        mend: ['export SHOP_WAREHOUSE='],
      },
      {
        change: (p) => p.edit('profiles.yml', 'path: shop.duckdb', `path: "{{ env_var('SHOP_WAREHOUSE') }}"`),
      },
    ))

  it('broken YAML in profiles.yml, without showing the password beside it', async () => {
    const run = await refuses(
      { code: 2, says: ['profiles.yml', 'line 9'] },
      {
        change: (p) =>
          p.edit(
            'profiles.yml',
            '      threads: 2\n',
            '      password: correct-horse-battery\n     threads: 2\n',
          ),
      },
    )
    expect(run.all).not.toContain('correct-horse-battery')
  })

  it('an adapter that is not installed is named with the command that installs it', () =>
    refuses(
      { code: 2, says: [/Could not find adapter type snowflake/], mend: [/pip install dbt-snowflake/] },
      { change: (p) => p.edit('profiles.yml', 'type: duckdb', 'type: snowflake') },
    ))
})

describe('Python and dbt', () => {
  const NO_DBT = { VIRTUAL_ENV: undefined, PATH: '/usr/bin:/bin' }

  const [base = '', lib = ''] = execFileSync(
    PYTHON,
    ['-c', 'import sys; print(sys._base_executable, "python%d.%d" % sys.version_info[:2])'],
    { encoding: 'utf8' },
  )
    .trim()
    .split(' ')

  const BROKEN_PYTHON = `#!/bin/sh
cat >&2 <<EOF
Traceback (most recent call last):
  File "/usr/lib/python3.11/struct.py", line 13, in <module>
    from _struct import *
ModuleNotFoundError: No module named '_struct'
EOF
exit 1
`

  /** A virtual environment that says it has this dbt; its Python is a real one. */
  function environmentWith(project: Project, dbt: string): void {
    mkdirSync(project.path('.venv/bin'), { recursive: true })
    symlinkSync(base, project.path('.venv/bin/python'))
    project.write('.venv/pyvenv.cfg', `home = ${dirname(base)}\ninclude-system-site-packages = false\n`)
    project.write(
      `.venv/lib/${lib}/site-packages/dbt_core-${dbt}.dist-info/METADATA`,
      `Metadata-Version: 2.1\nName: dbt-core\nVersion: ${dbt}\n`,
    )
  }

  it('no dbt in any Python: says what was looked at and how to install it', () =>
    refuses(
      {
        code: 2,
        says: ['dbt was not found in any Python environment of this project'],
        mend: ['pip install dbt-core', 'dbt.python'],
      },
      { env: NO_DBT },
    ))

  it('an active environment without dbt is named', () =>
    refuses(
      { code: 2, says: ['dbt was not found', /bare .*active environment.*has no dbt/] },
      {
        env: { ...NO_DBT, VIRTUAL_ENV: 'bare' },
        change: (p) => p.write('bare/pyvenv.cfg', 'home = /usr/bin\n'),
      },
    ))

  it('a dbt that is too old', () =>
    refuses(
      { code: 2, says: ['dbt 1.5.0 is not supported', '1.8'], mend: ["pip install 'dbt-core>=1.8,<2'"] },
      { env: NO_DBT, change: (p) => environmentWith(p, '1.5.0') },
    ))

  it('a dbt that is too new', () =>
    refuses(
      { code: 2, says: ['dbt 2.0.0 is not supported'] },
      { env: NO_DBT, change: (p) => environmentWith(p, '2.0.0') },
    ))

  it('a dbt that is installed in part is told as that, with its Python', () =>
    refuses(
      { code: 2, says: ['.venv/bin/python', /No module named/], mend: ['pip install'] },
      { env: NO_DBT, change: (p) => environmentWith(p, '1.11.0') },
    ))

  it('a Python that is broken is told in one line, not with its traceback', () =>
    refuses(
      { code: 1, says: ['broken-python', 'exit code 1', "No module named '_struct'"], mend: ['dbt.python'] },
      {
        change: (p) => {
          p.write('broken-python', BROKEN_PYTHON)
          chmodSync(p.path('broken-python'), 0o755)
          p.edit('martsmith.yml', 'dlt:', 'dbt: {python: broken-python}\ndlt:')
        },
      },
    ))

  it('a Python that cannot be started', () =>
    refuses(
      { code: 2, says: ['cannot be started'], mend: ['dbt.python'] },
      {
        change: (p) => {
          p.write('not-python', 'no program')
          p.edit('martsmith.yml', 'dlt:', 'dbt: {python: not-python}\ndlt:')
        },
      },
    ))

  it('martsmith check says the same, and what is fine', async () => {
    const project = makeProject('shop-loaded')
    const bad = await runMartsmith(project, ['check'], { env: NO_DBT })
    expect(bad.code, bad.all).toBe(2)
    expect(bad.stdout).toMatch(/^missing +python +dbt was not found/m)
    const good = await runMartsmith(project, ['check'])
    expect(good.code, good.all).toBe(0)
    expect(good.stdout).toMatch(new RegExp(`^ok +python +${VENV}/bin/python`, 'm'))
    expect(good.stdout).toMatch(/^ok +dbt project +6 models, 7 tests, 2 sources, 1 exposure/m)
  })
})

describe('the dbt project', () => {
  const cases: [string, string, string, Wanted][] = [
    [
      'broken YAML',
      'models/broken.yml',
      'version: 2\nmodels:\n  - name: x\n   columns: []\n',
      { code: 2, says: ['broken.yml', /line 4|near line/] },
    ],
    [
      'broken Jinja',
      'models/broken.sql',
      "select {{ ref('stg_orders') \n",
      { code: 2, says: [/broken/, /expected token|unexpected/i] },
    ],
    [
      'a ref to nothing',
      'models/broken.sql',
      "select * from {{ ref('stg_order') }}",
      { code: 2, says: ["depends on a node named 'stg_order' which was not found"], mend: ['stg_order'] },
    ],
    [
      'a source that is not declared',
      'models/broken.sql',
      "select * from {{ source('shop', 'returns') }}",
      { code: 2, says: [/source named 'shop\.returns' which was not found/] },
    ],
    [
      'two models of one name',
      'models/other/fct_orders.sql',
      'select 1 as id',
      { code: 2, says: [/two (models|resources) with the name.*fct_orders/] },
    ],
    [
      'a cycle',
      'models/marts/fct_orders.sql',
      "select * from {{ ref('agg_daily_orders') }}",
      { code: 2, says: [/[Cc]ycle/, 'fct_orders'] },
    ],
    [
      'a broken dbt_project.yml',
      'dbt_project.yml',
      'name: shop\nprofile: shop\n models: {}\n',
      { code: 2, says: ['dbt_project.yml', /line 3|near line/] },
    ],
  ]

  it.each(cases)('%s', async (_, path, text, wanted) => {
    await refuses(wanted, { change: (p) => p.write(path, text) })
  })

  it.each([
    ['an unknown macro', 'select {{ add_tax(1) }}', "'add_tax' is undefined"],
    ['a missing variable', "select {{ var('region') }} as region", "Required var 'region' not found"],
  ])('%s in a model fails the build of that model', async (_, sql, message) => {
    const project = makeProject('shop-loaded')
    project.write('models/broken.sql', sql)
    const run = await runMartsmith(project, ['pipeline', '--select', 'broken', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    const details = parseReport(run.stdout).steps[1]?.details
    expect(details).toContain('Failed: broken  models/broken.sql')
    expect(details).toContain(message)
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

  it('matches only what is excluded', () =>
    refuses(
      { code: 2, says: ['--select fct_orders --exclude fct_orders+ matches nothing'] },
      { args: ['--select', 'fct_orders', '--exclude', 'fct_orders+'] },
    ))

  it('has no meaning to dbt', () =>
    refuses({ code: 2, says: [/not-a-method|not a valid/] }, { args: ['--select', 'not-a-method:x'] }))

  it('a --state without a manifest', () =>
    refuses(
      { code: 2, says: [/manifest.*state|state.*manifest/i] },
      { args: ['--select', 'state:modified', '--state', 'models'] },
    ))

  it('--vars that are no YAML', () =>
    refuses({ code: 2, says: [/--vars|vars/] }, { args: ['--vars', '{region: ['] }))
})

describe('the warehouse', () => {
  it('locked by another program: told before anything runs, with its process; then it works', async () => {
    const project = makeProject('shop-loaded')
    const before = project.snapshot('.martsmith')
    const holder = await holdOpen(project, 'shop.duckdb')
    const refused = await runMartsmith(project, ['pipeline', '--yes'])
    expectClear(refused, {
      code: 2,
      says: ['Could not set lock on file', `PID ${holder.pid}`, project.path('shop.duckdb')],
      mend: [String(holder.pid)],
    })
    await holder.release()
    expect(project.snapshot('.martsmith')).toEqual(before)
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expect(run.code, run.all).toBe(0)
  })

  it('locked while dlt loads: the step fails with the holder named, and can be resumed', async () => {
    const project = makeProject('shop-loaded')
    const holds = `import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import duckdb, time; db = duckdb.connect('shop.duckdb'); open('held', 'w').close(); time.sleep(600)"])
while not __import__("os").path.exists("held"): time.sleep(0.05)
`
    const script = project.read('ingest/shop.py')
    project.write('ingest/shop.py', `${holds}${script}`)
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    expect(parseReport(run.stdout).steps[0]?.details).toMatch(/Could not set lock on file/)
    project.write('ingest/shop.py', script)
    const resumed = await runMartsmith(project, ['resume'])
    expect(resumed.code, resumed.all).toBe(0)
  })

  it('read-only: the build fails clearly, and the data stay', async () => {
    const project = makeProject('shop-loaded')
    project.edit(
      'profiles.yml',
      'path: shop.duckdb',
      'path: shop.duckdb\n      config_options: {access_mode: READ_ONLY}',
    )
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    expect(run.stdout).toMatch(/warehouse.*read-only/is)
    expect(run.stdout).toMatch(/To mend it: .*(profiles\.yml|--target)/)
    expect(values(project.path('shop.duckdb'), 'select count(*) from analytics.fct_orders')).toEqual([6])
  })

  it('in a folder that is not there: the file and what to do about it', async () => {
    const project = makeProject('shop-loaded')
    project.edit('profiles.yml', 'path: shop.duckdb', 'path: nowhere/shop.duckdb')
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect([1, 2], run.all).toContain(run.code)
    expect(run.all).toContain('nowhere/shop.duckdb')
    expect(run.all).toMatch(/(To mend it:|->) .*(mkdir|folder)/)
  })

  it('a file that is no database', () =>
    refuses(
      { code: 2, says: [/shop\.duckdb/, /not a valid DuckDB database file/] },
      {
        change: (p) =>
          p.write('shop.duckdb', 'not a database at all, but long enough to be read as one\n'.repeat(100)),
      },
    ))
})

describe('the state', () => {
  it('a corrupted task file while resuming: the run goes on, says so, and leaves the file alone', async () => {
    const project = makeProject('shop-loaded')
    project.edit('models/marts/fct_orders.sql', 'amount + tax', 'amount + taxes')
    const failed = await runMartsmith(project, ['pipeline', '--yes'])
    expect(failed.code, failed.all).toBe(1)
    project.edit('models/marts/fct_orders.sql', 'amount + taxes', 'amount + tax')
    const file = project.run().taskFile ?? ''
    project.write(file, '+++\nid = "broken\n<<<<<<< HEAD\n')
    const resumed = await runMartsmith(project, ['resume'])
    expectNoStack(resumed)
    expect(resumed.code, resumed.all).toBe(0)
    expect(statuses(resumed.stdout)).toBe('Skipped Success Success Skipped')
    expect(resumed.stderr).toContain(file)
    expect(project.read(file)).toBe('+++\nid = "broken\n<<<<<<< HEAD\n')
  })

  it('a task that a person edited keeps what they wrote', async () => {
    const project = makeProject('shop-loaded')
    project.edit('models/marts/fct_orders.sql', 'amount + tax', 'amount + taxes')
    await runMartsmith(project, ['pipeline', '--yes'])
    project.edit('models/marts/fct_orders.sql', 'amount + taxes', 'amount + tax')
    const file = project.run().taskFile ?? ''
    project.edit(file, '## Checklist\n', '## Checklist\n\n- [x] asked finance (Ada)\n')
    project.edit(file, /^priority = .*$/m, 'priority = "very high" # from Ada')
    const resumed = await runMartsmith(project, ['resume'])
    expect(resumed.code, resumed.all).toBe(0)
    expect(project.read(file)).toContain('- [x] asked finance (Ada)\n')
    expect(project.read(file)).toContain('priority = "very high" # from Ada\n')
    expect(project.read(file)).toMatch(/^status = "🟢 Done"$/m)
  })

  it('a store of runs that cannot be read: told with the way out, and the way out works', async () => {
    const project = makeProject('shop-loaded')
    project.write('.martsmith/db/pglite/PG_VERSION', 'nonsense')
    project.write('.martsmith/db/pglite/global/pg_control', 'nonsense')
    const refused = await runMartsmith(project, ['pipeline', '--yes'])
    expectClear(refused, { code: 2, says: ['.martsmith/db'], mend: [/mv .*\.martsmith\/db/] })
    const mend = /-> .*?(mv \S+ \S+)/.exec(refused.stderr)?.[1] ?? ''
    execFileSync('sh', ['-c', mend], { cwd: project.dir })
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expect(run.code, run.all).toBe(0)
  })
})
