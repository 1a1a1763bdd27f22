/** What lineage says is held against a warehouse: a column that shows in a result must be listed for it. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { originsOf, type QueryOrigins } from '../../../src/project/lineage/origins.ts'
import { openParser } from '../../../src/project/sql/parse.ts'
import { resolveSql } from '../../../src/project/sql/resolve/index.ts'
import { PYTHON, ROOT } from '../../support/paths.ts'
import { QUERIES, TABLES, WITH_COLUMNS_KNOWN } from './queries.ts'

const ALL = [...WITH_COLUMNS_KNOWN, ...QUERIES]

type Seen = { columns: string[]; shows: Record<string, number[]> } | { error: string }

let seen: Seen[] = []

beforeAll(async () => {
  await openParser()
  seen = JSON.parse(
    execFileSync(PYTHON, [join(ROOT, 'test/support/perturb.py')], {
      input: JSON.stringify({ queries: ALL }),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  ) as Seen[]
})

/** Of a relation whose columns are not known, much is unknown, and nothing may be wrong either. */
const KNOWN = { all: () => true, some: (id: string) => id !== 'orders', none: () => false }

test.each(ALL.map((sql, i) => [sql, i] as const))('%s', (sql, i) => {
  const warehouse = seen[i]
  if (!warehouse || 'error' in warehouse) throw new Error(`no valid SQL: ${warehouse?.error}`)
  for (const [which, isKnown] of Object.entries(KNOWN)) {
    if (which !== 'all' && i < WITH_COLUMNS_KNOWN.length) continue
    expect(wrongIn(warehouse, read(sql, isKnown)), `columns known of ${which}`).toEqual([])
  }
})

function wrongIn(warehouse: Exclude<Seen, { error: string }>, origins: QueryOrigins): string[] {
  const names = origins.outputs.map((output, k) => output.name ?? warehouse.columns[k])
  const said = names.join(', ').toLowerCase()
  const is = warehouse.columns.join(', ').toLowerCase()
  const differs = origins.open.length === 0 && said !== is ? [`its columns are ${is}, not ${said}`] : []
  const missed = Object.entries(warehouse.shows).flatMap(([origin, outputs]) =>
    outputs
      .filter((k) => !isListed(origins, origin, k))
      .map((k) => `${origin} shows in ${warehouse.columns[k] ?? 'the number of rows'}`),
  )
  return [...differs, ...missed]
}

function read(sql: string, isKnown: (id: string) => boolean): QueryOrigins {
  const resolved = resolveSql(sql, {
    adapter: 'duckdb',
    tableOf: (path) => {
      const id = path.at(-1)?.name.toLowerCase() ?? ''
      const columns = TABLES[id]
      return columns ? { id, columns: isKnown(id) ? columns : null } : null
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
