/** A part more and a part less, on MySQL and MariaDB: statements that leave no choice of an ALGORITHM. */
import type { Part, Table } from '../../adapters/databases/types.ts'
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { boundsSql, partSql } from '../database-lead/order/partitions.ts'
import { listSql, tableNameSql, typeIn } from '../database-lead/order/sql.ts'
import type { Draft, Way } from './forms.ts'
import { compound } from './steps.ts'

const MOMENT = 'an exclusive lock on the table for a moment: no row is read'
const way = (sql: string): Way => ({ alter: false, sql })

export function addParts(change: ChangeOf<'add-part'>, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable(change, bench)
  const at = `ALTER TABLE ${tableNameSql(table, db)}`
  const parts = change.parts.map((p) => `PARTITION ${db.quote(p.name)} ${boundsSql(p.bounds, table, db)}`)
  const names = change.parts.map((p) => db.quote(p.name))
  const words = `add ${change.parts.map((p) => p.name).join(' ')} to ${table.name}`
  if (change.rest !== null) {
    const rest = `PARTITION ${db.quote(change.rest.name)} ${boundsSql({ kind: 'rest' }, table, db)}`
    const restName = db.quote(change.rest.name)
    return [
      {
        words,
        effect: `the rows of ${change.rest.name} are copied: others read the table, and nobody writes to it`,
        up: way(`${at} REORGANIZE PARTITION ${restName} INTO (${[...parts, rest].join(', ')})`),
        down: way(`${at} REORGANIZE PARTITION ${[...names, restName].join(', ')} INTO (${rest})`),
      },
    ]
  }
  const filled = change.parts.map(
    (p) => `EXISTS (SELECT 1 FROM ${partSql(table, { schema: '', name: p.name }, db)})`,
  )
  const guard = `IF ${filled.join(' OR ')} THEN\n  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rows have come to the new part: without it they have no place';\nEND IF;`
  return [
    {
      words,
      effect: MOMENT,
      up: way(`${at} ADD PARTITION (${parts.join(', ')})`),
      down: way(`${at} DROP PARTITION ${names.join(', ')}`),
    },
    // The way back begins here: a part with rows is not dropped.
    ...compound(`let only empty parts go from ${table.name}`, 'nothing on the way up', 'DO 0;', guard, bench),
  ]
}

export function dropPart(change: ChangeOf<'drop-part'>, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable(change, bench)
  const parts = table.partitions?.parts ?? []
  const index = parts.findIndex((p) => p.name === change.part.name)
  const part = parts[index]
  if (!part) throw new Error(`the order is about a part that is not there: ${change.part.name}`)
  const at = `ALTER TABLE ${tableNameSql(table, db)}`
  return [
    {
      words: `drop ${part.name} of ${table.name}`,
      effect: MOMENT,
      up: way(`${at} DROP PARTITION ${db.quote(part.name)}`),
      down: way(`${at} ${backSql(table, part, parts[index + 1], bench)}`),
    },
  ]
}

/** Of ranges only the last can be added: another is cut from that which took its place. */
function backSql(table: Table, part: Part, next: Part | undefined, { db }: Bench): string {
  const definition = (p: Part) => `PARTITION ${db.quote(p.name)} ${p.bounds}`
  return table.partitions?.method === 'range' && next
    ? `REORGANIZE PARTITION ${db.quote(next.name)} INTO (${definition(part)}, ${definition(next)})`
    : `ADD PARTITION (${definition(part)})`
}

/** The server writes the table anew: which lock that takes is tried. */
export function partitionTable(change: ChangeOf<'partition-table'>, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable(change, bench)
  const keys = change.keys.flatMap((to) => {
    const from = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].find(
      (k) => k.name === to.name,
    )
    return from ? [{ from, to, isPrimary: from.name === table.primaryKey?.name }] : []
  })
  const clauses = (which: 'from' | 'to') =>
    keys.flatMap((k) =>
      k.isPrimary
        ? ['DROP PRIMARY KEY', `ADD PRIMARY KEY ${listSql(k[which].columns, db)}`]
        : [
            `DROP INDEX ${db.quote(k.from.name)}`,
            `ADD CONSTRAINT ${db.quote(k.from.name)} UNIQUE ${listSql(k[which].columns, db)}`,
          ],
    )
  const at = `ALTER TABLE ${tableNameSql(table, db)}`
  const alter = (which: 'from' | 'to', tail: string): Way => {
    const said = clauses(which)
    return {
      alter: true,
      sql: said.length === 0 ? at : `${at} ${said.join(', ')}`,
      tail: { sql: tail, only: said.length === 0 },
    }
  }
  return [
    {
      words: `partition ${table.name} by ${change.column}`,
      up: alter('to', partitionBy(change, table, bench)),
      down: alter('from', 'REMOVE PARTITIONING'),
    },
  ]
}

function partitionBy(
  { method, column, parts }: ChangeOf<'partition-table'>,
  table: Table,
  { db }: Bench,
): string {
  const name = db.quote(column)
  const type = typeIn(table, column)
  if (method === 'hash')
    return `PARTITION BY ${/int/i.test(type) ? 'HASH' : 'KEY'} (${name}) PARTITIONS ${parts.length}`
  // Of a point in time in UTC no constant can be compared: the server takes its seconds.
  const isStamp = /^timestamp/i.test(type)
  const key = isStamp ? `unix_timestamp(${name})` : name
  const by = `${method.toUpperCase()}${isStamp ? '' : ' COLUMNS'} (${key})`
  const parted: Table = { ...table, partitions: { method, by, key, columns: [column], parts: [] } }
  const each = parts.map((p) => `PARTITION ${db.quote(p.name)} ${boundsSql(p.bounds, parted, db)}`)
  return `PARTITION BY ${by} (\n  ${each.join(',\n  ')}\n)`
}

/** The table was written anew where it stood: there is none of before. */
export function dropBefore(change: ChangeOf<'drop-before'>): Draft[] {
  throw new Error(`the order is about a table that was never made here: ${change.old.name}`)
}
