/** Requests about unique keys, foreign keys and indexes. */
import {
  type Column,
  type Schema,
  type Table,
  tableSql,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { isSameType } from '../criteria.ts'
import type { SchemaChange } from '../order/change.ts'
import type { AskOf } from '../requests/ask.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveColumn, resolveTable, wordsOf } from '../resolve.ts'
import { constraintName } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { alreadySo, isStanding, placeIn, resolvePlace } from './columns.ts'
import { assertKeyInParts } from './in-parts.ts'

const UNIQUE_FORMS = [
  /^make\s+(?<place>.+?)\s+unique$/i,
  /^(?:add|create)\s+(?:an?\s+)?unique\s+(?:constraint|key|index)\s+(?:on|for|to|over)\s+(?<place>.+)$/i,
  /^(?<place>.+?)\s+(?:must|should|has to|have to)\s+be\s+unique$/i,
]

export const addUnique: Operation<'add-unique'> = {
  op: 'add-unique',
  example: 'Make the email of customers unique',
  read: (sentence) => {
    for (const form of UNIQUE_FORMS) {
      const place = placeIn(form.exec(sentence)?.groups?.place ?? '')
      if (place) return { op: 'add-unique', table: place.table, columns: listed(place.column) }
    }
    return null
  },
  design: async (ask, world) => {
    const { table, columns, names, on } = await resolveAll(ask, world)
    const where = `${tableWords(table)} (${names.join(', ')})`
    const keys = [
      ...table.uniques,
      ...table.indexes.filter((i) => i.unique),
      ...(table.primaryKey ? [table.primaryKey] : []),
    ]
    const same = keys.find(
      (k) => k.columns.length === names.length && names.every((n) => k.columns.includes(n)),
    )
    if (same) throw alreadySo(`${where} is unique already, by ${same.name}.`)
    assertKeyInParts(table, names)
    if (isStanding(world, on, names)) await assertDifferent(where, table, columns, world)
    return design({
      title: `Make ${where} unique`,
      tables: [on],
      changes: [
        {
          kind: 'add-unique',
          table: on,
          key: { name: constraintName('unique', table.name, names, world.schema, world.db), columns: names },
        },
      ],
      criteria: [
        {
          words: `No two rows of ${where} are the same.`,
          check: { kind: 'unique', table: on, columns: names },
        },
      ],
      because: ['No two rows that stand are the same in it.'],
      alternatives: [
        'A look before each write in the application: two writers at once would both find nothing.',
      ],
    })
  },
}

/** @throws MartsmithError `database.breaks` */
async function assertDifferent(where: string, table: Table, columns: Column[], { db }: World): Promise<void> {
  const names = columns.map((c) => db.quote(c.name)).join(', ')
  const filled = columns.map((c) => `${db.quote(c.name)} is not null`).join(' and ')
  const twice = `select ${names}, count(*) as n from ${tableSql(db, table)} where ${filled} group by ${names} having count(*) > 1`
  const [row] = await db.query(`select count(*) as n from (${twice}) twice`)
  const n = Number(row?.n ?? 0)
  if (n === 0) return
  throw new MartsmithError({
    code: 'database.breaks',
    message: `${where} cannot be unique: ${count(n, 'value')} stand there more than once.`,
    mend: ['Decide which of the rows stay; then ask again.', `They are found by: ${twice}`],
    exitCode: 1,
  })
}

const FK_FORMS = [
  /^(?:add|create)\s+(?:an?\s+)?foreign\s+key(?:\s+constraint)?\s+(?:from|on|for|to)\s+(?<place>.+?)\s+(?:to|referencing|that references|which references|references|and references|pointing to)\s+(?<references>.+)$/i,
  /^(?<place>.+?)\s+(?:must|should|has to)\s+(?:reference|refer to|point to)\s+(?<references>.+)$/i,
]

export const addForeignKey: Operation<'add-foreign-key'> = {
  op: 'add-foreign-key',
  example: 'Add a foreign key from customer_id of orders to customers',
  read: (sentence) => {
    for (const form of FK_FORMS) {
      const { place = '', references = '' } = form.exec(sentence)?.groups ?? {}
      const found = placeIn(place)
      const target = references.replace(/\s*\([^)]*\)$/, '')
      const isTarget = isName(bare(target.split('.')[0] ?? ''))
      if (found && isTarget) return { op: 'add-foreign-key', ...found, references: target }
      if (isTarget && isName(bare(place)))
        return { op: 'add-foreign-key', table: place, column: '', references: target }
    }
    return null
  },
  design: async (ask, world) => {
    const { db, schema } = world
    const { parent, key } = await target(ask.references, world)
    const { table, column, on, where } =
      ask.column === ''
        ? await resolvePlace(
            { table: ask.table, column: await columnFor(ask.table, parent, key, world) },
            world,
          )
        : await resolvePlace(ask, world)
    const there = table.foreignKeys.find((f) => f.columns.length === 1 && f.columns[0] === column.name)
    if (there)
      throw alreadySo(`${where} refers to ${tableWords(there.references)} already, by ${there.name}.`)
    if (!isSameType(column.type, key.type))
      throw new MartsmithError({
        code: 'database.type',
        message: `${where} is ${column.type}, and ${tableWords(parent)}.${key.name} is ${key.type}: they have to be of one type.`,
        mend: [`Change the type of ${column.name} in ${table.name} to ${key.type} first.`],
      })
    if (isStanding(world, on, [column.name])) await assertParents(where, table, column, parent, key, world)
    const references = { schema: parent.schema, name: parent.name }
    const isIndexed = [
      ...table.indexes,
      ...table.uniques,
      ...(table.primaryKey ? [table.primaryKey] : []),
    ].some((i) => i.columns[0]?.replaceAll('"', '') === column.name)
    const changes: SchemaChange[] = [
      ...(isIndexed
        ? []
        : [
            {
              kind: 'add-index' as const,
              table: on,
              key: {
                name: constraintName('index', table.name, [column.name], schema, db),
                columns: [column.name],
              },
            },
          ]),
      {
        kind: 'add-foreign-key',
        table: on,
        reference: {
          name: constraintName('foreign-key', table.name, [column.name], schema, db),
          columns: [column.name],
          references,
          refColumns: [key.name],
          onDelete: 'NO ACTION',
        },
      },
    ]
    return design({
      title: `Let ${where} refer to ${tableWords(parent)}`,
      tables: [on, references],
      changes,
      criteria: [
        {
          words: `Every ${where} that is not null is a ${key.name} of ${tableWords(parent)}.`,
          check: { kind: 'reference', table: on, columns: [column.name], references },
        },
        ...(isIndexed
          ? []
          : [
              {
                words: `${where} has an index.`,
                check: { kind: 'index' as const, table: on, columns: [column.name] },
              },
            ]),
      ],
      because: [
        'No row that stands refers to what is not there.',
        ...(isIndexed
          ? []
          : ['An index comes with it: without one, each delete of a parent reads the whole table.']),
        'Deleting a parent that is referred to is refused: nothing was said of deleting its rows with it.',
      ],
      alternatives: ['ON DELETE CASCADE: a delete that nobody meant would take these rows with it.'],
    })
  },
}

