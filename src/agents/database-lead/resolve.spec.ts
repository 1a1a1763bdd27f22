import { describe, expect, it } from 'vitest'
import type { Schema } from '../../adapters/databases/types.ts'
import { readRequest } from './operations/index.ts'
import { resolveTable, tableByRest } from './resolve.ts'

const schema = (...names: string[]): Schema => ({
  tables: names.map((name) => ({
    schema: 'public',
    name,
    columns: [
      {
        name: 'id',
        type: 'integer',
        nullable: false,
        default: null,
        made: null,
        collation: null,
        comment: null,
      },
      {
        name: 'fax',
        type: 'text',
        nullable: true,
        default: null,
        made: null,
        collation: null,
        comment: null,
      },
    ],
    primaryKey: { name: `${name}_pkey`, columns: ['id'] },
    uniques: [],
    foreignKeys: [],
    checks: [],
    indexes: [],
    triggers: [],
    rows: 0,
    bytes: 0,
  })),
  views: [],
})
const SALES = schema('sales_orders', 'sales_customers', 'sales_items', 'stock_items', 'tags')
const found = (words: string, of: Schema) => tableByRest(words, of)?.name ?? null
const never = async () => {
  throw new Error('asked')
}

describe('DBL-2: a table that is named without the prefix that it shares', () => {
  it('is found, in the singular or plural, where no other comes near', async () => {
    expect(['orders', 'order', 'Customer'].map((w) => found(w, SALES))).toEqual([
      'sales_orders',
      'sales_orders',
      'sales_customers',
    ])
    expect((await resolveTable('the orders', SALES, never)).name).toBe('sales_orders')
  })

  it('is asked about where another comes near, or nothing is shared', async () => {
    expect(found('items', SALES)).toBeNull()
    await expect(resolveTable('items', SALES, never)).rejects.toThrow('asked')
    // A thing and its parts: the first word says whose they are.
    const owned = schema('orders', 'order_lines', 'order_notes', 'order_tags')
    expect(found('lines', owned)).toBeNull()
    expect(found('lines', schema('sales_orders', 'sales_lines'))).toBeNull()
    expect(found('sales', SALES)).toBeNull()
  })

  it('is meant by every way of reading', () => {
    for (const said of ['Drop the fax from orders', 'the fax of orders is required', 'orders need a note'])
      expect(readRequest(said, SALES)).toMatchObject({ table: expect.stringMatching(/^(?:sales_)?orders$/) })
  })
})
