import { describe, expect, it } from 'vitest'
import { columnsOf } from './columns.ts'
import { projectGraph } from './graph.ts'
import { manifestOf } from './manifest.ts'

const column = (name: string, data_type?: string) => [name, { name, data_type }] as const

function graphOf(adapter_type: string) {
  const model = (name: string, relation_name: string | null, columns = {}) => ({
    unique_id: name,
    name,
    resource_type: 'model',
    database: 'Db',
    schema: 'S',
    relation_name,
    columns,
  })
  const yaml = Object.fromEntries([column('a', 'int'), column('b')])
  return projectGraph(
    manifestOf({
      metadata: { adapter_type },
      nodes: {
        Built: model('Built', '"Db"."S"."Built"', yaml),
        Bare: model('Bare', '"Db"."S".Bare'),
        absent: model('absent', '"Db"."S"."absent"', yaml),
        unknown: model('unknown', '"Db"."S"."unknown"'),
        ephemeral: model('ephemeral', null, yaml),
      },
      sources: {
        file: {
          unique_id: 'file',
          source_name: 's',
          name: 'orders',
          identifier: 'orders',
          schema: 'S',
          relation_name: "read_csv('orders')",
        },
      },
    }),
  )
}

/** A warehouse that has these tables, and tells what it was asked. */
function warehouse(...tables: string[]) {
  const asked: string[] = []
  return {
    asked,
    catalog: async (relations: { identifier: string }[]) => {
      asked.push(`catalog ${relations.map((r) => r.identifier).join(' ')}`)
      return relations.map(({ identifier }) =>
        tables.includes(identifier) ? [{ name: 'id', type: 'INTEGER' }] : null,
      )
    },
    columns: async (relations: string[]) => {
      asked.push(`columns ${relations.join(' ')}`)
      return relations.map(() => [{ name: 'x', type: 'VARCHAR' }])
    },
  }
}

describe('columns', () => {
  it('are those of the warehouse, else those of the YAML, and said to be', async () => {
    const asked = warehouse('Built')
    const ids = ['Built', 'absent', 'unknown', 'ephemeral', 'file']
    const { byId, problem } = await columnsOf(graphOf('duckdb'), ids, asked)
    const declared = {
      source: 'declared',
      columns: [
        { name: 'a', type: 'int' },
        { name: 'b', type: null },
      ],
    }
    expect([problem, Object.fromEntries(byId)]).toEqual([
      null,
      {
        Built: { source: 'warehouse', columns: [{ name: 'id', type: 'INTEGER' }] },
        absent: declared,
        unknown: null,
        ephemeral: declared,
        file: { source: 'warehouse', columns: [{ name: 'x', type: 'VARCHAR' }] },
      },
    ])
    expect(asked.asked).toEqual(['catalog Built absent unknown', "columns read_csv('orders')"])
  })

  it('are those of the YAML where the warehouse cannot be asked, and that is said', async () => {
    const closed = {
      catalog: async (relations: unknown[]) => relations.map(() => ({ error: 'no permission' })),
      columns: async () => [],
    }
    const { byId, problem } = await columnsOf(graphOf('duckdb'), ['Built', 'unknown'], closed)
    expect([byId.get('Built')?.source, byId.get('unknown'), problem]).toEqual([
      'declared',
      null,
      'no permission',
    ])
  })

  it('are looked for under the name that the warehouse gave', async () => {
    const asked = warehouse()
    await columnsOf(graphOf('postgres'), ['Built', 'Bare'], asked)
    await columnsOf(graphOf('duckdb'), ['Bare'], asked)
    expect(asked.asked).toEqual(['catalog Built bare', 'catalog Bare'])
  })
})
