/** A column that moves beside a running application: a second one, both kept the same, filled, proven; later the first goes. */
import { type Column, type Table, tableWords, type View } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { FoundQuery } from '../analysis/code.ts'
import { syncName, unmetInRows } from '../criteria.ts'
import type { Literal, SchemaChange } from '../order/change.ts'
import { isTextType, namesColumn } from '../order/sql.ts'
import { viewsReading } from '../order/views.ts'
import { literalOf } from '../requests/clauses.ts'
import { constraintName } from '../style.ts'
import { type Criterion, type Design, design, type World } from '../types.ts'
import { assertNoTrigger, assertNoView, placeWords } from './columns.ts'
import { viewsOver } from './views-over.ts'

export type Move = {
  table: Table
  column: Column
  to: string
  type: string
  /** What it is for, in the sentence that finishes it. */
  what: 'rename' | 'type change'
  users: FoundQuery[]
  /** Those that a rename at once would break. */
  views: View[]
}

/** The expansion: nothing that runs has to change for it. */
export function expand({ table, column, to, type, what, users, views }: Move, world: World): Design {
  assertMovable(table, column, world)
  const on = { schema: table.schema, name: table.name }
  const where = tableWords(table)
  const name = syncName(table.name, column.name, to)
  const copies = copiesFor(table, column.name, to, world)
  const isRename = what === 'rename'
  const finish = isRename
    ? `finish the rename of ${column.name} of ${table.name} to ${to}`
    : `finish the type change of ${column.name} of ${table.name}`
  const changes: SchemaChange[] = [
    {
      kind: 'add-column',
      table: on,
      column: {
        name: to,
        type,
        nullable: true,
        default: null,
        numbered: false,
        ...(column.collation !== null && isTextType(type) ? { collation: column.collation } : {}),
      },
    },
    { kind: 'keep-same', table: on, column: column.name, to, name },
    {
      kind: 'fill',
      table: on,
      column: to,
      value: { kind: 'column', column: column.name, type: type === column.type ? null : type },
      where: [],
    },
    { kind: 'prove-same', table: on, column: column.name, to, refill: false },
    ...(column.nullable ? [] : [{ kind: 'set-nullable' as const, table: on, column: to, nullable: false }]),
    ...copies.changes,
  ]
  const criteria: Criterion[] = [
    {
      words: `${where}.${to} is ${type}, ${column.nullable ? 'may be null' : 'never null'}.`,
      check: { kind: 'column', table: on, column: to, type, nullable: column.nullable, default: null },
    },
    {
      words: `${where}.${column.name} and ${to} hold the same in every row, and stay so whoever writes.`,
      check: { kind: 'same', table: on, column: column.name, to },
    },
    ...copies.criteria,
  ]
  return design({
    title: isRename
      ? `Begin to rename ${where}.${column.name} to ${to}: both, kept the same`
      : `Begin to change the type of ${where}.${column.name} from ${column.type} to ${type}: ${to} beside it, kept the same`,
    tables: [on],
    changes,
    criteria,
    because: [
      users.length > 0
        ? `In steps, because ${count(users.length, 'statement')} of the application ${users.length === 1 ? 'names' : 'name'} ${column.name}: ${list(users.map(placeWords), 6)}.`
        : views.length > 0
          ? `In steps, because ${views.length === 1 ? 'the view' : 'the views'} ${list(views.map(tableWords))} of ${world.db.server.product} ${views.length === 1 ? 'keeps' : 'keep'} the old name in ${views.length === 1 ? 'its text' : 'their texts'}, and would break.`
          : 'In steps, as it was asked: whatever runs goes on as before.',
      `A trigger keeps ${column.name} and ${to} the same, whichever is written; the rows that stand are filled in batches, and it is proven that none differs.`,
      ...copies.notes,
    ],
    alternatives: [
      isRename
        ? 'A rename at once: only the catalogue changes, and every statement that says the old name fails until its release.'
        : 'The type changed at once: the table is written anew, and nobody reads or writes it meanwhile.',
    ],
    later: [
      ...(isRename
        ? [
            users.length > 0
              ? `Release an application that says ${to}: ${list(users.map(placeWords), 8)}.`
              : `Release an application that says ${to} instead of ${column.name}.`,
          ]
        : []),
      `Then: martsmith db "${finish}"`,
      `Until then each write of a row of ${where} runs the trigger.`,
    ],
  })
}

