/** The schema as it will be once a change is made, as far as later parts of the same order have to know it. */
import {
  type Column,
  type Database,
  findTable,
  isSameTable,
  type Schema,
  type Table,
  type TableName,
} from '../../../adapters/databases/types.ts'
import { otherName } from './beside.ts'
import type { ChangeOf, NewColumn, SchemaChange } from './change.ts'
import { partDropped, partsAdded, tableInParts } from './partitions.ts'
import { defaultSql, enumSql, inListSql, literalSql, namesColumn, newTypeIn, ruleSql, typeIn } from './sql.ts'
import { bridgeView, viewAfter } from './views.ts'

type Quoting = Pick<Database, 'quote' | 'server'>

export function schemaAfter(schema: Schema, changes: readonly SchemaChange[], db: Quoting): Schema {
  return changes.reduce((now, change) => after(now, change, db), schema)
}

function after(schema: Schema, change: SchemaChange, db: Quoting): Schema {
  if (change.kind === 'create-table') return { ...schema, tables: [...schema.tables, newTable(change, db)] }
  const table = findTable(schema, change.table)
  if (!table) return schema
  if (change.kind === 'set-values' && change.by === 'type') return withLabels(schema, change)
  if (change.kind === 'rename-table') {
    const to = { schema: table.schema, name: change.to }
    const bridge = change.bridge ? [bridgeView(change.table, table, to, db)] : []
    return { tables: tableRenamed(schema.tables, table, change.to), views: [...schema.views, ...bridge] }
  }
  if (change.kind === 'drop-table')
    return { ...schema, tables: schema.tables.filter((t) => !isSameTable(t, table)) }
  if (change.kind === 'keep-beside' || change.kind === 'stop-beside') {
    const kept = change.kind === 'keep-beside'
    const tables = schema.tables.map((t) =>
      isSameTable(t, table)
        ? withTrigger(t, change.name, kept)
        : isSameTable(t, change.to)
          ? withTrigger(t, otherName(change.name), kept)
          : t,
    )
    return { ...schema, tables }
  }
  if (change.kind === 'take-check') {
    const check = findTable(schema, change.from)?.checks.find((c) => c.name === change.check)
    const tables = schema.tables.map((t) =>
      isSameTable(t, table) && check ? { ...t, checks: [...t.checks, { ...check, name: change.name }] } : t,
    )
    return { ...schema, tables }
  }
  if (change.kind === 'drop-part' && change.keep) {
    const { partitions: _, ...alone } = partDropped(table, change)
    return {
      ...schema,
      tables: [
        ...schema.tables.map((t) => (isSameTable(t, table) ? partDropped(table, change) : t)),
        { ...alone, ...change.part },
      ],
    }
  }
  if (change.kind === 'partition-table') {
    const standing = change.beside ? [{ ...table, ...change.beside.old }] : []
    const tables = schema.tables.map((t) => (isSameTable(t, table) ? tableInParts(t, change) : t))
    return { ...schema, tables: [...tables, ...standing] }
  }
  if (change.kind === 'drop-before')
    return { ...schema, tables: schema.tables.filter((t) => !isSameTable(t, change.old)) }
  if (change.kind === 'drop-bridge')
    return { ...schema, views: schema.views.filter((v) => !isSameTable(v, change.view)) }
  if (change.kind === 'read-other' || change.kind === 'read-parts' || change.kind === 'read-renamed') {
    const views = schema.views.map((v) => (isSameTable(v, change.view) ? viewAfter(v, change, db) : v))
    return { ...schema, views }
  }
  const changed = tableAfter(table, change, db)
  return { ...schema, tables: schema.tables.map((t) => (isSameTable(t, table) ? changed : t)) }
}

function withTrigger(table: Table, name: string, is: boolean): Table {
  const others = table.triggers.filter((t) => !t.name.startsWith(name))
  return { ...table, triggers: is ? [...others, { name, columns: [] }] : others }
}

/** Another name for a table, which those that refer to it follow. */
export function tableRenamed(tables: readonly Table[], from: TableName, to: string): Table[] {
  const name = <T extends TableName>(t: T): T => (isSameTable(t, from) ? { ...t, name: to } : t)
  return tables.map((t) => ({
    ...name(t),
    foreignKeys: t.foreignKeys.map((f) => ({ ...f, references: name(f.references) })),
  }))
}

/** What a table is called once the changes are made. */
export function nameAfter(table: TableName, changes: readonly SchemaChange[]): TableName {
  let { name } = table
  for (const c of changes)
    if (c.kind === 'rename-table' && isSameTable(c.table, { ...table, name })) name = c.to
  return { ...table, name }
}

type OfTable = Exclude<
  SchemaChange,
  {
    kind:
      | 'rename-table'
      | 'drop-table'
      | 'drop-bridge'
      | 'read-other'
      | 'read-parts'
      | 'read-renamed'
      | 'keep-beside'
      | 'stop-beside'
      | 'take-check'
      | 'partition-table'
      | 'drop-before'
  }
>

