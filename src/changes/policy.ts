/** What martsmith.yml lets be written without a question. */
import picomatch from 'picomatch'
import { CONFIG_FILE } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { pathsOf } from './change-set.ts'
import type { ChangeSet } from './types.ts'

/** Only where every path is allowed, and the target is named. What may be written is never widened so. */
export function mayWriteWithoutAsking(
  { changes: { allow, targets } }: Pick<Config, 'changes'>,
  { changes }: Pick<ChangeSet, 'changes'>,
  target: string,
): boolean {
  if (allow.length === 0 || !targets.includes(target)) return false
  const isAllowed = picomatch(allow, { dot: true })
  return changes.flatMap(pathsOf).every((path) => path !== CONFIG_FILE && isAllowed(path))
}
