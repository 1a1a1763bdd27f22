import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../../../adapters/databases/capabilities.ts'
import type { Server, Table } from '../../../adapters/databases/types.ts'
import { columnSets, farOff } from './statistics.ts'

const column = (name: string) => ({ name, type: 'text', nullable: true })
const orders = {
  schema: 'public',
  name: 'orders',
  columns: ['id', 'city', 'zip', 'state', 'total'].map(column),
  statistics: [],
} as unknown as Table
const on = (product: Server['product']) => ({
  capabilities: capabilitiesOf({ product } as Server),
})
const sets = (sql: string, product: Server['product'] = 'PostgreSQL', table = orders) =>
  columnSets(sql, [table], on(product)).map((s) => s.columns)

describe('DBL-3: columns that a server may misjudge together', () => {
  it('are those of one table that are filtered or grouped together', () => {
    expect(sets("select * from orders where zip = '1' and city = 'a'")).toEqual([['city', 'zip']])
    expect(sets('select city, state from orders o group by o.city, o.state having count(*) > 1')).toEqual([
      ['city', 'state'],
    ])
    expect(sets("select 1 from orders where city = 'a' and zip = '1' group by zip, city")).toHaveLength(1)
  })

  it('one alone is known to Postgres, and not to MariaDB', () => {
    expect(sets("select * from orders where city = 'a'")).toEqual([])
    expect(sets("select * from orders where city = 'a'", 'MariaDB')).toEqual([['city']])
  })

  it('those that have statistics are not looked at again', () => {
    const known = { ...orders, statistics: [{ name: 's', columns: ['zip', 'city'], definition: '' }] }
    expect(sets("select * from orders where city = 'a' and zip = '1'", 'PostgreSQL', known)).toEqual([])
  })

  it('how far off is told either way, and no rows are as one', () => {
    expect(farOff({ of: null, expected: 10, found: 1000 })).toBe(100)
    expect(farOff({ of: null, expected: 1000, found: 0 })).toBe(1000)
    expect(farOff({ of: null, expected: 0.2, found: 0 })).toBe(1)
  })
})