function tableAfter(table: Table, change: OfTable, db: Quoting): Table {
  const column = (name: string, to: Partial<Column>): Table => ({
    ...table,
    columns: table.columns.map((c) => (c.name === name ? { ...c, ...to } : c)),
  })
  switch (change.kind) {
    case 'add-column':
      return { ...table, columns: [...table.columns, columnFrom(change.column, db)] }
    case 'drop-column':
      return without(table, change.column)
    case 'rename-column':
      return renamed(table, change.column, change.to)
    case 'change-type':
      return column(change.column, { type: change.type })
    case 'set-nullable':
      return column(change.column, { nullable: change.nullable })
    case 'set-default':
      return column(change.column, {
        default:
          change.default === null ? null : defaultSql(change.default, typeIn(table, change.column), db),
      })
    case 'add-check':
      return {
        ...table,
        checks: [
          ...table.checks,
          { name: change.name, clause: `CHECK (${db.quote(change.column)})`, validated: true },
        ],
      }
    case 'add-unique':
      return { ...table, uniques: [...table.uniques, change.key] }
    case 'add-index':
      return {
        ...table,
        indexes: [...table.indexes, { ...change.key, unique: false, valid: true, definition: '' }],
      }
    case 'add-statistics':
      return table.statistics
        ? { ...table, statistics: [...table.statistics, { ...change.key, definition: '' }] }
        : table
    case 'drop-index':
      return { ...table, indexes: table.indexes.filter((i) => i.name !== change.name) }
    case 'add-foreign-key':
      return {
        ...table,
        foreignKeys: [...table.foreignKeys, { ...change.reference, onUpdate: 'NO ACTION', validated: true }],
      }
    case 'keep-same':
      return {
        ...table,
        triggers: [...table.triggers, { name: change.name, columns: [change.column, change.to] }],
      }
    case 'keep-parts':
    case 'keep-history':
      return { ...table, triggers: [...table.triggers, { name: change.name, columns: [] }] }
    case 'stop-parts':
    case 'stop-same':
      return { ...table, triggers: table.triggers.filter((t) => !t.name.startsWith(change.name)) }
    case 'swap-same': {
      const to = table.columns.find((c) => c.name === change.to)
      const kept = renamed(without(table, change.column), change.to, change.column)
      if (!to) return table
      const byDefault = change.default === null ? null : literalSql(change.default, db)
      return {
        ...kept,
        columns: kept.columns.map((c) => (c.name === change.column ? { ...c, default: byDefault } : c)),
        triggers: kept.triggers.filter((t) => !t.name.startsWith(change.name)),
      }
    }
    case 'copy-check':
      return {
        ...table,
        checks: [
          ...table.checks,
          { name: change.name, clause: `CHECK (${db.quote(change.to)})`, validated: true },
        ],
      }
    case 'set-values':
      if (change.by === 'column') return column(change.column, { type: enumSql(change.values, db) })
      return {
        ...table,
        checks: table.checks.map((c) =>
          c.name === change.name
            ? {
                ...c,
                clause: `CHECK (${inListSql(change.column, change.values, db, typeIn(table, change.column))})`,
              }
            : c,
        ),
      }
    case 'drop-part':
      return partDropped(table, change)
    case 'add-part':
      return partsAdded(table, change)
    case 'create-table':
    case 'prove-same':
    case 'fill':
    case 'fill-parts':
    case 'prove-parts':
    case 'fill-beside':
    case 'prove-beside':
      return table
  }
}

/** A type may be that of columns in many tables. */
function withLabels(schema: Schema, { name, values }: ChangeOf<'set-values'>): Schema {
  const tables = schema.tables.map((t) => ({
    ...t,
    columns: t.columns.map((c) => (c.type === name ? { ...c, labels: values } : c)),
  }))
  return { ...schema, tables }
}

function columnFrom(c: NewColumn, db: Quoting): Column {
  return {
    name: c.name,
    type: c.type,
    nullable: c.nullable,
    default: c.default === null ? null : defaultSql(c.default, c.type, db),
    made: c.numbered ? 'numbered by the server' : null,
    collation: c.collation ?? null,
    comment: null,
  }
}

function newTable(change: ChangeOf<'create-table'>, db: Quoting): Table {
  return {
    ...change.table,
    columns: change.columns.map((c) => columnFrom(c, db)),
    primaryKey: { name: 'primary', columns: change.primaryKey },
    uniques: change.uniques,
    foreignKeys: change.references.map((r) => ({ ...r, onUpdate: 'NO ACTION', validated: true })),
    checks: (change.checks ?? []).map((c) => ({
      name: c.name,
      clause: `CHECK (${ruleSql(c.column, c.rule, db, newTypeIn(change, c.column))})`,
      validated: true,
    })),
    indexes: change.indexes.map((i) => ({ ...i, unique: false, valid: true, definition: '' })),
    triggers: [],
    rows: 0,
    bytes: 0,
  }
}

/** Keys and indexes go with their column. */
function without(table: Table, name: string): Table {
  const has = ({ columns }: { columns: string[] }) => columns.includes(name)
  return {
    ...table,
    columns: table.columns.filter((c) => c.name !== name),
    uniques: table.uniques.filter((u) => !has(u)),
    foreignKeys: table.foreignKeys.filter((f) => !has(f)),
    indexes: table.indexes.filter((i) => !has(i)),
    ...(table.statistics ? { statistics: table.statistics.filter((s) => !has(s)) } : {}),
    checks: table.checks.filter((c) => !namesColumn(c.clause, name)),
  }
}

function renamed(table: Table, from: string, to: string): Table {
  const name = (c: string) => (c === from ? to : c)
  const key = <K extends { columns: string[] }>(k: K): K => ({ ...k, columns: k.columns.map(name) })
  return {
    ...table,
    columns: table.columns.map((c) => ({ ...c, name: name(c.name) })),
    primaryKey: table.primaryKey && key(table.primaryKey),
    uniques: table.uniques.map(key),
    foreignKeys: table.foreignKeys.map(key),
    indexes: table.indexes.map(key),
    ...(table.statistics ? { statistics: table.statistics.map(key) } : {}),
  }
}
