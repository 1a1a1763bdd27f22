/** Requests about one column that stands. */
import { type Column, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { resolveColumn, resolveTable, splitPlace } from '../resolve.ts'
import type { World } from '../types.ts'

/** `unit price of invoice lines`, `invoice_line.unit_price`; null where it is neither. */
export function placeIn(words: string): { table: string; column: string } | null {
  const text = words.trim().replace(/^(?:the|a|an)\s+/i, '')
  const [, column, table] =
    /^(?:column\s+|field\s+)?(.+?)(?:\s+(?:column|field))?\s+(?:of|in|on|from)\s+(?:the\s+|each\s+|every\s+)?(.+)$/i.exec(
      text,
    ) ?? []
  if (column !== undefined && table !== undefined) return { table, column }
  const dotted = text.replace(/^(?:column|field)\s+/i, '')
  const place = splitPlace('', dotted)
  return place.table === '' || /\s/.test(dotted) ? null : place
}

export async function resolvePlace(
  ask: { table: string; column: string },
  world: World,
): Promise<{ table: Table; column: Column; where: string; on: { schema: string; name: string } }> {
  const table = await resolveTable(ask.table, world.schema, world.choose)
  const column = await resolveColumn(ask.column, table, world.choose)
  const on = { schema: table.schema, name: table.name }
  return { table, column, on, where: `${tableWords(table)}.${column.name}` }
}

/** The default that has to be there still. */
export function asBefore({ default: sql, made }: Column): { kind: 'sql'; sql: string } | null | undefined {
  if (made !== null) return undefined
  return sql === null ? null : { kind: 'sql', sql }
}

/** A change that is there already is no failure to hide: it is said, with what is there. */
export function alreadySo(message: string): MartsmithError {
  return new MartsmithError({ code: 'database.exists', message, mend: ['There is nothing to change.'] })
}