/** Where only the tables were said: the column that is named after the other table and its key. */
async function columnFor(words: string, parent: Table, key: Column, world: World): Promise<string> {
  const table = await resolveTable(words, world.schema, world.choose)
  const own = wordsOf(parent.name)
  const wanted = [key.name, [...own, ...wordsOf(key.name)].join(' '), [...own, 'id'].join(' ')].map((n) =>
    wordsOf(n).join(' '),
  )
  const found = table.columns.filter(
    (c) => wordsOf(c.name).length > 1 && wanted.includes(wordsOf(c.name).join(' ')),
  )
  const [only] = found
  if (only && found.length === 1) return only.name
  throw new MartsmithError({
    code: 'database.unknown-column',
    message: `It is not clear which column of ${tableWords(table)} refers to ${tableWords(parent)}.`,
    mend: [`Say it: add a foreign key from <column> of ${table.name} to ${parent.name}`],
  })
}

async function target(references: string, world: World): Promise<{ parent: Table; key: Column }> {
  const dot = references.lastIndexOf('.')
  const [tableWord, columnWord] =
    dot > 0 ? [references.slice(0, dot), references.slice(dot + 1)] : [references, null]
  const parent = await resolveTable(tableWord, world.schema, world.choose)
  const named =
    columnWord ?? (parent.primaryKey?.columns.length === 1 ? parent.primaryKey.columns[0] : undefined)
  if (named === undefined)
    throw new MartsmithError({
      code: 'database.key',
      message: `${tableWords(parent)} has no primary key of one column that could be referred to.`,
      mend: ['Say which column: to customers.number'],
    })
  const key = await resolveColumn(named, parent, world.choose)
  const isKey = [...parent.uniques, ...(parent.primaryKey ? [parent.primaryKey] : [])].some(
    (k) => k.columns.length === 1 && k.columns[0] === key.name,
  )
  if (isKey) return { parent, key }
  throw new MartsmithError({
    code: 'database.key',
    message: `${tableWords(parent)}.${key.name} is not unique: nothing can refer to it.`,
    mend: [`Make ${key.name} of ${parent.name} unique first.`],
  })
}

async function assertParents(
  where: string,
  table: Table,
  column: Column,
  parent: Table,
  key: Column,
  { db }: World,
): Promise<void> {
  const [c, k] = [db.quote(column.name), db.quote(key.name)]
  const from = `from ${tableSql(db, table)} child where child.${c} is not null and not exists (select 1 from ${tableSql(db, parent)} parent where parent.${k} = child.${c})`
  const [row] = await db.query(`select count(*) as n ${from}`)
  const n = Number(row?.n ?? 0)
  if (n === 0) return
  throw new MartsmithError({
    code: 'database.breaks',
    message: `${where} cannot refer to ${tableWords(parent)}: ${count(n, 'row')} refer to what is not there.`,
    mend: ['Correct or clear those rows; then ask again.', `They are found by: select child.* ${from}`],
    exitCode: 1,
  })
}

