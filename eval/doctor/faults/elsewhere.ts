/** What does not fail in dbt here: ingestion, and logs from other places. */
import { move, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const SCRIPT = 'ingest/taxi_trips.py'
const FILE = 'data/taxis.csv'
const FIRST = '2019-03-23 20:21:09,2019-03-23 20:27:24,1,1.6,7.0,2.15,0.0,12.95'

const ingestion: Fault[] = [
  {
    name: 'ingestion-input-moved',
    about: 'The file that is loaded lies elsewhere.',
    edits: [move(FILE, 'data/taxis-march.csv')],
    causes: [{ rules: ['L10'], words: ['taxis.csv'] }],
    fixable: 'by a person',
  },
  {
    name: 'ingestion-value-wrong',
    about: 'A value of the file is no number.',
    edits: [swap(FILE, FIRST, FIRST.replace(',7.0,', ',seven,'))],
    causes: [{ rules: [], words: ['line 2', 'fare'] }],
    fixable: 'by a person',
  },
  {
    name: 'ingestion-header-changed',
    about: 'A column of the file has another name.',
    edits: [swap(FILE, 'pickup,dropoff,passengers,', 'pickup,dropoff,riders,')],
    causes: [{ rules: [], words: ['riders', 'passengers'] }],
    fixable: 'by a person',
  },
  {
    name: 'ingestion-script-misspelt',
    about: 'The script uses a name that it does not have.',
    edits: [swap(SCRIPT, '        for row in reader:', '        for row in readr:')],
    causes: [{ rules: [], words: ['readr', SCRIPT] }],
    fixable: 'by code',
  },
  {
    name: 'ingestion-type-refused',
    about: 'The script gives a column another type than the warehouse has, and types are frozen.',
    edits: [
      swap(
        SCRIPT,
        '"passengers": (int, {"data_type": "bigint", "nullable": False})',
        '"passengers": (str, {"data_type": "text", "nullable": False})',
      ),
    ],
    causes: [{ rules: [], words: ['passengers'] }],
    fixable: 'by a person',
  },
].map(
  (f) =>
    ({
      house: 'taxis',
      family: 'ingestion',
      since: 'not committed',
      before: { martsmith: ['pipeline', '--everything'] },
      ...f,
    }) as Fault,
)

/** Messages as these warehouses document or print them. */
const LOGS: Record<string, [string, string, string]> = {
  'log-snowflake-object': [
    'D02',
    'STG_PAYMENTS',
    `02:14:07  Failure in model fct_payments (models/marts/fct_payments.sql)
02:14:07    Database Error in model fct_payments (models/marts/fct_payments.sql)
  002003 (42S02): SQL compilation error:
  Object 'ANALYTICS.STAGING.STG_PAYMENTS' does not exist or not authorized.
  compiled code at target/run/shop/models/marts/fct_payments.sql`,
  ],
  'log-snowflake-identifier': [
    'D01',
    'AMOUNT_USD',
    `02:14:07  Failure in model fct_payments (models/marts/fct_payments.sql)
02:14:07    Database Error in model fct_payments (models/marts/fct_payments.sql)
  000904 (42000): SQL compilation error: error line 6 at position 4
  invalid identifier 'AMOUNT_USD'
  compiled code at target/run/shop/models/marts/fct_payments.sql`,
  ],
  'log-bigquery-column': [
    'D01',
    'amount_usd',
    `02:14:07  Failure in model fct_payments (models/marts/fct_payments.sql)
02:14:07    Database Error in model fct_payments (models/marts/fct_payments.sql)
  Unrecognized name: amount_usd; Did you mean amount_eur? at [6:5]
  compiled code at target/run/shop/models/marts/fct_payments.sql`,
  ],
  'log-bigquery-access': [
    'E12',
    'fct_payments',
    `02:14:07    Database Error in model fct_payments (models/marts/fct_payments.sql)
  Access Denied: Table acme-prod:raw.payments: User does not have permission to query table acme-prod:raw.payments, or perhaps it does not exist.`,
  ],
  'log-databricks-column': [
    'D01',
    'amount_usd',
    `02:14:07    Database Error in model fct_payments (models/marts/fct_payments.sql)
  [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name \`amount_usd\` cannot be resolved. Did you mean one of the following? [\`amount_eur\`, \`order_id\`]. SQLSTATE: 42703; line 6 pos 4`,
  ],
  'log-out-of-memory': [
    'E11',
    'int_events',
    `02:14:07  Failure in model int_events (models/int_events.sql)
02:14:07    Runtime Error in model int_events (models/int_events.sql)
  Out of Memory Error: failed to allocate data of size 64.0 MiB (12.4 GiB/12.4 GiB used)`,
  ],
  'log-deadlock': [
    'E13',
    'fct_orders',
    `02:14:07  Failure in model fct_orders (models/fct_orders.sql)
02:14:07    Database Error in model fct_orders (models/fct_orders.sql)
  deadlock detected
  DETAIL:  Process 4711 waits for AccessExclusiveLock on relation 16402 of database 16384; blocked by process 4712.
  HINT:  See server log for query details.`,
  ],
  'log-password': [
    'E03',
    'password',
    `02:14:07  Encountered an error:
Database Error
  connection to server at "db.internal" (10.0.0.7), port 5432 failed: FATAL:  password authentication failed for user "dbt"`,
  ],
}

const logs = Object.entries(LOGS).map(
  ([name, [rule, word, log]]): Fault => ({
    name,
    house: 'jaffle',
    family: 'log',
    about: 'A log that somebody pastes from elsewhere.',
    log,
    causes: [{ rules: [rule], words: [word] }],
    fixable: 'by a person',
  }),
)

export const ELSEWHERE: Fault[] = [...ingestion, ...logs]
