/** mysql-specialist: writes migrations for MySQL and MariaDB. */
import { z } from 'zod'
import { ROLES } from '../database-lead/databases.ts'
import { orderSchema } from '../database-lead/order/order.ts'
import { writeWith } from '../database-lead/write.ts'
import { type Agent, action } from '../types.ts'
import { mysqlSpecialistWorker } from './specialist.ts'

export const mysqlSpecialist: Agent = {
  id: 'mysql-specialist',
  purpose: 'Write migrations for MySQL and MariaDB that hold up a running application least',
  whenToUse: 'Work that database-lead delegates, on MySQL or MariaDB',
  actions: {
    write: action({
      purpose: 'Write migrations for the order, up and down',
      input: z.strictObject({ order: orderSchema.nullable(), as: z.enum(ROLES).nullable() }),
      run: writeWith(mysqlSpecialistWorker),
    }),
  },
}
