import { describe, expect, it } from 'vitest'
import type { FileChange } from '../../changes/index.ts'
import { makePlace } from '../../changes/test-project.ts'
import { defaultConfig } from '../../config/load.ts'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import type { Plan, RefactorContext } from '../types.ts'
import { inputOf } from '../words.ts'
import { moveModel, renameModel } from './index.ts'

type Files = Record<string, string>
type Parts = Parameters<typeof manifestOf>[0]

const model = (name: string, path: string, reads: string[] = [], more: object = {}) => ({
  unique_id: `model.shop.${name}`,
  name,
  alias: name,
  resource_type: 'model',
  package_name: 'shop',
  original_file_path: path,
  language: 'sql',
  relation_name: `"db"."main"."${name}"`,
  config: { materialized: 'view' },
  depends_on: { nodes: reads, macros: [] },
  ...more,
})

const FILES: Files = {
  'dbt_project.yml': 'name: shop\nmodels:\n  shop:\n    marts:\n      +materialized: table\n',
  'models/staging/stg_orders.sql': 'select 1 as id\n',
  'models/staging/_staging.yml':
    'version: 2\n\nmodels:\n  # one row per order\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests: [unique]\n  - name: other\n',
  'models/marts/fct.sql': "select * from {{ ref('stg_orders') }} -- stg_orders\r\n",
  'models/marts/exposures.yml':
    "exposures:\n  - name: board\n    description: \"reads ref('stg_orders')\"\n    depends_on:\n      - ref('stg_orders')\n",
}

const NODES = [
  model('stg_orders', 'models/staging/stg_orders.sql', [], {
    patch_path: 'shop://models/staging/_staging.yml',
  }),
  model('fct', 'models/marts/fct.sql', ['model.shop.stg_orders'], { config: { materialized: 'table' } }),
]

function contextOf(
  files: Files = {},
  nodes = NODES,
  more: Partial<Parts> = {},
  standing: string[] = [],
): RefactorContext {
  const place = makePlace({ ...FILES, ...files })
  const manifest = manifestOf({
    metadata: { project_name: 'shop', adapter_type: 'duckdb' },
    nodes: Object.fromEntries(nodes.map((n) => [n.unique_id, n])),
    exposures: {
      'exposure.shop.board': {
        unique_id: 'exposure.shop.board',
        name: 'board',
        package_name: 'shop',
        original_file_path: 'models/marts/exposures.yml',
        depends_on: { nodes: ['model.shop.stg_orders'] },
      },
    },
    ...more,
  })
  const columns = async (relations: string[]) =>
    relations.map((r) =>
      standing.includes(r) ? [{ name: 'id', type: 'int' }] : { error: `${r} does not exist` },
    )
  return {
    project: { ...place, config: defaultConfig(), configPath: null },
    graph: projectGraph(manifest),
    dbt: { columns } as unknown as RefactorContext['dbt'],
    now: () => new Date(0),
  }
}

const rename = (context: RefactorContext, ...words: string[]): Promise<Plan> =>
  renameModel.plan(context, inputOf(renameModel, words))
const move = (context: RefactorContext, ...words: string[]): Promise<Plan> =>
  moveModel.plan(context, inputOf(moveModel, words))
const filesOf = (plan: Plan): Record<string, string> =>
  Object.fromEntries(
    plan.changes.changes.map((c: FileChange) => [
      c.kind === 'rename' ? c.to : c.path,
      'after' in c ? c.after : 'gone',
    ]),
  )

