/** The points themselves: a star that is right holds them all, and each fault is found by the point that is for it. */
import { expect, it } from 'vitest'
import type { Value } from '../../support/data.ts'
import type { Manifest, Node } from '../../support/manifest.ts'
import type { Answer } from '../../support/project.ts'
import type { Rows } from '../../support/warehouse.ts'
import type { Asked, Exam, Moment } from '../examine.ts'
import type { Request, Row } from '../types.ts'
import { POINTS } from './index.ts'

const ORDERS: Row[] = [
  { id: 1, amount: 10, customer: 'Ada', day: '2024-01-01', rate: 0.5 },
  { id: 2, amount: 20, customer: 'Bo', day: '2024-01-02', rate: 0.25 },
  { id: 3, amount: 30, customer: null, day: '2024-01-02', rate: 0.125 },
]
const LATE: Row = { id: 4, amount: 40, customer: 'Ada', day: '2024-01-01', rate: 0.5 }

const dimension: Rows = {
  columns: ['customer_key', 'customer_name', 'city'].map((name) => ({ name, type: 'VARCHAR' })),
  rows: [
    ['a', 'Ada', 'Oslo'],
    ['b', 'Bo', 'Unknown'],
    ['u', 'Unknown', 'Unknown'],
  ],
}
const fact = (rows: Row[]): Rows => ({
  columns: [
    { name: 'order_key', type: 'VARCHAR' },
    { name: 'customer_key', type: 'VARCHAR' },
    { name: 'order_date_key', type: 'DATE' },
    { name: 'order_id', type: 'INTEGER' },
    { name: 'order_amount', type: 'DECIMAL(12,2)' },
    { name: 'tax_rate', type: 'DECIMAL(12,2)' },
  ],
  rows: rows.map((r) => {
    const key = r.customer === 'Ada' ? 'a' : r.customer === 'Bo' ? 'b' : 'u'
    return [`k${r.id}`, key, r.day, r.id, r.amount, r.rate] as Value[]
  }),
})

const DIM = 'model.shop.dim_customer'
const FCT = 'model.shop.fct_orders'

function model(id: string, description: string, words: Record<string, string>, config: Node['config']): Node {
  return {
    unique_id: id,
    name: id.split('.').at(-1) ?? '',
    resource_type: 'model',
    original_file_path: `models/marts/${id.split('.').at(-1)}.sql`,
    description,
    relation_name: null,
    schema: 'analytics',
    columns: Object.fromEntries(
      Object.entries(words).map(([name, text]) => [name, { name, description: text }]),
    ),
    config,
    depends_on: { nodes: ['model.shop.stg_orders'] },
  }
}

function check(node: string, kind: string, column: string, kwargs = {}): [string, Node] {
  const id = `test.${kind}.${node}.${column}`
  return [
    id,
    {
      ...model(id, '', {}, {}),
      resource_type: 'test',
      attached_node: node,
      column_name: column,
      test_metadata: { name: kind, kwargs },
    },
  ]
}

function goodManifest(): Manifest {
  const customers = model(
    DIM,
    'One row per customer.',
    { customer_key: 'The surrogate key.', customer_name: 'The name.', city: 'Where they live.' },
    { materialized: 'table' },
  )
  const orders = model(
    FCT,
    'One row per order, from the source of the shop.',
    {
      order_key: 'The surrogate key.',
      customer_key: 'Who ordered.',
      order_date_key: 'The day.',
      order_id: 'Degenerate.',
      order_amount: 'Additive. In euro.',
      tax_rate: 'Non-additive: a quotient.',
    },
    { materialized: 'incremental', unique_key: 'order_key', on_schema_change: 'append_new_columns' },
  )
  return {
    nodes: Object.fromEntries([
      [DIM, customers],
      [FCT, orders],
      check(DIM, 'unique', 'customer_key'),
      check(DIM, 'not_null', 'customer_key'),
      check(FCT, 'unique', 'order_key'),
      check(FCT, 'not_null', 'order_key'),
      check(FCT, 'relationships', 'customer_key', { to: "ref('dim_customer')", field: 'customer_key' }),
    ]),
  }
}

const AGENTS = [
  'data-modeler',
  'dbt-runner',
  'dim-modeler',
  'dbt-runner',
  'dbt-runner',
  'code-reviewer',
  'dbt-specialist',
]

function answer(argv: string[]): Answer {
  const steps = AGENTS.map((agent, i) => ({
    number: i + 1,
    title: agent,
    agent,
    status: 'success',
    details: '3 rows',
    evidence: [],
  }))
  const json = { status: 'success', steps, summary: 'Made.', findings: [] } as unknown as Answer['json']
  return { argv, code: 0, json, stdout: '{}', stderr: 'dim_customer and fct_orders are there', seconds: 1 }
}

function asked(request: Request, node: Node, touched: string[]): Asked {
  const built = { success: true, error: null, failed: [], passed: 3 }
  const again = { answer: answer(request.argv), touched: [] }
  return { request, answer: answer(request.argv), touched, added: [node], edited: [], built, again }
}

