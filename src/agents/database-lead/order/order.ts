/** What passes between the lead and a specialist: the order, and the migrations that come back. */
import { z } from 'zod'
import {
  type Database,
  findTable,
  isSameTable,
  type Schema,
  type Table,
  type TableName,
  type View,
} from '../../../adapters/databases/types.ts'
import { changeSchema, type SchemaChange } from './change.ts'

export const migrationSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]+$/),
  /** What it is about, as people call it. */
  table: z.string(),
  transaction: z.boolean(),
  up: z.array(z.string()).min(1),
  down: z.array(z.string()).min(1),
  /** What the server does while it runs, in words: the lock, and whether the table is rewritten. */
  effect: z.string(),
})

export type WrittenMigration = z.output<typeof migrationSchema>

export const orderSchema = z.strictObject({
  changes: z.array(changeSchema).min(1),
  /** Where the work on each table is recorded; empty where no task file could be written. */
  tasks: z.array(z.strictObject({ table: z.string(), id: z.string() })),
})

export type Order = z.output<typeof orderSchema>

/** What the review has against a specialist's work. */
export type Objection = { rule: string; file: string | null; message: string }

export type Bench = {
  /** The schema as it is before the change. */
  schema: Schema
  /** Says what can be said and how names are quoted; where `isScratch`, statements may be tried out on it. */
  db: Database
  isScratch: boolean
}

/** A worker: from an order to migrations. `objections` are those of the round before. */
export type Specialist = {
  id: 'database-specialist' | 'mysql-specialist'
  write: (changes: SchemaChange[], bench: Bench, objections: Objection[]) => Promise<WrittenMigration[]>
}

/** A view that stands before the change. */
export function standingView(name: TableName, { schema }: Bench): View {
  const view = schema.views.find((v) => isSameTable(v, name))
  if (!view) throw new Error(`the order is about a view that is not there: ${name.name}`)
  return view
}

/** The table that a change is about, as it is before it. */
export function standingTable({ table: on }: Pick<SchemaChange, 'table'>, { schema }: Bench): Table {
  const table = findTable(schema, on)
  if (!table) throw new Error(`the order is about a table that is not there: ${on.name}`)
  return table
}
