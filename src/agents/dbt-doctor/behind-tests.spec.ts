/** Which nodes a failing test keeps from being built, and which a failing model does. */
import { expect, it } from 'vitest'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import { keptByTests } from './behind-tests.ts'

const model = (name: string, ...above: string[]) => ({
  ...{ unique_id: `model.p.${name}`, name, resource_type: 'model', package_name: 'p', config: {} },
  ...{ original_file_path: `models/${name}.sql`, fqn: ['p', name] },
  depends_on: { nodes: above.map((a) => `model.p.${a}`), macros: [] },
})
const graph = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
    nodes: {
      'model.p.a': model('a'),
      'model.p.b': model('b', 'a'),
      'model.p.c': model('c'),
      'model.p.d': model('d', 'b', 'c'),
    },
  }),
)

it('what a test alone keeps, and nothing below a model that fails by itself', () => {
  const result = (id: string, status: string) => ({ id, status, message: null, seconds: 0 })
  const seen = (c: string) => ({
    graph,
    results: [
      result('model.p.a', 'success'),
      result('test.p.unique_a', 'fail'),
      result('model.p.b', 'skipped'),
      result('model.p.c', c),
      result('model.p.d', 'skipped'),
    ],
  })
  expect(keptByTests(seen('success') as Parameters<typeof keptByTests>[0])).toEqual([
    'model.p.b',
    'model.p.d',
  ])
  expect(keptByTests(seen('error') as Parameters<typeof keptByTests>[0])).toEqual(['model.p.b'])
})
