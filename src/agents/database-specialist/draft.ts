/** What every form of Postgres is made of: short locks, statements that stand alone, constraints that are validated. */
import type { ChangeOf, SchemaChange } from '../database-lead/order/change.ts'
import type { Bench, WrittenMigration } from '../database-lead/order/order.ts'
import { migrationName, tableNameSql } from '../database-lead/order/sql.ts'

export type Draft = Omit<WrittenMigration, 'table'>
export type Form<K extends SchemaChange['kind']> = (change: ChangeOf<K>, bench: Bench) => Draft[]

export const BRIEF = 'ACCESS EXCLUSIVE on the table for a moment, nothing is read or rewritten'
const VALIDATES = 'SHARE UPDATE EXCLUSIVE: every row is read, while others read and write'
export const CONCURRENT = 'SHARE UPDATE EXCLUSIVE: the table is read twice, while others read and write'

/** Statements under one lock: none waits long for it, and none keeps it long. */
export function brief(words: string, up: string[], down: string[], effect = BRIEF, most = '1min'): Draft {
  const limits = [`SET LOCAL lock_timeout = '5s'`, `SET LOCAL statement_timeout = '${most}'`]
  return {
    name: migrationName(words),
    transaction: true,
    up: [...limits, ...up],
    down: [...limits, ...down],
    effect,
  }
}

/** One statement that cannot be in a transaction: dbmate and others would make one of two. */
export function alone(words: string, up: string, down: string, effect: string): Draft {
  return { name: migrationName(words), transaction: false, up: [up], down: [down], effect }
}

export const onTable = (change: SchemaChange, { db }: Bench) =>
  `ALTER TABLE ${tableNameSql(change.table, db)}`

export function validated(words: string, name: string, change: SchemaChange, bench: Bench): Draft {
  const { quote } = bench.db
  // What is valid cannot be made unvalidated again; the migration before it takes the constraint away.
  const validate = `${onTable(change, bench)} VALIDATE CONSTRAINT ${quote(name)}`
  return brief(`validate ${words}`, [validate], [validate], VALIDATES, '30min')
}
