/** What each way of finding fixes proposes, on files alone: whether it is right is what the sandbox says. */
import { expect, it } from 'vitest'
import type { Candidate } from '../types.ts'
import { tooMany } from './arguments.ts'
import { dependency } from './dependency.ts'
import { guard } from './guard.ts'
import { keys } from './keys.ts'
import { macro } from './macro.ts'
import { modelVersion } from './model-version.ts'
import { names } from './names.ts'
import { otherCall } from './other-call.ts'
import { qualify } from './qualify.ts'
import { reference } from './reference.ts'
import { outermost } from './select-lists.ts'
import { structure } from './structure.ts'
import { syntax } from './syntax.ts'
import { after, found } from './test-found.ts'
import { unions } from './unions.ts'
import { yamlText } from './yaml-text.ts'

it('a ref is led to the nearest name, in SQL, in YAML and in Python', async () => {
  const message = (file: string) =>
    `Model 'model.p.a' (${file}) depends on a node named 'stg_ordrs' which was not found`
  const other = { 'models/stg_orders.sql': 'select 1', 'models/stg_payments.sql': 'select 1' }
  const sql = { 'models/a.sql': `select 'stg_ordrs' from {{ ref( "stg_ordrs" ) }}`, ...other }
  expect(after(await found(reference, message('models/a.sql'), sql))).toBe(
    `select 'stg_ordrs' from {{ ref( "stg_orders" ) }}`,
  )
  const yml = { 'models/a.yml': "- relationships: {to: ref('stg_ordrs'), field: id}", ...other }
  expect(after(await found(reference, message('models/a.yml'), yml))).toContain("ref('stg_orders')")
  const py = { 'models/a.py': 'return dbt.ref("stg_ordrs")', ...other }
  expect(after(await found(reference, message('models/a.py'), py))).toContain('dbt.ref("stg_orders")')
})

it('a ref with the folder, the schema or the ending of a file takes its name alone', async () => {
  for (const written of [
    'stg_orders.sql',
    'staging/stg_orders',
    'staging/stg_orders.sql',
    'raw.stg_orders',
  ]) {
    const message = `Model 'model.shop.a' (models/a.sql) depends on a node named '${written}' which was not found`
    const files = {
      'models/a.sql': `select * from {{ ref('${written}') }}`,
      'models/staging/stg_orders.sql': '',
    }
    expect(after(await found(reference, message, files))).toBe("select * from {{ ref('stg_orders') }}")
  }
})

it('a model that is called otherwise takes its YAML along, where none describes its new name', async () => {
  const yml =
    'models:\n  - name: stg_payments\n    data_tests: [unique]\nunit_tests:\n  - name: u\n    model: stg_payments\n'
  const files = {
    'models/orders.sql': "select * from {{ ref('stg_payments') }}",
    'models/other.sql': "select * from {{ ref('stg_payments') }}",
    'models/stg_payment.sql': 'select 1',
    'models/m.yml': yml,
  }
  const message =
    "Model 'model.p.orders' (models/orders.sql) depends on a node named 'stg_payments' which was not found"
  const written = (candidates: Candidate[]) => candidates[0]?.changes.changes.map((c) => c.path)
  const all = await found(reference, message, files)
  expect(written(all)?.sort()).toEqual(['models/m.yml', 'models/orders.sql', 'models/other.sql'])
  expect(all[0]?.changes.changes.find((c) => c.path === 'models/m.yml')).toMatchObject({
    after: yml.replaceAll('stg_payments', 'stg_payment'),
  })
  // What is described by both names, or by none, is a slip of who reads it.
  const both = { ...files, 'models/m.yml': `${yml}seeds:\n  - name: stg_payment\n` }
  expect(written(await found(reference, message, both))).toEqual(['models/orders.sql'])
})

it('a version that is not there: the latest that is, then the others', async () => {
  const message =
    "Exposure 'exposure.p.e' (models/e.yml) depends on a node named 'dim_a' with version '3' which was not found"
  const files = {
    'models/e.yml': "exposures:\n  - depends_on:\n      - ref('dim_a', v=3)\n",
    'models/m.yml': 'models:\n  - name: dim_a\n    versions:\n      - v: 2\n      - v: 10\n',
  }
  const all = await found(modelVersion, message, files)
  expect(all.map((c) => after([c]))).toEqual(
    ['10', '2'].map((v) => files['models/e.yml'].replace('v=3', `v=${v}`)),
  )
})

