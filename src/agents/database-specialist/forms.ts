/** How each change is written for Postgres so that a running application is held up least. */
import { type TableName, tableWords } from '../../adapters/databases/types.ts'
import type { ChangeOf, SchemaChange } from '../database-lead/order/change.ts'
import {
  type Bench,
  standingTable,
  standingView,
  type WrittenMigration,
} from '../database-lead/order/order.ts'
import {
  columnSql,
  createIndexSql,
  createTableSql,
  defaultSql,
  inPlaceOf,
  literalSql,
  referenceSql,
  ruleSql,
  tableNameSql,
  typeIn,
} from '../database-lead/order/sql.ts'
import { bridgeView, createViewSql, grantSql, readWords, viewAfter } from '../database-lead/order/views.ts'
import { fillBeside, keepBeside, proveBeside, stopBeside } from './beside.ts'
import { alone, BRIEF, brief, CONCURRENT, type Draft, type Form, onTable, validated } from './draft.ts'
import { addParts, dropPart } from './part.ts'
import { dropBefore, partitionTable } from './partition-table.ts'
import { indexParts, referFromParts, takeIndexOfParts, uniqueInParts } from './partitions.ts'
import { fillParts, keepParts, proveParts, stopParts } from './parts.ts'
import { createdAnew, dependents, isSafeTypeChange, tableAnew } from './standing.ts'
import { addStatistics } from './statistics.ts'
import {
  BATCHES,
  fillBlock,
  historyTrigger,
  keepSame,
  NOTHING,
  proofBlock,
  READS,
  refillBlock,
  TRIGGER,
} from './steps.ts'
import { setValues } from './values.ts'

const addColumn: Form<'add-column'> = (change, bench) => [
  brief(
    `add ${change.column.name} to ${change.table.name}`,
    [`${onTable(change, bench)} ADD COLUMN ${columnSql(change.column, bench.db)}`],
    [`${onTable(change, bench)} DROP COLUMN ${bench.db.quote(change.column.name)}`],
  ),
]

const dropColumn: Form<'drop-column'> = (change, bench) => {
  const table = standingTable(change, bench)
  return [
    brief(
      `drop ${change.column} from ${change.table.name}`,
      [`${onTable(change, bench)} DROP COLUMN ${bench.db.quote(change.column)}`],
      [...createdAnew(table, change.column, bench.db), ...dependents(table, change.column, bench.db)],
    ),
  ]
}

const renameColumn: Form<'rename-column'> = (change, bench) => {
  const { quote } = bench.db
  const rename = (from: string, to: string) =>
    `${onTable(change, bench)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`
  return [
    brief(
      `rename ${change.column} to ${change.to} in ${change.table.name}`,
      [rename(change.column, change.to)],
      [rename(change.to, change.column)],
    ),
  ]
}

const changeType: Form<'change-type'> = (change, bench) => {
  const { quote } = bench.db
  const before = standingTable(change, bench).columns.find((c) => c.name === change.column)
  const type = (to: string) =>
    `${onTable(change, bench)} ALTER COLUMN ${quote(change.column)} TYPE ${to} USING ${quote(change.column)}::${to}`
  const isSafe = isSafeTypeChange(before?.type ?? '', change.type)
  const safely = `${onTable(change, bench)} ALTER COLUMN ${quote(change.column)} TYPE ${change.type}`
  return [
    brief(
      `change type of ${change.column} in ${change.table.name}`,
      [isSafe ? safely : type(change.type)],
      [type(before?.type ?? '')],
      isSafe ? BRIEF : 'ACCESS EXCLUSIVE while the whole table is written anew: nobody reads or writes it',
      '30min',
    ),
  ]
}

