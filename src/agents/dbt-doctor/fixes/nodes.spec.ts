/** What is proposed for nodes as a whole: how they are called, switched, configured, and given back. */
import { expect, it } from 'vitest'
import type { FixContext } from '../types.ts'
import { called, shortened } from './called.ts'
import { fixture } from './fixture.ts'
import { python } from './python.ts'
import { snapshot } from './snapshot.ts'
import { switchedOff } from './switched-off.ts'
import { nested } from './test-arguments.ts'
import { after, found } from './test-found.ts'

it('what is switched off is switched on where that is written, and a person is asked', async () => {
  const message = "Model 'model.p.b' (models/b.sql) depends on a node named 'a' which is disabled"
  const sql = { 'models/a.sql': "{{ config(enabled = false, tags=['x']) }}\nselect 1", 'models/b.sql': '' }
  const [one] = await found(switchedOff, message, sql)
  expect(after(one ? [one] : [])).toContain("config(enabled = true, tags=['x'])")
  expect(one?.asks).toContain('for you to say')
  const yml = {
    'models/m.yml':
      'models:\n  - name: c\n    config: {enabled: false}\n  - name: a\n    config:\n      enabled: false\n',
    'models/a.sql': 'select 1',
  }
  expect(after(await found(switchedOff, message, yml))).toContain('{enabled: false}\n  - name: a')
  expect(after(await found(switchedOff, message, yml))).toContain('      enabled: true\n')
  const project = {
    'dbt_project.yml':
      'name: shop\nmodels:\n  shop:\n    old:\n      +enabled: false\n    marts:\n      +enabled: false\n',
    'models/old/a.sql': 'select 1',
  }
  expect(after(await found(switchedOff, message, project))).toContain('old:\n      +enabled: true')
  expect(after(await found(switchedOff, message, project))).toContain('marts:\n      +enabled: false')
})

it('a name with blanks loses them, and so do its refs and its properties', async () => {
  const files = {
    'models/my orders.sql': 'select 1 as id',
    'models/b.sql': "select * from {{ ref('my orders') }}",
    'models/m.yml':
      'models:\n  - name: my orders\n    columns:\n      - name: id\n        data_tests: [unique]\n',
  }
  const message = "Resource names cannot contain spaces:\n  * 'model.p.my orders' (models/my orders.sql)\n"
  const [one] = await found(called, message, files)
  const changes = one?.changes.changes ?? []
  expect(changes).toContainEqual(expect.objectContaining({ kind: 'rename', to: 'models/my_orders.sql' }))
  expect(changes.map((c) => ('after' in c ? c.after : ''))).toEqual(
    expect.arrayContaining([
      "select * from {{ ref('my_orders') }}",
      expect.stringContaining('- name: my_orders\n'),
    ]),
  )
})

it('two models of one relation: who has the name of the other takes its own', async () => {
  const files = {
    'models/orders.sql': 'select 1',
    'models/old_orders.sql': "{{ config(materialized='table', alias='orders') }}\nselect 2",
  }
  const message =
    'dbt found two resources with the database representation ""db"."shop"."orders"".\ndbt cannot create two\n- model.p.orders (models/orders.sql)\n- model.p.old_orders (models/old_orders.sql)'
  expect(after(await found(called, message, files))).toContain("alias='old_orders'")
})

it('a name too long is shortened by whole words', () => {
  expect(shortened('fct_orders_by_customer_and_day', 20)).toBe('fct_orders_by')
  expect(shortened('x'.repeat(70), 63)).toHaveLength(63)
})

