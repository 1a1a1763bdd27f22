/** The jaffle shop: small tables of things and events, money in cents, codes in words. */
import { csvTable, records } from '../../support/data.ts'
import { modelsYaml, plainStaging, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Scenario } from '../types.ts'

const DATA = `${import.meta.dirname}/../../support/data/jaffle`
const customers = csvTable(`${DATA}/raw_customers.csv`, 'jaffle', 'customers', { id: 'integer' })
const orders = csvTable(`${DATA}/raw_orders.csv`, 'jaffle', 'orders', {
  id: 'integer',
  user_id: 'integer',
  order_date: 'date',
})
const payments = csvTable(`${DATA}/raw_payments.csv`, 'jaffle', 'payments', {
  id: 'integer',
  order_id: 'integer',
  amount: 'integer',
})
const orderOf = new Map(records(orders).map((o) => [o.id, o]))
const paymentRows = records(payments).map((p) => ({
  id: p.id ?? null,
  order: p.order_id ?? null,
  method: p.payment_method ?? null,
  amount: Number(p.amount) / 100,
}))
const orderRows = records(orders).map((o) => ({
  id: o.id ?? null,
  customer: o.user_id ?? null,
  status: o.status ?? null,
  date: o.order_date ?? null,
}))
const late = { id: 900, order: 1, method: 'coupon', amount: 7.5 }

export const jaffle: Scenario = {
  name: 'jaffle',
  about: 'Things and events in tables of their own; money in cents; no CTEs, `_id` keys, models in plural',
  engine: 'duckdb',
  files: {
    ...projectFiles('jaffle', 'duckdb'),
    'models/staging/sources.yml': sourcesYaml([
      { name: 'jaffle', tables: ['customers', 'orders', 'payments'] },
    ]),
    'models/staging/stg_customers.sql': plainStaging('jaffle', 'customers', {
      customer_id: 'id',
      first_name: 'first_name',
      last_name: 'last_name',
    }),
    'models/staging/stg_orders.sql': plainStaging('jaffle', 'orders', {
      order_id: 'id',
      customer_id: 'user_id',
      order_date: 'order_date',
      status: 'status',
    }),
    'models/staging/stg_payments.sql': plainStaging('jaffle', 'payments', {
      payment_id: 'id',
      order_id: 'order_id',
      payment_method: 'payment_method',
      amount: 'amount / 100.0',
    }),
    'models/staging/schema.yml': modelsYaml([
      {
        name: 'stg_customers',
        description: 'One row per customer.',
        columns: { customer_id: 'The customer.|unique|not_null' },
      },
      {
        name: 'stg_orders',
        description: 'One row per order.',
        columns: { order_id: 'The order.|unique|not_null' },
      },
      {
        name: 'stg_payments',
        description: 'One row per payment of an order.',
        columns: { payment_id: 'The payment.|unique|not_null' },
      },
    ]),
  },
  tables: [customers, orders, payments],
  names: { model: /^(stg|int|dim|fct)_[a-z0-9_]+$/, column: /^[a-z_][a-z0-9_]*$/ },
  later: [
    "insert into jaffle.payments values (900, 1, 'coupon', 750)",
    'update jaffle.payments set amount = 4200 where id = 2',
    // By a customer that is not there yet: an early-arriving fact.
    "insert into jaffle.orders values (901, 999, '2018-04-08', 'placed')",
    "insert into jaffle.customers values (900, 'Nova', 'Q.')",
  ],
  requests: [
    {
      argv: ['dimension', 'customer'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['id'],
        members: records(customers),
        later: [{ id: 900, first_name: 'Nova' }],
      },
    },
    {
      argv: ['dimension', 'payment method'],
      wants: {
        is: 'dimension',
        key: ['method'],
        members: [...new Set(paymentRows.map((p) => p.method))].map((method) => ({ method })),
      },
    },
    {
      argv: ['dimension', 'order', 'status'],
      wants: { is: 'dimension', key: ['status'], members: statuses() },
    },
    { argv: ['dimension', 'payment'], wants: { is: 'refusal', code: 2, says: [/fact/i] } },
    { argv: ['fact', 'customers'], wants: { is: 'refusal', code: 2, says: [/dimension/i] } },
    { argv: ['fact', 'flights'], wrongInput: true, wants: { is: 'refusal', code: 2, says: [/flights/] } },
    {
      argv: ['fact', 'payments'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['id'],
        rows: paymentRows.map((p) => ({
          ...p,
          customer: orderOf.get(p.order)?.user_id ?? null,
          date: orderOf.get(p.order)?.order_date ?? null,
        })),
        measures: { amount: 'additive' },
        dimensions: ['method'],
        degenerate: ['id', 'order'],
        timeless: true,
        later: {
          rows: [...paymentRows.map((p) => (p.id === 2 ? { ...p, amount: 42 } : p)), late],
          late: (row) => row.id === 900,
          changed: (row) => row.id === 2,
        },
      },
    },
    {
      argv: ['fact', 'orders'],
      wants: {
        is: 'fact',
        grain: ['id'],
        rows: orderRows,
        measures: {},
        dimensions: ['customer', 'status'],
        dates: ['date'],
        degenerate: ['id'],
        later: { rows: [...orderRows, { id: 901 }], late: (order) => order.id === 901 },
      },
    },
  ],
}

function statuses() {
  return [...new Set(orderRows.map((o) => o.status))].map((status) => ({ status }))
}
