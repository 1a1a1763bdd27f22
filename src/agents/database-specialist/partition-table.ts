/**
 * A table comes to lie in parts, on Postgres, which changes no table that stands so: one in parts is made beside it, kept
 * the same by a trigger, filled, proven, and takes its name. The former goes on to be kept the same, for the way back.
 */
import { findTable, type Table, type TableName } from '../../adapters/databases/types.ts'
import { escaped } from '../../core/text.ts'
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable, standingView } from '../database-lead/order/order.ts'
import { boundsSql, countApartSql } from '../database-lead/order/partitions.ts'
import { listSql, tableNameSql, textSql } from '../database-lead/order/sql.ts'
import { createViewSql, grantSql } from '../database-lead/order/views.ts'
import { alone, brief, type Draft } from './draft.ts'
import { tableAnew } from './standing.ts'
import { BATCHES, batches, block, NOTHING, READS, TRIGGER, trigger } from './steps.ts'

type Change = ChangeOf<'partition-table'>
type BesideOf = NonNullable<Change['beside']>
type Ways = { up: string[]; down: string[] }

export function partitionTable(change: Change, bench: Bench): Draft[] {
  const { db } = bench
  const { beside } = change
  if (!beside) throw new Error('the order names no table beside the one that is parted')
  const table = standingTable(change, bench)
  const next = { ...table, ...beside.next }
  const kept = keep(
    { from: change.table, to: beside.next, name: beside.name },
    table,
    keyOf(change, table),
    bench,
  )
  const columns = written(table, bench)
  const fill = batches(
    table,
    (range) =>
      `INSERT INTO ${tableNameSql(next, db)} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${tableNameSql(table, db)} AS o WHERE ${range('o')} FOR SHARE OF o ON CONFLICT DO NOTHING;`,
    bench,
  )
  const key = keyOf(change, table)
  const proof = block(
    [
      'DECLARE',
      '  different bigint;',
      'BEGIN',
      `  SELECT ${countApartSql(change.table, beside.next, key, db)} INTO different;`,
      `  IF different > 0 THEN RAISE EXCEPTION '% rows differ between a table and the one in parts', different; END IF;`,
      'END',
    ].join('\n'),
  )
  const { up, down } = exchange(change, beside, table, kept, bench)
  const words = `${table.name} and ${beside.next.name}`
  return [
    brief(
      `create ${beside.next.name}`,
      created(change, beside, table, bench),
      [`DROP TABLE ${tableNameSql(next, db)}`],
      'a new table; those that it refers to are locked for a moment against writing',
    ),
    brief(`keep ${words} the same`, kept.up, kept.down, TRIGGER),
    alone(`fill ${beside.next.name}`, fill, NOTHING, BATCHES),
    alone(`prove ${words} the same`, proof, NOTHING, READS),
    brief(
      `look at ${beside.next.name}`,
      [`ANALYZE ${tableNameSql(next, db)}`],
      [NOTHING],
      'a sample of the rows is read: of a table in parts the server does it never by itself',
      '5min',
    ),
    brief(
      `put ${beside.next.name} in the place of ${table.name}`,
      up,
      down,
      'ACCESS EXCLUSIVE on both tables for a moment: names are exchanged, no row is read or written',
    ),
  ]
}

const keyOf = (change: Change, table: Table): string[] =>
  change.keys.find((k) => k.name === table.primaryKey?.name)?.columns ?? table.primaryKey?.columns ?? []

function written(table: Table, { db }: Bench, from = ''): string {
  return table.columns
    .filter((c) => !c.made?.startsWith('generated always as ('))
    .map((c) => `${from}${db.quote(c.name)}`)
    .join(', ')
}

/** A name that its own will be given to. */
const parted = (name: string) => `${name.slice(0, 55)}_parted`
const before = (name: string) => `${name.slice(0, 55)}_before`

