/** What stands in a MySQL table, written again: for MODIFY, which forgets what it is not told, and for the way back. */
import type { Database, Index, Table } from '../../adapters/databases/types.ts'
import { inPlaceOf, listSql, tableNameSql, textSql } from '../database-lead/order/sql.ts'

/** The column's whole definition, with what `but` says differently. */
export function columnAsItIs(
  table: Table,
  name: string,
  db: Database,
  but: { name?: string; type?: string; nullable?: boolean; default?: string | null; check?: string } = {},
): string {
  const column = table.columns.find((c) => c.name === name)
  if (!column) throw new Error(`there is no column ${name} in ${table.name}`)
  const { type, nullable, default: value } = { ...column, ...but }
  const called = db.quote(but.name ?? name)
  const clauseOf = (clause: string) => inPlaceOf(clause.replace(/^CHECK \((.*)\)$/s, '$1'), name, called)
  const isText = /char|text|enum|set/i.test(type)
  const isGenerated = column.made?.startsWith('generated') ?? false
  const parts = [
    called,
    type,
    column.collation && isText ? `COLLATE ${column.collation}` : '',
    isGenerated ? (column.made ?? '') : '',
    nullable ? (isGenerated ? '' : 'NULL') : 'NOT NULL',
    value === null ? '' : `DEFAULT ${value}`,
    isGenerated ? '' : (column.made ?? ''),
    column.comment ? `COMMENT ${textSql(column.comment, db)}` : '',
    ...checksOfColumn(table, name).map((c) => `CHECK (${but.check ?? clauseOf(c.clause)})`),
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** The table once two columns have changed their names; what has the name of the second has no default then. */
export function columnsSwapped(table: Table, one: string, other: string, db: Database): Table {
  const name = (c: string) => (c === one ? other : c === other ? one : c)
  const part = (c: string) => c.replace(/^(.*?)(\(\d+\))?$/, (_, n, length = '') => `${name(n)}${length}`)
  const key = <K extends { columns: string[] }>(k: K): K => ({ ...k, columns: k.columns.map(part) })
  const between = 'martsmith_swapped'
  const clause = (sql: string) =>
    inPlaceOf(
      inPlaceOf(inPlaceOf(sql, one, db.quote(between)), other, db.quote(one)),
      between,
      db.quote(other),
    )
  return {
    ...table,
    columns: table.columns.map((c) => ({
      ...c,
      name: name(c.name),
      default: c.name === one ? null : c.default,
    })),
    uniques: table.uniques.map(key),
    foreignKeys: table.foreignKeys.map(key),
    indexes: table.indexes.map(key),
    checks: table.checks.map((c) => ({ ...c, name: name(c.name), clause: clause(c.clause) })),
  }
}

/** The whole table, with all that stands on it. */
export function tableAnew(table: Table, db: Database): string {
  const key = table.primaryKey
  const lines = [
    ...table.columns.map((c) => columnAsItIs(table, c.name, db)),
    ...(key ? [`PRIMARY KEY ${listSql(key.columns, db)}`] : []),
    ...new Set(
      table.columns.flatMap((c) => dependentsBack(table, c.name, db)).map((l) => l.replace(/^ADD /, '')),
    ),
  ]
  return `CREATE TABLE ${tableNameSql(table, db)} (\n  ${lines.join(',\n  ')}\n)`
}

/** Keys that have to go before their column. A check that belongs to the column goes with it. */
export function dependentsDropped(table: Table, name: string, db: Database): string[] {
  return [
    ...table.foreignKeys
      .filter((f) => f.columns.includes(name))
      .map((f) => `DROP FOREIGN KEY ${db.quote(f.name)}`),
    ...table.checks
      .filter((c) => mentions(c.clause, name) && c.name !== name)
      .map((c) =>
        db.server.product === 'MariaDB'
          ? `DROP CONSTRAINT ${db.quote(c.name)}`
          : `DROP CHECK ${db.quote(c.name)}`,
      ),
    ...[...table.uniques, ...table.indexes]
      .filter((k) => k.columns.includes(name))
      .map((k) => `DROP INDEX ${db.quote(k.name)}`),
  ]
}

export function dependentsBack(table: Table, name: string, db: Database): string[] {
  const has = ({ columns }: { columns: string[] }) => columns.includes(name)
  return [
    ...table.uniques
      .filter(has)
      .map((u) => `ADD CONSTRAINT ${db.quote(u.name)} UNIQUE ${listSql(u.columns, db)}`),
    ...indexesBack(table, has, db),
    ...table.checks
      .filter((c) => mentions(c.clause, name) && c.name !== name)
      .map((c) => `ADD CONSTRAINT ${db.quote(c.name)} CHECK (${c.clause})`),
    ...table.foreignKeys
      .filter(has)
      .map(
        (f) =>
          `ADD CONSTRAINT ${db.quote(f.name)} FOREIGN KEY ${listSql(f.columns, db)} REFERENCES ${tableNameSql(f.references, db)} ${listSql(f.refColumns, db)} ON DELETE ${f.onDelete} ON UPDATE ${f.onUpdate}`,
      ),
  ]
}

/** `name(10)` is the first ten characters of a column. */
export function indexesBack(table: Table, which: (i: Index) => boolean, db: Database): string[] {
  const part = (c: string) =>
    c.replace(/^(.*?)(\(\d+\))?$/, (_, name, length = '') => `${db.quote(name)}${length}`)
  return table.indexes
    .filter(which)
    .map(
      (i) => `ADD ${i.unique ? 'UNIQUE ' : ''}INDEX ${db.quote(i.name)} (${i.columns.map(part).join(', ')})`,
    )
}

/** MariaDB names a check that stands in its column's definition as the column. */
function checksOfColumn(table: Table, name: string): Table['checks'] {
  return table.checks.filter((c) => c.name === name)
}

function mentions(clause: string, name: string): boolean {
  return clause.includes(`\`${name}\``)
}