/** A check that holds spares SET NOT NULL its scan under the strongest lock. */
const setNullable: Form<'set-nullable'> = (change, bench) => {
  const { quote } = bench.db
  const alter = (what: string) =>
    `${onTable(change, bench)} ALTER COLUMN ${quote(change.column)} ${what} NOT NULL`
  if (change.nullable)
    return [brief(`let ${change.column} in ${change.table.name} be null`, [alter('DROP')], [alter('SET')])]
  const name = `${change.table.name}_${change.column}_filled`.slice(-63)
  const words = `${change.column} in ${change.table.name}`
  const add = `${onTable(change, bench)} ADD CONSTRAINT ${quote(name)} CHECK (${quote(change.column)} IS NOT NULL) NOT VALID`
  const drop = `${onTable(change, bench)} DROP CONSTRAINT ${quote(name)}`
  return [
    brief(`require ${words}`, [add], [drop]),
    validated(`require ${words}`, name, change, bench),
    brief(`set ${words} not null`, [alter('SET'), drop], [alter('DROP'), add.replace(/ NOT VALID$/, '')]),
  ]
}

const setDefault: Form<'set-default'> = (change, bench) => {
  const { db } = bench
  const before = standingTable(change, bench).columns.find((c) => c.name === change.column)?.default ?? null
  const set = (expression: string | null) =>
    `${onTable(change, bench)} ALTER COLUMN ${db.quote(change.column)} ${expression === null ? 'DROP DEFAULT' : `SET DEFAULT ${expression}`}`
  const type = typeIn(standingTable(change, bench), change.column)
  const wanted = change.default === null ? null : defaultSql(change.default, type, db)
  return [brief(`set default of ${change.column} in ${change.table.name}`, [set(wanted)], [set(before)])]
}

const addCheck: Form<'add-check'> = (change, bench) => {
  const { db } = bench
  const rule = ruleSql(change.column, change.rule, db, typeIn(standingTable(change, bench), change.column))
  const words = `${change.column} in ${change.table.name}`
  return [
    brief(
      `check ${words}`,
      [`${onTable(change, bench)} ADD CONSTRAINT ${db.quote(change.name)} CHECK (${rule}) NOT VALID`],
      [`${onTable(change, bench)} DROP CONSTRAINT ${db.quote(change.name)}`],
    ),
    validated(`check of ${words}`, change.name, change, bench),
  ]
}

const addUnique: Form<'add-unique'> = (change, bench) => {
  const { db } = bench
  if (standingTable(change, bench).partitions) return uniqueInParts(change, bench)
  const { name, columns } = change.key
  const words = `${columns.join(' ')} in ${change.table.name}`
  const index = createIndexSql(change, db, 'CONCURRENTLY ').replace('CREATE INDEX', 'CREATE UNIQUE INDEX')
  return [
    alone(`index unique ${words}`, index, dropIndex(change, name, bench), CONCURRENT),
    brief(
      `make ${words} unique`,
      [`${onTable(change, bench)} ADD CONSTRAINT ${db.quote(name)} UNIQUE USING INDEX ${db.quote(name)}`],
      [`${onTable(change, bench)} DROP CONSTRAINT ${db.quote(name)}`],
    ),
  ]
}

const addIndex: Form<'add-index'> = (change, bench) => {
  if (standingTable(change, bench).partitions) return indexParts(change, bench)
  return [
    alone(
      `index ${change.key.columns.join(' ')} of ${change.table.name}`,
      createIndexSql(change, bench.db, 'CONCURRENTLY '),
      dropIndex(change, change.key.name, bench),
      CONCURRENT,
    ),
  ]
}

const takeIndex: Form<'drop-index'> = (change, bench) => {
  if (standingTable(change, bench).partitions) return takeIndexOfParts(change, bench)
  const index = standingTable(change, bench).indexes.find((i) => i.name === change.name)
  const back = (index?.definition ?? '').replace(/^(CREATE (?:UNIQUE )?INDEX) /, '$1 CONCURRENTLY ')
  return [
    alone(
      `drop index ${change.name}`,
      dropIndex(change, change.name, bench).replace(' IF EXISTS', ''),
      back,
      'nobody is held up: it waits until no query uses the index',
    ),
  ]
}

