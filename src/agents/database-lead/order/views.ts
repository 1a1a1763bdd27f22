/** Views as they are written again: under a table's old name, and reading another column than before. */

import type { Database, Schema, Table, TableName, View } from '../../../adapters/databases/types.ts'
import { escaped } from '../../../core/text.ts'
import type { ChangeOf, Parts, Right } from './change.ts'
import { partsSql } from './parts.ts'
import { namesColumn, tableNameSql } from './sql.ts'

type Quoting = Pick<Database, 'quote' | 'server'>

/** Views that stand in while names change, where that takes more than one statement. */
export const STAND_INS = ['martsmith_next', 'martsmith_last'] as const

export function createViewSql(view: View, db: Quoting, replaced = false): string {
  const create = replaced ? 'CREATE OR REPLACE' : 'CREATE'
  const name = tableNameSql(view, db)
  const body = view.definition.trim().replace(/;$/, '')
  if (db.server.family === 'postgres')
    return `${create} VIEW ${name}${view.options ? ` WITH (${view.options})` : ''} AS ${body}`
  const checked = view.checkOption ? ` WITH ${view.checkOption} CHECK OPTION` : ''
  return `${create} ${view.options ? `${view.options} ` : ''}VIEW ${name} AS ${body}${checked}`
}

/** Each column of a table under another name: simple enough that every server writes through it. */
export function bridgeView(name: TableName, table: Table, to: TableName, db: Quoting): View {
  const isPostgres = db.server.family === 'postgres'
  // Who uses the view needs the rights on the table still, and its policies hold for them.
  const invoker = isPostgres ? (hasInvoker(db) ? 'security_invoker=true' : null) : 'SQL SECURITY INVOKER'
  const columns = table.columns.map((c) => db.quote(c.name)).join(', ')
  return {
    ...name,
    definition: `SELECT ${columns} FROM ${tableNameSql(to, db)}`,
    options: invoker,
  }
}

export function hasInvoker({ server }: Pick<Database, 'server'>): boolean {
  return server.family === 'mysql' || server.version[0] >= 15
}

/** The views that are nothing but the table under another name. */
export function bridgesOf(schema: Schema, table: Table): View[] {
  return schema.views.filter((v) => {
    const [, columns = '', from = ''] =
      /^\s*select\s+([\s\S]+?)\s+from\s+([^,()]+?)\s*;?\s*$/i.exec(v.definition) ?? []
    const read = columns.split(',').map(plainColumn)
    return (
      v.schema === table.schema &&
      bareName(from) === table.name &&
      read.every((c) => c !== null && table.columns.some((t) => t.name === c))
    )
  })
}

const NAME = '(?:"[^"]+"|`[^`]+`|[\\w$]+)'
const COLUMN = new RegExp(`^\\s*((?:${NAME}\\.)*${NAME})(?:\\s+as\\s+(${NAME}))?\\s*$`, 'i')

/** `t.name`, `t.name AS name`; null for what is more than that. */
function plainColumn(item: string): string | null {
  const [, column, as] = COLUMN.exec(item) ?? []
  if (column === undefined) return null
  const name = bareName(column)
  return as === undefined || bareName(as) === name ? name : null
}

