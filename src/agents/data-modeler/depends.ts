/** What depends on a code, or on several together: each value has one value of the attribute, in all rows. One statement. */
import { dialectOf } from '../../project/profile/sql.ts'
import type { ColumnProfile } from '../../project/profile/types.ts'
import { bareWords } from './search/names.ts'

/** Fewer rows for a value than this, on the average, and attributes may fit by chance. */
export const ENOUGH_ROWS = 3

export function dependsStatement(
  relation: string,
  codes: string[],
  others: string[],
  adapter: string,
): string {
  const { quote, asText } = dialectOf(adapter)
  const names = codes.map(quote)
  const inside = others.flatMap((name, i) => [
    // Least equal to greatest is one value, without keeping all values of a large table.
    `case when count(${quote(name)}) = 0 then 0 when min(${asText(quote(name))}) = max(${asText(quote(name))}) then 1 else 2 end as n_${i}`,
    `count(${quote(name)}) as v_${i}`,
  ])
  const outside = others.flatMap((_, i) => [
    `max(n_${i})`,
    `sum(case when v_${i} <> 0 and v_${i} <> row_count then 1 else 0 end)`,
  ])
  return [
    `select ${['count(*)', ...outside].map((e, i) => `${e} as answer_${i}`).join(', ')}`,
    `from (select ${['count(*) as row_count', ...inside].join(', ')}`,
    `from ${relation} where ${names.map((n) => `${n} is not null`).join(' and ')} group by ${names.join(', ')}) as by_code`,
  ].join('\n')
}

/** Columns that can describe a code: not what is measured, not when something happened, not what never changes. */
export function mayDepend(columns: ColumnProfile[], codes: string[]): ColumnProfile[] {
  return columns.filter(
    (c) =>
      !codes.includes(c.name) &&
      ['text', 'boolean', 'integer'].includes(c.kind) &&
      c.behaviour?.is !== 'additive' &&
      c.distinct > 1 &&
      !c.name.startsWith('_'),
  )
}

/**
 * `sure`: in so many rows for each value that it is not by chance, or called like the code. The others hold too, and
 * a person may know better.
 * @param numbers the answer of the statement.
 */
export function dependentOf(
  code: string,
  others: ColumnProfile[],
  numbers: number[],
  present: number,
): { sure: ColumnProfile[]; unsure: ColumnProfile[] } {
  const [values = 0] = numbers
  const hold = values < 2 ? [] : others.filter((_, i) => numbers[1 + 2 * i] === 1 && numbers[2 + 2 * i] === 0)
  const isEnough = present >= values * ENOUGH_ROWS
  const isSure = ({ name }: ColumnProfile) =>
    isEnough || (present > values && bareWords(name).join() === bareWords(code).join())
  return { sure: hold.filter(isSure), unsure: hold.filter((c) => !isSure(c)) }
}
