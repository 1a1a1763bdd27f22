import { describe, expect, it } from 'vitest'
import { cteStyle, entityOf, nameTemplate } from './cte-style.ts'
import { stagingTemplate } from './naming.ts'
import { ctes, scan } from './scan.ts'
import { scanned, sqlStyle } from './sql-style.ts'
import { surrogateKeys } from './surrogate-keys.ts'
import { type Ballot, settle } from './types.ts'
import { templateOf, yamlStyle } from './yaml-style.ts'

const usual = (ballots: Ballot[]) =>
  Object.fromEntries(ballots.flatMap((b) => settle(b) ?? []).map((c) => [c.id, c.usual]))

const styleOf = (text: string, macros = '') => {
  const files = [scanned({ path: 'models/marts/a.sql', text })]
  return usual([
    ...sqlStyle(files),
    ...cteStyle(files, () => 'marts'),
    ...surrogateKeys(files, [{ path: 'macros/m.sql', text: macros }]),
  ])
}

const MODERN = `with

orders as (

    select * from {{ ref('stg_orders') }}

),

final as (

    select
        order_id, -- Select From WHERE: a comment is no style
        'FROM A TO B' as label,
        {{ dbt_utils.generate_surrogate_key(['order_id']) }} as order_key
    from orders
)

select * from final
`
const CLASSIC = `WITH totals AS (
  SELECT O.ORDER_ID
       , SUM(O.AMOUNT) AS AMOUNT
       , MD5(O.ORDER_ID || '|' || O.LINE_NO) AS ORDER_SK
  FROM {{ source('erp', 'orders') }} O
  JOIN {{ source('erp', 'lines') }} L ON L.ORDER_ID = O.ORDER_ID
  GROUP BY 1
)
SELECT T.ORDER_ID
     , T.AMOUNT
FROM totals T
`

describe('the style of SQL', () => {
  it('is told for houses that write quite differently', () => {
    expect(styleOf(MODERN)).toEqual({
      keywords: 'lower',
      commas: 'trailing',
      cte_commas: 'trailing',
      indentation: '4 spaces',
      line_ends: 'lf',
      column_as: 'true',
      column_names: 'snake_case',
      import_ctes: 'true',
      import_name: '{entities}',
      last_select: 'all',
      last_name: 'final',
      with_line: 'own',
      cte_blanks: 'true',
      surrogate_key: 'macro dbt_utils.generate_surrogate_key([...])',
      key_suffix: '_key',
    })
    expect(styleOf(CLASSIC)).toEqual({
      keywords: 'upper',
      commas: 'leading',
      indentation: '2 spaces',
      line_ends: 'lf',
      column_as: 'true',
      table_as: 'false',
      table_aliases: 'letters',
      inner_join: 'join',
      group_by: 'numbers',
      column_names: 'SNAKE_CASE',
      import_ctes: 'false',
      last_select: 'columns',
      with_line: 'shared',
      cte_blanks: 'false',
      surrogate_key: "md5(... || '|' || ...)",
      key_suffix: '_SK',
    })
  })

  it('is the same with CRLF, and says that', () => {
    expect(styleOf(CLASSIC.replaceAll('\n', '\r\n'))).toEqual({ ...styleOf(CLASSIC), line_ends: 'crlf' })
    expect(styleOf(MODERN.replaceAll('\n', '\r\n'))).toEqual({ ...styleOf(MODERN), line_ends: 'crlf' })
  })

  it('knows a macro that hashes by what it does, whatever it is called', () => {
    const macro = "{% macro hk(a, b) %} md5({{ a }} || '-' || {{ b }}) {% endmacro %}"
    const text =
      "select\n    {{ hk('a', 'b') }} as thing_hk,\n    {{ cents('c') }} as c\nfrom {{ ref('x') }}\n"
    expect(styleOf(text, macro)).toMatchObject({ surrogate_key: 'macro hk(...)', key_suffix: '_hk' })
    expect(styleOf(text, macro.replace('md5', 'upper'))).not.toHaveProperty('surrogate_key')
  })

  it('keeps commas of lists and of CTEs apart', () => {
    const text =
      'with a as (\n  select\n    1 as x,\n    2 as y\n  from t\n)\n\n, b as (\n  select * from a\n)\nselect * from b\n'
    expect(styleOf(text)).toMatchObject({ commas: 'trailing', cte_commas: 'leading' })
  })

  it('says nothing of what is not there', () => {
    expect(styleOf('{{ config(enabled=false) }}')).toEqual({})
    expect(styleOf('')).toEqual({})
  })

  it('is not led astray by Jinja, strings, casts and functions with from', () => {
    const text =
      "{# JOIN #}{{ x('}}') }}\nselect extract(year from a.b) as y, 'it''s, FROM' as s, a::text as t, count(*) n from db.sch.a a"
    expect(styleOf(text)).toMatchObject({ keywords: 'lower', table_as: 'false', column_as: 'both ways' })
    expect(styleOf(text)).not.toHaveProperty('table_aliases')
  })
})