describe('rename-model', () => {
  it('renames the file, its entry and what reads it, and nothing else', async () => {
    const plan = await rename(
      contextOf({}, NODES, {}, ['"db"."main"."stg_orders"']),
      'stg_orders',
      'stg_shop__orders',
    )
    expect(filesOf(plan)).toEqual({
      'models/staging/stg_shop__orders.sql': FILES['models/staging/stg_orders.sql'],
      'models/staging/_staging.yml': FILES['models/staging/_staging.yml']?.replace(
        'stg_orders',
        'stg_shop__orders',
      ),
      'models/marts/fct.sql': "select * from {{ ref('stg_shop__orders') }} -- stg_orders\r\n",
      'models/marts/exposures.yml': FILES['models/marts/exposures.yml']?.replace(
        "- ref('stg_orders')",
        "- ref('stg_shop__orders')",
      ),
    })
    expect(plan.claims).toEqual([
      { kind: 'builds' },
      { kind: 'same-rows', before: 'model.shop.stg_orders', after: 'model.shop.stg_shop__orders' },
    ])
    expect(plan.notes.join()).toContain('drop view "db"."main"."stg_orders"')
  })

  it('says nothing of a relation that does not stand, or that keeps its name by an alias', async () => {
    expect((await rename(contextOf(), 'stg_orders', 'stg_new')).notes).toEqual([])
    const aliased = NODES.map((n) => (n.name === 'stg_orders' ? { ...n, alias: 'orders' } : n))
    const plan = await rename(
      contextOf({}, aliased, {}, ['"db"."main"."stg_orders"']),
      'stg_orders',
      'stg_new',
    )
    expect(plan.notes).toEqual([])
  })

  it('refuses a ref that is computed, with its line', async () => {
    const context = contextOf({ 'models/marts/fct.sql': "select 1\nfrom {{ ref('stg_' ~ 'orders') }}\n" })
    await expect(rename(context, 'stg_orders', 'x')).rejects.toMatchObject({
      code: 'refactor.refused',
      message: expect.stringContaining('models/marts/fct.sql:2'),
    })
  })

  it('takes refs in macros that a reader calls, in singular tests, hooks and unit tests', async () => {
    const nodes = [
      ...NODES,
      model('via', 'models/marts/via.sql', ['model.shop.stg_orders'], {
        depends_on: { nodes: ['model.shop.stg_orders'], macros: ['macro.shop.outer'] },
      }),
    ]
    const macro = (name: string, path: string, macros: string[]) => ({
      unique_id: `macro.shop.${name}`,
      name,
      package_name: 'shop',
      original_file_path: path,
      depends_on: { macros },
    })
    const context = contextOf(
      {
        'models/marts/via.sql': '{{ outer() }}',
        'macros/inner.sql': '{% macro inner() %}select * from {{ ref("stg_orders") }}{% endmacro %}',
        'tests/one.sql': "select * from {{ ref('shop', 'stg_orders') }}",
        'models/marts/unit.yml':
          "unit_tests:\n  - name: a\n    model: stg_orders\n    given:\n      - input: ref('stg_orders')\n",
        'selectors.yml':
          'selectors:\n  - name: nightly\n    definition: "+stg_orders tag:x,path:models/staging"\n',
      },
      nodes,
      {
        macros: {
          'macro.shop.outer': macro('outer', 'macros/outer.sql', ['macro.shop.inner']),
          'macro.shop.inner': macro('inner', 'macros/inner.sql', []),
        },
      },
    )
    const files = filesOf(await rename(context, 'stg_orders', 'neu'))
    expect(files['macros/inner.sql']).toContain('ref("neu")')
    expect(files['tests/one.sql']).toContain("ref('shop', 'neu')")
    expect(files['models/marts/unit.yml']).toBe(
      "unit_tests:\n  - name: a\n    model: neu\n    given:\n      - input: ref('neu')\n",
    )
    expect(files['selectors.yml']).toContain('"+neu tag:x,path:models/staging"')
  })

  it('tells of strings that are the name, whatever they are for', async () => {
    const text =
      "select * from {{ ref('stg_orders') }}\n{{ audit('stg_orders', x['model.shop.stg_orders'], 'stg_orders_2') }}"
    const { notes } = await rename(contextOf({ 'models/marts/fct.sql': text }), 'stg_orders', 'x')
    expect(notes).toEqual([
      "models/marts/fct.sql:2 names 'stg_orders' outside of a ref: it stays as it is.",
      "models/marts/fct.sql:2 names 'model.shop.stg_orders' outside of a ref: it stays as it is.",
    ])
  })

  it('refuses names that are taken, relations that others are, and readers by hand', async () => {
    await expect(rename(contextOf(), 'stg_orders', 'fct')).rejects.toThrow(/there is a model fct already/)
    const shared = {
      sources: {
        'source.shop.main.stg_orders': {
          unique_id: 'source.shop.main.stg_orders',
          source_name: 'main',
          name: 'stg_orders',
          identifier: 'stg_orders',
          schema: 'main',
          relation_name: '"db"."main"."stg_orders"',
        },
      },
    }
    await expect(rename(contextOf({}, NODES, shared), 'stg_orders', 'x')).rejects.toThrow(
      /main.stg_orders is the same/,
    )
    const byHand = contextOf({
      'models/marts/hand.sql': 'select 1 -- main.stg_orders\nfrom Main."STG_orders"\n',
    })
    await expect(rename(byHand, 'stg_orders', 'x')).rejects.toMatchObject({
      message: expect.stringContaining('models/marts/hand.sql:2'),
      mend: ['martsmith refactor replace-hard-coded hand'],
    })
  })

  it('refuses readers in packages, and what it cannot read', async () => {
    const foreign = { ...model('there', 'models/there.sql', ['model.shop.stg_orders']), package_name: 'pkg' }
    await expect(rename(contextOf({}, [...NODES, foreign]), 'stg_orders', 'x')).rejects.toThrow(/package pkg/)
    const broken = contextOf({ 'models/marts/b.sql': "{{ ref('stg_orders')" })
    await expect(rename(broken, 'stg_orders', 'x')).rejects.toThrow(/models\/marts\/b.sql: its Jinja/)
    const versioned = NODES.map((n) =>
      n.name === 'stg_orders' ? { ...n, version: 1, latest_version: 1 } : n,
    )
    await expect(rename(contextOf({}, versioned), 'stg_orders', 'x')).rejects.toThrow(/has versions/)
    for (const name of ['a b', '1x', 'a.b', "it's"])
      expect(() => inputOf(renameModel, ['stg_orders', name])).toThrow(/letters, digits/)
  })
})

