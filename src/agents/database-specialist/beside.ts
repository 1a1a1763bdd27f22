/** Columns that stand in two tables, on Postgres: both written by whoever writes one, filled in batches, proven. */
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
import { alone, brief, type Draft } from './draft.ts'
import { BATCHES, batches, block, NOTHING, READS, TRIGGER, trigger } from './steps.ts'

type Kept = Beside & { name: string }

function triggers(pair: Kept, bench: Bench): { up: string[]; down: string[] } {
  const { db, schema } = bench
  const { table, to, key, name } = pair
  const [own, other] = [tableNameSql(table, db), tableNameSql(to, db)]
  const [ownKey, otherKey] = [db.quote(key.own), db.quote(key.other)]
  const differ = (one: string, names: ['own' | 'other', 'own' | 'other']) =>
    anyDifferSql(pair, schema, db, [one, 'NEW'], names)
  const { into, values, where } = missingSql(pair, 'NEW', db)
  const fromOwn = [
    'BEGIN',
    `  IF TG_OP = 'UPDATE' THEN`,
    `    IF NOT (${anyDifferSql(pair, schema, db, ['OLD', 'NEW'], ['own', 'own'])}) THEN RETURN NULL; END IF;`,
    '  END IF;',
    `  UPDATE ${other} AS n SET ${setSql(pair, 'other', 'NEW', db)} WHERE n.${otherKey} = NEW.${ownKey} AND (${differ('n', ['other', 'own'])});`,
    `  IF NOT FOUND AND NOT (${isEmptySql(pair, 'NEW', db)}) THEN`,
    `    INSERT INTO ${into} SELECT ${values} WHERE ${where};`,
    '  END IF;',
    '  RETURN NULL;',
    'END',
  ].join('\n')
  const fromOther = [
    'BEGIN',
    `  IF TG_OP = 'DELETE' THEN`,
    `    UPDATE ${own} AS o SET ${emptiedSql(pair, db)} WHERE o.${ownKey} = OLD.${otherKey} AND NOT (${isNullSql(pair, 'o', 'own', db)});`,
    '  ELSE',
    `    UPDATE ${own} AS o SET ${setSql(pair, 'own', 'NEW', db)} WHERE o.${ownKey} = NEW.${otherKey} AND (${differ('o', ['own', 'other'])});`,
    '  END IF;',
    '  RETURN NULL;',
    'END',
  ].join('\n')
  const one = trigger({ name, on: table, when: 'AFTER INSERT OR UPDATE', body: fromOwn }, bench)
  const two = trigger(
    { name: otherName(name), on: to, when: 'AFTER INSERT OR UPDATE OR DELETE', body: fromOther },
    bench,
  )
  return { up: [...one.up, ...two.up], down: [...two.down, ...one.down] }
}

export function keepBeside(change: ChangeOf<'keep-beside'>, bench: Bench): Draft[] {
  const { up, down } = triggers(change, bench)
  return [brief(`keep ${besideWords(change)} the same`, up, down, TRIGGER)]
}

export function stopBeside(change: ChangeOf<'stop-beside'>, bench: Bench): Draft[] {
  const { up, down } = triggers(change, bench)
  return [brief(`let ${besideWords(change)} go apart`, down, up)]
}

/** A row that is read is held until its copy is there: what is written meanwhile comes after. */
function fillSql(pair: Beside, into: 'own' | 'other', bench: Bench): string {
  const { db, schema } = bench
  const table = findTable(schema, pair.table)
  if (!table) throw new Error(`the order is about a table that is not there: ${pair.table.name}`)
  const ownKey = db.quote(pair.key.own)
  if (into === 'own') {
    const other = tableNameSql(pair.to, db)
    return batches(
      table,
      (range) =>
        `UPDATE ${tableNameSql(table, db)} AS o SET ${setSql(pair, 'own', 'n', db)} FROM ${other} AS n WHERE ${range('o')} AND n.${db.quote(pair.key.other)} = o.${ownKey} AND (${anyDifferSql(pair, schema, db)});`,
      bench,
    )
  }
  const { into: place, values, where } = missingSql(pair, 'o', db)
  return batches(
    table,
    (range) =>
      `INSERT INTO ${place} SELECT ${values} FROM ${tableNameSql(table, db)} AS o WHERE ${range('o')} AND NOT (${isNullSql(pair, 'o', 'own', db)}) AND ${where} FOR SHARE OF o ON CONFLICT DO NOTHING;`,
    bench,
  )
}

export function fillBeside(change: ChangeOf<'fill-beside'>, bench: Bench): Draft[] {
  const to = change.into === 'own' ? change.table : change.to
  return [alone(`fill ${to.name}`, fillSql(change, change.into, bench), NOTHING, BATCHES)]
}

export function proveBeside(change: ChangeOf<'prove-beside'>, bench: Bench): Draft[] {
  const proof = block(
    [
      'DECLARE',
      '  different bigint;',
      'BEGIN',
      `  SELECT ${countDifferentSql(change, bench.schema, bench.db)} INTO different;`,
      `  IF different > 0 THEN RAISE EXCEPTION '% rows differ between two tables that are to hold the same', different; END IF;`,
      'END',
    ].join('\n'),
  )
  const back = change.refill === null ? NOTHING : fillSql(change, change.refill, bench)
  return [alone(`prove ${besideWords(change)} the same`, proof, back, READS)]
}
