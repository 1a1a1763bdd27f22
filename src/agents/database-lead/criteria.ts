/** Acceptance criteria that a machine can check, on a scratch copy and on the live schema alike. */
import {
  type Column,
  type Database,
  findTable,
  isSameTable,
  type Schema,
  type Table,
  type TableName,
  tableSql,
} from '../../adapters/databases/types.ts'
import { shortHash } from '../../core/hash.ts'
import { count, escaped, list } from '../../core/text.ts'
import { countDifferentSql, otherName } from './order/beside.ts'
import { isOut, type Rule } from './order/change.ts'
import { countApartSql } from './order/partitions.ts'
import { partsSql } from './order/parts.ts'
import { differSql, fillSql, namesColumn, pairDifferSql, typeIn, whereSql } from './order/sql.ts'
import { bridgesOf } from './order/views.ts'
import type { Criterion } from './types.ts'

/** null where it holds; else what is so instead. */
export function unmet({ check }: Criterion, schema: Schema): string | null {
  const table = findTable(schema, check.table)
  if (check.kind === 'no-table') return table ? 'it is still there' : null
  if (!table) return `there is no table ${check.table.name}`
  switch (check.kind) {
    case 'bridge':
      return bridgesOf(schema, table).some((v) => isSameTable(v, check.view))
        ? null
        : `there is no view ${check.view.name} that is all of it`
    case 'no-view':
      return schema.views.some((v) => isSameTable(v, check.view)) ? 'it is still there' : null
    case 'table':
      return null
    case 'parted':
      return table.partitions?.method === check.method && table.partitions.columns.includes(check.column)
        ? null
        : 'it does not lie in such parts'
    case 'before':
      return findTable(schema, check.old) && table.triggers.some((t) => t.name === check.name)
        ? null
        : 'nothing keeps the two the same'
    case 'part':
      return table.partitions?.parts.some((p) => p.name === check.part) ? null : 'there is no such part'
    case 'no-part':
      return table.partitions?.parts.some((p) => p.name === check.part) ? 'it is still there' : null
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
    case 'statistics':
      // Where they are no objects of the schema, the server is asked for those it keeps.
      return !table.statistics || table.statistics.some((s) => isSameSet(s.columns, check.columns))
        ? null
        : 'there are no such statistics'
    case 'no-index':
      return table.indexes.some((i) => i.name === check.name) ? 'it is still there' : null
    case 'history':
      return table.triggers.some((t) => t.name.startsWith(check.name)) ? null : 'nothing writes it'
    case 'labels': {
      const column = table.columns.find((c) => c.name === check.column)
      const is = (column && labelsOf(column)) ?? []
      return is.join('\n') === check.values.join('\n') ? null : `it takes ${list(is) || 'any value'}`
    }
    case 'beside': {
      const other = findTable(schema, check.to)
      const isKept =
        table.triggers.some((t) => t.name.startsWith(check.name)) &&
        other?.triggers.some((t) => t.name.startsWith(otherName(check.name)))
      return isKept ? null : 'nothing keeps the two the same'
    }
    case 'parts':
      return table.triggers.some((t) => t.name.startsWith(check.name))
        ? null
        : 'nothing keeps the parts and the whole the same'
    case 'same': {
      const name = syncName(check.table.name, check.column, check.to)
      return table.triggers.some((t) => t.name.startsWith(name)) ? null : 'nothing keeps the two the same'
    }
    case 'filled':
      return table.columns.some((c) => c.name === check.column) ? null : `there is no column ${check.column}`
  }
}

/** The labels of an enum, of either server; null where the column is none. */
export function labelsOf({ type, labels }: Column): string[] | null {
  if (labels) return labels
  return /^enum\(/i.test(type) ? textsIn(type) : null
}

/** The texts of a check that is a list of them and nothing more: `IN (...)`, as either server writes it. */
export function inListOf(clause: string, column: string): string[] | null {
  const name = escaped(column)
  const bare = clause.replace(/::[a-z ]+(?:\(\d+\))?(?:\[\])?/gi, '').replace(/[()\s]|^CHECK/gi, '')
  const TEXT = "'(?:[^']|'')*'"
  const form = new RegExp(
    `^["\`]?${name}["\`]?(?:in${TEXT}(?:,${TEXT})*|=ANYARRAY\\[${TEXT}(?:,${TEXT})*\\]|=${TEXT})$`,
    'i',
  )
  return form.test(bare) ? textsIn(clause) : null
}

function textsIn(sql: string): string[] {
  return [...sql.matchAll(/'((?:[^']|'')*)'/g)].map((m) => (m[1] ?? '').replaceAll("''", "'"))
}

export type CheckOf<K extends Criterion['check']['kind']> = Extract<Criterion['check'], { kind: K }>

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
  if (wanted.kind === 'now')
    return /\b(now|current_timestamp|localtimestamp|current_date|curdate|current_time|curtime)\b/i.test(
      expression,
    )
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
  const mine = table.checks.find((c) => namesColumn(c.clause, check.column) || c.name === check.column)
  if (!mine) return 'no check is about it'
  return mine.validated ? null : `${mine.name} is not validated`
}

