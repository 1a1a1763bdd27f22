/** Whether unit tests may name columns that have to be quoted. */
import type { ProjectGraph } from '../../project/graph.ts'
import { isPlain } from '../../project/sql/names.ts'

/**
 * dbt writes the rows of a unit test by a macro of its own, which quotes names since dbt-adapters 1.17; before that it knows
 * them by their small letters alone: https://github.com/dbt-labs/dbt-adapters/issues/205
 */
export function namesColumns({ manifest }: Pick<ProjectGraph, 'manifest'>, adapter: string) {
  const quotes = /quoted/.test(manifest.macros?.['macro.dbt.get_fixture_sql']?.macro_sql ?? '')
  return (name: string): boolean => quotes || isPlain(name, adapter)
}
