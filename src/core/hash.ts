/** Short names of contents: what a yes is bound to. */
import { createHash } from 'node:crypto'

/** The first 12 hex digits of the SHA-256 of the value as JSON. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)
}
