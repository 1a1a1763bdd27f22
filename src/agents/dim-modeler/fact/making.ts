/** What the parts of a fact share while it is designed. */
import type { TestEntry } from '../../../changes/yaml/index.ts'
import { inHouseCase, keyword } from '../../../refactor/house-sql.ts'
import type { FactRecommendation, Placed } from '../../data-modeler/fact/types.ts'
import { textType } from '../dimension/table/sql.ts'
import type { Reads, Writing } from '../writing.ts'
import type { Held, Holding } from './held.ts'

export type Making = {
  writing: Writing
  recommendation: FactRecommendation
  holding: Holding
  events: Reads
  header: Reads | null
  /** One of them in words: `invoice line`. */
  thing: string
  /** Ids of date dimensions whose key is the day as a number, in all rows. */
  dayNumbers: ReadonlySet<string>
  word: (word: string) => string
  textType: string
  /** What the project says of a column, where it comes from. */
  said: (held: Held) => string
}

export function makingOf(
  writing: Writing,
  recommendation: FactRecommendation,
  parts: Pick<Making, 'holding' | 'events' | 'header' | 'thing' | 'dayNumbers'>,
): Making {
  const { events, header } = parts
  return {
    writing,
    recommendation,
    ...parts,
    word: keyword(writing.style),
    textType: textType(writing.adapter),
    said: ({ from, source }) =>
      (from === 'events' ? events : header)?.described(source.replace(/^["`[]|["`\]]$/g, '')) ?? '',
  }
}

/** Where a column of the last step is found: bare, or behind the name of what is joined to. */
export type At = (written: string) => string

export type FactColumn = {
  name: string
  written: string
  part: 'key' | 'foreign key' | 'degenerate' | 'time' | 'flag' | 'measure' | 'audit'
  /** `as`: what a join is called, by its role. */
  sql: (at: At, as: (role: string) => string) => string
  description: string
  tests: TestEntry[]
}

/** A column of the step before the last: what is not known has a value there, times can be read. */
export type Item = { written: string; sql: string }

export type Join = {
  model: string
  /** Told from other joins to the same model. */
  role: string
  on: (at: At, alias: string) => string[]
}

/** The column, made what it means where it is stored as something else. */
export function castOf({ writing }: Pick<Making, 'writing'>, { cast }: Placed, column: string): string {
  return cast ? inHouseCase(writing.style, cast.sql).replaceAll('{column}', () => column) : column
}

export function cast({ word }: Pick<Making, 'word'>, sql: string, type: string): string {
  // A warehouse says types in its own capitals; names and values in them stay as they are.
  const said = /["'`{]/.test(type) ? type : word(type.toLowerCase())
  return `${word('cast')}(${sql} ${word('as')} ${said})`
}
