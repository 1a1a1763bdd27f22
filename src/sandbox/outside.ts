/** Refuses what would still land outside of the sandbox: named, with its place, before anything is built. */
import { isAbsolute } from 'node:path'
import type { DatabaseFile } from '../adapters/dbt/types.ts'
import { MartsmithError } from '../core/errors.ts'
import type { DetailedMacro, DetailedManifest, DetailedNode } from './changed.ts'
import {
  macrosBelow,
  macrosNamed,
  macroWritesElsewhere,
  sendsWrites,
  sqlOf,
  writesElsewhere,
} from './writes.ts'

/** Something that a build would do where the sandbox does not reach. */
type Outside = {
  what: string
  where: string
  /** The node whose build would do it; null for what runs with every build. */
  node: string | null
}

const MOST = 8

/** The nodes that would write outside, by the error that says so; null where leaving them out would not do. */
export function outsideNodes(error: unknown): string[] | null {
  const { cause } = error as { cause?: { outside?: (string | null)[] } }
  const nodes = cause?.outside ?? []
  return nodes.length > 0 && !nodes.includes(null) ? nodes.filter((n) => n !== null) : null
}

function refuse(found: Outside[]): void {
  const [first] = found
  if (!first) return
  throw new MartsmithError({
    code: 'sandbox.outside',
    message: 'A build in a sandbox would still write outside of it, so nothing was built.',
    details: [
      ...found.slice(0, MOST).map(({ what, where }) => `${where}: ${what}`),
      ...(found.length > MOST ? [`and ${found.length - MOST} more`] : []),
    ],
    mend: ["Leave it out in a sandbox: {% if not var('martsmith_sandbox', false) %} ... {% endif %}"],
    exitCode: 1,
    cause: { outside: [...new Set(found.map((f) => f.node))] },
  })
}

/** Statements of DuckDB that leave the database file. */
const LEAVES_FILE = /\bcopy\b[\s\S]{1,2000}?\bto\s+'|\bexport\s+database\b|\battach\b(?![^;]*read_only)/i

/** DuckDB: all databases are copies, so only files that are written and databases of others are outside. */
export function assertInsideFiles(
  manifest: DetailedManifest,
  rebuilt: ReadonlySet<string>,
  files: DatabaseFile[],
): void {
  const found: Outside[] = []
  const leavesFile = (text: string) => (LEAVES_FILE.test(sqlOf(text)) ? 'writes a file' : null)
  for (const { id, node } of built(manifest, rebuilt)) {
    const where = node.original_file_path
    const into = files.find((f) => f.alias.toLowerCase() === node.database?.toLowerCase())
    if (into?.kind === 'remote')
      found.push({
        what: `${label(id)} is written into ${into.alias}, which is no file of this machine`,
        where,
        node: id,
      })
    const { location } = node.config
    if (node.config.materialized === 'external' && typeof location === 'string' && leaves(location))
      found.push({ what: `${label(id)} writes the file ${location}`, where, node: id })
    found.push(...hooksThat(manifest, id, node, leavesFile))
    for (const macro of macrosBelow(manifest, node.depends_on.macros))
      if (sendsAny(macro) && leavesFile(macro.macro_sql))
        found.push({
          what: `the macro ${macro.name}, which ${label(id)} calls, writes a file`,
          where: macro.original_file_path,
          node: id,
        })
  }
  found.push(...operationsThat(manifest, leavesFile))
  refuse(unique(found))
}