it('a ref to what nothing is like gets no candidate', async () => {
  const message = "Model 'model.p.a' (models/a.sql) depends on a node named 'zzz_unlike' which was not found"
  expect(
    await found(reference, message, { 'models/a.sql': "{{ ref('zzz_unlike') }}", 'models/b.sql': '' }),
  ).toEqual([])
})

it('a source is led to the nearest that is declared', async () => {
  const message = "Model 'model.p.a' (models/a.sql) depends on a source named 'raw.ordrs' which was not found"
  const files = {
    'models/a.sql': "select * from {{ source('raw', 'ordrs') }}",
    'models/s.yml': 'sources: [{name: raw, tables: [{name: orders}, {name: payments}]}]',
  }
  expect(after(await found(reference, message, files))).toBe("select * from {{ source('raw', 'orders') }}")
})

it('a macro is the nearest one of the project or of dbt; strings and SQL stay', async () => {
  const files = {
    'models/a.sql': "select cents('x'), {{ cents_to_dolars('cents_to_dolars') }}",
    'macros/m.sql': '{% macro cents_to_dollars(c) %}{{ c }}{% endmacro %}',
  }
  const message = "'cents_to_dolars' is undefined. This can happen when calling a macro that does not exist."
  expect(after(await found(macro, message, files))).toBe(
    "select cents('x'), {{ cents_to_dollars('cents_to_dolars') }}",
  )
})

it('SQL: a comma too many, a semicolon, a keyword; what stands in strings stays', async () => {
  const at = { stage: 'build', line: 2 } as const
  const fix = (text: string, near: string) =>
    found(syntax, `syntax error at or near "${near}"`, { 'models/a.sql': text }, at).then(after)
  expect(await fix("select a, ',' as b,\nfrom t", 'from')).toBe("select a, ',' as b\nfrom t")
  expect(await fix('select a\nfrom t;\n', ';')).toBe('select a\nfrom t\n')
  // The text alone does not say which slip it was: all are tried.
  const slips = await found(
    syntax,
    'syntax error at or near "FORM"',
    { 'models/a.sql': 'select a\nFORM t' },
    at,
  )
  expect(slips.map((c) => after([c]))).toContain('select a\nFROM t')
})

it('YAML: a colon in a value, a tab, an indentation, a colon that is missing', async () => {
  const fix = (text: string, line: number) =>
    found(yamlText, `Error reading p: m.yml - Runtime Error\n  Syntax error near line ${line}`, {
      'm.yml': text,
    }).then(after)
  expect(await fix('models:\n  - name: a\n    description: one row: a thing\n', 3)).toContain(
    'description: "one row: a thing"',
  )
  expect(await fix('models:\n\t- name: a\n', 2)).toBe('models:\n  - name: a\n')
  expect(await fix('models:\n  - name: a\n    columns:\n      - name: x\n     - name: y\n', 5)).toMatch(
    /\n( +)- name: x\n\1- name: y\n/,
  )
  expect(await fix('models:\n  - name: a\n    columns\n      - name: x\n', 4)).toContain('    columns:\n')
})

it('an ambiguous column is tried of each relation, the first one first', async () => {
  const text = "select id, o.x from {{ ref('a') }} as o join {{ ref('b') }} p on o.id = p.id"
  const candidates = await found(
    qualify,
    'column reference "id" is ambiguous',
    { 'models/a.sql': text },
    { stage: 'build', line: 1 },
  )
  expect(candidates.map((c) => c.title)).toEqual(['Take id of o', 'Take id of p'])
  expect(after(candidates)).toBe(text.replace('select id', 'select o.id'))
})

it('a key that dbt refuses or misses is the nearest that it knows; what nothing is like stays', async () => {
  const refused = (file: string, key: string) =>
    `Invalid unit_tests config given in ${file} @ unit_tests: {} - at path []: Additional properties are not allowed ('${key}' was unexpected)`
  const yml = { 'models/u.yml': 'unit_tests:\n  - name: a\n    expected: {rows: []}\n' }
  expect(after(await found(keys, refused('models/u.yml', 'expected'), yml))).toContain('    expect: {rows')
  expect(await found(keys, refused('models/u.yml', 'zzz'), { 'models/u.yml': 'zzz: 1\n' })).toEqual([])
  const snapshot = {
    'snapshots/s.sql': "{{ config(strategy='timestamp', updatd_at='at') }} select 'updatd_at=1'",
  }
  const missed = 'A snapshot configured with the timestamp strategy must specify an updated_at configuration.'
  expect(after(await found(keys, missed, snapshot, { file: null }))).toBe(
    "{{ config(strategy='timestamp', updated_at='at') }} select 'updatd_at=1'",
  )
})

