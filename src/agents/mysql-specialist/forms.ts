/** How each change is written for MySQL and MariaDB: clauses of one ALTER TABLE, both ways. */
import type { ChangeOf, SchemaChange } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import {
  columnSql,
  createTableSql,
  defaultSql,
  enumSql,
  inListSql,
  inPlaceOf,
  listSql,
  literalSql,
  referenceSql,
  ruleSql,
  tableNameSql,
  typeIn,
} from '../database-lead/order/sql.ts'
import { fillBeside, keepBeside, proveBeside, stopBeside } from './beside.ts'
import { addParts, dropBefore, dropPart, partitionTable } from './partitions.ts'
import { fillParts, keepParts, proveParts, stopParts } from './parts.ts'
import {
  columnAsItIs,
  columnsSwapped,
  dependentsBack,
  dependentsDropped,
  indexesBack,
  tableAnew,
} from './standing.ts'
import { addStatistics } from './statistics.ts'
import { fillRows, keepHistory, keepSame, proveSame, stopSame } from './steps.ts'
import { dropBridge, readElse, renameTable } from './views.ts'

/** `alter`: the server takes ALGORITHM and LOCK. */
export type Way = {
  alter: boolean
  sql: string
  /** What stands after them; `only`: nothing but this was said before. */
  tail?: { sql: string; only: boolean }
}
/** `effect`: said of a statement that states no ALGORITHM. */
export type Draft = { words: string; effect?: string; up: Way; down: Way }

type Form<K extends SchemaChange['kind']> = (change: ChangeOf<K>, bench: Bench) => Draft[]

/** `ALTER TABLE t a, b`. */
function alter(change: SchemaChange, { db }: Bench, clauses: string[]): Way {
  return { alter: true, sql: `ALTER TABLE ${tableNameSql(change.table, db)} ${clauses.join(', ')}` }
}

const addColumn: Form<'add-column'> = (change, bench) => [
  {
    words: `add ${change.column.name} to ${change.table.name}`,
    up: alter(change, bench, [`ADD COLUMN ${columnSql(change.column, bench.db)}`]),
    down: alter(change, bench, [`DROP COLUMN ${bench.db.quote(change.column.name)}`]),
  },
]

const dropColumn: Form<'drop-column'> = (change, bench) => {
  const table = standingTable(change, bench)
  const { db } = bench
  return [
    {
      words: `drop ${change.column} from ${change.table.name}`,
      up: alter(change, bench, [
        ...dependentsDropped(table, change.column, db),
        `DROP COLUMN ${db.quote(change.column)}`,
      ]),
      down: alter(change, bench, [
        `ADD COLUMN ${columnAsItIs(table, change.column, db)}`,
        ...dependentsBack(table, change.column, db),
      ]),
    },
  ]
}

const renameColumn: Form<'rename-column'> = (change, bench) => {
  const rename = (from: string, to: string) =>
    alter(change, bench, [`RENAME COLUMN ${bench.db.quote(from)} TO ${bench.db.quote(to)}`])
  return [
    {
      words: `rename ${change.column} to ${change.to} in ${change.table.name}`,
      up: rename(change.column, change.to),
      down: rename(change.to, change.column),
    },
  ]
}

/** MODIFY forgets what it does not repeat: the column is written whole. */
function modify(
  change: SchemaChange & { column: string },
  bench: Bench,
  words: string,
  to: { type?: string; nullable?: boolean; check?: string },
): Draft[] {
  const table = standingTable(change, bench)
  return [
    {
      words,
      up: alter(change, bench, [`MODIFY COLUMN ${columnAsItIs(table, change.column, bench.db, to)}`]),
      down: alter(change, bench, [`MODIFY COLUMN ${columnAsItIs(table, change.column, bench.db)}`]),
    },
  ]
}

const changeType: Form<'change-type'> = (change, bench) =>
  modify(change, bench, `change type of ${change.column} in ${change.table.name}`, { type: change.type })

const setNullable: Form<'set-nullable'> = (change, bench) =>
  modify(change, bench, `${change.nullable ? 'let' : 'require'} ${change.column} in ${change.table.name}`, {
    nullable: change.nullable,
  })

const setDefault: Form<'set-default'> = (change, bench) => {
  const { db } = bench
  const column = standingTable(change, bench).columns.find((c) => c.name === change.column)
  const before = column?.default ?? null
  const set = (expression: string | null) =>
    alter(change, bench, [
      `ALTER COLUMN ${db.quote(change.column)} ${expression === null ? 'DROP DEFAULT' : `SET DEFAULT ${expression}`}`,
    ])
  // A column that may be null has NULL for a default, unless it was taken away.
  const isNullable = column?.nullable ?? false
  return [
    {
      words: `set default of ${change.column} in ${change.table.name}`,
      up: set(change.default === null ? null : defaultSql(change.default, column?.type ?? '', db)),
      down: set(before ?? (isNullable ? 'NULL' : null)),
    },
  ]
}

