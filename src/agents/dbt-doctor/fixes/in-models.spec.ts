/** What is proposed for a model that fails, by its place in the project; messages are those of real dbt. */
import { beforeAll, expect, it } from 'vitest'
import type { DbtEngine } from '../../../adapters/dbt/types.ts'
import { makeChangeSet } from '../../../changes/index.ts'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { openParser } from '../../../project/sql/parse.ts'
import type { Failure, Fixer } from '../types.ts'
import { aliases } from './aliases.ts'
import { column } from './column.ts'
import { contract } from './contract.ts'
import { fixture } from './fixture.ts'
import { grouping } from './grouping.ts'
import { names } from './names.ts'
import { nodeConfig } from './node-config.ts'
import { renamedBack } from './renamed-back.ts'
import { losesNew, schemaChange } from './schema-change.ts'
import { seed } from './seed.ts'
import { seedHeader } from './seed-header.ts'
import { after, found } from './test-found.ts'
import { slipIn, upstream } from './upstream.ts'
import { values } from './values.ts'
import { windows } from './windows.ts'

beforeAll(openParser)

const SQL = 'models/a.sql'
const YAML = 'models/m.yml'
const UP = 'models/up.sql'
const CONFIG = { unique_key: 'orderid', check_cols: ['order'] }

const UP_NODE = {
  ...{ unique_id: 'model.p.up', name: 'up', resource_type: 'model', package_name: 'p', language: 'sql' },
  ...{ original_file_path: UP, config: {}, fqn: ['p', 'up'] },
}

const graph = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
    nodes: {
      'model.p.a': {
        ...{ unique_id: 'model.p.a', name: 'a', resource_type: 'model', package_name: 'p', language: 'sql' },
        ...{ original_file_path: SQL, patch_path: `p://${YAML}`, config: CONFIG, fqn: ['p', 'a'] },
      },
      'model.p.up': UP_NODE,
      'seed.p.s': {
        ...{ unique_id: 'seed.p.s', name: 's', resource_type: 'seed', package_name: 'p', fqn: ['p', 's'] },
        ...{ original_file_path: 'seeds/s.csv', relation_name: '"s"', config: {} },
      },
      'test.p.related': {
        ...{ unique_id: 'test.p.related', name: 'related', resource_type: 'test', package_name: 'p' },
        ...{ original_file_path: YAML, attached_node: 'model.p.a', column_name: 'customer_id', config: {} },
        test_metadata: { name: 'relationships', kwargs: { field: 'id', to: "ref('b')" } },
      },
    },
    unit_tests: {
      'unit_test.p.a.counts': {
        ...{
          unique_id: 'unit_test.p.a.counts',
          name: 'counts',
          resource_type: 'unit_test',
          package_name: 'p',
        },
        ...{ original_file_path: YAML, depends_on: { nodes: ['model.p.a'] } },
      },
    },
  }),
)

const inModel = async (
  fixer: Fixer,
  message: string,
  files: Record<string, string>,
  { node = 'model.p.a', ...at }: Partial<Failure> & { node?: string } = {},
) => found(fixer, message, files, { stage: 'build', nodes: [node], ...at }, graph)

const broken = (rows: string) =>
  `This model has an enforced contract that failed.\n\n  | column_name | definition_type | contract_type | mismatch_reason |\n  | --- | --- | --- | --- |\n  ${rows}`
const promises = 'models:\n  - name: a\n    columns:\n      - name: n\n        data_type: integer\n'

it('a contract: the model is cast to what it promises before the promise changes', async () => {
  const files = { [SQL]: 'select status, count(*) as n from t group by 1', [YAML]: promises }
  const candidates = await inModel(contract, broken('| n | BIGINT | INTEGER | data type mismatch |'), files)
  expect(candidates.map((c) => c.changes.changes[0]?.path)).toEqual([SQL, YAML])
  expect(after(candidates)).toContain('select status, cast(count(*) as integer) as n from')
})

