/** SQL that both servers write alike. */

import type { Database, Table } from '../../../adapters/databases/types.ts'
import { escaped } from '../../../core/text.ts'
import {
  type ChangeOf,
  type Condition,
  isOut,
  type Literal,
  type NewColumn,
  type Reference,
  type Rule,
  type Value,
} from './change.ts'

type Quoting = Pick<Database, 'quote' | 'server'>

export function textSql(text: string, db: Quoting): string {
  const escaped = text.replaceAll("'", "''")
  return `'${db.server.family === 'mysql' ? escaped.replaceAll('\\', '\\\\') : escaped}'`
}

export function literalSql(value: Literal, db: Quoting): string {
  if (value.kind === 'number') return value.text
  if (value.kind === 'now') return 'CURRENT_TIMESTAMP'
  if (value.kind === 'boolean')
    return db.server.family === 'mysql' ? String(Number(value.value)) : String(value.value)
  return textSql(value.text, db)
}

/** What a column of that type gets where nothing else is said. A point in time is written as its type takes it. */
export function defaultSql(value: Literal, type: string, db: Quoting): string {
  if (value.kind !== 'now' || db.server.family === 'postgres')
    return value.kind === 'now' && /^date$/i.test(type) ? 'CURRENT_DATE' : literalSql(value, db)
  if (/^date$/i.test(type)) return '(CURRENT_DATE)'
  if (/^time\b/i.test(type)) return '(CURRENT_TIME)'
  // The server wants as many digits of a second as the column has.
  const digits = /^(?:datetime|timestamp)(\(\d\))/i.exec(type)?.[1] ?? ''
  return `${literalSql(value, db)}${digits}`
}

/** `"discount" BETWEEN 0 AND 100`; `type`: that of the column. */
export function ruleSql(column: string, rule: Rule, db: Quoting, type: string): string {
  const { min, max, exclusive, values, without } = rule
  const name = db.quote(column)
  if (without === 'empty') return `${name} <> ''`
  // Both servers read it: a character that is no white space.
  if (without === 'blank') return `${name} ${db.server.family === 'postgres' ? '~' : 'REGEXP'} '[^[:space:]]'`
  if (values !== null) return inListSql(column, values, db, type)
  if (min !== null && max !== null && exclusive === false)
    return `${name} BETWEEN ${valueSql(min, db)} AND ${valueSql(max, db)}`
  const bound = (sign: string, side: 'min' | 'max') => {
    const value = rule[side]
    return value === null ? [] : [`${name} ${sign}${isOut(rule, side) ? '' : '='} ${valueSql(value, db)}`]
  }
  return [...bound('>', 'min'), ...bound('<', 'max')].join(' AND ')
}

/** What looks like a number is a text in a column of texts. */
export function inListSql(column: string, values: string[], db: Quoting, type: string): string {
  const value = (v: string) => (isTextType(type) ? textSql(v, db) : valueSql(v, db))
  return `${db.quote(column)} IN (${values.map(value).join(', ')})`
}

/** `enum('open','closed')`. */
export function enumSql(values: string[], db: Quoting): string {
  return `enum(${values.map((v) => textSql(v, db)).join(',')})`
}

function valueSql(value: string, db: Quoting): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : textSql(value, db)
}

/** What a row is filled with, as an expression over its columns. MySQL converts as it assigns. */
export function fillSql(value: Value, db: Quoting): string {
  switch (value.kind) {
    case 'literal':
      return literalSql(value.value, db)
    case 'column':
      return value.type === null || db.server.family === 'mysql'
        ? db.quote(value.column)
        : `${db.quote(value.column)}::${value.type}`
    case 'joined':
      return `NULLIF(CONCAT_WS(${textSql(value.between, db)}, ${value.columns.map((c) => db.quote(c)).join(', ')}), '')`
    case 'written':
      return `${value.as.toUpperCase()}(${db.quote(value.column)})`
  }
}

/** All conditions; `TRUE` where there is none. */
export function whereSql(conditions: readonly Condition[], db: Quoting): string {
  const one = ({ column, is, value }: Condition) => {
    const name = db.quote(column)
    if (is === 'null') return `${name} IS NULL`
    if (is === 'not null') return `${name} IS NOT NULL`
    if (is === 'empty') return `${name} = ''`
    return `${name} ${is} ${value === null ? 'NULL' : literalSql(value, db)}`
  }
  return conditions.length === 0 ? 'TRUE' : conditions.map(one).join(' AND ')
}

/** Whether two expressions hold different values; texts are compared to the letter, whatever the collation says. */
export function differSql(one: string, other: string, type: string, db: Quoting): string {
  if (db.server.family === 'postgres') {
    const isPlain = !/^(?:json|xml|point|box|line|path|polygon|circle|citext)$/i.test(type)
    return isPlain ? `${one} IS DISTINCT FROM ${other}` : `${one}::text IS DISTINCT FROM ${other}::text`
  }
  return isTextType(type)
    ? `NOT (CAST(${one} AS BINARY) <=> CAST(${other} AS BINARY))`
    : `NOT (${one} <=> ${other})`
}

/** Rows in which two columns, the second of which follows the first, differ. */
export function pairDifferSql(table: Table, column: string, to: string, db: Quoting): string {
  const [from, type] = [typeIn(table, column), typeIn(table, to)]
  const value =
    from === type || db.server.family === 'mysql' ? db.quote(column) : `${db.quote(column)}::${type}`
  return differSql(db.quote(to), value, type, db)
}