/** Keys, references and indexes as they stand, under other names until the tables have exchanged theirs. */
function created(change: Change, { next, rights, comment }: BesideOf, table: Table, bench: Bench): string[] {
  const { db } = bench
  const name = tableNameSql(next, db)
  const columnsOf = (k: { name: string; columns: string[] }) =>
    listSql(change.keys.find((w) => w.name === k.name)?.columns ?? k.columns, db)
  const key = table.primaryKey
  const lines = [
    `LIKE ${tableNameSql(table, db)} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS`,
    ...(key ? [`CONSTRAINT ${db.quote(parted(key.name))} PRIMARY KEY ${columnsOf(key)}`] : []),
    ...table.uniques.map((u) => `CONSTRAINT ${db.quote(parted(u.name))} UNIQUE ${columnsOf(u)}`),
    ...table.foreignKeys.map(
      (f) =>
        `CONSTRAINT ${db.quote(f.name)} FOREIGN KEY ${listSql(f.columns, db)} REFERENCES ${tableNameSql(f.references, db)} ${listSql(f.refColumns, db)} ON UPDATE ${f.onUpdate} ON DELETE ${f.onDelete}`,
    ),
  ]
  return [
    `CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n) PARTITION BY ${change.method.toUpperCase()} (${db.quote(change.column)})`,
    ...change.parts.map(
      (p) =>
        `CREATE TABLE ${tableNameSql({ schema: next.schema, name: p.name }, db)} PARTITION OF ${name} ${boundsSql(p.bounds, inPlain(table, change), db)}`,
    ),
    ...table.indexes.map(
      (i) =>
        `CREATE ${i.unique ? 'UNIQUE ' : ''}INDEX ${db.quote(parted(i.name))} ON ${name}${i.definition.slice(i.definition.indexOf(' USING '))}`,
    ),
    ...(comment === null ? [] : [`COMMENT ON TABLE ${name} IS ${textSql(comment, db)}`]),
    ...grantSql(next, rights, db),
  ]
}

/** The table with what its bounds are of. */
const inPlain = (table: Table, { method, column }: Change): Table => ({
  ...table,
  partitions: { method, by: '', key: column, columns: [column], parts: [] },
})

type Kept = { from: TableName; to: TableName; name: string }

/** What is written to the one is written to the other, row by row; nothing writes back. */
function keep({ from, to, name }: Kept, table: Table, key: readonly string[], bench: Bench): Ways {
  const { db } = bench
  const other = tableNameSql(to, db)
  const same = key.map((k) => `${db.quote(k)} = OLD.${db.quote(k)}`).join(' AND ')
  const body = [
    'BEGIN',
    `  IF TG_OP <> 'INSERT' THEN DELETE FROM ${other} WHERE ${same}; END IF;`,
    `  IF TG_OP <> 'DELETE' THEN`,
    `    INSERT INTO ${other} (${written(table, bench)}) OVERRIDING SYSTEM VALUE VALUES (${written(table, bench, 'NEW.')});`,
    '  END IF;',
    '  RETURN NULL;',
    'END',
  ].join('\n')
  return trigger({ name, on: from, when: 'AFTER INSERT OR UPDATE OR DELETE', body }, bench)
}

function exchange(change: Change, beside: BesideOf, table: Table, kept: Ways, bench: Bench): Ways {
  const { db } = bench
  const { old, next, name } = beside
  const [own, last, fresh] = [change.table, old, next].map((t) => tableNameSql(t, db)) as [
    string,
    string,
    string,
  ]
  const back = keep({ from: change.table, to: old, name }, table, table.primaryKey?.columns ?? [], bench)
  const rename = (from: string, to: string) => `ALTER TABLE ${from} RENAME TO ${db.quote(to)}`
  const constraints = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].map((k) => k.name)
  const constraint = (on: string, from: string, to: string) =>
    `ALTER TABLE ${on} RENAME CONSTRAINT ${db.quote(from)} TO ${db.quote(to)}`
  const index = (from: string, to: string) =>
    `ALTER INDEX ${tableNameSql({ schema: table.schema, name: from }, db)} RENAME TO ${db.quote(to)}`
  const numbers = numbering(beside, table, own, last, bench)
  const belongings = [
    ...(table.statistics ?? []).map((s) => ({
      drop: `DROP STATISTICS ${tableNameSql({ schema: table.schema, name: s.name }, db)}`,
      make: s.definition,
    })),
    ...table.triggers.map((t) => ({
      drop: `DROP TRIGGER ${db.quote(t.name)} ON ${own}`,
      make: onOwn(t.columns.join(' '), table, own),
    })),
  ]
  const views = beside.views.map((v) => createViewSql(standingView(v, bench), db, true))
  return {
    up: [
      ...kept.down,
      ...belongings.map((b) => b.drop),
      rename(own, old.name),
      rename(fresh, change.table.name),
      ...constraints.flatMap((c) => [constraint(last, c, before(c)), constraint(own, parted(c), c)]),
      ...table.indexes.flatMap((i) => [index(i.name, before(i.name)), index(parted(i.name), i.name)]),
      ...numbers.up,
      ...belongings.map((b) => b.make),
      ...back.up,
      ...views,
    ],
    down: [
      ...back.down,
      ...belongings.map((b) => b.drop),
      ...numbers.down,
      ...table.indexes.flatMap((i) => [index(i.name, parted(i.name)), index(before(i.name), i.name)]),
      ...constraints.flatMap((c) => [constraint(own, c, parted(c)), constraint(last, before(c), c)]),
      rename(own, next.name),
      rename(last, change.table.name),
      ...belongings.map((b) => b.make),
      ...kept.up,
      ...views,
    ],
  }
}