it('a contract: what loses digits is no cast; a renamed column gets its promised name', async () => {
  const files = { [SQL]: 'select sum(x) as n from t', [YAML]: promises }
  const [first] = await inModel(contract, broken('| n | NUMERIC | INTEGER | data type mismatch |'), files)
  expect(first?.changes.changes[0]?.path).toBe(YAML)
  const renamed = { [SQL]: 'select sum(x) as n_orders from t', [YAML]: promises }
  const rows = '| n_orders | INTEGER | | missing in contract |\n  | n | | INTEGER | missing in definition |'
  expect(after(await inModel(contract, broken(rows), renamed))).toBe('select sum(x) as n from t')
})

it('groups: the column as it is written, or its place; an aggregate goes to having', async () => {
  const message = 'column "o.day" must appear in the GROUP BY clause or be used in an aggregate function'
  const fix = (text: string) => inModel(grouping, message, { [SQL]: text }).then(after)
  expect(await fix('select o.id, o.day, count(*) from o group by o.id\n')).toContain('group by o.id, o.day\n')
  expect(await fix('select o.id, o.day, count(*) from o group by 1')).toContain('group by 1, 2')
  expect(await fix('select o.id, upper(o.day) as d, sum(o.x) from o group by o.id')).toContain(
    'group by o.id, upper(o.day)',
  )
  const long = await inModel(grouping, message, {
    [SQL]: 'select o.id, concat(\n  o.day, 1\n) as d, count(*) from o group by o.id',
  })
  expect(long.map((c) => c.title)).toEqual(['Group by concat( o.day, 1 ) too'])
  // The whole clause is gone.
  expect(
    await fix('with a as (\n  select o.id, o.day, count(*) as n\n  from o\n  where o.x > 1\n)\nselect 1'),
  ).toBe(
    'with a as (\n  select o.id, o.day, count(*) as n\n  from o\n  where o.x > 1\n  group by o.id, o.day\n)\nselect 1',
  )
  expect(await fix('select o.day from o')).toBeNull()
  const where = 'aggregate functions are not allowed in WHERE'
  expect(
    after(
      await inModel(grouping, where, { [SQL]: 'select id, count(*) from o where count(*) > 1 group by id' }),
    ),
  ).toBe('select id, count(*) from o group by id\nhaving count(*) > 1')
  const both = 'select id, count(*) from o\nwhere x = 1 and count(*) > 1\ngroup by id'
  expect(after(await inModel(grouping, where, { [SQL]: both }))).toBe(
    'select id, count(*) from o\nwhere x = 1\ngroup by id\nhaving count(*) > 1',
  )
  const inner =
    'with a as (\n  select id, sum(x) as n\n  from o\n  where sum(x) > 0\n  group by id\n)\nselect f(n) as m from a'
  expect(after(await inModel(grouping, where, { [SQL]: inner }))).toBe(
    inner.replace('  where sum(x) > 0\n  group by id\n', '  group by id\n  having sum(x) > 0\n'),
  )
  const nested = both.replace('x = 1', '(x = 1 and y = 2)')
  expect(await inModel(grouping, where, { [SQL]: nested })).toEqual([])
})

it('a window in where filters a query that numbers the rows', async () => {
  const message = 'window functions are not allowed in WHERE'
  const text = 'select id, day from o\nwhere row_number() over (partition by id order by day) = 1\n'
  expect(after(await inModel(windows, message, { [SQL]: text }))).toBe(
    'select id, day\nfrom (\nselect id, day, row_number() over (partition by id order by day) as row_no from o\n) as numbered\nwhere row_no = 1\n',
  )
  expect(await inModel(windows, message, { [SQL]: text.replace('where', 'where x or') })).toEqual([])
})

it('a name that the same select gives, where it is not known yet: what it stands for', async () => {
  const fix = async (name: string, text: string, line: number) =>
    after(await inModel(aliases, `column "${name}" does not exist`, { [SQL]: text }, { line }))
  expect(await fix('n', 'select id, count(*) as n\nfrom o\ngroup by id\nhaving n > 1', 4)).toContain(
    'having count(*) > 1',
  )
  expect(await fix('m', 'select a + b as m\nfrom o\nwhere m * 2 > 1', 3)).toContain('where (a + b) * 2 > 1')
  const inner = 'with x as (select a as k from o)\nselect x.k\nfrom x\nwhere k > 1'
  expect(await inModel(aliases, 'column "k" does not exist', { [SQL]: inner }, { line: 4 })).toEqual([])
  expect(
    await inModel(aliases, 'column o.n does not exist', { [SQL]: 'select 1 as n' }, { line: 1 }),
  ).toEqual([])
})

