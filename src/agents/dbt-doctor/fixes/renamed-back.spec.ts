/** A column that lately changed its name where it is made, and nowhere else. */
import { expect, it } from 'vitest'
import type { GitHistory } from '../../../adapters/git/history.ts'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { renamedBack } from './renamed-back.ts'
import { after, found } from './test-found.ts'

const node = (name: string, columns: string[] = []) => ({
  ...{ unique_id: `model.p.${name}`, name, resource_type: 'model', package_name: 'p', language: 'sql' },
  ...{ original_file_path: `models/${name}.sql`, config: {}, fqn: ['p', name] },
  columns: Object.fromEntries(columns.map((c) => [c, { name: c }])),
})
const GRAPH = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
    nodes: { 'model.p.up': node('up', ['price']), 'model.p.a': node('a'), 'model.p.b': node('b') },
  }),
)

const OLD = "select\n  id,\n  {{ cents('unit') }} as price\nfrom t\n"
const NOW = OLD.replace('as price', 'as cents')
const git = (old: string) =>
  ({
    committed: async () => NOW,
    log: async () => [{ hash: 'abc', subject: 'names' }],
    before: async () => old,
  }) as unknown as GitHistory

const at = {
  stage: 'build' as const,
  nodes: ['model.p.a'],
  reads: [{ id: 'model.p.up', label: 'up', columns: [{ name: 'cents', type: 'integer' }] }],
}
const files = (up: string, b: string) => ({
  'models/a.sql': "select u.price from {{ ref('up') }} as u",
  'models/b.sql': b,
  'models/up.sql': up,
})
const find = (up: string, old: string, b = "select price from {{ ref('up') }}") =>
  found(renamedBack, 'column u.price does not exist', files(up, b), at, GRAPH, { git: git(old) })

it('goes back, where its YAML and several readers say the old name', async () => {
  expect(after(await find(NOW, OLD))).toBe(OLD)
  const plain = OLD.replace("{{ cents('unit') }} as price", 'price')
  const numbered = plain.replace('price', 'price as price_no')
  expect(after(await find(numbered, plain))).toBe(plain)
})

it('stays, where a reader follows, only one reads it, or it was ever called so', async () => {
  expect(await find(NOW, OLD, "select cents, price from {{ ref('up') }}")).toEqual([])
  expect(await find(NOW, OLD, 'select 1')).toEqual([])
  expect(await find(NOW, NOW)).toEqual([])
  // The old name is still given beside it.
  expect(await find(NOW.replace('id,', 'id,\n  price,'), OLD)).toEqual([])
})
