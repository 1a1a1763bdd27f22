/** A failure is shown where the user wrote it: the raw file's line, however Jinja moved it in the compiled one. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport } from '../support/report.ts'

let project: Project

beforeAll(() => {
  project = makeProject('lines')
})

describe('models', () => {
  let run: Result
  let build: string

  beforeAll(async () => {
    run = await runMartsmith(project, [
      'pipeline',
      '--select',
      'base path:models/broken',
      '--exclude',
      'test_type:data',
      '--yes',
    ])
    build = parseReport(run.stdout).steps[1]?.details ?? ''
  })

  it.each([
    ['plain', 'a plain model'],
    ['after_config', 'behind a config block of several lines'],
    ['after_loop', 'behind a for loop and a comment'],
    ['in_loop', 'in the body of a for loop'],
    ['after_macro', 'behind a macro that makes several lines'],
    ['after_branches', 'in a branch, behind a set block'],
  ])('ERR-1: %s: the line of the raw file, %s', (model) => {
    const file = `models/broken/${model}.sql`
    const line =
      project
        .read(file)
        .split('\n')
        .findIndex((text) => text.includes(`absent_${model}`)) + 1
    expect(build).toContain(`Failed: ${model}  ${file}:${line}\n`)
    expect(build).toContain(`Binder Error: Referenced column "absent_${model}" not found`)
  })

  it('ERR-1: what is wrong inside a macro is placed at the call', () => {
    expect(build).toContain('Failed: in_macro  models/broken/in_macro.sql:3\n')
  })

  it('ERR-1: of two equal lines the one that fails', () => {
    expect(build).toContain('Failed: twice  models/broken/twice.sql:14\n')
  })

  it('ERR-1: a model that refuses to compile is told in its own words', () => {
    expect(build).toMatch(
      /Failed: refuses {2}models\/broken\/refuses\.sql(:\d+)?\n {2}Set the region before you build this\./,
    )
  })

  it('ERR-1: the value of a row that offended stands neither in the report nor in the task nor in the state', () => {
    expect(build).toMatch(
      /Failed: bad_cast {2}models\/broken\/bad_cast\.sql:3\n {2}Conversion Error: Could not convert string '\*\*\*'/,
    )
    for (const file of [
      ...project.taskFiles(),
      ...project.files('.martsmith/runs').filter((f) => !f.endsWith('.sql')),
    ]) {
      expect(project.read(file), file).not.toMatch(/'alpha'/)
    }
  })

  it('ERR-1: each compiled SQL is kept with the run, where the report says', () => {
    const paths = [...build.matchAll(/Compiled SQL: (\S+)/g)].map(([, path = '']) => path)
    expect(paths).toHaveLength(9)
    for (const path of paths) expect(project.read(path)).toContain('select')
  })
})

describe('tests', () => {
  let build: string

  beforeAll(async () => {
    await runMartsmith(project, [
      'pipeline',
      '--select',
      'doubled base',
      '--exclude',
      'test_type:unit',
      '--yes',
    ])
    const run = await runMartsmith(project, ['show'])
    build = parseReport(run.stdout).steps[1]?.details ?? ''
  })

  it('ERR-1: a generic test is placed at its line of the properties file', () => {
    expect(build).toMatch(
      /Failed: accepted_values_base_name__alpha .*base\.name.* models\/_base\.yml:12\n {2}Got 1 result/,
    )
  })

  it('ERR-1: of two tests of one kind on one column, the one that fails', () => {
    expect(build).toMatch(/Failed: names_are_greek .* models\/_base\.yml:15\n {2}Got 2 results/)
  })

  it('ERR-1: a singular test is placed at its file', () => {
    expect(build).toMatch(
      /Failed: assert_amounts_are_positive .* tests\/assert_amounts_are_positive\.sql(:\d+)?\n {2}Got 1 result/,
    )
  })

  it('ERR-1: a unit test is placed at its name, with what differs', async () => {
    const run = await runMartsmith(project, [
      'pipeline',
      '--select',
      'base doubled',
      '--exclude',
      'test_type:data',
      '--yes',
    ])
    const [, step] = parseReport(run.stdout).steps
    expect(step?.details).toMatch(
      /Failed: doubles_the_amount \(tests doubled\) {2}models\/_base\.yml:21\n {2}actual differs from expected/,
    )
  })

  it('ERR-2: nothing is said to show old data that was never built', () => {
    expect(build).toContain('Skipped with it: doubled.')
    expect(build).not.toMatch(/Shows old data[^\n]*doubled/)
  })
})
