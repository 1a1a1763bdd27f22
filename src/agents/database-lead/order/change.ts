/**
 * What is to be different in a schema, as data: what the lead designs and orders, what a specialist writes in
 * the SQL of its server, and what the review measures against. Values are data too: none of it is SQL yet.
 */
import { z } from 'zod'
import type { TableName } from '../../../adapters/databases/types.ts'

export const tableNameSchema = z.strictObject({ schema: z.string(), name: z.string() })

export const literalSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number'), text: z.string().regex(/^-?\d+(\.\d+)?$/) }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('boolean'), value: z.boolean() }),
  z.strictObject({ kind: z.literal('now') }),
])

/** What values a column may have; null, where the column may be, always. */
export const ruleSchema = z.strictObject({
  min: z.string().nullable(),
  max: z.string().nullable(),
  /** Whether the bounds themselves are out, or which of the two is. */
  exclusive: z.union([z.boolean(), z.enum(['min', 'max'])]).default(false),
  values: z.array(z.string()).nullable(),
  /** Texts that are out: the empty one, or all that hold nothing but white space. */
  without: z.enum(['empty', 'blank']).optional(),
})

const column = z.strictObject({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  default: literalSchema.nullable(),
  /** The server numbers the rows. */
  numbered: z.boolean().default(false),
  /** Where it is not the table's own. */
  collation: z.string().optional(),
})

const reference = z.strictObject({
  name: z.string(),
  columns: z.array(z.string()).min(1),
  references: tableNameSchema,
  refColumns: z.array(z.string()).min(1),
  onDelete: z.enum(['NO ACTION', 'CASCADE', 'SET NULL']),
})

const key = z.strictObject({ name: z.string(), columns: z.array(z.string()).min(1) })
const on = { table: tableNameSchema }
/** What others than its owner may do with a table; `role` null is everybody. */
const rights = z.array(
  z.strictObject({
    role: z.string().nullable(),
    may: z.enum(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']),
  }),
)

/** What a column is filled with, for each row. */
export const valueSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('literal'), value: literalSchema }),
  /** Another column of the row; `type`: converted to it. */
  z.strictObject({ kind: z.literal('column'), column: z.string(), type: z.string().nullable() }),
  /** Texts one after the other, with something between; what is null is left out. */
  z.strictObject({ kind: z.literal('joined'), columns: z.array(z.string()).min(2), between: z.string() }),
  z.strictObject({ kind: z.literal('written'), column: z.string(), as: z.enum(['lower', 'upper', 'trim']) }),
])

/** Which rows: all of the conditions hold. */
export const conditionSchema = z.strictObject({
  column: z.string(),
  is: z.enum(['null', 'not null', 'empty', '=', '<>', '<', '<=', '>', '>=']),
  value: literalSchema.nullable(),
})

/** Two columns that hold the same while an application moves from one to the other. */
const pair = { column: z.string(), to: z.string() }

/** Columns of a table that stand in another as well, in one row for each row that has any; `key` finds that row. */
const besideSchema = z.strictObject({
  to: tableNameSchema,
  key: z.strictObject({ own: z.string(), other: z.string() }),
  columns: z
    .array(
      z.strictObject({
        own: z.string(),
        other: z.string(),
        /** What an insert that does not name it gets: no more than nothing. */
        default: literalSchema.nullable(),
      }),
    )
    .min(1),
})
export const beside = besideSchema.shape

/** A text, and the two columns that hold what stands before and after a separator in it. */
const partsSchema = z.strictObject({
  whole: z.string(),
  parts: z.tuple([z.string(), z.string()]),
  /** At which separator it is parted, where there are several; blanks around the parts go. */
  at: z.enum(['first', 'last']),
  separator: z.string().min(1),
  /** What stands between the parts when they are put together. */
  between: z.string(),
  /** Which part a text without the separator is. */
  alone: z.enum(['first', 'second']),
  /** The side that was there first. */
  stands: z.enum(['whole', 'parts']),
})
export const parts = partsSchema.shape

/** Which rows lie in a part; values as the type of the column reads them. */
export const boundsSchema = z.discriminatedUnion('kind', [
  /** From, and up to but without; null: without an end. */
  z.strictObject({ kind: z.literal('range'), from: z.string().nullable(), to: z.string().nullable() }),
  z.strictObject({ kind: z.literal('list'), values: z.array(z.string()).min(1) }),
  /** All that lies in no other. */
  z.strictObject({ kind: z.literal('rest') }),
  z.strictObject({ kind: z.literal('hash'), of: z.number().int(), at: z.number().int() }),
])

const partSchema = z.strictObject({ name: z.string(), bounds: boundsSchema })

