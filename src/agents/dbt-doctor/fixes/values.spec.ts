/** Sides of a join whose types do not go together, asked in a real PostgreSQL: whether any value of one is one of the other. */
import { beforeAll, expect, it } from 'vitest'
import type { DbtEngine } from '../../../adapters/dbt/types.ts'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { openLookServer } from '../data/test-look.ts'
import type { Failure } from '../types.ts'
import { after, found } from './test-found.ts'
import { values } from './values.ts'

const SQL = 'models/a.sql'
const node = (name: string) => ({
  ...{ unique_id: `model.p.${name}`, name, resource_type: 'model', package_name: 'p', language: 'sql' },
  ...{ original_file_path: `models/${name}.sql`, config: {}, fqn: ['p', name] },
  relation_name: `"sides"."${name}"`,
})
const graph = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres' },
    nodes: Object.fromEntries(['a', 'sold', 'paid'].map((n) => [`model.p.${n}`, node(n)])),
  } as Parameters<typeof manifestOf>[0]),
)
const columns = (of: Record<string, string>) => Object.entries(of).map(([name, type]) => ({ name, type }))
const reads: Failure['reads'] = [
  { id: 'model.p.sold', label: 'sold', columns: columns({ sale: 'text', sale_no: 'integer' }) },
  { id: 'model.p.paid', label: 'paid', columns: columns({ sale_no: 'integer' }) },
]
const text = `select 1\nfrom {{ ref('sold') }} s\njoin {{ ref('paid') }} p on p.sale_no = s.sale`

beforeAll(async () => {
  const db = await openLookServer()
  await db.exec('create schema sides; create table sides.paid as select 7 as sale_no')
}, 60_000)

async function proposed(sale: string) {
  const db = await openLookServer()
  await db.exec(
    `drop table if exists sides.sold; create table sides.sold as select '${sale}'::text as sale, 7 as sale_no`,
  )
  const query: DbtEngine['query'] = async (statements) =>
    Promise.all(
      statements.map(async (s) => {
        const { fields, rows } = await db.query<unknown[]>(s, [], { rowMode: 'array' })
        return { columns: fields.map((f) => f.name), rows }
      }),
    )
  const dbt = { query } as unknown as DbtEngine
  const at = { stage: 'build' as const, nodes: ['model.p.a'], line: 3, reads }
  return found(values, 'operator does not exist: integer = text', { [SQL]: text }, at, graph, { dbt })
}

it('DEBUG-3: where none is one of the other, the column of the same name and type is joined by', async () => {
  const candidates = await proposed('S7')
  expect(after(candidates)).toBe(text.replace('s.sale', 's.sale_no'))
  expect(candidates.slice(1).map((c) => c.guess)).toEqual([true, true])
})

it('where they meet, one is led to the type of the other, and no other column is guessed', async () => {
  const candidates = await proposed('7')
  expect(candidates.map((c) => c.title)).toEqual(['Compare s.sale as integer', 'Compare p.sale_no as text'])
  expect(candidates.some((c) => c.guess)).toBe(false)
})
