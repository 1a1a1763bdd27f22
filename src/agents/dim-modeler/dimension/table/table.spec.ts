import { beforeAll, describe, expect, it } from 'vitest'
import { houseStyle } from '../../../../project/conventions/house-style.ts'
import { openParser, parseSql } from '../../../../project/sql/parse.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import { carried } from '../../document.ts'
import { designOf } from './design.ts'
import { documentationOf } from './documentation.ts'
import { dimensionSql } from './sql.ts'
import { membersTestOf, unitTestOf } from './unit-test.ts'

beforeAll(openParser)

const text = (name: string, type = 'VARCHAR') => ({ name, type, kind: 'text' as const })
const recommendation: TableRecommendation = {
  subject: 'branch',
  entity: 'branch',
  way: 'promoted',
  reads: [{ id: 'model.shop.stg_members', label: 'stg_members', needsStaging: false }],
  natural: [{ column: text('branch_code'), unknown: 'Unknown' }],
  attributes: [text('branch_name'), { name: 'floors', type: 'INTEGER', kind: 'integer' }],
  parents: [],
  rows: 9,
  values: 2,
  without: 1,
  copies: 0,
  bridge: null,
  closedList: null,
  looked: '',
  chosen: '',
  because: [],
  rejected: [],
  notes: [],
}

type Config = Parameters<typeof houseStyle>[1]

function written(config: Config, changed: Partial<TableRecommendation> = {}, adapter = 'duckdb') {
  const style = houseStyle([], config)
  const said = { ...recommendation, ...changed }
  const design = designOf(style, said, {
    model: 'dim_branches',
    adapter,
    reads: said.reads.map((r) => ({ name: r.label, renamed: new Map<string, string>() })),
  })
  const file = { style, folder: 'marts', reads: said.reads[0]?.label ?? '', materialized: null, adapter }
  return { design, style, said, sql: dimensionSql(design, file) }
}

describe('DIM-3: the SQL of a dimension', () => {
  it("has keys, attributes and the unknown member, in dbt's own style where nothing is known", () => {
    expect(written({}).sql).toBe(`with

members as (

    select * from {{ ref('stg_members') }}

),

branches as (

    select distinct
        branch_code,
        coalesce(branch_name, 'Unknown') as branch_name,
        floors
    from members
    where branch_code is not null

),

unknown_member as (

    select
        cast('Unknown' as varchar) as branch_code,
        cast('Unknown' as varchar) as branch_name,
        cast(null as INTEGER) as floors

),

all_members as (

    select * from branches
    union all
    select * from unknown_member

),

final as (

    select
        md5(cast(branch_code as varchar)) as branch_key,
        branch_code,
        branch_name,
        floors
    from all_members

)

select * from final
`)
  })

  it('has the commas, capitals, indentation, keys and shape of the house', () => {
    const { sql } = written({
      keywords: 'upper',
      commas: 'leading',
      cte_commas: 'leading',
      indentation: 2,
      with_line: 'shared',
      cte_blanks: false,
      surrogate_key: 'macro hk([...])',
      key_suffix: '_hk',
      folders: { marts: { last_select: 'columns' } },
    })
    expect(sql).toContain(
      "WITH members AS (\n  SELECT * FROM {{ ref('stg_members') }}\n)\n\n, branches AS (\n",
    )
    expect(sql).toContain("    branch_code\n    , COALESCE(branch_name, 'Unknown') AS branch_name\n")
    expect(sql).toMatch(
      /SELECT\n {2}\{\{ hk\(\['branch_code'\]\) \}\} AS branch_hk\n {2}, branch_code\n[^)]*FROM all_members\n$/,
    )
    expect(written({ import_ctes: false, line_ends: 'crlf' }).sql).toMatch(
      /from \{\{ ref\('stg_members'\) \}\}\r\n/,
    )
  })

  it('can be read in every style, and no two CTEs have one name', () => {
    for (const commas of ['leading', 'trailing'] as const)
      for (const import_ctes of [true, false])
        for (const label of ['stg_members', 'branches', 'unknown_member', 'final']) {
          const reads = [{ id: `model.shop.${label}`, label, needsStaging: false }]
          const { sql } = written({ commas, cte_commas: commas, import_ctes }, { reads })
          const names = [...sql.matchAll(/^[, ]*(\w+) as \($/gm)].map((m) => m[1])
          expect(new Set(names).size, sql).toBe(names.length)
          expect(parseSql(sql.replaceAll(/\{\{.*?\}\}/g, 'x'), 'duckdb')).toHaveProperty('statements')
        }
  })

  it('an entity is read row by row, a name is quoted, a type that cannot say Unknown is made text', () => {
    const { sql } = written(
      {},
      {
        way: 'entity',
        natural: [{ column: text('Größe ha', 'uuid'), unknown: 'Unknown' }],
        attributes: [text('Kind', "ENUM('a')")],
      },
      'postgres',
    )
    expect(sql).toContain('select\n        cast("Größe ha" as varchar) as "Größe ha",')
    expect(sql).toContain('coalesce(cast("Kind" as varchar), \'Unknown\') as "Kind"')
    expect(sql).not.toContain('distinct')
  })

  it('a whole number has a number for the unknown member', () => {
    const { sql } = written(
      {},
      {
        natural: [{ column: { name: 'id', type: 'INTEGER', kind: 'integer' }, unknown: -1 }],
      },
    )
    expect(sql).toContain('-1 as id')
  })
})