/** The table as it was, beside the one in parts, and what keeps the two the same. */
const before = { old: tableNameSchema, name: z.string() }

export const changeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add-column'), ...on, column }),
  z.strictObject({ kind: z.literal('drop-column'), ...on, column: z.string() }),
  z.strictObject({ kind: z.literal('rename-column'), ...on, column: z.string(), to: z.string() }),
  z.strictObject({ kind: z.literal('change-type'), ...on, column: z.string(), type: z.string() }),
  z.strictObject({ kind: z.literal('set-nullable'), ...on, column: z.string(), nullable: z.boolean() }),
  z.strictObject({
    kind: z.literal('set-default'),
    ...on,
    column: z.string(),
    default: literalSchema.nullable(),
  }),
  z.strictObject({
    kind: z.literal('add-check'),
    ...on,
    name: z.string(),
    column: z.string(),
    rule: ruleSchema,
  }),
  z.strictObject({ kind: z.literal('add-unique'), ...on, key }),
  z.strictObject({ kind: z.literal('add-foreign-key'), ...on, reference }),
  z.strictObject({ kind: z.literal('add-index'), ...on, key }),
  z.strictObject({ kind: z.literal('drop-index'), ...on, name: z.string() }),
  /** The server is to know which values of the columns come together; the name is of use where it is an object. */
  z.strictObject({ kind: z.literal('add-statistics'), ...on, key }),
  z.strictObject({
    kind: z.literal('create-table'),
    ...on,
    columns: z.array(column).min(1),
    primaryKey: z.array(z.string()).min(1),
    references: z.array(reference),
    uniques: z.array(key),
    checks: z.array(z.strictObject({ name: z.string(), column: z.string(), rule: ruleSchema })).optional(),
    indexes: z.array(key),
  }),
  /** Whoever writes one of the two writes both. */
  z.strictObject({ kind: z.literal('keep-same'), ...on, ...pair, name: z.string() }),
  z.strictObject({ kind: z.literal('stop-same'), ...on, ...pair, name: z.string() }),
  /** Stops where the two differ in any row. `refill`: the way back fills the first from the second. */
  z.strictObject({ kind: z.literal('prove-same'), ...on, ...pair, refill: z.boolean() }),
  /** In one moment the second takes the name, the place and the default of the first. */
  z.strictObject({
    kind: z.literal('swap-same'),
    ...on,
    ...pair,
    name: z.string(),
    default: literalSchema.nullable(),
    /** Those that hold the server to the first column, each after those that it reads: they are made anew, with those rights. */
    views: z.array(z.strictObject({ view: tableNameSchema, rights })),
  }),
  /** `bridge`: a view stays under the old name, by which is read and written; with those rights of the table. */
  z.strictObject({ kind: z.literal('rename-table'), ...on, to: z.string(), bridge: z.boolean(), rights }),
  /** The view under the old name of the table goes. */
  z.strictObject({ kind: z.literal('drop-bridge'), ...on, view: tableNameSchema, rights }),
  /** A view that reads the first column reads the second, and gives it by the name of the first. */
  z.strictObject({ kind: z.literal('read-other'), ...on, ...pair, view: tableNameSchema }),
  /** A view that reads a column, or one of two, makes it of what the others hold, and gives it by its name. */
  z.strictObject({ kind: z.literal('read-parts'), ...on, ...parts, view: tableNameSchema }),
  /** A view that reads the table by another name reads it by its own. */
  z.strictObject({ kind: z.literal('read-renamed'), ...on, from: tableNameSchema, view: tableNameSchema }),
  /** Whoever writes one of the two tables writes both. */
  z.strictObject({ kind: z.literal('keep-beside'), ...on, ...beside, name: z.string() }),
  z.strictObject({ kind: z.literal('stop-beside'), ...on, ...beside, name: z.string() }),
  z.strictObject({ kind: z.literal('fill-beside'), ...on, ...beside, into: z.enum(['own', 'other']) }),
  /** Stops where the two differ in any row. The way back fills the one that is to be gone. */
  z.strictObject({
    kind: z.literal('prove-beside'),
    ...on,
    ...beside,
    refill: z.enum(['own', 'other']).nullable(),
  }),
  /** Whoever writes the whole writes its parts, and the other way round. */
  z.strictObject({ kind: z.literal('keep-parts'), ...on, ...parts, name: z.string() }),
  z.strictObject({ kind: z.literal('stop-parts'), ...on, ...parts, name: z.string() }),
  /** Rows that stand get the side that was not there. */
  z.strictObject({ kind: z.literal('fill-parts'), ...on, ...parts }),
  /** Stops where a row holds neither the parts of its whole nor the whole of its parts. `refill`: the way back fills what stood first. */
  z.strictObject({ kind: z.literal('prove-parts'), ...on, ...parts, refill: z.boolean() }),
  z.strictObject({ kind: z.literal('drop-table'), ...on }),
  /** Its rows are to lie in parts. */
  z.strictObject({
    kind: z.literal('partition-table'),
    ...on,
    method: z.enum(['range', 'list', 'hash']),
    column: z.string(),
    parts: z.array(partSchema).min(1),
    /** Keys that did not hold the column, and do then. */
    keys: z.array(key),
    /** Where it is made beside the table that stands, and takes its name; else the table itself is written anew. */
    beside: z
      .strictObject({
        ...before,
        /** Its name until it has that of the table. */
        next: tableNameSchema,
        views: z.array(tableNameSchema),
        rights,
        comment: z.string().nullable(),
        /** What numbers the rows, and goes along. */
        sequences: z.array(z.strictObject({ column: z.string(), sequence: tableNameSchema })),
      })
      .nullable(),
  }),
  /** The table as it was before it lay in parts goes. */
  z.strictObject({ kind: z.literal('drop-before'), ...on, ...before }),
  /** `rest`: the part that holds all else, whose rows these parts take over. */
  z.strictObject({
    kind: z.literal('add-part'),
    ...on,
    parts: z.array(partSchema).min(1),
    rest: tableNameSchema.nullable(),
    /** Rows of the rest lie in them. */
    moves: z.boolean(),
  }),
  /** With its rows, or `keep`: it stands by itself as a table from then on. */
  z.strictObject({ kind: z.literal('drop-part'), ...on, part: tableNameSchema, keep: z.boolean() }),
  /** A check of another table whose columns have the same names here. */
  z.strictObject({
    kind: z.literal('take-check'),
    ...on,
    from: tableNameSchema,
    check: z.string(),
    name: z.string(),
  }),
  /** The check that stands on one column, for another. */
  z.strictObject({ kind: z.literal('copy-check'), ...on, ...pair, check: z.string(), name: z.string() }),
  z.strictObject({
    kind: z.literal('fill'),
    ...on,
    column: z.string(),
    value: valueSchema,
    where: z.array(conditionSchema),
    /** What undoes it, where that can be told from the rows. */
    back: z.strictObject({ value: valueSchema, where: z.array(conditionSchema) }).optional(),
  }),
  /** A row that is changed or deleted is written to the other table as it was. */
  z.strictObject({
    kind: z.literal('keep-history'),
    ...on,
    to: tableNameSchema,
    columns: z.array(z.string()).min(1),
    operation: z.string(),
    name: z.string(),
  }),
  /** `by`: what lists the values, an enum type, an ENUM column or a check; and its name. */
  z.strictObject({
    kind: z.literal('set-values'),
    ...on,
    column: z.string(),
    by: z.enum(['type', 'column', 'check']),
    name: z.string(),
    before: z.array(z.string()).min(1),
    values: z.array(z.string()).min(1),
    renames: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  }),
])

