/** The end of a table's partitioning: the table as it was before goes. */
import { findTable, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { partedNames, unmetInRows } from '../criteria.ts'
import { namesColumn } from '../order/sql.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable } from '../resolve.ts'
import { design, type Operation } from '../types.ts'
import { usersOfTable } from './rename-table.ts'

const FORM =
  /^(?:finish|complete|end)\s+(?:the\s+)?(?:partitioning|partition|partitions)\s+of\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?$/i

export const finishPartition: Operation<'finish-partition'> = {
  op: 'finish-partition',
  example: 'Finish the partitioning of events',
  read: (sentence) => {
    const { table = '' } = FORM.exec(sentence)?.groups ?? {}
    return isName(bare(table)) ? { op: 'finish-partition', table } : null
  },
  design: async (ask, world) => {
    const { schema, db } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const where = tableWords(table)
    const on = { schema: table.schema, name: table.name }
    const { old, name } = partedNames(on)
    const refused = (code: string, message: string, mend: string, details: string[] = []) =>
      new MartsmithError({ code, message, details, mend: [mend], exitCode: 1 })
    if (!findTable(schema, old) || !table.triggers.some((t) => t.name === name))
      throw refused(
        'database.not-begun',
        `No ${old.name} is kept the same as ${where}: it was not partitioned here, or that is finished.`,
        `martsmith db "partition ${table.name} by month on <column>"`,
      )
    const why = await unmetInRows({ words: '', check: { kind: 'before', table: on, old, name } }, schema, db)
    if (why !== null)
      throw refused(
        'database.differs',
        `${where} and ${old.name} do not hold the same: ${why}.`,
        'Find who writes past the trigger (TRUNCATE, a load with triggers off?), correct the rows, and ask again.',
      )
    const users = [
      ...(await usersOfTable(world, old, false)).filter((u) => !u.includes(name)),
      ...schema.views.filter((v) => namesColumn(v.definition, old.name)).map((v) => `view ${tableWords(v)}`),
    ]
    if (users.length > 0)
      throw refused(
        'database.used',
        `${old.name} is still said by ${list(users, 6)}.`,
        `Let them say ${where}; then ask again.`,
      )
    return design({
      title: `Finish the partitioning of ${where}`,
      tables: [on, old],
      changes: [{ kind: 'drop-before', table: on, old, name }],
      criteria: [
        { words: `${old.name} is gone.`, check: { kind: 'no-table', table: old } },
        { words: `There is a table ${where}.`, check: { kind: 'table', table: on } },
      ],
      because: [
        'Both hold the same in every row; each write is made once again, and the room of the former comes back.',
        'The way back makes the table as it was, fills it in batches, and keeps it the same again.',
      ],
      alternatives: ['Both for good: each write would go on to be made twice.'],
      gone: [{ table: old, column: null }],
    })
  },
}
