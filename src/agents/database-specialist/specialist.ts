/** The worker for Postgres: an order in, migrations out. */
import { schemaAfter } from '../database-lead/order/after.ts'
import type { Specialist } from '../database-lead/order/order.ts'
import { formOf } from './forms.ts'

/** Its forms are the same in every round: what the review objects to, they cannot do otherwise. */
export const databaseSpecialistWorker: Specialist = {
  id: 'database-specialist',
  write: async (changes, bench) =>
    changes.flatMap((change, i) =>
      formOf(change, { ...bench, schema: schemaAfter(bench.schema, changes.slice(0, i), bench.db) }),
    ),
}
