import { expect, it } from 'vitest'
import { editYaml } from '../../changes/yaml/index.ts'
import { renameInSelectors } from './selectors.ts'

const before = {
  name: 'stg_orders',
  fqn: ['shop', 'staging', 'stg_orders'],
  path: 'models/staging/stg_orders.sql',
}
const after = { name: 'orders', fqn: ['shop', 'base', 'orders'], path: 'models/base/orders.sql' }

function renamed(definition: string): { definition: string; notes: string[] } {
  const head = 'selectors:\n  - name: stg_orders\n    description: stg_orders\n    definition:'
  const yaml = editYaml('selectors.yml', `${head}${definition}\n`)
  const notes = renameInSelectors(yaml, before, after)
  return { definition: yaml.text.slice(head.length).trimEnd(), notes }
}

it.each([
  [' stg_orders', ' orders'],
  [
    ' "@stg_orders 2+stg_orders+3,tag:stg_orders fqn:shop.staging.stg_orders"',
    ' "@orders 2+orders+3,tag:stg_orders fqn:shop.base.orders"',
  ],
  [' models/staging/stg_orders.sql', ' models/base/orders.sql'],
  [
    '\n      method: fqn\n      value: staging.stg_orders\n      parents: true',
    '\n      method: fqn\n      value: base.orders\n      parents: true',
  ],
  ['\n      method: tag\n      value: stg_orders', '\n      method: tag\n      value: stg_orders'],
  [
    '\n      union:\n        - file: stg_orders.sql\n        - exclude:\n            - fqn: stg_orders',
    '\n      union:\n        - file: orders.sql\n        - exclude:\n            - fqn: orders',
  ],
])('a selection that names the model: %j', (definition, expected) => {
  expect(renamed(definition)).toEqual({ definition: expected, notes: [] })
})

it.each([
  ' path:models/staging',
  ' "stg_*"',
  ' shop.staging',
  '\n      method: path\n      value: models/base/*',
])('a selection that takes it by folder or pattern stays, and is told: %j', (definition) => {
  const { definition: stays, notes } = renamed(definition)
  expect(stays).toBe(definition)
  expect(notes).toEqual([expect.stringMatching(/^selectors.yml:\d+: .*(took|did not take) stg_orders/)])
})

it('a selection that takes it before and after is not worth a word', () => {
  expect(renamed(' "*orders"').notes).toEqual([])
  expect(renamed(' path:models').notes).toEqual([])
})
