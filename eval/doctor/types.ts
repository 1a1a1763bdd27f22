/** A fault as data: a project that works, what happens to it, what is right to say of it, and how a right fix is known. */
import type { Table } from '../support/data.ts'
import type { Engine } from '../support/warehouse.ts'

/** A dbt project that builds, with its tests, and what is in its warehouse before. */
export type House = {
  name: string
  about: string
  engine: Engine
  /** Where its files are. */
  from: string
  /** The DuckDB file, from its root. */
  file: string
  tables: Table[]
  statements?: string[]
}

export const FAMILIES = [
  'yaml',
  'jinja',
  'reference',
  'configuration',
  'profile',
  'database',
  'contract',
  'incremental',
  'snapshot',
  'seed',
  'python',
  'data test',
  'unit test',
  'freshness',
  'deprecation',
  'ingestion',
  'log',
  'wrong numbers',
  'several',
  'nothing wrong',
] as const

export type Family = (typeof FAMILIES)[number]

export type Edit =
  | { path: string; from: string; to: string }
  | { path: string; text: string; encoding?: 'latin1' }
  | { path: string; gone: true }
  | { path: string; move: string }

export type Cause = {
  /** Ids of the failure classes that each would be right; empty where it has none. */
  rules: string[]
  /** The file that is wrong; none where it is no file's fault. */
  file?: string
  /** Text that stands in that file once, in the line that is wrong. */
  at?: string
  /** What has to be named with it. */
  words?: string[]
}

export type Fault = {
  name: string
  house: string
  family: Family
  about: string
  edits?: Edit[]
  /** Statements on the warehouse, as a load or another hand would leave it. */
  rows?: string[]
  /** How git knows of the edits: not yet, as the last commit, as one with others after it; or of nothing but them. */
  since?: 'not committed' | 'last commit' | 'older' | 'ever'
  /** What the next load brings, after the doctor has gone: it has to become what the unbroken project makes of it. */
  next?: string[]
  env?: Record<string, string>
  /** What is run before somebody asks: dbt's own commands, else martsmith's; by default `dbt build`. */
  before?: { dbt: string[][] } | { martsmith: string[] }
  /** Whether all that runs before goes well: nothing tells but the numbers. */
  silent?: true
  /** Another process holds the warehouse's file. */
  held?: true
  /** By default `debug`. */
  ask?: string[]
  /** A log from elsewhere, to be explained: nothing else is run. */
  log?: string
  /** None: nothing is wrong. */
  causes: Cause[]
  /** By a person, and what was edited is wrong too: to take that back is no bending of code. */
  slip?: true
  /** Written with the fault, before the doctor was ever asked. */
  fixable: 'by code' | 'by a person'
  /** Relations that a right fix may leave otherwise than before: those that were renamed, or have other columns now. */
  differs?: string[]
  /** It was looked at while fixes were written: it counts in the open half, whatever its name says. */
  half?: 'open'
  /** Rows that stand wrong in an incremental model: a right fix of the code is known by a full refresh. */
  refresh?: true
}
