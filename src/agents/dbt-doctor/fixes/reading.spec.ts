/** What is proposed for a project that dbt cannot read: folders, selectors, values, metrics, tests. */
import { expect, it } from 'vitest'
import { bareNames } from './bare-names.ts'
import { folders } from './folders.ts'
import { keys } from './keys.ts'
import { names } from './names.ts'
import { after, found } from './test-found.ts'
import { yamlText } from './yaml-text.ts'

it('a folder that is not there is the nearest that is', async () => {
  const message = "Model 'model.p.a' (models/a.sql) depends on a node named 'b' which was not found"
  const files = {
    'dbt_project.yml': "model-paths: ['models']\nseed-paths: ['sed']\n",
    'models/a.sql': '',
    'seeds/b.csv': '',
  }
  expect(after(await found(folders, message, files))).toBe("model-paths: ['models']\nseed-paths: ['seeds']\n")
  expect(await found(folders, message, { ...files, 'dbt_project.yml': "seed-paths: ['seeds']\n" })).toEqual(
    [],
  )
})

it('a value is one of those that dbt takes', async () => {
  const yml = { 'models/m.yml': 'exposures:\n  - name: dashbord\n    type: dashbord\n' }
  const listed =
    "Invalid exposures config given in models/m.yml - at path ['type']: 'dashbord' is not one of ['dashboard', 'ml']"
  expect(after(await found(names, listed, yml))).toContain('type: dashboard')
  const spine = "Got invalid column name 'days' for model 's'. Valid names: ['day']."
  const own = {
    'models/m.yml': 'models:\n  - name: s\n    time_spine: {standard_granularity_column: days}\n',
  }
  expect(after(await found(names, spine, own))).toContain('standard_granularity_column: day}')
  const agg = { 'models/m.yml': 'measures:\n  - name: a\n    agg: summ\n' }
  expect(after(await found(names, 'Invalid enum value: `summ` in enum AggregationType', agg))).toContain(
    'agg: sum\n',
  )
})

it('a metric and a measure are the nearest that are defined', async () => {
  const yml = {
    'models/m.yml': `semantic_models: [{name: s, measures: [{name: amount}]}]
metrics:
  - name: sales
    type_params:
      measure: amuont
  - name: per_sale
    type_params:
      numerator: slaes
`,
  }
  expect(
    after(
      await found(names, 'The metric `slaes` does not exist but was referenced by metric `per_sale`.', yml),
    ),
  ).toContain('numerator: sales')
  const measure = 'A semantic model having a measure `amuont` does not exist but was referenced.'
  expect(after(await found(names, measure, yml))).toContain('measure: amount\n')
})

it('a period of freshness is one of three, whatever file it stands in', async () => {
  const message =
    "Field \"error_after\" of type Optional[Time] in FreshnessThreshold has invalid value {'count': 48, 'period': 'hours'}"
  const yml = 'sources:\n  - name: a\n    freshness:\n      error_after: {count: 48, period: hours}\n'
  expect(after(await found(names, message, { 'models/s.yml': yml }, { file: null }))).toContain(
    'period: hour}',
  )
})

it('selectors: a key and a method', async () => {
  const text = 'selectors:\n  - name: a\n    defintion:\n      method: pth\n      value: models\n'
  const told = 'Could not read selector file data: Runtime Error\n'
  const method = await found(names, `${told}  'pth' is not a valid method name`, { 'selectors.yml': text })
  expect(after(method)).toContain('method: path')
  expect(
    after(await found(keys, 'Could not parse selector file data: \n  defintion:', { 'selectors.yml': text })),
  ).toContain('    definition:')
})

it('a generic test is the nearest that there is', async () => {
  const files = {
    'models/m.yml':
      'models:\n  - name: a\n    columns:\n      - name: x\n        data_tests: \n          - not_negativ:\n              where: x\n',
    'tests/generic/t.sql': '{% test not_negative(model) %}{% endtest %}',
  }
  const message = "'test_not_negativ' is undefined. This can happen when calling a macro that does not exist."
  expect(after(await found(names, message, files))).toContain('- not_negative:')
})

it('YAML: tabs as wide as the lines around them, and braces that dbt alone cannot read', async () => {
  const fix = (text: string, line: number) =>
    found(yamlText, `Error reading p: m.yml - Runtime Error\n  Syntax error near line ${line}`, {
      'm.yml': text,
    }).then(after)
  const deep = (lead: string) =>
    `models:\n    - name: a\n      columns:\n          - name: x\n${lead}- name: y\n`
  expect(await fix(deep('\t  '), 5)).toBe(deep(' '.repeat(10)))
  expect(await fix(`a:\n  b: {{ doc("c") }}\n`, 2)).toBe(`a:\n  b: '{{ doc("c") }}'\n`)
})

it('a folder that nothing is like is the only one that nothing names', async () => {
  const message = "Model 'model.p.a' (models/a.sql) depends on a node named 'b' which was not found"
  const files = {
    'dbt_project.yml': 'model-paths: [models]\nseed-paths: [data]\n',
    'models/a.sql': '',
    'lists/b.csv': '',
  }
  expect(after(await found(folders, message, files))).toBe('model-paths: [models]\nseed-paths: [lists]\n')
  expect(await found(folders, message, { ...files, 'more/c.csv': '' })).toEqual([])
})

it('a name without its quotes gets them, where no variable is called so', async () => {
  const fix = async (text: string, message = "Required var '' not found in config:") =>
    after(await found(bareNames, message, { 'models/a.sql': text }))
  expect(await fix("select {{ var(day) }}, {{ var('b') }}")).toBe("select {{ var('day') }}, {{ var('b') }}")
  expect(await fix('{% set day = 1 %}{{ var(day) }}')).toBe(null)
  expect(await fix('{% for s in list %}{{ ref(s) }}{% endfor %}')).toBe(null)
  expect(await fix('{% macro m(name, other) %}{{ ref(name) }}{% endmacro %}')).toBe(null)
  expect(await fix("{{ var('a', default) }}")).toBe(null)
})
