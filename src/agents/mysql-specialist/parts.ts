/** A column and its two parts on MySQL and MariaDB: whichever is written writes the other, rows are filled in batches, and it is proven. */
import type { ChangeOf, Parts } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { partsSql, partsWords, ruleText, setPartsSql } from '../database-lead/order/parts.ts'
import { differSql, tableNameSql, textSql } from '../database-lead/order/sql.ts'
import type { Draft } from './forms.ts'
import { BATCHES, batched, compound, READS, TRIGGER } from './steps.ts'

/** The new side is meant by whoever writes it; else what stands is what the other is made of. */
export function keepParts(change: ChangeOf<'keep-parts' | 'stop-parts'>, { db }: Bench): Draft[] {
  const isWhole = change.stands === 'whole'
  const fresh = (isWhole ? change.parts : [change.whole]).map((c) => db.quote(c))
  const isFresh = {
    insert: fresh.map((c) => `NEW.${c} IS NOT NULL`).join(' OR '),
    update: fresh.map((c) => differSql(`NEW.${c}`, `OLD.${c}`, 'text', db)).join(' OR '),
  }
  const set = (which: 'parts' | 'whole') =>
    `SET ${setPartsSql(change, which, db, 'NEW.')
      .map(([c, value]) => `NEW.${db.quote(c)} = ${value}`)
      .join(', ')};`
  const [byFresh, byStanding] = isWhole ? (['whole', 'parts'] as const) : (['parts', 'whole'] as const)
  return (['insert', 'update'] as const).map((event) => {
    const name = db.quote(`${change.name}_${event}`)
    const sql = [
      `CREATE TRIGGER ${name} BEFORE ${event.toUpperCase()} ON ${tableNameSql(change.table, db)} FOR EACH ROW BEGIN`,
      `  DECLARE rule VARCHAR(1000) DEFAULT ${textSql(ruleText(change), db)};`,
      `  IF (${partsSql(change, db, 'NEW.').differ}) THEN`,
      `    IF ${isFresh[event]} THEN`,
      `      ${set(byFresh)}`,
      '    ELSE',
      `      ${set(byStanding)}`,
      '    END IF;',
      '  END IF;',
      'END',
    ].join('\n')
    return {
      words: `keep ${partsWords(change)} in ${change.table.name} on ${event}`,
      effect: TRIGGER,
      up: { alter: false, sql },
      down: { alter: false, sql: `DROP TRIGGER ${name}` },
    }
  })
}

export function stopParts(change: ChangeOf<'stop-parts'>, bench: Bench): Draft[] {
  return keepParts(change, bench)
    .reverse()
    .map(({ words, up, down }) => ({
      words: words.replace(/^keep/, 'let').replace(/ in (?=[^ ]+ on )/, ' go apart in '),
      effect: TRIGGER,
      up: down,
      down: up,
    }))
}

function filling(of: Parts, into: 'parts' | 'whole', bench: Bench): string {
  const { db } = bench
  const set = setPartsSql(of, into, db).map(([c, value]) => `${db.quote(c)} = ${value}`)
  return batched(standingTable(of, bench), set.join(', '), `(${partsSql(of, db).differ})`, bench)
}

export function fillParts(change: ChangeOf<'fill-parts'>, bench: Bench): Draft[] {
  const into = change.stands === 'whole' ? 'parts' : 'whole'
  const words = into === 'whole' ? change.whole : change.parts.join(' and ')
  return compound(`fill ${words} of ${change.table.name}`, BATCHES, filling(change, into, bench), null, bench)
}

export function proveParts(change: ChangeOf<'prove-parts'>, bench: Bench): Draft[] {
  const { db } = bench
  const proof = [
    `IF EXISTS (SELECT 1 FROM ${tableNameSql(change.table, db)} WHERE ${partsSql(change, db).differ}) THEN`,
    `  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rows differ between a column and its parts';`,
    'END IF;',
  ].join('\n')
  const back = change.refill ? filling(change, change.stands, bench) : null
  return compound(`prove ${partsWords(change)} of ${change.table.name} the same`, READS, proof, back, bench)
}
