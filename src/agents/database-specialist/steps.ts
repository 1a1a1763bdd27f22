/** Changes in steps on Postgres: two columns kept the same, rows filled in batches, and the proof between. */
import type { Table } from '../../adapters/databases/types.ts'
import type { ChangeOf, SchemaChange } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import {
  differSql,
  fillSql,
  pairDifferSql,
  tableNameSql,
  typeIn,
  whereSql,
} from '../database-lead/order/sql.ts'

export const BATCHES =
  'rows in batches of a transaction each: a row is locked for the moment of its batch, and a run that breaks off is run again'
export const NOTHING = 'SELECT 1'
export const TRIGGER = 'SHARE ROW EXCLUSIVE on the table for a moment, nothing is read or rewritten'
export const READS = 'every row is read, while others read and write; it fails where two values differ'

/** Rows of one transaction: short enough that nobody waits for them. */
const ROWS_A_BATCH = 1000

/** A text in dollar quotes whose tag does not stand in it. */
function quoted(body: string): string {
  let tag = '$do$'
  for (let i = 1; body.includes(tag); i += 1) tag = `$do${i}$`
  return `${tag}\n${body}\n${tag}`
}

export const block = (body: string) => `DO ${quoted(body)}`

/** Goes through the table in the order of its key; each batch is a transaction, and what is done is passed over. */
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
  const row = (parts: string[]) => `(${parts.join(', ')})`
  const [low, high] = [vars('low'), vars('high')]
  const descending = keys.map((k) => `${db.quote(k)} DESC`).join(', ')
  const key = (alias?: string) => row(keys.map((k) => `${alias ? `${alias}.` : ''}${db.quote(k)}`))
  const from = (alias?: string) => `${key(alias)} >= ${row(low)}`
  const range = (alias?: string) => `${from(alias)} AND ${key(alias)} <= ${row(high)}`
  return block(
    [
      'DECLARE',
      ...keys.flatMap((k, i) => [low[i], high[i]].map((v) => `  ${v} ${name}.${db.quote(k)}%TYPE;`)),
      'BEGIN',
      `  SELECT ${columns} INTO ${low.join(', ')} FROM ${name} ORDER BY ${columns} LIMIT 1;`,
      `  WHILE ${low[0]} IS NOT NULL LOOP`,
      `    PERFORM set_config('lock_timeout', '5s', true);`,
      `    SELECT ${columns} INTO ${high.join(', ')} FROM (SELECT ${columns} FROM ${name} WHERE ${from()} ORDER BY ${columns} LIMIT ${ROWS_A_BATCH}) part ORDER BY ${descending} LIMIT 1;`,
      `    ${statement(range)}`,
      '    COMMIT;',
      `    EXIT WHEN ${row(high)} = ${row(low)};`,
      ...low.map((v, i) => `    ${v} := ${high[i]};`),
      '  END LOOP;',
      'END',
    ].join('\n'),
  )
}

export function fillBlock(change: ChangeOf<'fill'>, bench: Bench): string {
  const { db } = bench
  const table = standingTable(change, bench)
  const name = db.quote(change.column)
  const value = fillSql(change.value, db)
  const type = typeIn(table, change.column)
  const where = [whereSql(change.where, db), differSql(name, value, type, db)].filter((w) => w !== 'TRUE')
  return batched(table, `${name} = ${value}`, where.map((w) => `(${w})`).join(' AND '), bench)
}

type Pair = { table: SchemaChange['table']; column: string; to: string; name: string }

