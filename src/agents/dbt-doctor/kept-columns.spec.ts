/** Columns that a snapshot keeps, and its query does not give. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { keptColumns } from './kept-columns.ts'

const targetPath = mkdtempSync(join(tmpdir(), 'kept-'))
afterAll(() => rmSync(targetPath, { recursive: true }))

const ID = 'snapshot.shop.orders_history'
writeFileSync(
  join(targetPath, 'manifest.json'),
  JSON.stringify({
    metadata: { project_name: 'shop', adapter_type: 'duckdb', dbt_version: '1.11' },
    nodes: {
      [ID]: {
        ...{ unique_id: ID, name: 'orders_history', resource_type: 'snapshot', package_name: 'shop' },
        ...{ original_file_path: 'snapshots/a.yml', fqn: ['shop', 'orders_history'], language: 'sql' },
        relation_name: 'history.orders_history',
        config: { snapshot_meta_column_names: { dbt_valid_to: 'ends_at', dbt_valid_from: null } },
      },
    },
  }),
)

const engine = (...stand: string[]) =>
  ({
    targetPath,
    compile: async () => [{ compiled: 'select id, status from orders', ephemeral: {} }],
    columns: async () => [stand.map((name) => ({ name, type: 'varchar' }))],
    query: async () => [{ columns: ['id', 'status'], rows: [] }],
  }) as unknown as DbtEngine

it('tells what stands and is no longer given, and nothing of what dbt adds itself', async () => {
  expect(await keptColumns(engine('id', 'STATUS', 'dbt_scd_id', 'ends_at'), [ID])).toEqual([])
  const [told] = await keptColumns(engine('id', 'status', 'State', 'dbt_scd_id'), [ID])
  expect(told).toMatch(/^orders_history keeps State, which its query does not give/)
  expect(await keptColumns(engine('id', 'other'), ['model.shop.orders'])).toEqual([])
})
