/** The proofs of facts on Postgres. */
import { describe } from 'vitest'
import { openPostgres } from '../../support/postgres.ts'
import { factsHold } from './contract.ts'

const env = (name: string) => `"{{ env_var('SHOP_PG_${name}') }}"`

describe('facts on Postgres', () => {
  factsHold({
    profile: `harbour:
  target: dev
  outputs:
    dev:
      type: postgres
      host: ${env('HOST')}
      port: "{{ env_var('SHOP_PG_PORT') | as_number }}"
      user: ${env('USER')}
      password: ${env('PASSWORD')}
      dbname: ${env('DATABASE')}
      schema: harbour
      threads: 2
`,
    environment: openPostgres,
    growing: ['inc_lookback', 'inc_source', 'inc_ties'],
    untouched: [
      'select * from harbour.stg_bookings order by 1',
      "select table_schema, table_name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2",
    ],
  })
})
