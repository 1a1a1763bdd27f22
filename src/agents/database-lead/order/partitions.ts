/** Parts of tables in SQL: their bounds, the rows in them, and the rows beside them. */
import {
  type Database,
  isSameTable,
  type Part,
  type Table,
  type TableName,
} from '../../../adapters/databases/types.ts'
import type { Bounds, ChangeOf } from './change.ts'
import { isTextType, tableNameSql, textSql, typeIn } from './sql.ts'

type Quoting = Pick<Database, 'quote' | 'server'>

/** Of a column they keep its order. */
const MONOTONE = /^(?:to_days|to_seconds|year|unix_timestamp)\((.*)\)$/i

/** The one column by which a table is parted at its first level; null where it is more than that. */
export function partColumn({ partitions, columns }: Table): string | null {
  const key = partitions?.key ?? ''
  const name = (MONOTONE.exec(key)?.[1] ?? key).replace(/^["`](.+)["`]$/, '$1')
  return columns.find((c) => c.name === name)?.name ?? null
}

/** On MySQL, what a part is found by may be made of the column: `to_days(at)`. */
export function boundSql(value: string, table: Table, db: Quoting): string {
  const literal = literalFor(value, typeIn(table, partColumn(table) ?? ''), db)
  const [of] = MONOTONE.exec(table.partitions?.key ?? '')?.slice(1) ?? []
  return of === undefined ? literal : (table.partitions?.key ?? '').replace(of, () => literal)
}

export function literalFor(value: string, type: string, db: Quoting): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(value) && !isTextType(type) && !/date|time/i.test(type)
  return isNumber ? value : textSql(value, db)
}

/** `FOR VALUES FROM ('2027-01-01') TO ('2027-02-01')`, `VALUES LESS THAN ('2027-02-01')`. */
export function boundsSql(bounds: Bounds, table: Table, db: Quoting): string {
  const value = (v: string) => boundSql(v, table, db)
  if (db.server.family === 'mysql') {
    switch (bounds.kind) {
      case 'range':
        return `VALUES LESS THAN (${bounds.to === null ? 'MAXVALUE' : value(bounds.to)})`
      case 'list':
        return `VALUES IN (${bounds.values.map(value).join(', ')})`
      case 'rest':
        return table.partitions?.method === 'list' ? 'DEFAULT' : 'VALUES LESS THAN (MAXVALUE)'
      case 'hash':
        return ''
    }
  }
  switch (bounds.kind) {
    case 'range':
      return `FOR VALUES FROM (${bounds.from === null ? 'MINVALUE' : value(bounds.from)}) TO (${bounds.to === null ? 'MAXVALUE' : value(bounds.to)})`
    case 'list':
      return `FOR VALUES IN (${bounds.values.map(value).join(', ')})`
    case 'rest':
      return 'DEFAULT'
    case 'hash':
      return `FOR VALUES WITH (MODULUS ${bounds.of}, REMAINDER ${bounds.at})`
  }
}

/** Which rows lie within. */
export function withinSql(bounds: Bounds, table: Table, db: Quoting): string {
  const column = partColumn(table) ?? ''
  const name = db.quote(column)
  const value = (v: string) => literalFor(v, typeIn(table, column), db)
  if (bounds.kind === 'list') return `${name} IN (${bounds.values.map(value).join(', ')})`
  if (bounds.kind !== 'range') return 'TRUE'
  const ends = [
    ...(bounds.from === null ? [] : [`${name} >= ${value(bounds.from)}`]),
    ...(bounds.to === null ? [] : [`${name} < ${value(bounds.to)}`]),
  ]
  return ends.length === 0 ? 'TRUE' : ends.join(' AND ')
}

/** The rows of a part, as what they are read from. */
export function partSql(table: TableName, part: TableName, db: Quoting): string {
  return db.server.family === 'postgres'
    ? tableNameSql(part, db)
    : `${tableNameSql(table, db)} PARTITION (${db.quote(part.name)})`
}

/** What follows the name of a table where the rows of these parts are left out. */
export function besidePartsSql(table: Table, gone: readonly TableName[], db: Quoting): string {
  if (db.server.family === 'mysql') {
    const left = (table.partitions?.parts ?? []).filter((p) => !gone.some((g) => g.name === p.name))
    return ` partition (${left.map((p) => db.quote(p.name)).join(', ')})`
  }
  const trees = gone.map(
    (g) => `select relid from pg_partition_tree(${textSql(tableNameSql(g, db), db)}::regclass)`,
  )
  return ` where tableoid not in (${trees.join(' union all ')})`
}

/** The part that holds what lies in no other; null where there is none. */
export function restOf({ partitions }: Table): Part | null {
  return (
    partitions?.parts.find((p) => p.of === null && /^DEFAULT$|LESS THAN \(?MAXVALUE\)?$/.test(p.bounds)) ??
    null
  )
}

export function partDropped(table: Table, { part }: ChangeOf<'drop-part'>): Table {
  if (!table.partitions) return table
  const gone = (p: TableName | null) => p !== null && isSameTable(p, part)
  const parts = table.partitions.parts.filter((p) => !gone(p) && !gone(p.of))
  return { ...table, partitions: { ...table.partitions, parts } }
}

/** The server prints their bounds in its own words: those that are kept here only say that they are there. */
export function partsAdded(table: Table, change: ChangeOf<'add-part'>): Table {
  if (!table.partitions) return table
  const added = change.parts.map(
    (p): Part => ({ schema: table.schema, name: p.name, bounds: '', of: null, by: null, own: [], rows: 0 }),
  )
  return { ...table, partitions: { ...table.partitions, parts: [...table.partitions.parts, ...added] } }
}

/** Its keys as they are then; what the server prints of its parts is not known. */
export function tableInParts(table: Table, change: ChangeOf<'partition-table'>): Table {
  const widened = <K extends { name: string; columns: string[] }>(k: K): K => ({
    ...k,
    columns: change.keys.find((w) => w.name === k.name)?.columns ?? k.columns,
  })
  return {
    ...table,
    primaryKey: table.primaryKey && widened(table.primaryKey),
    uniques: table.uniques.map(widened),
    partitions: {
      method: change.method,
      by: `${change.method.toUpperCase()} (${change.column})`,
      key: change.column,
      columns: [change.column],
      parts: change.parts.map((p) => ({
        schema: table.schema,
        name: p.name,
        bounds: '',
        of: null,
        by: null,
        own: [],
        rows: 0,
      })),
    },
  }
}

/** How many rows of two tables with the same columns are not in both, alike. */
export function countApartSql(
  one: TableName,
  other: TableName,
  key: readonly string[],
  db: Pick<Database, 'quote'>,
): string {
  const same = key.map((k) => `o.${db.quote(k)} = n.${db.quote(k)}`).join(' AND ')
  return `(SELECT count(*) FROM ${tableNameSql(one, db)} AS o FULL JOIN ${tableNameSql(other, db)} AS n ON ${same} WHERE o::text IS DISTINCT FROM n::text)`
}
