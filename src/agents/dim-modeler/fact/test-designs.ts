import { houseStyle } from '../../../project/conventions/house-style.ts'
import type { FactRecommendation, StandingDimension } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import type { Reads, Writing } from '../writing.ts'
import { designOf } from './design.ts'
import type { Members } from './foreign-keys.ts'
import { holdingOf } from './held.ts'
import { newRowsOf, settingsOf } from './load.ts'
import { makingOf } from './making.ts'
import { preparedColumns } from './prepare.ts'
import { factSql } from './sql.ts'

export const int = (name: string): OriginColumn => ({ name, type: 'INTEGER', kind: 'integer' })
export const text = (name: string): OriginColumn => ({ name, type: 'VARCHAR', kind: 'text' })
export const money = (name: string): OriginColumn => ({ name, type: 'DECIMAL(10,2)', kind: 'number' })
export const time = (name: string): OriginColumn => ({ name, type: 'TIMESTAMP', kind: 'timestamp' })
export const events = (column: OriginColumn) => ({ from: 'events' as const, column })
export const header = (column: OriginColumn) => ({ from: 'header' as const, column })

export const branch: StandingDimension = {
  id: 'model.lib.dim_branch',
  name: 'dim_branch',
  key: text('branch_key'),
  natural: [text('branch_code')],
  unknown: { key: "md5('Unknown')", natural: ["'Unknown'"] },
  versions: null,
  keyIs: 'hash',
}

export const dimension = (role: string, column: OriginColumn, standing: StandingDimension | null) => ({
  role,
  columns: [events(column)],
  kind: standing ? ('standing' as const) : ('missing' as const),
  dimension: standing,
  of: null,
  nulls: 2,
  unmatched: 0,
  because: '',
})

export function recommended(over: Partial<FactRecommendation> = {}): FactRecommendation {
  return {
    subject: 'loans',
    entity: 'loan',
    reads: [{ id: 'model.lib.stg_loans', label: 'stg_loans', needsStaging: false }],
    looked: '',
    chosen: '',
    because: [],
    rejected: [],
    notes: [],
    kind: 'transaction',
    grain: { words: 'one row per loan', columns: [int('loan_id')], copies: 0, latest: null, by: 'key' },
    header: null,
    intermediate: null,
    dimensions: [dimension('branch', text('branch_code'), branch)],
    degenerate: [],
    measures: [
      {
        ...events(money('fee')),
        name: 'fee',
        additivity: 'additive',
        because: '',
        unit: 'EUR',
        way: 'as it is',
        by: null,
      },
    ],
    flags: [],
    times: [{ ...events(time('lent_at')), role: 'lent', main: true }],
    deleted: null,
    left: [],
    load: {
      way: 'incremental',
      watermark: time('updated_at'),
      moves: 'updated',
      lookbackDays: 3,
      strategy: 'delete+insert',
      because: [],
    },
    rows: 10,
    ...over,
  }
}

export const reads = (name: string): Reads => ({
  id: `model.lib.${name}`,
  name,
  renamed: new Map(),
  described: () => '',
  claims: [],
})

export function made(
  over: Partial<FactRecommendation> = {},
  {
    config = {},
    zone,
    adapter = 'duckdb',
    members = { unknown: 'there', inferred: true },
  }: {
    config?: Parameters<typeof houseStyle>[1]
    zone?: string
    adapter?: string
    members?: Members
  } = {},
) {
  const recommendation = recommended(over)
  const style = houseStyle([], config)
  const modeling = { time_zone: zone, source_time_zone: 'UTC' }
  const context = { project: { config: { modeling } }, graph: { manifest: { macros: {} } } }
  const writing = { style, adapter, context } as unknown as Writing
  const parts = { events: reads('stg_loans'), header: recommendation.header ? reads('stg_visits') : null }
  const columns = { events: [int('loan_id'), money('price')], header: [] }
  const holding = holdingOf(recommendation, parts, { adapter, every: [], columns })
  const making = makingOf(writing, recommendation, {
    ...parts,
    holding,
    thing: 'loan',
    dayNumbers: new Set<string>(),
  })
  const design = designOf(making, () => members)
  const ready = recommendation.header || recommendation.grain.latest ? preparedColumns(making) : null
  const sql = factSql({
    making,
    folder: 'marts',
    preparing: { reads: ready ? 'int_loans' : 'stg_loans', ready },
    newRows: newRowsOf(making, design.watermark),
    items: design.items,
    joins: design.foreignKeys.flatMap((k) => k.join ?? []),
    columns: design.columns,
    settings: { materialized: 'incremental', ...settingsOf(making, design.key, design.keyColumns) },
  })
  return { making, design, sql }
}
