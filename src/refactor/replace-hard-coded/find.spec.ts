import { beforeAll, describe, expect, it } from 'vitest'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import type { CompiledModel } from '../../project/sql/compiled.ts'
import { openParser } from '../../project/sql/parse.ts'
import { render } from '../../project/sql/render.ts'
import { mapBuilder } from '../../project/sql/source-map.ts'
import { tablesByHand } from './find.ts'
import { callFor, meaningFinder } from './meaning.ts'

beforeAll(openParser)

const relations = { ref: () => '"db"."main"."b"', source: () => 'raw.c', this: 'main.self' }

function plain(raw: string): CompiledModel {
  const rendered = render(raw, relations)
  if (!rendered) throw new Error('not plain')
  return { id: 'm', path: 'm.sql', raw, ...rendered, ephemeral: { __dbt__cte__e: 'e' }, variants: [] }
}

function shown(model: CompiledModel, isParent = false): string[] {
  const found = tablesByHand(model, 'duckdb', () => isParent)
  if ('error' in found) return [found.error]
  return found.tables.map((t) =>
    'raw' in t ? model.raw.slice(t.raw.start, t.raw.end) : `${t.written}: ${t.noPlace}`,
  )
}

describe('relations that are named by hand', () => {
  it('are those of FROM and JOIN: not CTEs, refs, names in comments and strings, or columns', () => {
    const sql = [
      "with a as (select 'main.x' as t from {{ ref('b') }}) -- from main.y\r\n",
      'select a.t, main.orders.id, é\r\nfrom a\r\njoin "db"."main"."Orders" on true, main.orders\r\n',
      "left join {{ source('raw', 'c') }} c on exists (select 1 from db.raw.z)\r\n",
    ]
    expect(shown(plain(sql.join('')))).toEqual(['"db"."main"."Orders"', 'main.orders', 'db.raw.z'])
  })

  it('are not the CTEs of ephemeral models', () => {
    expect(shown(plain('select * from __dbt__cte__e'))).toEqual([])
  })

  it('may be put together of Jinja, where it is one name', () => {
    const raw = 'select * from {{ target.schema }}.orders join {{ x() }} y on true'
    const built = mapBuilder(raw)
    built.text({ start: 0, end: 14 })
    built.jinja('main', { start: 14, end: 33 })
    built.text({ start: 33, end: 46 })
    built.jinja('main.macro_made', { start: 46, end: 55 })
    built.text({ start: 55, end: raw.length })
    const model: CompiledModel = { id: 'm', path: 'm.sql', raw, ...built.done(), ephemeral: {}, variants: [] }
    expect(shown(model)).toEqual(['{{ target.schema }}.orders', 'main.macro_made: it is written by a macro'])
    expect(shown(model, true)).toEqual(['{{ target.schema }}.orders'])
  })

  it('have no place where Jinja chooses between them', () => {
    const raw = 'select * from {% if a %}x{% else %}y{% endif %}.orders'
    const built = mapBuilder(raw)
    built.text({ start: 0, end: 14 })
    built.text({ start: 35, end: 36 })
    built.text({ start: 47, end: raw.length })
    const model: CompiledModel = { id: 'm', path: 'm.sql', raw, ...built.done(), ephemeral: {}, variants: [] }
    expect(shown(model)).toEqual(['y.orders: Jinja decides what its name is'])
  })

  it('are told of where there is no map, unless dbt knows of them', () => {
    const model: CompiledModel = {
      ...{ id: 'm', path: 'm.sql', raw: '{{ all() }}', compiled: 'select * from main.x' },
      ...{ map: { noMap: 'it looks at itself' }, ephemeral: {}, variants: [] },
    }
    expect(shown(model)).toEqual(['main.x: it looks at itself'])
    expect(shown(model, true)).toEqual([])
  })
})

describe('what a relation is', () => {
  const node = (id: string, relation: string, reads: string[] = [], more: object = {}) => {
    const [resource_type = '', package_name = '', name = ''] = id.split('.')
    return {
      unique_id: id,
      name,
      resource_type,
      package_name,
      relation_name: relation,
      depends_on: { nodes: reads },
      ...more,
    }
  }
  const nodes = [
    node('model.shop.orders', '"db"."main"."orders"'),
    node('model.pkg.days', '"db"."main"."days"', [], { version: 2 }),
    node('seed.shop.raw', '"db"."ext"."raw"'),
    node('model.shop.reader', '"db"."main"."reader"', ['source.shop.ext.raw']),
    node('seed.shop.twice', '"db"."ext"."twice"'),
  ]
  const source = (name: string) => ({
    ...{ unique_id: `source.shop.ext.${name}`, source_name: 'ext', name, identifier: name },
    ...{ schema: 'ext', relation_name: `"db"."ext"."${name}"`, package_name: 'shop' },
  })
  const graph = projectGraph(
    manifestOf({
      metadata: { project_name: 'shop', adapter_type: 'postgres' },
      nodes: Object.fromEntries(nodes.map((n) => [n.unique_id, n])),
      sources: { 'source.shop.ext.raw': source('raw'), 'source.shop.ext.twice': source('twice') },
    }),
  )
  const of = (...path: string[]) => meaningFinder(graph, 'postgres')(path.map((name) => ({ name })))

  it('is found by two parts or three, by the rules of the warehouse', () => {
    expect(of('main', 'ORDERS')).toEqual({ kind: 'node', id: 'model.shop.orders' })
    expect(of('db', 'main', 'orders')).toEqual({ kind: 'node', id: 'model.shop.orders' })
    expect(of('orders')).toEqual({ kind: 'unknown' })
    expect(meaningFinder(graph, 'postgres')([{ name: 'main' }, { name: 'ORDERS', quoted: true }]).kind).toBe(
      'unknown',
    )
  })

  it('of a source over a seed, is the one that models read; else it is open', () => {
    expect(of('ext', 'raw')).toEqual({ kind: 'node', id: 'source.shop.ext.raw' })
    expect(of('ext', 'twice')).toMatchObject({ kind: 'several' })
  })

  it('is called by ref or source, with its package and version', () => {
    expect(callFor(graph, 'model.shop.orders', '"')).toBe('{{ ref("orders") }}')
    expect(callFor(graph, 'model.pkg.days', "'")).toBe("{{ ref('pkg', 'days', v=2) }}")
    expect(callFor(graph, 'source.shop.ext.raw', "'")).toBe("{{ source('ext', 'raw') }}")
  })
})
