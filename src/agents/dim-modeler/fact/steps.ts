/** Steps on the way to a fact: CTEs, and which rows they take. */
import { list } from '../../../core/text.ts'
import { movesWithHeader } from './held.ts'
import type { Making } from './making.ts'

export type Cte = { name: string; lines: string[] }

/** When an event or its header last changed. */
export const CHANGED = 'changed_at'

export function needsChanged({ recommendation }: Making): boolean {
  return movesWithHeader(recommendation)
}

/** `conditions` always, `newRows` in incremental runs alone. */
export function whereLines(
  word: (word: string) => string,
  conditions: string[],
  newRows: string[],
): string[] {
  const always = conditions.map((c, i) => `${word(i === 0 ? 'where' : 'and')} ${c}`)
  if (newRows.length === 0) return always
  const [first = '', ...more] = newRows
  return [
    ...always,
    '{% if is_incremental() %}',
    `${word(always.length === 0 ? 'where' : 'and')} ${first}`,
    ...more,
    '{% endif %}',
  ]
}

/** What the model is for: what has to be seen of all rows is not done in a fact that reads new ones alone. */
export function purposeOf({ recommendation, events, header }: Making): string | null {
  const { intermediate, grain, measures } = recommendation
  if (intermediate !== null) return intermediate.replace(/\.$/, '')
  const shared = measures.filter((m) => m.way === 'allocate').map((m) => m.column.name)
  if (header)
    return `Rows of ${events.name} with what ${header.name} says of them${shared.length > 0 ? `, its ${list(shared, 4)} shared among them` : ''}`
  return grain.latest ? `Rows of ${events.name}, the latest version of each by ${grain.latest.name}` : null
}

/** A grain of several columns has one key there, which the fact takes: what is one row is tested where it is made. */
export function isKeyedBefore(making: Making): boolean {
  const { by, columns } = making.recommendation.grain
  return by === 'key' && columns.length > 1 && purposeOf(making) !== null
}
