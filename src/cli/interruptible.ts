/** Work that Ctrl-C and the end of a session stop in an orderly way: what it opened is closed again. */
import type { ExitCode } from '../core/errors.ts'
import type { Terminal } from './terminal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A second signal ends at once; what is then left, `martsmith clean` removes. */
export async function interruptible(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const stop = new AbortController()
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  try {
    return await work(stop.signal)
  } catch (error) {
    if (!stop.signal.aborted) throw error
    terminal.say('Stopped; the sandbox is removed, and what stands is untouched.')
    return 130
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}