const addCheck: Form<'add-check'> = (change, bench) => {
  const name = bench.db.quote(change.name)
  const drop = bench.db.server.product === 'MariaDB' ? 'DROP CONSTRAINT' : 'DROP CHECK'
  return [
    {
      words: `check ${change.column} in ${change.table.name}`,
      up: alter(change, bench, [
        `ADD CONSTRAINT ${name} CHECK (${ruleSql(change.column, change.rule, bench.db, typeIn(standingTable(change, bench), change.column))})`,
      ]),
      down: alter(change, bench, [`${drop} ${name}`]),
    },
  ]
}

const addUnique: Form<'add-unique'> = (change, bench) => [
  {
    words: `make ${change.key.columns.join(' ')} in ${change.table.name} unique`,
    up: alter(change, bench, [
      `ADD CONSTRAINT ${bench.db.quote(change.key.name)} UNIQUE ${listSql(change.key.columns, bench.db)}`,
    ]),
    down: alter(change, bench, [`DROP INDEX ${bench.db.quote(change.key.name)}`]),
  },
]

const addIndex: Form<'add-index'> = (change, bench) => [
  {
    words: `index ${change.key.columns.join(' ')} of ${change.table.name}`,
    up: alter(change, bench, [
      `ADD INDEX ${bench.db.quote(change.key.name)} ${listSql(change.key.columns, bench.db)}`,
    ]),
    down: alter(change, bench, [`DROP INDEX ${bench.db.quote(change.key.name)}`]),
  },
]

const dropIndex: Form<'drop-index'> = (change, bench) => {
  const name = bench.db.quote(change.name)
  const table = standingTable(change, bench)
  const back = indexesBack(table, (i) => i.name === change.name, bench.db)
  return [
    {
      words: `drop index ${change.name} of ${change.table.name}`,
      up: alter(change, bench, [`DROP INDEX ${name}`]),
      down: alter(change, bench, back),
    },
  ]
}

/** The index that a foreign key needs is made by name, so that the way back finds it. */
const addForeignKey: Form<'add-foreign-key'> = (change, bench) => {
  const { db } = bench
  const { reference } = change
  return [
    {
      words: `refer ${reference.columns.join(' ')} of ${change.table.name} to ${reference.references.name}`,
      up: alter(change, bench, [`ADD ${referenceSql(reference, db)}`]),
      down: alter(change, bench, [`DROP FOREIGN KEY ${db.quote(reference.name)}`]),
    },
  ]
}

const createTable: Form<'create-table'> = (change, bench) => [
  {
    words: `create ${change.table.name}`,
    up: { alter: false, sql: createTableSql(change, bench.db) },
    down: { alter: false, sql: `DROP TABLE ${tableNameSql(change.table, bench.db)}` },
  },
]

/**
 * The names change in one statement, while the triggers stand: they keep the two the same under either name. What has the
 * old type is called as the second then, and goes.
 */
const swapSame: Form<'swap-same'> = (change, bench) => {
  const { db, schema } = bench
  const table = standingTable(change, bench)
  const { column: one, to: other } = change
  const value = change.default === null ? null : literalSql(change.default, db)
  const named = (name: string, definition: string) => `CHANGE COLUMN ${db.quote(name)} ${definition}`
  const after = columnsSwapped(table, one, other, db)
  const tables = schema.tables.map((t) => (t === table ? after : t))
  return [
    {
      words: `put ${other} of ${change.table.name} in the place of ${one}`,
      up: alter(change, bench, [
        named(one, columnAsItIs(table, one, db, { name: other, default: null })),
        named(other, columnAsItIs(table, other, db, { name: one, default: value })),
      ]),
      down: alter(change, bench, [
        named(one, columnAsItIs(table, other, db)),
        named(other, columnAsItIs(table, one, db)),
      ]),
    },
    ...stopSame(change, bench),
    ...dropColumn(
      { kind: 'drop-column', table: change.table, column: other },
      { ...bench, schema: { ...schema, tables } },
    ),
  ]
}

const copyCheck: Form<'copy-check'> = (change, bench) => {
  const { quote, server } = bench.db
  const clause = standingTable(change, bench).checks.find((c) => c.name === change.check)?.clause ?? ''
  const drop = server.product === 'MariaDB' ? 'DROP CONSTRAINT' : 'DROP CHECK'
  return [
    {
      words: `check ${change.to} in ${change.table.name}`,
      up: alter(change, bench, [
        `ADD CONSTRAINT ${quote(change.name)} CHECK (${inPlaceOf(clause, change.column, quote(change.to))})`,
      ]),
      down: alter(change, bench, [`${drop} ${quote(change.name)}`]),
    },
  ]
}