/** Whoever names the second means the second; else the first is what both get. */
export function keepSame(
  { table: on, column, to, name }: Pair,
  bench: Bench,
): { up: string[]; down: string[] } {
  const { db } = bench
  const table = standingTable({ table: on }, bench)
  const [one, other] = [db.quote(column), db.quote(to)]
  const [typeOne, typeOther] = [typeIn(table, column), typeIn(table, to)]
  const as = (value: string, type: string) => (typeOne === typeOther ? value : `${value}::${type}`)
  const forward = `NEW.${other} := ${as(`NEW.${one}`, typeOther)};`
  const back = `NEW.${one} := ${as(`NEW.${other}`, typeOne)};`
  const changed = (c: string, type: string) => differSql(`NEW.${c}`, `OLD.${c}`, type, db)
  const body = [
    'BEGIN',
    `  IF TG_OP = 'INSERT' THEN`,
    `    IF NEW.${other} IS NULL THEN ${forward} ELSE ${back} END IF;`,
    `  ELSIF ${changed(other, typeOther)} THEN`,
    `    ${back}`,
    `  ELSIF ${changed(one, typeOne)} OR NEW.${other} IS NULL THEN`,
    `    ${forward}`,
    '  END IF;',
    '  RETURN NEW;',
    'END',
  ].join('\n')
  return trigger({ name, on, when: 'BEFORE INSERT OR UPDATE', body }, bench)
}

/** Fails, and says how many, where the two differ. */
export function proofBlock(change: ChangeOf<'prove-same'>, bench: Bench): string {
  const name = tableNameSql(change.table, bench.db)
  return block(
    [
      'DECLARE',
      '  different bigint;',
      'BEGIN',
      `  SELECT count(*) INTO different FROM ${name} WHERE ${pairDifferSql(standingTable(change, bench), change.column, change.to, bench.db)};`,
      `  IF different > 0 THEN RAISE EXCEPTION '% rows differ between two columns that are to be the same', different; END IF;`,
      'END',
    ].join('\n'),
  )
}

/** The way back of a contraction: the column that came back is filled from the one that stayed. */
export function refillBlock(change: ChangeOf<'prove-same'>, bench: Bench): string {
  const { db } = bench
  const table = standingTable(change, bench)
  const type = typeIn(table, change.column)
  const value = type === typeIn(table, change.to) ? db.quote(change.to) : `${db.quote(change.to)}::${type}`
  const name = db.quote(change.column)
  return batched(table, `${name} = ${value}`, `(${differSql(name, value, type, db)})`, bench)
}

type Trigger = { name: string; on: SchemaChange['table']; when: string; body: string }

/** A function of its own and the trigger that calls it, both of one name. */
export function trigger({ name, on, when, body }: Trigger, { db }: Bench): { up: string[]; down: string[] } {
  const called = `${tableNameSql({ schema: on.schema, name }, db)}()`
  const at = `${db.quote(name)} ${when} ON ${tableNameSql(on, db)}`
  return {
    up: [
      `CREATE FUNCTION ${called} RETURNS trigger LANGUAGE plpgsql AS ${quoted(body)}`,
      `CREATE TRIGGER ${at} FOR EACH ROW EXECUTE FUNCTION ${called}`,
    ],
    down: [`DROP TRIGGER ${db.quote(name)} ON ${tableNameSql(on, db)}`, `DROP FUNCTION ${called}`],
  }
}

/** The row as it was, for each that is deleted, and each that an update really changes. */
export function historyTrigger(
  change: ChangeOf<'keep-history'>,
  bench: Bench,
): { up: string[]; down: string[] } {
  const { db } = bench
  const { table: on, to, columns, operation, name } = change
  const names = [...columns, operation].map((c) => db.quote(c)).join(', ')
  const values = columns.map((c) => `OLD.${db.quote(c)}`).join(', ')
  const body = [
    'BEGIN',
    `  IF TG_OP = 'DELETE' OR OLD::text IS DISTINCT FROM NEW::text THEN`,
    `    INSERT INTO ${tableNameSql(to, db)} (${names}) VALUES (${values}, lower(TG_OP));`,
    '  END IF;',
    '  RETURN NULL;',
    'END',
  ].join('\n')
  return trigger({ name, on, when: 'AFTER UPDATE OR DELETE', body }, bench)
}
