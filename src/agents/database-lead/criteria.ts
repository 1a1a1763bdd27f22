/** Acceptance criteria that a machine can check, on a scratch copy and on the live schema alike. */
import {
  type Database,
  findTable,
  isSameTable,
  type Schema,
  type Table,
  tableSql,
} from '../../adapters/databases/types.ts'
import type { Rule } from './order/change.ts'
import { textSql } from './order/sql.ts'
import type { Criterion } from './types.ts'

/** null where it holds; else what is so instead. */
export function unmet({ check }: Criterion, schema: Schema): string | null {
  const table = findTable(schema, check.table)
  if (!table) return `there is no table ${check.table.name}`
  switch (check.kind) {
    case 'table':
      return null
    case 'no-column':
      return table.columns.some((c) => c.name === check.column) ? `${check.column} is still there` : null
    case 'column':
      return unmetColumn(check, table)
    case 'values':
      return unmetValues(check, table)
    case 'unique': {
      const keys = [...table.uniques, ...table.indexes.filter((i) => i.unique && i.valid)]
      if (table.primaryKey) keys.push({ ...table.primaryKey })
      return keys.some((k) => isSameSet(k.columns, check.columns)) ? null : 'nothing makes it unique'
    }
    case 'reference': {
      const key = table.foreignKeys.find(
        (f) => isSameSet(f.columns, check.columns) && isSameTable(f.references, check.references),
      )
      return key ? (key.validated ? null : `${key.name} is not validated`) : 'there is no such foreign key'
    }
    case 'index': {
      const index = [...table.indexes, ...table.uniques.map((u) => ({ ...u, valid: true }))].find((i) =>
        check.columns.every((c, n) => i.columns[n]?.replaceAll('"', '') === c),
      )
      return index ? (index.valid ? null : `${index.name} is invalid`) : 'there is no such index'
    }
  }
}

type CheckOf<K extends Criterion['check']['kind']> = Extract<Criterion['check'], { kind: K }>

function unmetColumn(check: CheckOf<'column'>, table: Table): string | null {
  const column = table.columns.find((c) => c.name === check.column)
  if (!column) return `there is no column ${check.column}`
  if (check.type !== null && !isSameType(column.type, check.type)) return `its type is ${column.type}`
  if (check.nullable !== null && column.nullable !== check.nullable)
    return column.nullable ? 'it may be null' : 'it is never null'
  if (check.default === undefined || isDefault(column.default, check.default)) return null
  return column.default === null ? 'it has no default' : `its default is ${column.default}`
}

function isDefault(expression: string | null, wanted: CheckOf<'column'>['default']): boolean {
  if (expression === null || !wanted) return expression === null && !wanted
  if (wanted.kind === 'now') return /\b(now|current_timestamp|localtimestamp)\b/i.test(expression)
  const value = (sql: string) =>
    sql
      .replace(/::[\w ()]+$/, '')
      .replace(/^'(.*)'$/s, '$1')
      .replaceAll("''", "'")
  const is = value(expression)
  if (wanted.kind === 'boolean') return is === String(wanted.value) || is === String(Number(wanted.value))
  const should = wanted.kind === 'sql' ? value(wanted.sql) : wanted.text
  const isNumber = (s: string) => s.trim() !== '' && Number.isFinite(Number(s))
  return is === should || (isNumber(is) && isNumber(should) && Number(is) === Number(should))
}

function unmetValues(check: CheckOf<'values'>, table: Table): string | null {
  const mine = table.checks.find((c) => mentions(c.clause, check.column) || c.name === check.column)
  if (!mine) return 'no check is about it'
  return mine.validated ? null : `${mine.name} is not validated`
}

/** By its effect, where a copy may be written to: each probe is put into a row and taken back. */
export async function misbehaves({ check }: Criterion, db: Database): Promise<string | null> {
  if (check.kind !== 'values') return null
  const name = tableSql(db, check.table)
  const [row] = await db.query(`select count(*) as n from (select 1 as one from ${name} limit 1) some_rows`)
  if (Number(row?.n) === 0) return null
  const takes = async (value: string) => {
    await db.query('start transaction')
    try {
      await db.query(`update ${name} set ${db.quote(check.column)} = ${valueSql(value, db)}`)
      return true
    } catch {
      return false // refused, which is what is asked
    } finally {
      await db.query('rollback')
    }
  }
  for (const value of check.rejects) if (await takes(value)) return `it takes ${value}`
  for (const value of check.accepts) if (!(await takes(value))) return `it does not take ${value}`
  return null
}

function valueSql(value: string, db: Database): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : textSql(value, db)
}

/** Values on either side of each bound. */
export function ruleProbes({ min, max, exclusive, values }: Rule): { accepts: string[]; rejects: string[] } {
  if (values !== null) return { accepts: values, rejects: ['no such value'] }
  const step = (text: string, by: number) => String(Number(text) + by)
  const both = [min, max].filter((v) => v !== null)
  const outside = [...(min === null ? [] : [step(min, -1)]), ...(max === null ? [] : [step(max, 1)])]
  if (!exclusive) return { accepts: both, rejects: outside }
  return { accepts: min === null ? [] : [step(min, 1)], rejects: [...both, ...outside] }
}

export function ruleWords({ min, max, exclusive, values }: Rule): string {
  if (values !== null) return values.join(', ')
  if (min !== null && max !== null)
    return `${exclusive ? 'what lies between' : 'values from'} ${min} ${exclusive ? 'and' : 'to'} ${max}`
  if (min !== null) return exclusive ? `values above ${min}` : `values from ${min} on`
  return exclusive ? `values below ${max}` : `values up to ${max}`
}

const ALIASES: Record<string, string> = {
  int: 'integer',
  decimal: 'numeric',
  'character varying': 'varchar',
  character: 'char',
  bool: 'boolean',
  'tinyint(1)': 'boolean',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  double: 'double precision',
  float: 'double precision',
  json: 'longtext',
}

/** Whether two ways of writing a type mean the same: a server has its own words for what was asked. */
export function isSameType(one: string, other: string): boolean {
  return canonical(one) === canonical(other)
}

function canonical(type: string): string {
  const lower = type.toLowerCase().trim()
  if (ALIASES[lower]) return ALIASES[lower]
  const [, base = lower, inner = ''] = /^([a-z ]+?)\s*(\([^)]*\))?(?: unsigned)?$/.exec(lower) ?? []
  const isWhole = /^(tiny|small|medium|big)?int(eger)?$/.test(base)
  const numbers = isWhole ? '' : inner.replace(/\s/g, '')
  const named = ALIASES[base] ?? base
  if (named === 'numeric' && /^\(\d+\)$/.test(numbers)) return `numeric${numbers.replace(')', ',0)')}`
  return `${named}${numbers}`
}

function isSameSet(one: string[], other: string[]): boolean {
  return one.length === other.length && other.every((c) => one.includes(c))
}

function mentions(clause: string, column: string): boolean {
  const name = column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\w])["\`]?${name}["\`]?(?![\\w])`).test(clause)
}
