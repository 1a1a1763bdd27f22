/** Wrong use of the command line and of martsmith.yml: told at once, with what, where and how; nothing runs. */
import { spawn } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClear, expectNoStack } from '../support/expect-clear.ts'
import { cleanEnv, runMartsmith } from '../support/martsmith.ts'
import { MARTSMITH } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'

let project: Project
let before: Record<string, string>

beforeAll(() => {
  project = makeProject('shop-loaded')
  before = project.snapshot()
})

function expectNothingChanged(): void {
  expect(project.snapshot()).toEqual(before)
}

describe('the command line', () => {
  it('a verb with a slip is named with the nearest one', async () => {
    expectClear(await runMartsmith(project, ['pipelin']), {
      code: 2,
      says: ['no verb "pipelin"', 'did you mean "pipeline"', 'Nothing was run'],
    })
    expectNothingChanged()
  })

  it('an unknown flag is named with the nearest one', async () => {
    expectClear(await runMartsmith(project, ['pipeline', '--forse']), {
      code: 2,
      says: ["unknown option '--forse'", 'Did you mean --force?'],
    })
    expectNothingChanged()
  })

  it('a flag without its value, a value that is none, and an argument too many', async () => {
    expectClear(await runMartsmith(project, ['pipeline', '--select']), {
      code: 2,
      says: ['--select', /argument missing/],
    })
    expectClear(await runMartsmith(project, ['pipeline', '--threads', 'many', '--yes']), {
      code: 2,
      says: ['--threads takes a whole number above 0, not "many"'],
    })
    expectClear(await runMartsmith(project, ['pipeline', 'fct_orders', '--yes']), {
      code: 2,
      says: [/too many arguments/],
    })
    expectClear(await runMartsmith(project, ['cancel']), {
      code: 2,
      says: [/missing required argument 'run'/],
    })
    expectNothingChanged()
  })

  it.each(['show', 'resume', 'cancel'])(
    '%s with an unknown run names the nearest and the latest',
    async (verb) => {
      const { id } = project.run()
      const slip = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
      expectClear(await runMartsmith(project, [verb, slip]), {
        code: 2,
        says: [`There is no run ${slip}`, `did you mean ${id}?`],
        mend: ['martsmith runs'],
      })
      expectClear(await runMartsmith(project, [verb, '../../etc']), {
        code: 2,
        says: ['There is no run ../../etc'],
      })
      expectNothingChanged()
    },
  )

  it('a verb that is not built yet says so', async () => {
    expectClear(await runMartsmith(project, ['review', '--since', 'main']), {
      code: 2,
      says: ['cannot do "review" yet; nothing was run'],
      mend: ['martsmith workflows'],
    })
  })

  it.each([
    ['an unknown verb', ['pipelin']],
    ['an unknown flag', ['pipeline', '--forse']],
    ['an unknown run', ['show', 'pipe-none']],
  ])('--json answers %s with one object, too', async (_, args) => {
    const answer = await runMartsmith(project, [...args, '--json'])
    expect(answer.code).toBe(2)
    expect(answer.json).toMatchObject({
      status: 'failed',
      run_id: null,
      steps: [],
      next_steps: expect.any(Array),
    })
  })

  it('shows help and version on stdout with exit code 0', async () => {
    const help = await runMartsmith(project, ['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(/Exit codes: 0 success, 1 the work failed, 2 wrong use/)
    expect(await runMartsmith(project, ['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  it.each([['--help'], ['agents'], ['runs'], ['show']])(
    'a reader of `martsmith %s` that goes away early leaves no error behind',
    async (...args) => {
      const child = spawn(MARTSMITH, args, {
        cwd: project.dir,
        env: cleanEnv({ HOME: project.home }),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout.destroy()
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      await new Promise((resolve) => child.once('close', resolve))
      expect(said).toBe('')
    },
  )
})

describe('where the project is', () => {
  it('no dbt project: says where it looked and how to name one', async () => {
    const nothing = makeProject('empty')
    for (const args of [
      ['pipeline', '--yes'],
      ['Run the full pipeline', '--yes'],
      ['check'],
      ['init'],
      ['runs'],
    ]) {
      const refused = await runMartsmith(nothing, args)
      expectClear(refused, { code: 2, says: ['No dbt project here', nothing.dir], mend: ['--project-dir'] })
    }
    expect(nothing.files()).toEqual(nothing.files('.').filter((f) => f.startsWith('.git/')))
  })

  it('a folder that is not there, and several projects to choose from', async () => {
    expectClear(await runMartsmith(project, ['check', '--project-dir', 'nowhere']), {
      code: 2,
      says: ['--project-dir nowhere: there is no such folder'],
    })
    const several = makeProject('empty')
    several.write('one/dbt_project.yml', 'name: one')
    several.write('two/dbt_project.yml', 'name: two')
    expectClear(await runMartsmith(several, ['check']), {
      code: 2,
      says: ['2 dbt projects', 'one', 'two'],
      mend: ['--project-dir one'],
    })
  })

  it('works from a folder below the project, and from elsewhere with --project-dir; what it suggests then works there too', async () => {
    const below = await runMartsmith(project, ['runs', '--json'], { cwd: project.path('models/marts') })
    expect(JSON.parse(below.stdout)).toMatchObject({ runs: [{ status: 'success' }] })
    const elsewhere = await runMartsmith(project, ['show', '--project-dir', project.dir, '--json'], {
      cwd: project.home,
    })
    expect(elsewhere.json).toMatchObject({ status: 'success' })
    expectNothingChanged()
  })
})

describe('martsmith.yml', () => {
  // What else can be wrong in it: load.spec.ts.
  const cases: [string, string, (string | RegExp)[], (string | RegExp)[]][] = [
    [
      'an unknown key further down',
      'dlt:\n  pipelines:\n    - name: shop\n      script: ingest/shop.py\n      freshnes: 24h\n',
      [
        'martsmith.yml:5: unknown key "freshnes" under dlt.pipelines[0]',
        'did you mean "freshness"?',
        '> 5 |       freshnes: 24h',
      ],
      ['Known keys: name, script', 'freshness', 'docs/configuration.md#dlt'],
    ],
    [
      'a dbt project that is not there',
      'dbt:\n  project: transform\n',
      ['dbt.project: transform', 'no dbt_project.yml'],
      ['dbt.project'],
    ],
    [
      'a Python that is not there',
      'dbt:\n  python: venv/bin/python\n',
      ['names the Python venv/bin/python for dbt, but there is no such file'],
      ['dbt.python'],
    ],
  ]

  it.each(cases)('%s', async (_, text, says, mend) => {
    const wrong = makeProject('shop')
    wrong.write('martsmith.yml', text)
    const standing = wrong.snapshot('.martsmith')
    expectClear(await runMartsmith(wrong, ['pipeline', '--yes']), { code: 2, says, mend })
    expect(wrong.snapshot('.martsmith')).toEqual(standing)
  })

  it('an empty file, comments and Windows line ends are fine', async () => {
    const fine = makeProject('shop')
    for (const text of ['', '# nothing yet\n', 'pipeline:\r\n  select: fct_orders\r\n']) {
      fine.write('martsmith.yml', text)
      const run = await runMartsmith(fine, ['runs'])
      expect(run.code, run.all).toBe(0)
      expectNoStack(run)
    }
  })
})
