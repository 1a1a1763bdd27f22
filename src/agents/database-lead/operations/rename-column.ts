/** Another name for a column. */
import { viewsReading } from '../order/views.ts'
import { bare, isName, takeSteps } from '../requests/text.ts'
import { wordsOf } from '../resolve.ts'
import { assertName, columnName, reservedNote } from '../style.ts'
import { design, type Operation } from '../types.ts'
import { alreadySo, asBefore, assertNoTrigger, placeIn, resolvePlace, usersOf } from './columns.ts'
import { expand } from './same.ts'

const FORM = /^rename\s+(?<place>.+?)\s+(?:to|as|into)\s+(?<to>.+)$/i
const WITH_PLACE =
  /^rename\s+(?:the\s+)?(?:column\s+)?(?<column>.+?)\s+(?:to|as|into)\s+(?<to>.+?)\s+(?:of|in|on)\s+(?<table>.+)$/i

/** `customers.telefax`, of a column of customers; null where it would go to another table. */
function ownName(to: string, table: string): string | null {
  const [, owner = '', own = ''] = /^([\w"`]+)\.([\w"`]+)$/.exec(to) ?? []
  if (own === '') return to
  return wordsOf(bare(owner)).join() === wordsOf(bare(table)).join() ? own : null
}

export const renameColumn: Operation<'rename-column'> = {
  op: 'rename-column',
  example: 'Rename the unit price of invoice lines to net price',
  read: (said) => {
    const { inSteps, rest: sentence } = takeSteps(said)
    const { place = '', to = '' } = FORM.exec(sentence)?.groups ?? {}
    const found = placeIn(place)
    const name = found && ownName(to, found.table)
    if (found) return name && isName(bare(name)) ? { op: 'rename-column', ...found, to: name, inSteps } : null
    const last = WITH_PLACE.exec(sentence)?.groups
    const { table, column } = last ?? {}
    const called = last?.to && table ? ownName(last.to, table) : null
    if (!table || !called || !column || !isName(bare(called)) || !isName(bare(column))) return null
    return { op: 'rename-column', table: bare(table), column: bare(column), to: called, inSteps }
  },
  design: async (ask, world) => {
    const { table, column, on, where } = await resolvePlace(ask, world)
    const to = columnName(ask.to, table, world.schema)
    assertName(to, world.db)
    const standing = table.columns.find((c) => c.name.toLowerCase() === to.toLowerCase())
    if (standing && standing !== column)
      throw alreadySo(`${table.name} has a column ${standing.name} already.`)
    if (to === column.name) throw alreadySo(`${where} has that name already.`)
    const users = await usersOf(world, on, column.name)
    // A view of Postgres follows the rename, one of MySQL is left broken.
    const views =
      world.db.server.family === 'mysql' ? viewsReading(world.schema, on, column.name, world.db) : []
    if (ask.inSteps || users.length > 0 || views.length > 0)
      return expand({ table, column, to, type: column.type, what: 'rename', users, views }, world)
    await assertNoTrigger(on, column.name, world)
    return design({
      title: `Rename ${where} to ${to}`,
      tables: [on],
      changes: [{ kind: 'rename-column', table: on, column: column.name, to }],
      criteria: [
        {
          words: `${table.name}.${to} is what ${column.name} was: ${column.type}, ${column.nullable ? 'may be null' : 'never null'}.`,
          check: {
            kind: 'column',
            table: on,
            column: to,
            type: column.type,
            nullable: column.nullable,
            default: asBefore(column),
          },
        },
        {
          words: `${where} is gone.`,
          check: { kind: 'no-column', table: on, column: column.name },
        },
      ],
      because: [
        'Only the catalogue changes: constraints, indexes and values follow by themselves.',
        ...reservedNote(to),
      ],
      alternatives: [
        `In steps (say "in steps"): a second column ${to}, both kept the same by a trigger, the application moved, ${column.name} dropped later. No statement that was found names ${column.name}.`,
      ],
      gone: [{ table: on, column: column.name }],
    })
  },
}
