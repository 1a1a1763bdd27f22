/** What both servers say alike of columns that stand in two tables. */
import { type Database, findTable, type Schema, type TableName } from '../../../adapters/databases/types.ts'
import type { Beside } from './change.ts'
import { differSql, literalSql, tableNameSql, typeIn } from './sql.ts'

type Quoting = Pick<Database, 'quote' | 'server'>

/** The rows of the one and the other, side by side. */
export function joinSql({ table, to, key }: Beside, db: Quoting): string {
  return `${tableNameSql(table, db)} o LEFT JOIN ${tableNameSql(to, db)} n ON (n.${db.quote(key.other)} = o.${db.quote(key.own)})`
}

/** Whether a row of the one holds something else than that of the other; each column is `o.x` or `n.x`, or as said. */
export function anyDifferSql(
  { table, columns }: Beside,
  schema: Schema,
  db: Quoting,
  [one, other]: [string, string] = ['o', 'n'],
  names: ['own' | 'other', 'own' | 'other'] = ['own', 'other'],
): string {
  const types = findTable(schema, table)
  return columns
    .map((c) => {
      const side = (alias: string, which: 'own' | 'other') => `${alias}.${db.quote(c[which])}`
      const type = types ? typeIn(types, c.own) : ''
      return differSql(side(one, names[0]), side(other, names[1]), type, db)
    })
    .join(' OR ')
}

/** Whether a row holds nothing in these columns, or what it got by itself. */
export function isEmptySql({ columns }: Beside, alias: string, db: Quoting): string {
  return columns
    .map((c) => {
      const name = `${alias}.${db.quote(c.own)}`
      return c.default === null || c.default.kind === 'now'
        ? `${name} IS NULL`
        : `(${name} IS NULL OR ${name} = ${literalSql(c.default, db)})`
    })
    .join(' AND ')
}

export function isNullSql({ columns }: Beside, alias: string, which: 'own' | 'other', db: Quoting): string {
  return columns.map((c) => `${alias}.${db.quote(c[which])} IS NULL`).join(' AND ')
}

/** How many rows are not so: of the one that differ from the other, and of the other that belong to none. */
export function countDifferentSql(pair: Beside, schema: Schema, db: Quoting): string {
  const { table, to, key } = pair
  const differ = `CASE WHEN n.${db.quote(key.other)} IS NULL THEN NOT (${isEmptySql(pair, 'o', db)}) ELSE ${anyDifferSql(pair, schema, db)} END`
  return `(SELECT count(*) FROM ${joinSql(pair, db)} WHERE ${differ}) + (SELECT count(*) FROM ${tableNameSql(to, db)} n WHERE NOT EXISTS (SELECT 1 FROM ${tableNameSql(table, db)} o WHERE o.${db.quote(key.own)} = n.${db.quote(key.other)}))`
}

/** Rows of the other that are not there yet, from those of the one. */
export function missingSql(
  pair: Beside,
  alias: string,
  db: Quoting,
): { into: string; values: string; where: string } {
  const { to, key, columns } = pair
  const name = (c: string) => db.quote(c)
  return {
    into: `${tableNameSql(to, db)} (${[key.other, ...columns.map((c) => c.other)].map(name).join(', ')})`,
    values: [key.own, ...columns.map((c) => c.own)].map((c) => `${alias}.${name(c)}`).join(', '),
    where: `NOT EXISTS (SELECT 1 FROM ${tableNameSql(to, db)} x WHERE x.${name(key.other)} = ${alias}.${name(key.own)})`,
  }
}

/** `a = NEW.b, ...`: what one side is set to from the other. */
export function setSql({ columns }: Beside, which: 'own' | 'other', from: string, db: Quoting): string {
  const source = which === 'own' ? 'other' : 'own'
  return columns.map((c) => `${db.quote(c[which])} = ${from}.${db.quote(c[source])}`).join(', ')
}

export function emptiedSql({ columns }: Beside, db: Quoting): string {
  return columns.map((c) => `${db.quote(c.own)} = NULL`).join(', ')
}

/** Names of the triggers: one begins as the other, so that both are found. */
export function otherName(name: string): string {
  return `${name}_other`
}

export function besideWords({ table, to }: { table: TableName; to: TableName }): string {
  return `${table.name} and ${to.name}`
}
