/** Changes in steps on MySQL and MariaDB: two columns kept the same, rows filled in batches, and the proof between. */
import type { Table } from '../../adapters/databases/types.ts'
import type { ChangeOf, SchemaChange } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import {
  differSql,
  fillSql,
  isTextType,
  pairDifferSql,
  tableNameSql,
  typeIn,
  whereSql,
} from '../database-lead/order/sql.ts'
import type { Draft } from './forms.ts'

const ROWS_A_BATCH = 1000
export const NOTHING = 'SELECT 1'
export const TRIGGER = 'a lock on the table for a moment, nothing is read or rewritten'
export const BATCHES =
  'rows in batches that commit by themselves: a row is locked for the moment of its batch, and a run that breaks off is run again'
export const READS = 'every row is read, while others read and write; it fails where two values differ'

type Pair = { table: SchemaChange['table']; column: string; to: string; name: string }

/** One trigger for inserts and one for updates; each is one SET, so that no tool parts it at a semicolon. */
export function keepSame({ table: on, column, to, name }: Pair, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable({ table: on }, bench)
  const [one, other] = [db.quote(column), db.quote(to)]
  const changed = (c: string, type: string) => differSql(`NEW.${c}`, `OLD.${c}`, type, db)
  const oneChanged = changed(one, typeIn(table, column))
  const otherChanged = changed(other, typeIn(table, to))
  const bodies = {
    insert: `SET NEW.${other} = COALESCE(NEW.${other}, NEW.${one}), NEW.${one} = NEW.${other}`,
    update: `SET NEW.${other} = IF(${otherChanged}, NEW.${other}, IF(${oneChanged}, NEW.${one}, COALESCE(NEW.${other}, NEW.${one}))), NEW.${one} = NEW.${other}`,
  }
  return (['insert', 'update'] as const).map((event) => {
    const trigger = db.quote(`${name}_${event}`)
    return {
      words: `keep ${column} and ${to} of ${on.name} the same on ${event}`,
      effect: TRIGGER,
      up: {
        alter: false,
        sql: `CREATE TRIGGER ${trigger} BEFORE ${event.toUpperCase()} ON ${tableNameSql(on, db)} FOR EACH ROW ${bodies[event]}`,
      },
      down: { alter: false, sql: `DROP TRIGGER ${trigger}` },
    }
  })
}

/** The row as it was: one trigger for updates, one for deletes. */
export function keepHistory(change: ChangeOf<'keep-history'>, { db }: Bench): Draft[] {
  const { table: on, to, columns, operation, name } = change
  const names = [...columns, operation].map((c) => db.quote(c)).join(', ')
  const values = columns.map((c) => `OLD.${db.quote(c)}`).join(', ')
  return (['update', 'delete'] as const).map((event) => {
    const trigger = db.quote(`${name}_${event}`)
    const write = `INSERT INTO ${tableNameSql(to, db)} (${names}) VALUES (${values}, '${event}')`
    return {
      words: `keep history of ${on.name} on ${event}`,
      effect: TRIGGER,
      up: {
        alter: false,
        sql: `CREATE TRIGGER ${trigger} AFTER ${event.toUpperCase()} ON ${tableNameSql(on, db)} FOR EACH ROW ${write}`,
      },
      down: { alter: false, sql: `DROP TRIGGER ${trigger}` },
    }
  })
}

export function stopSame(pair: Pair, bench: Bench): Draft[] {
  return keepSame(pair, bench)
    .reverse()
    .map(({ words, up, down }) => ({
      words: words.replace(/^keep/, 'stop keeping'),
      effect: TRIGGER,
      up: down,
      down: up,
    }))
}

export function fillRows(change: ChangeOf<'fill'>, bench: Bench): Draft[] {
  const way = (rule: Pick<typeof change, 'value' | 'where'>) => filling({ ...change, ...rule }, bench)
  const words = `fill ${change.column} of ${change.table.name}`
  return compound(words, BATCHES, way(change), change.back ? way(change.back) : null, bench)
}

function filling(change: ChangeOf<'fill'>, bench: Bench): string {
  const { db } = bench
  const table = standingTable(change, bench)
  const name = db.quote(change.column)
  const value = fillSql(change.value, db)
  const where = [whereSql(change.where, db), differSql(name, value, typeIn(table, change.column), db)].filter(
    (w) => w !== 'TRUE',
  )
  return batched(table, `${name} = ${value}`, where.map((w) => `(${w})`).join(' AND '), bench)
}