it('types: each side of a comparison, text first; more digits for a number that is too large', async () => {
  const text = 'select 1\nfrom o join c on o.id = c.id'
  const candidates = await inModel(
    values,
    'operator does not exist: text = integer',
    { [SQL]: text },
    { line: 2 },
  )
  expect(candidates.map((c) => c.title)).toEqual(['Compare o.id as integer', 'Compare c.id as text'])
  expect(after(candidates)).toContain('on cast(o.id as integer) = c.id')
  const wide = await inModel(values, 'integer out of range', {
    [SQL]: 'select cast(n as integer) as n from o',
  })
  expect(after(wide)).toBe('select cast(n as bigint) as n from o')
})

it('a column that a configuration names is the nearest that the select puts out', async () => {
  const message = 'Binder Error: Referenced column "orderid" not found in FROM clause!'
  const files = { [SQL]: "{{ config(unique_key='orderid') }}\nselect order_id, 'orderid' as x from o" }
  expect(after(await inModel(nodeConfig, message, files))).toBe(
    "{{ config(unique_key='order_id') }}\nselect order_id, 'orderid' as x from o",
  )
})

it('a unit test: only the rows of the input that is named get the right column', async () => {
  const text =
    "unit_tests:\n  - name: counts\n    model: a\n    given:\n      - input: ref('b')\n        rows:\n          - {cust: 1}\n      - input: ref('c')\n        rows:\n          - {cust: 1}\n    expect:\n      rows: [{n: 1}]\n"
  const message =
    "Invalid column name: 'cust' in unit test fixture for 'c'. \nAccepted columns for 'c' are: ['custs', 'id']"
  const fixed = after(await inModel(fixture, message, { [YAML]: text }, { node: 'unit_test.p.a.counts' }))
  expect(fixed).toBe(
    text.replace("ref('c')\n        rows:\n          - {cust", "ref('c')\n        rows:\n          - {custs"),
  )
})

it('a seed: quotes where all other values then stand in their columns; the delimiter that all lines have', async () => {
  const rows = 'Row 1 has 4 values, but Table only has 3 columns'
  const csv = 'id,name,day\n1,Ann,2024-01-01\n2,Lee, Bob,2024-01-02\n'
  expect(after(await inModel(seed, rows, { 'seeds/s.csv': csv }, { node: 'seed.p.s' }))).toContain(
    '\n2,"Lee, Bob",2024-01-02\n',
  )
  const files = { 'seeds/s.csv': 'id;name\n1;Ann\n', 'dbt_project.yml': 'name: p\n' }
  const message = 'Error when sniffing file "seeds/s.csv"'
  expect(after(await inModel(seed, message, files, { node: 'seed.p.s' }))).toContain('+delimiter: ;')
})

it('an incremental table takes a new column up where a person says so, and never loses one', async () => {
  const files = { [SQL]: "{{ config(materialized='incremental', on_schema_change='fail') }}\nselect 1" }
  const said = (more: string, fewer: string) =>
    `The source and target schemas on this incremental model are out of sync!\n  Source columns not in target: [${more}]\n  Target columns not in source: [${fewer}]\n  New column types: []`
  const [one, ...others] = await inModel(
    schemaChange,
    said("DuckDBColumn(column='tax', dtype='DECIMAL(10,2)', char_size=None, fields=[])", ''),
    files,
  )
  expect(after(one ? [one] : [])).toContain("on_schema_change='append_new_columns'")
  expect(one?.title).toBe('Take tax up into the table that stands')
  expect(one?.asks).toContain('for you to say')
  expect(others).toEqual([])
  expect(
    await inModel(schemaChange, said('<Column tax (integer)>', '<Column vat (integer)>'), files),
  ).toEqual([])
})

