/** Some columns of a table get a table of their own, one row for each: begun beside whatever runs, finished later. */
import { type Column, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { besideName } from '../criteria.ts'
import type { Beside, NewColumn, SchemaChange } from '../order/change.ts'
import { isTextType } from '../order/sql.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveColumn, resolveTable } from '../resolve.ts'
import { reservedNote, tableNameAsSaid } from '../style.ts'
import { type Criterion, design, type Operation } from '../types.ts'
import { assertFreeToGo, columnCriteria, meanwhile, standingOn } from './beside.ts'
import { placeWords, usersOf } from './columns.ts'
import { literalIn } from './same.ts'
import { newTable, referenceTo } from './tables.ts'

const FORM =
  /^(?:move|split|extract|take|pull|factor)\s+(?:out\s+)?(?<columns>.+?)\s+(?:of|from|out of)\s+(?<table>.+?)\s+(?:out\s+)?(?:in)?to\s+(?:an?\s+|its\s+|their\s+)?(?:new\s+|own\s+|separate\s+)*(?:table\s+)?(?:called\s+|named\s+)?(?<to>.+?)(?:\s+table)?$/i

export const splitTable: Operation<'split-table'> = {
  op: 'split-table',
  example: 'Move street, city and zip of customers into a table addresses',
  read: (sentence) => {
    const { columns = '', table = '', to = '' } = FORM.exec(sentence)?.groups ?? {}
    const names = listed(columns)
    // `move a from b to c` may mean a table that stands.
    const isNew = /\b(?:table|new|own|separate)\b/i.test(sentence)
    const isUnderstood = isNew && names.length > 0 && [...names, bare(table), bare(to)].every(isName)
    return isUnderstood ? { op: 'split-table', table, columns: names, to } : null
  },
  design: async (ask, world) => {
    const { schema } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const columns: Column[] = []
    for (const words of ask.columns) columns.push(await resolveColumn(words, table, world.choose))
    assertFreeToGo(table, columns, world)
    const on = { schema: table.schema, name: table.name }
    const to = { ...newTable(tableNameAsSaid(ask.to, schema), world), schema: table.schema }
    const { column: key, reference } = referenceTo(table, to.name, world)
    const names = columns.map((c) => c.name)
    if (names.includes(key.name))
      throw new MartsmithError({
        code: 'database.twice',
        message: `${to.name} would have two columns ${key.name}: one that moves, and its key.`,
        mend: [`Leave ${key.name} where it is.`],
      })
    const stands = standingOn(table, names, to, world)
    const pair: Beside = {
      table: on,
      to,
      key: { own: reference.refColumns[0] ?? '', other: key.name },
      columns: columns.map((c) => ({ own: c.name, other: c.name, default: literalIn(c) })),
    }
    const name = besideName(table.name, to.name)
    const required = columns.filter((c) => !c.nullable)
    const changes: SchemaChange[] = [
      {
        kind: 'create-table',
        table: to,
        columns: [{ ...key, nullable: false }, ...columns.map(asNew)],
        primaryKey: [key.name],
        references: [{ ...reference, onDelete: 'CASCADE' }, ...stands.references],
        uniques: stands.uniques,
        indexes: stands.indexes,
      },
      ...stands.checks,
      { kind: 'keep-beside', ...pair, name },
      ...required.map((c) => ({ kind: 'set-nullable' as const, table: on, column: c.name, nullable: true })),
      { kind: 'fill-beside', ...pair, into: 'other' },
      { kind: 'prove-beside', ...pair, refill: null },
    ]
    const criteria: Criterion[] = [
      { words: `There is a table ${to.name}.`, check: { kind: 'table', table: to } },
      ...columnCriteria(to, [{ ...key, nullable: false }, ...columns]),
      {
        words: `${to.name}.${key.name} refers to ${tableWords(on)}.`,
        check: { kind: 'reference', table: to, columns: [key.name], references: on },
      },
      ...stands.uniques.map((u) => ({
        words: `No two rows of ${to.name} have the same ${list(u.columns)}.`,
        check: { kind: 'unique' as const, table: to, columns: u.columns },
      })),
      {
        words: `${list(names)} of ${tableWords(on)} and ${to.name} hold the same in every row, and stay so whoever writes.`,
        check: { kind: 'beside', ...pair, name },
      },
    ]
    const users = (await Promise.all(names.map((c) => usersOf(world, on, c)))).flat()
    const places = [...new Set(users.map(placeWords))]
    const defaults = columns.filter((c) => literalIn(c) !== null)
    return design({
      title: `Begin to split ${list(names)} of ${tableWords(on)} into ${to.name}: both, kept the same`,
      tables: [on],
      changes,
      criteria,
      because: [
        `${key.name} is the key of ${to.name} and refers to ${tableWords(on)}: at most one row for each, gone with it.`,
        'Triggers on both keep them the same, whichever is written; the rows that stand are copied in batches, and it is proven row by row that none differs.',
        `A row in which ${list(names)} hold nothing${defaults.length > 0 ? ' but their defaults' : ''} has none in ${to.name}, so that a new release may insert its own.`,
        ...(required.length > 0
          ? [
              `${list(required.map((c) => c.name))} may be null in ${table.name} until it is finished, so that a release that writes ${to.name} need not say ${required.length === 1 ? 'it' : 'them'}; in ${to.name} ${required.length === 1 ? 'it is' : 'they are'} required.`,
            ]
          : []),
        ...reservedNote(to.name),
      ],
      alternatives: [
        'Everything in one moment: each statement that names the columns fails until its release.',
        `A view that joins the two under the name ${table.name}: it is not written through on ${world.db.server.product} without more triggers.`,
      ],
      later: [
        `Release an application that reads and writes ${list(names)} in ${to.name}${places.length > 0 ? `: ${list(places, 8)}` : ''}.`,
        `Then: martsmith db "finish the split of ${table.name} into ${to.name}"`,
        meanwhile(on, to, world),
      ],
    })
  },
}

function asNew(c: Column): NewColumn {
  return {
    name: c.name,
    type: c.type,
    nullable: c.nullable,
    default: literalIn(c),
    numbered: false,
    ...(c.collation !== null && isTextType(c.type) ? { collation: c.collation } : {}),
  }
}
