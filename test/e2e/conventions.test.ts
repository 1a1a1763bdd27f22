/** `martsmith conventions` on a real project: what it says is what stands there. */
import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type HouseStyle, houseStyle } from '../../src/project/conventions/house-style.ts'
import { learnHouseStyle } from '../../src/project/conventions/learn.ts'
import { projectGraph } from '../../src/project/graph.ts'
import { readManifest } from '../../src/project/manifest.ts'
import { cleanEnv, runMartsmith } from '../support/martsmith.ts'
import { FIXTURES, PYTHON, ROOT } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'

type Convention = {
  topic: string
  value: string
  origin: string
  usual: string | null
  agree: number
  seen: number
  exceptions: string[]
}

let conventions: Convention[]
let project: Project

beforeAll(async () => {
  project = makeProject('shop-loaded')
  project.write(
    'models/staging/RawThings.sql',
    "SELECT\n  order_id\n, STATUS\nFROM {{ ref('stg_orders') }}\n",
  )
  // A package's models are somebody else's style.
  project.write('dbt_packages/thing/dbt_project.yml', 'name: thing\nversion: "1.0"\n')
  project.write('dbt_packages/thing/models/zzz_theirs.sql', 'SELECT 1 AS one')
  project.write('packages.yml', 'packages:\n  - local: local/thing\n')
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
    usual: 'lower',
    seen: 7,
    exceptions: ['models/staging/RawThings.sql (upper case)'],
  })
})

it('what martsmith.yml says goes first, and is shown as such', async () => {
  const before = project.read('martsmith.yml')
  project.write(
    'martsmith.yml',
    `${before}\nconventions:\n  commas: leading\n  surrogate_key: macro hk([...])\n`,
  )
  const run = await runMartsmith(project, ['conventions'])
  expect(run.stdout).toMatch(/\| commas +\| at the start of the line +\| set in martsmith\.yml \(seen: /)
  expect(run.stdout).toMatch(/\| surrogate keys +\| macro hk\(\[\.\.\.\]\) +\| set in martsmith\.yml/)
  project.write('martsmith.yml', before)
})

describe('houses that write otherwise', () => {
  const houses: Record<string, HouseStyle> = {}

  beforeAll(async () => {
    const root = join(dirname(project.dir), 'houses')
    cpSync(join(FIXTURES, 'houses'), root, { recursive: true })
    const env = cleanEnv({
      SHOP_PG_HOST: '-',
      SHOP_PG_PORT: '1',
      SHOP_PG_USER: '-',
      SHOP_PG_PASSWORD: '-',
      SHOP_PG_DATABASE: '-',
    })
    const broken = execFileSync(PYTHON, [join(ROOT, 'test/support/parse_houses.py'), root], {
      env,
      encoding: 'utf8',
    })
    expect(broken.trim()).toBe('')
    for (const house of [
      'leading-commas',
      'upper-case',
      'own-macros',
      'no-conventions',
      'on-postgres',
      'heavy-jinja',
    ]) {
      const dir = join(root, house)
      houses[house] = await learnHouseStyle(dir, projectGraph(await readManifest(join(dir, 'target'))), {})
    }
  })

  it.each<[string, Partial<HouseStyle>]>([
    [
      'leading-commas',
      {
        keywords: 'lower',
        commas: 'leading',
        cteCommas: 'leading',
        indent: '    ',
        importCtes: true,
        stagingName: 'stg_{table}',
        properties: { per: 'model', name: '{model}.yml' },
        yaml: { version: true, indent: 2, listsIndented: true },
        keySuffix: '_id',
        surrogateKey: { kind: 'expression', function: 'md5', separator: '|' },
      },
    ],
    [
      'upper-case',
      {
        keywords: 'upper',
        commas: 'trailing',
        modelNames: 'SNAKE_CASE',
        modelNumber: 'singular',
        dimensionPrefix: 'D_',
        factPrefix: 'F_',
        keySuffix: '_SK',
        idSuffix: '_ID',
        tableAliases: 'letters',
        tableAs: true,
        testsKey: 'tests',
        testArguments: false,
        properties: { per: 'folder', name: 'schema.yml' },
        yaml: { version: true, indent: 4, listsIndented: true },
        martsFolder: 'mart',
      },
    ],
    [
      'own-macros',
      {
        indent: '  ',
        stagingFolder: 'base',
        stagingName: 'base_{table}',
        dimensionPrefix: '',
        keySuffix: '_hk',
        surrogateKey: { kind: 'macro', name: 'hash_of', arguments: 'list' },
        testLists: 'inline',
        sourcesName: '_sources.yml',
        properties: { per: 'folder', name: '_{folder}.yml' },
      },
    ],
    [
      'no-conventions',
      { lineEnd: '\r\n', importCtes: false, tableAs: false, stagingFolder: '', materializedIn: 'model' },
    ],
    [
      'on-postgres',
      {
        withOnOwnLine: true,
        blankLinesInCtes: true,
        idSuffix: '_id',
        keySuffix: '_key',
        tableAliases: 'none',
      },
    ],
    [
      'heavy-jinja',
      {
        stagingFolder: 'meters',
        importCtes: false,
        surrogateKey: { kind: 'macro', name: 'surrogate_key', arguments: 'list' },
        describe: { models: true, columns: false, end: 'stop' },
      },
    ],
  ])('%s', (house, style) => {
    expect(houses[house]).toMatchObject(style)
  })

  it('folders have a style of their own', () => {
    expect(houses['leading-commas']?.folder('staging')).toMatchObject({
      prefix: 'stg_',
      materialized: 'view',
      importName: 'source',
      lastSelect: 'all',
      lastName: 'renamed',
    })
    expect(houses['leading-commas']?.folder('marts')).toMatchObject({
      prefix: null,
      importName: '{entities}',
      lastName: 'final',
    })
    expect(houses['own-macros']?.folder('core').prefix).toBe('')
    expect(houses['on-postgres']?.folder('marts')).toMatchObject({
      lastSelect: 'columns',
      materialized: 'table',
    })
  })

  it('where a house has no way, the style guide is followed and said', () => {
    const guide = houseStyle([], {}, { dbtVersion: '1.11.0', dbtUtils: false })
    expect(houses['no-conventions']?.keywords).toBe(guide.keywords)
    expect(houses['no-conventions']?.origin('keywords')).toEqual({
      from: 'dbt style guide',
      because: 'no one way',
    })
    expect(houses['no-conventions']?.origin('properties')).toMatchObject({ because: 'nothing seen' })
  })
})
