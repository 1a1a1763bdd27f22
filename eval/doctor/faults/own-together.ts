/** Several faults at once, in two shops: beside each other, one behind the other, one that hides the other. */
import { cut, swap } from '../edits.ts'
import type { Cause, Edit, Fault } from '../types.ts'

type Together = Pick<Fault, 'name' | 'about' | 'house'> & { edits: Edit[]; causes: Cause[] } & Partial<Fault>

export const together = (fault: Together): Fault => ({
  family: 'several',
  since: 'last commit',
  fixable: 'by code',
  half: 'open',
  ...fault,
})

const person = { fixable: 'by a person' } as const
/** A column that a file reads, and nobody makes. */
export const column = (file: string, at: string): Cause => ({ rules: ['D01'], file, at, words: [at] })

const [staging, marts, core] = ['staging', 'marts', 'core'].map(
  (folder) => (name: string) => `models/${folder}/${name}.sql`,
) as [Path, Path, Path]
type Path = (name: string) => string

export const OWN_TOGETHER: Fault[] = [
  together({
    name: 'own-two-columns-of-one-file',
    house: 'jaffle',
    about: 'Two columns of one file are misspelt, in a CTE and behind it.',
    edits: [
      swap(marts('customers'), 'min(order_date)', 'min(ordr_date)'),
      swap(marts('customers'), 'customers.first_name', 'customers.frst_name'),
    ],
    causes: [column(marts('customers'), 'ordr_date'), column(marts('customers'), 'frst_name')],
  }),
  together({
    name: 'own-shows-behind-the-first',
    house: 'jaffle',
    about: 'A staging model reads a column that is not there; a mart further on does so too.',
    edits: [
      swap(staging('stg_orders'), 'user_id as', 'usr_id as'),
      swap(marts('customers'), 'customer_orders.customer_id', 'customer_orders.customerid'),
    ],
    since: 'older',
    causes: [column(staging('stg_orders'), 'usr_id'), column(marts('customers'), 'customerid')],
  }),
  together({
    name: 'own-macro-and-promised-type',
    house: 'jaffle',
    about: 'A macro calls a function that is not there, and a contract promises another type.',
    edits: [
      swap('macros/money.sql', 'cast(round(', 'cast(rond('),
      swap('models/marts/schema.yml', 'data_type: bigint', 'data_type: varchar'),
    ],
    causes: [
      { rules: ['D08'], file: 'macros/money.sql', at: 'rond(', words: ['rond'] },
      { rules: ['C09'], file: 'models/marts/schema.yml', at: 'data_type: varchar', words: ['orders'] },
    ],
  }),
  together({
    name: 'own-indent-and-column',
    house: 'jaffle',
    about: 'An entry of YAML stands too far left, and a mart reads a column that is not there.',
    edits: [
      swap(
        'models/staging/schema.yml',
        '  - name: stg_payments\n    description',
        '  - name: stg_payments\n   description',
      ),
      swap(marts('orders'), 'order_payments.total_amount', 'order_payments.total'),
    ],
    causes: [
      { rules: ['P01'], file: 'models/staging/schema.yml' },
      { rules: ['D01'], file: marts('orders'), at: 'order_payments.total as', words: ['total'] },
    ],
  }),
  together({
    name: 'own-key-of-yaml-and-function',
    house: 'jaffle',
    about: 'A key of YAML is misspelt, and a mart calls a function that is not there.',
    edits: [
      swap('models/marts/schema.yml', '  - name: customers\n', '  - nam: customers\n'),
      swap(marts('daily_orders'), 'count(*)', 'cout(*)'),
    ],
    causes: [
      { rules: ['P02'], file: 'models/marts/schema.yml' },
      { rules: ['D08', 'D12'], file: marts('daily_orders'), at: 'cout(*)' },
    ],
  }),
  together({
    name: 'own-variable-and-column',
    house: 'jaffle',
    about:
      'A variable of the project has another name, and a staging model reads a column that is not there.',
    edits: [
      swap('dbt_project.yml', '  payment_methods:', '  methods_of_payment:'),
      swap(staging('stg_payments'), 'id as payment_id', 'payment_id'),
    ],
    since: 'older',
    causes: [
      { rules: ['P12', 'C01'], words: ['payment_methods'] },
      { rules: ['D01'], file: staging('stg_payments'), at: 'payment_id', words: ['payment_id'] },
    ],
  }),
  together({
    name: 'own-lost-test-and-dialect',
    house: 'jaffle',
    about:
      'A test refers to a model that there is not, which dbt only warns of, and a mart has a call of another dialect.',
    edits: [
      swap('models/marts/schema.yml', "to: ref('customers')", "to: ref('customer')"),
      swap(
        'models/marts/customers.sql',
        'coalesce(customer_orders.lifetime_value',
        'isnull(customer_orders.lifetime_value',
      ),
    ],
    causes: [
      { rules: ['P17'], file: 'models/marts/schema.yml', at: "ref('customer')", words: ['customer'] },
      { rules: ['D08'], file: 'models/marts/customers.sql', at: 'isnull', words: ['isnull'] },
    ],
  }),
  together({
    name: 'own-one-hides-the-other',
    house: 'jaffle',
    about: 'An inner join drops who never ordered, and so nobody sees that a count is null for them.',
    edits: [
      swap(marts('customers'), 'left join customer_orders', 'inner join customer_orders'),
      swap(
        marts('customers'),
        'coalesce(customer_orders.number_of_orders, 0) as number_of_orders',
        'customer_orders.number_of_orders',
      ),
    ],
    silent: true,
    ask: ['debug', '--symptom', 'customers misses rows'],
    causes: [
      { rules: ['S01'], file: marts('customers'), at: 'inner join customer_orders' },
      { rules: [], file: marts('customers'), at: '  customer_orders.number_of_orders,' },
    ],
  }),
  together({
    name: 'own-among-innocent-changes',
    house: 'jaffle',
    about: 'One commit of many files, of which two break something and the others say it better.',
    edits: [
      swap(
        'models/marts/schema.yml',
        'One row per day with an order.',
        'One row for each day with an order.',
      ),
      swap('models/staging/schema.yml', 'description: Dollars.', 'description: What was paid, in dollars.'),
      swap(marts('orders'), 'select\n  orders.order_id', '-- one row per order\nselect\n  orders.order_id'),
      swap(
        marts('order_payments'),
        'sum(amount) as total_amount',
        'sum(amount) as total_amount -- all of it',
      ),
      swap(staging('stg_orders'), 'cast(order_date as date)', 'cast(order_day as date)'),
      cut(marts('daily_orders'), '\ngroup by order_date'),
    ],
    causes: [
      column(staging('stg_orders'), 'order_day'),
      { rules: ['D14'], file: marts('daily_orders'), words: ['order_date'] },
    ],
  }),
  together({
    name: 'own-two-refs-of-two-files',
    house: 'jaffle',
    about: 'Two models refer to what is not there, and dbt tells of one.',
    edits: [
      swap(marts('customers'), "ref('stg_customers')", "ref('stg_customer')"),
      swap(marts('daily_orders'), "ref('orders')", "ref('order')"),
    ],
    since: 'not committed',
    causes: [
      { rules: ['P17'], file: marts('customers'), at: "ref('stg_customer')", words: ['stg_customer'] },
      { rules: ['P17'], file: marts('daily_orders'), at: "ref('order')" },
    ],
  }),
  together({
    name: 'own-python-behind-sql',
    house: 'jaffle',
    about: 'A mart reads a column that is not there, and so does the Python model behind it.',
    edits: [
      swap(marts('customers'), 'customer_orders.lifetime_value', 'customer_orders.life_time_value'),
      swap('models/marts/repeat_customers.py', 'number_of_orders > 1', 'numbers_of_orders > 1'),
    ],
    since: 'older',
    causes: [
      column(marts('customers'), 'life_time_value'),
      { rules: ['Y01', 'D01'], file: 'models/marts/repeat_customers.py', words: ['numbers_of_orders'] },
    ],
  }),
  together({
    name: 'own-header-and-macro-call',
    house: 'jaffle',
    about: 'The header of a seed has another name, and a macro is called by a name that it has not.',
    edits: [
      swap('seeds/raw_customers.csv', 'first_name,last_name', 'first_name,surname'),
      swap(staging('stg_payments'), 'cents_to_dollars(', 'cents_to_dolars('),
    ],
    // Without it the table keeps the names that it had.
    before: { dbt: [['build', '--full-refresh']] },
    // Where all who read it follow, the seed keeps its new header.
    differs: ['raw_customers'],
    causes: [
      { rules: ['D01'], words: ['last_name'] },
      { rules: ['C06', 'C02'], file: staging('stg_payments'), words: ['cents_to_dolars'] },
    ],
  }),
  together({
    name: 'own-words-on-both-sides',
    house: 'jaffle',
    about: 'A status is written in capitals, and a mart compares it with a word that it never was.',
    edits: [
      swap(staging('stg_orders'), '  status\n', '  upper(status) as status\n'),
      swap(marts('daily_orders'), "'returned'", "'return'"),
    ],
    ask: ['debug', '--symptom', 'returned_amount of daily_orders is always zero'],
    causes: [
      { rules: ['T01', 'T01c', 'S01'], file: staging('stg_orders'), at: 'upper(status)' },
      { rules: ['S01'], file: marts('daily_orders'), at: "'return'" },
    ],
  }),
  together({
    name: 'own-target-and-column',
    house: 'jaffle',
    about: 'The profile has no such target, and a staging model calls a column by another name.',
    edits: [
      swap('profiles.yml', 'target: dev', 'target: develop'),
      swap(staging('stg_customers'), 'id as customer_id', 'id as customer'),
    ],
    since: 'older',
    causes: [
      { rules: ['P07'], file: 'profiles.yml', words: ['develop'] },
      { rules: ['D01'], file: staging('stg_customers'), at: 'as customer,', words: ['customer_id'] },
    ],
    // A profile is its owner's: it is never written.
    ...person,
  }),
  together({
    name: 'own-mail-twice-and-typing',
    house: 'chinook',
    about: 'Two customers have one address at the source, and a dimension reads a column that is not there.',
    edits: [swap(core('dimTrack'), '        , albumId\n', '        , albmId\n')],
    rows: [
      `update raw."Customer" set "Email" = (select "Email" from raw."Customer" where "CustomerId" = 7) where "CustomerId" = 5`,
    ],
    causes: [{ rules: ['T01', 'T01b'], words: ['email'] }, column(core('dimTrack'), 'albmId')],
    ...person,
  }),
  together({
    name: 'own-line-of-no-invoice-and-typing',
    house: 'chinook',
    about: 'A line has an invoice that the source does not hold, and a mart orders by what is not there.',
    edits: [swap(core('topCustomers'), 'order by sales.revenue', 'order by sales.revenu')],
    rows: [`update raw."InvoiceLine" set "InvoiceId" = 9999 where "InvoiceLineId" = 7`],
    causes: [
      { rules: ['T01', 'T01d'], words: ['invoiceId'] },
      { rules: ['D01'], file: core('topCustomers'), at: 'sales.revenu desc', words: ['revenu'] },
    ],
    ...person,
  }),
  together({
    name: 'own-test-and-a-number',
    house: 'chinook',
    about: 'A word that a test does not take, and elsewhere a count that nothing tests.',
    edits: [
      swap(core('dimTrack'), "then 'long'", "then 'Long'"),
      swap(core('aggMonthlySales'), 'count(distinct sales.invoiceId)', 'count(sales.invoiceId)'),
    ],
    ask: ['debug', '--symptom', 'invoices of aggMonthlySales is too high'],
    causes: [
      { rules: ['T01', 'T01c', 'T02'], file: core('dimTrack'), at: "'Long'" },
      { rules: ['S01'], file: core('aggMonthlySales'), at: 'count(sales.invoiceId)' },
    ],
  }),
  together({
    name: 'own-watermark-and-staging',
    house: 'chinook',
    about: 'The bound of an incremental model is misspelt, and so is a column of what it reads.',
    edits: [
      swap(core('factSales'), 'where invoiceDate >=', 'where invoicDate >='),
      swap(staging('stgInvoice'), 'Total as invoiceTotal', 'Totl as invoiceTotal'),
    ],
    causes: [column(core('factSales'), 'invoicDate'), column(staging('stgInvoice'), 'Totl')],
  }),
  together({
    name: 'own-two-macros-of-one-file',
    house: 'chinook',
    about: 'Two macros of one file each call a function that is not there.',
    edits: [
      swap('macros/names.sql', 'trim({{ first }})', 'trimm({{ first }})'),
      swap('macros/names.sql', "date_trunc('month'", "date_trunk('month'"),
    ],
    since: 'older',
    causes: [
      { rules: ['D08'], file: 'macros/names.sql', at: 'trimm(', words: ['trimm'] },
      { rules: ['D08'], file: 'macros/names.sql', at: 'date_trunk(', words: ['date_trunk'] },
    ],
  }),
  together({
    name: 'own-edge-and-typing',
    house: 'chinook',
    about:
      'A unit test finds that an edge moved, and a dimension beside it reads a column that is not there.',
    edits: [
      swap(core('dimTrack'), 'minutes >= 2.5', 'minutes > 2.5'),
      swap(core('dimCustomer'), 'customers.email', 'customers.mail'),
    ],
    causes: [
      { rules: ['T02'], file: core('dimTrack'), at: 'minutes > 2.5' },
      { rules: ['D01'], file: core('dimCustomer'), at: 'customers.mail', words: ['mail'] },
    ],
  }),
]
