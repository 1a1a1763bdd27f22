/** Refuses what would still land outside of the sandbox: named, with its place, before anything is built. */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { DatabaseFile } from '../adapters/dbt/types.ts'
import { MartsmithError } from '../core/errors.ts'
import type { DetailedManifest, DetailedNode } from './changed.ts'
import type { ProjectPlace } from './copy.ts'

/** Something that a build would do where the sandbox does not reach. */
export type Outside = { what: string; where: string }

export function refuseOutside(found: Outside[]): void {
  if (found.length === 0) return
  const shown = found.slice(0, 8).map(({ what, where }) => `${what}  ${where}`)
  throw new MartsmithError({
    code: 'sandbox.outside',
    message: `A build in a sandbox would still write outside of it: ${found.length === 1 ? (found[0]?.what ?? '') : `in ${found.length} places`}.`,
    details: [
      ...(found.length > 1 ? shown : found.map((f) => f.where)),
      ...(found.length > 8 ? [`and ${found.length - 8} more`] : []),
    ],
    mend: [
      "Leave it out where it is not wanted: {% if not var('martsmith_sandbox', false) %} ... {% endif %}",
      'Nothing has been built.',
    ],
  })
}

const hooks = (node: DetailedNode) =>
  ['pre-hook', 'post-hook'].flatMap((kind) => {
    const written = node.config[kind]
    if (!Array.isArray(written)) return []
    return written.map((h: { sql?: string } | string) => ({
      kind,
      sql: typeof h === 'string' ? h : (h.sql ?? ''),
    }))
  })

/** Statements of DuckDB that leave the database file. */
const LEAVES_FILE = /\bcopy\b[\s\S]{1,2000}?\bto\s+'|\bexport\s+database\b|\battach\b(?![^;]*read_only)/i

/** DuckDB: all databases are copies, so only files that are written and databases of others are outside. */
export function assertInsideFiles(
  manifest: DetailedManifest,
  rebuilt: ReadonlySet<string>,
  files: DatabaseFile[],
  copy: ProjectPlace,
): void {
  const found: Outside[] = []
  for (const { id, node } of built(manifest, rebuilt)) {
    const where = node.original_file_path
    const remote = files.find((f) => f.alias.toLowerCase() === node.database?.toLowerCase())
    if (remote?.kind === 'remote')
      found.push({
        what: `${label(id)} is written into ${remote.alias}, which is no file of this machine`,
        where,
      })
    const { location } = node.config
    if (node.config.materialized === 'external' && typeof location === 'string' && leaves(location))
      found.push({ what: `${label(id)} writes the file ${location}`, where })
    for (const { kind, sql } of hooks(node))
      if (LEAVES_FILE.test(sqlOf(sql)))
        found.push({ what: `the ${kind} of ${label(id)} writes a file`, where })
    found.push(
      ...macrosThat(
        manifest,
        node,
        LEAVES_FILE,
        (m) => `${label(id)} runs the macro ${m}, which writes a file`,
      ),
    )
  }
  for (const { id, node } of operations(manifest))
    if (LEAVES_FILE.test(sqlOf(node.raw_code ?? '')))
      found.push({ what: `${operationName(id)} writes a file`, where: place(copy, node) })
  refuseOutside(found)
}

/** A path that does not stay in the copy. */
function leaves(location: string): boolean {
  return isAbsolute(location) || /^\w\w+:/.test(location) || location.split(/[\\/]/).includes('..')
}

function built(manifest: DetailedManifest, rebuilt: ReadonlySet<string>) {
  return [...rebuilt].flatMap((id) => {
    const node = manifest.nodes[id]
    return node && node.config.materialized !== 'ephemeral' ? [{ id, node }] : []
  })
}

/** on-run-start and on-run-end, of the project and of its packages. */
function operations(manifest: DetailedManifest) {
  return Object.entries(manifest.nodes).flatMap(([id, node]) =>
    node.resource_type === 'operation' ? [{ id, node }] : [],
  )
}

/** Macros of the project and its packages that a node calls, near or far, which run such a statement. */
function macrosThat(
  manifest: DetailedManifest,
  node: DetailedNode,
  statement: RegExp,
  words: (macro: string) => string,
): Outside[] {
  const seen = new Set<string>()
  const queue = [...node.depends_on.macros]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const macro = manifest.macros[id]
    if (seen.has(id) || !macro || isDbtsOwn(macro.package_name)) continue
    seen.add(id)
    queue.push(...macro.depends_on.macros)
  }
  return [...seen].flatMap((id) => {
    const macro = manifest.macros[id]
    if (!macro || !RUNS_SQL.test(macro.macro_sql) || !statement.test(sqlOf(macro.macro_sql))) return []
    return [{ what: words(macro.name), where: macro.original_file_path }]
  })
}

const RUNS_SQL = /\brun_query\s*\(|\bcall\s+statement\b|\badapter\s*\.\s*execute\b/
const isDbtsOwn = (name: string) =>
  name === 'dbt' || /^dbt_(duckdb|postgres|snowflake|bigquery|redshift|databricks|spark)$/.test(name)

const label = (id: string) => id.split('.').slice(2).join('.')
/** `operation.shop.shop-on-run-end-0` */
const operationName = (id: string) => `the ${/on-run-(start|end)/.exec(id)?.[0] ?? 'hook'} hook ${label(id)}`

function place(copy: ProjectPlace, node: DetailedNode): string {
  return existsSync(join(copy.dbtDir, node.original_file_path)) ? node.original_file_path : 'dbt_project.yml'
}

/** Without comments, which write nothing. */
export function sqlOf(text: string): string {
  return text
    .replace(/\{#[\s\S]*?#\}/g, ' ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/--[^\n]*/g, ' ')
}
