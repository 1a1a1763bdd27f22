/** Tables as data: made from a fixed seed or read from a CSV file, and written as statements that load them. */
import { readFileSync } from 'node:fs'

export type Value = string | number | boolean | null
export type Table = {
  schema: string
  name: string
  /** Name -> SQL type that both engines know. */
  columns: Record<string, string>
  rows: Value[][]
}

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    whole,
    money: (from: number, to: number) => whole(from * 100, to * 100) / 100,
    pick: <T>(items: readonly T[]): T => items[whole(0, items.length - 1)] as T,
    chance: (share: number) => next() < share,
  }
}

const START = Date.UTC(2024, 0, 1)

/** Days after the first of January 2024, as `2024-01-01`. */
export function day(offset: number): string {
  return new Date(START + offset * 86_400_000).toISOString().slice(0, 10)
}

/** The same with a time of day, as `2024-01-01 00:00:00`. */
export function moment(offset: number, seconds: number): string {
  return new Date(START + offset * 86_400_000 + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1)
}

export function sum(values: number[]): number {
  return Math.round(values.reduce((a, b) => a + b, 0) * 1e6) / 1e6
}

/** The rows of a table as objects. */
export function records(table: Table): Record<string, Value>[] {
  const names = Object.keys(table.columns)
  return table.rows.map((row) => Object.fromEntries(names.map((n, i) => [n, row[i] ?? null])))
}

/** A file with a header; an empty field is null; numbers are read where the type is one. */
export function csvTable(file: string, schema: string, name: string, types: Record<string, string>): Table {
  const [header = [], ...lines] = parseCsv(readFileSync(file, 'utf8'))
  const columns = Object.fromEntries(header.map((h) => [h, types[h] ?? 'varchar']))
  const isNumber = header.map((h) => /int|decimal|double/.test(columns[h] ?? ''))
  const rows = lines.map((line) =>
    line.map((field, i) => (field === '' ? null : isNumber[i] ? Number(field) : field)),
  )
  return { schema, name, columns, rows }
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    if (end === '' && row.length === 0 && !quoted && !plain) break
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end !== ',') {
      rows.push(row)
      row = []
    }
  }
  return rows
}

const ROWS_PER_STATEMENT = 500

export function loading(table: Table): string[] {
  const relation = `${quoted(table.schema)}.${quoted(table.name)}`
  const columns = Object.entries(table.columns).map(([name, type]) => `${quoted(name)} ${type}`)
  const inserts: string[] = []
  for (let i = 0; i < table.rows.length; i += ROWS_PER_STATEMENT) {
    const rows = table.rows.slice(i, i + ROWS_PER_STATEMENT)
    inserts.push(`insert into ${relation} values ${rows.map(tuple).join(', ')}`)
  }
  return [
    `create schema if not exists ${quoted(table.schema)}`,
    `create table ${relation} (${columns.join(', ')})`,
    ...inserts,
  ]
}

export function tuple(row: Value[]): string {
  return `(${row.map(literal).join(', ')})`
}

function literal(value: Value): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
