/** The most memory that a process and all that it started held at one time, read from /proc: Linux alone. */
import { readdirSync, readFileSync } from 'node:fs'

const EVERY_MS = 250
const PAGE = 4096

/** Begins to look; `stop` answers bytes, 0 where there is no /proc. */
export function watchMemory(isOurs: (environment: string) => boolean): { stop(): number } {
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, heldNow(isOurs))
  }, EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return most
    },
  }
}

function heldNow(isOurs: (environment: string) => boolean): number {
  let held = 0
  for (const pid of processes()) {
    try {
      if (!isOurs(readFileSync(`/proc/${pid}/environ`, 'utf8'))) continue
      held += Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE
    } catch {
      // it has ended, or is another's
    }
  }
  return held
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}