export function proveSame(change: ChangeOf<'prove-same'>, bench: Bench): Draft[] {
  const { db } = bench
  const table = standingTable(change, bench)
  const name = tableNameSql(change.table, db)
  const [one, other] = [db.quote(change.column), db.quote(change.to)]
  const differ = pairDifferSql(table, change.column, change.to, db)
  const proof = [
    `IF EXISTS (SELECT 1 FROM ${name} WHERE ${differ}) THEN`,
    `  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rows differ between two columns that are to be the same';`,
    'END IF;',
  ].join('\n')
  const refill = change.refill ? batched(table, `${one} = ${other}`, `(${differ})`, bench) : null
  const words = `prove ${change.column} and ${change.to} of ${change.table.name} the same`
  return compound(words, READS, proof, refill, bench)
}

/** Goes through the table in the order of its key; each batch commits, and what is done is passed over. */
export function batched(table: Table, set: string, where: string, bench: Bench): string {
  const name = tableNameSql(table, bench.db)
  return batches(table, (range) => `UPDATE ${name} SET ${set} WHERE ${range()} AND ${where};`, bench)
}

/** `range` says which rows the batch is of, for the table by its name or an alias. */
export function batches(
  table: Table,
  statement: (range: (alias?: string) => string) => string,
  { db }: Bench,
): string {
  const keys = table.primaryKey?.columns ?? []
  const name = tableNameSql(table, db)
  const columns = keys.map((k) => db.quote(k)).join(', ')
  const vars = (which: string) => keys.map((_, i) => `${which}_key_${i + 1}`)
  const [low, high] = [vars('low'), vars('high')]
  const row = (parts: string[]) => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`)
  const key = (alias?: string) => row(keys.map((k) => `${alias ? `${alias}.` : ''}${db.quote(k)}`))
  const declared = (k: string, i: number) => {
    const column = table.columns.find((c) => c.name === k)
    const collation = column?.collation && isTextType(column.type) ? ` COLLATE ${column.collation}` : ''
    return [low[i], high[i]].map((v) => `DECLARE ${v} ${column?.type}${collation};`)
  }
  const from = (alias?: string) => `${key(alias)} >= ${row(low)}`
  const range = (alias?: string) => `${from(alias)} AND ${key(alias)} <= ${row(high)}`
  return [
    ...keys.flatMap(declared),
    `SELECT ${columns} INTO ${low.join(', ')} FROM ${name} ORDER BY ${columns} LIMIT 1;`,
    `WHILE ${low[0]} IS NOT NULL DO`,
    `  SELECT ${columns} INTO ${high.join(', ')} FROM (SELECT ${columns} FROM ${name} WHERE ${from()} ORDER BY ${columns} LIMIT ${ROWS_A_BATCH}) part ORDER BY ${keys.map((k) => `${db.quote(k)} DESC`).join(', ')} LIMIT 1;`,
    `  ${statement(range)}`,
    '  COMMIT;',
    `  IF ${row(high)} = ${row(low)} THEN SET ${low[0]} = NULL;`,
    `  ELSE SET ${low.map((v, i) => `${v} = ${high[i]}`).join(', ')};`,
    '  END IF;',
    'END WHILE;',
  ].join('\n')
}

/** MariaDB takes a block as it is; MySQL wants it in a procedure, which is made, called and dropped. */
export function compound(
  words: string,
  effect: string,
  body: string,
  back: string | null,
  { db }: Bench,
): Draft[] {
  const way = (sql: string) => ({ alter: false, sql })
  if (db.server.product === 'MariaDB') {
    const whole = (inner: string) => way(`BEGIN NOT ATOMIC\n${inner}\nEND`)
    return [{ words, effect, up: whole(body), down: back === null ? way(NOTHING) : whole(back) }]
  }
  const name = db.quote('martsmith_step')
  const make = (inner: string) => way(`CREATE PROCEDURE ${name}()\nBEGIN\n${inner}\nEND`)
  const [call, drop] = [way(`CALL ${name}()`), way(`DROP PROCEDURE IF EXISTS ${name}`)]
  const only = 'a procedure that no one else uses'
  return [
    { words: `make the step to ${words}`, effect: only, up: make(body), down: drop },
    { words, effect, up: call, down: back === null ? way(NOTHING) : call },
    { words: `drop the step to ${words}`, effect: only, up: drop, down: make(back ?? body) },
  ]
}