it('a Python model: a column written nearly so, and what it makes is given back', async () => {
  const at = { stage: 'build' as const, nodes: ['model.p.a'] }
  const reads = [
    { id: 'model.p.b', label: 'b', columns: ['orders', 'total'].map((name) => ({ name, type: 'text' })) },
  ]
  const model = (end: string) => `def model(dbt, session):\n    df = dbt.ref("b")\n    ${end}\n`
  const failed = (said: string) =>
    `Runtime Error in model a (models/a.py)\n  Python model failed:\n  Traceback\n  ${said}`
  const misspelt = { 'models/a.py': model('return df.filter("ordres > 1")') }
  const bind = failed('_duckdb.BinderException: Binder Error: Referenced column "ordres" not found in FROM')
  expect(after(await found(python, bind, misspelt, { ...at, reads }))).toBe(
    model('return df.filter("orders > 1")'),
  )
  const pandas = { 'models/a.py': model("return df['totl']") }
  expect(after(await found(python, failed("KeyError: 'totl'"), pandas, { ...at, reads }))).toBe(
    model("return df['total']"),
  )
  const nothing =
    'Parsing Error in model a (models/a.py)\n  In current version, model function should return only one dataframe object'
  const lost = { 'models/a.py': model('df.filter("orders > 1")') }
  expect(after(await found(python, nothing, lost))).toBe(model('return df.filter("orders > 1")'))
  const made = { 'models/a.py': model('out = df.limit(1)') }
  expect(after(await found(python, nothing, made))).toBe(model('out = df.limit(1)\n    return out'))
})

it('a snapshot without its key gets what is unique in what it reads, one without a strategy what it is set up for', async () => {
  const entry = (more: string) =>
    `snapshots:\n  - name: prices\n    relation: ref('stg')\n    config:\n      schema: history\n${more}`
  const models =
    'models:\n  - name: stg\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n'
  const message = "Snapshots must be configured with a 'strategy' and 'unique_key'."
  const fix = (more: string) =>
    found(snapshot, message, { 'snapshots/s.yml': entry(more), 'models/m.yml': models }).then(after)
  expect(await fix('      strategy: check\n      check_cols: all\n')).toContain('      unique_key: id\n')
  expect(await fix('      unique_key: id\n      updated_at: at\n')).toContain('      strategy: timestamp\n')
  const sql = {
    'snapshots/s.sql':
      "{% snapshot s %}{{ config(strategy='check', check_cols='all') }} select * from {{ ref('stg') }}{% endsnapshot %}",
    'models/m.yml': models,
  }
  expect(after(await found(snapshot, message, sql))).toContain("config(unique_key='id', strategy='check'")
})

it('arguments of tests go below `arguments`, in every style; settings and values stay', () => {
  const before = `models:
  - name: a
    data_tests:
      - dbt_utils.expression_is_true:
          expression: x > 0
          config:
            severity: warn
    columns:
      - name: b
        tests:
          - not_null
          - unique:
              config: {where: "b > 0"}
          - accepted_values: {values: [x, y], config: {severity: warn}}
          - relationships:
              to: ref('c')
              field: id
          - accepted_values:
              values:
                - x # one
                - y
`
  const after = `models:
  - name: a
    data_tests:
      - dbt_utils.expression_is_true:
          arguments:
            expression: x > 0
          config:
            severity: warn
    columns:
      - name: b
        tests:
          - not_null
          - unique:
              config: {where: "b > 0"}
          - accepted_values: {arguments: {values: [x, y]}, config: {severity: warn}}
          - relationships:
              arguments:
                to: ref('c')
                field: id
          - accepted_values:
              arguments:
                values:
                  - x # one
                  - y
`
  expect(nested(before)).toBe(after)
  expect(nested(after)).toBe(after)
})

it('a unit test gets back what stood in its table, as it was written', async () => {
  const whole = `unit_tests:
  - name: late
    model: a
    given:
      # as SQL
      - input: this
        format: sql
        rows: select 1 as n
      - input: ref('b')
        rows: [{n: 2}]
    expect: {rows: [{n: 2}]}
`
  const without = whole.replace(/ {6}# as SQL\n {6}- input: this\n.*\n.*\n/, '')
  expect(without).not.toContain('this')
  const git = { committed: async () => whole, log: async () => [] } as unknown as FixContext['git']
  const message = "Unit test 'late' for incremental model 'a' must have a 'this' input"
  const all = await found(fixture, message, { 'models/u.yml': without }, {}, null, { git })
  expect(after(all)).toBe(whole)
})
