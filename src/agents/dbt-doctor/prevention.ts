/** What would have caught a failure before it reached the pipeline. */
import type { Born, Culprit } from './data/types.ts'
import type { Failure } from './types.ts'

const BY_FAMILY: Record<string, string> = {
  P: 'Have every change parsed before it is merged: dbt parse in CI takes seconds.',
  C: 'Have every change compiled and built before it is merged: dbt build --select state:modified+ in CI.',
  D: 'Have what a change reaches built before it is merged: dbt build --select state:modified+ in CI.',
  L: 'Have a change of a load script run on a small file before it is merged: DLT_DATA_DIR and a DuckDB file of its own keep it apart.',
  T: 'Put the same test on the model above in which the rows are born: it then fails where the cause is.',
  E: 'Have the environment checked before the pipeline begins: martsmith check.',
}

const BY_CLASS: Record<string, string> = {
  P17: 'Rename models with martsmith refactor rename-model, which takes the refs along; dbt parse in CI finds the rest.',
  T02: 'Have unit tests run before a change of their model is merged: dbt build --select state:modified in CI.',
  D01: 'Rename columns with martsmith refactor rename-column, which takes the readers along; a contract on the model that is read would have refused the change.',
  D13: 'Write the relation in front of every column of a query that joins.',
  C09: 'Have the contract checked in CI: dbt build --select state:modified+ --empty.',
}

const BY_BIRTH: Partial<Record<Born, string>> = {
  join: 'Test what is joined for one row per key of the join (unique, or a unique combination): it fails before rows are doubled.',
  grain: 'Test the key on each model that has one: what reads it then knows of what it has one row.',
  union: 'Test the key on the model of the union itself, and let each part say which rows are its own.',
  unmatched: 'Test the key of the join with relationships, where it is read first.',
  drop: 'Test with relationships that nothing is without a partner, or join left and test for null.',
  filter: 'Test with relationships from what reads the model, and test the values that the condition names.',
  expression:
    'Test the accepted values of what the expression reads: a new one then fails before it is turned into nothing.',
  'passed over':
    'Have a unit test of an incremental run say which rows are taken (overrides of is_incremental, and rows of this).',
  source: 'Put the same test on the source: what comes wrong then fails before anything is built of it.',
}

const OF_PERIODS: Record<NonNullable<Culprit['ofPeriods']>, string> = {
  beside:
    'Test where the periods are made, or on the source, that those of one key neither overlap nor leave anything out (dbt_utils.mutually_exclusive_ranges).',
  bound:
    'Have a unit test of the model say to which period a moment right at a bound belongs: one row at the end of a period, one at the begin of the next.',
}

export function prevention({ class: of, trace, found }: Failure): string {
  if (trace?.culprit.ofPeriods) return OF_PERIODS[trace.culprit.ofPeriods]
  if (found) return 'Have the load refuse another type (a schema contract of dlt, types of its target table).'
  // A unit test that fails is itself what catches it.
  const byBirth = trace && of?.id !== 'T02' ? BY_BIRTH[trace.culprit.born] : undefined
  return (
    byBirth ??
    (of && (BY_CLASS[of.id] ?? BY_FAMILY[of.id.charAt(0)])) ??
    'Have every change built before it is merged.'
  )
}
