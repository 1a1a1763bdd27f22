/** Whether SQL that a project runs beside its models writes anywhere but into the model's own relation. */
import { type DetailedMacro, type DetailedManifest, SANDBOX_MACROS } from './changed.ts'

/** What a project leaves out of a sandbox by the variable that every sandbox sets. */
const LEFT_OUT =
  /\{%-?\s*if\s+not\s+var\(\s*(['"])martsmith_sandbox\1\s*,\s*false\s*\)\s*-?%\}(?:(?!\{%-?\s*(?:if|elif|else|endif)\b)[\s\S])*/gi

/** Without comments, which write nothing. */
export function sqlOf(text: string): string {
  return text
    .replace(LEFT_OUT, ' ')
    .replace(/\{#[\s\S]*?#\}/g, ' ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/--[^\n]*/g, ' ')
}

const READS = /^(select|with|values|set|reset|show|begin|start|commit|rollback|explain|use|declare)\b/
const WRITES_WITHIN = /\b(insert\s+into|delete\s+from|merge\s+into|update\s+\S+\s+set)\b/
/** What follows is the relation that is written. */
const ON_THIS = [
  /^(insert\s+into|update|delete\s+from|merge\s+into|truncate(\s+table)?|analyze(\s+verbose)?|vacuum(\s+\w+)*|optimize(\s+table)?|cluster)\s+(only\s+)?@this\b/,
  /^(alter|drop|comment\s+on|lock|refresh)\s+(materialized\s+view|table|view|column)?\s*(if\s+exists\s+|only\s+)*@this\b/,
  /^create\s+(unique\s+)?index\b[^;]*?\bon\s+(only\s+)?@this\b/,
  /^(grant|revoke)\b[^;]*?\bon\s+(table\s+|view\s+)?@this\b/,
]

/** The first words of a statement that writes elsewhere than into `this`; null where there is none. */
export function writesElsewhere(text: string): string | null {
  const flat = sqlOf(text)
    .replace(/\{\{-?\s*this(\.render\(\))?\s*-?\}\}/g, '@this')
    .replace(/\{%[\s\S]*?%\}/g, ' ')
    .replace(/\{\{[\s\S]*?\}\}/g, '@expression')
    .replace(/'(?:[^']|'')*'/g, "''")
  for (const written of flat.split(';')) {
    const statement = written.trim().toLowerCase()
    if (statement === '' || statement.startsWith('@')) continue
    const harmless = READS.test(statement)
      ? !WRITES_WITHIN.test(statement)
      : ON_THIS.some((on) => on.test(statement))
    if (!harmless) return statement.split(/\s+/).slice(0, 4).join(' ')
  }
  return null
}

/** The same of a macro, which may be a piece of a statement: only what is known to write counts. */
export function macroWritesElsewhere(text: string): string | null {
  return WRITE.test(sqlOf(text)) ? writesElsewhere(text) : null
}

const RUNS_SQL = /\brun_query\s*\(|\bcall\s+statement\b|\badapter\s*\.\s*execute\b/
const WRITE =
  /\b(insert\s+(into|overwrite)|update\s+\S+\s+set|delete\s+from|merge\s+into|truncate\s+(table\s+)?\S|create\s+(or\s+replace\s+)?(\w+\s+)?(table|view|schema|function|procedure|index|role|database)|drop\s+(table|view|schema|function|index|materialized|role|database)|alter\s+\w+|grant\s+\w+|revoke\s+\w+|copy\s+\S+\s+(from|to)\b|call\s+(?!statement)\w+[\w.]*\()/i
const BY_ADAPTER = /\badapter\s*\.\s*((create|drop)_schema|(drop|rename|truncate)_relation)\s*\(/

/** Whether a macro that is run while a model compiles sends a statement that writes. */
export function sendsWrites({ macro_sql }: DetailedMacro): boolean {
  const sql = sqlOf(macro_sql)
  return BY_ADAPTER.test(sql) || (RUNS_SQL.test(sql) && WRITE.test(sql))
}

const OWN =
  /^dbt(_(duckdb|postgres|snowflake|bigquery|redshift|databricks|spark|athena|trino|clickhouse|sqlserver|fabric))?$/

/** These macros and those they call, near or far, without dbt's own. */
export function macrosBelow(manifest: DetailedManifest, ids: string[]): DetailedMacro[] {
  const seen = new Map<string, DetailedMacro>()
  const queue = [...ids]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const macro = manifest.macros[id]
    if (
      seen.has(id) ||
      !macro ||
      OWN.test(macro.package_name) ||
      macro.original_file_path.endsWith(SANDBOX_MACROS)
    )
      continue
    seen.set(id, macro)
    queue.push(...macro.depends_on.macros)
  }
  return [...seen.values()]
}

/** Macros that a text of Jinja calls by name. */
export function macrosNamed(manifest: DetailedManifest, text: string): string[] {
  const called = new Set([...text.matchAll(/([A-Za-z_]\w*)\s*\(/g)].map((m) => m[1]))
  return Object.entries(manifest.macros).flatMap(([id, { name }]) => (called.has(name) ? [id] : []))
}
