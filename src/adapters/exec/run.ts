/** One command, by argv and never through a shell, under the supervisor. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SUPERVISOR = fileURLToPath(new URL('supervisor.ts', import.meta.url))

export type CommandRun = {
  argv: string[]
  cwd: string
  env: NodeJS.ProcessEnv
  onStdout: (line: string) => void
  onStderr: (line: string) => void
  /** Its abort interrupts the command as Ctrl-C would, and kills it where it does not end by itself. */
  signal?: AbortSignal
}

/** How long an interrupted command has to end by itself: a query may not let go (DuckDB's does not). */
export const PATIENCE_MS = 3000

/** Answers the exit code; 127 where there is no such command. */
export function runCommand(run: CommandRun): Promise<number> {
  const child = spawn(process.execPath, [SUPERVISOR, ...run.argv], {
    cwd: run.cwd,
    env: run.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  createInterface({ input: child.stdout }).on('line', run.onStdout)
  createInterface({ input: child.stderr }).on('line', run.onStderr)
  let impatient: NodeJS.Timeout | undefined
  const interrupt = () => {
    child.kill('SIGINT')
    impatient = setTimeout(() => child.stdin.destroy(), PATIENCE_MS) // at which the supervisor kills the group
  }
  run.signal?.addEventListener('abort', interrupt, { once: true })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(impatient)
      run.signal?.removeEventListener('abort', interrupt)
      resolve(code ?? 1)
    })
  })
}