it('names: a docs block, a variable, a filter, an argument, a function of another dialect', async () => {
  const doc = {
    'models/m.yml': `description: "{{ doc('orders_docs') }}"\n`,
    'models/d.md': '{% docs order_docs %}',
  }
  const noDoc = "Documentation for 'model.p.a' depends on doc 'orders_docs'  which was not found"
  expect(after(await found(names, noDoc, doc, { file: null }))).toContain("doc('order_docs')")
  const sql = { 'models/a.sql': "{{ var('startdate') }}", 'dbt_project.yml': 'vars:\n  p: {start_date: 1}\n' }
  expect(after(await found(names, "Required var 'startdate' not found in config", sql))).toBe(
    "{{ var('start_date') }}",
  )
  const filter = { 'models/a.sql': '{{ x | trimm }}' }
  expect(after(await found(names, "No filter named 'trimm'.", filter))).toBe('{{ x | trim }}')
  const argument = {
    'models/a.sql': "{{ cents('a', factr=10) }}",
    'macros/c.sql': '{% macro cents(column, factor=100) %}{% endmacro %}',
  }
  const message = "macro 'dbt_macro__cents' takes no keyword argument 'factr'"
  expect(after(await found(names, message, argument))).toBe("{{ cents('a', factor=10) }}")
})

it('structure: an entry without its dash, two lists of tests, an entry that is described twice', async () => {
  const fix = (message: string, text: string) =>
    found(structure, message, { 'models/m.yml': text }).then(after)
  expect(
    await fix(
      "The schema file at models/m.yml is invalid because the value of 'models' is not a list",
      'models:\n  name: a\n  columns:\n    - name: x\n',
    ),
  ).toBe('models:\n  - name: a\n    columns:\n      - name: x\n')
  const both =
    "Invalid models config given in models/m.yml @ models: {} - at path []: Invalid test config: cannot have both 'tests' and 'data_tests' defined"
  const text = 'models:\n  - name: a\n    tests: [unique]\n    data_tests:\n      - not_null\n'
  expect(await fix(both, text)).toBe(
    'models:\n  - name: a\n    data_tests:\n      - not_null\n      - unique\n',
  )
})

it('a ref in a comment is no ref; a model reads itself by this; a hint is written as dbt asks for it', async () => {
  const ring = 'Found a cycle: model.p.a --> model.p.b'
  const files = {
    'models/a.sql': "-- see {{ ref('b') }}\nselect 1",
    'models/b.sql': "select * from {{ ref('a') }}",
  }
  expect(after(await found(dependency, ring, files, { file: null }))).toBe('-- see b\nselect 1')
  const self = { 'models/a.sql': "select 1 from {{ ref('a') }}" }
  expect(after(await found(dependency, 'Found a cycle: model.p.a', self, { file: null }))).toBe(
    'select 1 from {{ this }}',
  )
})

it('a query that is read while dbt parses is read where dbt executes', async () => {
  const text = "{%- set r = run_query('select 1') -%}\n{%- set n = r.columns[0].values() -%}"
  expect(after(await found(guard, "'None' has no attribute 'table'", { 'models/a.sql': text }))).toContain(
    '{%- set n = (r.columns[0].values()) if execute else [] -%}',
  )
})

it('select lists: names, expressions, groups, as they are written', () => {
  const text =
    "with c as (select x from t) select a.id, -- the key\n  count(*) as n, {{ f('a, b') }} as v from c group by 1"
  const [only] = outermost(text)
  const written = only?.items.map((i) => [i.name, text.slice(i.expression.start, i.expression.end)])
  expect(written).toEqual([
    ['id', 'a.id'],
    ['n', 'count(*)'],
    ['v', "{{ f('a, b') }}"],
  ])
  expect(only?.groupBy && text.slice(only.groupBy.start, only.groupBy.end)).toBe(' 1')
})

it('a macro that calls itself calls the one that it overrides', async () => {
  const files = {
    'macros/m.sql':
      '{% macro generate_schema_name(name, node) -%}\n  {{ generate_schema_name(name, node) }}_x\n{%- endmacro %}',
  }
  expect(after(await found(macro, 'maximum recursion depth exceeded', files))).toContain(
    '{{ dbt.generate_schema_name(name, node) }}_x',
  )
})

