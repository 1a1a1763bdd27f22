import { expect, it } from 'vitest'
import { strategyLine } from './strategy.ts'

it.each([
  [
    'postgres',
    { incremental_strategy: 'merge', unique_key: 'id' },
    'Strategy: merge; rows go by id. postgres has append, delete+insert, merge (from PostgreSQL 15) and microbatch.',
  ],
  [
    'duckdb',
    { unique_key: ['a', 'b'] },
    'Strategy: delete+insert, which is taken where none is said; rows go by a and b. duckdb has append, delete+insert, merge (from DuckDB 1.4) and microbatch.',
  ],
  [
    'duckdb',
    { incremental_strategy: 'append', unique_key: 'id' },
    'Strategy: append; append takes no notice of unique_key id. duckdb has append, delete+insert, merge (from DuckDB 1.4) and microbatch.',
  ],
  [
    'exasol',
    { unique_key: 'id' },
    "Strategy: the adapter's own; rows go by id. Which others exasol has is not known here.",
  ],
])('%s %j', (adapter, config, line) => {
  expect(strategyLine(adapter, config)).toBe(line)
})
