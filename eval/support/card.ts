/** What score cards share: the two halves of a corpus, and the middle of some figures. */
import { createHash } from 'node:crypto'

export const HALVES = ['open', 'held out'] as const
export type Half = (typeof HALVES)[number]

/** Fixed by the name, unless it is said: whoever mends what an evaluation finds looks at the open half alone. */
export function halfOf({ name, half }: { name: string; half?: Half }): Half {
  return half ?? ((createHash('sha256').update(name).digest()[0] ?? 0) % 2 === 0 ? 'open' : 'held out')
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length === 0
    ? 0
    : ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

/** Marks as JSON keeps them: what they are of, by its name. */
export function stored<K extends string>(marks: Record<K, { name: string }>[], key: K): object[] {
  return marks.map((m) => ({ ...m, [key]: m[key].name }))
}

/** Marks of another run. Of what is there no more nothing is left. */
export function restored<K extends string, M extends Record<K, { name: string }>>(
  kept: object[],
  key: K,
  all: M[K][],
): M[] {
  return kept.flatMap((m) => {
    const found = all.find((one) => one.name === (m as Record<string, unknown>)[key])
    return found ? [{ ...m, [key]: found } as unknown as M] : []
  })
}
