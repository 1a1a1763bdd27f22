/** What the lead works with: the world as it is, a design, and what must be so when it is done. */
import { z } from 'zod'
import type { Database, Schema, TableName } from '../../adapters/databases/types.ts'
import type { FoundQuery, Reader } from './analysis/code.ts'
import {
  beside,
  changeSchema,
  conditionSchema,
  literalSchema,
  parts,
  type SchemaChange,
  tableNameSchema,
  valueSchema,
} from './order/change.ts'
import type { AskOf, SingleAsk } from './requests/ask.ts'
import type { Choose } from './resolve.ts'

export type Given = {
  /** Only read. */
  db: Database
  schema: Schema
  choose: Choose
  /** A scratch copy of the schema, without rows, to try things on; null where none may be made. */
  onCopy: (<T>(work: (copy: Database) => Promise<T>) => Promise<T>) | null
  /** Statements of the application that name a table; left out where there is no repository to look at. */
  statements?: (table: string) => Promise<FoundQuery[]>
  /** Models, query builders, pipelines and dbt sources that name a table. */
  readers?: (table: TableName) => Promise<Reader[]>
}

/** `schema` is as it will be after `before`, the other changes of the same request; the database is not there yet. */
export type World = Given & { before: readonly SchemaChange[] }

export const criterionSchema = z.strictObject({
  /** As it stands in the task. */
  words: z.string(),
  /** What a machine looks at: see criteria.ts. */
  check: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('column'),
      table: tableNameSchema,
      column: z.string(),
      type: z.string().nullable(),
      nullable: z.boolean().nullable(),
      /** null: none. `sql`: as the server wrote it before. Left out: not looked at. */
      default: z
        .union([literalSchema, z.strictObject({ kind: z.literal('sql'), sql: z.string() })])
        .nullable()
        .optional(),
    }),
    z.strictObject({ kind: z.literal('no-column'), table: tableNameSchema, column: z.string() }),
    z.strictObject({
      kind: z.literal('values'),
      table: tableNameSchema,
      column: z.string(),
      accepts: z.array(z.string()),
      rejects: z.array(z.string()),
    }),
    z.strictObject({ kind: z.literal('unique'), table: tableNameSchema, columns: z.array(z.string()) }),
    z.strictObject({
      kind: z.literal('reference'),
      table: tableNameSchema,
      columns: z.array(z.string()),
      references: tableNameSchema,
    }),
    z.strictObject({ kind: z.literal('index'), table: tableNameSchema, columns: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('statistics'), table: tableNameSchema, columns: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('no-index'), table: tableNameSchema, name: z.string() }),
    z.strictObject({ kind: z.literal('table'), table: tableNameSchema }),
    z.strictObject({ kind: z.literal('no-table'), table: tableNameSchema }),
    z.strictObject({
      kind: z.literal('parted'),
      table: tableNameSchema,
      method: z.enum(['range', 'list', 'hash']),
      column: z.string(),
    }),
    /** The table as it was holds the same rows, and stays so whoever writes. */
    z.strictObject({
      kind: z.literal('before'),
      table: tableNameSchema,
      old: tableNameSchema,
      name: z.string(),
    }),
    /** `column` with `value` lies in that part. */
    z.strictObject({
      kind: z.literal('part'),
      table: tableNameSchema,
      part: z.string(),
      column: z.string(),
      value: z.string().nullable(),
    }),
    z.strictObject({ kind: z.literal('no-part'), table: tableNameSchema, part: z.string() }),
    /** A view by which the table is read and written. */
    z.strictObject({ kind: z.literal('bridge'), table: tableNameSchema, view: tableNameSchema }),
    z.strictObject({ kind: z.literal('no-view'), table: tableNameSchema, view: tableNameSchema }),
    /** What an enum lists. */
    z.strictObject({
      kind: z.literal('labels'),
      table: tableNameSchema,
      column: z.string(),
      values: z.array(z.string()),
    }),
    z.strictObject({
      kind: z.literal('history'),
      table: tableNameSchema,
      to: tableNameSchema,
      name: z.string(),
    }),
    /** Columns hold the same in two tables, and stay so whoever writes. */
    z.strictObject({ kind: z.literal('beside'), table: tableNameSchema, ...beside, name: z.string() }),
    /** A column and its two parts tell the same, and stay so whoever writes. */
    z.strictObject({ kind: z.literal('parts'), table: tableNameSchema, ...parts, name: z.string() }),
    /** Both columns hold the same in every row, and stay so whoever writes. */
    z.strictObject({ kind: z.literal('same'), table: tableNameSchema, column: z.string(), to: z.string() }),
    /** No row is left to which the value was meant to go. */
    z.strictObject({
      kind: z.literal('filled'),
      table: tableNameSchema,
      column: z.string(),
      value: valueSchema,
      where: z.array(conditionSchema),
    }),
  ]),
})

export type Criterion = z.output<typeof criterionSchema>

export const designSchema = z.strictObject({
  title: z.string(),
  /** The tables that exist and are changed. */
  tables: z.array(tableNameSchema),
  changes: z.array(changeSchema).min(1),
  criteria: z.array(criterionSchema).min(1),
  /** Why it is done this way. */
  because: z.array(z.string()),
  /** What else was weighed, and why it was not taken. */
  alternatives: z.array(z.string()),
  /** What is gone for good once it has run, one sentence each. */
  loses: z.array(z.string()),
  /** Names that a running application may still use when they are gone; `column` null: that of the table. */
  gone: z.array(
    z.strictObject({
      table: tableNameSchema,
      column: z.string().nullable(),
      /** Where it is found instead: what names that table too may mean it there. */
      now: tableNameSchema.optional(),
    }),
  ),
  /** What has to follow, by the application or by another request, until it is done. */
  later: z.array(z.string()),
  /** A query that is to become faster. */
  query: z.strictObject({ sql: z.string(), ms: z.number().nullable() }).nullable(),
})

export type Design = z.output<typeof designSchema>

/** One kind of request: how it is said, and what is designed for it. */
export type Operation<O extends SingleAsk['op'] = SingleAsk['op']> = {
  op: O
  /** A sentence that asks for it. */
  example: string
  /** null where the sentence says something else. */
  read: (sentence: string) => AskOf<O> | null
  design: (ask: AskOf<O>, world: World) => Promise<Design>
}

export function design(
  given: Pick<Design, 'title' | 'tables' | 'changes' | 'criteria'> & Partial<Design>,
): Design {
  return { because: [], alternatives: [], loses: [], gone: [], later: [], query: null, ...given }
}
