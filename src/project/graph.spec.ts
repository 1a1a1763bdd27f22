import { describe, expect, it } from 'vitest'
import { projectGraph } from './graph.ts'
import type { Manifest, ManifestNode } from './manifest.ts'

const model = (name: string, parents: string[]): [string, ManifestNode] => [
  `model.p.${name}`,
  {
    unique_id: `model.p.${name}`,
    name,
    resource_type: 'model',
    original_file_path: `models/${name}.sql`,
    package_name: 'p',
    relation_name: name,
    depends_on: { nodes: parents.map((p) => `model.p.${p}`) },
    config: { materialized: 'table', enabled: true },
  },
]

const graph = projectGraph({
  metadata: { project_name: 'p', adapter_type: 'duckdb', dbt_version: '1.11' },
  nodes: Object.fromEntries([model('a', []), model('b', ['a']), model('c', ['b']), model('d', ['a'])]),
  sources: {},
  exposures: {
    'exposure.p.e': {
      unique_id: 'exposure.p.e',
      name: 'e',
      label: 'Board',
      depends_on: { nodes: ['model.p.c'] },
    },
  },
  unit_tests: {},
} satisfies Manifest)

describe('the project graph', () => {
  it('knows what lies below and above', () => {
    expect(graph.descendants(['model.p.b'])).toEqual(['model.p.c', 'exposure.p.e'])
    expect(graph.descendants(['model.p.a']).sort()).toEqual([
      'exposure.p.e',
      'model.p.b',
      'model.p.c',
      'model.p.d',
    ])
    expect(graph.ancestors(['model.p.c'])).toEqual(['model.p.b', 'model.p.a'])
  })

  it('names things as people do', () => {
    expect([graph.label('model.p.a'), graph.label('exposure.p.e')]).toEqual(['a', 'exposure "Board"'])
  })
})
