/** What is said in a way that dbt takes for something else: a text for a list, a macro for its answer, a cast. */
import { expect, it } from 'vitest'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { casts } from './casts.ts'
import { loopedText } from './looped-text.ts'
import { valuesAsText } from './test-callers.ts'
import { after, found } from './test-found.ts'
import { uncalled } from './uncalled.ts'

const of = { package_name: 'p', config: {}, fqn: ['p', 'a'] }
const model = (name: string, nodes: string[] = []) => ({
  ...{ ...of, unique_id: `model.p.${name}`, name, resource_type: 'model', language: 'sql' },
  ...{ original_file_path: `models/${name}.sql`, depends_on: { nodes, macros: [] } },
})
const graph = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
    nodes: {
      'model.p.up': model('up'),
      'model.p.a': model('a', ['model.p.up']),
      'test.p.t': {
        ...{
          ...of,
          unique_id: 'test.p.t',
          name: 't',
          resource_type: 'test',
          original_file_path: 'models/m.yml',
        },
        ...{ attached_node: 'model.p.a', depends_on: { nodes: ['model.p.a'], macros: [] } },
        test_metadata: { name: 'accepted_values', kwargs: { arguments: { values: 'paid, sent' } } },
      },
    },
    sources: {},
    macros: {},
  }),
)
const built = { stage: 'build', nodes: ['model.p.a'] } as const

it('a variable that is gone through is a list, where its text is one', async () => {
  const loop = "select {% for c in var('channels') %}{{ c }},{% endfor %}"
  const fix = (vars: string, sql = loop) =>
    found(
      loopedText,
      'syntax error at or near ","',
      { 'models/a.sql': sql, 'dbt_project.yml': vars },
      { ...built, nodes: ['model.p.a'] },
      graph,
    )
  expect(after(await fix('vars:\n  channels: desk, web\n'))).toBe('vars:\n  channels: [desk, web]\n')
  expect(after(await fix('vars:\n  p:\n    channels: "desk,web"\n'))).toBe(
    'vars:\n  p:\n    channels: [desk, web]\n',
  )
  expect(await fix('vars:\n  channels: desk\n')).toEqual([])
  expect(await fix('vars:\n  channels: [desk, web]\n')).toEqual([])
  expect(await fix('vars:\n  channels: desk, web\n', "select {{ var('channels') }}")).toEqual([])
})

it('a condition calls the macro that it names', async () => {
  const fix = async (sql: string) =>
    after(
      await found(
        uncalled,
        'Got 1 result',
        { 'models/a.sql': sql },
        { ...built, nodes: ['model.p.a'], class: null },
        graph,
      ),
    )
  expect(await fix('{% if is_incremental %}where a{% endif %}')).toBe(
    '{% if is_incremental() %}where a{% endif %}',
  )
  expect(await fix('{%- if not is_incremental -%}a{% endif %}')).toBe(
    '{%- if not is_incremental() -%}a{% endif %}',
  )
  expect(await fix('{% if is_incremental() %}a{% endif %}')).toBe(null)
  expect(await fix('{% if execute %}a{% endif %}')).toBe(null)
})

it('values that are one text are the list that they were meant as', async () => {
  const text = `models:
  - name: a
    columns:
      - name: kind
        data_tests:
          - accepted_values:
              arguments:
                values: paid, sent
`
  const at = { stage: 'build', nodes: ['test.p.t'] } as const
  const message = 'Failure in test t (models/m.yml)\n  Got 1 result, configured to fail if != 0'
  expect(
    after(
      await found(valuesAsText, message, { 'models/m.yml': text }, { ...at, nodes: ['test.p.t'] }, graph),
    ),
  ).toBe(text.replace('paid, sent', '[paid, sent]'))
})

it('a cast goes that makes two types clash, where it is made; what stands has to say so too', async () => {
  const message = 'operator does not exist: integer = text\nLINE 3:     on a.id = b.id'
  const files = {
    'models/a.sql': "select a.x\nfrom a join {{ ref('up') }} as b\n    on a.id = b.id",
    'models/up.sql': 'select id::text as id, cast(y as date) as y from t',
  }
  const at = { stage: 'build', line: 3, file: 'models/a.sql' } as const
  const all = await found(casts, message, files, { ...at, nodes: ['model.p.a'] }, graph)
  expect(all.map((c) => after([c]))).toEqual(['select id, cast(y as date) as y from t'])
  expect(all.every((c) => c.guess)).toBe(true)
})