const addForeignKey: Form<'add-foreign-key'> = (change, bench) => {
  const { db } = bench
  const { reference } = change
  const words = `${reference.columns.join(' ')} of ${change.table.name}`
  if (standingTable(change, bench).partitions) return referFromParts(change, bench)
  return [
    brief(
      `refer ${words} to ${reference.references.name}`,
      [`${onTable(change, bench)} ADD ${referenceSql(reference, db)} NOT VALID`],
      [`${onTable(change, bench)} DROP CONSTRAINT ${db.quote(reference.name)}`],
      'SHARE ROW EXCLUSIVE on both tables for a moment: rows are not read',
    ),
    validated(`reference of ${words}`, reference.name, change, bench),
  ]
}

const createTable: Form<'create-table'> = (change, bench) => [
  brief(
    `create ${change.table.name}`,
    [
      createTableSql(change, bench.db),
      ...change.indexes.map((key) => createIndexSql({ table: change.table, key }, bench.db)),
    ],
    [`DROP TABLE ${tableNameSql(change.table, bench.db)}`],
    'a new table; those that it refers to are locked for a moment against writing',
  ),
]

const keepBoth: Form<'keep-same'> = (change, bench) => {
  const { up, down } = keepSame(change, bench)
  return [brief(`keep ${change.column} and ${change.to} of ${change.table.name} the same`, up, down, TRIGGER)]
}

const stopBoth: Form<'stop-same'> = (change, bench) => {
  const { up, down } = keepSame(change, bench)
  return [brief(`let ${change.column} and ${change.to} of ${change.table.name} go apart`, down, up)]
}

const history: Form<'keep-history'> = (change, bench) => {
  const { up, down } = historyTrigger(change, bench)
  return [brief(`keep history of ${change.table.name}`, up, down, TRIGGER)]
}

const fill: Form<'fill'> = (change, bench) => [
  alone(
    `fill ${change.column} of ${change.table.name}`,
    fillBlock(change, bench),
    change.back ? fillBlock({ ...change, ...change.back }, bench) : NOTHING,
    BATCHES,
  ),
]

const prove: Form<'prove-same'> = (change, bench) => [
  alone(
    `prove ${change.column} and ${change.to} of ${change.table.name} the same`,
    proofBlock(change, bench),
    change.refill ? refillBlock(change, bench) : NOTHING,
    READS,
  ),
]

const swap: Form<'swap-same'> = (change, bench) => {
  const { quote } = bench.db
  const { up, down } = keepSame(change, bench)
  const at = onTable(change, bench)
  const table = standingTable(change, bench)
  const [one, other] = [quote(change.column), quote(change.to)]
  const drop = [...change.views].reverse().map(({ view }) => `DROP VIEW ${tableNameSql(view, bench.db)}`)
  const make = change.views.flatMap(({ view, rights }) => [
    createViewSql(standingView(view, bench), bench.db),
    ...grantSql(view, rights, bench.db),
  ])
  return [
    brief(
      `put ${change.to} of ${change.table.name} in the place of ${change.column}`,
      [
        ...drop,
        ...down,
        `${at} DROP COLUMN ${one}`,
        `${at} RENAME COLUMN ${other} TO ${one}`,
        ...(change.default === null
          ? []
          : [`${at} ALTER COLUMN ${one} SET DEFAULT ${literalSql(change.default, bench.db)}`]),
        ...make,
      ],
      [
        ...drop,
        ...(change.default === null ? [] : [`${at} ALTER COLUMN ${one} DROP DEFAULT`]),
        `${at} RENAME COLUMN ${one} TO ${other}`,
        ...createdAnew(table, change.column, bench.db),
        ...dependents(table, change.column, bench.db),
        ...up,
        ...make,
      ],
    ),
  ]
}

const copyCheck: Form<'copy-check'> = (change, bench) => {
  const { db } = bench
  const clause = standingTable(change, bench).checks.find((c) => c.name === change.check)?.clause ?? ''
  const words = `${change.to} in ${change.table.name}`
  return [
    brief(
      `check ${words}`,
      [
        `${onTable(change, bench)} ADD CONSTRAINT ${db.quote(change.name)} ${inPlaceOf(clause, change.column, db.quote(change.to))} NOT VALID`,
      ],
      [`${onTable(change, bench)} DROP CONSTRAINT ${db.quote(change.name)}`],
    ),
    validated(`check of ${words}`, change.name, change, bench),
  ]
}

