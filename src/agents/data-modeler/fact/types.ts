/** What data-modeler recommends for a fact table. JSON only: a run keeps it. Columns are as the origin has them. */
import { z } from 'zod'
import { recommendationSchema } from '../dimension/types.ts'
import { columnSchema, recommendedSchema } from '../types.ts'

/** Where a column is read: in the relation of the events, or in the header that each of them belongs to. */
const place = z.enum(['events', 'header'])

export const placedSchema = z.strictObject({
  from: place,
  column: columnSchema,
  /**
   * Where it is stored as something else (money, a date or a time as text, an epoch): the SQL that makes it of the column, which `{column}` stands for, proven to
   * work on all rows, and the type it then has: `cast(replace({column}, ',', '') as decimal(18, 2))`.
   */
  cast: z.strictObject({ sql: z.string(), type: z.string() }).optional(),
})

/** A dimension that stands, and how a fact finds its row. */
export const standingSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** What facts point at, as it is stored, and its type: its surrogate key where it has one. */
  key: columnSchema,
  natural: z.array(columnSchema),
  /** The key and the natural key of the unknown member, as SQL literals of the warehouse; null where it has none. */
  unknown: z.strictObject({ key: z.string(), natural: z.array(z.string()) }).nullable(),
  /** Half-open interval of a version, for a type 2 dimension. */
  versions: z.strictObject({ from: z.string(), to: z.string(), isCurrent: z.string().nullable() }).nullable(),
  /**
   * `hash`: the house's expression over the natural key gives this key in all rows: proven. `natural`: it has no other
   * key than its natural one, of one column. `other`: a number that a sequence gave, a key of one version.
   */
  keyIs: z.enum(['hash', 'natural', 'other']),
})

export const factDimensionSchema = z.strictObject({
  /** As the fact's key is called, without the ending: `pickup_zone`, `customer`. */
  role: z.string(),
  /** Of the events or their header; several for a composite natural key. */
  columns: z.array(placedSchema),
  /** Each of its columns may be without a value for itself: the flags of a junk dimension. */
  each: z.literal(true).optional(),
  kind: z.enum(['standing', 'missing', 'calendar']),
  /** Null where it is not there yet: `martsmith dimension` would make it from `of`. */
  dimension: standingSchema.nullable(),
  /** Where the dimension is missing, what --from names: a relation with the thing's own table, by its label, or columns of one. */
  of: z.string().nullable(),
  /**
   * Of a missing one: the word for `martsmith dimension`, the natural key as that relation has it (that of the events
   * where it would be promoted from them), in the order of `columns`, and how the key column of the dimension would be
   * called.
   */
  missing: z
    .strictObject({ subject: z.string(), natural: z.array(columnSchema).min(1), key: z.string() })
    .optional(),
  /** Counted over all rows: those without a value, and those whose value is in no row of the dimension (or table). */
  nulls: z.number(),
  unmatched: z.number(),
  because: z.string(),
})

export const measureSchema = placedSchema.extend({
  /** As the fact calls it. */
  name: z.string(),
  additivity: z.enum(['additive', 'semi-additive', 'non-additive']),
  because: z.string(),
  /** `USD`, `miles`; `column currency` where a column says it; null where nothing tells. */
  unit: z.string().nullable(),
  /** Adds up only where this column says the same: amounts in several currencies. */
  within: z.string().optional(),
  /**
   * `allocate`: an amount of the header, shared among its lines by `by`, so that it may be summed.
   * `product`: the column times the column `by` of the same relation: an amount that the source does not store.
   * Ratios and other things that must not be summed are left out, and stand under `left`.
   */
  way: z.enum(['as it is', 'allocate', 'cast', 'product']),
  by: z.string().nullable(),
})

export const timeSchema = placedSchema.extend({
  role: z.string(),
  main: z.boolean(),
})

export const factSchema = recommendedSchema.extend({
  kind: z.enum(['transaction', 'periodic snapshot', 'accumulating snapshot', 'factless']),
  grain: z.strictObject({
    /** One sentence: `one row per invoice line`. */
    words: z.string(),
    /** Never null, never repeated, over all rows; empty where no columns are that. */
    columns: z.array(columnSchema),
    /** Rows that are dropped: exact copies of others, or older versions by `latest`; 0 where there are none. */
    copies: z.number(),
    /** Rows with one grain are versions of one event, the greatest of this counts; null where they are exact copies. */
    latest: columnSchema.nullable(),
    /**
     * `key`: one column or several are a key. `row`: nothing is, and no two rows are the same: all columns together name a
     * row. `copies`: nothing is, and some rows are copies that nobody can tell apart: with `copies` 0 they are kept and
     * numbered, for each may be an event of its own.
     */
    by: z.enum(['key', 'row', 'copies']),
  }),
  /** The second of `reads`, joined to each event: an invoice to its lines. */
  header: z
    .strictObject({
      id: z.string(),
      label: z.string(),
      /** Column of the events, and the header's own key. */
      on: z.array(z.strictObject({ events: columnSchema, header: columnSchema })),
      /** Events whose header is not there: kept, with unknown members. */
      without: z.number(),
      /** Moves when the header changes, and is of the same type as the events' watermark; null where nothing does. */
      watermark: columnSchema.nullable(),
    })
    .nullable(),
  /** In one sentence what an intermediate model is needed for; null where none is. */
  intermediate: z.string().nullable(),
  dimensions: z.array(factDimensionSchema),
  degenerate: z.array(placedSchema),
  measures: z.array(measureSchema),
  /** Flags and codes with few values that stay on the fact as they are, with the reason (a junk dimension may hold them). */
  flags: z.array(placedSchema),
  /** Every time of the event, the main one first, with the role that its date key gets: `ordered_at` is `ordered`. */
  times: z.array(timeSchema),
  /** Rows that the source marks as deleted; they are left out. A condition over one column of the events. */
  deleted: z
    .strictObject({
      column: columnSchema,
      is: z.enum(['not null', 'true', 'equal']),
      /** What it is equal to, as an SQL literal: `'Y'`, `1`. */
      value: z.string().optional(),
      rows: z.number(),
    })
    .nullable(),
  /** Columns that are not in the fact, with why; `by` is the key whose dimension is to have them. */
  left: z.array(z.strictObject({ column: z.string(), why: z.string(), by: placedSchema.optional() })),
  /** How it is kept up to date. `watermark` is a column of the events. */
  load: z.strictObject({
    way: z.enum(['incremental', 'table']),
    watermark: columnSchema.nullable(),
    /** `updated`: moves when a row changes. `loaded`: when it arrives. `event`: when it happened, never moves again. */
    moves: z.enum(['updated', 'loaded', 'event']).nullable(),
    lookbackDays: z.number(),
    /** As dbt and the adapter name it; null for a table. */
    strategy: z.string().nullable(),
    because: z.array(z.string()),
  }),
  rows: z.number(),
  /** Dimensions that are made with it, for these roles, where a person asks for them. */
  make: z
    .array(z.strictObject({ roles: z.array(z.string()), recommendation: recommendationSchema }))
    .optional(),
})

export type FactRecommendation = z.output<typeof factSchema>
export type FactDimension = z.output<typeof factDimensionSchema>
export type StandingDimension = z.output<typeof standingSchema>
export type FactTime = z.output<typeof timeSchema>
export type Measure = z.output<typeof measureSchema>
export type Placed = z.output<typeof placedSchema>
