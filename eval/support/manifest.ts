/** What dbt says of a project: its nodes, what they are made of, their tests and words. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Node = {
  unique_id: string
  name: string
  resource_type: string
  original_file_path: string
  description: string
  relation_name: string | null
  schema: string
  columns: Record<string, { name: string; description: string; meta?: object; config?: { meta?: object } }>
  config: {
    materialized?: string
    unique_key?: string | string[] | null
    on_schema_change?: string
    meta?: object
  }
  depends_on: { nodes: string[] }
  raw_code?: string
  checksum?: { checksum: string }
  attached_node?: string | null
  column_name?: string | null
  test_metadata?: { name: string; kwargs: Record<string, unknown> }
}

export type Manifest = { nodes: Record<string, Node>; unit_tests?: Record<string, { model: string }> }

export function readManifest(dir: string): Manifest {
  return JSON.parse(readFileSync(join(dir, 'target/manifest.json'), 'utf8')) as Manifest
}

const MADE = ['model', 'snapshot', 'seed']

export function relations(manifest: Manifest): Node[] {
  return Object.values(manifest.nodes).filter((n) => MADE.includes(n.resource_type))
}

/** Relations that were not there before, or are written otherwise now. */
export function changedSince(before: Manifest, now: Manifest): { added: Node[]; edited: Node[] } {
  const all = relations(now)
  return {
    added: all.filter((n) => !before.nodes[n.unique_id]),
    edited: all.filter(
      (n) =>
        before.nodes[n.unique_id] && before.nodes[n.unique_id]?.checksum?.checksum !== n.checksum?.checksum,
    ),
  }
}

export type Tested = { kind: string; node: string; column: string | null; kwargs: Record<string, unknown> }

export function testsOf(manifest: Manifest, node: Node): Tested[] {
  return Object.values(manifest.nodes).flatMap((t) =>
    t.resource_type === 'test' && t.attached_node === node.unique_id
      ? [
          {
            kind: t.test_metadata?.name ?? t.name,
            node: node.unique_id,
            column: plainName(t.column_name ?? null),
            kwargs: t.test_metadata?.kwargs ?? {},
          },
        ]
      : [],
  )
}

/** Names may be quoted in YAML. */
export function plainName(name: string | null): string | null {
  return name === null ? null : name.replace(/^["`[]|["`\]]$/g, '')
}

export function describedColumns(node: Node): Map<string, string> {
  return new Map(
    Object.values(node.columns).map((c) => [
      (plainName(c.name) ?? '').toLowerCase(),
      `${c.description ?? ''} ${JSON.stringify({ ...c.meta, ...c.config?.meta })}`,
    ]),
  )
}

/** All that the project's words say of a node and its columns. */
export function wordsOf(node: Node): string {
  return [node.description, JSON.stringify(node.config.meta ?? {}), ...describedColumns(node).values()].join(
    '\n',
  )
}
