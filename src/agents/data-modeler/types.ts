/** What data-modeler works with, whatever is designed: relations, their columns, what a request asks for. */
import { z } from 'zod'

const kind = z.enum(['integer', 'number', 'text', 'date', 'timestamp', 'boolean', 'other'])

export const columnSchema = z.strictObject({ name: z.string(), type: z.string(), kind })

export type OriginColumn = z.output<typeof columnSchema>

/** What a person may ask for beside the name, as the command line has it: `--history`. */
export const WANTED_FLAGS = ['history', 'bridge', 'declare', 'without-dimensions'] as const

export type WantedFlag = (typeof WANTED_FLAGS)[number]

export const wantedSchema = z.strictObject({
  subject: z.string(),
  /** `model`, `model.column`, `source.table`, `source.table.column`. */
  from: z.string().nullable(),
  flags: z.array(z.enum(WANTED_FLAGS)),
})

export type Wanted = z.output<typeof wantedSchema>

/** A relation that is read: a source is read through a staging model, which is made where none reads it. */
export const readSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  needsStaging: z.boolean(),
  /** Schema and name (and database before them) of a table that is declared as a source in the same change. */
  declare: z.array(z.string()).optional(),
  /** Of a seed that is made in the same change: what it holds, and what says so. */
  seed: z
    .strictObject({ columns: z.array(columnSchema), rows: z.array(z.array(z.string())), from: z.string() })
    .optional(),
  /** What its staging model has to read as what it means, where one is made: `{column}` in `sql` is the column. */
  casts: z
    .array(
      z.strictObject({
        column: z.string(),
        sql: z.string(),
        type: z.string(),
        words: z.string(),
        /** What is written beside the digits. */
        unit: z.string().optional(),
      }),
    )
    .optional(),
})

export type Read = z.output<typeof readSchema>

/** What every recommendation says, whatever it is of. JSON only: a run keeps it. */
export const recommendedSchema = z.strictObject({
  /** As it was said: `payment type`. */
  subject: z.string(),
  /** As names are made of it: `payment_type`. */
  entity: z.string(),
  /** What it is made from; the first is what its rows come from. */
  reads: z.array(readSchema),
  looked: z.string(),
  chosen: z.string(),
  because: z.array(z.string()),
  rejected: z.array(z.string()),
  notes: z.array(z.string()),
})

export type Recommended = z.output<typeof recommendedSchema>

/** A relation that something can be made from. */
export type Origin = Read & {
  /** What is selected from: its name, or a statement that reads it as its staging model will. */
  relation: string
  columns: OriginColumn[]
  /** In the warehouse; else the columns are what the YAML says. */
  stands: boolean
  /** Columns with whole numbers as text that are none, with why. */
  stays?: { column: string; why: string }[]
}

export type Candidate = {
  origin: Origin
  column: OriginColumn | null
  /** Further columns, where several together were named. */
  also?: OriginColumn[]
  score: number
  why: string
}