function goodExam(): Exam {
  const manifest = goodManifest()
  const moment = (rows: Row[]): Moment => ({
    built: { success: true, error: null, failed: [], passed: 1 },
    tables: new Map([
      [DIM, structuredClone(dimension)],
      [FCT, fact(rows)],
    ]),
  })
  const requests: Request[] = [
    {
      argv: ['dimension', 'customer'],
      again: true,
      wants: {
        is: 'dimension',
        key: ['name'],
        members: [
          { name: 'Ada', city: 'Oslo' },
          { name: 'Bo', city: null },
        ],
      },
    },
    {
      argv: ['fact', 'orders'],
      wants: {
        is: 'fact',
        grain: ['id'],
        rows: ORDERS,
        measures: { amount: 'additive' },
        ratios: ['rate'],
        dimensions: ['customer'],
        dates: ['day'],
        degenerate: ['id'],
        later: { rows: [...ORDERS, LATE], late: (r) => r.id === 4, changed: (r) => r.id === 1 },
      },
    },
  ]
  const nodeOf = (id: string) => manifest.nodes[id] as Node
  return {
    scenario: {
      name: 'shop',
      about: '',
      engine: 'duckdb',
      files: {},
      tables: [],
      requests,
      names: { model: /^(dim|fct)_/, column: /^[a-z_]+$/ },
    },
    asked: [
      asked(requests[0] as Request, nodeOf(DIM), ['models/marts/dim_customer.sql']),
      asked(requests[1] as Request, nodeOf(FCT), ['models/marts/fct_orders.sql', 'docs/bus-matrix.md']),
    ],
    manifest,
    first: moment(ORDERS),
    second: moment(ORDERS),
    later: moment([...ORDERS, LATE]),
    refreshed: moment([...ORDERS, LATE]),
    schemasBefore: [],
    schemasAfter: ['analytics.dim_customer', 'analytics.fct_orders'],
    seconds: 1,
  }
}

function failing(exam: Exam): string[] {
  return POINTS.filter((p) => p.of(exam).some((v) => !v.holds)).map((p) => p.id)
}

it('a star that is right holds every point', () => {
  expect(failing(goodExam())).toEqual([])
})

const table = (exam: Exam, id: string) => exam.first.tables.get(id) as Rows
const set = (rows: Rows, row: number, name: string, value: Value) => {
  const at = rows.columns.findIndex((c) => c.name === name)
  ;(rows.rows[row] as Value[])[at] = value
}

const FAULTS: [string, (exam: Exam) => void, string[]][] = [
  ['a null foreign key', (e) => set(table(e, FCT), 2, 'customer_key', null), ['keys found']],
  ['a key that finds another member', (e) => set(table(e, FCT), 0, 'customer_key', 'b'), ['roles']],
  ['a wrong amount', (e) => set(table(e, FCT), 0, 'order_amount', 11), ['totals']],
  ['a row twice', (e) => table(e, FCT).rows.push([...(table(e, FCT).rows[0] as Value[])]), ['grain', 'rows']],
  ['no unknown member', (e) => table(e, DIM).rows.pop(), ['unknown', 'keys found']],
  ['an attribute that is null', (e) => set(table(e, DIM), 1, 'city', null), ['no nulls']],
  ['an attribute that is wrong', (e) => set(table(e, DIM), 0, 'city', 'Bergen'), ['attributes']],
  ['a surrogate key twice', (e) => set(table(e, DIM), 1, 'customer_key', 'a'), ['surrogate']],
  [
    'a quotient that is called additive',
    (e) => {
      const rate = e.manifest.nodes[FCT]?.columns.tax_rate
      if (rate) rate.description = 'Additive.'
    },
    ['ratios'],
  ],
  [
    'no word of the grain',
    (e) => {
      const node = e.manifest.nodes[FCT]
      if (node) node.description = 'Orders from the source.'
    },
    ['grain'],
  ],
  [
    'a foreign key without a test',
    (e) => {
      const tests = Object.keys(e.manifest.nodes).filter((id) => id.startsWith('test.relationships'))
      for (const id of tests) delete e.manifest.nodes[id]
    },
    ['relations tested'],
  ],
  [
    "a law of today's data",
    (e) => {
      const [id, node] = check(DIM, 'accepted_values', 'city', { values: ['Oslo'] })
      e.manifest.nodes[id] = node
    },
    ['closed lists'],
  ],
  ['a second run that adds', (e) => e.second.tables.get(FCT)?.rows.push(['k9']), ['second run']],
  [
    'a late row that is lost',
    (e) => e.later?.tables.get(FCT)?.rows.pop(),
    ['late rows', 'changed rows', 'full refresh'],
  ],
  ['a scratch schema', (e) => e.schemasAfter.push('scratch_1.dim_customer'), ['nothing left']],
  [
    'text that describes',
    (e) => {
      table(e, FCT).columns.push({ name: 'note', type: 'VARCHAR' })
      for (const row of table(e, FCT).rows) row.push('very well')
    },
    ['described', 'text'],
  ],
]

it.each(FAULTS)('finds %s', (_, spoil, points) => {
  const exam = goodExam()
  spoil(exam)
  expect(failing(exam)).toEqual(expect.arrayContaining(points))
})
