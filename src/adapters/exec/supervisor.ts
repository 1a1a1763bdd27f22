/**
 * Runs one command and dies with its parent: `node supervisor.ts COMMAND ARG...`
 *
 * A command that martsmith starts must not outlive it, even after kill -9. The only thing that a
 * killed process still does is close its pipes, so this small process holds one: at its end the whole
 * group of the command is killed.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true })

function signalGroup(signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // the group is gone already, which is what was wanted
  }
}

process.stdin.resume()
process.stdin.on('close', () => {
  signalGroup('SIGKILL')
  process.exit(1)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => signalGroup(signal))
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(127)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))
