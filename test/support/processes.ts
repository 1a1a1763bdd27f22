/** Living processes, found by what stands in their environment: children inherit it, orphans keep it. */
import { readdirSync, readFileSync } from 'node:fs'

/** Command lines of all processes whose environment holds `NAME=value`; zombies are dead. */
export function processesWith(variable: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable)) return []
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()}`]
    } catch {
      return [] // it has ended meanwhile
    }
  })
}
