/** The type of a new column: said; else as columns of that name are elsewhere; else by its values and its last word. */
import type { Column, Schema } from '../../../adapters/databases/types.ts'
import type { Literal, Rule } from '../order/change.ts'
import { bare } from '../requests/text.ts'
import { wordsOf } from '../resolve.ts'

type Family = 'postgres' | 'mysql'

export function wordsFor(family: Family): { numeric: string; text: string; moment: string } {
  return family === 'postgres'
    ? { numeric: 'numeric', text: 'text', moment: 'timestamp with time zone' }
    : { numeric: 'decimal', text: 'varchar(255)', moment: 'datetime' }
}

/** null: the word says nothing. */
function typeByWord(last: string, family: Family): { type: string; why: string } | null {
  const { numeric, text, moment } = wordsFor(family)
  const byWord: [RegExp, string, string][] = [
    [/^(percentage|percent|pct|rate|ratio|share)$/, `${numeric}(5,2)`, 'a percentage with two decimals'],
    [
      /^(price|amount|total|cost|fee|balance|salary|discount|tax)$/,
      `${numeric}(12,2)`,
      'an amount of money, kept exactly',
    ],
    [
      /^(count|quantity|qty|number|rank|position|age|year|level|score|stock|size|rating|capacity)$/,
      'integer',
      'a number of whole things',
    ],
    [/^(at|time|timestamp)$/, moment, 'a point in time'],
    [/^(date|day|birthday|on)$/, 'date', 'a day'],
    [
      /^(name|title|description|note|comment|remark|email|address|phone|code|status|url|label|text|city|country|reference)$/,
      text,
      'a text',
    ],
  ]
  const found = byWord.find(([form]) => form.test(last))
  return found ? { type: found[1], why: found[2] } : null
}

type Said = { column: string; type: string | null; default: Literal | null; rule: Rule | null }

/** null: nothing is known of it. */
export function learnedType(
  said: Said,
  schema: Schema,
  family: Family,
): { type: string; why: string } | null {
  if (said.type) return { type: said.type, why: 'as it was said' }
  const last = wordsOf(said.column).at(-1) ?? ''
  const [first] = mostly(sameWord(last, schema).filter((c) => fits(c, said)))
  if (first) return { type: first, why: `as other columns of the schema that are called ${last}` }
  const { numeric, text, moment } = wordsFor(family)
  if (said.rule?.values || said.rule?.without || said.default?.kind === 'text')
    return { type: text, why: 'its values are texts' }
  if (said.default?.kind === 'boolean' || /^(is|has)\b|\bflag$/i.test(bare(said.column)))
    return { type: 'boolean', why: 'it is true or false' }
  if (said.default?.kind === 'now') return { type: moment, why: 'a point in time' }
  const word = typeByWord(last, family)
  const given = [
    said.rule?.min,
    said.rule?.max,
    said.default?.kind === 'number' ? said.default.text : null,
  ].filter((n) => typeof n === 'string')
  if (word && (given.length === 0 || /^(?:numeric|decimal|int)/.test(word.type))) return word
  if (given.length === 0) return null
  return given.some((n) => n.includes('.'))
    ? { type: `${numeric}(12,2)`, why: 'its values have decimals' }
    : { type: 'integer', why: 'its values are whole numbers' }
}

function sameWord(last: string, schema: Schema): Column[] {
  return schema.tables.flatMap((t) =>
    t.columns.filter((c) => wordsOf(c.name).at(-1) === last && c.made === null && last !== 'id'),
  )
}

/** A word is a hint; what is to stand in the column is evidence. */
function fits(column: Column, ask: Said): boolean {
  const isNumber = /^(numeric|decimal|int|bigint|smallint|real|double|float)/i.test(column.type)
  const isText = /^(text|char|varchar|character)/i.test(column.type)
  if (ask.default?.kind === 'text' || ask.rule?.values || ask.rule?.without) return isText
  if (ask.default?.kind === 'number' || ask.rule) {
    const decimals = [ask.rule?.min, ask.rule?.max].some((n) => n?.includes('.'))
    return isNumber && !(decimals && /int/i.test(column.type)) && holds(column.type, ask.rule)
  }
  if (ask.default?.kind === 'boolean') return /^(bool|tinyint\(1\))/i.test(column.type)
  if (ask.default?.kind === 'now') return /^(timestamp|datetime|date)/i.test(column.type)
  return true
}

function holds(type: string, rule: Rule | null): boolean {
  const [, precision, scale = '0'] = /^(?:numeric|decimal)\((\d+)(?:,(\d+))?\)/i.exec(type) ?? []
  if (precision === undefined) return true
  const most = 10 ** (Number(precision) - Number(scale))
  return [rule?.min, rule?.max].every((n) => n === null || n === undefined || Math.abs(Number(n)) < most)
}

function mostly(columns: Column[]): string[] {
  const counts = [...Map.groupBy(columns, (c) => c.type)].map(([type, all]) => ({ type, n: all.length }))
  return counts.sort((a, b) => b.n - a.n).map((c) => c.type)
}
