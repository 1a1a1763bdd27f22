/** What stands in a Postgres table, written again: for the way back. */

import type { Database, Table } from '../../adapters/databases/types.ts'
import { escaped } from '../../core/text.ts'
import { listSql, tableNameSql, textSql } from '../database-lead/order/sql.ts'

/**
 * `ADD COLUMN` as the column is now. One that is required and has no default comes back with a stand-in in the rows
 * that stand, as MySQL does it by itself: their values are lost.
 */
export function createdAnew(table: Table, name: string, db: Database): string[] {
  const column = table.columns.find((c) => c.name === name)
  const isFilled = column?.nullable === false && !column.default && !column.made
  const standIn = isFilled ? standInFor(column.type) : null
  const filled = column?.default ?? standIn
  const parts = [
    db.quote(name),
    column?.type ?? '',
    column?.collation ? `COLLATE ${db.quote(column.collation)}` : '',
    column?.made ?? '',
    filled ? `DEFAULT ${filled}` : '',
    column?.nullable === false ? 'NOT NULL' : '',
  ]
  const alter = `ALTER TABLE ${tableNameSql(table, db)}`
  return [
    `${alter} ADD COLUMN ${parts.filter(Boolean).join(' ')}`,
    ...(standIn ? [`${alter} ALTER COLUMN ${db.quote(name)} DROP DEFAULT`] : []),
  ]
}

/** The whole table, with all that stands on it. A sequence of its own goes with it, and comes back first. */
export function tableAnew(table: Table, db: Database): string[] {
  const name = tableNameSql(table, db)
  const sequences = table.columns.flatMap((c) => {
    const own = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(c.default ?? '')?.[1]
    return own === undefined ? [] : [{ column: c, own }]
  })
  const column = (c: Table['columns'][number]) =>
    [
      db.quote(c.name),
      c.type,
      c.collation ? `COLLATE ${db.quote(c.collation)}` : '',
      c.made ?? '',
      c.default === null ? '' : `DEFAULT ${c.default}`,
      c.nullable ? '' : 'NOT NULL',
    ]
      .filter(Boolean)
      .join(' ')
  const key = table.primaryKey
  return [
    ...sequences.map(({ column: c, own }) => `CREATE SEQUENCE ${own} AS ${c.type}`),
    `CREATE TABLE ${name} (\n  ${table.columns.map(column).join(',\n  ')}\n)`,
    ...sequences.map(({ column: c, own }) => `ALTER SEQUENCE ${own} OWNED BY ${name}.${db.quote(c.name)}`),
    ...(key
      ? [`ALTER TABLE ${name} ADD CONSTRAINT ${db.quote(key.name)} PRIMARY KEY ${listSql(key.columns, db)}`]
      : []),
    ...new Set(table.columns.flatMap((c) => dependents(table, c.name, db))),
  ]
}

/** A constant of the type that says nothing; null where no such is known. */
function standInFor(type: string): string | null {
  if (/^(?:text|character varying|varchar)\b/i.test(type)) return "''"
  if (/^(?:smallint|integer|bigint|numeric|real|double precision)\b/i.test(type)) return '0'
  if (/^boolean\b/i.test(type)) return 'false'
  if (/^date\b/i.test(type)) return "'1970-01-01'"
  if (/^timestamp\b/i.test(type)) return "'1970-01-01 00:00:00'"
  return /^jsonb?\b/i.test(type) ? "'{}'" : null
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
    ...(table.statistics ?? []).filter(has).map((s) => s.definition),
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