/** The tables and views that a change is about, before it and after. */
export function namesIn(change: SchemaChange): TableName[] {
  const { table } = change
  if (change.kind === 'rename-table') return [table, { schema: table.schema, name: change.to }]
  if ('columns' in change && 'to' in change && 'key' in change) return [table, change.to]
  if (change.kind === 'swap-same') return [table, ...change.views.map((v) => v.view)]
  if (change.kind === 'partition-table')
    return change.beside ? [table, change.beside.old, change.beside.next, ...change.beside.views] : [table]
  if (change.kind === 'drop-before') return [table, change.old]
  if (change.kind === 'drop-part') return [table, change.part]
  return 'view' in change ? [table, change.view] : [table]
}

export type SchemaChange = z.output<typeof changeSchema>
export type ChangeOf<K extends SchemaChange['kind']> = Extract<SchemaChange, { kind: K }>
export type NewColumn = z.output<typeof column>
export type Literal = z.output<typeof literalSchema>
export type Rule = z.output<typeof ruleSchema>

export const isOut = ({ exclusive }: Pick<Rule, 'exclusive'>, side: 'min' | 'max'): boolean =>
  exclusive === true || exclusive === side
export type Reference = z.output<typeof reference>
export type Beside = z.output<typeof besideSchema> & { table: TableName }
export type Parts = z.output<typeof partsSchema> & { table: TableName }
export type Right = z.output<typeof rights>[number]
export type Bounds = z.output<typeof boundsSchema>
export type NewPart = z.output<typeof partSchema>
export type Value = z.output<typeof valueSchema>
export type Condition = z.output<typeof conditionSchema>
