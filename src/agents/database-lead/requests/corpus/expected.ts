/** What a sentence of the corpus asks for, said briefly. */
import type { Literal, Rule } from '../../order/change.ts'
import type { SingleAsk } from '../ask.ts'
import type { SCHEMAS } from './schemas.ts'

/** `asks`: it is not read, and it is said which part is not understood. */
export type Said = [schema: keyof typeof SCHEMAS, sentence: string, expected: Expected[] | 'asks']
export type Expected = Partial<Record<string, unknown>> & { op: SingleAsk['op'] }

type More = {
  type?: string | null
  default?: Literal | null
  nullable?: boolean
  unique?: boolean
  rule?: Partial<Rule>
}

export const number = (n: number): Literal => ({ kind: 'number', text: String(n) })
export const words = (text: string): Literal => ({ kind: 'text', text })
export const yes: Literal = { kind: 'boolean', value: true }
export const no: Literal = { kind: 'boolean', value: false }
export const now: Literal = { kind: 'now' }

export const col = (table: string, column: string, more: More = {}): Expected => ({
  op: 'add-column',
  table,
  column,
  ...more,
})
export const drop = (table: string, column: string): Expected => ({ op: 'drop-column', table, column })
export const renameTable = (table: string, to: string): Expected => ({ op: 'rename-table', table, to })
export const split = (table: string, columns: string[], to: string): Expected => ({
  op: 'split-table',
  table,
  columns,
  to,
})
export const rename = (table: string, column: string, to: string, inSteps = false): Expected => ({
  op: 'rename-column',
  table,
  column,
  to,
  inSteps,
})
export const type = (table: string, column: string, to: string, inSteps = false): Expected => ({
  op: 'change-type',
  table,
  column,
  type: to,
  inSteps,
})
export const required = (table: string, column: string): Expected => ({
  op: 'set-nullable',
  table,
  column,
  nullable: false,
})
export const optional = (table: string, column: string): Expected => ({
  op: 'set-nullable',
  table,
  column,
  nullable: true,
})
export const standard = (table: string, column: string, value: Literal | null): Expected => ({
  op: 'set-default',
  table,
  column,
  default: value,
})
export const check = (table: string, column: string, rule: Partial<Rule>): Expected => ({
  op: 'add-check',
  table,
  column,
  rule,
})
export const unique = (table: string, ...columns: string[]): Expected => ({
  op: 'add-unique',
  table,
  columns,
})
export const index = (table: string, ...columns: string[]): Expected => ({ op: 'add-index', table, columns })
export const noIndex = (named: {
  table?: string | null
  name?: string | null
  columns?: string[] | null
}): Expected => ({
  op: 'drop-index',
  ...named,
})
/** `column` empty: it goes without saying. */
export const foreignKey = (table: string, column: string, references: string): Expected => ({
  op: 'add-foreign-key',
  table,
  ...(column === '' ? {} : { column }),
  references,
})
export const refers = (table: string, references: string, role: string | null = null): Expected => ({
  op: 'add-reference',
  table,
  references,
  role,
})
export const history = (table: string): Expected => ({ op: 'keep-history', table })
export const many = (one: string, other: string): Expected => ({ op: 'many-to-many', one, other })
export const table = (
  name: string,
  columns: ({ name: string } & More)[],
  ...references: string[]
): Expected => ({
  op: 'create-table',
  name,
  columns,
  references,
})
type Where = { column: string | null; is: string; value: Literal | null }
export const isNull = (column: string | null = null): Where => ({ column, is: 'null', value: null })
export const fill = (
  on: string,
  column: string,
  value: Literal | string[] | 'lower' | 'upper' | 'trim',
  where: Where[] | null,
): Expected => ({
  op: 'fill',
  table: on,
  column,
  value: Array.isArray(value)
    ? { kind: 'columns', columns: value }
    : typeof value === 'string'
      ? { kind: 'written', as: value }
      : { kind: 'literal', value },
  where,
})
export const values = (
  what: 'add' | 'rename' | 'remove',
  on: string,
  column: string,
  said: string[],
  to: string | null = null,
): Expected => ({ op: 'change-values', what, table: on, column, values: said, to })
