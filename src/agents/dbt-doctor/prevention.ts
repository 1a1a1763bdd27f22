/** What would have caught a failure before it reached the pipeline. */
import type { Failure } from './types.ts'

const BY_FAMILY: Record<string, string> = {
  P: 'Have every change parsed before it is merged: dbt parse in CI takes seconds.',
  C: 'Have every change compiled and built before it is merged: dbt build --select state:modified+ in CI.',
  D: 'Have what a change reaches built before it is merged: dbt build --select state:modified+ in CI.',
  T: 'Put the same test on the model above in which the rows are born: it then fails where the cause is.',
  E: 'Have the environment checked before the pipeline begins: martsmith check.',
}

const BY_CLASS: Record<string, string> = {
  P17: 'Rename models with martsmith refactor rename-model, which takes the refs along; dbt parse in CI finds the rest.',
  D01: 'Rename columns with martsmith refactor rename-column, which takes the readers along; a contract on the model that is read would have refused the change.',
  D13: 'Write the relation in front of every column of a query that joins.',
  C09: 'Have the contract checked in CI: dbt build --select state:modified+ --empty.',
}

export function prevention({ class: of }: Failure): string {
  return (
    (of && (BY_CLASS[of.id] ?? BY_FAMILY[of.id.charAt(0)])) ?? 'Have every change built before it is merged.'
  )
}
