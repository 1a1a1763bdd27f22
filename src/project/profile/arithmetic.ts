/** Numbers that are made of others: a whole and its parts, a product and its factors. Found in the sample, proven by counts. */
import type { Sample } from './candidates.ts'
import type { Dialect } from './sql.ts'
import type { Column } from './types.ts'

export type Formula = { kind: 'sum' | 'product'; whole: string; parts: string[] }

const MOST_COLUMNS = 12
const MOST_FORMULAS = 4
/** Fewer rows agree by chance. */
const FEWEST_ROWS = 6

type Numbers = { name: string; kind: Column['kind']; values: number[] }

/** @param sample rows in the order of the columns. */
export function formulaCandidates(columns: Column[], sample: Sample): Formula[] {
  const numbers = columns
    .flatMap((column, at): Numbers[] => {
      if (column.kind !== 'integer' && column.kind !== 'number') return []
      return [{ name: column.name, kind: column.kind, values: sample.map((row) => numberOf(row[at])) }]
    })
    .filter(({ values }) => new Set(values.filter(Number.isFinite)).size > 2)
    .slice(0, MOST_COLUMNS)
  const found = numbers.flatMap((whole) => {
    const sum = sumOf(whole, numbers)
    return sum ? [sum] : []
  })
  const sums = found.filter((f, i) => !found.slice(0, i).some((g) => sameColumns(f, g)))
  return [...sums, ...products(numbers, sums)].slice(0, MOST_FORMULAS)
}

export function numberOf(value: unknown): number {
  if (value === null || value === '' || typeof value === 'boolean') return Number.NaN
  return Number(value)
}

function sameColumns(a: Formula, b: Formula): boolean {
  return [a.whole, ...a.parts].sort().join('\0') === [b.whole, ...b.parts].sort().join('\0')
}

/** The parts of a whole by least squares: each has to come out as one part of it, or as none. */
function sumOf(whole: Numbers, all: Numbers[]): Formula | null {
  const others = all.filter((n) => n !== whole)
  const rows = whole.values.flatMap((w, i) => {
    const row = others.map((o) => o.values[i] ?? Number.NaN)
    return Number.isFinite(w) && row.every(Number.isFinite) ? [[...row, w]] : []
  })
  if (rows.length < Math.max(FEWEST_ROWS, others.length + 2)) return null
  const weights = leastSquares(rows.slice(0, 500))
  const parts = others.filter((_, i) => Math.abs((weights[i] ?? 0) - 1) < 1e-4)
  const rest = weights.filter((w) => Math.abs(w - 1) >= 1e-4 && Math.abs(w) >= 1e-4)
  if (parts.length < 2 || rest.length > 0) return null
  const holds = rows.every((row) => {
    const total = others.reduce((sum, o, i) => sum + (parts.includes(o) ? (row[i] ?? 0) : 0), 0)
    const w = row.at(-1) ?? 0
    return Math.abs(w - total) <= 1e-6 * (1 + Math.abs(w))
  })
  return holds ? { kind: 'sum', whole: whole.name, parts: parts.map((p) => p.name) } : null
}

/** Gauss with pivots, on the normal equations; a column that says nothing new gets no weight. The last of a row is the whole. */
function leastSquares(rows: number[][]): number[] {
  const n = (rows[0]?.length ?? 1) - 1
  const scale = Array.from({ length: n }, (_, i) => Math.max(...rows.map((r) => Math.abs(r[i] ?? 0))) || 1)
  const at = (row: number[], i: number) => (row[i] ?? 0) / (scale[i] ?? 1)
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) =>
      rows.reduce((sum, row) => sum + at(row, i) * (j === n ? (row[n] ?? 0) : at(row, j)), 0),
    ),
  )
  const solved: number[] = []
  for (let column = 0; column < n; column += 1) {
    const free = matrix.map((_, i) => i).filter((i) => !solved.includes(i))
    const pivot = free.sort((a, b) => size(matrix, b, column) - size(matrix, a, column))[0]
    if (pivot === undefined || size(matrix, pivot, column) < 1e-9 * rows.length) {
      solved.push(-1)
      continue
    }
    solved.push(pivot)
    for (const [i, row] of matrix.entries()) {
      if (i === pivot) continue
      const factor = (row[column] ?? 0) / (matrix[pivot]?.[column] ?? 1)
      for (let j = column; j <= n; j += 1) row[j] = (row[j] ?? 0) - factor * (matrix[pivot]?.[j] ?? 0)
    }
  }
  return solved.map((pivot, i) =>
    pivot < 0 ? 0 : (matrix[pivot]?.[n] ?? 0) / (matrix[pivot]?.[i] ?? 1) / (scale[i] ?? 1),
  )
}

function size(matrix: number[][], row: number, column: number): number {
  return Math.abs(matrix[row]?.[column] ?? 0)
}

function products(all: Numbers[], sums: Formula[]): Formula[] {
  return all.flatMap((whole) => {
    if (sums.some((s) => s.whole === whole.name)) return []
    for (const [i, a] of all.entries()) {
      for (const b of all.slice(i + 1)) {
        if (a === whole || b === whole || !isProduct(whole, a, b)) continue
        return [{ kind: 'product' as const, whole: whole.name, parts: [a.name, b.name] }]
      }
    }
    return []
  })
}

function isProduct(whole: Numbers, a: Numbers, b: Numbers): boolean {
  let told = 0
  for (const [i, w] of whole.values.entries()) {
    const [x, y] = [a.values[i] ?? Number.NaN, b.values[i] ?? Number.NaN]
    if (!Number.isFinite(w + x + y)) continue
    if (Math.abs(w - x * y) > toleranceOf(whole, w)) return false
    // A factor of one or nothing proves nothing.
    if (Math.abs(x) !== 1 && Math.abs(y) !== 1 && w !== 0) told += 1
  }
  return told >= FEWEST_ROWS
}

/** Products are rounded to the cent when they are stored. */
function toleranceOf({ kind }: Pick<Numbers, 'kind'>, value: number): number {
  return kind === 'integer' ? 0 : 0.005 + 1e-9 * Math.abs(value)
}

/** Rows where all are there, and rows of these where it does not come out. */
export function formulaCounts(formula: Formula, columns: Column[], { quote }: Dialect): string[] {
  const [whole, parts] = [quote(formula.whole), formula.parts.map(quote)]
  const made = parts.join(formula.kind === 'sum' ? ' + ' : ' * ')
  const all = [whole, ...parts].map((c) => `${c} is not null`).join(' and ')
  const isWhole = [formula.whole, ...formula.parts].every(
    (name) => columns.find((c) => c.name === name)?.kind === 'integer',
  )
  const tolerance =
    formula.kind === 'product' ? `0.005 + 0.000000001 * abs(${whole})` : `0.000001 * (1 + abs(${whole}))`
  const wrong = isWhole ? `${whole} <> ${made}` : `abs(${whole} - (${made})) > ${tolerance}`
  return [`count(case when ${all} then 1 end)`, `count(case when ${wrong} then 1 end)`]
}
