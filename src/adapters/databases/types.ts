/** What we know of a database, the same for every server; names are as the server keeps them. */
import type { Capabilities } from './capabilities.ts'

export type Server = {
  family: 'postgres' | 'mysql'
  product: 'PostgreSQL' | 'MySQL' | 'MariaDB'
  /** Major, minor. */
  version: [number, number]
  /** `PostgreSQL 15.14`. */
  words: string
}

export type TableName = { schema: string; name: string }

export type Column = {
  name: string
  /** As the server writes it: `numeric(5,2)`, `varchar(120)`. */
  type: string
  nullable: boolean
  /** An SQL expression; null where there is none. */
  default: string | null
  /** Made by the server: a generated expression, an identity, an auto-increment. */
  made: string | null
  collation: string | null
  /** Those of an enum type, where the server keeps it apart from the column. */
  labels?: string[] | null
  comment: string | null
}

export type Key = { name: string; columns: string[] }
export type ForeignKey = Key & {
  references: TableName
  refColumns: string[]
  onDelete: string
  onUpdate: string
  validated: boolean
}
export type Check = { name: string; clause: string; validated: boolean }
export type Index = { name: string; columns: string[]; unique: boolean; valid: boolean; definition: string }

/** What the server is told to know of several columns together. */
export type Statistics = Key & { definition: string }

/** A part of a table: on Postgres a table in itself, elsewhere a name. */
export type Part = TableName & {
  /** As the server writes them: `FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`, `VALUES LESS THAN (2020)`. */
  bounds: string
  /** The part of which it is one, where that is not the table. */
  of: TableName | null
  /** How it is parted itself. */
  by: string | null
  /** What makes that which it has besides its table: indexes, constraints, triggers. */
  own: string[]
  rows: number
}

/** How the rows of a table lie in parts. */
export type Partitions = {
  method: 'range' | 'list' | 'hash' | 'other'
  /** As the server writes it: `RANGE (created_at)`, `RANGE COLUMNS(\`created_at\`)`. */
  by: string
  /** What is in its brackets: a column, several, or what is made of one. */
  key: string
  /** By which the parts are found, at every level: each unique key has to hold them. */
  columns: string[]
  parts: Part[]
}

export type Table = TableName & {
  columns: Column[]
  primaryKey: Key | null
  uniques: Key[]
  foreignKeys: ForeignKey[]
  checks: Check[]
  /** Those that no key or unique constraint owns. */
  indexes: Index[]
  triggers: Key[]
  /** Where the server keeps them as objects of the schema. */
  statistics?: Statistics[]
  /** Where its rows lie in parts. */
  partitions?: Partitions
  /** The server's own estimate. */
  rows: number
  bytes: number
}

export type View = TableName & {
  definition: string
  /** What it was made with: `security_invoker=true`, `SQL SECURITY INVOKER`. */
  options?: string | null
  /** Rows that a write through it may not make invisible. */
  checkOption?: string | null
  /** It keeps its rows. */
  materialised?: boolean
}
export type Schema = { tables: Table[]; views: View[] }

export type Row = Record<string, unknown>
/** Who keeps a lock that we wait for. */
export type Holder = { session: string; user: string; doing: string; since: string }

/** How many rows the server thought that a part of a query gives, and how many it gave; `of` null: groups of rows. */
export type Estimate = { of: string | null; expected: number; found: number }

export type Lock = { mode: string; table: string }

/** One connection. Errors of the server are thrown as MartsmithErrors that say what, where and how to mend it. */
export type Database = {
  server: Server
  capabilities: Capabilities
  /** As whom it is used. */
  user: string
  /** The database's name. */
  name: string
  /** `PostgreSQL 15.14 at 127.0.0.1:5432, database shop`; no password. */
  shown: string
  quote(name: string): string
  query(sql: string, values?: unknown[]): Promise<Row[]>
  schema(): Promise<Schema>
  /** Whether the server can make sense of a statement as it is; null where it can, else its words. */
  refuses(statement: string): Promise<string | null>
  /** The statement's plan, in lines. */
  plan(statement: string): Promise<string[]>
  /** Runs a query, and answers what the server expected of it: by the name or alias of each table. */
  estimates(statement: string): Promise<Estimate[]>
  /** Held until the connection ends; false where somebody else has it. */
  tryLock(name: string): Promise<boolean>
  /** Sessions that keep a lock on the table now. */
  holders(table: TableName): Promise<Holder[]>
  /** What of the table's space serves nobody, in words; null where that is little, or not known. */
  waste(table: TableName): Promise<string | null>
  /** Why the server may misjudge the table's rows, in words; null where it does not, or nothing is known. */
  stale(table: TableName): Promise<string | null>
  /** Columns of which the server keeps statistics. */
  judged(table: TableName): Promise<string[]>
  /** What builds this schema in an empty database, in an order that mostly works. */
  ddl(): Promise<string[]>
  /** Makes an empty database on this server, and answers its URL. */
  createScratch(name: string): Promise<string>
  dropScratch(name: string): Promise<void>
  scratchNames(prefix: string): Promise<string[]>
  close(): Promise<void>
}

/** How a table is written in SQL, and how people call it: without the schema where that goes without saying. */
export function tableSql(db: Pick<Database, 'quote' | 'server'>, { schema, name }: TableName): string {
  return schema === '' || schema === 'public' ? db.quote(name) : `${db.quote(schema)}.${db.quote(name)}`
}

export function tableWords({ schema, name }: TableName): string {
  return schema === '' || schema === 'public' ? name : `${schema}.${name}`
}

export function isSameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name
}

export function findTable(schema: Schema, wanted: TableName): Table | null {
  return schema.tables.find((t) => isSameTable(t, wanted)) ?? null
}
