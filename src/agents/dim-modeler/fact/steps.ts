/** Steps on the way to a fact: CTEs, and which rows they take. */
import type { Making } from './making.ts'

export type Cte = { name: string; lines: string[] }

/** When an event or its header last changed. */
export const CHANGED = 'changed_at'

/** Without a header's own change, shares of it change all the same when one of its lines does. */
export function needsChanged({ recommendation: { header, load, measures } }: Making): boolean {
  if (!header || load.way === 'table' || !load.watermark) return false
  return header.watermark !== null || measures.some((m) => m.way === 'allocate')
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
