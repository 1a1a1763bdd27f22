/** The workers that the lead may delegate to, by what they know. */
import { databaseSpecialistWorker } from '../database-specialist/specialist.ts'
import { mysqlSpecialistWorker } from '../mysql-specialist/specialist.ts'
import type { Specialist } from './order/order.ts'

export function specialistFor(family: 'postgres' | 'mysql'): Specialist {
  return family === 'postgres' ? databaseSpecialistWorker : mysqlSpecialistWorker
}
