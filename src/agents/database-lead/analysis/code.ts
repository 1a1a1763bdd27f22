/** What the repository's code says of a table in statements. Text is looked at, nothing is run. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import type { Database } from '../../../adapters/databases/types.ts'
import { NOT_SOURCES } from '../../../config/project.ts'
import { escaped } from '../../../core/text.ts'

export type FoundQuery = { file: string; line: number; sql: string }
export type Reader = { file: string; line: number; what: string }

const CODE = '**/*.{js,ts,mjs,cjs,jsx,tsx,py,rb,go,java,kt,cs,php,rs,scala,ex,sql}'
const TESTS = [
  '**/test/**',
  '**/tests/**',
  '**/__tests__/**',
  '**/*.{spec,test}.*',
  '**/dist/**',
  '**/build/**',
]
const MOST_BYTES = 300_000
const MOST_QUERIES = 200

/** Texts in quotes that begin as a statement does. The quote that opens one closes it. */
const TEXTS = /("""|'''|`|"|')\s*((?:select|insert\s+into|update|delete\s+from|with)\b[\s\S]{5,4000}?)\1/gi

/** Statements of the application that name one of the tables. `skip` is the folder of the migrations. */
export async function findQueries(
  root: string,
  tables: readonly string[],
  skip: string[],
): Promise<FoundQuery[]> {
  const found: FoundQuery[] = []
  await eachFile(root, CODE, skip, (file, text) => {
    const statements = file.endsWith('.sql') ? statementsOf(text) : textsOf(text)
    for (const { sql, at } of statements) {
      if (!tables.some((t) => names(sql, t)) || /\{\{|\{%/.test(sql)) continue
      found.push({ file, line: lineAt(text, at), sql: sql.trim() })
    }
  })
  return found.slice(0, MOST_QUERIES)
}

/** Queries that are built by Knex: the table is named, the statement is nowhere as a text. */
export async function findBuilders(root: string, table: string, skip: string[]): Promise<Reader[]> {
  const form = new RegExp(`\\bknex\\(\\s*["'\`]${escaped(table)}["'\`]`)
  const found: Reader[] = []
  await eachFile(root, '**/*.{js,ts,mjs,cjs}', skip, (file, text) => {
    const at = form.exec(text)
    if (at) found.push({ file, line: lineAt(text, at.index), what: 'Knex query' })
  })
  return found
}

/** As a statement can be prepared: placeholders of libraries in the server's own form. */
export function preparable(sql: string, { server }: Pick<Database, 'server'>): string {
  const withoutEnd = sql.trim().replace(/;\s*$/, '')
  if (server.family === 'mysql')
    return withoutEnd
      .replace(/\$\{[^}]*\}/g, '?')
      .replace(/%\(\w+\)s|%s/g, '?')
      .replace(/(?<![:\w'"]):[a-z_]\w*/gi, '?')
  let n = 0
  return withoutEnd
    .replace(/\$\{[^}]*\}/g, () => `$${++n}`)
    .replace(/%\(\w+\)s|%s/g, () => `$${++n}`)
    .replace(/(?<![:\w'"]):[a-z_]\w*/gi, () => `$${++n}`)
    .replace(/(?<=[=(,<>\s])\?(?=[\s,)]|$)/g, () => `$${++n}`)
}

export async function eachFile(
  root: string,
  pattern: string,
  skip: string[],
  look: (file: string, text: string) => void,
): Promise<void> {
  const files = await glob([pattern], {
    cwd: root,
    ignore: [...NOT_SOURCES, ...TESTS, ...skip.map((f) => `${f}/**`)],
    followSymbolicLinks: false,
  })
  for (const file of files.sort()) {
    const text = await readFile(join(root, file), 'utf8').catch(() => '')
    if (text.length <= MOST_BYTES) look(file, text)
  }
}

export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

function textsOf(text: string): { sql: string; at: number }[] {
  return [...text.matchAll(TEXTS)].map((m) => ({ sql: m[2] ?? '', at: m.index }))
}

function statementsOf(text: string): { sql: string; at: number }[] {
  const found: { sql: string; at: number }[] = []
  for (const m of text.matchAll(
    /(?:^|;)\s*(?:--[^\n]*\n\s*)*((?:select|insert\s+into|update|delete\s+from|with)\b[^;]+)/gi,
  ))
    found.push({ sql: m[1] ?? '', at: m.index })
  return found
}

function names(sql: string, table: string): boolean {
  return new RegExp(`(?<![\\w.])["\`\\[]?${escaped(table)}["\`\\]]?(?!\\w)`, 'i').test(sql)
}
