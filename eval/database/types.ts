/** A request as data: a database, what somebody asks of it in their own words, and what must be so afterwards. */
import type { Value } from '../support/data.ts'

export const SERVERS = ['postgres', 'mysql'] as const
export type ServerKind = (typeof SERVERS)[number]

/** How a house writes a name that is said in words: `invoice line` is `invoice_line`, `invoiceLine` or `InvoiceLine`. */
export type Style = 'snake' | 'camel' | 'pascal'

/** Names stand in words; in SQL they stand in brackets: `select [total] from [invoice]`. */
export type HouseTable = {
  name: string
  /** Words -> a type both servers know, with what follows it; `id` and `timestamp` are each server's own. */
  columns: Record<string, string>
  /** Lines of the table besides its columns. */
  also?: string[]
  rows: Value[][]
}

export type House = {
  name: string
  about: string
  style: Record<ServerKind, Style>
  /** Types that a server keeps by themselves. */
  before?: Partial<Record<ServerKind, string[]>>
  tables: (server: ServerKind) => HouseTable[]
  /** Foreign keys, indexes, views: when the rows are there. */
  after: (server: ServerKind) => string[]
}

export const FAMILIES = [
  'columns',
  'rules',
  'keys',
  'tables',
  'steps',
  'slow queries',
  'wrong input',
] as const
export type Family = (typeof FAMILIES)[number]

/** What the examiner looks at, by queries of its own. Names in words, SQL with brackets. */
export type Check =
  /** A column whose name, without case and signs, is this; `type` as the server writes it. */
  | { column: [table: string, name: RegExp]; type?: RegExp; nullable?: boolean; default?: RegExp | null }
  | { gone: [table: string, column: string] }
  | { table: string; has?: RegExp[] }
  /** An index or key that begins with these columns. */
  | { index: [table: string, columns: string[]] }
  | { noIndex: [table: string, columns: string[]] }
  | { reference: [table: string, to: string]; columns?: string[] }
  | { rows: string; are: string[][] }
  | { takes: string }
  | { refuses: string }

/** `{name}` in SQL of a check stands for the column that an earlier check found under that name. */
export type Wanted =
  | {
      kind: 'done'
      checks: Check[]
      /** Tables that may be other than before, and those that are new. */
      touches: string[]
      /** `table.column`s, in words, whose values are meant to be others, or gone. */
      changes?: string[]
    }
  | {
      /** Nothing is changed, and the answer says why: all of these words, and the number that the query counts. */
      kind: 'refused'
      says: RegExp[]
      counts?: string
      /** It may also be right to say that there is nothing to do. */
      isDoneAlready?: true
    }
  | { kind: 'asked'; says: RegExp[] }
  /** Whatever it does, these tables alone may be other than before, and no row is lost. */
  | { kind: 'harmless'; touches: string[] }

export type Request = {
  name: string
  house: string
  family: Family
  ask: string
  /** Both, unless one is named. */
  servers?: readonly ServerKind[]
  /** Files of the repository; names in brackets. */
  files?: Record<string, string>
  /** Statements before it is asked. */
  before?: string[]
  /** Another session does this, and does not end its transaction. */
  held?: string
  /** Asks as somebody who may only read. */
  asReader?: true
  /** Development is named as production too. */
  isProduction?: true
  /** What is chosen where it asks, by its label. */
  answer?: RegExp
  wanted: Wanted
}
