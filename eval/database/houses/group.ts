/** What a company of many departments has: 300 tables, some of whose names differ by their department alone. */
import { moment, random, range, type Value } from '../../support/data.ts'
import type { House, HouseTable } from '../types.ts'

const DEPARTMENTS = [
  'fin',
  'hr',
  'crm',
  'inv',
  'mfg',
  'pur',
  'sal',
  'prj',
  'fac',
  'qms',
  'log',
  'leg',
  'mkt',
  'sup',
  'edu',
] as const
const THINGS = [
  'accounts',
  'orders',
  'order_lines',
  'documents',
  'document_types',
  'contacts',
  'addresses',
  'contracts',
  'periods',
  'rates',
  'items',
  'item_groups',
  'movements',
  'approvals',
  'comments',
  'budgets',
  'events',
  'event_types',
  'reports',
  'settings',
] as const

/** Where rows are many, one way of doing a thing differs from another. */
const MANY = 4000

function tables(): HouseTable[] {
  const dice = random(300)
  return DEPARTMENTS.flatMap((d) =>
    THINGS.map((thing, i): HouseTable => {
      const parent = THINGS[i - 1]
      const isLong = d === 'sal' && thing === 'order_lines'
      const rows = range(isLong ? MANY : 6).map((n): Value[] => [
        n,
        `${d.toUpperCase()}-${n}`,
        `${thing.replaceAll('_', ' ')} ${n}`,
        dice.pick(['open', 'closed', 'draft']),
        dice.whole(1, 40),
        dice.money(1, 500),
        moment(dice.whole(0, 700), n),
        ...(parent ? [dice.whole(1, 6)] : []),
      ])
      return {
        name: `${d}_${thing}`,
        columns: {
          id: 'id',
          code: 'varchar(20) not null',
          name: 'varchar(120)',
          status: "varchar(12) default 'open' not null",
          quantity: 'int not null',
          amount: 'numeric(12,2) not null',
          created_at: 'timestamp not null',
          ...(parent ? { [`${parent.replace(/s$/, '')}_id`]: 'int not null' } : {}),
        },
        rows,
      }
    }),
  )
}

export const group: House = {
  name: 'group',
  about:
    'a company of 15 departments, 300 tables with 285 references: snake_case in the plural under a prefix',
  style: { postgres: 'snake', mysql: 'snake' },
  tables,
  after: () =>
    DEPARTMENTS.flatMap((d) =>
      THINGS.slice(1).map((thing, i) => {
        const parent = THINGS[i] ?? ''
        return `alter table [${d}_${thing}] add constraint ${d}_${thing}_fk foreign key ([${parent.replace(/s$/, '')}_id]) references [${d}_${parent}] ([id])`
      }),
    ),
}
