/** Where a name may mean an output of the select at hand, and what goes first if a column has that name too. */
import { kindOf } from './context.ts'

/**
 * `first`: the output. `last`: the column. `never`: a column, or nothing. `either`: engines differ, or it hangs on
 * things that are not looked at, so that it is not known which.
 */
export type Aliases = 'first' | 'last' | 'never' | 'either'

type Clause = 'select' | 'where' | 'group' | 'having' | 'qualify'

const AS_THE_STANDARD: Record<Clause, Aliases> = {
  select: 'never',
  where: 'never',
  group: 'last',
  having: 'never',
  qualify: 'never',
}
const COLUMNS_FIRST: Record<Clause, Aliases> = {
  select: 'last',
  where: 'last',
  group: 'last',
  having: 'either',
  qualify: 'last',
}
const UNSURE: Record<Clause, Aliases> = {
  select: 'last',
  where: 'last',
  group: 'either',
  having: 'either',
  qualify: 'either',
}
const RULES: Record<string, Record<Clause, Aliases>> = {
  postgres: AS_THE_STANDARD,
  materialize: AS_THE_STANDARD,
  duckdb: COLUMNS_FIRST,
  redshift: COLUMNS_FIRST,
  snowflake: COLUMNS_FIRST,
  databricks: COLUMNS_FIRST,
  spark: COLUMNS_FIRST,
}

export function aliasesIn(clause: Clause, adapter: string): Aliases {
  return (RULES[adapter] ?? UNSURE)[clause]
}

/** `order by total` means the output; in `order by -total` it is a column of the FROM that goes first, if there is one. */
export function orderAliases(key: unknown, adapter: string): Aliases {
  const column = kindOf(key)
  if (column?.kind === 'column') return 'first'
  return adapter === 'duckdb' ? 'last' : RULES[adapter] === AS_THE_STANDARD ? 'never' : 'either'
}

/** Over which rows are gathered: a name in one is a column of these rows. */
const AGGREGATES = new Set([
  'aggregate_function', 'sum', 'sum_if', 'count', 'count_if', 'approx_distinct', 'approx_count_distinct', 'avg', 'min',
  'max', 'median', 'mode', 'string_agg', 'group_concat', 'list_agg', 'array_agg', 'stddev', 'stddev_pop', 'stddev_samp',
  'variance', 'var_pop', 'var_samp', 'logical_or', 'logical_and', 'any_value', 'first', 'last', 'percentile_cont',
  'percentile_disc', 'within_group', 'arg_max', 'arg_min', 'corr', 'covar_pop', 'covar_samp',
]) // biome-ignore format: a list of words

export function isAggregate(kind: string): boolean {
  return AGGREGATES.has(kind)
}
