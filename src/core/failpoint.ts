/**
 * A place where a test may have this process killed, as a power cut would: MARTSMITH_FAILPOINT names one.
 * Recovery can only be proven at exact places, and only by really dying there.
 */
export function failpoint(name: string): void {
  if (process.env.MARTSMITH_FAILPOINT === name) process.kill(process.pid, 'SIGKILL')
}
