/** Steps on the way to a fact: CTEs, and which rows they take. */
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
