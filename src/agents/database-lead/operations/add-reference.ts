/** A row that belongs to one of another table, or of its own: the column, its index and the foreign key at once. */
import { isSameTable, tableWords } from '../../../adapters/databases/types.ts'
import type { SchemaChange } from '../order/change.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable, wordsOf } from '../resolve.ts'
import { constraintName } from '../style.ts'
import { design, type Operation } from '../types.ts'
import { alreadySo } from './columns.ts'
import { referenceTo } from './tables.ts'

const IN_ROLE =
  /^(?:add|create|make)\s+(?:an?\s+)?(?:reference|link|relation(?:ship)?)\s+from\s+(?<table>.+?)\s+to\s+(?<references>.+?)\s+(?:as|called|named)\s+(?:an?\s+|the\s+|its\s+|their\s+)?(?<role>\w+(?: \w+){0,3})$/i
const FORMS = [
  /^(?:add|create|make)\s+(?:an?\s+)?(?:reference|link|relation(?:ship)?)\s+from\s+(?<table>.+?)\s+to\s+(?<references>.+)$/i,
  /^(?:add|create|make)\s+(?:an?\s+)?(?:reference|link)\s+to\s+(?<references>.+?)\s+(?:to|in|on)\s+(?<table>.+)$/i,
  /^(?:let\s+)?(?:each\s+|every\s+|an?\s+)?(?<table>[\w ]+?)\s+(?:can\s+|should\s+|must\s+)?belongs?\s+to\s+(?:one\s+|an?\s+|exactly one\s+)?(?<references>.+)$/i,
  /^let\s+(?<table>.+?)\s+(?:refer|point)\s+to\s+(?<references>.+)$/i,
]
const SELF = [
  /^add\s+(?:an?\s+)?(?<role>[\w ]+?)\s+(?:self[- ]?reference|reference to itself)\s+to\s+(?<table>.+)$/i,
  /^add\s+(?:an?\s+)?self[- ]?reference\s+(?:called\s+|named\s+)?(?<role>[\w ]+?)\s+to\s+(?<table>.+)$/i,
  /^(?:add|create)\s+(?:an?\s+)?self[- ]?reference\s+(?:to|in|on)\s+(?<table>[\w ]+?)\s*[:,(]\s*(?:as\s+|for\s+)?(?:its|their|the|an?)\s+(?<role>\w+)\)?$/i,
  /^(?:let\s+)?(?:each\s+|every\s+|an?\s+)?(?<table>[\w ]+?)\s+(?:(?:can|may|should)\s+)?ha(?:ve|s)\s+an?\s+(?<role>parent|manager|superior|predecessor|successor|owner|original)(?:\s+(?<same>[\w ]+))?$/i,
]

export const addReference: Operation<'add-reference'> = {
  op: 'add-reference',
  example: 'Add a reference from products to suppliers',
  read: (sentence) => {
    for (const form of SELF) {
      const { table, role, same } = form.exec(sentence)?.groups ?? {}
      const isSelf = same === undefined || wordsOf(same).join(' ') === wordsOf(bare(table ?? '')).join(' ')
      if (table && role && isName(bare(table)) && isName(bare(role)) && isSelf)
        return { op: 'add-reference', table, references: table, role: bare(role) }
    }
    const { table, references, role } = IN_ROLE.exec(sentence)?.groups ?? {}
    if (table && references && role && isName(bare(table)) && isName(bare(references)))
      return { op: 'add-reference', table, references, role }
    for (const form of FORMS) {
      const { table, references } = form.exec(sentence)?.groups ?? {}
      if (table && references && isName(bare(table)) && isName(bare(references)))
        return { op: 'add-reference', table, references, role: null }
    }
    return null
  },
  design: async (ask, world) => {
    const { schema, db } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const parent = await resolveTable(ask.references, schema, world.choose)
    const on = { schema: table.schema, name: table.name }
    const to = { schema: parent.schema, name: parent.name }
    const isSelf = isSameTable(on, to)
    const role = ask.role ?? (isSelf ? 'parent' : null)
    const { column, reference } = referenceTo(parent, table.name, world, role)
    const there = table.columns.find((c) => wordsOf(c.name).join(' ') === wordsOf(column.name).join(' '))
    if (there)
      throw alreadySo(
        table.foreignKeys.some((f) => f.columns.join() === there.name && isSameTable(f.references, to))
          ? `${tableWords(table)}.${there.name} refers to ${tableWords(parent)} already.`
          : `${tableWords(table)} has a column ${there.name} already. To let it refer: add a foreign key from ${there.name} of ${table.name} to ${parent.name}`,
      )
    const changes: SchemaChange[] = [
      { kind: 'add-column', table: on, column },
      {
        kind: 'add-index',
        table: on,
        key: { name: constraintName('index', table.name, [column.name], schema, db), columns: [column.name] },
      },
      { kind: 'add-foreign-key', table: on, reference },
    ]
    return design({
      title: `Let ${tableWords(table)} refer to ${isSelf ? `its own ${role}` : tableWords(parent)}, by ${column.name}`,
      tables: isSelf ? [on] : [on, to],
      changes,
      criteria: [
        {
          words: `${tableWords(table)}.${column.name} is ${column.type}, may be null.`,
          check: {
            kind: 'column',
            table: on,
            column: column.name,
            type: column.type,
            nullable: true,
            default: null,
          },
        },
        {
          words: `Every ${tableWords(table)}.${column.name} that is not null is a row of ${tableWords(parent)}.`,
          check: { kind: 'reference', table: on, columns: [column.name], references: to },
        },
        {
          words: `${tableWords(table)}.${column.name} has an index.`,
          check: { kind: 'index', table: on, columns: [column.name] },
        },
      ],
      because: [
        `${column.type}: as the key of ${tableWords(parent)}.`,
        'It may be null: the rows that stand refer to nothing yet.',
        'An index comes with it: without one, each delete of a parent reads the whole table.',
        'Deleting what is referred to is refused: nothing was said of deleting these rows with it.',
        ...(isSelf
          ? ['A row may become its own ancestor: the key does not keep that out, whoever writes has to.']
          : []),
      ],
      alternatives: [
        'A table between the two: right where a row may refer to several.',
        ...(isSelf
          ? ['A path or a closure table: faster to read whole branches, and more to keep right.']
          : []),
      ],
    })
  },
}
