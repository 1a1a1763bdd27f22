/** Finds what was made by the values that it holds, never by the names that it has. */
import type { Value } from '../support/data.ts'
import type { Rows } from '../support/warehouse.ts'
import type { Row, Wanted } from './types.ts'

/** Values that say the same: 12.5 and '12.50', a midnight and its day, in any type. */
export function same(value: Value | undefined): string {
  if (value === null || value === undefined) return '(null)'
  if (typeof value === 'number') return String(Math.round(value * 1e4) / 1e4)
  const text = String(value).trim()
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return String(Math.round(Number(text) * 1e4) / 1e4)
  const time = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.0+)?(Z|\+00(:00)?)?$/.exec(text)
  if (time) return time[2] === '00:00:00' ? `${time[1]}` : `${time[1]} ${time[2]}`
  return text
}

export function isOneOf(value: Value | undefined, wanted: Wanted | undefined): boolean {
  return (Array.isArray(wanted) ? (wanted as Value[]) : [wanted as Value]).some(
    (w) => same(w) === same(value),
  )
}

export function column(table: Rows, name: string): Value[] {
  const at = table.columns.findIndex((c) => c.name === name)
  return table.rows.map((row) => row[at] ?? null)
}

export function names(table: Rows): string[] {
  return table.columns.map((c) => c.name)
}

export function typeOf(table: Rows, name: string): string {
  return table.columns.find((c) => c.name === name)?.type.toLowerCase() ?? ''
}

export function isText(type: string): boolean {
  return /char|text|string|enum/i.test(type)
}

export function isNumeric(type: string): boolean {
  return /int|decimal|numeric|double|float|real/i.test(type)
}

export function isUnique(values: Value[]): boolean {
  return new Set(values.map(same)).size === values.length
}

/** How often each value is there. */
export function histogram(values: (Value | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(same(value), (counts.get(same(value)) ?? 0) + 1)
  return counts
}

export function equalCounts(a: Map<string, number>, b: Map<string, number>): boolean {
  return a.size === b.size && [...a].every(([value, n]) => b.get(value) === n)
}

export function wantedValues(rows: Row[], field: string): Value[] {
  return rows.map((row) => first(row[field]))
}

function first(wanted: Wanted | undefined): Value {
  return Array.isArray(wanted) ? ((wanted as Value[])[0] ?? null) : ((wanted as Value) ?? null)
}

/** Columns that hold exactly these values, each as often. */
export function columnsWith(table: Rows, values: Value[]): string[] {
  const wanted = histogram(values)
  return names(table).filter((name) => equalCounts(histogram(column(table, name)), wanted))
}

/** Columns in which each of these values is. */
export function columnsOver(table: Rows, values: Value[]): string[] {
  const wanted = new Set(values.filter((v) => v !== null).map(same))
  if (wanted.size === 0) return []
  return names(table).filter((name) => {
    const held = new Set(column(table, name).map(same))
    return [...wanted].every((value) => held.has(value))
  })
}

/** All ways to take one of each; few, because columns with the same values are few. */
export function combinations(choices: string[][]): string[][] {
  return choices.reduce<string[][]>(
    (ways, next) => ways.flatMap((way) => next.map((n) => [...way, n])).slice(0, 500),
    [[]],
  )
}

export type Aligned = { columns: string[]; rowOf: Map<Row, Value[]>; others: Value[][] }

/**
 * Finds the columns of the fields that name a row, and for each wanted row its row in the table: null where no columns
 * name them all. `others` are rows that were not wanted.
 */
export function align(table: Rows, wanted: Row[], key: string[]): Aligned | null {
  const choices = key.map((field) => columnsOver(table, wantedValues(wanted, field)))
  let best: Aligned | null = null
  for (const columns of combinations(choices)) {
    if (columns.length !== key.length || new Set(columns).size !== columns.length) continue
    const at = columns.map((c) => table.columns.findIndex((x) => x.name === c))
    const byKey = new Map<string, Value[]>()
    for (const row of table.rows) {
      const id = at.map((i) => same(row[i])).join('|')
      if (!byKey.has(id)) byKey.set(id, row)
    }
    const rowOf = new Map<Row, Value[]>()
    for (const row of wanted) {
      const found = byKey.get(key.map((field) => same(first(row[field]))).join('|'))
      if (found) rowOf.set(row, found)
    }
    const taken = new Set(rowOf.values())
    const aligned = { columns, rowOf, others: table.rows.filter((r) => !taken.has(r)) }
    if (!best || rowOf.size > best.rowOf.size) best = aligned
  }
  return best
}

/** Columns that have, in the row of each wanted row, one of the values that it wants there. */
export function columnsOfField(table: Rows, aligned: Aligned, field: string): string[] {
  return table.columns.flatMap(({ name }, at) => {
    const holds = [...aligned.rowOf].every(([row, found]) => {
      const wanted = row[field]
      // What is not known may have any word for it.
      if (wanted === null || wanted === undefined) return true
      return isOneOf(found[at], wanted)
    })
    const known = [...aligned.rowOf.keys()].some((r) => r[field] !== null && r[field] !== undefined)
    return holds && known ? [name] : []
  })
}

export function sumOf(values: Value[]): number {
  return Math.round(values.reduce<number>((total, v) => total + Number(v ?? 0), 0) * 100) / 100
}
