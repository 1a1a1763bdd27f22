/** A part more and a part less, on Postgres: made beside the table and attached, detached and then dropped. */
import type { Table } from '../../adapters/databases/types.ts'
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { boundsSql, partColumn, restOf, withinSql } from '../database-lead/order/partitions.ts'
import { tableNameSql } from '../database-lead/order/sql.ts'
import { alone, brief, type Draft, onTable } from './draft.ts'
import { block, NOTHING } from './steps.ts'

const ATTACH = 'SHARE UPDATE EXCLUSIVE on the table for a moment: others read and write its other parts'

/** As its table has it. Numbers come from the table, and what knows columns together is its own. */
const like = (part: string, table: string) =>
  `CREATE TABLE ${part} (LIKE ${table} INCLUDING ALL EXCLUDING IDENTITY EXCLUDING STATISTICS)`

export function addParts(change: ChangeOf<'add-part'>, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable(change, bench)
  const [name, at] = [tableNameSql(table, db), onTable(change, bench)]
  const columns = written(table, bench).join(', ')
  const numbered = table.columns.some((c) => c.made !== null) ? ' OVERRIDING SYSTEM VALUE' : ''
  const rest = change.rest === null ? null : tableNameSql(change.rest, db)
  return change.parts.map((part) => {
    const own = tableNameSql({ schema: table.schema, name: part.name }, db)
    const within = withinSql(part.bounds, table, db)
    const moved = `WITH moved AS (DELETE FROM ONLY ${rest} WHERE ${within} RETURNING ${columns}) INSERT INTO ${own} (${columns}) SELECT ${columns} FROM moved`
    // What would be lost with the part is told by the failure of the way back.
    const guard = block(
      `BEGIN\n  IF EXISTS (SELECT FROM ${own}) THEN RAISE EXCEPTION 'rows have come to the part ${part.name.replaceAll("'", "''").replaceAll('%', '%%')}: without it they have no place'; END IF;\nEND`,
    )
    const home = `INSERT INTO ${rest} (${columns})${numbered} SELECT ${columns} FROM ${own}`
    return brief(
      `add the part ${part.name} to ${table.name}`,
      [
        like(own, name),
        ...(change.moves && rest !== null ? [moved] : []),
        `${at} ATTACH PARTITION ${own} ${boundsSql(part.bounds, table, db)}`,
      ],
      [
        ...(rest === null ? [guard] : []),
        `${at} DETACH PARTITION ${own}`,
        ...(rest === null ? [] : [home]),
        `DROP TABLE ${own}`,
      ],
      rest === null
        ? ATTACH
        : `${ATTACH}; ACCESS EXCLUSIVE on ${change.rest?.name} while its rows are read${change.moves ? ' and those of the new part move' : ''}`,
      '5min',
    )
  })
}

function written(table: Table, { db }: Bench): string[] {
  return table.columns
    .filter((c) => !c.made?.startsWith('generated always as ('))
    .map((c) => db.quote(c.name))
}

const DETACH =
  'SHARE UPDATE EXCLUSIVE: it waits until no query that began before still reads the part, others go on'
const DETACH_AT_ONCE =
  'ACCESS EXCLUSIVE on the table for a moment: beside a part for all else there is no other way'

/** The server leaves a check with the bounds on what was detached beside others: it goes when it is a part again. */
export function dropPart(change: ChangeOf<'drop-part'>, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable(change, bench)
  const part = table.partitions?.parts.find(
    (p) => p.name === change.part.name && p.schema === change.part.schema,
  )
  if (!part) throw new Error(`the order is about a part that is not there: ${change.part.name}`)
  const own = tableNameSql(part, db)
  const at = onTable(change, bench)
  const isBeside = restOf(table) === null && db.server.version[0] >= 14
  const check = db.quote(`${part.name}_${partColumn(table) ?? ''}_check`)
  const leaves = isBeside && !part.own.some((o) => o.includes(check.replaceAll('"', '')))
  const detach = `${at} DETACH PARTITION ${own}`
  const attach = `${at} ATTACH PARTITION ${own} ${part.bounds}`
  const words = `detach ${part.name} from ${table.name}`
  const back = [attach, ...(leaves ? [`ALTER TABLE ${own} DROP CONSTRAINT IF EXISTS ${check}`] : [])]
  const dropped = brief(
    `drop ${part.name}`,
    [`DROP TABLE ${own}`],
    [like(own, tableNameSql(table, db)), ...part.own],
    'ACCESS EXCLUSIVE on what was detached: nobody reads it by its table any more',
  )
  if (!isBeside)
    return [brief(words, [detach], back, DETACH_AT_ONCE, '5min'), ...(change.keep ? [] : [dropped])]
  return [
    // The way back stands by itself: it is more than one statement, which this migration may not be.
    brief(`let ${part.name} come back to ${table.name}`, [NOTHING], back, 'nothing on the way up'),
    alone(words, `${detach} CONCURRENTLY`, NOTHING, DETACH),
    ...(change.keep ? [] : [dropped]),
  ]
}