const renameTable: Form<'rename-table'> = (change, bench) => {
  const { db } = bench
  const { table: on, rights } = change
  const to = { schema: on.schema, name: change.to }
  const rename = (from: TableName, name: string) =>
    `ALTER TABLE ${tableNameSql(from, db)} RENAME TO ${db.quote(name)}`
  const bridge = change.bridge
    ? [createViewSql(bridgeView(on, standingTable(change, bench), to, db), db), ...grantSql(on, rights, db)]
    : []
  return [
    brief(
      `rename ${on.name} to ${to.name}`,
      [rename(on, to.name), ...bridge],
      [...(change.bridge ? [`DROP VIEW ${tableNameSql(on, db)}`] : []), rename(to, on.name)],
    ),
  ]
}

const dropBridge: Form<'drop-bridge'> = (change, bench) => {
  const { db } = bench
  return [
    brief(
      `drop the view ${change.view.name} of ${change.table.name}`,
      [`DROP VIEW ${tableNameSql(change.view, db)}`],
      [createViewSql(standingView(change.view, bench), db), ...grantSql(change.view, change.rights, db)],
      'ACCESS EXCLUSIVE on the view for a moment, the table is not touched',
    ),
  ]
}

const readElse = (change: ChangeOf<'read-other' | 'read-parts' | 'read-renamed'>, bench: Bench): Draft[] => {
  const { db } = bench
  const view = standingView(change.view, bench)
  return [
    brief(
      readWords(change),
      [createViewSql(viewAfter(view, change, db), db, true)],
      [createViewSql(view, db, true)],
      'ACCESS EXCLUSIVE on the view for a moment, the table is not touched',
    ),
  ]
}

const takeCheck: Form<'take-check'> = (change, bench) => {
  const { db } = bench
  const from = standingTable({ table: change.from }, bench)
  const clause = from.checks.find((c) => c.name === change.check)?.clause ?? ''
  const words = `${change.name} of ${change.table.name}`
  return [
    brief(
      words,
      [`${onTable(change, bench)} ADD CONSTRAINT ${db.quote(change.name)} ${clause} NOT VALID`],
      [`${onTable(change, bench)} DROP CONSTRAINT ${db.quote(change.name)}`],
    ),
    validated(words, change.name, change, bench),
  ]
}

const dropTable: Form<'drop-table'> = (change, bench) => [
  brief(
    `drop ${change.table.name}`,
    [`DROP TABLE ${tableNameSql(change.table, bench.db)}`],
    tableAnew(standingTable(change, bench), bench.db),
    'ACCESS EXCLUSIVE on the table, and on those that it refers to, for a moment',
  ),
]

/** After the constraint that owned it was dropped, the index is gone already. */
function dropIndex(change: SchemaChange, name: string, { db }: Bench): string {
  const { schema } = change.table
  return `DROP INDEX CONCURRENTLY IF EXISTS ${tableNameSql({ schema, name }, db)}`
}

export const FORMS: { [K in SchemaChange['kind']]: Form<K> } = {
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
  'drop-index': takeIndex,
  'add-statistics': addStatistics,
  'create-table': createTable,
  'keep-same': keepBoth,
  'stop-same': stopBoth,
  'prove-same': prove,
  'swap-same': swap,
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
  fill,
  'set-values': setValues,
  'keep-history': history,
}

/** Keeps the change and its form together, which the compiler cannot follow. */
export function formOf(change: SchemaChange, bench: Bench): WrittenMigration[] {
  const drafts = (FORMS[change.kind] as Form<SchemaChange['kind']>)(change as never, bench)
  return drafts.map((d) => ({ ...d, table: tableWords(change.table) }))
}