describe('move-model', () => {
  it('takes the entry with its comment into the file of the new folder, and tells of its settings there', async () => {
    const nodes = NODES.map((n) =>
      n.name === 'fct' ? { ...n, patch_path: 'shop://models/marts/_marts.yml' } : n,
    )
    const context = contextOf({ 'models/marts/_marts.yml': 'models:\n  - name: fct\n' }, nodes)
    const plan = await move(context, 'stg_orders', 'marts')
    expect(filesOf(plan)).toEqual({
      'models/marts/stg_orders.sql': FILES['models/staging/stg_orders.sql'],
      'models/staging/_staging.yml': 'version: 2\n\nmodels:\n  - name: other\n',
      'models/marts/_marts.yml':
        'models:\n  - name: fct\n\n  # one row per order\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    })
    expect(plan.notes.join()).toContain('materialized of stg_orders in models/marts is table; it was not set')
  })

  it('makes the file where there is none, called like the old one, and drops one that is empty', async () => {
    const context = contextOf({
      'models/staging/_staging.yml': 'version: 2\n\nmodels:\n  - name: stg_orders\n',
    })
    expect(filesOf(await move(context, 'stg_orders', 'models/core/'))).toMatchObject({
      'models/staging/_staging.yml': 'gone',
      'models/core/_core.yml': expect.stringMatching(/^version: 2\n\nmodels:\n {2}- name: stg_orders\n$/),
    })
  })

  it('names the relation that is left behind in another schema', async () => {
    const settings = 'name: shop\nmodels:\n  shop:\n    marts:\n      +schema: gold\n'
    const relation = '"db"."main"."stg_orders"'
    const plan = await move(
      contextOf({ 'dbt_project.yml': settings }, NODES, {}, [relation]),
      'stg_orders',
      'marts',
    )
    expect(plan.notes).toEqual([
      'By dbt_project.yml, schema of stg_orders in models/marts is gold; it was not set.',
      expect.stringContaining(`drop view ${relation}`),
    ])
  })

  it('takes a file of its own along', async () => {
    const nodes = NODES.map((n) =>
      n.name === 'stg_orders' ? { ...n, patch_path: 'shop://models/staging/stg_orders.yml' } : n,
    )
    const context = contextOf({ 'models/staging/stg_orders.yml': 'models:\n  - name: stg_orders\n' }, nodes)
    const plan = await rename(context, 'stg_orders', 'neu', '--to', 'core')
    expect(filesOf(plan)).toMatchObject({
      'models/core/neu.yml': 'models:\n  - name: neu\n',
      'models/core/neu.sql': 'select 1 as id\n',
    })
  })

  it('refuses folders outside of the models, and settings of its own under the old folder', async () => {
    for (const folder of ['../x', '/x', 'a/../../x'])
      await expect(move(contextOf(), 'stg_orders', folder)).rejects.toThrow(/no folder below models/)
    const own =
      'name: shop\nmodels:\n  shop:\n    staging:\n      stg_orders:\n        +materialized: table\n'
    await expect(move(contextOf({ 'dbt_project.yml': own }), 'stg_orders', 'marts')).rejects.toThrow(
      /dbt_project.yml:5/,
    )
    const renamed = await rename(contextOf({ 'dbt_project.yml': own }), 'stg_orders', 'neu')
    expect(filesOf(renamed)['dbt_project.yml']).toBe(own.replace('stg_orders', 'neu'))
    await expect(move(contextOf(), 'stg_orders', 'staging')).rejects.toMatchObject({ exitCode: 0 })
  })
})