const takeCheck: Form<'take-check'> = (change, bench) => {
  const { quote, server } = bench.db
  const from = standingTable({ table: change.from }, bench)
  const clause = from.checks.find((c) => c.name === change.check)?.clause ?? ''
  const drop = server.product === 'MariaDB' ? 'DROP CONSTRAINT' : 'DROP CHECK'
  return [
    {
      words: `${change.name} of ${change.table.name}`,
      up: alter(change, bench, [`ADD CONSTRAINT ${quote(change.name)} CHECK (${clause})`]),
      down: alter(change, bench, [`${drop} ${quote(change.name)}`]),
    },
  ]
}

const dropTable: Form<'drop-table'> = (change, bench) => [
  {
    words: `drop ${change.table.name}`,
    up: { alter: false, sql: `DROP TABLE ${tableNameSql(change.table, bench.db)}` },
    down: { alter: false, sql: tableAnew(standingTable(change, bench), bench.db) },
  },
]

/** An ENUM, or a check that stands in its column's definition, is the column written whole. */
const setValues: Form<'set-values'> = (change, bench) => {
  const { db } = bench
  const words = `set values of ${change.column} in ${change.table.name}`
  if (change.by === 'column') return modify(change, bench, words, { type: enumSql(change.values, db) })
  const clause = inListSql(
    change.column,
    change.values,
    db,
    typeIn(standingTable(change, bench), change.column),
  )
  if (change.name === change.column) return modify(change, bench, words, { check: clause })
  const old = standingTable(change, bench).checks.find((c) => c.name === change.name)?.clause ?? ''
  const name = db.quote(change.name)
  const drop = db.server.product === 'MariaDB' ? 'DROP CONSTRAINT' : 'DROP CHECK'
  const way = (rule: string) =>
    alter(change, bench, [
      `${drop} ${name}`,
      `ADD CONSTRAINT ${name} CHECK (${rule.replace(/^CHECK \((.*)\)$/s, '$1')})`,
    ])
  return [{ words, up: way(clause), down: way(old) }]
}

const FORMS: { [K in SchemaChange['kind']]: Form<K> } = {
  'add-column': addColumn,
  'drop-column': dropColumn,
  'rename-column': renameColumn,
  'change-type': changeType,
  'set-nullable': setNullable,
  'set-default': setDefault,
  'add-check': addCheck,
  'add-unique': addUnique,
  'add-foreign-key': addForeignKey,
  'add-index': addIndex,
  'drop-index': dropIndex,
  'add-statistics': addStatistics,
  'create-table': createTable,
  'keep-same': keepSame,
  'stop-same': stopSame,
  'prove-same': proveSame,
  'swap-same': swapSame,
  'copy-check': copyCheck,
  'keep-beside': keepBeside,
  'stop-beside': stopBeside,
  'fill-beside': fillBeside,
  'prove-beside': proveBeside,
  'keep-parts': keepParts,
  'stop-parts': stopParts,
  'fill-parts': fillParts,
  'prove-parts': proveParts,
  'drop-table': dropTable,
  'partition-table': partitionTable,
  'drop-before': dropBefore,
  'add-part': addParts,
  'drop-part': dropPart,
  'take-check': takeCheck,
  'rename-table': renameTable,
  'drop-bridge': dropBridge,
  'read-other': readElse,
  'read-parts': readElse,
  'read-renamed': readElse,
  fill: fillRows,
  'set-values': setValues,
  'keep-history': keepHistory,
}

/** Keeps the change and its form together, which the compiler cannot follow. */
export function draftsOf(change: SchemaChange, bench: Bench): Draft[] {
  return (FORMS[change.kind] as Form<SchemaChange['kind']>)(change as never, bench)
}

/** A check as part of its new column: on some servers it then comes without a copy of the table. */
export function inlineCheck(
  column: ChangeOf<'add-column'>,
  check: ChangeOf<'add-check'>,
  bench: Bench,
): Draft {
  const rule = ruleSql(check.column, check.rule, bench.db, column.column.type)
  return {
    words: `add ${column.column.name} to ${column.table.name}`,
    up: alter(column, bench, [`ADD COLUMN ${columnSql(column.column, bench.db)} CHECK (${rule})`]),
    down: alter(column, bench, [`DROP COLUMN ${bench.db.quote(column.column.name)}`]),
  }
}
