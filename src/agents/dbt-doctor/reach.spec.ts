import { expect, it } from 'vitest'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import { withCascade } from './reach.ts'

const graph = (adapter_type: string) => {
  const node = (name: string, materialized: string, ...parents: string[]) => ({
    ...{ unique_id: `model.p.${name}`, name, resource_type: 'model', package_name: 'p', language: 'sql' },
    ...{ original_file_path: `models/${name}.sql`, config: { materialized } },
    depends_on: { nodes: parents.map((p) => `model.p.${p}`), macros: [] },
  })
  const all = [
    node('stg', 'view'),
    node('int', 'view', 'stg'),
    node('fct', 'table', 'int'),
    node('top', 'view', 'fct'),
  ]
  return projectGraph(
    manifestOf({
      metadata: { project_name: 'p', adapter_type },
      nodes: Object.fromEntries(all.map((n) => [n.unique_id, n])),
    } as Parameters<typeof manifestOf>[0]),
  )
}

it('views that go with what they read are built again, and what reads a table of them stays', () => {
  expect(withCascade(graph('postgres'), ['model.p.stg'])).toEqual(['model.p.stg', 'model.p.int'])
  expect(withCascade(graph('postgres'), ['model.p.fct'])).toEqual(['model.p.fct', 'model.p.top'])
  expect(withCascade(graph('duckdb'), ['model.p.stg'])).toEqual(['model.p.stg'])
})
