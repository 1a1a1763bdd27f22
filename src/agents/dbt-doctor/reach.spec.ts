import { expect, it } from 'vitest'
import { makeChangeSet } from '../../changes/index.ts'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import { changedIds, withCascade } from './reach.ts'

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

it('a variable with another value reaches those that ask for it, themselves or by a macro', () => {
  const node = (name: string, raw_code: string, macros: string[] = []) => ({
    ...{ unique_id: `model.p.${name}`, name, resource_type: 'model', package_name: 'p', language: 'sql' },
    ...{ original_file_path: `models/${name}.sql`, config: { materialized: 'table' }, raw_code },
    depends_on: { nodes: [], macros },
  })
  const tax = {
    name: 'tax',
    unique_id: 'macro.p.tax',
    package_name: 'p',
    original_file_path: 'macros/tax.sql',
  }
  const all = [
    node('a', 'select \'{{ var("day") }}\''),
    node('b', "select {{ var('rate') }}"),
    node('c', 'select {{ tax() }}', ['macro.p.tax']),
  ]
  const known = projectGraph(
    manifestOf({
      metadata: { project_name: 'p', adapter_type: 'duckdb' },
      nodes: Object.fromEntries(all.map((n) => [n.unique_id, n])),
      macros: { 'macro.p.tax': { ...tax, macro_sql: "{{ var('rate') }}", depends_on: { macros: [] } } },
    } as unknown as Parameters<typeof manifestOf>[0]),
  )
  const reached = (before: string, after: string) => {
    const changes = makeChangeSet('x', [{ kind: 'edit', path: 'dbt_project.yml', before, after }])
    return changedIds(known, changes, { place: { root: '/p', dbtDir: '/p', stateDir: '/p/.martsmith' } })
  }
  const text = 'name: p\nvars:\n  day: 1\n  p:\n    rate: 2\n'
  expect(reached(text, text.replace('day: 1', 'day: 3'))).toEqual(['model.p.a'])
  expect(reached(text, text.replace('rate: 2', 'rate: 3'))).toEqual(['model.p.b', 'model.p.c'])
  expect(reached(text, text.replace('name: p', 'name: q'))).toEqual([])
})
