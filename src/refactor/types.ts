/** A refactoring: what it takes, what it would change, and what must be so afterwards. */
import type { z } from 'zod'
import type { DbtEngine } from '../adapters/dbt/types.ts'
import type { ChangeSet } from '../changes/types.ts'
import type { Project } from '../config/project.ts'
import type { Command } from '../core/outcome.ts'
import type { ProjectGraph } from '../project/graph.ts'
import type { CalendarSettings } from './calendar.ts'
import type { Step, TimeColumn } from './interval-sql.ts'

export type RefactorContext = {
  project: Project
  graph: ProjectGraph
  dbt: DbtEngine
  now: () => Date
}

/**
 * What must be so after the change, proven in the sandbox where before and after are built from the same
 * frozen inputs. Node ids are those of the project before the change, unless said otherwise.
 */
export type Claim =
  /** The changed nodes and all that depends on them build, and their tests pass. Every plan makes it. */
  | {
      kind: 'builds'
      /** Models whose tests change though they do not: ids after the change, built without what reads them. */
      nodes?: string[]
    }
  /** Same rows, however ordered. `renamed` maps column names before to after; `added` are new columns, not compared. */
  | {
      kind: 'same-rows'
      before: string
      after: string
      renamed?: Record<string, string>
      added?: string[]
      /** Columns of before that are read as something else, by the SQL and its type: `{column}` is the column. */
      read?: Record<string, { sql: string; type: string }>
    }
  /** The data changes, and the proof shows how: rows and columns that differ, with examples. */
  | { kind: 'shows-difference'; before: string; after: string }
  /** Built incrementally on top of what stands, and built anew: the same rows. Id after the change. */
  | {
      kind: 'incremental-equals-full'
      node: string
      /** The column by which rows are new, as SQL names it: the newest are held back and come later. */
      watermark: string
    }
  /** Rows of `origin` find exactly one row each in the dimension `node`. Ids after the change, columns as they are stored. */
  | {
      kind: 'dimension'
      node: string
      /** Its surrogate key. */
      key: string
      /** Its natural key: columns of the dimension, and what of the origin they are. A flag is Yes, No or Unknown. */
      natural: {
        column: string
        from: string
        as: 'value' | 'text' | 'flag'
        /** In the unknown member. */
        unknown: string | number
      }[]
      /** Never null, and those that have no word for unknown. */
      texts: string[]
      others: string[]
      origin: string
      /** Where the origin names them in several roles: the columns of each, in place of `from`. */
      roles?: string[][]
      /** It has a row too for what these name before the origin does: SQL over `id`, one for each of the natural key. */
      inferred?: { id: string; values: string[] }[]
    }
  /**
   * A date or a time dimension is one: each day or minute once and without gaps, the reserved members there, nothing
   * null, and every part of it right. Ids after the change, columns as they are stored.
   */
  | {
      kind: 'calendar'
      of: 'days' | 'minutes'
      node: string
      /** By what `dayParts` or `minuteParts` call them. */
      columns: Record<string, string>
      settings: CalendarSettings
      /** Columns whose days must be there, outliers left out. `day` is SQL over the relation. */
      covers: { node: string; column: string; day: string; from: string; to: string }[]
    }
  /** Every row of a fact finds one row of a dimension by a key, that of its value. Ids after the change. */
  | {
      kind: 'dimension-key'
      node: string
      key: string
      /** What the dimension's natural key is compared with: SQL over the fact. */
      value: string
      dimension: string
      dimensionKey: string
      natural: string
    }
  /**
   * A dimension has one row per natural key and moment (SCD type 2), and each version of `origin` is found in it. Ids
   * after the change, columns as they are stored.
   */
  | {
      kind: 'versions'
      node: string
      key: string
      /** Columns of the dimension, and what of the origin they are. */
      natural: { column: string; from: string; asText: boolean; unknown: string | number }[]
      attributes: { column: string; from: string; isText: boolean; asText: boolean }[]
      /** Begin and end of a version, half-open, and whether it has no end. */
      from: string
      to: string
      current: string
      origin: string
      /** How the origin tells of versions: `step` is how far an end lies before the next begin, `deleted` marks rows that are none. */
      history: {
        by: 'intervals' | 'starts' | 'copies'
        begin: TimeColumn
        end: TimeColumn | null
        step: Step | null
        deleted: string | null
      }
      /** A snapshot that is made with it: played, where what it reads can be replaced in the sandbox. */
      snapshot: { node: string; reads: string; key: string[]; updatedAt: string | null } | null
    }
  /**
   * A bridge shares out: each member of the other thing is in it, with weights that sum to 1 and keys that find one row.
   * Ids after the change, columns as they are stored.
   */
  | {
      kind: 'bridge'
      node: string
      /** Keys of the dimension and of the other thing, in the bridge. */
      own: string
      other: string
      weight: string
      dimension: string
      /** The other thing's own relation, its key there, and that key in the bridge. */
      members: string
      memberKey: string
      memberColumn: string
      /** What it is in the row for facts without one. */
      unknown: string | number
    }
  /**
   * A fact is one: its grain is unique, its foreign keys find exactly one row each, its rows and totals are those
   * of what it is made from. Ids after the change, columns as they are stored.
   */
  | {
      kind: 'fact'
      node: string
      /** Its surrogate key, null where it has none. */
      key: string | null
      grain: string[]
      foreignKeys: {
        column: string
        /** `pickup`, `dropoff`: null where no other key leads to the dimension. */
        role: string | null
        /** null where it is not known: then only nulls are looked for. */
        dimension: string | null
        dimensionKey: string | null
        /** What names the unknown member in the dimension; empty where it has none, or nobody knows. */
        unknown: { column: string; value: string | number }[]
      }[]
      /** The relation (model, seed or source) whose rows are the events. */
      origin: string
      /** SQL of the origin's rows that are meant to be in the fact, over its columns; null: all. Told as filtered. */
      where: string | null
      /** Columns of the origin by which equal rows are one; null: none is dropped. */
      distinct: string[] | null
      /** Of rows that are equal so, the one with the greatest is kept; null: they are copies, and any of them is. */
      latest: string | null
      /** A measure, and the SQL over the origin that it holds; null where the origin alone does not tell. */
      measures: {
        column: string
        from: string | null
        additivity: 'additive' | 'semi-additive' | 'non-additive'
      }[]
    }
  /**
   * An incremental fact takes what comes. It is played: rows that are new, late or changed come into a table in
   * place of `reads`, and after each the fact is that of a full refresh. Id after the change.
   */
  | {
      kind: 'incremental-scenarios'
      node: string
      /** The model, seed or source that it reads its events from. */
      reads: string
      /** In that, as stored: what tells that rows are new; so many days before the newest are read again. */
      watermark: string
      lookbackDays: number
      /** Columns of that which name one row of it; null where there are none, so that rows are only added. */
      key: string[] | null
      /** Columns of that whose change has to arrive. */
      changing: string[]
      /** A row that changes moves its watermark (updated_at). Else (event time) it is seen inside the lookback alone. */
      movesOnChange: boolean
    }