/** The contraction: refused by the review while statements of the application still name what goes. */
export async function contract(
  table: Table,
  column: Column,
  to: Column,
  what: Move['what'],
  world: World,
): Promise<Design> {
  const on = { schema: table.schema, name: table.name }
  const where = tableWords(table)
  const name = syncName(table.name, column.name, to.name)
  const isRename = what === 'rename'
  await assertSame(table, column, to, world)
  const readers = isRename ? viewsReading(world.schema, on, column.name, world.db) : []
  if (readers.some((v) => v.materialised)) assertNoView(table, [column.name], world)
  // Once names are exchanged, what reads the first by its name reads the second; Postgres has to be told so.
  if (!isRename) assertNoView(table, [to.name], world)
  const views =
    !isRename && world.db.server.family === 'postgres' ? await viewsOver(table, [column.name], world) : []
  await assertNoTrigger(on, column.name, world, name)
  const byDefault = literalIn(column)
  const lost = keysOn(table, column.name)
  const pair = { table: on, column: column.name, to: to.name }
  const stays = isRename ? to.name : column.name
  return design({
    title: isRename
      ? `Finish the rename of ${where}.${column.name} to ${to.name}`
      : `Finish the type change of ${where}.${column.name} to ${to.type}`,
    tables: [on],
    changes: [
      // What has a default is never left out: before a swap, it would win over what is written to the first.
      ...(byDefault && isRename
        ? [{ kind: 'set-default' as const, table: on, column: to.name, default: byDefault }]
        : []),
      ...(column.nullable
        ? []
        : [{ kind: 'set-nullable' as const, table: on, column: column.name, nullable: true }]),
      { kind: 'prove-same', ...pair, refill: true },
      ...readers.map((v) => ({
        kind: 'read-other' as const,
        ...pair,
        view: { schema: v.schema, name: v.name },
      })),
      ...(isRename
        ? [
            { kind: 'stop-same' as const, ...pair, name },
            { kind: 'drop-column' as const, table: on, column: column.name },
          ]
        : [{ kind: 'swap-same' as const, ...pair, name, default: byDefault, views }]),
    ],
    criteria: [
      {
        words: `${where}.${stays} is ${to.type}, ${to.nullable ? 'may be null' : 'never null'}${byDefault ? `, with the default that ${column.name} had` : ''}.`,
        check: {
          kind: 'column',
          table: on,
          column: stays,
          type: to.type,
          nullable: to.nullable,
          default: byDefault,
        },
      },
      {
        words: `${where}.${isRename ? column.name : to.name} is gone.`,
        check: { kind: 'no-column', table: on, column: isRename ? column.name : to.name },
      },
    ],
    because: [
      'The two hold the same in every row; that is looked at again before anything goes.',
      'The way back brings the old column, its trigger and its values.',
      ...(readers.length > 0
        ? [
            `${list(readers.map(tableWords))} ${readers.length === 1 ? 'is' : 'are'} made anew to read ${to.name}, and ${readers.length === 1 ? 'gives' : 'give'} it as ${column.name} as before.${world.db.server.family === 'mysql' ? ' They are then views of the user who runs the migration.' : ''}`,
          ]
        : []),
      ...(views.length > 0
        ? [
            `${list(views.map((v) => tableWords(v.view)))} ${views.length === 1 ? 'is' : 'are'} dropped and made anew in the same moment, with the same text and rights: ${views.length === 1 ? 'it gives' : 'they give'} ${column.name} as ${to.type}.`,
          ]
        : []),
      ...(lost.length > 0 ? [`With ${column.name} go ${list(lost)}.`] : []),
    ],
    alternatives: ['Both for good: each write would go on to cost a trigger, and each reader to wonder.'],
    gone: isRename ? [{ table: on, column: column.name }] : [],
  })
}

/** @throws MartsmithError `database.differs` with the rows counted. */
async function assertSame(table: Table, column: Column, to: Column, { db, schema }: World): Promise<void> {
  const on = { schema: table.schema, name: table.name }
  const why = await unmetInRows(
    { words: '', check: { kind: 'same', table: on, column: column.name, to: to.name } },
    schema,
    db,
  )
  if (why === null) return
  throw new MartsmithError({
    code: 'database.differs',
    message: `${tableWords(table)}.${column.name} and ${to.name} are not the same: ${why}.`,
    mend: ['Find who writes past the trigger (a load with triggers off?), correct the rows, and ask again.'],
    exitCode: 1,
  })
}