export function typeIn(table: Pick<Table, 'columns'>, column: string): string {
  return table.columns.find((c) => c.name === column)?.type ?? ''
}

/** Whether an expression or a clause of the catalogue is about a column. */
export function namesColumn(sql: string, column: string): boolean {
  const name = escaped(column)
  return new RegExp(`(?<![\\w])["\`]?${name}["\`]?(?![\\w])`).test(sql)
}

/** A clause of the catalogue with something else in the place of a column: names are replaced, texts are not. */
export function inPlaceOf(clause: string, column: string, by: string): string {
  const name = escaped(column)
  return clause.replace(
    new RegExp(`'(?:[^']|'')*'|"${name}"|\`${name}\`|(?<![\\w"\`])${name}(?![\\w"\`(])`, 'g'),
    (found) => (found.startsWith("'") ? found : by),
  )
}

export function isTextType(type: string): boolean {
  return /char|text|enum|set/i.test(type)
}

/** `"discount" numeric(5,2) DEFAULT 0 NOT NULL`. */
export function columnSql(
  { name, type, nullable, default: value, numbered, collation }: NewColumn,
  db: Quoting,
): string {
  const numbers = db.server.family === 'mysql' ? 'AUTO_INCREMENT' : 'GENERATED BY DEFAULT AS IDENTITY'
  return [
    db.quote(name),
    type,
    collation === undefined
      ? ''
      : `COLLATE ${db.server.family === 'mysql' ? collation : db.quote(collation)}`,
    value === null ? '' : `DEFAULT ${defaultSql(value, type, db)}`,
    nullable ? '' : 'NOT NULL',
    numbered ? numbers : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}

export function listSql(columns: string[], db: Quoting): string {
  return `(${columns.map((c) => db.quote(c)).join(', ')})`
}

export function tableNameSql(
  { schema, name }: { schema: string; name: string },
  db: Pick<Database, 'quote'>,
): string {
  return schema === '' || schema === 'public' ? db.quote(name) : `${db.quote(schema)}.${db.quote(name)}`
}

export function referenceSql(r: Reference, db: Quoting): string {
  const action = r.onDelete === 'NO ACTION' ? '' : ` ON DELETE ${r.onDelete}`
  return `CONSTRAINT ${db.quote(r.name)} FOREIGN KEY ${listSql(r.columns, db)} REFERENCES ${tableNameSql(r.references, db)} ${listSql(r.refColumns, db)}${action}`
}

/** The type of a column of a table that is made. */
export function newTypeIn({ columns }: ChangeOf<'create-table'>, column: string): string {
  return columns.find((c) => c.name === column)?.type ?? ''
}

/** MySQL makes indexes with their table: one that a foreign key needs could not be dropped by itself. */
export function createTableSql(change: ChangeOf<'create-table'>, db: Quoting): string {
  const lines = [
    ...change.columns.map((c) => columnSql(c, db)),
    `PRIMARY KEY ${listSql(change.primaryKey, db)}`,
    ...change.uniques.map((u) => `CONSTRAINT ${db.quote(u.name)} UNIQUE ${listSql(u.columns, db)}`),
    ...(change.checks ?? []).map(
      (c) =>
        `CONSTRAINT ${db.quote(c.name)} CHECK (${ruleSql(c.column, c.rule, db, newTypeIn(change, c.column))})`,
    ),
    ...(db.server.family === 'mysql'
      ? change.indexes.map((i) => `KEY ${db.quote(i.name)} ${listSql(i.columns, db)}`)
      : []),
    ...change.references.map((r) => referenceSql(r, db)),
  ]
  return `CREATE TABLE ${tableNameSql(change.table, db)} (\n  ${lines.join(',\n  ')}\n)`
}

export function createIndexSql(
  { table, key }: { table: { schema: string; name: string }; key: { name: string; columns: string[] } },
  db: Quoting,
  how = '',
): string {
  return `CREATE INDEX ${how}${db.quote(key.name)} ON ${tableNameSql(table, db)} ${listSql(key.columns, db)}`
}

/** Statistics of columns, and the look at the rows that fills them. */
export function createStatisticsSql(
  { table, key }: Pick<ChangeOf<'add-statistics'>, 'table' | 'key'>,
  db: Pick<Database, 'quote' | 'capabilities'>,
): string[] {
  const on = tableNameSql(table, db)
  const columns = key.columns.map((c) => db.quote(c)).join(', ')
  switch (db.capabilities.statistics) {
    case 'objects':
      return [
        `CREATE STATISTICS ${tableNameSql({ schema: table.schema, name: key.name }, db)} (ndistinct, dependencies, mcv) ON ${columns} FROM ${on}`,
        `ANALYZE ${on} (${columns})`,
      ]
    case 'collected':
      return [`ANALYZE TABLE ${on} PERSISTENT FOR COLUMNS (${columns}) INDEXES ()`]
    case 'histograms':
      return [`ANALYZE TABLE ${on} UPDATE HISTOGRAM ON ${columns}`]
  }
}

/** `add discount to invoice_line` as the name of a migration. */
export function migrationName(words: string): string {
  const name = words
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
  return name.slice(0, 80).replace(/_$/, '') || 'change'
}
