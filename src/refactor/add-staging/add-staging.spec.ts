import { beforeAll, describe, expect, it } from 'vitest'
import { houseStyle } from '../../project/conventions/house-style.ts'
import type { ColumnProfile, RelationProfile } from '../../project/profile/types.ts'
import { openParser, parseSql } from '../../project/sql/parse.ts'
import { writtenName } from '../written.ts'
import { namedLikeKey, provenTests, stagedNames } from './columns.ts'
import { stagingSql } from './sql.ts'

beforeAll(openParser)

const columns = [
  { from: 'id', to: 'id' },
  { from: '"Order"', to: 'order_no' },
]
const sqlIn = (config: Parameters<typeof houseStyle>[1]) =>
  stagingSql({
    style: houseStyle([], config),
    folder: 'staging',
    source: "{{ source('a', 'b') }}",
    columns,
    readBy: 'source',
    materialized: null,
  })

describe('the SQL', () => {
  it("is dbt's own style where nothing is known", () => {
    expect(sqlIn({})).toBe(
      [
        'with\n\nsource as (\n',
        "    select * from {{ source('a', 'b') }}\n",
        '),\n\nrenamed as (\n',
        '    select\n        id,\n        "Order" as order_no\n    from source\n',
        ')\n\nselect * from renamed\n',
      ].join('\n'),
    )
  })

  it('has the commas, capitals, indentation and shape of the house', () => {
    const house = {
      keywords: 'upper',
      commas: 'leading',
      cte_commas: 'leading',
      indentation: 2,
      with_line: 'shared',
      cte_blanks: false,
      column_as: false,
    } as const
    expect(sqlIn(house)).toBe(
      "WITH source AS (\n  SELECT * FROM {{ source('a', 'b') }}\n)\n\n, renamed AS (\n  SELECT\n    id\n    , \"Order\" order_no\n  FROM source\n)\n\nSELECT * FROM renamed\n",
    )
    expect(sqlIn({ import_ctes: false, line_ends: 'crlf' })).toBe(
      "select\r\n    id,\r\n    \"Order\" as order_no\r\nfrom {{ source('a', 'b') }}\r\n",
    )
    expect(sqlIn({ folders: { staging: { last_select: 'columns' } } })).toMatch(
      /\)\n\nselect\n {4}id,\n.*\nfrom source\n$/,
    )
  })

  it('can be read, whatever the style', () => {
    for (const commas of ['leading', 'trailing'] as const)
      for (const import_ctes of [true, false])
        expect(
          parseSql(
            sqlIn({ commas, cte_commas: commas, import_ctes }).replaceAll(/\{\{.*?\}\}/g, 'x'),
            'duckdb',
          ),
        ).toHaveProperty('statements')
  })
})

describe('the columns', () => {
  const named = (...names: string[]) => [...stagedNames(houseStyle([], {}), names).values()]

  it('are called as the house calls columns', () => {
    expect(named('OrderID', 'createdAt', 'Größe ha', '_dlt_id', 'a.b', 'x2', 'HTTPCode', '__')).toEqual([
      'order_id',
      'created_at',
      'größe_ha',
      '_dlt_id',
      'a_b',
      'x2',
      'http_code',
      '__',
    ])
  })

  it('keep their names where two would become one', () => {
    expect(named('Order ID', 'order_id', 'b')).toEqual(['Order ID', 'order_id', 'b'])
  })

  it('are quoted where they must be', () => {
    expect(['order', 'Größe', 'a b', 'plain'].map((n) => writtenName(n, 'duckdb'))).toEqual([
      '"order"',
      '"Größe"',
      '"a b"',
      'plain',
    ])
  })
})

describe('the tests', () => {
  const column = (name: string, nulls = 0) => ({ name, nulls }) as ColumnProfile
  const profile = (keys: string[][], columns: ColumnProfile[], rows = 10): RelationProfile =>
    ({ rows, columns, keys: keys.map((c) => ({ columns: c, proven: true })) }) as unknown as RelationProfile

  it('are those of the key that is called like one, and of other keys without nulls', () => {
    const found = provenTests(
      profile(
        [['title'], ['book_id']],
        [column('title'), column('book_id'), column('shelf_id'), column('lender_id', 3)],
      ),
      '_id',
    )
    expect([...found]).toEqual([
      ['book_id', ['unique', 'not_null']],
      ['shelf_id', ['not_null']],
    ])
  })

  it('are none where several columns happen to be unique, or there are no rows', () => {
    expect(provenTests(profile([['title'], ['name']], [column('title'), column('name')]), '_id').size).toBe(0)
    expect(provenTests(profile([], [column('book_id')], 0), '_id').size).toBe(0)
    expect([...provenTests(profile([['isbn']], [column('isbn')]), '')]).toEqual([
      ['isbn', ['unique', 'not_null']],
    ])
  })
})

it('a name is like a key in every spelling', () => {
  for (const name of [
    'id',
    'order_id',
    'orderId',
    'OrderID',
    'Order Id',
    'ward_code',
    'Ward Code',
    'orderKey',
  ])
    expect(namedLikeKey(name, '_id'), name).toBe(true)
  for (const name of ['paid', 'barcode', 'monkey', 'casino', 'amount'])
    expect(namedLikeKey(name, '_id'), name).toBe(false)
})