it('a key that is written short is read in full, of its own relation alone', async () => {
  const files = { [SQL]: 'select t.id, albums.id\nfrom tracks as t join albums on t.album_id = albums.id' }
  const read = (label: string, ...names: string[]) => ({
    ...{ id: `model.p.${label}`, label },
    columns: names.map((name) => ({ name, type: 'integer' })),
  })
  const reads = [
    read('stg_tracks', 'id', 'album_id', 'track_id'),
    read('stg_albums', 'album_id', 'artist_id'),
  ]
  const all = await inModel(column, 'column albums.id does not exist', files, { reads })
  expect(after(all)).toContain('join albums on t.album_id = albums.album_id')
  expect(after(all)).toContain('select t.id, ')
})

it('a test that names a column which the other relation has not is led to the one that it has', async () => {
  const yaml = (field: string) =>
    `models:\n  - name: a\n    columns:\n      - name: id\n      - name: customer_id\n        data_tests:\n          - relationships: {to: ref('b'), field: ${field}}\n`
  const reads = [
    { id: 'model.p.b', label: 'b', columns: ['customer_id', 'name'].map((name) => ({ name, type: 'text' })) },
  ]
  const files = { [YAML]: yaml('id'), [SQL]: 'select 1' }
  const all = await inModel(column, 'column "id" does not exist', files, { node: 'test.p.related', reads })
  expect(after(all)).toBe(yaml('customer_id'))
})

it('a column that nobody reads yet and is called alike in part is a guess, that has to hold what stands', async () => {
  const files = { [SQL]: `select bytes, {{ cents('sales_total') }} as cents from {{ source("s", "t") }}` }
  const names = ['bytes', 'total_in_shop', 'composer']
  const reads = [{ id: 'source.p.s.t', label: 't', columns: names.map((name) => ({ name, type: 'text' })) }]
  const all = await inModel(column, 'column "sales_total" does not exist', files, { reads })
  expect(after(all)).toContain("{{ cents('total_in_shop') }} as cents")
  expect(all.length).toBeGreaterThan(0)
  expect(all.every((c) => c.guess && c.title.includes('total_in_shop'))).toBe(true)
})

const reading = (...columns: string[]) => ({
  reads: [{ id: 'model.p.up', label: 'up', columns: columns.map((name) => ({ name, type: 'text' })) }],
})

it('a column that is new goes again only where a person says so', () => {
  const of = { id: 'C11', title: '', meaning: '', cause: '', look: [], signs: [] }
  const message = 'Source columns not in target: [<Column tax (integer)>]\nTarget columns not in source: []\n'
  const failure: Failure = {
    ...{ class: of, thing: null, message, stage: 'build', nodes: ['model.p.a'], file: SQL, line: 1 },
    ...{ reads: [], trace: null },
  }
  const change = (before: string, after: string) => ({
    changes: makeChangeSet('Take it back', [{ kind: 'edit', path: SQL, before, after }]),
  })
  expect(losesNew(failure, change('select a, tax from t', 'select a from t'))).toContain('tax would go again')
  const setting = "{{ config(on_schema_change='fail') }} select a, tax from t"
  expect(losesNew(failure, change(setting, setting.replace('fail', 'append_new_columns')))).toBeNull()
  const renamed = { ...failure, message: message.replace('source: []', 'source: [<Column vat (integer)>]') }
  expect(losesNew(renamed, change('select a, tax from t', 'select a, vat from t'))).toBeNull()
})