it('parts of a union: what one lacks is read there too, or what only one has goes', async () => {
  const text = 'select id, name, city\nfrom a\nunion all\nselect id, city\nfrom b\n'
  const message =
    'Binder Error: Set operations can only apply to expressions with the same number of result columns'
  const column = (name: string) => ({ name, type: 'text' })
  const reads = [{ id: 'model.p.b', label: 'b', columns: ['id', 'name', 'city'].map(column) }]
  const both = await found(unions, message, { 'models/a.sql': text }, { stage: 'build', reads })
  expect(both.map((c) => after([c]))).toEqual([
    'select id, name, city\nfrom a\nunion all\nselect id, name, city\nfrom b\n',
    'select id, city\nfrom a\nunion all\nselect id, city\nfrom b\n',
  ])
  // A part that calls things otherwise lacks what its own relation has, at the place of the others.
  const other =
    "select id, name, city\nfrom {{ ref('a') }}\nunion all\nselect 'x' || no, city\nfrom {{ ref('b') }}\n"
  const own = [
    { id: 'model.p.a', label: 'a', columns: ['id', 'name', 'city'].map(column) },
    { id: 'model.p.b', label: 'b', columns: ['no', 'name', 'city'].map(column) },
  ]
  const lacks = await found(unions, message, { 'models/a.sql': other }, { stage: 'build', reads: own })
  expect(after(lacks)).toBe(other.replace('no, city', 'no, name, city'))
})

it('SQL: a bracket too few is closed where its line opens it, in front of the alias; one too many goes', async () => {
  const fix = (text: string, line: number) =>
    found(syntax, 'syntax error at or near "from"', { 'models/a.sql': text }, { stage: 'build', line }).then(
      (all) => all.map((c) => after([c])),
    )
  const whole = 'with x as (\n  select md5(cast(id as varchar)) as k,\n    a\n  from t\n)\nselect * from x'
  expect(await fix(whole.replace('varchar))', 'varchar)'), 4)).toContain(whole)
  expect(await fix(whole.replace('varchar))', 'varchar)))'), 2)).toContain(whole)
})

it('YAML: a quote that does not end far above the line in which it shows', async () => {
  const whole = `models:\n  - name: a\n    description: "one"\n${'    # a line\n'.repeat(9)}    columns:\n      - name: b\n        description: "two"\n`
  const message =
    'Parsing Error\n  Error reading p: models/m.yml - Runtime Error\n    Syntax error near line 15\n    Raw Error: while parsing a block mapping'
  const broken = { 'models/m.yml': whole.replace('"one"', '"one') }
  expect(after(await found(yamlText, message, broken))).toBe(whole)
})

it('SQL: a case that does not end ends in front of its alias, and what stands in strings stays', async () => {
  const whole = "select\n  case when a > 1 then 'x' else 'y' end as kind,\n  b\nfrom t"
  const at = { stage: 'build' as const, line: 2 }
  const text = whole.replace("'y' end", "'y'")
  const all = await found(syntax, 'syntax error at or near "as"', { 'models/a.sql': text }, at)
  expect(all.map((c) => after([c]))).toContain(whole)
})

it('an argument by another name: each that the call leaves out, or none, where the rows stay what they are', async () => {
  const files = {
    'models/a.sql': "select {{ cents('x', places=2) }}",
    'macros/m.sql': '{% macro cents(column, digits=2) %}{{ column }}{% endmacro %}',
  }
  const all = await found(tooMany, "macro 'dbt_macro__cents' takes no keyword argument 'places'", files)
  expect(all.map((c) => [after([c]), c.guess])).toEqual([
    ["select {{ cents('x', digits=2) }}", true],
    ["select {{ cents('x') }}", true],
  ])
})

it('what is there and is read in another way: ref and source, a version, a package', async () => {
  const fix = async (call: string, thing: string, kind = 'node') => {
    const message = `Model 'model.p.a' (models/a.sql) depends on a ${kind} named '${thing}' which was not found`
    const files = {
      'models/a.sql': `select * from {{ ${call} }}`,
      'models/b.sql': '',
      'models/s.yml': 'sources: [{name: raw, tables: [{name: loans}]}]',
    }
    return after(await found(otherCall, message, files))
  }
  expect(await fix("source('raw', 'b')", 'raw.b', 'source')).toBe("select * from {{ ref('b') }}")
  expect(await fix("ref('loans')", 'loans')).toBe("select * from {{ source('raw', 'loans') }}")
  expect(await fix("ref('b', v=2)", 'b')).toBe("select * from {{ ref('b') }}")
  expect(await fix('ref("q", "b")', 'b')).toBe('select * from {{ ref("b") }}')
  expect(await fix("ref('c')", 'c')).toBe(null)
})
