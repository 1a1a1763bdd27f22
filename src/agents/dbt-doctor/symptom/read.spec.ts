import { describe, expect, it } from 'vitest'
import { readSymptom } from './read.ts'

const models = [
  { id: 'model.p.stg_orders', label: 'stg_orders', columns: ['order_id', 'amount'], readers: 2 },
  {
    id: 'model.p.fct_orders',
    label: 'fct_orders',
    columns: ['order_id', 'amount', 'ordered_on'],
    readers: 1,
  },
  { id: 'model.p.agg', label: 'agg', columns: ['month', 'totalRevenue'], readers: 0 },
]

describe('readSymptom', () => {
  it.each([
    ['fct_orders misses rows', { complaint: 'missing', node: 'model.p.fct_orders', column: null }],
    [
      'revenue is twice what finance has',
      { complaint: 'repeated', node: 'model.p.agg', column: 'totalRevenue' },
    ],
    [
      'column amount of fct_orders is always zero',
      { complaint: 'zero', node: 'model.p.fct_orders', column: 'amount', always: true },
    ],
    ['stg_orders.amount is always null', { complaint: 'null', node: 'model.p.stg_orders', column: 'amount' }],
    ['amount of fct_orders is zero', { complaint: 'zero', column: 'amount', always: false }],
    ['yesterday is missing in fct_orders', { complaint: 'day', daysAgo: 1, node: 'model.p.fct_orders' }],
    ['agg has duplicates since Monday', { complaint: 'repeated', node: 'model.p.agg', column: null }],
    ['fct_orders is empty', { complaint: 'missing', node: 'model.p.fct_orders', column: null }],
    ['amount of fct_orders is empty', { complaint: 'null', column: 'amount' }],
    ['amount of fct_orders is negative', { complaint: 'negative', column: 'amount' }],
    ['amount of fct_orders is always 100', { complaint: 'zero', column: 'amount', value: 100, always: true }],
    ['all 12 orders of fct_orders are missing', { complaint: 'missing', node: 'model.p.fct_orders' }],
    ['amount of fct_orders is ten times too low', { complaint: 'missing', column: 'amount' }],
    ['fct_orders misses rows since yesterday', { complaint: 'missing', node: 'model.p.fct_orders' }],
    ['ordered_on of fct_orders is a day too late', { complaint: 'repeated', column: 'ordered_on' }],
    ['ordered_on of fct_orders is too early', { complaint: 'missing', column: 'ordered_on' }],
    ['amount of fct_orders is the same in every row', { complaint: 'same', column: 'amount' }],
    ['total revenue is a hundredth of it', { complaint: 'missing', column: 'totalRevenue' }],
    ['amount of fct_orders is null for many orders', { complaint: 'null', column: 'amount', some: true }],
    [
      "amount of fct_orders is never 'very late'",
      { complaint: 'never', column: 'amount', text: 'very late' },
    ],
    ['amount of fct_orders is wrong', { complaint: 'other', column: 'amount' }],
    ['the months of agg do not match', { complaint: 'other', node: 'model.p.agg' }],
    ['total revenue is too low', { complaint: 'missing', node: 'model.p.agg', column: 'totalRevenue' }],
  ])('%s', (sentence, symptom) => {
    expect(readSymptom(sentence, models)).toMatchObject({ symptom })
  })

  it('says what it does not know, and what there is', () => {
    expect(readSymptom('fct_orders is ugly', models)).toMatchObject({
      why: expect.stringContaining('does not say what is wrong'),
    })
    expect(readSymptom('profit is doubled', models)).toMatchObject({
      choices: ['stg_orders', 'fct_orders', 'agg'],
    })
    expect(readSymptom('fct_orders is negative', models)).toMatchObject({
      why: 'It names no column of fct_orders.',
    })
    expect(readSymptom('fct_orders is always zero', models)).toMatchObject({
      choices: ['fct_orders.order_id', 'fct_orders.amount', 'fct_orders.ordered_on'],
    })
  })
})
