import { beforeAll, describe, expect, it } from 'vitest'
import { applyEdits } from '../../changes/edits.ts'
import { sameStatement } from '../../project/sql/ctes.ts'
import { openParser } from '../../project/sql/parse.ts'
import { resolveSql } from '../../project/sql/resolve/index.ts'
import { testFile } from '../test-file.ts'
import { bodyOf } from './body.ts'
import { inlined } from './reader.ts'

beforeAll(openParser)

const MODEL = { id: 'm', name: 'm', relation: 'm' }
const STYLE = { indent: '    ', leadingCommas: false }

function put(model: string, reader: string, nested = false) {
  const body = bodyOf(testFile(model, 'models/m.sql'), nested, () => null)
  const file = testFile(reader, 'models/r.sql')
  const tableOf = (path: { name: string }[]) => ({ id: path.at(-1)?.name ?? '', columns: null })
  const made = inlined(file, MODEL, body, STYLE, (v) =>
    resolveSql(v.compiled, { adapter: 'duckdb', tableOf }),
  )
  const text = applyEdits(reader, made.edits, file.path)
  // What the file says then is what the change means.
  expect(sameStatement(testFile(text).versions[0].compiled, made.expected[0] ?? '', 'duckdb')).toBe(true)
  return text
}

describe('a model inside its reader', () => {
  it('takes the place of the CTE that imported it', () => {
    const model =
      "{{ config(materialized='view') }}\n-- of m\nwith src as (\n  select * from {{ ref('x') }}\n),\n\nfinal as (\n  select id from src\n)\n\nselect * from final\n"
    const reader =
      "with a as (\n  select 1\n),\n\nm2 as (\n  select * from {{ ref('m') }}\n),\n\nfinal as (\n  select * from m2\n)\n\nselect * from final\n"
    expect(put(model, reader)).toBe(
      "with a as (\n  select 1\n),\n\n-- of m\nsrc as (\n  select * from {{ ref('x') }}\n),\n\nm2 as (\n  select id from src\n),\n\nfinal as (\n  select * from m2\n)\n\nselect * from final\n",
    )
  })

  it('becomes a CTE of its own name elsewhere, set in, strings and comments as they are', () => {
    const model = "select id,\n  'a\n  b' as s /* x\n  y */\nfrom {{ ref('x') }}\n"
    expect(put(model, "select m.id from {{ ref('m') }} where m.s in (select s from {{ ref('m') }})")).toBe(
      "with m as (\n    select id,\n      'a\n  b' as s /* x\n  y */\n    from {{ ref('x') }}\n)\n\nselect m.id from m where m.s in (select s from m)",
    )
  })

  it('shares an import that both have, if it comes first', () => {
    const model = "with x as (select * from {{ ref('x') }}), f as (select id from x) select * from f"
    const reader =
      "with x as (select * from {{ ref('x') }}), y as (select * from {{ ref('m') }}) select * from x, y"
    expect(put(model, reader)).toBe(
      "with x as (select * from {{ ref('x') }}), y as (select id from x) select * from x, y",
    )
  })

  it('keeps its CTEs inside where names collide, if that is asked for', () => {
    const model = "with y as (select 1 as id from {{ ref('x') }}) select id from y"
    const reader = "with y as (select * from {{ ref('m') }}) select * from y"
    expect(() => put(model, reader)).toThrow('it has a CTE y, and so has what would come into it')
    expect(put(model, reader, true)).toBe(
      "with y as (\n    with y as (select 1 as id from {{ ref('x') }}) select id from y\n) select * from y",
    )
  })

  it('is refused where it is named elsewhere too', () => {
    const reader = "-- {{ ref('m') }}\nselect * from {{ ref('m') }}"
    expect(() => put("select 1 as id from {{ ref('x') }}", reader)).toThrow('models/r.sql:1: m is named here')
    expect(() => put('select * from {{ this }}', "select * from {{ ref('m') }}")).toThrow('it uses this')
  })
})