/** The server prints the schema of the table, which goes without saying here. */
function onOwn(definition: string, table: Table, own: string): string {
  const name = `(?:"${escaped(table.schema)}"|${escaped(table.schema)})\\.(?:"${escaped(table.name)}"|${escaped(table.name)})`
  return definition.replace(new RegExp(` ON ${name} `), () => ` ON ${own} `)
}

/** Numbers go on where they stopped, whichever of the two gives them. */
function numbering({ sequences }: BesideOf, table: Table, own: string, last: string, { db }: Bench): Ways {
  const serial = (on: string, column: string) =>
    `pg_get_serial_sequence(${textSql(on, db)}, ${textSql(column, db)})`
  const identity = table.columns.filter((c) => /as identity/.test(c.made ?? ''))
  const goOn = (to: string, from: string) =>
    identity.map((c) => `SELECT setval(${serial(to, c.name)}, nextval(${serial(from, c.name)}), false)`)
  const at = (on: string, column: string) => `ALTER TABLE ${on} ALTER COLUMN ${db.quote(column)}`
  const owned = (sequence: TableName, on: string, column: string) =>
    `ALTER SEQUENCE ${tableNameSql(sequence, db)} OWNED BY ${on}.${db.quote(column)}`
  const value = (column: string) => table.columns.find((c) => c.name === column)?.default ?? ''
  return {
    up: [
      ...goOn(own, last),
      ...sequences.flatMap((s) => [owned(s.sequence, own, s.column), `${at(last, s.column)} DROP DEFAULT`]),
    ],
    down: [
      ...goOn(last, own),
      ...sequences.flatMap((s) => [
        `${at(last, s.column)} SET DEFAULT ${value(s.column)}`,
        owned(s.sequence, last, s.column),
      ]),
    ],
  }
}

/** The way back makes the former again, fills it, and keeps it the same as before. */
export function dropBefore(change: ChangeOf<'drop-before'>, bench: Bench): Draft[] {
  const { db, schema } = bench
  const table = standingTable(change, bench)
  const old = findTable(schema, change.old)
  if (!old) throw new Error(`the order is about a table that is not there: ${change.old.name}`)
  const { table: from, name } = change
  const kept = keep({ from, to: change.old, name }, table, old.primaryKey?.columns ?? [], bench)
  const columns = written(table, bench)
  const fill = batches(
    table,
    (range) =>
      `INSERT INTO ${tableNameSql(old, db)} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${tableNameSql(table, db)} AS o WHERE ${range('o')} FOR SHARE OF o ON CONFLICT DO NOTHING;`,
    bench,
  )
  return [
    alone(`let ${old.name} be filled again`, NOTHING, fill, 'nothing on the way up'),
    brief(`let ${table.name} and ${old.name} go apart`, kept.down, kept.up),
    brief(
      `drop ${old.name}`,
      [`DROP TABLE ${tableNameSql(old, db)}`],
      tableAnew(old, db),
      'ACCESS EXCLUSIVE on the former table, and on those that it refers to, for a moment',
    ),
  ]
}
