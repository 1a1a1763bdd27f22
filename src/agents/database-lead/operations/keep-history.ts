/** What rows were before they changed: a table beside, written by a trigger. */
import { type Column, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { triggerName } from '../criteria.ts'
import type { NewColumn, SchemaChange } from '../order/change.ts'
import { isTextType } from '../order/sql.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable } from '../resolve.ts'
import { columnName, constraintName } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { wordsFor } from './learned-type.ts'
import { newTable } from './tables.ts'

const FORMS = [
  /^(?:keep|store|record|track|save)\s+(?:an?\s+|the\s+|all\s+)?(?:history|changes|old (?:rows|versions|values)|audit trail)\s+(?:of|for|to|in)\s+(?<table>.+)$/i,
  /^(?:add|create|make|introduce)\s+an?\s+(?:history|audit)(?:\s+(?:table|log|trail))?\s+(?:of|for|to)\s+(?<table>.+)$/i,
]

export const keepHistory: Operation<'keep-history'> = {
  op: 'keep-history',
  example: 'Keep a history of prices',
  read: (sentence) => {
    for (const form of FORMS) {
      const { table } = form.exec(sentence)?.groups ?? {}
      if (table && isName(bare(table))) return { op: 'keep-history', table: bare(table) }
    }
    return null
  },
  design: async (ask, world) => {
    const { schema, db } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const on = { schema: table.schema, name: table.name }
    const isCamel = /[A-Z]/.test(table.name) && !table.name.includes('_')
    const to = newTable(`${table.name}${isCamel ? 'History' : '_history'}`, world)
    const names = ownNames(table, world)
    const columns = columnsOf(table, names, world)
    const key = table.primaryKey?.columns ?? []
    const indexed = key.length > 0 ? [...key, names.at] : []
    const change: SchemaChange = {
      kind: 'keep-history',
      table: on,
      to,
      columns: table.columns.map((c) => c.name),
      operation: names.operation,
      name: triggerName([to.name, 'writer']),
    }
    const criteria: Criterion[] = [
      { words: `There is a table ${to.name}.`, check: { kind: 'table', table: to } },
      {
        words: `A row of ${tableWords(table)} that is changed or deleted stands in ${to.name} as it was.`,
        check: { kind: 'history', table: on, to, name: change.name },
      },
    ]
    return design({
      title: `Keep a history of ${tableWords(table)} in ${to.name}`,
      tables: [on],
      changes: [
        {
          kind: 'create-table',
          table: to,
          columns,
          primaryKey: [names.id],
          references: [],
          uniques: [],
          indexes:
            indexed.length > 0
              ? [{ name: constraintName('index', to.name, indexed, schema, db), columns: indexed }]
              : [],
        },
        change,
      ],
      criteria,
      because: [
        'A trigger writes the row as it was, with the moment and what was done: whoever changes it, in whatever way.',
        'It has no foreign keys: a row may be gone, and its history stays.',
        'The history begins with the first change after it: the rows that stand are their own latest version.',
        ...(db.server.family === 'mysql'
          ? [
              `${db.server.product} runs no trigger for rows that a foreign key deletes along: those leave no history.`,
            ]
          : []),
        'Each change of a row costs one row more. How long they are kept was not said.',
        `A column that is added to ${table.name} later is not in it by itself.`,
      ],
      alternatives: [
        'Columns valid_from and valid_to in the table itself: every query has to say which version it means.',
        'The application writes it: what others change is not seen.',
      ],
    })
  },
}

function ownNames(table: Table, { schema }: World): { id: string; at: string; operation: string } {
  const named = (words: string) => columnName(words, table, schema)
  return { id: named('history id'), at: named('changed at'), operation: named('operation') }
}

/** As they are in the table, and nothing that would refuse an old row. */
function columnsOf(
  table: Table,
  names: { id: string; at: string; operation: string },
  { db }: World,
): NewColumn[] {
  const { family } = db.server
  const own = (name: string, type: string, more: Partial<NewColumn> = {}): NewColumn => ({
    name,
    type,
    nullable: false,
    default: null,
    numbered: false,
    ...more,
  })
  const copied = (c: Column) =>
    own(c.name, c.type, {
      nullable: true,
      ...(c.collation !== null && isTextType(c.type) ? { collation: c.collation } : {}),
    })
  return [
    own(names.id, 'bigint', { numbered: true }),
    ...table.columns.map(copied),
    own(names.at, wordsFor(family).moment, { default: { kind: 'now' } }),
    own(names.operation, 'varchar(10)'),
  ]
}
