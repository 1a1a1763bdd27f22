/** A warehouse made up for specs: relations of which only what matters is said, and what counting them answers. */
import { houseStyle } from '../../../project/conventions/house-style.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { columnProfile, relationProfile } from '../../../project/profile/test-profiles.ts'
import type { ColumnProfile, Kind, RelationProfile } from '../../../project/profile/types.ts'
import type { sortColumns } from './columns.ts'
import type { Lab, Side } from './lab.ts'

export const TYPES: Partial<Record<Kind, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

export const column = (name: string, kind: Kind, rest: Partial<ColumnProfile> = {}): ColumnProfile =>
  columnProfile(name, { type: TYPES[kind] ?? kind, kind, distinct: 500, min: '1', max: '1000', ...rest })
export const id = (name: string, rest: Partial<ColumnProfile> = {}) =>
  column(name, 'integer', { distinct: 1000, ...rest })
export const time = (name: string, rest: Partial<ColumnProfile> = {}) =>
  column(name, 'timestamp', { min: '2024-01-01 00:00:00', max: '2024-03-01 00:00:00', ...rest })

export function side(
  label: string,
  columns: ColumnProfile[],
  rest: Partial<RelationProfile> = {},
  sample: unknown[][] = [],
): Side {
  const keys = columns
    .filter((c) => c.kind === 'integer' && c.distinct === 1000)
    .map((c) => ({ columns: [c.name], proven: true }))
  const profile = relationProfile(columns, { relation: label, keys, ...rest })
  return {
    name: label,
    profile,
    sample,
    origin: { id: `model.shop.${label}`, label, relation: label, needsStaging: false, stands: true, columns },
  }
}

/** @param answer what the warehouse counts for a statement. */
export function lab(answer: (statement: string) => number[] | null = () => null, sql = ''): Lab {
  const numbers = async (statement: string) => answer(statement)
  const node =
    sql === '' ? undefined : { raw_code: sql, resource_type: 'model', config: { materialized: 'view' } }
  const graph = { node: () => node, source: () => undefined, ancestors: () => [], children: () => [] }
  return {
    context: { graph, now: () => new Date('2024-06-01') } as unknown as Lab['context'],
    style: houseStyle([]),
    adapter: 'duckdb',
    dialect: dialectOf('duckdb'),
    measure: async () => side('none', []),
    look: async () => null,
    numbers,
    manyNumbers: async (all) => Promise.all(all.map(numbers)),
    rows: async () => [],
  }
}

/** What is known beside the columns themselves. */
export const given = (rest: Partial<Parameters<typeof sortColumns>[1]> = {}) => ({
  taken: new Set<string>(),
  left: new Map<string, string>(),
  grain: new Set<string>(),
  casts: { casts: new Map(), refused: new Map(), stays: new Map() },
  listed: new Set<string>(),
  idSuffix: '_id',
  ...rest,
})
