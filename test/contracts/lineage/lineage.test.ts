/** What lineage says is held against a warehouse: a column that shows in a result must be listed for it. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { originsOf, type QueryOrigins } from '../../../src/project/lineage/origins.ts'
import { openParser } from '../../../src/project/sql/parse.ts'
import { resolveSql } from '../../../src/project/sql/resolve/index.ts'
import { PYTHON, ROOT } from '../../support/paths.ts'
import { QUERIES, TABLES } from './queries.ts'

type Seen = { columns: string[]; shows: Record<string, number[]> } | { error: string }

let seen: Seen[] = []

beforeAll(async () => {
  await openParser()
  seen = JSON.parse(
    execFileSync(PYTHON, [join(ROOT, 'test/support/perturb.py')], {
      input: JSON.stringify({ queries: QUERIES }),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  ) as Seen[]
})

test.each(QUERIES.map((sql, i) => [sql, i] as const))('%s', (sql, i) => {
  const warehouse = seen[i]
  if (!warehouse || 'error' in warehouse) throw new Error(`no valid SQL: ${warehouse?.error}`)
  const origins = read(sql)
  if (origins.open.length === 0) {
    expect(origins.outputs).toHaveLength(warehouse.columns.length)
    for (const [k, output] of origins.outputs.entries())
      if (output.name !== null) expect(output.name.toLowerCase()).toBe(warehouse.columns[k]?.toLowerCase())
  }
  const missed = Object.entries(warehouse.shows).flatMap(([origin, outputs]) =>
    outputs
      .filter((k) => !isListed(origins, origin, k))
      .map((k) => `${origin} shows in ${warehouse.columns[k] ?? 'the number of rows'}`),
  )
  expect(missed).toEqual([])
})

function read(sql: string): QueryOrigins {
  const resolved = resolveSql(sql, {
    adapter: 'duckdb',
    tableOf: (path) => {
      const id = path.at(-1)?.name.toLowerCase() ?? ''
      return TABLES[id] ? { id, columns: TABLES[id] } : null
    },
  })
  if ('error' in resolved) throw new Error(resolved.error)
  return originsOf(resolved)
}

/** Listed for this output, or said to be unknown. */
function isListed(origins: QueryOrigins, origin: string, k: number): boolean {
  const names = (refs: { table: string; column: string }[]) => refs.map((r) => `${r.table}.${r.column}`)
  if (origins.rowsUnknown.length > 0 || names(origins.rows).includes(origin)) return true
  if (k === -1) return false
  const output = origins.outputs[k]
  if (!output || origins.open.length > 0) return origins.open.length > 0
  return output.unknown.length > 0 || names([...output.value, ...output.influence]).includes(origin)
}
