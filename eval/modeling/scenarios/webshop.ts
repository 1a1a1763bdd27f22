/** A web shop in camelCase: header and line, money and dates as text, duplicates, nulls, flags for a junk dimension. */
import { day, random, range, type Table } from '../../support/data.ts'
import { modelsYaml, plainStaging, projectFiles, sourcesYaml } from '../../support/house.ts'
import type { Row, Scenario } from '../types.ts'

const { whole, pick, money, chance } = random(31)
const COUNTRIES = ['NO', 'SE', 'DK', null]
const customers = range(60).map((n) => ({
  id: `c-${n}`,
  email: chance(0.1) ? null : `user${n}@shop.example`,
  country: pick(COUNTRIES),
  joined: day(whole(0, 100)),
}))
const orders = range(300).map((n) => ({
  id: `o-${1000 + n}`,
  customer: chance(0.03) ? null : pick(customers).id,
  day: day(whole(0, 180)),
  shipping: money(0, 15),
  gift: chance(0.2) ? 'Y' : 'N',
  express: chance(0.4) ? 'Y' : 'N',
  channel: pick(['web', 'app', 'phone']),
}))
const lines = orders.flatMap((o) =>
  range(whole(1, 4)).map((line) => ({
    order: o.id,
    line,
    sku: `SKU-${whole(1, 40)}`,
    quantity: whole(1, 5),
    amount: money(5, 400),
  })),
)
const text = (amount: number) => amount.toFixed(2)
const european = (date: string) => date.split('-').reverse().join('.')

const table = (name: string, columns: Record<string, string>, rows: Table['rows']): Table => ({
  schema: 'webshop',
  name,
  columns,
  rows,
})
const tables = [
  table(
    'Customers',
    { customerId: 'varchar', emailAddress: 'varchar', countryCode: 'varchar', joinedOn: 'varchar' },
    customers.map((c) => [c.id, c.email, c.country, european(c.joined)]),
  ),
  table(
    'Orders',
    {
      orderId: 'varchar',
      customerId: 'varchar',
      orderedOn: 'varchar',
      shippingAmount: 'varchar',
      isGift: 'varchar',
      isExpress: 'varchar',
      salesChannel: 'varchar',
    },
    orders.map((o) => [o.id, o.customer, european(o.day), text(o.shipping), o.gift, o.express, o.channel]),
  ),
  table(
    'OrderLines',
    { orderId: 'varchar', lineNumber: 'integer', sku: 'varchar', quantity: 'integer', lineAmount: 'varchar' },
    lines.map((l) => [l.order, l.line, l.sku, l.quantity, text(l.amount)]),
  ),
]
const orderOf = new Map(orders.map((o) => [o.id, o]))
/** The order of the newest day: its lines come and change inside any window that looks back. */
const NEWEST = orders.reduce((a, b) => (a.day > b.day ? a : b)).id
const wanted: Row[] = lines.map((l) => {
  const order = orderOf.get(l.order)
  return {
    ...l,
    customer: order?.customer ?? null,
    day: order?.day ?? null,
    shippingRepeated: order?.shipping ?? null,
  }
})

export const webshop: Scenario = {
  name: 'webshop',
  about:
    'camelCase everywhere; header and line with a shipping amount in the header; money and dates as text; Y/N flags; composite key',
  engine: 'duckdb',
  tables,
  files: {
    ...projectFiles('webshop', 'duckdb'),
    'models/staging/sources.yml': sourcesYaml([
      { name: 'webshop', tables: ['Customers', 'Orders', 'OrderLines'] },
    ]),
    'models/staging/stgCustomers.sql': plainStaging('webshop', 'Customers', {
      customerId: 'customerId',
      emailAddress: 'emailAddress',
      countryCode: 'countryCode',
      joinedOn: "cast(strptime(joinedOn, '%d.%m.%Y') as date)",
    }),
    'models/staging/stgOrders.sql': plainStaging('webshop', 'Orders', {
      orderId: 'orderId',
      customerId: 'customerId',
      orderedOn: "cast(strptime(orderedOn, '%d.%m.%Y') as date)",
      shippingAmount: 'cast(shippingAmount as decimal(12, 2))',
      isGift: 'isGift',
      isExpress: 'isExpress',
      salesChannel: 'salesChannel',
    }),
    'models/staging/stgOrderLines.sql': plainStaging('webshop', 'OrderLines', {
      orderId: 'orderId',
      lineNumber: 'lineNumber',
      sku: 'sku',
      quantity: 'quantity',
      lineAmount: 'cast(lineAmount as decimal(12, 2))',
    }),
    'models/marts/dimProduct.sql': `select
  md5(sku) as productKey,
  sku,
  count(*) as linesSoFar
from {{ ref('stgOrderLines') }}
group by sku
`,
    'models/schema.yml': modelsYaml([
      {
        name: 'stgCustomers',
        description: 'One row per customer.',
        columns: { customerId: 'The customer.|unique|not_null' },
      },
      {
        name: 'stgOrders',
        description: 'One row per order.',
        columns: { orderId: 'The order.|unique|not_null' },
      },
      {
        name: 'stgOrderLines',
        description: 'One row per line of an order.',
        columns: { orderId: 'The order.|not_null' },
      },
      {
        name: 'dimProduct',
        description: 'One row per product.',
        columns: { productKey: 'Surrogate key.|unique|not_null', sku: 'The product.|unique|not_null' },
      },
    ]),
  },
  names: { model: /^(stg|int|dim|fct|fact)[A-Z][A-Za-z0-9]*$/, column: /^[a-z][A-Za-z0-9]*$/ },
  later: [
    `insert into webshop."OrderLines" values ('${NEWEST}', 9, 'SKU-1', 3, '33.30')`,
    `update webshop."OrderLines" set "lineAmount" = '1.50' where "orderId" = '${NEWEST}' and "lineNumber" = 1`,
  ],
  requests: [
    {
      argv: ['dimension', 'customer'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['id'],
        members: customers,
      },
    },
    {
      argv: ['dimension', 'sales channel'],
      wants: {
        is: 'dimension',
        key: ['channel'],
        members: ['web', 'app', 'phone'].map((channel) => ({ channel })),
      },
    },
    { argv: ['dimension', 'product'], wants: { is: 'refusal', code: 0, says: [/dimProduct/] } },
    {
      argv: ['dimension', 'order flags', '--from', 'stgOrders'],
      wants: {
        is: 'dimension',
        key: ['gift', 'express'],
        members: ['Y', 'N'].flatMap((gift) => ['Y', 'N'].map((express) => ({ gift, express }))),
      },
    },
    {
      argv: ['fact', 'order lines'],
      again: true,
      wants: {
        is: 'fact',
        grain: ['order', 'line'],
        rows: wanted,
        measures: { quantity: 'additive', amount: 'additive' },
        ratios: ['shippingRepeated'],
        dimensions: ['customer', 'sku'],
        dates: ['day'],
        degenerate: ['order'],
        timeless: true,
        later: {
          rows: [
            ...wanted.map((l) => (l.order === NEWEST && l.line === 1 ? { ...l, amount: 1.5 } : l)),
            { order: NEWEST, line: 9, sku: 'SKU-1', quantity: 3, amount: 33.3 },
          ],
          late: (l) => l.line === 9,
          changed: (l) => l.order === NEWEST && l.line === 1,
        },
      },
    },
  ],
}
