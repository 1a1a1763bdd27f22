import { describe, expect, it } from 'vitest'
import { plainSql, sqlStyle } from './sql-style.ts'
import { settle } from './types.ts'
import { yamlStyle } from './yaml-style.ts'

const usual = (found: { topic: string; usual: string | null }[]) =>
  Object.fromEntries(found.map((c) => [c.topic, c.usual]))

const HOUSES = {
  modern: `with

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
`,
  classic: `WITH totals AS (
  SELECT O.ORDER_ID
       , SUM(O.AMOUNT) AS AMOUNT
       , MD5(O.ORDER_ID) AS ORDER_SK
  FROM {{ source('erp', 'orders') }} O
  GROUP BY 1
)
SELECT T.ORDER_ID
     , T.AMOUNT
FROM totals T
`,
}

describe('the style of SQL', () => {
  it('is told for houses that write quite differently', () => {
    expect(usual(sqlStyle([{ path: 'a.sql', text: HOUSES.modern }]))).toEqual({
      keywords: 'lower case',
      commas: 'at the end of the line',
      indentation: '4 spaces',
      'refs and sources': 'a CTE of their own',
      'last select': 'select * from final',
      'surrogate keys': 'dbt_utils.generate_surrogate_key',
    })
    expect(usual(sqlStyle([{ path: 'b.sql', text: HOUSES.classic }]))).toEqual({
      keywords: 'upper case',
      commas: 'at the start of the line',
      indentation: '2 spaces',
      'refs and sources': 'where they are needed',
      'last select': 'written out',
      'surrogate keys': 'md5()',
    })
  })

  it('is not read from comments, strings and Jinja; lines stay where they are', () => {
    const text = "select 1 -- FROM\n/* WHERE\n*/ , 'AND', {{ x(\n'OR') }} {% if a %}\nfrom t {# JOIN #}"
    expect(plainSql(text)).not.toMatch(/FROM|WHERE|AND|OR|JOIN|if/)
    expect(plainSql(text).split('\n')).toHaveLength(text.split('\n').length)
  })

  it('says nothing of what is not there', () => {
    expect(sqlStyle([{ path: 'a.sql', text: '{{ config(enabled=false) }}\n' }])).toEqual([])
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
    ]
    expect(usual(yamlStyle(files))).toEqual({
      'properties files': 'one for each folder, called _<folder>__models.yml',
      'tests are spelled': 'data_tests:',
      'arguments of tests': null,
      'models are': 'not described',
      'columns are': 'not described',
    })
  })
})

describe('a convention', () => {
  const votes = (choices: string[]) => choices.map((choice, i) => ({ place: `m${i}`, choice }))

  it('is what most do, with the exceptions named; without a majority there is none', () => {
    expect(settle('t', 'models', votes(['a', 'a', 'b']))).toMatchObject({
      usual: 'a',
      agree: 2,
      seen: 3,
      exceptions: ['m2 (b)'],
    })
    expect(settle('t', 'models', votes(['a', 'b']))).toMatchObject({ usual: null, exceptions: [] })
    expect(settle('t', 'models', [])).toBeNull()
  })
})