/** What rows say of it; only read. null where it holds. */
export async function unmetInRows(
  { check }: Criterion,
  schema: Schema,
  db: Database,
): Promise<string | null> {
  const table = findTable(schema, check.table)
  if (!table) return null
  if (check.kind === 'statistics') return table.statistics ? null : unjudged(check, db)
  if (check.kind === 'before') return apartWords(await countApart(check.table, check.old, table, db))
  const wrong = wrongRows(check, table, db)
  if (wrong === null && check.kind !== 'beside') return null
  const [row] = await db.query(
    check.kind === 'beside'
      ? `select ${countDifferentSql(check, schema, db)} as n`
      : `select count(*) as n from ${tableSql(db, table)} where ${wrong}`,
  )
  return apartWords(Number(row?.n ?? 0))
}

function apartWords(n: number): string | null {
  return n === 0 ? null : `${count(n, 'row')} ${n === 1 ? 'is' : 'are'} not so`
}

async function countApart(
  on: TableName,
  old: TableName,
  { primaryKey }: Table,
  db: Database,
): Promise<number> {
  const [row] = await db.query(`select ${countApartSql(on, old, primaryKey?.columns ?? [], db)} as n`)
  return Number(row?.n ?? 0)
}

async function unjudged({ table, columns }: CheckOf<'statistics'>, db: Database): Promise<string | null> {
  const known = await db.judged(table)
  const lacking = columns.filter((c) => !known.includes(c))
  return lacking.length === 0 ? null : `the server keeps none of ${list(lacking)}`
}

function wrongRows(check: Criterion['check'], table: Table, db: Database): string | null {
  if (check.kind === 'same') return pairDifferSql(table, check.column, check.to, db)
  if (check.kind === 'parts') return partsSql(check, db).differ
  if (check.kind !== 'filled') return null
  const name = db.quote(check.column)
  const differ = differSql(name, fillSql(check.value, db), typeIn(table, check.column), db)
  return `(${whereSql(check.where, db)}) and (${differ})`
}

/** The trigger that keeps two columns the same is called so: whoever finishes the move finds it again. */
export function syncName(table: string, column: string, to: string): string {
  return triggerName([table, column, to, 'same'])
}

/** The triggers that keep columns in two tables the same begin so. */
export function besideName(table: string, other: string): string {
  return triggerName([table, other, 'beside'])
}

/** The trigger that keeps a column and its parts the same. */
export function partsName(table: string, whole: string, [first, second]: [string, string]): string {
  return triggerName([table, whole, first, second, 'parts'])
}

/** The trigger that keeps the table as it was the same as the one in parts; the former is called so. */
export function partedNames(table: TableName): { old: TableName; next: TableName; name: string } {
  const { schema, name } = table
  return {
    old: { schema, name: withWord(name, 'before') },
    next: { schema, name: withWord(name, 'parted') },
    name: triggerName([name, 'parted', 'same']),
  }
}

/** In the case of the name. */
function withWord(name: string, word: string): string {
  const isCamel = /^[A-Z]|[a-z][A-Z]/.test(name) && !name.includes('_')
  const short = name.slice(0, MOST_OF_A_NAME)
  return isCamel ? `${short}${word.charAt(0).toUpperCase()}${word.slice(1)}` : `${short}_${word}`
}

export function triggerName(parts: string[]): string {
  const name = parts.join('_')
  return Buffer.byteLength(name) <= MOST_OF_A_NAME ? name : `${parts.at(-1)}_${shortHash(parts)}`
}
/** Room is left for `_insert`, or `_other_insert`, at its end. */
const MOST_OF_A_NAME = 50

/** Values on either side of each bound. */
export function ruleProbes(rule: Rule): { accepts: string[]; rejects: string[] } {
  const { min, max, values, without } = rule
  if (values !== null) return { accepts: values, rejects: ['no such value'] }
  if (without) return { accepts: ['a'], rejects: without === 'empty' ? [''] : ['', ' ', '\n'] }
  const step = (text: string, by: number) => String(Number(text) + by)
  const bounds = [
    ...(min === null ? [] : [{ at: min, out: isOut(rule, 'min'), inside: 1 }]),
    ...(max === null ? [] : [{ at: max, out: isOut(rule, 'max'), inside: -1 }]),
  ]
  const open = bounds.filter((b) => b.out)
  // Between two bounds that are out there may be no whole number.
  const accepts = bounds.flatMap((b) => {
    if (!b.out) return [b.at]
    return b.inside === 1 && open.length === 1 && max === null ? [step(b.at, 1)] : []
  })
  return {
    accepts,
    rejects: [...open.map((b) => b.at), ...bounds.map((b) => step(b.at, -b.inside))],
  }
}

export function ruleWords(rule: Rule): string {
  const { min, max, exclusive, values, without } = rule
  if (values !== null) return values.join(', ')
  if (without) return without === 'empty' ? 'texts that are not empty' : 'texts that are not blank'
  if (min !== null && max !== null) {
    if (exclusive === 'min') return `values above ${min} and up to ${max}`
    if (exclusive === 'max') return `values from ${min} on and below ${max}`
    return `${exclusive ? 'what lies between' : 'values from'} ${min} ${exclusive ? 'and' : 'to'} ${max}`
  }
  if (min !== null) return isOut(rule, 'min') ? `values above ${min}` : `values from ${min} on`
  return isOut(rule, 'max') ? `values below ${max}` : `values up to ${max}`
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