describe('CTEs', () => {
  it('are found with their bodies, quoted names and materialized among them', () => {
    const found = ctes(scan('with a as (select (1)), "B c" as not materialized (select 2) select * from a'))
    expect(found?.ctes.map((c) => c.name)).toEqual(['a', 'B c'])
    expect(found?.rest.map((t) => t.text).join(' ')).toBe('select * from a')
    expect(ctes(scan('select 1'))).toBeNull()
    expect(ctes(scan('with a as ('))).toBeNull()
  })

  it('are called after what they read, or not', () => {
    expect(nameTemplate('orders', 'stg_orders')).toBe('{entities}')
    expect(nameTemplate('zones', 'dim_zone')).toBe('{entities}')
    expect(nameTemplate('zone', 'dim_zone')).toBe('{entity}')
    expect(nameTemplate('stg_orders', 'stg_orders')).toBe('{name}')
    expect(nameTemplate('src_orders', 'stg_shop__orders')).toBe('src_{entity}')
    expect(nameTemplate('source', 'orders')).toBe('source')
    expect(nameTemplate('SRC_ORDERS', 'stg_shop__orders')).toBe('SRC_{ENTITY}')
    expect(nameTemplate('ORDERS', 'ORDERS')).toBe('{entities}')
    expect([entityOf('stg_shop__orders'), entityOf('D_PARZELLE'), entityOf('carrier')]).toEqual([
      'orders',
      'PARZELLE',
      'carrier',
    ])
  })

  it('staging models are called after source and table', () => {
    expect(stagingTemplate('stg_shop__orders', 'shop', 'orders')).toBe('stg_{source}__{table}')
    expect(stagingTemplate('base_members', null, 'raw_members')).toBe('base_{table}')
    expect(stagingTemplate('clean', 'shop', 'orders')).toBe('otherwise')
  })
})

describe('the style of YAML', () => {
  const model = (name: string, body: string) => `  - name: ${name}\n${body}`

  it('tells layout, spelling of tests, where arguments stand, and what is described', () => {
    const files = [
      {
        path: 'models/marts/_marts__models.yml',
        text: `models:\n${model('a', '    description: x\n    data_tests:\n      - unique\n')}${model('b', '    columns:\n      - name: id\n        data_tests:\n          - accepted_values: {arguments: {values: [1]}}\n')}`,
      },
      {
        path: 'models/c.yml',
        text: `models:\n${model('c', '    tests: [{dbt_utils.at_least_one: {column_name: id}}]\n')}`,
      },
      { path: 'models/broken.yml', text: 'models:\n  - name: [\n' },
      { path: 'models/list.yml', text: '- a\n' },
    ]
    expect(usual(yamlStyle(files).ballots)).toEqual({
      properties: 'folder',
      properties_name: '_{folder}__models.yml',
      tests: 'data_tests',
      test_arguments: null,
      test_lists: 'lines',
      yaml_version: 'false',
      yaml_indent: '2 spaces',
      yaml_lists: 'indented',
      models_described: 'false',
      columns_described: 'false',
      description_end: 'none',
    })
  })

  it('names files after model, folder and source', () => {
    expect(templateOf('models/marts/fct_a.yml', { model: 'fct_a' })).toBe('{model}.yml')
    expect(templateOf('models/shop/_shop__sources.yaml', {})).toBe('_{folder}__sources.yaml')
    expect(templateOf('models/staging/src_shop.yml', { source: 'shop' })).toBe('src_{source}.yml')
    expect(templateOf('models/marts/schema.yml', {})).toBe('schema.yml')
  })
})

describe('a convention', () => {
  const votes = (choices: string[]) => choices.map((choice, i) => ({ place: `m${i}`, choice }))

  it('is what most do, with the exceptions named; without a majority there is none', () => {
    expect(settle({ id: 'keywords', votes: votes(['lower', 'lower', 'upper']) })).toMatchObject({
      usual: 'lower',
      agree: 2,
      seen: 3,
      exceptions: ['m2 (upper case)'],
    })
    expect(settle({ id: 'prefix', folder: 'marts', votes: votes(['a', 'b']) })).toMatchObject({
      topic: 'names in marts',
      usual: null,
      exceptions: [],
    })
    expect(settle({ id: 'keywords', votes: [] })).toBeNull()
  })
})
