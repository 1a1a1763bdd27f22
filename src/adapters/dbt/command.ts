/**
 * Driver v1 command: `dbt ...` in a process of its own each time, read through `--log-format json`.
 * Slower, and as isolated as what a person types; for setups in which dbt cannot live in a worker.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from '../exec/run.ts'
import { asJson, parseEvent } from './events.ts'
import type { DbtDriver, DriverRun, RunOptions } from './types.ts'
import { type DriverOptions, lazyWorker, optionsAt } from './warm.ts'

/** What `ls` found; before dbt-common took it over the event had a name of its own. */
const LISTED = ['PrintEvent', 'ListCmdOut']

/** Exit code of dbt where it could not run at all; 1 means that nodes failed. */
const COULD_NOT_RUN = 2

export function commandDriver(options: DriverOptions): DbtDriver {
  const worker = lazyWorker(options) // for the questions that no dbt command answers: target, queries
  return driverOn(worker, options, {}, worker.close)
}

function driverOn(
  worker: ReturnType<typeof lazyWorker>,
  options: DriverOptions,
  own: Record<string, string | null>,
  close: () => Promise<void>,
): DbtDriver {
  return {
    kind: 'v1-command',
    capabilities: { keepsParse: false },
    python: options.python,
    env: options.env,
    warm: () => undefined,
    ask: async (method, params) => (await worker.get()).call(method, { ...params, env: own }),
    at: (projectDir, more) =>
      driverOn(worker, optionsAt(options, projectDir, more), { ...own, ...more }, async () => undefined),
    run: async (args, { onEvent, signal }: RunOptions): Promise<DriverRun> => {
      const lines: string[] = []
      const plain: string[] = []
      let failure = ''
      const python = await options.python()
      signal?.throwIfAborted() // an abort that came before is not told again
      const exitCode = await runCommand({
        argv: [...dbtCommand(python), ...args, '--log-format', 'json', '--log-level', 'debug', '--no-quiet'],
        cwd: options.projectDir,
        env: options.env,
        ...(signal ? { signal } : {}),
        onStderr: options.onOutput,
        onStdout: (line) => {
          const event = parseEvent(asJson(line))
          if (!event) return void plain.push(line)
          if (LISTED.includes(event.info.name)) lines.push(event.data.msg ?? event.info.msg)
          if (event.info.name === 'MainEncounteredError') failure = event.data.exc ?? event.info.msg
          onEvent(asJson(line))
        },
      })
      for (const line of plain) options.onOutput(line)
      const message = failure || plain.join('\n')
      const exception =
        exitCode >= COULD_NOT_RUN
          ? { type: 'DbtCommand', message: message || `dbt ended with exit code ${exitCode}` }
          : null
      return { success: exitCode === 0, exception, lines }
    },
    close,
  }
}

function dbtCommand(python: string): string[] {
  const command = join(dirname(python), process.platform === 'win32' ? 'dbt.exe' : 'dbt')
  return existsSync(command) ? [command] : [python, '-c', 'from dbt.cli.main import cli; cli()']
}
