/** Which nodes of a project differ between two manifests of it, in what decides over their data or their tests. */
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../core/files.ts'
import { macroIds } from '../project/manifest.ts'

/** Macros of our own, in the copy only. */
export const SANDBOX_MACROS = 'martsmith_sandbox.sql'

const macro = z.object({
  macro_sql: z.string().default(''),
  package_name: z.string().default(''),
  name: z.string().default(''),
  depends_on: z.object({ macros: macroIds }).prefault({}),
  original_file_path: z.string().default(''),
})

const node = z.object({
  resource_type: z.string(),
  package_name: z.string().default(''),
  fqn: z.array(z.string()).default([]),
  raw_code: z.string().nullish(),
  checksum: z.object({ checksum: z.string() }).nullish().catch(null),
  database: z.string().nullish(),
  schema: z.string().nullish(),
  alias: z.string().nullish(),
  identifier: z.undefined().optional(),
  relation_name: z.string().nullish(),
  original_file_path: z.string().default(''),
  config: z.record(z.string(), z.unknown()).default({}),
  unrendered_config: z.record(z.string(), z.unknown()).default({}),
  columns: z.record(z.string(), z.unknown()).default({}),
  constraints: z.unknown().optional(),
  attached_node: z.string().nullish(),
  column_name: z.string().nullish(),
  test_metadata: z
    .object({ name: z.string(), kwargs: z.record(z.string(), z.unknown()).default({}) })
    .nullish()
    .catch(null),
  depends_on: z.object({ nodes: z.array(z.string()).default([]), macros: macroIds }).prefault({}),
})

const source = z.object({
  database: z.string().nullish(),
  schema: z.string().default(''),
  identifier: z.string().optional(),
  alias: z.undefined().optional(),
  relation_name: z.string().nullish(),
})

const detailed = z.object({
  metadata: z.object({ project_name: z.string().nullish() }),
  nodes: z.record(z.string(), node),
  sources: z.record(z.string(), source).default({}),
  macros: z.record(z.string(), macro).default({}),
})

export type DetailedManifest = z.output<typeof detailed>
export type DetailedNode = z.output<typeof node>
export type DetailedMacro = z.output<typeof macro>

/** A source as a node that stands and is never built. */
export function sourceAsNode({
  identifier,
  alias: _,
  ...source
}: DetailedManifest['sources'][string]): DetailedNode {
  return node.parse({ ...source, resource_type: 'source', alias: identifier })
}

export async function readDetailed(targetPath: string): Promise<DetailedManifest> {
  return detailed.parse(await readJson(join(targetPath, 'manifest.json')))
}

/** Models, seeds and snapshots are what is built; analyses and operations are not. */
const BUILT = new Set(['model', 'seed', 'snapshot'])

/**
 * Ids of models, seeds and snapshots of `to` that are new or differ from `from`: their code, their
 * configuration, their relation, the macros they use, a contract. A description is no difference.
 */
export function changedNodes(from: DetailedManifest, to: DetailedManifest): string[] {
  const macros = changedMacros(from, to)
  return Object.entries(to.nodes).flatMap(([id, now]) => {
    if (!BUILT.has(now.resource_type)) return []
    const before = from.nodes[id]
    const same =
      before !== undefined &&
      decisive(before) === decisive(now) &&
      !now.depends_on.macros.some((m) => macros.has(m))
    return same ? [] : [id]
  })
}

function decisive(node: DetailedNode): string {
  const { raw_code, checksum, config, unrendered_config, columns, database, schema, alias, depends_on } = node
  const enforced = (config.contract as { enforced?: boolean } | undefined)?.enforced === true
  return stable([
    raw_code ?? '',
    checksum?.checksum ?? '',
    config,
    unrendered_config,
    enforced ? columns : null,
    [database, schema, alias],
    [...depends_on.nodes].sort(),
  ])
}

/** Macros that differ, and those that call them, near or far. */
function changedMacros(from: DetailedManifest, to: DetailedManifest): Set<string> {
  const changed = new Set(
    Object.entries(to.macros).flatMap(([id, now]) =>
      from.macros[id]?.macro_sql === now.macro_sql || now.original_file_path.endsWith(SANDBOX_MACROS)
        ? []
        : [id],
    ),
  )
  for (let grew = true; grew; ) {
    grew = false
    for (const [id, { depends_on }] of Object.entries(to.macros)) {
      if (!changed.has(id) && depends_on.macros.some((m) => changed.has(m))) {
        changed.add(id)
        grew = true
      }
    }
  }
  return changed
}

/** JSON with its keys in one order: dbt writes them as they came. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  )
}
