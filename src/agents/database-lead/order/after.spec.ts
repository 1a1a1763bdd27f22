import { expect, it } from 'vitest'
import { tableFacts } from '../../../adapters/databases/same-schema.ts'
import type { Schema } from '../../../adapters/databases/types.ts'
import { schemaAfter } from './after.ts'
import type { SchemaChange } from './change.ts'

const on = { schema: 'public', name: 'people' }
const db: Parameters<typeof schemaAfter>[2] = {
  quote: (name: string) => `"${name}"`,
  server: { family: 'postgres', product: 'PostgreSQL', version: [15, 0], words: '' },
}
const column = (name: string, nullable = true) => ({
  name,
  type: 'text',
  nullable,
  default: null,
  made: null,
  collation: null,
  comment: null,
})
const SCHEMA: Schema = {
  tables: [
    {
      ...on,
      columns: [column('id', false), column('fax'), column('email')],
      primaryKey: { name: 'people_pkey', columns: ['id'] },
      uniques: [{ name: 'people_fax_key', columns: ['fax'] }],
      foreignKeys: [],
      checks: [],
      indexes: [],
      triggers: [],
      rows: 0,
      bytes: 0,
    },
  ],
  views: [],
}

const CHANGES: SchemaChange[] = [
  {
    kind: 'add-column',
    table: on,
    column: {
      name: 'code',
      type: 'text',
      nullable: true,
      default: { kind: 'text', text: 'x' },
      numbered: false,
    },
  },
  { kind: 'set-nullable', table: on, column: 'code', nullable: false },
  { kind: 'rename-column', table: on, column: 'fax', to: 'telefax' },
  { kind: 'add-index', table: on, key: { name: 'people_code_idx', columns: ['code'] } },
  { kind: 'drop-column', table: on, column: 'email' },
]

it('DBL-3: a later part of an order is designed on what those before it leave; the schema that stands is not touched', () => {
  const before = JSON.stringify(SCHEMA)
  const after = schemaAfter(SCHEMA, CHANGES, db)
  expect(after.tables.flatMap(tableFacts)).toEqual([
    'table people',
    'people: column id text not null',
    'people: column telefax text',
    "people: column code text not null default 'x'",
    'people: primary key people_pkey (id)',
    'people: unique people_fax_key (telefax)',
    'people: index people_code_idx (code)',
  ])
  expect(JSON.stringify(SCHEMA)).toBe(before)
})
