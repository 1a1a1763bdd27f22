import { describe, expect, it } from 'vitest'
import { projectGraph } from './graph.ts'
import { manifestOf } from './manifest.ts'

type Model = { parents?: string[]; macros?: string[] }
const id = (name: string) => (name.includes('.') ? name : `model.p.${name}`)

const node = (name: string, { parents = [], macros = [] }: Model) => ({
  unique_id: id(name),
  name,
  resource_type: 'model',
  package_name: 'p',
  depends_on: { nodes: parents.map(id), macros },
})
const models: Record<string, Model> = {
  a: { macros: ['macro.p.outer'] },
  b: { parents: ['a'] },
  c: { parents: ['b'], macros: ['macro.p.inner'] },
  d: { parents: ['a'] },
}

const graph = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'duckdb', dbt_version: '1.11' },
    nodes: Object.fromEntries(Object.entries(models).map(([name, model]) => [id(name), node(name, model)])),
    exposures: {
      'exposure.p.e': {
        unique_id: 'exposure.p.e',
        name: 'e',
        label: 'Board',
        depends_on: { nodes: ['model.p.c'] },
      },
    },
    semantic_models: {
      'semantic_model.p.s': {
        unique_id: 'semantic_model.p.s',
        name: 's',
        depends_on: { nodes: ['model.p.d'] },
      },
    },
    metrics: {
      'metric.p.m': { unique_id: 'metric.p.m', name: 'm', depends_on: { nodes: ['semantic_model.p.s'] } },
    },
    macros: {
      'macro.p.outer': {
        unique_id: 'macro.p.outer',
        name: 'outer',
        depends_on: { macros: ['macro.p.inner'] },
      },
      'macro.p.inner': { unique_id: 'macro.p.inner', name: 'inner' },
    },
  }),
)

describe('the project graph', () => {
  it('knows what lies below and above', () => {
    expect(graph.descendants(['model.p.b'])).toEqual(['model.p.c', 'exposure.p.e'])
    expect(graph.descendants(['model.p.a']).sort()).toEqual([
      'exposure.p.e',
      'metric.p.m',
      'model.p.b',
      'model.p.c',
      'model.p.d',
      'semantic_model.p.s',
    ])
    expect(graph.ancestors(['model.p.c'])).toEqual(['model.p.b', 'model.p.a'])
  })

  it('knows which nodes use a macro, also through another', () => {
    expect(graph.macroUsers('macro.p.inner').sort()).toEqual(['model.p.a', 'model.p.c'])
    expect(graph.macroUsers('macro.p.outer')).toEqual(['model.p.a'])
  })

  it('names things as people do', () => {
    expect([graph.label('model.p.a'), graph.label('exposure.p.e')]).toEqual(['a', 'exposure "Board"'])
  })
})
