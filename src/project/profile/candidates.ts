/** What rows suggest: keys, dependencies, forms of text. What they suggest is proven by a query, or said to be not. */
import type { ColumnProfile } from './types.ts'

/** Rows of a sample, values in the order of the columns. */
export type Sample = unknown[][]

const MOST_KEY_COLUMNS = 3
const MOST_CONSIDERED = 14
/** Estimates of distinct values may be too low by a fifth each. */
const MAY_BE_LOW = 0.5
/** Of a pattern, so that a few exceptions do not hide it. */
const NEARLY_ALL = 0.95

/**
 * Minimal sets of columns that repeat no combination in the sample: the smallest first, and of these what has the
 * fewest combinations to spare. In a small part of many rows most pairs are not repeated; a key fits. A measure is
 * never part of a key, and neither is a column with nulls.
 * @param rows of the whole relation: with fewer combinations than that a set is no key.
 */
export function keyCandidates(
  columns: ColumnProfile[],
  sample: Sample,
  most: number,
  rows = sample.length,
): string[][] {
  const eligible = columns
    .map((column, at) => ({ column, at }))
    .filter(({ column: c }) => ['integer', 'text', 'date', 'timestamp', 'boolean'].includes(c.kind))
    .filter(({ column: c }) => c.nulls === 0 && c.distinct > 1)
    // A moment rarely names a thing: it is looked at last.
    .sort((a, b) => rank(a.column) - rank(b.column) || b.column.distinct - a.column.distinct)
    .slice(0, MOST_CONSIDERED)
    .map((e) => e.at)
  const spread = (set: number[]) => set.reduce((product, at) => product * (columns[at]?.distinct ?? 1), 1)
  const moments = (set: number[]) => set.filter((at) => columns[at]?.kind === 'timestamp').length
  const found: number[][] = []
  for (let size = 2; size <= MOST_KEY_COLUMNS && found.length < most; size += 1) {
    const unique = [...combinations(eligible, size)]
      .filter((set) => spread(set) >= rows * MAY_BE_LOW)
      .filter((set) => !found.some((key) => key.every((at) => set.includes(at))) && isUnique(sample, set))
    found.push(...unique.sort((a, b) => moments(a) - moments(b) || spread(a) - spread(b)))
  }
  return found.slice(0, most).map((set) => set.map((at) => columns[at]?.name ?? ''))
}

function rank({ kind }: ColumnProfile): number {
  return kind === 'timestamp' ? 1 : 0
}

function isUnique(sample: Sample, set: number[]): boolean {
  const seen = new Set<string>()
  for (const row of sample) {
    const key = tuple(row, set)
    if (seen.has(key)) return false
    seen.add(key)
  }
  return sample.length > 1
}

function tuple(row: unknown[], set: number[]): string {
  return JSON.stringify(set.map((at) => row[at]))
}

function* combinations(items: number[], size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield []
    return
  }
  for (let i = from; i <= items.length - size; i += 1) {
    for (const rest of combinations(items, size - 1, i + 1)) yield [items[i] ?? 0, ...rest]
  }
}

/**
 * Pairs in which each value of the first has one value of the second. The first must repeat often enough
 * for that to mean something, and the second must say something: more than one value.
 */
export function dependencyCandidates(
  columns: ColumnProfile[],
  sample: Sample,
  most: number,
): { from: string; to: string }[] {
  const counts = columns.map((_, at) => new Set(sample.map((row) => JSON.stringify(row[at]))).size)
  const named = (c: ColumnProfile) => ['integer', 'text', 'boolean'].includes(c.kind)
  const found: { from: string; to: string; values: number }[] = []
  for (const [a, from] of columns.entries()) {
    const values = counts[a] ?? 0
    if (!named(from) || values < 2 || values > sample.length / 2) continue
    for (const [b, to] of columns.entries()) {
      if (a === b || !(named(to) || to.kind === 'number') || (counts[b] ?? 0) < 2) continue
      if (determines(sample, [a], b)) found.push({ from: from.name, to: to.name, values })
    }
  }
  return direct(found)
    .sort((x, y) => y.values - x.values)
    .slice(0, most)
    .map(({ from, to }) => ({ from, to }))
}

export function determines(sample: Sample, keys: number[], b: number): boolean {
  const seen = new Map<string, string>()
  for (const row of sample) {
    if (keys.some((a) => row[a] === null)) continue
    const [from, to] = [tuple(row, keys), JSON.stringify(row[b])]
    const before = seen.get(from)
    if (before !== undefined && before !== to) return false
    seen.set(from, to)
  }
  return true
}

/** Without what follows: of a to b, b to c and a to c, the last says nothing new. */
function direct<T extends { from: string; to: string }>(found: T[]): T[] {
  const has = (from: string, to: string) => found.some((f) => f.from === from && f.to === to)
  const between = (f: T) =>
    found.some(
      (g) => g.from === f.from && g.to !== f.to && has(g.to, f.to) && !has(g.to, g.from) && !has(f.to, g.to),
    )
  return found.filter((f) => !between(f))
}

/** The most frequent values, where they are few; shares of all rows of the sample. */
export function topValues(
  sample: Sample,
  at: number,
  most: number,
): { value: string; share: number }[] | null {
  const counts = new Map<string, number>()
  for (const row of sample) {
    if (row[at] === null) continue
    const value = String(row[at])
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size > most) return null
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value, n]) => ({ value, share: n / sample.length }))
}

/** The most frequent value, where any is repeated. */
export function heaviestOf(sample: Sample, at: number): { value: string; share: number } | null {
  const counts = new Map<string, number>()
  for (const row of sample) {
    if (row[at] !== null) counts.set(String(row[at]), (counts.get(String(row[at])) ?? 0) + 1)
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  return best && best[1] > 1 ? { value: best[0], share: best[1] / sample.length } : null
}

/** `AA-999`: a letter is A or a, a digit 9, runs of more than four are written once with a plus. */
export function patternOf(sample: Sample, at: number): string | null {
  const counts = new Map<string, number>()
  let texts = 0
  for (const row of sample) {
    if (typeof row[at] !== 'string' || row[at] === '') continue
    texts += 1
    const form = formOf(row[at])
    counts.set(form, (counts.get(form) ?? 0) + 1)
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best && texts > 1 && best[1] / texts >= NEARLY_ALL && best[0].length <= 40 ? best[0] : null
}

function formOf(text: string): string {
  return text
    .slice(0, 200)
    .replace(/\p{Lu}/gu, 'A')
    .replace(/\p{Ll}/gu, 'a')
    .replace(/\p{Nd}/gu, '9')
    .replace(/(.)\1{4,}/gu, '$1+')
}
