/** A table that lies in parts: what it does not take is said before anything is written, and what is done there in another way. */
import { findTable, type Table, type TableName, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { SchemaChange } from '../order/change.ts'
import type { Design, World } from '../types.ts'

/** @throws MartsmithError `database.parts` */
export function inParts(design: Design, world: World): Design {
  for (const change of design.changes) {
    const why = refusal(change, world)
    if (why) throw refused(why.message, ...why.mend)
  }
  const notes = design.changes.flatMap((c) => otherwise(c, world))
  return notes.length === 0 ? design : { ...design, because: [...design.because, ...new Set(notes)] }
}

export const refused = (message: string, ...mend: string[]) =>
  new MartsmithError({ code: 'database.parts', message, mend, exitCode: 1 })

type Refusal = { message: string; mend: string[] }

function refusal(change: SchemaChange, world: World): Refusal | null {
  const table = partedTable(change.table, world)
  const references =
    change.kind === 'add-foreign-key'
      ? [change.reference.references]
      : change.kind === 'create-table'
        ? change.references.map((r) => r.references)
        : []
  const { db } = world
  const where = tableWords(change.table)
  if (db.server.family === 'mysql' && references.length > 0) {
    const parted = [change.table, ...references].filter((t) => partedTable(t, world))
    if (parted.length > 0)
      return {
        message: `${list(parted.map(tableWords))} ${parted.length === 1 ? 'is' : 'are'} partitioned: ${db.server.product} takes no foreign keys from such a table, and none to it.`,
        mend: ['Let the application look after it, or ask for a column without a foreign key.'],
      }
  }
  if (!table) return null
  const by = list(keyOf(table))
  switch (change.kind) {
    case 'add-unique':
      return keyRefusal(table, change.key.columns)
    case 'drop-column':
      return keyOf(table).includes(change.column)
        ? {
            message: `${where} is partitioned by ${by}: ${change.column} cannot go as long as it is.`,
            mend: ['Leave the column, or have the rows in a table without partitions first.'],
          }
        : null
    case 'change-type':
      return keyOf(table).includes(change.column) && db.server.family === 'postgres'
        ? {
            message: `${where} is partitioned by ${by}: PostgreSQL changes the type of no column by which parts are found.`,
            mend: ['Leave its type, or have the rows in a table without partitions first.'],
          }
        : null
    case 'rename-column':
      return keyOf(table).includes(change.column) && db.server.product === 'MySQL'
        ? {
            message: `${where} is partitioned by ${by}: MySQL renames no column by which parts are found.`,
            mend: ['Leave its name.'],
          }
        : null
    case 'drop-table':
      return {
        message: `${where} is partitioned: the way back would have to make its parts again, which is not done yet.`,
        mend: ['Do it by hand, or have the rows in a table without partitions first.'],
      }
    default:
      return null
  }
}

function keyRefusal(table: Table, columns: string[]): Refusal | null {
  const lacking = keyOf(table).filter((c) => !columns.includes(c))
  if (lacking.length === 0) return null
  return {
    message: `${tableWords(table)} is partitioned by ${list(keyOf(table))}: a key that is unique has to hold ${list(lacking)}, and ${list(columns)} alone cannot be guarded over all parts.`,
    mend: [`Make ${list([...columns, ...lacking])} unique together, if that is what is meant.`],
  }
}

/** Before rows are looked at. @throws MartsmithError `database.parts` */
export function assertKeyInParts(table: Table, columns: string[]): void {
  const why = keyRefusal(table, columns)
  if (why) throw refused(why.message, ...why.mend)
}

function otherwise(change: SchemaChange, world: World): string[] {
  const table = partedTable(change.table, world)
  if (!table?.partitions || world.db.server.family !== 'postgres') return []
  const parts = count(table.partitions.parts.filter((p) => p.by === null).length, 'part')
  const where = tableWords(table)
  switch (change.kind) {
    case 'add-index':
    case 'add-unique':
      return [
        `${where} is partitioned, and takes no index CONCURRENTLY: each of its ${parts} gets one so, by itself, and the table takes them over.`,
      ]
    case 'add-foreign-key':
      return [
        `${where} is partitioned, and takes no reference NOT VALID: its ${parts} get it so, are validated, and the table takes that over.`,
      ]
    case 'drop-index':
      return [
        `${where} is partitioned: its index is not dropped CONCURRENTLY, all wait for the moment in which it goes. The way back makes it at once, and nobody writes meanwhile.`,
      ]
    default:
      return []
  }
}

function partedTable(name: TableName, { schema }: World): Table | null {
  const table = findTable(schema, name)
  return table?.partitions ? table : null
}

const keyOf = (table: Table): string[] => table.partitions?.columns ?? []