/** A server: what is built lies in schemas of the sandbox; everything else that writes is outside. */
export function assertInsideSchemas(
  manifest: DetailedManifest,
  rebuilt: ReadonlySet<string>,
  prefix: string,
  database: string | null,
): void {
  const found: Outside[] = []
  const said = (statement: string | null) => (statement ? `writes: ${statement} ...` : null)
  const elsewhere: Writes = (text, ofMacro) => said((ofMacro ? macroWritesElsewhere : writesElsewhere)(text))
  for (const { id, node } of built(manifest, rebuilt)) {
    const where = node.original_file_path
    if (!node.schema?.toLowerCase().startsWith(prefix.toLowerCase()))
      found.push({
        what: `${label(id)} is written into the schema ${node.schema}${node.resource_type === 'snapshot' ? ' (target_schema; `schema` would follow the sandbox)' : ''}`,
        where,
        node: id,
      })
    if (database !== null && node.database?.toLowerCase() !== database.toLowerCase())
      found.push({
        what: `${label(id)} is written into the database ${node.database}, not ${database}`,
        where,
        node: id,
      })
    found.push(...hooksThat(manifest, id, node, elsewhere))
    for (const macro of macrosBelow(manifest, node.depends_on.macros))
      if (sendsWrites(macro))
        found.push({
          what: `the macro ${macro.name}, which ${label(id)} calls, sends a statement that writes`,
          where: macro.original_file_path,
          node: id,
        })
  }
  found.push(...operationsThat(manifest, elsewhere))
  refuse(unique(found))
}

/** `ofMacro`: the text is a macro's, not a hook's own. */
type Writes = (sql: string, ofMacro: boolean) => string | null

function hooksThat(manifest: DetailedManifest, id: string, node: DetailedNode, writes: Writes): Outside[] {
  return ['pre-hook', 'post-hook'].flatMap((kind) => {
    const written = node.config[kind]
    if (!Array.isArray(written)) return []
    return written.flatMap((hook: { sql?: string } | string) =>
      inText(
        manifest,
        typeof hook === 'string' ? hook : (hook.sql ?? ''),
        `the ${kind} of ${label(id)}`,
        { where: node.original_file_path, node: id },
        writes,
      ),
    )
  })
}

/** on-run-start and on-run-end, of the project and of its packages. */
function operationsThat(manifest: DetailedManifest, writes: Writes): Outside[] {
  return Object.entries(manifest.nodes).flatMap(([id, node]) => {
    if (node.resource_type !== 'operation') return []
    const name = `${/on-run-(start|end)/.exec(id)?.[0] ?? 'a hook'} of ${node.package_name}`
    return inText(manifest, node.raw_code ?? '', name, { where: 'dbt_project.yml', node: null }, writes)
  })
}

/** A hook's own SQL, and that of the macros it calls. */
function inText(
  manifest: DetailedManifest,
  text: string,
  who: string,
  place: Omit<Outside, 'what'>,
  writes: Writes,
): Outside[] {
  const own = writes(text, false)
  const called = macrosBelow(manifest, macrosNamed(manifest, text)).flatMap((macro) => {
    const found =
      writes(macro.macro_sql, true) ?? (sendsWrites(macro) ? 'sends a statement that writes' : null)
    return found
      ? [
          {
            what: `${who} calls the macro ${macro.name}, which ${found}`,
            where: macro.original_file_path,
            node: place.node,
          },
        ]
      : []
  })
  return [...(own ? [{ what: `${who} ${own}`, ...place }] : []), ...called]
}

function built(manifest: DetailedManifest, rebuilt: ReadonlySet<string>) {
  return [...rebuilt].flatMap((id) => {
    const node = manifest.nodes[id]
    return node && node.config.materialized !== 'ephemeral' ? [{ id, node }] : []
  })
}

const sendsAny = ({ macro_sql }: DetailedMacro) =>
  /\brun_query\s*\(|\bcall\s+statement\b|\badapter\s*\.\s*execute\b/.test(macro_sql)

/** A path that does not stay in the copy. */
function leaves(location: string): boolean {
  return isAbsolute(location) || /^\w\w+:/.test(location) || location.split(/[\\/]/).includes('..')
}

const label = (id: string) => id.split('.').slice(2).join('.')

function unique(found: Outside[]): Outside[] {
  return [...new Map(found.map((f) => [`${f.where} ${f.what}`, f])).values()]
}
