import type { Warehouse } from './types.ts'
export async function serverWarehouse(_: object): Promise<Warehouse> {
  throw new Error('x')
}
