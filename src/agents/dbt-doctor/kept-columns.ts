/** A snapshot keeps each column that it ever had: one that a fault has brought stays when the fault is mended. */
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { isMartsmithError } from '../../core/errors.ts'
import { list } from '../../core/text.ts'
import { projectGraph } from '../../project/graph.ts'
import { readManifest } from '../../project/manifest.ts'

/** In words, for each of these that is a snapshot with columns which its query does not give; empty where it cannot be asked. */
export async function keptColumns(dbt: DbtEngine, ids: string[]): Promise<string[]> {
  const snapshots = ids.filter((id) => id.startsWith('snapshot.'))
  if (snapshots.length === 0) return []
  // What ran well stays so, whether or not this can be asked.
  return askedOf(dbt, snapshots).catch((error: unknown) => {
    if (!isMartsmithError(error)) throw error
    return []
  })
}

async function askedOf(dbt: DbtEngine, snapshots: string[]): Promise<string[]> {
  const graph = projectGraph(await readManifest(dbt.targetPath))
  const made = await dbt.compile(snapshots.map((id) => ({ id })))
  const told: string[] = []
  for (const [i, id] of snapshots.entries()) {
    const [node, one] = [graph.node(id), made[i]]
    if (!node?.relation_name || !one || 'error' in one) continue
    const [stands] = await dbt.columns([node.relation_name])
    const [gives] = await dbt.query([one.compiled], 0)
    if (!stands || 'error' in stands || !gives || 'error' in gives) continue
    // dbt's own columns by other names; null for each that has its usual one.
    const own = Object.values(
      (node.config?.snapshot_meta_column_names ?? {}) as Record<string, string | null>,
    )
    const known = new Set([...gives.columns, ...own].flatMap((c) => c?.toLowerCase() ?? []))
    const kept = stands.map((c) => c.name).filter((c) => !known.has(c.toLowerCase()) && !/^dbt_/i.test(c))
    if (kept.length > 0)
      told.push(
        `${graph.label(id)} keeps ${list(kept, 4)}, which its query does not give: a snapshot keeps each column that it ever had, and no run takes one out.`,
      )
  }
  return told
}
