/** The proofs of facts on DuckDB. */
import { describe } from 'vitest'
import { factsHold } from './contract.ts'

describe('facts on DuckDB', () => {
  factsHold({
    profile:
      'harbour: {target: dev, outputs: {dev: {type: duckdb, path: harbour.duckdb, schema: main, threads: 2}}}\n',
    environment: async () => ({ env: {}, close: async () => undefined }),
    growing: [
      'inc_updated',
      'inc_appends',
      'inc_no_lookback',
      'inc_no_key',
      'inc_never',
      'inc_clock',
      'inc_not',
    ],
    untouched: [
      'select * from stg_bookings order by 1',
      'select table_schema, table_name from information_schema.tables order by 1, 2',
    ],
  })
})
