/** A profile, a Python or a dbt that cannot be used: found out before anything runs. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DbtEngine } from '../../src/adapters/dbt/types.ts'
import { findProject } from '../../src/config/project.ts'
import { isMartsmithError } from '../../src/core/errors.ts'
import { openDbt } from '../../src/workflows/session.ts'
import { cleanEnv, runMartsmith } from '../support/martsmith.ts'
import { PYTHON, VENV } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'
import { refuses } from '../support/refuses.ts'

describe('profiles', () => {
  describe('as dbt is asked for them, in one process', () => {
    let project: Project
    let dbt: DbtEngine

    beforeAll(async () => {
      project = makeProject('shop-loaded')
      const env = cleanEnv({ HOME: project.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' })
      dbt = openDbt(await findProject(project.dir), {}, env, () => undefined)
    })
    afterAll(() => dbt?.close())

    it.each<[string, string, string, string, RegExp, RegExp]>([
      [
        'no profile of that name',
        'dbt_project.yml',
        'profile: shop',
        'profile: stall',
        /Could not find profile named 'stall'/,
        /stall.*--profiles-dir/,
      ],
      [
        'a missing environment variable is named with how to set it',
        'profiles.yml',
        'path: shop.duckdb',
        `path: "{{ env_var('SHOP_WAREHOUSE') }}"`,
        /Env var required but not provided: 'SHOP_WAREHOUSE'/,
        /export SHOP_WAREHOUSE=/,
      ],
      [
        'an adapter that is not installed is named with the command that installs it',
        'profiles.yml',
        'type: duckdb',
        'type: snowflake',
        /Could not find adapter type snowflake/,
        /pip install dbt-snowflake/,
      ],
    ])('%s', async (_, file, from, to, says, mend) => {
      const standing = project.read(file)
      project.edit(file, from, to)
      const error: unknown = await dbt.target().then(
        () => 'it was read',
        (e: unknown) => e,
      )
      project.write(file, standing)
      if (!isMartsmithError(error)) throw error
      expect(error.exitCode).toBe(2)
      expect([error.message, ...error.details].join('\n')).toMatch(says)
      expect(error.mend.join('\n')).toMatch(mend)
    })
  })

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