it('DEBUG-3: a column that a slip upstream has swallowed: a comma that was forgotten, an alias that was misspelt', async () => {
  const missing = (column: string) => `column "${column}" does not exist`
  const comma = 'select\n    id,\n    due_on\n    sent_at,\n    total\nfrom t\n'
  expect(
    after(
      await inModel(
        upstream,
        missing('due_on'),
        { [SQL]: 'select due_on from up', [UP]: comma },
        reading('sent_at'),
      ),
    ),
  ).toBe(comma.replace('due_on\n', 'due_on,\n'))
  const slip = 'select id, no as membr_id from t\n'
  const others = { [SQL]: 'select member_id from up', 'models/b.sql': 'select member_id from members' }
  const at = reading('membr_id')
  expect(after(await inModel(upstream, missing('member_id'), { ...others, [UP]: slip }, at))).toBe(
    'select id, no as member_id from t\n',
  )
  const [followed] = await inModel(column, missing('member_id'), { ...others, [UP]: slip }, at)
  expect(followed?.score).toBeLessThan(60)
  // Who says it too means it.
  const meant = { ...others, 'models/c.sql': 'select membr_id from up', [UP]: slip }
  expect(await inModel(upstream, missing('member_id'), meant, at)).toEqual([])
  // One that was misspelt everywhere is put right.
  const right = { [SQL]: 'select adress_id from up', 'models/b.sql': 'select adress_id from addresses' }
  const corrected = { ...right, [UP]: 'select id, no as address_id from t\n' }
  expect(await inModel(upstream, missing('adress_id'), corrected, reading('address_id'))).toEqual([])
  expect(slipIn('order_count', 'orders_count')).toBeNull()
  expect(slipIn('customerId', 'custmoerId')).toEqual({ meant: 'customer', written: 'custmoer' })
  const renamed = { ...others, [UP]: 'select id, no as person_id from t\n' }
  expect(await inModel(upstream, missing('member_id'), renamed, reading('person_id'))).toEqual([])
})

it('DEBUG-3: a column in quotes keeps its capitals, which none of its readers writes', async () => {
  const up = 'select id, no as "Member_Id" from t\n'
  const readers = { [SQL]: 'select member_id from up', 'models/b.sql': 'select member_id from up' }
  const missing = 'column "member_id" does not exist'
  const at = reading('Member_Id')
  expect(after(await inModel(upstream, missing, { ...readers, [UP]: up }, at))).toBe(
    'select id, no as member_id from t\n',
  )
  const meant = { ...readers, 'models/c.sql': 'select "Member_Id" from up', [UP]: up }
  expect(await inModel(upstream, missing, meant, at)).toEqual([])
})

it('DEBUG-3: a new name that neither its YAML nor any reader says goes; one that is described is meant', async () => {
  const of = (columns: string[]) => {
    const { manifest } = graph
    const described = Object.fromEntries(columns.map((name) => [name, { name }]))
    return projectGraph(
      manifestOf({
        ...manifest,
        nodes: { ...manifest.nodes, 'model.p.up': { ...UP_NODE, columns: described } },
      }),
    )
  }
  const up = 'select\n    order_id as order_no,\n    total\nfrom t\n'
  const readers = { [SQL]: 'select order_id from up', 'models/b.sql': 'select order_id from up', [UP]: up }
  const missing = 'column "order_id" does not exist'
  const at = { stage: 'build' as const, nodes: ['model.p.a'], ...reading('order_no') }
  expect(after(await found(renamedBack, missing, readers, at, of(['order_id'])))).toBe(
    up.replace(' as order_no', ''),
  )
  const [followed] = await found(column, missing, readers, at, of(['order_id']))
  expect(followed?.score).toBeLessThan(60)
  expect(await found(renamedBack, missing, readers, at, of(['order_no']))).toEqual([])
  expect(
    await found(
      renamedBack,
      missing,
      { ...readers, 'models/c.sql': 'select order_no from up' },
      at,
      of(['order_id']),
    ),
  ).toEqual([])
})

