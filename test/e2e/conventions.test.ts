/** `martsmith conventions` on a real project: what it says is what stands there. */
import { beforeAll, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject } from '../support/project.ts'

type Convention = { topic: string; usual: string | null; agree: number; seen: number; exceptions: string[] }

let conventions: Convention[]

beforeAll(async () => {
  const project = makeProject('shop-loaded')
  project.write(
    'models/staging/RawThings.sql',
    "SELECT\n  order_id\n, STATUS\nFROM {{ ref('stg_orders') }}\n",
  )
  // A package's models are somebody else's style.
  project.write('local/thing/dbt_project.yml', 'name: thing\nversion: "1.0"\n')
  project.write('local/thing/models/zzz_theirs.sql', 'SELECT 1 AS one')
  project.write('packages.yml', 'packages:\n  - local: local/thing\n')
  const deps = await runMartsmith(project, ['pipeline', '--select', 'stg_orders', '--yes'])
  expect(deps.code, deps.all).toBe(0)
  const run = await runMartsmith(project, ['conventions', '--json'])
  expect(run.code, run.all).toBe(0)
  conventions = (JSON.parse(run.stdout) as { conventions: Convention[] }).conventions
})

const about = (topic: string) => conventions.find((c) => c.topic === topic)

it('tells names, layers and materialisations with counts and exceptions', () => {
  expect(about('names in staging')).toMatchObject({
    usual: 'stg_',
    agree: 2,
    seen: 3,
    exceptions: ['RawThings (no prefix)'],
  })
  expect(about('layers')).toMatchObject({ usual: 'staging -> marts' })
  expect(about('materialised in marts')).toMatchObject({ usual: 'table', agree: 4, seen: 4 })
})

it('tells the style of SQL of the project’s own models only', () => {
  expect(about('keywords')).toMatchObject({
    usual: 'lower case',
    seen: 7,
    exceptions: ['models/staging/RawThings.sql (upper case)'],
  })
})
