/** The proofs of facts on DuckDB. */
import { describe } from 'vitest'
import { factsHold } from './contract.ts'

describe('facts on DuckDB', () => {
  factsHold({
    profile:
      'harbour: {target: dev, outputs: {dev: {type: duckdb, path: harbour.duckdb, schema: main, threads: 2}}}\n',
    environment: async () => ({ env: {}, close: async () => undefined }),
    growing: null,
    untouched: [
      'select * from stg_bookings order by 1',
      'select table_schema, table_name from information_schema.tables order by 1, 2',
    ],
  })
})
