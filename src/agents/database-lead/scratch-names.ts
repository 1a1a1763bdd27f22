/** Names of scratch databases: each tells whose it is, so that what a dead process left is found and dropped. */
import type { Database } from '../../adapters/databases/types.ts'
import { shortHash } from '../../core/hash.ts'

const prefixOf = (root: string) => `martsmith_scratch_${shortHash(root)}_`

export function scratchName(root: string, what: string): string {
  return `${prefixOf(root)}${what.replace(/\W/g, '_').toLowerCase()}`.slice(0, 60)
}

/** Whoever calls owns the project's state: copies of this project belong to nobody who lives. */
export async function clearScratch(host: Database, root: string): Promise<void> {
  for (const name of await host.scratchNames(prefixOf(root))) await host.dropScratch(name)
}
