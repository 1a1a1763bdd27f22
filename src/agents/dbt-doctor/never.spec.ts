import { expect, it } from 'vitest'
import { makeChangeSet } from '../../changes/index.ts'
import { type Allowed, whyNever } from './never.ts'

const NOTHING: Allowed = {
  isChosen: false,
  missing: [],
  committed: () => [],
  isTestFile: (p) => p.startsWith('tests/'),
  isSpareCopy: () => false,
}

function refused(path: string, before: string, after: string, allowed: Partial<Allowed> = {}): boolean {
  const changes = makeChangeSet('A fix', [{ kind: 'edit', path, before, after }])
  return whyNever(changes, { ...NOTHING, ...allowed }).length > 0
}

const YAML = `models:
  - name: fct_orders
    columns:
      - name: order_id
        data_tests:
          - unique
          - not_null
      - name: status
        data_tests:
          - accepted_values:
              arguments:
                values: [paid, sent]
          - relationships:
              arguments: {to: ref('dim_stats'), field: status}
`
const yaml = (from: string | RegExp, to: string, missing: string | null = null) => {
  const after = YAML.replace(from, to)
  expect(after).not.toBe(YAML)
  return refused('models/schema.yml', YAML, after, { missing: missing === null ? [] : [missing] })
}

it.each([
  ['deletes a test', '          - not_null\n', ''],
  ['deletes a column with its tests', / {6}- name: order_id[\s\S]*?not_null\n/, ''],
  ['puts a milder test in its place', '- unique', '- not_null'],
  ['adds an accepted value', '[paid, sent]', '[paid, sent, lost]'],
  ['adds a severity', '- unique', '- unique: {config: {severity: warn}}'],
  ['adds a severity in a block', '- unique', '- unique:\n              severity: warn'],
  ['adds a threshold', '- not_null', '- not_null: {config: {warn_if: ">9", error_if: ">99"}}'],
  ['adds a filter', '- unique', '- unique:\n              config:\n                where: "order_id > 3"'],
  ['adds a limit', '- unique', '- unique: {config: {limit: 1}}'],
  ['disables it', '- unique', '- unique: {config: {enabled: false}}'],
  ['disables the model', '    columns:\n', '    config: {enabled: false}\n    columns:\n'],
  ['keeps failures elsewhere', '- unique', '- unique: {config: {store_failures: true}}'],
  ['hides it in a comment', '- not_null', '# - not_null'],
  ['asks another table', "ref('dim_stats')", "ref('dim_other')"],
  ['hangs it on another column', 'name: order_id', 'name: row_id'],
])('never: a change of YAML that %s', (_, from, to) => {
  expect(yaml(from, to)).toBe(true)
  expect(yaml(from, to, 'something_else')).toBe(true)
})

it('a test follows the name that is not there, and says the same', () => {
  expect(yaml("ref('dim_stats')", "ref('dim_statuses')", 'dim_stats')).toBe(false)
  expect(yaml('name: order_id', 'name: order_key', 'order_id')).toBe(false)
  expect(yaml('name: fct_orders', 'name: orders', 'fct_orders')).toBe(false)
  expect(yaml('[paid, sent]', '[paid, lost]', 'sent')).toBe(true)
})

it('YAML that is broken is mended without losing an item', () => {
  const broken = YAML.replace('      - name: status', '     - name: status')
  expect(refused('models/schema.yml', broken, YAML)).toBe(false)
  expect(refused('models/schema.yml', broken, YAML.replace('          - unique\n', ''))).toBe(true)
  expect(refused('models/schema.yml', broken, YAML.replace('[paid, sent]', '[paid]'))).toBe(true)
})

const SQL = `select o.order_id, o.amont\nfrom {{ ref('stg_orders') }} as o\nleft join {{ ref('stg_pay') }} as p using (order_id)\n`

it.each([
  ['selects all columns', 'o.order_id, o.amont', '*'],
  ['selects all columns of one', 'o.amont', 'o.*'],
  ['filters rows', 'using (order_id)', 'using (order_id)\nwhere o.order_id is not null'],
  ['takes each row once', 'select ', 'select distinct '],
  ['takes the first rows', 'using (order_id)', 'using (order_id)\nlimit 10'],
  [
    'keeps one row of each',
    'using (order_id)',
    'using (order_id)\nqualify row_number() over (partition by 1) = 1',
  ],
  ['drops rows in a join', 'left join', 'inner join'],
  ['casts values away', 'o.amont', 'try_cast(o.amont as int)'],
  ['puts a value for null', 'o.order_id', 'coalesce(o.order_id, 0)'],
  ['switches the model off', 'select ', '{{ config(enabled=false) }}\nselect '],
  ['rebuilds in full', 'select ', '{{ config(full_refresh=true) }}\nselect '],
])('never: a change of SQL that %s', (_, from, to) => {
  expect(refused('models/m.sql', SQL, SQL.replace(from, to))).toBe(true)
})

