/** A column and its two parts on Postgres: whichever is written writes the other, rows are filled in batches, and it is proven. */
import type { ChangeOf, Parts } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { partsSql, partsWords, ruleText, setPartsSql } from '../database-lead/order/parts.ts'
import { tableNameSql, textSql } from '../database-lead/order/sql.ts'
import { alone, brief, type Form } from './draft.ts'
import { BATCHES, batched, block, NOTHING, READS, TRIGGER, trigger } from './steps.ts'

/** The new side is meant by whoever writes it; else what stands is what the other is made of. */
function keepTrigger(of: Parts & { name: string }, bench: Bench): { up: string[]; down: string[] } {
  const { db } = bench
  const isWhole = of.stands === 'whole'
  const fresh = (isWhole ? of.parts : [of.whole]).map((c) => db.quote(c))
  const isSaid = fresh.map((c) => `NEW.${c} IS NOT NULL`).join(' OR ')
  const isChanged = fresh.map((c) => `NEW.${c} IS DISTINCT FROM OLD.${c}`).join(' OR ')
  const set = (which: 'parts' | 'whole') =>
    setPartsSql(of, which, db, 'NEW.').map(([c, value]) => `      NEW.${db.quote(c)} := ${value};`)
  const [byFresh, byStanding] = isWhole ? (['whole', 'parts'] as const) : (['parts', 'whole'] as const)
  const body = [
    'DECLARE',
    `  rule CONSTANT text := ${textSql(ruleText(of), db)};`,
    '  is_fresh boolean;',
    'BEGIN',
    `  IF (${partsSql(of, db, 'NEW.').differ}) THEN`,
    `    IF TG_OP = 'INSERT' THEN is_fresh := ${isSaid};`,
    `    ELSE is_fresh := ${isChanged};`,
    '    END IF;',
    '    IF is_fresh THEN',
    ...set(byFresh),
    '    ELSE',
    ...set(byStanding),
    '    END IF;',
    '  END IF;',
    '  RETURN NEW;',
    'END',
  ].join('\n')
  return trigger({ name: of.name, on: of.table, when: 'BEFORE INSERT OR UPDATE', body }, bench)
}

export const keepParts: Form<'keep-parts'> = (change, bench) => {
  const { up, down } = keepTrigger(change, bench)
  return [brief(`keep ${partsWords(change)} in ${change.table.name}`, up, down, TRIGGER)]
}

export const stopParts: Form<'stop-parts'> = (change, bench) => {
  const { up, down } = keepTrigger(change, bench)
  return [brief(`let ${partsWords(change)} go apart in ${change.table.name}`, down, up)]
}

function filling(of: Parts, into: 'parts' | 'whole', bench: Bench): string {
  const { db } = bench
  const set = setPartsSql(of, into, db).map(([c, value]) => `${db.quote(c)} = ${value}`)
  return batched(standingTable(of, bench), set.join(', '), `(${partsSql(of, db).differ})`, bench)
}

export const fillParts: Form<'fill-parts'> = (change, bench) => {
  const into = change.stands === 'whole' ? 'parts' : 'whole'
  const words = into === 'whole' ? change.whole : change.parts.join(' and ')
  return [alone(`fill ${words} of ${change.table.name}`, filling(change, into, bench), NOTHING, BATCHES)]
}

export const proveParts = (change: ChangeOf<'prove-parts'>, bench: Bench) => {
  const { db } = bench
  const proof = block(
    [
      'DECLARE',
      '  different bigint;',
      'BEGIN',
      `  SELECT count(*) INTO different FROM ${tableNameSql(change.table, db)} WHERE ${partsSql(change, db).differ};`,
      `  IF different > 0 THEN RAISE EXCEPTION '% rows differ between a column and its parts', different; END IF;`,
      'END',
    ].join('\n'),
  )
  const back = change.refill ? filling(change, change.stands, bench) : NOTHING
  return [alone(`prove ${partsWords(change)} of ${change.table.name} the same`, proof, back, READS)]
}
