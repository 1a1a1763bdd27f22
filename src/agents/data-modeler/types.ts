/** What data-modeler finds and recommends. JSON only: a run keeps it. */
import { z } from 'zod'

const kind = z.enum(['integer', 'number', 'text', 'date', 'timestamp', 'boolean', 'other'])
const column = z.strictObject({ name: z.string(), type: z.string(), kind })

export const recommendationSchema = z.strictObject({
  /** As it was said: `payment type`. */
  subject: z.string(),
  /** As names are made of it: `payment_type`. */
  entity: z.string(),
  way: z.enum(['promoted', 'entity']),
  origin: z.strictObject({
    id: z.string(),
    label: z.string(),
    /** A source is read through a staging model: one has to be made where none reads it. */
    needsStaging: z.boolean(),
  }),
  key: column,
  attributes: z.array(column),
  /** The natural key of the unknown member: no row has it. */
  unknown: z.union([z.string(), z.number()]),
  rows: z.number(),
  values: z.number(),
  /** Rows without a value of the key. */
  without: z.number(),
  /** Values that the project's YAML says are all there can be. */
  closedList: z.array(z.string()).nullable(),
  looked: z.string(),
  chosen: z.string(),
  because: z.array(z.string()),
  rejected: z.array(z.string()),
  notes: z.array(z.string()),
})

export type Recommendation = z.output<typeof recommendationSchema>
export type OriginColumn = z.output<typeof column>

export const wantedSchema = z.strictObject({
  subject: z.string(),
  /** `model`, `model.column`, `source.table`, `source.table.column`. */
  from: z.string().nullable(),
})

export type Wanted = z.output<typeof wantedSchema>

/** A relation that a dimension can be made from. */
export type Origin = {
  id: string
  label: string
  relation: string
  needsStaging: boolean
  columns: OriginColumn[]
  /** In the warehouse; else the columns are what the YAML says. */
  stands: boolean
}

export type Candidate = { origin: Origin; column: OriginColumn | null; score: number; why: string }