it('SQL may name another column, and may come back as it was committed', () => {
  expect(refused('models/m.sql', SQL, SQL.replace('o.amont', 'o.amount'))).toBe(false)
  const star = SQL.replace('o.order_id, o.amont', '*')
  expect(refused('models/m.sql', SQL, star, { committed: () => [star] })).toBe(false)
})

const GROUPS =
  'select a, n\nfrom (\n  select a, count(*) as n\n  from t\n  where b and count(*) > 1\n  group by a\n) x\n'

it('a condition on aggregates moves behind the groups, and no other does', () => {
  const moved = GROUPS.replace(' and count(*) > 1\n  group by a', '\n  group by a\n  having count(*) > 1')
  expect(refused('models/m.sql', GROUPS, moved)).toBe(false)
  expect(refused('models/m.sql', GROUPS, moved.replace('> 1', '> 2'))).toBe(true)
  expect(refused('models/m.sql', GROUPS, moved.replace('where b\n', 'where b\n  having c\n'))).toBe(true)
  const joined = 'select a from t join u on t.a = u.a and u.b group by a\n'
  expect(refused('models/m.sql', joined, 'select a from t join u on t.a = u.a group by a having u.b\n')).toBe(
    true,
  )
})

it('what an alias stands for may be spelled out, and nothing else with it', () => {
  const text = 'select coalesce(a, 0) + 1 as b, b > 1 as c\nfrom t\n'
  const spelt = text.replace('b > 1', '(coalesce(a, 0) + 1) > 1')
  expect(refused('models/m.sql', text, spelt)).toBe(false)
  expect(refused('models/m.sql', text, spelt.replace('from t', 'from coalesce(t, u)'))).toBe(true)
  expect(refused('models/m.sql', text, text.replace('b > 1', 'coalesce(a, 1) > 1'))).toBe(true)
})

it('never: what keeps a table from being built from the start goes, but where a person says so', () => {
  const kept = `{{ config(materialized='incremental', full_refresh=false) }}\n${SQL}`
  const free = kept.replace(', full_refresh=false', '')
  expect(refused('models/m.sql', kept, free, { committed: () => [free] })).toBe(true)
  expect(refused('models/m.sql', kept, free, { isChosen: true })).toBe(false)
  expect(refused('models/m.sql', kept, kept.replace('o.amont', 'o.amount'))).toBe(false)
  const project = 'models:\n  shop:\n    +full_refresh: false\n    +tags: [a]\n'
  expect(refused('dbt_project.yml', project, project.replace('    +full_refresh: false\n', ''))).toBe(true)
})

it('never: a singular or a generic test that says something else', () => {
  const test = "select * from {{ ref('orders') }} where amount < 0"
  const after = (text: string, missing: string[]) => refused('tests/t.sql', test, text, { missing })
  expect(after(test.replace('amount < 0', 'amount < -5'), [])).toBe(true)
  expect(after(`${test} and false`, ['orders'])).toBe(true)
  expect(after(test.replace("'orders'", "'fct_orders'"), [])).toBe(true)
  expect(after(test.replace("'orders'", "'fct_orders'"), ['orders'])).toBe(false)
  const generic =
    '{% test positive(model, column_name) %} select 1 from {{ model }} where 1 = 0 {% endtest %}'
  expect(refused('macros/t.sql', generic, generic.replace('1 = 0', '1 = 2'))).toBe(true)
})

it('never: packages, files that come or go, the project’s own settings of tests', () => {
  expect(refused('packages.yml', 'packages: []', 'packages: [{git: x}]')).toBe(true)
  expect(refused('dbt_project.yml', 'name: a\n', 'name: a\ndata_tests:\n  +severity: warn\n')).toBe(true)
  expect(refused('dbt_project.yml', 'name: a\n', 'name: a\ntest-paths: [none]\n')).toBe(true)
  for (const change of [
    { kind: 'delete', path: 'models/m.sql', before: SQL },
    { kind: 'create', path: 'models/n.sql', after: SQL },
    { kind: 'rename', path: 'tests/a.sql', to: 'models/a.sql', before: SQL, after: SQL },
  ] as const)
    expect(whyNever(makeChangeSet('A fix', [change]), NOTHING)).not.toEqual([])
  const back = makeChangeSet('A fix', [{ kind: 'create', path: 'models/n.sql', after: SQL }])
  const had = (text: string) => whyNever(back, { ...NOTHING, committed: () => [text] })
  // What was deleted comes back to the letter, or not at all.
  expect(had(SQL)).toEqual([])
  expect(had(`${SQL} `)).not.toEqual([])
})

it('arguments of a test may go below `arguments`, and no value may change on the way', () => {
  const beside =
    'models:\n  - name: a\n    data_tests:\n      - accepted_values: {values: [x, y], config: {where: b}}\n'
  const below = beside.replace('values: [x, y]', 'arguments: {values: [x, y]}')
  expect(refused('models/m.yml', beside, below)).toBe(false)
  expect(refused('models/m.yml', beside, below.replace('[x, y]', '[x, y, z]'))).toBe(true)
  expect(refused('models/m.yml', below, below.replace('arguments: {values: [x, y]}, ', ''))).toBe(true)
})

