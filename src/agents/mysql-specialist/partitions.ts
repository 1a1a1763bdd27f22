/** A part more and a part less, on MySQL and MariaDB: statements that leave no choice of an ALGORITHM. */
import type { Part, Table } from '../../adapters/databases/types.ts'
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { boundsSql, partSql } from '../database-lead/order/partitions.ts'
import { tableNameSql } from '../database-lead/order/sql.ts'
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
