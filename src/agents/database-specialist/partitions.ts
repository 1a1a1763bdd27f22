/**
 * Changes of a table that lies in parts, on Postgres. What a partitioned table does not take CONCURRENTLY or NOT VALID
 * its parts do: each gets it by itself, and the table takes them over.
 */
import type { Part, Partitions, Table, TableName } from '../../adapters/databases/types.ts'
import { shortHash } from '../../core/hash.ts'
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { createIndexSql, listSql, referenceSql, tableNameSql } from '../database-lead/order/sql.ts'
import { alone, brief, CONCURRENT, type Draft, onTable } from './draft.ts'
import { NOTHING } from './steps.ts'

const SHELL = 'SHARE on the table for a moment: the index is empty until its parts have theirs'
const ATTACH = 'ACCESS EXCLUSIVE on the indexes for a moment, nothing is read or rewritten'
const READS_PARTS = 'SHARE UPDATE EXCLUSIVE on the parts: every row is read, while others read and write'
const MOST_OF_A_NAME = 63

const partsOf = (table: Table): Part[] => (table.partitions as Partitions).parts

/** `events_kind_idx` of `events` is `events_2026_01_kind_idx` of its part. */
function inPart(name: string, table: Table, part: Part): string {
  const own = name.startsWith(table.name)
    ? `${part.name}${name.slice(table.name.length)}`
    : `${name}_${part.name}`
  return Buffer.byteLength(own) <= MOST_OF_A_NAME
    ? own
    : `${name.slice(0, 45)}_${shortHash([name, part.schema, part.name])}`
}

/** Each part, its index, and that which takes it over. */
function indexes(name: string, table: Table, { db }: Bench) {
  const named = (t: TableName, index: string) => tableNameSql({ schema: t.schema, name: index }, db)
  return partsOf(table).map((part) => {
    const above = partsOf(table).find((p) => part.of?.schema === p.schema && part.of.name === p.name)
    const mine = inPart(name, table, part)
    return {
      part,
      on: tableNameSql(part, db),
      mine,
      attach: `ALTER INDEX ${named(above ?? table, above ? inPart(name, table, above) : name)} ATTACH PARTITION ${named(part, mine)}`,
      drop: `DROP INDEX CONCURRENTLY IF EXISTS ${named(part, mine)}`,
    }
  })
}

export function indexParts(change: ChangeOf<'add-index'>, bench: Bench): Draft[] {
  const { db } = bench
  const { key } = change
  const table = standingTable(change, bench)
  const only = (t: TableName, name: string) =>
    createIndexSql({ table: t, key: { ...key, name } }, db).replace(' ON ', ' ON ONLY ')
  const each = indexes(key.name, table, bench)
  const words = `index ${key.columns.join(' ')} of ${table.name}`
  const drop = `DROP INDEX IF EXISTS ${tableNameSql({ schema: table.schema, name: key.name }, db)}`
  const inner = each.filter((e) => e.part.by !== null)
  const leaves = each.filter((e) => e.part.by === null)
  const shell = [only(table, key.name), ...inner.map((e) => only(e.part, e.mine))]
  return [
    brief(`begin ${words}`, shell, [drop, ...inner.map((e) => e.drop.replace(' CONCURRENTLY', ''))], SHELL),
    ...leaves.map((e) =>
      alone(
        `index ${key.columns.join(' ')} of ${e.part.name}`,
        createIndexSql({ table: e.part, key: { ...key, name: e.mine } }, db, 'CONCURRENTLY '),
        e.drop,
        CONCURRENT,
      ),
    ),
    ...(each.length === 0
      ? []
      : [
          brief(
            `put ${words} together`,
            bottomUp(each).map((e) => e.attach),
            [drop],
            ATTACH,
          ),
        ]),
  ]
}

const bottomUp = <E extends { part: Part }>(each: E[]): E[] =>
  [...each].sort((a, b) => Number(a.part.by !== null) - Number(b.part.by !== null))