/** @throws MartsmithError `database.steps` for what cannot be moved so. */
export function assertMovable(table: Table, column: Column, { schema, db }: World): void {
  const where = `${tableWords(table)}.${column.name}`
  const referring = schema.tables.filter((t) =>
    t.foreignKeys.some(
      (f) =>
        f.references.name === table.name &&
        f.references.schema === table.schema &&
        f.refColumns.includes(column.name),
    ),
  )
  const reason = table.primaryKey?.columns.includes(column.name)
    ? 'it is part of the primary key'
    : referring.length > 0
      ? `${list(referring.map(tableWords))} ${referring.length === 1 ? 'refers' : 'refer'} to it`
      : column.made !== null
        ? 'its values are made by the server'
        : column.default !== null && literalIn(column) === null
          ? `its default, ${column.default}, is an expression`
          : table.primaryKey === null
            ? 'the table has no primary key by which its rows could be filled in batches'
            : null
  if (reason === null) return
  throw new MartsmithError({
    code: 'database.steps',
    message: `${where} cannot be moved in steps: ${reason}.`,
    mend: [
      `Plan a moment in which the application is released together with the migration, on ${db.server.product} only the catalogue changes.`,
    ],
    exitCode: 1,
  })
}

/** A default that is a constant; null where there is none or it is more than that. */
export function literalIn({ default: sql }: Column): Literal | null {
  if (sql === null) return null
  const bare = sql.replace(/::[\w ()]+$/, '')
  if (/^'(?:[^']|'')*'$/.test(bare)) return { kind: 'text', text: bare.slice(1, -1).replaceAll("''", "'") }
  if (/^(?:-?\d+(?:\.\d+)?|true|false)$/i.test(bare)) return literalOf(bare)
  return /^(?:now\(\)|current_timestamp(?:\(\))?)$/i.test(bare) ? { kind: 'now' } : null
}

type Copies = { changes: SchemaChange[]; criteria: Criterion[]; notes: string[] }

/** What stands on the first column, made for the second: keys, references, checks and plain indexes. */
function copiesFor(table: Table, from: string, to: string, { schema, db }: World): Copies {
  const on = { schema: table.schema, name: table.name }
  const has = ({ columns }: { columns: string[] }) => columns.includes(from)
  const renamed = (columns: string[]) => columns.map((c) => (c === from ? to : c))
  const found: Copies = { changes: [], criteria: [], notes: [] }
  for (const u of table.uniques.filter(has)) {
    const columns = renamed(u.columns)
    const key = { name: constraintName('unique', table.name, columns, schema, db), columns }
    found.changes.push({ kind: 'add-unique', table: on, key })
    found.criteria.push({
      words: `No two rows of ${tableWords(table)} have the same ${list(columns)}.`,
      check: { kind: 'unique', table: on, columns },
    })
  }
  for (const i of table.indexes) {
    const names = i.columns.map((c) => c.replaceAll('"', ''))
    const isPlain =
      names.every((n) => table.columns.some((c) => c.name === n)) && !/ where /i.test(i.definition)
    if (!names.includes(from) && !namesColumn(i.definition, from)) continue
    if (!isPlain || i.unique) {
      found.notes.push(
        `The index ${i.name} is not made for ${to}: it is more than a list of columns. It goes with ${from}.`,
      )
      continue
    }
    const columns = renamed(names)
    found.changes.push({
      kind: 'add-index',
      table: on,
      key: { name: constraintName('index', table.name, columns, schema, db), columns },
    })
    found.criteria.push({
      words: `${tableWords(table)} has a valid index on ${list(columns)}.`,
      check: { kind: 'index', table: on, columns },
    })
  }
  for (const f of table.foreignKeys.filter(has)) {
    const columns = renamed(f.columns)
    const { references } = f
    if (!['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL'].includes(f.onDelete)) {
      found.notes.push(
        `The foreign key ${f.name} is not made for ${to}: ON DELETE ${f.onDelete}. It goes with ${from}.`,
      )
      continue
    }
    found.changes.push({
      kind: 'add-foreign-key',
      table: on,
      reference: {
        name: constraintName('foreign-key', table.name, columns, schema, db),
        columns,
        references,
        refColumns: f.refColumns,
        onDelete:
          f.onDelete === 'RESTRICT' ? 'NO ACTION' : (f.onDelete as 'NO ACTION' | 'CASCADE' | 'SET NULL'),
      },
    })
    found.criteria.push({
      words: `${tableWords(table)}.${list(columns)} refers to ${tableWords(references)}.`,
      check: { kind: 'reference', table: on, columns, references },
    })
  }
  for (const c of table.checks.filter((k) => namesColumn(k.clause, from)))
    found.changes.push({
      kind: 'copy-check',
      table: on,
      column: from,
      to,
      check: c.name,
      name: constraintName('check', table.name, [to], schema, db),
    })
  return found
}

function keysOn(table: Table, column: string): string[] {
  const all = [...table.uniques, ...table.indexes, ...table.foreignKeys]
  return [
    ...all.filter((k) => k.columns.some((c) => c.replaceAll('"', '') === column)).map((k) => k.name),
    ...table.checks.filter((c) => namesColumn(c.clause, column)).map((c) => c.name),
  ]
}