it('a test of a name that is not there may become the one that is meant, and no other', () => {
  expect(yaml('- unique', '- uniqueness', 'unique')).toBe(false)
  expect(yaml('- unique', '- uniqueness', 'other')).toBe(true)
})

it('what is described twice may go from one file where the other has all of its tests', () => {
  const without = YAML.replace('          - unique\n', '')
  const gone = (beside: string[]) => refused('models/schema.yml', YAML, without, { beside: () => beside })
  const twice = 'models: [{name: fct_orders, columns: [{name: order_id, data_tests: [unique]}]}]'
  expect(gone([])).toBe(true)
  expect(gone([twice.replace('order_id', 'status')])).toBe(true)
  expect(gone([twice])).toBe(false)
})

it('the end of a test may be mended, and nothing within it', () => {
  const test = '{% test above(model, column_name) %}\nselect 1 from {{ model }} where {{ column_name }} < 0\n'
  expect(refused('tests/above.sql', `${test}{% endtst %}`, `${test}{% endtest %}`)).toBe(false)
  expect(refused('tests/above.sql', test, `${test}{% endtest %}`)).toBe(false)
  expect(refused('tests/above.sql', test, `${test.replace('< 0', '< -9')}{% endtest %}`)).toBe(true)
  const guarded = test.replace('where', '{% if x %} where')
  expect(refused('tests/above.sql', `${guarded}{% endtest %}`, `${guarded}{% endif %}{% endtest %}`)).toBe(
    true,
  )
})

it('values that are one text become the list that they were meant as, and no other', () => {
  const text = YAML.replace('[paid, sent]', 'paid, sent')
  expect(refused('models/schema.yml', text, YAML)).toBe(false)
  expect(refused('models/schema.yml', text, YAML.replace('sent]', 'sent, lost]'))).toBe(true)
})

it('what a test is given may stand below the word that was misspelt', () => {
  const wrong = YAML.replace('              arguments:\n', '              argument:\n')
  expect(refused('models/schema.yml', wrong, YAML, { missing: ['argument'] })).toBe(false)
  expect(refused('models/schema.yml', wrong, YAML)).toBe(true)
  const more = YAML.replace('[paid, sent]', '[paid, sent, lost]')
  expect(refused('models/schema.yml', wrong, more, { missing: ['argument'] })).toBe(true)
})

it('an entry that has no name gets one, with all its tests', () => {
  const text = YAML.replace('  - name: fct_orders', '  - description: orders')
  expect(refused('models/schema.yml', text, YAML)).toBe(false)
  expect(refused('models/schema.yml', text, YAML.replace('          - not_null\n', ''))).toBe(true)
})

it('the call of an input is closed, and reads what it read', () => {
  const text = "unit_tests:\n  - name: t\n    given:\n      - input: ref('a'\n        rows: [{x: 1}]\n"
  expect(refused('models/m.yml', text, text.replace("ref('a'", "ref('a')"))).toBe(false)
  expect(refused('models/m.yml', text, text.replace("ref('a'", "ref('b')"))).toBe(true)
  expect(refused('models/m.yml', text, text.replace("ref('a'", "ref('a')").replace('x: 1', 'x: 2'))).toBe(
    true,
  )
})

it('YAML of the wrong shape is written in the right one with all that it tests, and nothing less', () => {
  const head = 'models:\n  - name: a\n    columns:\n'
  const from = `${head}      id:\n        data_tests: [unique, not_null]\n      fee:\n`
  const to = (tests: string) => `${head}      - name: id\n        data_tests: [${tests}]\n      - name: fee\n`
  expect(refused('m.yml', from, to('unique, not_null'))).toBe(false)
  expect(refused('m.yml', from, to('unique'))).toBe(true)
  expect(refused('m.yml', from, to('unique, not_null').replace('name: id', 'name: fee'))).toBe(true)

  const test = (field: string) =>
    `${head}      - name: id\n        data_tests:\n          - relationships:\n${field}arguments: {to: ref('b'), field: id}\n`
  expect(refused('m.yml', test('            '), test('              '))).toBe(false)
  const other = test('              ').replace('field: id', 'field: other')
  expect(refused('m.yml', test('            '), other)).toBe(true)

  const given = (rows: string) => `unit_tests:\n  - name: t\n    model: a\n    given:\n${rows}`
  const mapped = given("      ref('b'):\n        rows:\n          id: 1\n")
  expect(refused('m.yml', mapped, given("      - input: ref('b')\n        rows:\n          - id: 1\n"))).toBe(
    false,
  )
  expect(refused('m.yml', mapped, given("      - input: ref('b')\n        rows: []\n"))).toBe(true)
})