export function uniqueInParts(change: ChangeOf<'add-unique'>, bench: Bench): Draft[] {
  const { db } = bench
  const { name, columns } = change.key
  const table = standingTable(change, bench)
  const add = (on: string, called: string) =>
    `ALTER TABLE ONLY ${on} ADD CONSTRAINT ${db.quote(called)} UNIQUE ${listSql(columns, db)}`
  const each = indexes(name, table, bench)
  const inner = each.filter((e) => e.part.by !== null)
  const leaves = each.filter((e) => e.part.by === null)
  const words = `${columns.join(' ')} in ${table.name}`
  const drop = [
    `${onTable(change, bench)} DROP CONSTRAINT IF EXISTS ${db.quote(name)}`,
    ...inner.map((e) => `ALTER TABLE ${e.on} DROP CONSTRAINT IF EXISTS ${db.quote(e.mine)}`),
  ]
  return [
    brief(
      `begin unique ${words}`,
      [add(tableNameSql(table, db), name), ...inner.map((e) => add(e.on, e.mine))],
      drop,
      SHELL.replace('SHARE', 'ACCESS EXCLUSIVE'),
    ),
    ...leaves.map((e) =>
      alone(
        `index unique ${columns.join(' ')} in ${e.part.name}`,
        createIndexSql({ table: e.part, key: { name: e.mine, columns } }, db, 'CONCURRENTLY ').replace(
          'CREATE INDEX',
          'CREATE UNIQUE INDEX',
        ),
        e.drop,
        CONCURRENT,
      ),
    ),
    brief(
      `make ${words} unique`,
      [
        ...leaves.map(
          (e) =>
            `ALTER TABLE ${e.on} ADD CONSTRAINT ${db.quote(e.mine)} UNIQUE USING INDEX ${db.quote(e.mine)}`,
        ),
        ...bottomUp(each).map((e) => e.attach),
      ],
      drop,
    ),
  ]
}

/** There is no way but to hold the table for the moment in which the index goes; on the way back it is made at once. */
export function takeIndexOfParts(change: ChangeOf<'drop-index'>, bench: Bench): Draft[] {
  const table = standingTable(change, bench)
  const back = table.indexes.find((i) => i.name === change.name)?.definition ?? ''
  return [
    brief(
      `drop index ${change.name}`,
      [`DROP INDEX ${tableNameSql({ schema: table.schema, name: change.name }, bench.db)}`],
      [back],
      'ACCESS EXCLUSIVE on the table and its parts for a moment: of a partitioned table no index is dropped CONCURRENTLY',
    ),
  ]
}

/** What is valid in each part is taken over by the table without a look at the rows. */
export function referFromParts(change: ChangeOf<'add-foreign-key'>, bench: Bench): Draft[] {
  const { db } = bench
  const { reference } = change
  const table = standingTable(change, bench)
  const words = `${reference.columns.join(' ')} of ${table.name}`
  const leaves = partsOf(table)
    .filter((p) => p.by === null)
    .map((part) => ({ on: tableNameSql(part, db), name: inPart(reference.name, table, part) }))
  const drop = (on: string, name: string) => `ALTER TABLE ${on} DROP CONSTRAINT IF EXISTS ${db.quote(name)}`
  const short = 'SHARE ROW EXCLUSIVE on the parts and on what they refer to, for a moment: rows are not read'
  return [
    ...(leaves.length === 0
      ? []
      : [
          brief(
            `refer parts of ${words} to ${reference.references.name}`,
            leaves.map(
              (l) => `ALTER TABLE ${l.on} ADD ${referenceSql({ ...reference, name: l.name }, db)} NOT VALID`,
            ),
            leaves.map((l) => drop(l.on, l.name)),
            short,
          ),
          brief(
            `validate reference of parts of ${words}`,
            leaves.map((l) => `ALTER TABLE ${l.on} VALIDATE CONSTRAINT ${db.quote(l.name)}`),
            [NOTHING],
            READS_PARTS,
            '30min',
          ),
        ]),
    brief(
      `refer ${words} to ${reference.references.name}`,
      [`${onTable(change, bench)} ADD ${referenceSql(reference, db)}`],
      [`${onTable(change, bench)} DROP CONSTRAINT ${db.quote(reference.name)}`],
      'SHARE ROW EXCLUSIVE on both tables for a moment: what the parts have is taken over, rows are not read',
    ),
  ]
}