/** What became of a claim. */
export type ClaimProof = {
  holds: boolean
  /** A few words, for the summary. */
  text: string
  lines: string[]
  /** Where all that it says is that this relation came out the same. */
  sameRowsIn?: string
  data?: Record<string, unknown>
}

export type Plan = {
  /** `Rename column stg_trips.fare to fare_amount`. */
  title: string
  changes: ChangeSet
  claims: Claim[]
  /** Incremental models of the changed part are built anew: what stands has the shape from before. */
  fullRefresh?: boolean | undefined
  /** What a person should know: places that were left alone, with the reason; relations that are orphaned. */
  notes: string[]
  next: Command[]
}

/** One folder, one contract, one spec: `src/refactor/<id>/`. */
export type Operation<A = unknown> = {
  id: string
  /** One line for `martsmith refactor --help`. */
  purpose: string
  /** `<model.column> <new name>`: as `--help` shows it. */
  usage: string
  example: string
  /** Fields of the input that are given by words, in order; where one may be left out, its schema has a default. */
  words: readonly (keyof A & string)[]
  /** The last of them takes all words that are left. */
  manyWords?: true
  /** `{ 'drop-tests': 'switch' }` is the field `dropTests`. Left out, a text is null, a list empty, a switch false. */
  flags: Readonly<Record<string, 'text' | 'list' | 'switch'>>
  input: z.ZodType<A>
  /** Reads only. @throws MartsmithError where a precondition does not hold: the place and the reason. */
  plan(context: RefactorContext, input: A): Promise<Plan>
}
