/**
 * By which strategy a model takes what comes, and which others its adapter has.
 * From https://docs.getdbt.com/docs/build/incremental-strategy and the adapters of DuckDB and PostgreSQL.
 */
import { list } from '../../../core/text.ts'

const STRATEGIES: Record<string, string[]> = {
  duckdb: ['append', 'delete+insert', 'merge (from DuckDB 1.4)', 'microbatch'],
  postgres: ['append', 'delete+insert', 'merge (from PostgreSQL 15)', 'microbatch'],
  redshift: ['append', 'delete+insert', 'merge', 'microbatch'],
  snowflake: ['append', 'delete+insert', 'merge', 'insert_overwrite', 'microbatch'],
  bigquery: ['merge', 'insert_overwrite', 'microbatch'],
  databricks: ['append', 'merge', 'insert_overwrite', 'microbatch'],
  spark: ['append', 'merge', 'insert_overwrite', 'microbatch'],
}
/** What dbt takes where a model says none; without a key, nothing is deleted by it. */
const USUAL: Record<string, string> = {
  duckdb: 'delete+insert',
  postgres: 'delete+insert',
  snowflake: 'merge',
  bigquery: 'merge',
}

type Config = { incremental_strategy?: string | null | undefined; [setting: string]: unknown }

export function strategyLine(adapter: string, { incremental_strategy: said, unique_key }: Config): string {
  const key = [unique_key].flat().filter((k): k is string => typeof k === 'string' && k !== '')
  const name = said ?? (key.length === 0 ? 'append' : USUAL[adapter])
  const own =
    name === undefined ? "the adapter's own" : `${name}${said ? '' : ', which is taken where none is said'}`
  const by =
    key.length === 0
      ? ''
      : name === 'append'
        ? `; append takes no notice of unique_key ${list(key)}`
        : `; rows go by ${list(key)}`
  const others = STRATEGIES[adapter]
  return `Strategy: ${own}${by}. ${others ? `${adapter} has ${list(others)}` : `Which others ${adapter} has is not known here`}.`
}
