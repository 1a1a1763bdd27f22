/** Days, empty texts and factors that do not go with the types around them. */
import { expect, it } from 'vitest'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { operands } from './operands.ts'
import { after, found } from './test-found.ts'

const SQL = 'models/a.sql'
const UP = 'models/up.sql'
const MACRO = 'macros/m.sql'
const node = (name: string, path: string) => ({
  ...{ unique_id: `model.p.${name}`, name, resource_type: 'model', package_name: 'p', language: 'sql' },
  ...{ original_file_path: path, config: {}, fqn: ['p', name] },
})

const GRAPH = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
    nodes: {
      'model.p.a': { ...node('a', SQL), depends_on: { nodes: ['model.p.up'], macros: [] } },
      'model.p.up': { ...node('up', UP), depends_on: { nodes: [], macros: ['macro.p.m'] } },
    },
    macros: {
      'macro.p.m': { unique_id: 'macro.p.m', name: 'm', package_name: 'p', original_file_path: MACRO },
    },
  }),
)

const fix = async (
  message: string,
  sql: string,
  line: number | null = 1,
  more: Record<string, string> = {},
) => found(operands, message, { [SQL]: sql, ...more }, { stage: 'build', nodes: ['model.p.a'], line }, GRAPH)

const NO_OPERATOR = 'operator does not exist: '

it('a number that is taken from a time is one of days, also as a variable', async () => {
  const message = `${NO_OPERATOR}timestamp without time zone - integer`
  expect(after(await fix(message, 'select max(a) - 3 as b from x'))).toBe(
    "select max(a) - 3 * interval '1 day' as b from x",
  )
  const variable = 'select a from x where b > (select max(c) - {{ var("days") }} from y)'
  expect(after(await fix(message, variable))).toBe(variable.replace('}} from', "}} * interval '1 day' from"))
  expect(await fix(`${NO_OPERATOR}text - integer`, variable)).toEqual([])
})

it('an empty text is none, in a union with what is no text', async () => {
  const message = 'invalid input syntax for type integer: ""'
  const text = "select a, '' as b\nfrom x\nunion all\nselect a,\n  ''\nfrom y\n"
  expect(after(await fix(message, text, 5))).toBe(text.replace("''\nfrom y", 'null\nfrom y'))
  expect(await fix(message, "select '' as b\nfrom x\n")).toEqual([])
})

it('a factor that makes numbers too large is a bigint, in what is read and in its macros too', async () => {
  const more = {
    [UP]: "select {{ m('a') }} as b, c * 2 as d from t",
    [MACRO]: '{% macro m(x) %}({{ x }} * 1000000 / 100.0){% endmacro %}',
  }
  const all = await fix('integer out of range', 'select b * 1.5 as e from up', null, more)
  expect(all.map((c) => after([c]))).toEqual([
    "select {{ m('a') }} as b, c * 2::bigint as d from t",
    '{% macro m(x) %}({{ x }} * 1000000::bigint / 100.0){% endmacro %}',
  ])
})