describe('DIM-5: the YAML of a dimension', () => {
  const whole = (name: string) => ({ name, type: 'INTEGER', kind: 'integer' as const })
  const joined = (column: string, key: string): TableRecommendation['parents'][number] => ({
    ...{ read: 0, by: null, role: 'head', nulls: 1, unmatched: 0 },
    ...{ column: whole(column), key: whole(key), attributes: [text('branch_name')] },
  })
  const testOf = (column: string, key = 'id') => {
    const { design, said } = written(
      {},
      { way: 'entity', natural: [{ column: whole('id'), unknown: -1 }], parents: [joined(column, key)] },
    )
    return unitTestOf(design, said, 'stg_members')
  }

  it('has a unit test of what is joined: nothing above, one that is there, and one that is not', () => {
    expect(testOf('head_id')).toMatchObject({
      given: [
        {
          rows: [
            { id: 1, branch_name: 'North', head_id: null },
            { id: 2, branch_name: 'South', head_id: 1 },
            { id: 3, branch_name: 'West', head_id: 9 },
          ],
        },
      ],
      expect: {
        rows: [
          { id: 1, head_branch_name: 'Not applicable' },
          { id: 2, head_branch_name: 'North' },
          { id: 3, head_branch_name: 'Unknown' },
          { id: -1, head_branch_name: 'Unknown' },
        ],
      },
    })
    expect(testOf('Head ID'), 'dbt cannot be given a name in quotes').toBeNull()
    expect(testOf('id'), 'the key leads to it itself').toBeNull()
  })

  it('has a unit test of flags that are said in words, of what is not known of them, and of roles', () => {
    const flag = (name: string) => ({
      column: { name, type: 'BOOLEAN', kind: 'boolean' as const },
      unknown: 'Unknown',
    })
    const junk = written({}, { way: 'junk', natural: [flag('is_paid'), flag('Is late'), flag('is_new')] })
    const test = membersTestOf(junk.design, 'stg_members')
    expect(test, 'a column in quotes is not given').toMatchObject({
      given: [
        {
          rows: [
            { is_paid: true, is_new: true },
            { is_paid: true, is_new: true },
            { is_paid: false, is_new: false },
            { is_paid: null, is_new: false },
            { is_paid: null, is_new: null },
          ],
        },
      ],
      expect: {
        rows: [
          { is_paid: 'Yes', is_new: 'Yes' },
          { is_paid: 'No', is_new: 'No' },
          { is_paid: 'Unknown', is_new: 'No' },
          { is_paid: 'Unknown', is_new: 'Unknown' },
        ],
      },
    })
    const inRoles = written(
      {},
      {
        natural: [{ column: whole('zone_id'), unknown: -1 }],
        attributes: [],
        roles: {
          each: ['pickup', 'dropoff'].map((role) => ({
            ...{ role, natural: [whole(`${role}_id`)], attributes: [] },
          })),
          sparse: [],
        },
      },
    )
    expect(membersTestOf(inRoles.design, 'stg_members')).toMatchObject({
      given: [
        {
          rows: [
            { pickup_id: 1, dropoff_id: 2 },
            { pickup_id: 2, dropoff_id: 1 },
            { pickup_id: 1, dropoff_id: null },
          ],
        },
      ],
      expect: { rows: [{ zone_id: 1 }, { zone_id: 2 }, { zone_id: -1 }] },
    })
    const plain = written({}, { natural: [{ column: text('branch_code'), unknown: 'Unknown' }] })
    expect(membersTestOf(plain.design, 'stg_members'), 'one column as it is').toBeNull()
  })

  it('describes every column and tests both keys', () => {
    const { design, style, said } = written({})
    const { columns } = documentationOf(
      style,
      design,
      { reads: said.entity, closedList: ['N', 'S'] },
      () => '',
    )
    expect(columns.map((c) => c.column)).toEqual(['branch_key', 'branch_code', 'branch_name', 'floors'])
    expect(columns.every((c) => c.description.length > 5)).toBe(true)
    expect(columns.map((c) => c.tests.map((t) => t.test))).toEqual([
      ['unique', 'not_null'],
      ['unique', 'not_null', 'accepted_values'],
      ['not_null'],
      [],
    ])
    expect(columns[1]?.tests[2]?.args).toEqual({ values: ['N', 'S', 'Unknown'] })
  })

  it('says of a column what the project says, without what is not so in a dimension', () => {
    expect(carried('How it was paid. Null where\n the source says nothing.')).toBe('How it was paid.')
    expect(carried('The customer. Primary key.')).toBe('The customer.')
    expect(carried('')).toBe('')
  })
})
