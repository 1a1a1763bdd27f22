/** What filling a column would do to the rows that stand: counted, and refused where a type, a check, a key or a reference would not take it. */
import { rowsIn } from '../../../adapters/databases/rows.ts'
import { type Column, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { isMartsmithError, MartsmithError, messageOf } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import type { ChangeOf, Value } from '../order/change.ts'
import { differSql, fillSql, inPlaceOf, namesColumn, whereSql } from '../order/sql.ts'
import type { World } from '../types.ts'
import { castTo } from './change-type.ts'
import { alreadySo, isStanding } from './columns.ts'

export type Facts = { rows: number; changed: number; overwritten: number; stayNull: number; fresh: boolean }

/** @throws MartsmithError `database.loses`, `database.depends`, `database.exists` */
export async function lookAt(
  change: ChangeOf<'fill'>,
  table: Table,
  column: Column,
  world: World,
): Promise<Facts> {
  const { db } = world
  const place = `${tableWords(table)}.${column.name}`
  const read = [...readBy(change.value), ...change.where.map((w) => w.column)]
  if (
    !isStanding(
      world,
      table,
      read.filter((c) => c !== column.name),
    )
  )
    throw new MartsmithError({
      code: 'database.depends',
      message: `${place} is to be filled from a column that another part of the request adds: there is nothing in it yet.`,
    })
  const fresh = !isStanding(world, table, [column.name])
  const value = fillSql(change.value, db)
  const where = whereSql(change.where, db)
  const name = db.quote(column.name)
  const differ = fresh ? `(${value}) is not null` : differSql(name, value, column.type, db)
  const changed = `(${where}) and (${differ})`
  const n = async (condition: string, what = 'count(*)'): Promise<number> => {
    const [row] = await db.query(`select ${what} as n from ${tableSql(db, table)} where ${condition}`)
    return Number(row?.n ?? 0)
  }
  const refuse = async (condition: string, why: string) => {
    const rows = await n(`${changed} and (${condition})`)
    if (rows > 0) throw refused(`${place} cannot be filled so: ${count(rows, 'row')} ${why}.`)
  }
  try {
    const rows = await rowsIn(db, table)
    const affected = await n(changed)
    if (affected === 0 && rows > 0) throw alreadySo(`No row of ${place} is left to be filled so.`)
    const lost = notHeld(value, column.type, db.server.family === 'postgres')
    if (lost) await refuse(lost, `would get a value that ${column.type} does not hold`)
    if (!column.nullable) await refuse(`(${value}) is null`, 'would get no value, and it is required')
    for (const c of table.checks.filter((k) => namesColumn(k.clause, column.name)))
      await refuse(
        `not (${inPlaceOf(c.clause.replace(/^CHECK\s*/i, ''), column.name, `(${value})`)})`,
        `would break the check ${c.name}`,
      )
    await assertReferences(change, table, value, refuse, world)
    const keys = [...table.uniques, ...table.indexes.filter((i) => i.unique)]
    if (keys.some((k) => k.columns.length === 1 && k.columns[0]?.replaceAll('"', '') === column.name)) {
      const all = await n(`${changed} and (${value}) is not null`)
      const different = await n(`${changed}`, `count(distinct ${value})`)
      if (different < all)
        throw refused(`${place} is unique: ${count(all, 'row')} would share ${count(different, 'value')}.`)
    }
    return {
      rows,
      changed: affected,
      overwritten: fresh ? 0 : await n(`${changed} and ${name} is not null`),
      stayNull: column.nullable
        ? await n(`(${where}) and (${value}) is null${fresh ? '' : ` and ${name} is null`}`)
        : 0,
      fresh,
    }
  } catch (error) {
    if (isMartsmithError(error) && error.code !== 'database.refused') throw error
    throw refused(`${place} cannot be filled so: ${messageOf(error).replace(/^[^:]+: /, '')}`)
  }
}

async function assertReferences(
  change: ChangeOf<'fill'>,
  table: Table,
  value: string,
  refuse: (condition: string, why: string) => Promise<void>,
  { db }: World,
): Promise<void> {
  for (const f of table.foreignKeys.filter((k) => k.columns.length === 1 && k.columns[0] === change.column))
    await refuse(
      `(${value}) is not null and (${value}) not in (select ${db.quote(f.refColumns[0] ?? '')} from ${tableSql(db, f.references)})`,
      `would refer to what is not in ${tableWords(f.references)}`,
    )
}

/** A condition that is true where the type would cut the value or round it; it fails where the type takes none of it. */
function notHeld(value: string, type: string, isPostgres: boolean): string | null {
  const length = /^(?:var|bp)?char(?:acter)?(?: varying)?\((\d+)\)/i.exec(type)?.[1]
  if (length !== undefined) return `char_length(${isPostgres ? `(${value})::text` : value}) > ${length}`
  if (!isPostgres) {
    const cast = /^(?:var)?char|text/i.test(type) ? null : castTo(value, type)
    return cast === null ? null : `not (${cast} <=> ${value})`
  }
  if (/^(?:numeric|decimal|smallint|integer|bigint|real|double)/i.test(type))
    return `(${value})::${type}::numeric is distinct from (${value})::numeric`
  return `(${value})::${type} is null and (${value}) is not null`
}

export function readBy(value: Value): string[] {
  if (value.kind === 'literal') return []
  return value.kind === 'joined' ? value.columns : [value.column]
}

function refused(message: string): MartsmithError {
  return new MartsmithError({
    code: 'database.loses',
    message,
    mend: ['Correct those rows or the rule; then ask again.'],
    exitCode: 1,
  })
}