function bareName(name: string): string {
  return (new RegExp(`${NAME}$`).exec(name)?.[0] ?? name).replace(/^["`]|["`]$/g, '')
}

/** One GRANT for each: what the order names, and nothing else. */
export function grantSql(on: TableName, rights: readonly Right[], db: Quoting): string[] {
  return rights.map(
    ({ role, may }) =>
      `GRANT ${may} ON ${tableNameSql(on, db)} TO ${role === null ? 'PUBLIC' : db.quote(role)}`,
  )
}

/** Views whose stored text reads a column of the table, as far as it says so. */
export function viewsReading(schema: Schema, table: TableName, column: string, db: Quoting): View[] {
  return schema.views.filter(
    (v) =>
      namesColumn(v.definition, table.name) &&
      readingOther(v, table, { column, to: `${column} ` }, db).definition !== v.definition,
  )
}

/** The view with the other column in the place of the first. */
export function readingOther(
  view: View,
  table: TableName,
  { column, to }: { column: string; to: string },
  db: Quoting,
): View {
  return readingElse(view, table, column, (owner) => `${owner}${db.quote(to)}`, db)
}

/** The view with what is dropped of a column and its parts made of what stays. */
export function readingParts(view: View, of: Parts, db: Quoting): View {
  const goes = of.stands === 'whole' ? [of.whole] : of.parts
  return goes.reduce((now, column) => {
    const value = (owner: string) => {
      const { first, second, whole } = partsSql(of, db, owner)
      return `(${column === of.whole ? whole : column === of.parts[0] ? first : second})`
    }
    return readingElse(now, of.table, column, value, db)
  }, view)
}

/**
 * The view with something else in the place of a column, under the name that its readers know. Servers print which
 * table a column is of, as long as there may be a doubt; whether it gives the same rows is for the review to see.
 * @param value given what stands before a column's name there: `c.`, or nothing
 */
function readingElse(
  view: View,
  table: TableName,
  column: string,
  value: (owner: string) => string,
  db: Quoting,
): View {
  const named = (n: string) => `(?:["\`]${escaped(n)}["\`]|(?<![\\w"\`])${escaped(n)}(?![\\w"\`]))`
  const owners = [table.name, ...aliasesIn(view.definition, table.name)].map(named).join('|')
  const qualified = `(?:${owners})\\.${named(column)}`
  const isQualified = new RegExp(qualified).test(view.definition)
  const place = isQualified ? qualified : `(?<!\\.|\\bas\\s)${named(column)}`
  const instead = (found: string) => value(isQualified ? found.slice(0, found.lastIndexOf('.') + 1) : '')
  // Postgres prints each column that is given on a line of its own, and its name only where that is another.
  const given = new RegExp(`^(\\s*(?:SELECT\\s+(?:DISTINCT\\s+)?)?)(${place})(,?)$`, 'i')
  const lines = view.definition.split('\n').map((line) => {
    const [, before, found, after] = given.exec(line) ?? []
    if (found !== undefined) return `${before}${instead(found)} AS ${db.quote(column)}${after}`
    return line.replace(new RegExp(`'(?:[^']|'')*'|${place}`, 'g'), (part) =>
      part.startsWith("'") ? part : instead(part),
    )
  })
  return { ...view, definition: lines.join('\n') }
}

/** The view with another name in the place of a table's; its columns, and what they are called, stay. */
export function readingTable(view: View, from: TableName, to: TableName, db: Quoting): View {
  const space = from.schema === '' ? '' : `(?:["\`]?${escaped(from.schema)}["\`]?\\.)?`
  const name = `(?:["\`]${escaped(from.name)}["\`]|(?<![\\w"\`])${escaped(from.name)}(?![\\w"\`]))`
  const owner = new RegExp(`'(?:[^']|'')*'|(?<![.\\w"\`]|\\bas\\s)${space}${name}(?<column>\\s*\\.)?`, 'gi')
  const definition = view.definition.replace(owner, (found, ...rest) => {
    if (found.startsWith("'")) return found
    const { column } = rest.at(-1) as { column?: string }
    return column === undefined ? tableNameSql(to, db) : `${db.quote(to.name)}.`
  })
  return { ...view, definition }
}

/** What the migration is called. */
export function readWords(change: ChangeOf<'read-other' | 'read-parts' | 'read-renamed'>): string {
  const { view, table } = change
  if (change.kind === 'read-parts')
    return `let ${view.name} read ${change.stands === 'whole' ? change.parts.join(' and ') : change.whole} of ${table.name}`
  return `let ${view.name} read ${change.kind === 'read-other' ? `${change.to} of ` : ''}${table.name}`
}

/** What a change makes of a view that stands. */
export function viewAfter(
  view: View,
  change: ChangeOf<'read-other' | 'read-parts' | 'read-renamed'>,
  db: Quoting,
): View {
  if (change.kind === 'read-parts') return readingParts(view, change, db)
  return change.kind === 'read-other'
    ? readingOther(view, change.table, change, db)
    : readingTable(view, change.from, change.table, db)
}

/** `orders o`, `orders as o`, as servers print it. */
function aliasesIn(sql: string, table: string): string[] {
  const form = new RegExp(
    `(?<![\\w])["\`]?${escaped(table)}["\`]?\\s+(?:as\\s+)?(["\`]?)([a-z_]\\w*)\\1`,
    'gi',
  )
  return [...sql.matchAll(form)].map((m) => m[2] ?? '').filter((a) => !WORDS.test(a))
}

const WORDS =
  /^(?:where|join|left|right|inner|outer|cross|full|natural|on|using|group|order|limit|having|union|except|intersect|window|fetch|offset|for|as)$/i
