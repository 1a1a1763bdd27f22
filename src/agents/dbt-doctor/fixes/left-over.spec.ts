/** What is proposed for a name that is like none that is there: what nothing asks for, and what the warehouse has. */
import { expect, it } from 'vitest'
import { leftOver } from './left-over.ts'
import { otherCall } from './other-call.ts'
import { after, found } from './test-found.ts'
import { undeclared } from './undeclared.ts'

const SOURCES = 'sources:\n  - name: till\n    schema: raw\n    tables:\n      - name: shops\n'

it('a variable and a relation that nothing asks for may be the one that is meant, as a guess', async () => {
  const vars = "Compilation Error in model a (models/a.sql)\n  Required var 'loyal_from' not found in config"
  const files = {
    'models/a.sql': "select {{ var('loyal_from') }}, {{ var('first') }}",
    'dbt_project.yml': 'name: p\nvars:\n  first: 1\n  gold: 3\n',
  }
  const [one, ...more] = await found(leftOver, vars, files)
  expect([one?.guess, more]).toEqual([true, []])
  expect(after([one ?? expect.fail()])).toBe("select {{ var('gold') }}, {{ var('first') }}")

  const gone = "Model 'model.p.a' (models/a.sql) depends on a node named 'hours' which was not found"
  const reads = {
    'models/a.sql': "select * from {{ ref('hours') }} join {{ ref('b') }}",
    'models/b.sql': 'select 1',
    'models/a.yml': "- relationships: {to: ref('hours'), field: id}",
    'seeds/openings.csv': 'a\n1\n',
  }
  const [same] = await found(leftOver, gone, reads)
  expect(same?.guess).toBe(true)
  expect(same?.changes.changes.map((c) => [c.path, 'after' in c && c.after])).toEqual([
    ['models/a.sql', "select * from {{ ref('openings') }} join {{ ref('b') }}"],
    ['models/a.yml', "- relationships: {to: ref('openings'), field: id}"],
  ])
})

it('a table that the warehouse has is declared where its source is; one that it has not is not', async () => {
  const dbt = {
    query: async () => [{ columns: [], rows: [['db', 'raw', 'cards']] }],
  } as unknown as NonNullable<Parameters<typeof found>[5]>['dbt']
  const message = (t: string) =>
    `Model 'model.p.a' (models/a.sql) depends on a source named 'till.${t}' which was not found`
  const files = { 'models/a.sql': '', 'models/s.yml': SOURCES }
  const given = dbt ? { dbt } : {}
  expect(after(await found(undeclared, message('cards'), files, {}, null, given))).toBe(
    `${SOURCES}      - name: cards\n`,
  )
  expect(await found(undeclared, message('vans'), files, {}, null, given)).toEqual([])
})

it('a source that is read by one name gets both', async () => {
  const message =
    'Compilation Error in model a (models/a.sql)\n  source() takes exactly two arguments (1 given)'
  for (const written of ["source('till.shops')", "source('shops')"]) {
    const files = { 'models/a.sql': `select * from {{ ${written} }}`, 'models/s.yml': SOURCES }
    expect(after(await found(otherCall, message, files, { file: 'models/a.sql' }))).toBe(
      "select * from {{ source('till', 'shops') }}",
    )
  }
})
