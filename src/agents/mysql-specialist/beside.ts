/** Columns that stand in two tables, on MySQL and MariaDB: both written by whoever writes one, filled in batches, proven. */
import { findTable } from '../../adapters/databases/types.ts'
import {
  anyDifferSql,
  besideWords,
  countDifferentSql,
  emptiedSql,
  isEmptySql,
  isNullSql,
  missingSql,
  otherName,
  setSql,
} from '../database-lead/order/beside.ts'
import type { Beside, ChangeOf } from '../database-lead/order/change.ts'
import type { Bench } from '../database-lead/order/order.ts'
import { tableNameSql } from '../database-lead/order/sql.ts'
import type { Draft } from './forms.ts'
import { BATCHES, batches, compound, READS, TRIGGER } from './steps.ts'

type Kept = Beside & { name: string }
type Event = 'insert' | 'update' | 'delete'

/** A trigger may not write the table that called it, by whatever way: what one of them does, the other passes over. */
const BUSY = '@martsmith_beside'

function triggers(pair: Kept, { db, schema }: Bench): { name: string; event: Event; sql: string }[] {
  const { table, to, key, name } = pair
  const [own, other] = [tableNameSql(table, db), tableNameSql(to, db)]
  const [ownKey, otherKey] = [db.quote(key.own), db.quote(key.other)]
  const made = (on: string, called: string, event: Event, when: string, body: string[]) => ({
    name: `${called}_${event}`,
    event,
    sql: [
      `CREATE TRIGGER ${db.quote(`${called}_${event}`)} AFTER ${event.toUpperCase()} ON ${on} FOR EACH ROW BEGIN`,
      `  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SET ${BUSY} = NULL; RESIGNAL; END;`,
      `  IF ${BUSY} IS NULL AND (${when}) THEN`,
      `    SET ${BUSY} = 1;`,
      ...body.map((l) => `    ${l}`),
      `    SET ${BUSY} = NULL;`,
      '  END IF;',
      'END',
    ].join('\n'),
  })
  const { into, values, where } = missingSql(pair, 'NEW', db)
  const insert = [
    `IF NOT (${isEmptySql(pair, 'NEW', db)}) AND ${where} THEN`,
    `  INSERT INTO ${into} VALUES (${values});`,
    'END IF;',
  ]
  const update = `UPDATE ${other} SET ${setSql(pair, 'other', 'NEW', db)} WHERE ${otherKey} = NEW.${ownKey};`
  const back = `UPDATE ${own} SET ${setSql(pair, 'own', 'NEW', db)} WHERE ${ownKey} = NEW.${otherKey};`
  const emptied = `UPDATE ${own} SET ${emptiedSql(pair, db)} WHERE ${ownKey} = OLD.${otherKey};`
  const isChanged = anyDifferSql(pair, schema, db, ['OLD', 'NEW'], ['own', 'own'])
  return [
    made(own, name, 'insert', 'TRUE', insert),
    made(own, name, 'update', isChanged, [update, ...insert]),
    made(other, otherName(name), 'insert', 'TRUE', [back]),
    made(other, otherName(name), 'update', 'TRUE', [back]),
    made(other, otherName(name), 'delete', 'TRUE', [emptied]),
  ]
}

export function keepBeside(change: ChangeOf<'keep-beside'>, bench: Bench): Draft[] {
  return triggers(change, bench).map(({ name, sql }) => ({
    words: `make ${name}`,
    effect: TRIGGER,
    up: { alter: false, sql },
    down: { alter: false, sql: `DROP TRIGGER ${bench.db.quote(name)}` },
  }))
}

export function stopBeside(change: ChangeOf<'stop-beside'>, bench: Bench): Draft[] {
  return keepBeside({ ...change, kind: 'keep-beside' }, bench)
    .reverse()
    .map(({ words, up, down }) => ({
      words: words.replace(/^make/, 'drop'),
      effect: TRIGGER,
      up: down,
      down: up,
    }))
}

/** A row that is read is locked until its copy is there: what is written meanwhile comes after. */
function filling(pair: Beside, into: 'own' | 'other', bench: Bench): string {
  const { db, schema } = bench
  const table = findTable(schema, pair.table)
  if (!table) throw new Error(`the order is about a table that is not there: ${pair.table.name}`)
  const [own, other] = [tableNameSql(pair.table, db), tableNameSql(pair.to, db)]
  const set = pair.columns.map((c) => `o.${db.quote(c.own)} = n.${db.quote(c.other)}`).join(', ')
  const { into: place, values, where } = missingSql(pair, 'o', db)
  return batches(
    table,
    (range) =>
      into === 'own'
        ? `UPDATE ${own} o JOIN ${other} n ON (n.${db.quote(pair.key.other)} = o.${db.quote(pair.key.own)}) SET ${set} WHERE ${range('o')} AND (${anyDifferSql(pair, schema, db)});`
        : `INSERT INTO ${place} SELECT ${values} FROM ${own} o WHERE ${range('o')} AND NOT (${isNullSql(pair, 'o', 'own', db)}) AND ${where} LOCK IN SHARE MODE;`,
    bench,
  )
}

/** Rows that are filled are the same already: the triggers have nothing to pass on. */
function unheard(body: string): string {
  const [declared, rest] = [
    body.split('\n').filter((l) => l.startsWith('DECLARE')),
    body.split('\n').filter((l) => !l.startsWith('DECLARE')),
  ]
  return [
    ...declared,
    `DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SET ${BUSY} = NULL; RESIGNAL; END;`,
    `SET ${BUSY} = 1;`,
    ...rest,
    `SET ${BUSY} = NULL;`,
  ].join('\n')
}

export function fillBeside(change: ChangeOf<'fill-beside'>, bench: Bench): Draft[] {
  const to = change.into === 'own' ? change.table : change.to
  return compound(`fill ${to.name}`, BATCHES, unheard(filling(change, change.into, bench)), null, bench)
}

export function proveBeside(change: ChangeOf<'prove-beside'>, bench: Bench): Draft[] {
  const proof = [
    `IF ${countDifferentSql(change, bench.schema, bench.db)} > 0 THEN`,
    `  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rows differ between two tables that are to hold the same';`,
    'END IF;',
  ].join('\n')
  const back = change.refill === null ? null : unheard(filling(change, change.refill, bench))
  return compound(`prove ${besideWords(change)} the same`, READS, proof, back, bench)
}
