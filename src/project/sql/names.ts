/** When two identifiers are the same name: each engine has its own rule. */

export type Identifier = { name: string; quoted?: boolean; span?: { start: number; end: number } | null }

const FOLDS_UP = new Set(['snowflake', 'oracle', 'exasol'])
const QUOTED_COUNTS = new Set(['postgres', 'redshift', 'snowflake', 'oracle', 'exasol', 'materialize'])

/**
 * The key under which a written identifier is looked up. Postgres folds `Fare` to `fare` and takes `"Fare"` as it
 * is; Snowflake folds up; DuckDB, BigQuery, Spark, MySQL and SQL Server (by default) do not tell case apart.
 */
export function keyOf({ name, quoted }: Identifier, adapter: string): string {
  if (!QUOTED_COUNTS.has(adapter)) return name.toLowerCase()
  if (quoted) return name
  return FOLDS_UP.has(adapter) ? name.toUpperCase() : name.toLowerCase()
}

/** The key of a name as the warehouse lists it. */
export function keyOfStored(name: string, adapter: string): string {
  return keyOf({ name, quoted: true }, adapter)
}

const PLAIN: Record<string, RegExp> = {
  up: /^[A-Z_][A-Z0-9_$]*$/,
  down: /^[a-z_][a-z0-9_$]*$/,
  any: /^[A-Za-z_][A-Za-z0-9_]*$/,
}
const QUOTES: Record<string, [string, string]> = {
  bigquery: ['`', '`'],
  databricks: ['`', '`'],
  spark: ['`', '`'],
  mysql: ['`', '`'],
  sqlserver: ['[', ']'],
}

/** Whether a name can stand without quotes and still mean itself; reserved words are the caller's to know. */
export function isPlain(name: string, adapter: string): boolean {
  const fold = !QUOTED_COUNTS.has(adapter) ? 'any' : FOLDS_UP.has(adapter) ? 'up' : 'down'
  return PLAIN[fold]?.test(name) ?? false
}

export function quoteName(name: string, adapter: string): string {
  const [open, close] = QUOTES[adapter] ?? ['"', '"']
  return `${open}${name.replaceAll(close, close + close)}${close}`
}
