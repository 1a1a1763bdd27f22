/** Keeps dbt's artifacts of a step with the run; a later step would overwrite them. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson, writeAtomic } from '../../core/files.ts'
import type { ActionContext } from '../types.ts'

const KEPT = ['run_results.json', 'sources.json']

/** dbt writes messages as the warehouse gave them, so the copy that is left in our target is cleaned too. */
export async function keepArtifacts(ctx: ActionContext, step: string): Promise<void> {
  const folder = join(ctx.runDir, 'artifacts', step)
  await mkdir(folder, { recursive: true })
  for (const name of KEPT) {
    const artifact = await readJson(join(ctx.dbt.targetPath, name))
    if (artifact === null) continue
    const text = JSON.stringify(artifact, (_, value) => (typeof value === 'string' ? ctx.safe(value) : value))
    await writeAtomic(join(folder, name), text)
    await writeAtomic(join(ctx.dbt.targetPath, name), text)
  }
}
