/** A column less. */

import { tableSql } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import { design, type Operation } from '../types.ts'
import { assertNoTrigger, assertNoView, isStanding, placeIn, resolvePlace } from './columns.ts'

const FORM = /^(?:drop|remove|delete)\s+(?<place>.+)$/i

export const dropColumn: Operation<'drop-column'> = {
  op: 'drop-column',
  example: 'Drop the fax from customers',
  read: (sentence) => {
    const place = placeIn(FORM.exec(sentence)?.groups?.place ?? '')
    if (
      !place ||
      /\b(?:index|constraint|key|default|not null|table|rows?|all|every|each)\b/i.test(place.column)
    )
      return null
    // Of all customers something is said of rows, not of the column.
    if (/^(?:all|every|each)\b/i.test(place.table ?? '')) return null
    return { op: 'drop-column', ...place }
  },
  design: async (ask, world) => {
    const { table, column, on, where } = await resolvePlace(ask, world)
    if (table.primaryKey?.columns.includes(column.name))
      throw new MartsmithError({
        code: 'database.key',
        message: `${where} is part of the primary key: without it rows of ${table.name} have no name.`,
        mend: ['Give the table another primary key first.'],
      })
    if (!isStanding(world, on, [column.name]))
      throw new MartsmithError({
        code: 'database.contradiction',
        message: `${where} is added by another part of the request, and dropped by this one.`,
      })
    assertNoView(on, [column.name], world)
    await assertNoTrigger(on, column.name, world)
    const [row] = await world.db.query(
      `select count(${world.db.quote(column.name)}) as n from ${tableSql(world.db, table)}`,
    )
    const filled = Number(row?.n ?? 0)
    const isFilledAgain = !column.nullable && column.default === null && !column.made
    return design({
      title: `Drop ${where}`,
      tables: [on],
      changes: [{ kind: 'drop-column', table: on, column: column.name }],
      criteria: [
        { words: `${where} is gone.`, check: { kind: 'no-column', table: on, column: column.name } },
      ],
      because: ['Only the catalogue changes; the room comes back as rows are written.'],
      alternatives: [
        'Stop writing and reading it in the application first, and drop it with the next release: what this migration needs to have happened.',
      ],
      loses:
        filled > 0
          ? [
              `The values of ${where} in ${count(filled, 'row')}: the way back brings the column, not them${isFilledAgain ? '; it may not be null, so that each row has an empty value or zero in it then' : ''}.`,
            ]
          : [],
      gone: [{ table: on, column: column.name }],
    })
  },
}
