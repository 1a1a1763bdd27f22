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
  /** Its abort interrupts the command as Ctrl-C would. */
  signal?: AbortSignal
}

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
  const interrupt = () => child.kill('SIGINT')
  run.signal?.addEventListener('abort', interrupt, { once: true })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      run.signal?.removeEventListener('abort', interrupt)
      resolve(code ?? 1)
    })
  })
}
