import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnProfile, relationProfile } from '../../../project/profile/test-profiles.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { dependentOf, dependsStatement, mayDepend } from '../depends.ts'
import { candidatesFor, chosenOf, namedOrigin } from '../search/find.ts'
import { columnScore, nameScore, subjectOf, wordsOf } from '../search/names.ts'
import type { Origin } from '../types.ts'
import { againstCode, describing, entityKey, eventsWords, naturalOf } from './judge.ts'

const origin = (label: string, ...columns: string[]): Origin => ({
  id: `model.shop.${label}`,
  label,
  relation: label,
  needsStaging: false,
  stands: true,
  columns: columns.map((name) => ({ name, type: 'VARCHAR', kind: 'text' })),
})
const column = columnProfile
const profile = relationProfile

describe('DIM-1: what the words mean', () => {
  it('is found in plurals, capitals, abbreviations and endings', () => {
    expect(wordsOf('PaymentTypes')).toEqual(['payment', 'type'])
    expect(subjectOf('the payment types')).toEqual(['payment', 'type'])
    for (const name of ['payment_type', 'PaymentType', 'PAYMENT_TYPES', 'payment_type_id', 'paymenttype'])
      expect(columnScore(['payment', 'type'], name, ['trip']), name).toBeGreaterThan(0.9)
    expect(nameScore(['customer'], ['cust'])).toBeGreaterThan(0.8)
    expect(nameScore(['customer'], ['cstmr'])).toBeGreaterThan(0.8)
    expect(nameScore(['payment', 'type'], ['color'])).toBe(0)
    expect(columnScore(['order', 'status'], 'status', ['order'])).toBeGreaterThan(0.9)
  })

  it('is no more than one and no less than nothing, whatever the names', () => {
    const words = fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 })
    fc.assert(
      fc.property(words, words, (a, b) => {
        const score = nameScore(a, b)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('a table of the thing goes before its keys in other tables', () => {
    const found = candidatesFor('customer', [
      origin('stg_orders', 'order_id', 'customer_id'),
      origin('stg_customers', 'customer_id', 'name'),
    ])
    const best = chosenOf('customer', found, '')
    expect(best).toMatchObject({ column: null, origin: { label: 'stg_customers' } })
  })

  it('two that are close are asked about, and nothing is said to be nothing', () => {
    const two = candidatesFor('status', [origin('stg_orders', 'status'), origin('stg_payments', 'status')])
    expect(() => chosenOf('status', two, '')).toThrow(/may mean several/)
    expect(() => chosenOf('weather', candidatesFor('weather', [origin('stg_a', 'b')]), 'looked')).toThrow(
      /Nothing in this project/,
    )
  })

  it('a code and its name in one table are one thing', () => {
    const one = candidatesFor('branch', [origin('stg_members', 'branch_code', 'branch_name')])
    expect(chosenOf('branch', one, '').column?.name).toBe('branch_code')
  })

  it('--from names a model, a source, or a column of one, in any capitals', () => {
    const origins = [origin('shop.orders', 'Status'), origin('stg_orders', 'status')]
    expect(namedOrigin('SHOP.orders.status', origins)).toMatchObject({ column: { name: 'Status' } })
    expect(namedOrigin('stg_orders', origins)).toMatchObject({ column: null })
    expect(() => namedOrigin('stg_orders.statsu', origins)).toThrow(/did you mean status/)
    expect(() => namedOrigin('stg_order', origins)).toThrow(/did you mean stg_orders/)
  })
})

describe('DIM-1: what the data say', () => {
  const code = column('branch_code')

  it('depends on a code what has one value for each of its values, in enough rows', () => {
    const others = [column('branch_name'), column('member_name', { distinct: 90 })]
    const names = (numbers: number[], rows: number) => {
      const { sure, unsure } = dependentOf('area_code', others, numbers, rows)
      return [sure.map((c) => c.name), unsure.map((c) => c.name)]
    }
    expect(names([3, 1, 0, 30, 0], 90)).toEqual([['branch_name'], []])
    expect(names([3, 1, 1, 30, 0], 90)).toEqual([[], []]) // null in some rows of a code
    expect(names([80, 1, 0, 1, 0], 90)).toEqual([[], ['branch_name', 'member_name']]) // may be by chance
    expect(dependentOf('branch_code', others, [3, 1, 0, 1, 0], 7).sure.map((c) => c.name)).toEqual([
      'branch_name',
    ])
    expect(dependsStatement('t', ['a"b'], ['c'], 'duckdb')).toContain('"a""b"')
  })

  it('measures, times and what never changes describe no code', () => {
    const columns = [
      code,
      column('amount', { kind: 'number' }),
      column('at', { kind: 'timestamp' }),
      column('constant', { distinct: 1 }),
      column('branch_name'),
    ]
    expect(mayDepend(columns, ['branch_code']).map((c) => c.name)).toEqual(['branch_name'])
  })

  it('the code is the key, and its name a label, whichever was named', () => {
    const name = column('branch_name')
    expect(naturalOf(name, [code], '_id')).toMatchObject({ key: { name: 'branch_code' }, attributes: [name] })
    expect(naturalOf(code, [name], '_id')).toMatchObject({ key: { name: 'branch_code' } })
  })

  it('an identifier is degenerate, a date, a flag and a measure are named as what they are', () => {
    const against = (c: ColumnProfile, rows = 1000, tableKey: string | null = null) =>
      againstCode(c, profile([], { rows }), { dependent: 0, tableKey })
    expect(against(column('order_id', { distinct: 1000 }), 1000, 'order_id')).toMatch(/degenerate/)
    expect(against(column('ref', { distinct: 900 }))).toMatch(/degenerate/)
    expect(against(column('at', { kind: 'date' }))).toMatch(/martsmith dimension date/)
    expect(against(column('is_x', { kind: 'boolean' }))).toMatch(/alone it stays on the fact/)
    expect(against(column('n', { kind: 'number' }))).toMatch(/measured/)
    expect(against(column('gone', { nulls: 1000, distinct: 0 }))).toMatch(/null/)
    expect(against(code)).toBeNull()
    expect(against(column('genre', { distinct: 4 }), 6)).toBeNull()
    // A column that repeats nothing in four rows is no key of a table that has its own.
    expect(against(column('country_code', { distinct: 4 }), 4, 'guest_id')).toBeNull()
  })

  it('events are told from things, and a thing has one key', () => {
    const orders = profile([
      column('order_id'),
      column('customer_id'),
      column('ordered_at', { kind: 'timestamp' }),
      column('amount', { kind: 'number' }),
    ])
    expect(eventsWords(orders, 'order_id', '_id')).toMatch(/events: one row per order_id/)
    const customers = profile([column('customer_id'), column('name'), column('since', { kind: 'date' })], {
      keys: [
        { columns: ['name'], proven: true },
        { columns: ['customer_id'], proven: true },
      ],
    })
    expect(eventsWords(customers, 'customer_id', '_id')).toBeNull()
    expect(entityKey(customers, 'customer', '_id')).toBe('customer_id')
    expect(entityKey(profile([]), 'customer', '_id')).toBeNull()
  })

  it('what tells of loading describes nothing, and it is said', () => {
    const { attributes, left } = describing(
      profile([column('id'), column('name'), column('_dlt_id'), column('tags', { kind: 'other' })]),
      ['id'],
    )
    expect(attributes.map((a) => a.name)).toEqual(['name'])
    expect(left.join(' ')).toMatch(/_dlt_id.*tags/)
  })

  it('the time of a load is an audit column where each row is one of the source', () => {
    const loads = ['_dlt_id', 'loaded_at', 'name'].map((n) =>
      column(n, n === 'loaded_at' ? { kind: 'timestamp' } : {}),
    )
    const { attributes, left } = describing(profile(loads), [], { audit: true })
    expect(attributes.map((a) => a.name)).toEqual(['name', 'loaded_at'])
    expect(left.join()).not.toContain('loaded_at')
    expect(describing(profile(loads), []).attributes.map((a) => a.name)).toEqual(['name'])
  })
})

describe('DIM-1: the table of the thing itself', () => {
  it.each([
    ['employee', 'stg_employee_history', 'stg_attendance', 'employee_number'],
    ['shift', 'stg_shift_types', 'stg_attendance', 'shift_code'],
    ['customer', 'stgCustomers', 'stgOrders', 'customerId'],
  ])('%s is %s, though %s has %s', (subject, table, other, key) => {
    const found = candidatesFor(subject, [origin(other, key, 'amount'), origin(table, key, 'label')])
    expect(chosenOf(subject, found, '')).toMatchObject({ origin: { label: table }, column: null })
  })

  it('what is called so in its own right stays a question', () => {
    const found = candidatesFor('status', [origin('stg_orders', 'status'), origin('stg_refunds', 'status')])
    expect(() => chosenOf('status', found, '')).toThrow('may mean several things')
  })
})
