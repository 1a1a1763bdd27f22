/** SQL to a syntax tree, by `@polyglot-sql/sdk`; only this module knows the package. */
import type { Span } from './types.ts'

/**
 * A tree of plain objects, in the parser's own shape: an expression is `{kind: {...fields}}`. Fields that
 * are empty (null, false, []) may stand or be missing. See the package's `Expression` type.
 */
export type Tree = { [field: string]: unknown }

export type Parsed = { statements: Tree[] } | { error: string; line: number | null }

/** The parser's dialect for a dbt adapter; `generic` where it knows none of that name. */
const DIALECTS: Record<string, string> = {
  bigquery: 'bigquery',
  clickhouse: 'clickhouse',
  databricks: 'databricks',
  duckdb: 'duckdb',
  mysql: 'mysql',
  postgres: 'postgresql',
  redshift: 'redshift',
  snowflake: 'snowflake',
  spark: 'spark',
  sqlite: 'sqlite',
  sqlserver: 'tsql',
  synapse: 'tsql',
  fabric: 'fabric',
  trino: 'trino',
  athena: 'athena',
  oracle: 'oracle',
  dremio: 'dremio',
  exasol: 'exasol',
}

type Parser = {
  parse(sql: string, dialect: string): { success: boolean; ast?: unknown; error?: string; errorLine?: number }
  tokenize(sql: string, dialect: string): { success: boolean; tokens?: unknown }
}

let loaded: Parser | null = null

/** Loads the parser, which takes a moment: only verbs that read SQL do. Call before `parseSql`. */
export async function openParser(): Promise<void> {
  loaded ??= (await import('@polyglot-sql/sdk')) as unknown as Parser
}

/** Spans in the tree are UTF-16 offsets into `sql`, identifiers with their quotes. */
export function parseSql(sql: string, adapter: string): Parsed {
  if (!loaded) throw new Error('openParser() comes before parseSql()')
  const answer = loaded.parse(sql, DIALECTS[adapter] ?? 'generic')
  if (!answer.success) return { error: told(answer.error), line: answer.errorLine ?? null }
  const statements = (Array.isArray(answer.ast) ? answer.ast : [answer.ast]) as Tree[]
  return { statements: hasWideCharacters(sql) ? shiftSpans(statements, utf16Offsets(sql)) : statements }
}

export type Token = { text: string; type: string; span: Span; comments: string[] }

/** The words of a statement, in order; null where they cannot be read. */
export function tokensOf(sql: string, adapter: string): Token[] | null {
  if (!loaded) throw new Error('openParser() comes before tokensOf()')
  const answer = loaded.tokenize(sql, DIALECTS[adapter] ?? 'generic')
  if (!answer.success) return null
  const raw = answer.tokens as { text: string; token_type: string; span: Span; comments?: string[] }[]
  const offsets = hasWideCharacters(sql) ? utf16Offsets(sql) : null
  return raw.map(({ text, token_type: type, span, comments }) => ({
    text,
    type,
    span: offsets ? moved(span, offsets) : { start: span.start, end: span.end },
    comments: comments ?? [],
  }))
}

/** The parser counts code points, JavaScript UTF-16 units: they differ from the first emoji on. */
function hasWideCharacters(sql: string): boolean {
  return /[\ud800-\udbff]/.test(sql)
}

function utf16Offsets(sql: string): number[] {
  const offsets: number[] = []
  let at = 0
  for (const character of sql) {
    offsets.push(at)
    at += character.length
  }
  offsets.push(at)
  return offsets
}

function moved(span: Span, offsets: number[]): Span {
  return { start: offsets[span.start] ?? span.start, end: offsets[span.end] ?? span.end }
}

function shiftSpans<T>(tree: T, offsets: number[]): T {
  if (Array.isArray(tree)) return tree.map((item) => shiftSpans(item, offsets)) as T
  if (tree === null || typeof tree !== 'object') return tree
  const entries = Object.entries(tree).map(([key, value]) => [
    key,
    key === 'span' && value ? moved(value as Span, offsets) : shiftSpans(value, offsets),
  ])
  return Object.fromEntries(entries) as T
}

/** `token: X` has the shape of a secret, and would be masked wherever it is shown. */
function told(error: string | undefined): string {
  return error?.replace(/\btoken: /gi, '') ?? 'not readable'
}
