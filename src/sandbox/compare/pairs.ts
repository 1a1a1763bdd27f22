/** Which column is compared with which, and by what expression two values of it are the same. */
import { dialectOf, kindOf } from '../../project/profile/sql.ts'
import type { Column, CompareOptions } from './types.ts'

export type Pair = {
  /** After the change. */
  name: string
  before: Column
  after: Column
  float: boolean
  /** The value of a side, so that `=` and `group by` tell what is the same. */
  value(side: 'before' | 'after', alias?: string): string
  /** As text, to be shown. */
  shown(side: 'before' | 'after', alias?: string): string
}

export type Paired = {
  pairs: Pair[]
  uncompared: string[]
  onlyBefore: Column[]
  onlyAfter: Column[]
}

type About = Pick<CompareOptions, 'adapter' | 'before' | 'after' | 'renamed' | 'added'>

export function pairColumns({ adapter, before, after, renamed = {}, added = [] }: About): Paired {
  const left = new Map(after.columns.map((c) => [c.name, c]))
  const found: { before: Column; after: Column }[] = []
  const onlyBefore: Column[] = []
  // Exact names first: where case counts, two columns may differ in nothing else.
  const late: Column[] = []
  for (const column of before.columns) {
    const match = left.get(renamed[column.name] ?? column.name)
    if (match) {
      left.delete(match.name)
      found.push({ before: column, after: match })
    } else late.push(column)
  }
  for (const column of late) {
    const name = (renamed[column.name] ?? column.name).toLowerCase()
    const match =
      adapter === 'postgres' ? undefined : [...left.values()].find((c) => c.name.toLowerCase() === name)
    if (match) {
      left.delete(match.name)
      found.push({ before: column, after: match })
    } else onlyBefore.push(column)
  }
  const order = new Map(after.columns.map((c, i) => [c.name, i]))
  found.sort((a, b) => (order.get(a.after.name) ?? 0) - (order.get(b.after.name) ?? 0))
  const pairs = found.flatMap((f) => pair(adapter, f.before, f.after) ?? [])
  const compared = new Set(pairs.map((p) => p.name))
  return {
    pairs,
    uncompared: found.map((f) => f.after.name).filter((n) => !compared.has(n)),
    onlyBefore,
    onlyAfter: [...left.values()].filter((c) => !added.includes(c.name)),
  }
}

const NUMBERS = ['integer', 'number']
const TIMES = ['date', 'timestamp']

function pair(adapter: string, before: Column, after: Column): Pair | null {
  const kinds = [kindOf(before.type), kindOf(after.type)]
  const both = (kindsOfOne: string[]) => kinds.every((k) => kindsOfOne.includes(k))
  const float = both(NUMBERS) && [before, after].some((c) => isFloat(c.type))
  const comparable = before.type === after.type || both(NUMBERS) || both(TIMES)
  const { quote } = dialectOf(adapter)
  const of = { before, after }
  const column = (side: 'before' | 'after', alias?: string) =>
    (alias ? `${alias}.` : '') + quote(of[side].name)
  const express = float ? asDouble(adapter) : comparable ? valueIn(adapter, before.type) : asText(adapter)
  if (!express) return null
  return {
    name: after.name,
    before,
    after,
    float,
    value: (side, alias) => express(column(side, alias), of[side].type),
    shown: (side, alias) => shownIn(adapter)(column(side, alias)),
  }
}

export function isFloat(type: string): boolean {
  return /^(float|double|real)/i.test(type)
}

type Express = (column: string, type: string) => string

const asDouble = (adapter: string): Express =>
  adapter === 'bigquery' ? (c) => `cast(${c} as float64)` : (c) => `cast(${c} as double precision)`

/** Bytes decide, not the collation of a column. */
const byBytes: Record<string, Express> = {
  postgres: (c) => `cast(${c} as text) collate "C"`,
  duckdb: (c) => `cast(${c} as varchar) collate C`,
}

const asText = (adapter: string): Express =>
  byBytes[adapter] ??
  (adapter === 'bigquery' ? (c) => `cast(${c} as string)` : (c) => `cast(${c} as varchar)`)

/** Types of PostgreSQL whose `=` is what a person takes for the same value; a box equals another of its area. */
const POSTGRES_EQUAL =
  /^(bool|smallint|integer|bigint|numeric|real|double|uuid|bytea|date|timestamp|time|jsonb|inet|cidr|oid)/

/** null where it is not known how this adapter compares such a type. */
function valueIn(adapter: string, type: string): Express | null {
  const kind = kindOf(type)
  if (adapter === 'postgres') {
    if (POSTGRES_EQUAL.test(type)) return (c) => c
    return type === 'json' ? (c) => `cast(${c} as jsonb)` : asText(adapter)
  }
  if (adapter === 'duckdb')
    return kind === 'text' || /^(json|variant|union)/i.test(type) ? asText(adapter) : (c) => c
  return kind === 'other' ? null : (c) => c
}

const shownIn =
  (adapter: string) =>
  (column: string): string =>
    adapter === 'bigquery'
      ? `cast(${column} as string)`
      : adapter === 'postgres'
        ? `cast(${column} as text)`
        : `cast(${column} as varchar)`