const INDEX_FORMS = [
  /^(?:add|create|make)\s+(?:an?\s+)?(?:new\s+)?(?:composite\s+|compound\s+)?index\s+(?:on|to)\s+(?<table>[\w.]+)\s*\((?<columns>[^)]+)\)$/i,
  /^(?:add|create|make)\s+(?:an?\s+)?(?:new\s+)?(?:composite\s+|compound\s+)?index\s+(?:to|on)\s+(?<table>.+?)\s+(?:for|over|covering)\s+(?<columns>.+)$/i,
  /^(?:add|create|make)\s+(?:an?\s+)?(?:new\s+)?(?:composite\s+|compound\s+)?index\s+(?:on|for|over)\s+(?<columns>.+?)\s+(?:of|in|on|to)\s+(?<table>.+)$/i,
  /^index\s+(?<columns>.+?)\s+(?:of|in|on)\s+(?<table>.+)$/i,
]

export const addIndex: Operation<'add-index'> = {
  op: 'add-index',
  example: 'Add an index on customer id and invoice date of invoices',
  read: (sentence) => {
    for (const form of INDEX_FORMS) {
      const { table, columns } = form.exec(sentence)?.groups ?? {}
      if (table && columns) return { op: 'add-index', table, columns: listed(columns) }
    }
    const dotted =
      /^(?:add|create)\s+(?:an?\s+)?index\s+(?:on|for)\s+(?<table>[\w]+(?:\.[\w]+)?)\.(?<column>\w+)$/i.exec(
        sentence,
      )
    return dotted?.groups
      ? { op: 'add-index', table: dotted.groups.table ?? '', columns: [dotted.groups.column ?? ''] }
      : null
  },
  design: async (ask, world) => {
    const { table, names, on } = await resolveAll(turned(ask, world.schema), world)
    return indexDesign(table, names, on, world, [
      'In the order that was said: it serves queries that name its first columns.',
    ])
  },
}

/** `index orders on status` says it the other way round than `index status on orders`. */
function turned(ask: AskOf<'add-index'>, schema: Schema): AskOf<'add-index'> {
  const [first] = ask.columns
  const isTable = (words: string) =>
    schema.tables.some((t) => wordsOf(t.name).join(' ') === wordsOf(bare(words)).join(' '))
  if (first === undefined || ask.columns.length > 1 || isTable(ask.table) || !isTable(first)) return ask
  return { ...ask, table: first, columns: listed(ask.table) }
}

export function indexDesign(
  table: Table,
  names: string[],
  on: { schema: string; name: string },
  world: World,
  because: string[],
) {
  const standing = standingKeys(table).find((k) =>
    names.every((n, i) => k.columns[i]?.replaceAll('"', '') === n),
  )
  if (standing)
    throw alreadySo(
      `${tableWords(table)} has an index that begins with ${list(names)} already: ${standing.name}.`,
    )
  const covered = standingKeys(table).filter(
    (k) => k.columns.length < names.length && k.columns.every((c, i) => c.replaceAll('"', '') === names[i]),
  )
  const criteria: Criterion[] = [
    {
      words: `${tableWords(table)} has a valid index on ${list(names)}.`,
      check: { kind: 'index', table: on, columns: names },
    },
  ]
  return design({
    title: `Index ${names.join(', ')} of ${tableWords(table)}`,
    tables: [on],
    changes: [
      {
        kind: 'add-index',
        table: on,
        key: { name: constraintName('index', table.name, names, world.schema, world.db), columns: names },
      },
    ],
    criteria,
    because: [
      ...because,
      'Each write to the table has one index more to keep.',
      ...covered
        .filter((k) => table.indexes.some((i) => i.name === k.name))
        .map((k) => `${k.name} (${k.columns.join(', ')}) is covered by it, and can be dropped afterwards.`),
    ],
    alternatives: ['A query that reads less: it would have to be changed in the application.'],
  })
}

function standingKeys(table: Table): { name: string; columns: string[] }[] {
  return [...table.indexes, ...table.uniques, ...(table.primaryKey ? [table.primaryKey] : [])]
}

/** The table and the columns that are said. */
export async function resolveAll(ask: { table: string; columns: string[] }, world: World) {
  const table = await resolveTable(ask.table, world.schema, world.choose)
  const columns: Column[] = []
  for (const words of ask.columns) columns.push(await resolveColumn(words, table, world.choose))
  const on = { schema: table.schema, name: table.name }
  return { table, columns, names: columns.map((c) => c.name), on }
}
