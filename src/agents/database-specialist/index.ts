/** database-specialist: writes migrations for Postgres. */
import { z } from 'zod'
import { ROLES } from '../database-lead/databases.ts'
import { orderSchema } from '../database-lead/order/order.ts'
import { writeWith } from '../database-lead/write.ts'
import { type Agent, action } from '../types.ts'
import { databaseSpecialistWorker } from './specialist.ts'

export const databaseSpecialist: Agent = {
  id: 'database-specialist',
  purpose: 'Write migrations for Postgres that hold up a running application least',
  whenToUse: 'Work that database-lead delegates, on Postgres',
  actions: {
    write: action({
      purpose: 'Write migrations for the order, up and down',
      input: z.strictObject({ order: orderSchema.nullable(), as: z.enum(ROLES).nullable() }),
      run: writeWith(databaseSpecialistWorker),
    }),
  },
}
