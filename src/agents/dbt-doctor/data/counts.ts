/** How often keys repeat. */
import { count, list } from '../../../core/text.ts'
import type { Look } from './look.ts'

/** How many keys repeat, in how many rows, how often the most frequent one. */
export type Repeats = { keys: number; rows: number; most: number }

/** `from` is what stands behind FROM. */
export function repeatsStatement(expressions: string[], from: string, before = ''): string {
  const keys = expressions.map((e, i) => `${e} as k${i}`)
  const names = expressions.map((_, i) => `k${i}`)
  const there = names.map((k) => `${k} is not null`).join(' and ')
  return `${before}select count(*), coalesce(sum(n), 0), coalesce(max(n), 0) from (
  select count(*) as n from (select ${keys.join(', ')} from ${from}) as r
  where ${there} group by ${names.join(', ')} having count(*) > 1) as g`
}

/** Null where the warehouse refuses one. */
export async function repeats(look: Look, statements: string[]): Promise<(Repeats | null)[]> {
  const answers = await look.numbers(statements)
  return answers.map((a) => a && { keys: a[0] ?? 0, rows: a[1] ?? 0, most: a[2] ?? 0 })
}

export const repeatWords = (columns: string[], { keys, rows, most }: Repeats) =>
  keys === 0
    ? `no ${list(columns)} more than once`
    : `${keys} ${list(columns)} more than once, in ${count(rows, 'row')} (up to ${most} of one)`
