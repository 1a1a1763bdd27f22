/** What stands in a Postgres table, written again: for the way back. */
import type { Database, Table } from '../../adapters/databases/types.ts'
import { listSql, tableNameSql, textSql } from '../database-lead/order/sql.ts'

/** `ADD COLUMN` as the column is now. A required column without a default comes back as one only where no row stands. */
export function createdAnew(table: Table, name: string, db: Database): string {
  const column = table.columns.find((c) => c.name === name)
  const parts = [
    db.quote(name),
    column?.type ?? '',
    column?.collation ? `COLLATE ${db.quote(column.collation)}` : '',
    column?.made ?? '',
    column?.default ? `DEFAULT ${column.default}` : '',
    column?.nullable === false ? 'NOT NULL' : '',
  ]
  return `ALTER TABLE ${tableNameSql(table, db)} ADD COLUMN ${parts.filter(Boolean).join(' ')}`
}

/** What goes with the column, and has to come back with it. */
export function dependents(table: Table, name: string, db: Database): string[] {
  const alter = `ALTER TABLE ${tableNameSql(table, db)}`
  const has = ({ columns }: { columns: string[] }) => columns.includes(name)
  const column = table.columns.find((c) => c.name === name)
  const mentions = (sql: string) => new RegExp(`(?<![\\w"])"?${escaped(name)}"?(?![\\w"])`).test(sql)
  return [
    ...table.uniques
      .filter(has)
      .map((u) => `${alter} ADD CONSTRAINT ${db.quote(u.name)} UNIQUE ${listSql(u.columns, db)}`),
    ...table.checks
      .filter((c) => mentions(c.clause))
      .map((c) => `${alter} ADD CONSTRAINT ${db.quote(c.name)} ${c.clause}`),
    ...table.foreignKeys
      .filter(has)
      .map(
        (f) =>
          `${alter} ADD CONSTRAINT ${db.quote(f.name)} FOREIGN KEY ${listSql(f.columns, db)} REFERENCES ${tableNameSql(f.references, db)} ${listSql(f.refColumns, db)} ON UPDATE ${f.onUpdate} ON DELETE ${f.onDelete}`,
      ),
    ...table.indexes.filter((i) => mentions(i.definition)).map((i) => i.definition),
    ...(column?.comment
      ? [`COMMENT ON COLUMN ${tableNameSql(table, db)}.${db.quote(name)} IS ${textSql(column.comment, db)}`]
      : []),
  ]
}

/** Type changes that Postgres makes in its catalogue alone: no row is read. */
export function isSafeTypeChange(from: string, to: string): boolean {
  const [a, b] = [parts(from), parts(to)]
  const isText = (base: string) => base === 'text' || base === 'character varying'
  if (isText(a.base) && isText(b.base))
    return (
      b.base === 'text' ||
      b.numbers.length === 0 ||
      (a.numbers.length > 0 && (a.numbers[0] ?? 0) <= (b.numbers[0] ?? 0))
    )
  if (a.base === 'numeric' && b.base === 'numeric')
    return (
      b.numbers.length === 0 ||
      (a.numbers.length > 0 &&
        (a.numbers[1] ?? 0) === (b.numbers[1] ?? 0) &&
        (a.numbers[0] ?? 0) <= (b.numbers[0] ?? 0))
    )
  return false
}

function parts(type: string): { base: string; numbers: number[] } {
  const [, base = '', inner = ''] = /^([a-z ]+?)\s*(?:\(([\d, ]+)\))?$/i.exec(type.trim()) ?? []
  const names: Record<string, string> = { varchar: 'character varying', decimal: 'numeric' }
  const lower = base.toLowerCase()
  return { base: names[lower] ?? lower, numbers: inner === '' ? [] : inner.split(',').map(Number) }
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
