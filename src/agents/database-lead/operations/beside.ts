/** What splitting and merging share: columns that may stand in two tables for a while, and what stands on them. */
import {
  type Column,
  isSameTable,
  type Table,
  type TableName,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import type { Reference, SchemaChange } from '../order/change.ts'
import { namesColumn } from '../order/sql.ts'
import { constraintName } from '../style.ts'
import type { Criterion, World } from '../types.ts'
import { literalIn } from './same.ts'

const ACTIONS = ['NO ACTION', 'CASCADE', 'SET NULL'] as const

/** Keys, references and checks that are all of these columns, for a table that is to have the columns too. */
export function standingOn(table: Table, columns: string[], on: TableName, { schema, db }: World) {
  const all = (k: { columns: string[] }) => k.columns.every((c) => columns.includes(c.replaceAll('"', '')))
  const plain = (c: string) => c.replaceAll('"', '')
  const references: Reference[] = table.foreignKeys.filter(all).map((f) => ({
    name: constraintName('foreign-key', on.name, f.columns, schema, db),
    columns: f.columns,
    references: f.references,
    refColumns: f.refColumns,
    onDelete: ACTIONS.find((a) => a === f.onDelete) ?? 'NO ACTION',
  }))
  const uniques = table.uniques
    .filter(all)
    .map((u) => ({ name: constraintName('unique', on.name, u.columns, schema, db), columns: u.columns }))
  const indexes = table.indexes
    .filter((i) => all(i) && !i.unique && !/ where /i.test(i.definition))
    .map((i) => ({
      name: constraintName('index', on.name, i.columns.map(plain), schema, db),
      columns: i.columns.map(plain),
    }))
  const own = checksOf(table, columns)
  const checks: SchemaChange[] = own.map((c, n) => ({
    kind: 'take-check',
    table: on,
    from: { schema: table.schema, name: table.name },
    check: c.name,
    name: numbered(constraintName('check', on.name, [c.name], schema, db), n, own.length),
  }))
  return { references, uniques, indexes, checks }
}

/** Two checks of one table may not come by the same name, however long their own are. */
function numbered(name: string, n: number, of: number): string {
  return of === 1 || n === 0 ? name : `${name.slice(0, 58)}_${n + 1}`
}

function checksOf(table: Table, columns: string[]) {
  return table.checks.filter((c) => {
    const said = table.columns.map((k) => k.name).filter((n) => namesColumn(c.clause, n) || c.name === n)
    return said.length > 0 && said.every((n) => columns.includes(n))
  })
}

/** @throws MartsmithError `database.steps` for what ties these columns to those that stay. */
export function assertFreeToGo(table: Table, columns: Column[], { schema }: World): void {
  const names = columns.map((c) => c.name)
  const parts = (of: string[]) => of.map((c) => c.replaceAll('"', ''))
  const isTied = (of: string[]) =>
    parts(of).some((c) => names.includes(c)) && !parts(of).every((c) => names.includes(c))
  const checkNames = (clause: string) =>
    table.columns.map((k) => k.name).filter((n) => namesColumn(clause, n))
  const referring = schema.tables.filter((t) =>
    t.foreignKeys.some(
      (f) => isSameTable(f.references, table) && f.refColumns.some((c) => names.includes(c)),
    ),
  )
  const tied = [
    ...table.uniques.filter((u) => isTied(u.columns)).map((u) => u.name),
    ...table.indexes.filter((i) => i.unique && isTied(i.columns)).map((i) => i.name),
    ...table.foreignKeys.filter((f) => isTied(f.columns)).map((f) => f.name),
    ...table.checks.filter((c) => isTied(checkNames(c.clause))).map((c) => c.name),
    ...table.columns
      .filter(
        (c) => c.made !== null && !names.includes(c.name) && names.some((n) => namesColumn(c.made ?? '', n)),
      )
      .map((c) => c.name),
  ]
  const made = columns.filter((c) => c.made !== null)
  const computed = columns.filter((c) => c.default !== null && isComputed(c))
  const key = columns.filter((c) => table.primaryKey?.columns.includes(c.name))
  const words = (of: Column[]) => list(of.map((c) => c.name))
  const reason =
    key.length > 0
      ? `${words(key)} is part of its key`
      : referring.length > 0
        ? `${list(referring.map(tableWords))} ${referring.length === 1 ? 'refers' : 'refer'} to it`
        : made.length > 0
          ? `the values of ${words(made)} are made by the server`
          : computed.length > 0
            ? `the default of ${words(computed)} is made anew for each row`
            : tied.length > 0
              ? `${list(tied)} ${tied.length === 1 ? 'ties' : 'tie'} it to columns that stay`
              : null
  if (reason === null) return
  throw new MartsmithError({
    code: 'database.steps',
    message: `${list(names)} of ${tableWords(table)} cannot go to another table: ${reason}.`,
    mend: ['Change that first, or leave the column where it is; then ask again.'],
    exitCode: 1,
  })
}

function isComputed(column: Column): boolean {
  const literal = literalIn(column)
  return literal === null || literal.kind === 'now'
}

/** What is to be known of the time in which both stand. */
export function meanwhile(one: TableName, other: TableName, { db }: World): string {
  const both =
    db.server.family === 'mysql'
      ? ` A statement that writes ${one.name} or ${other.name} and reads the other too is refused by ${db.server.product} (1442): it is done in two.`
      : ''
  return `Until then each write of a row of either runs the triggers. TRUNCATE runs none.${both}`
}

/** What must be so of the columns of a table that takes them. */
export function columnCriteria(
  on: TableName,
  columns: { name: string; type: string; nullable: boolean }[],
): Criterion[] {
  return columns.map((c) => ({
    words: `${on.name}.${c.name} is ${c.type}, ${c.nullable ? 'may be null' : 'never null'}.`,
    check: { kind: 'column', table: on, column: c.name, type: c.type, nullable: c.nullable },
  }))
}
