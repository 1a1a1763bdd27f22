import { describe, expect, it } from 'vitest'
import { inclusionCandidates, inclusionStatement, inclusionsOf, type Measured } from './inclusion.ts'
import { dialectOf } from './sql.ts'
import type { ColumnProfile, RelationProfile } from './types.ts'

type Values = Record<string, (string | number | null)[]>

function measured(
  name: string,
  values: Values,
  keys: string[] = [],
  rest: Partial<RelationProfile> = {},
): Measured {
  const columns = Object.entries(values).map(([column, all]): ColumnProfile => {
    const present = all.filter((v) => v !== null)
    const kind = present.every((v) => typeof v === 'number') ? 'integer' : 'text'
    const numbers = present.map(Number)
    return {
      name: column,
      type: kind === 'text' ? 'VARCHAR' : 'BIGINT',
      kind,
      nulls: all.length - present.length,
      distinct: new Set(present).size,
      approximate: false,
      min: String(kind === 'integer' ? Math.min(...numbers) : present[0]),
      max: String(kind === 'integer' ? Math.max(...numbers) : present[0]),
      blank: null,
      histogram: null,
      top: null,
      heaviest: null,
      pattern: null,
      form: null,
      grain: null,
      behaviour: null,
    }
  })
  const rows = Object.values(values)[0]?.length ?? 0
  const sample = Array.from({ length: rows }, (_, i) => Object.values(values).map((all) => all[i] ?? null))
  const profile: RelationProfile = {
    relation: `"d"."s"."${name}"`,
    rows,
    sampled: rows,
    columns,
    keys: keys.map((key) => ({ columns: [key], proven: true })),
    dependencies: [],
    formulas: [],
    inclusions: [],
    statements: [],
    remembered: 0,
    ...rest,
  }
  return { name, profile, sample }
}

const shown = (from: Measured, others: Measured[]) =>
  inclusionCandidates(from, others).map(
    (c) => `${c.column} in ${c.of.name}.${c.key}${c.chance ? ' (chance)' : ''}`,
  )

const customers = measured('customers', { id: [1, 2, 3, 4, 5], code: ['a', 'b', 'c', 'd', 'e'] }, [
  'id',
  'code',
])

describe('whose keys a column may hold', () => {
  it('is told by values; of small whole numbers by the name too', () => {
    const orders = measured('orders', {
      customer_id: [1, 2, 2, null],
      code: ['a', 'a', 'b', 'x'],
      items: [1, 2, 3, 3],
    })
    expect(shown(orders, [orders, customers])).toEqual([
      'code in customers.code',
      'customer_id in customers.id (chance)',
    ])
  })

  it('is not what has other values, another kind, or more of them', () => {
    const other = measured('other', { code: ['x', 'y', 'z'], customer_id: ['1', '2', '3'] })
    expect(shown(other, [customers])).toEqual([])
    const many = measured('many', { code: [...'abcdefghi'] })
    expect(shown(many, [customers])).toEqual([])
    const far = measured('far', { customer_id: [100, 200] })
    expect(shown(far, [customers])).toEqual([])
  })

  it('may be a key of the same relation, but not itself', () => {
    const staff = measured('staff', { id: [10, 25, 31, 47], boss_id: [10, 10, 25, null] }, ['id'])
    expect(shown(staff, [staff])).toEqual(['boss_id in staff.id'])
  })

  it('is asked in one statement that reads the relation once and each key once', () => {
    const orders = measured('orders', { 'customer "x" id': [1, 2, 2, null], code: ['a', 'a', 'b', 'x'] })
    const candidates = inclusionCandidates(orders, [customers])
    const sql = inclusionStatement(orders, candidates, dialectOf('duckdb'))
    expect(sql.match(/"orders"/g)).toHaveLength(1)
    expect(sql.match(/"customers"/g)).toHaveLength(candidates.length)
    expect(sql).toContain('a."customer ""x"" id"')
  })

  it('is claimed where no row, or hardly any, is without a partner', () => {
    const orders = measured('orders', { code: Array.from({ length: 100 }, (_, i) => (i < 99 ? 'a' : 'x')) })
    const candidates = inclusionCandidates(orders, [customers])
    expect(inclusionsOf(orders, candidates, [1])).toMatchObject([
      { column: 'code', key: 'code', orphans: 1, rows: 100 },
    ])
    expect(inclusionsOf(orders, candidates, [0])).toHaveLength(1)
    expect(inclusionsOf(orders, candidates, [6])).toEqual([])
  })
})
