/** What both servers say alike of a column that stands beside its two parts. */
import type { Database } from '../../../adapters/databases/types.ts'
import type { Parts } from './change.ts'
import { differSql, textSql } from './sql.ts'

type Quoting = Pick<Database, 'quote' | 'server'>

export type PartsSql = {
  /** What the whole gives for each part. */
  first: string
  second: string
  /** What the parts give, put together. */
  whole: string
  /** How often the whole holds the separator. */
  separators: string
  /** Whether neither is so: the parts are not what the whole gives, nor the whole what the parts give. */
  differ: string
}

/** As expressions over a row; `from`: what stands before its columns, as `NEW.`. */
export function partsSql(of: Parts, db: Quoting, from = ''): PartsSql {
  const name = (column: string) => `${from}${db.quote(column)}`
  const [one, other] = [name(of.parts[0]), name(of.parts[1])]
  const { first, second, separators } =
    db.server.family === 'postgres' ? cut(of, name, db) : cutByIndex(of, name, db)
  const whole = `CASE WHEN ${one} IS NULL AND ${other} IS NULL THEN NULL ELSE CONCAT_WS(${textSql(of.between, db)}, ${one}, ${other}) END`
  const differs = (a: string, b: string) => differSql(a, b, 'text', db)
  return {
    first,
    second,
    whole,
    separators,
    differ: `(${differs(one, first)} OR ${differs(other, second)}) AND ${differs(name(of.whole), whole)}`,
  }
}

type Cut = Pick<PartsSql, 'first' | 'second' | 'separators'>

/** Where the separator stands is counted from the side that is meant. */
function cut({ whole, at, separator, alone }: Parts, name: (c: string) => string, db: Quoting): Cut {
  const text = `btrim(${name(whole)})`
  const long = [...separator].length
  const isFirst = at === 'first'
  const [within, sought] = isFirst
    ? [text, separator]
    : [`reverse(${text})`, [...separator].reverse().join('')]
  const place = `strpos(${within}, ${textSql(sought, db)})`
  const before = isFirst
    ? `left(${text}, ${place} - 1)`
    : `left(${text}, length(${text}) - ${place} - ${long - 1})`
  const after = isFirst ? `substr(${text}, ${place} + ${long})` : `right(${text}, ${place} - 1)`
  const part = (side: string, isAlone: boolean) =>
    `CASE WHEN ${place} > 0 THEN btrim(${side}) ELSE ${isAlone ? text : 'NULL'} END`
  return {
    first: part(before, alone === 'first'),
    second: part(after, alone === 'second'),
    separators: `(length(${text}) - length(replace(${text}, ${textSql(separator, db)}, ''))) / ${long}`,
  }
}

function cutByIndex({ whole, at, separator, alone }: Parts, name: (c: string) => string, db: Quoting): Cut {
  const text = `TRIM(${name(whole)})`
  const long = [...separator].length
  const said = textSql(separator, db)
  const isFirst = at === 'first'
  const near = `SUBSTRING_INDEX(${text}, ${said}, ${isFirst ? 1 : -1})`
  const far = isFirst
    ? `SUBSTRING(${text}, CHAR_LENGTH(${near}) + ${long + 1})`
    : `LEFT(${text}, CHAR_LENGTH(${text}) - CHAR_LENGTH(${near}) - ${long})`
  const part = (side: string, isAlone: boolean) =>
    `CASE WHEN CHAR_LENGTH(${near}) < CHAR_LENGTH(${text}) THEN TRIM(${side}) ELSE ${isAlone ? text : 'NULL'} END`
  return {
    first: part(isFirst ? near : far, alone === 'first'),
    second: part(isFirst ? far : near, alone === 'second'),
    separators: `(CHAR_LENGTH(${text}) - CHAR_LENGTH(REPLACE(${text}, ${said}, ''))) DIV ${long}`,
  }
}

/** What one side is set to from the other. */
export function setPartsSql(of: Parts, which: 'parts' | 'whole', db: Quoting, from = ''): [string, string][] {
  const sql = partsSql(of, db, from)
  const [first, second] = of.parts
  return which === 'whole'
    ? [[of.whole, sql.whole]]
    : [
        [first, sql.first],
        [second, sql.second],
      ]
}

/** Stands in the trigger: whoever finishes it reads there how it was begun. */
export function ruleText({ whole, parts, at, separator, between, alone, stands }: Parts): string {
  return `"${whole}" into "${parts[0]}" and "${parts[1]}" at the ${at} "${separator}", together with "${between}", alone the ${alone}, from the ${stands}`
}

const TEXT = '"([^"]*)"'
const RULE = new RegExp(
  `${TEXT} into ${TEXT} and ${TEXT} at the (first|last) ${TEXT}, together with ${TEXT}, alone the (first|second), from the (whole|parts)`,
)

/** null: the text of the trigger holds none. */
export function ruleIn(text: string): Omit<Parts, 'table'> | null {
  const [, whole, first, second, at, separator, between, alone, stands] = RULE.exec(text) ?? []
  if (whole === undefined || first === undefined || second === undefined) return null
  return {
    whole,
    parts: [first, second],
    at: at as Parts['at'],
    separator: separator ?? '',
    between: between ?? '',
    alone: alone as Parts['alone'],
    stands: stands as Parts['stands'],
  }
}

/** What the rule is written with may not end a text, nor a name: the trigger holds it. */
export function isSayable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text !== '' && !/["'`\\\u0000-\u001f]/.test(text)
}

export function partsWords({ whole, parts }: Pick<Parts, 'whole' | 'parts'>): string {
  return `${whole} and its parts ${parts[0]} and ${parts[1]}`
}
