/** Requests about one column that stands. */
import {
  type Column,
  findTable,
  isSameTable,
  type Table,
  type TableName,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import type { FoundQuery } from '../analysis/code.ts'
import { namesColumn } from '../order/sql.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveColumn, resolveTable, splitPlace } from '../resolve.ts'
import type { World } from '../types.ts'

/** `unit price of invoice lines`, `invoice_line.unit_price`; null where it is neither. */
export function placeIn(words: string): { table: string; column: string } | null {
  const text = words.trim().replace(/^(?:the|a|an)\s+/i, '')
  const [, column, table] =
    /^(?:column\s+|field\s+)?(.+?)(?:\s+(?:column|field))?\s+(?:of|in|on|from)\s+(?:the\s+|each\s+|every\s+)?(.+)$/i.exec(
      text,
    ) ?? []
  if (column !== undefined && table !== undefined) {
    const isPlace = isName(bare(table)) && listed(column).every(isName)
    return isPlace ? { table, column } : null
  }
  const [, owner, owned] = /^(?:each\s+|every\s+)?([\w ]+?(?:['’]s|s['’]))\s+(.+)$/i.exec(text) ?? []
  if (owner !== undefined && owned !== undefined) {
    const words = owner.replace(/['’]s$|['’]$/i, '')
    return isName(bare(words)) && listed(owned).every(isName) ? { table: words, column: owned } : null
  }
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

/**
 * Whether the rows that stand say anything of these columns: one that another part of the request adds is empty.
 * @throws MartsmithError `database.depends` where another part takes away what would be looked at.
 */
export function isStanding({ before }: World, table: TableName, columns: readonly string[]): boolean {
  const mine = before.filter((c) => isSameTable(c.table, table))
  const fresh = mine.some(
    (c) => c.kind === 'create-table' || (c.kind === 'add-column' && columns.includes(c.column.name)),
  )
  if (fresh) return false
  const renamed = mine.find((c) => c.kind === 'rename-column' && columns.includes(c.to))
  if (!renamed) return true
  throw new MartsmithError({
    code: 'database.depends',
    message: `One part of the request renames ${list([...columns])} in ${tableWords(table)}, and another has to look at its rows.`,
    mend: ['Ask for the rename first, and for the rest when that has run.'],
  })
}

/** Reads the statements of the application that use a column by its name. */
export async function usersOf(world: World, table: TableName, column: string): Promise<FoundQuery[]> {
  const all = (await world.statements?.(table.name)) ?? []
  return all.filter((q) => uses(q.sql, column))
}

/** Whether a statement names the column, quoted or not. */
export function uses(sql: string, column: string): boolean {
  return new RegExp(`(?<![\\w])["\`]?${column.replace(/\W/g, '.')}["\`]?(?!\\w)`, 'i').test(sql)
}

export function placeWords({ file, line }: { file: string; line: number }): string {
  return `${file}:${line}`
}

/** @throws MartsmithError `database.used`: Postgres does not let go of what a view reads, and MySQL leaves the view broken. */
export function assertNoView(table: TableName, columns: string[], { schema }: Pick<World, 'schema'>): void {
  const readers = schema.views.filter(
    (v) => namesColumn(v.definition, table.name) && columns.some((c) => namesColumn(v.definition, c)),
  )
  if (readers.length === 0) return
  throw new MartsmithError({
    code: 'database.used',
    message: `The ${readers.length === 1 ? 'view' : 'views'} ${list(readers.map(tableWords))} still ${readers.length === 1 ? 'reads' : 'read'} ${tableWords(table)}.${list(columns)}.`,
    mend: ['Make the view anew without it, or drop it; then ask again.'],
    exitCode: 1,
  })
}

/** @throws MartsmithError `database.used`: each write would fail once the column is gone. */
export async function assertNoTrigger(
  on: TableName,
  column: string,
  { db, schema }: World,
  /** The trigger that keeps it the same as another: it goes with the column. */
  own: string | null = null,
): Promise<void> {
  const table = findTable(schema, on)
  const bodies =
    db.server.family === 'postgres'
      ? await db.query(
          `select t.tgname as name, p.prosrc || pg_get_triggerdef(t.oid) as body from pg_trigger t
           join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid
           join pg_namespace n on n.oid = c.relnamespace
           where not t.tgisinternal and n.nspname = $1 and c.relname = $2`,
          [on.schema, on.name],
        )
      : (table?.triggers ?? []).map((t) => ({ name: t.name, body: t.columns.join(' ') }))
  const users = bodies
    .filter((b) => namesColumn(String(b.body), column))
    .map((b) => String(b.name))
    .filter((n) => own === null || !n.startsWith(own))
  if (users.length === 0) return
  throw new MartsmithError({
    code: 'database.used',
    message: `The ${users.length === 1 ? 'trigger' : 'triggers'} ${list(users)} of ${tableWords(on)} ${users.length === 1 ? 'names' : 'name'} ${column}: without it each write would fail.`,
    mend: ['Change the trigger first; then ask again.'],
    exitCode: 1,
  })
}