it('DEBUG-3: a header of a seed that is misspelt is put right there', async () => {
  const files = { [SQL]: 'select channel_name from s', 'seeds/s.csv': 'channel,chanel_name\nweb,Website\n' }
  const right = 'channel,channel_name\nweb,Website\n'
  const reads = [{ id: 'seed.p.s', label: 's', columns: [{ name: 'chanel_name', type: 'text' }] }]
  const missing = (name: string) => `column "${name}" does not exist`
  expect(after(await inModel(seedHeader, missing('channel_name'), files, { reads }))).toBe(right)
  const other = { ...files, 'models/b.sql': 'select chanel_name from s' }
  expect(await inModel(seedHeader, missing('channel_name'), other, { reads })).toEqual([])
  // The seed itself fails: its table stands with the name that it had.
  const columns = async () => [['channel', 'channel_name'].map((name) => ({ name, type: 'text' }))]
  const dbt = { columns } as unknown as DbtEngine
  const at = { stage: 'build' as const, nodes: ['seed.p.s'] }
  const refused = 'column "chanel_name" of relation "s" does not exist'
  expect(after(await found(seedHeader, refused, files, at, graph, { dbt }))).toBe(right)
  expect(await found(seedHeader, refused, other, at, graph, { dbt })).toEqual([])
})

it('a condition on aggregates goes behind the groups of its own query', async () => {
  const text =
    'with g as (\n    select a, count(*) as n\n    from t\n    where b and count(*) > 1\n    group by a\n)\n\nselect a from g\n'
  expect(
    after(await inModel(grouping, 'aggregate functions are not allowed in WHERE', { [SQL]: text })),
  ).toBe(text.replace(' and count(*) > 1\n    group by a\n', '\n    group by a\n    having count(*) > 1\n'))
})

it('the first of each in an order that begins with the key, and any row of a subquery', async () => {
  const order = 'SELECT DISTINCT ON expressions must match initial ORDER BY expressions'
  const first = 'select distinct on (a, b)\n  a, b, c\nfrom t\norder by c desc, b desc\n'
  expect(after(await inModel(grouping, order, { [SQL]: first }))).toBe(
    first.replace('by c desc, b desc', 'by a, b desc, c desc'),
  )
  const many = 'more than one row returned by a subquery used as an expression'
  const text = 'select a = (select b from u) as c, d >= (select 1) as e\nfrom t\n'
  const [any, ...more] = await inModel(grouping, many, { [SQL]: text })
  expect(after(any ? [any] : [])).toBe(text.replace('a = (', 'a in ('))
  // Nothing but the rows that stand says that it is meant.
  expect(any?.guess).toBe(true)
  expect(more).toEqual([])
})

it('a type in a contract that the warehouse has not: the one that is written nearly so', async () => {
  const yaml = promises.replace('integer', 'intger')
  const files = { [SQL]: 'select 1 as n', [YAML]: yaml }
  expect(after(await inModel(names, 'type "intger" does not exist', files))).toBe(promises)
})

it('a column goes on under its old name where others read it, also through all columns of what lies between', async () => {
  const node = (id: string, raw_code: string, ...parents: string[]) => {
    const [kind = '', , name = ''] = id.split('.')
    return [
      id,
      {
        ...{ unique_id: id, name, resource_type: kind, package_name: 'p', language: 'sql', raw_code },
        ...{ original_file_path: `models/${name}.sql`, config: { materialized: 'table' }, fqn: ['p', name] },
        depends_on: { nodes: parents, macros: [] },
      },
    ] as const
  }
  const of = (last: string) =>
    projectGraph(
      manifestOf({
        metadata: { project_name: 'p', adapter_type: 'duckdb', dbt_version: '1.11' },
        nodes: Object.fromEntries([
          node('model.p.a', 'select birth_year from t'),
          node('snapshot.p.h', 'select * from a', 'model.p.a'),
          node('model.p.d', last, 'snapshot.p.h'),
        ]),
      } as unknown as Parameters<typeof manifestOf>[0]),
    )
  const fix = async (last: string) => {
    const reads = [{ id: 'source.p.t', label: 't', columns: [{ name: 'birth_yaer', type: 'integer' }] }]
    const message = 'Binder Error: Referenced column "birth_year" not found in FROM clause!'
    const files = { 'models/a.sql': 'select birth_year from t' }
    return after(
      await found(column, message, files, { stage: 'build', nodes: ['model.p.a'], reads }, of(last)),
    )
  }
  expect(await fix('select birth_year from h')).toBe('select birth_yaer as birth_year from t')
  expect(await fix('select 1 from h')).toBe('select birth_yaer from t')
})
