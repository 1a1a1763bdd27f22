/** A table that has at most one row for each of another goes into that one: proven on the rows first, in steps. */
import {
  type Column,
  findTable,
  isSameTable,
  type Table,
  tableSql,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { besideName } from '../criteria.ts'
import type { Beside, SchemaChange } from '../order/change.ts'
import { isTextType } from '../order/sql.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable, wordsOf } from '../resolve.ts'
import { columnName, constraintName } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { assertFreeToGo, columnCriteria, meanwhile, standingOn } from './beside.ts'
import { placeWords, uses } from './columns.ts'
import { usersOfTable } from './rename-table.ts'
import { referenceTo } from './tables.ts'

const FORM =
  /^(?:merge|fold)\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?\s+into\s+(?:the\s+)?(?:table\s+)?(?<into>.+?)(?:\s+table)?$/i

export const mergeTable: Operation<'merge-table'> = {
  op: 'merge-table',
  example: 'Merge the table customer details into customers',
  read: (sentence) => {
    const { table = '', into = '' } = FORM.exec(sentence)?.groups ?? {}
    return isName(bare(table)) && isName(bare(into)) ? { op: 'merge-table', table, into } : null
  },
  design: async (ask, world) => {
    const { schema, db } = world
    const other = await resolveTable(ask.table, schema, world.choose)
    const table = await resolveTable(ask.into, schema, world.choose)
    const on = { schema: table.schema, name: table.name }
    const to = { schema: other.schema, name: other.name }
    const key = keyBetween(table, other, world)
    await assertOneToOne(table, other, key, world)
    await assertWrittenApart(table, other, world)
    const columns = payloadOf(other, key)
    assertFreeToGo(other, columns, world)
    const pair: Beside = {
      table: on,
      to,
      key: { own: table.primaryKey?.columns[0] ?? '', other: key },
      columns: columns.map((c) => ({
        own: nameIn(c.name, table, other, world),
        other: c.name,
        default: null,
      })),
    }
    const kept = pair.columns.filter((c) => c.own === c.other).map((c) => c.own)
    const stands = standingOn(other, kept, on, world)
    const isUnique = [other.primaryKey, ...other.uniques, ...other.indexes.filter((i) => i.unique)].some(
      (k) => k?.columns.length === 1 && k.columns[0] === key,
    )
    const name = besideName(table.name, other.name)
    const added = columns.map((c, i) => ({
      name: pair.columns[i]?.own ?? c.name,
      type: c.type,
      nullable: true,
      default: null,
      numbered: false,
      ...(c.collation !== null && isTextType(c.type) ? { collation: c.collation } : {}),
    }))
    const changes: SchemaChange[] = [
      ...(isUnique
        ? []
        : [
            {
              kind: 'add-unique' as const,
              table: to,
              key: { name: constraintName('unique', other.name, [key], schema, db), columns: [key] },
            },
          ]),
      ...added.map((column) => ({ kind: 'add-column' as const, table: on, column })),
      { kind: 'keep-beside', ...pair, name },
      { kind: 'fill-beside', ...pair, into: 'own' },
      { kind: 'prove-beside', ...pair, refill: null },
      ...stands.checks,
      ...stands.uniques.map((k) => ({ kind: 'add-unique' as const, table: on, key: k })),
      ...stands.indexes.map((k) => ({ kind: 'add-index' as const, table: on, key: k })),
      ...stands.references.map((reference) => ({ kind: 'add-foreign-key' as const, table: on, reference })),
    ]
    const criteria: Criterion[] = [
      ...columnCriteria(on, added),
      {
        words: `What ${tableWords(to)} holds stands in ${tableWords(on)} too, in every row, and stays so whoever writes.`,
        check: { kind: 'beside', ...pair, name },
      },
    ]
    const required = columns.filter((c) => !c.nullable || c.default !== null)
    const renamed = pair.columns.filter((c) => c.own !== c.other)
    const users = await usersOfTable(world, to)
    return design({
      title: `Begin to merge ${tableWords(to)} into ${tableWords(on)}: both, kept the same`,
      tables: [on, to],
      changes,
      criteria,
      because: [
        `Each row of ${to.name} belongs to one of ${on.name}, and no two to the same: looked at in the rows of today.`,
        'Triggers on both keep them the same, whichever is written; the rows that stand are copied in batches, and it is proven row by row that none differs.',
        ...(required.length > 0
          ? [
              `${list(required.map((c) => c.name))} may be null in ${on.name} and have no default: not each of its rows has one in ${to.name}.`,
            ]
          : []),
        ...renamed.map(
          (c) => `${c.other} of ${to.name} is called ${c.own}: ${on.name} has a ${c.other} of its own.`,
        ),
      ],
      alternatives: [
        `A view that joins the two: right where ${to.name} is large and seldom read.`,
        'Everything in one moment: each statement that names the table fails until its release.',
      ],
      later: [
        `Release an application that reads and writes ${list(added.map((c) => c.name))} in ${on.name}${users.length > 0 ? `: ${list(users, 8)}` : ''}.`,
        `Then: martsmith db "finish the merge of ${to.name} into ${on.name}"`,
        meanwhile(on, to, world),
      ],
    })
  },
}

/** The column of the one that finds its row in the other: by a foreign key, else by its name. */
export function keyBetween(table: Table, other: Table, world: World): string {
  const [own, ...more] = table.primaryKey?.columns ?? []
  const byKey = other.foreignKeys.find(
    (f) => isSameTable(f.references, table) && f.columns.length === 1 && f.refColumns[0] === own,
  )
  const habit =
    own === undefined || more.length > 0 ? null : referenceTo(table, other.name, world).column.name
  const byName = other.columns.find((c) => wordsOf(c.name).join(' ') === wordsOf(habit ?? '').join(' '))
  const key = byKey?.columns[0] ?? (habit === null ? undefined : byName?.name)
  if (key !== undefined) return key
  throw new MartsmithError({
    code: 'database.key',
    message: `Nothing tells which row of ${tableWords(table)} a row of ${tableWords(other)} belongs to.`,
    mend: [
      more.length > 0
        ? `${table.name} has a key of several columns, by which rows are not merged.`
        : `Give it a column ${habit ?? `that refers to ${table.name}`} first.`,
    ],
    exitCode: 1,
  })
}

/** All but the key, and but a key of its own that the server makes. */
export function payloadOf(other: Table, key: string): Column[] {
  const isOwnKey = (c: Column) =>
    other.primaryKey?.columns.includes(c.name) === true && (c.made !== null || c.default !== null)
  return other.columns.filter((c) => c.name !== key && !isOwnKey(c))
}

/** Where the table has a column of that name already, the other table is said before it. */
export function nameIn(name: string, table: Table, other: Table, { schema }: World): string {
  const isTaken = table.columns.some((c) => c.name.toLowerCase() === name.toLowerCase())
  return isTaken ? longName(name, other, { tables: schema.tables, views: [] }) : name
}

export function longName(name: string, other: Table, schema: World['schema']): string {
  return columnName([...wordsOf(other.name), ...wordsOf(name)].join(' '), other, schema)
}

/** @throws MartsmithError `database.used`: a trigger of MySQL may not write a table that the statement reads. */
async function assertWrittenApart(table: Table, other: Table, world: World): Promise<void> {
  if (world.db.server.family === 'postgres') return
  const both = ((await world.statements?.(table.name)) ?? []).filter(
    (q) => !/^\s*select\b/i.test(q.sql) && uses(q.sql, other.name),
  )
  if (both.length === 0) return
  throw new MartsmithError({
    code: 'database.used',
    message: `${count(both.length, 'statement')} of the application ${both.length === 1 ? 'writes' : 'write'} ${table.name} or ${other.name} and ${both.length === 1 ? 'reads' : 'read'} the other too: while triggers keep both the same, ${world.db.server.product} refuses that.`,
    details: both.slice(0, 8).map(placeWords),
    mend: ['Let it read first and write then, and release that; then ask again.'],
    exitCode: 1,
  })
}

/** @throws MartsmithError `database.orphans`, `database.duplicates` with rows that show it. */
async function assertOneToOne(table: Table, other: Table, key: string, { db, schema }: World): Promise<void> {
  const k = db.quote(key)
  const [name, own] = [tableSql(db, other), tableSql(db, table)]
  const parent = findTable(schema, table)?.primaryKey?.columns[0] ?? ''
  const orphan = `from ${name} n where not exists (select 1 from ${own} o where o.${db.quote(parent)} = n.${k})`
  const [orphans] = await db.query(`select count(*) as n ${orphan}`)
  const lost = Number(orphans?.n ?? 0)
  if (lost > 0)
    throw new MartsmithError({
      code: 'database.orphans',
      message: `${count(lost, 'row')} of ${tableWords(other)} ${lost === 1 ? 'belongs' : 'belong'} to no row of ${tableWords(table)}.`,
      details: (await db.query(`select n.${k} as v ${orphan} limit 5`)).map((r) => `${key} ${String(r.v)}`),
      mend: [`Find them: select * ${orphan}`, 'Correct or delete them; then ask again.'],
      exitCode: 1,
    })
  const twice = `from ${name} group by ${k} having count(*) > 1`
  const [many] = await db.query(`select count(*) as n from (select ${k} ${twice}) twice`)
  const n = Number(many?.n ?? 0)
  if (n === 0) return
  throw new MartsmithError({
    code: 'database.duplicates',
    message: `${count(n, 'row')} of ${tableWords(table)} ${n === 1 ? 'has' : 'have'} more than one in ${tableWords(other)}: they are not one to one.`,
    details: (await db.query(`select ${k} as v, count(*) as n ${twice} limit 5`)).map(
      (r) => `${key} ${String(r.v)}: ${String(r.n)} rows`,
    ),
    mend: [`Find them: select ${k}, count(*) ${twice}`, 'Leave one of each; then ask again.'],
    exitCode: 1,
  })
}
