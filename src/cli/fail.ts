/** How errors end: what, where, how to mend it, the exit code; never a stack. */
import { type ExitCode, isMartsmithError, MartsmithError, messageOf } from '../core/errors.ts'
import { createRedactor, environmentSecrets } from '../core/redact.ts'
import { shellQuote } from '../core/text.ts'
import { jsonWithoutRun } from '../reports/json.ts'
import type { Terminal } from './terminal.ts'

export function explainError(error: MartsmithError, terminal: Terminal): string {
  return [
    terminal.style('red', error.message),
    ...error.details.map((d) => `  ${d}`),
    ...error.mend.map((m) => `${terminal.style('cyan', '->')} ${m}`),
  ].join('\n')
}

/** Prints the error to stderr (and, for programs, an object to stdout) and answers the exit code. */
export function fail(
  raised: unknown,
  terminal: Terminal,
  options: { json?: boolean; verbose?: boolean; projectDir?: string },
): ExitCode {
  const redact = createRedactor(environmentSecrets(process.env)).text
  const thrown = namingProject(fromSystem(raised) ?? raised, options.projectDir)
  if (!isMartsmithError(thrown)) {
    terminal.say(redact(`martsmith met an error of its own: ${messageOf(thrown)}`))
    terminal.say(
      options.verbose && thrown instanceof Error
        ? redact(thrown.stack ?? '')
        : '-> The same command with --verbose shows where.',
    )
    return jsonFailure(messageOf(thrown), [], options, 1)
  }
  terminal.say(redact(explainError(thrown, terminal)))
  return jsonFailure(
    redact(thrown.message),
    thrown.mend.map((m) => redact(m.replace(/^(martsmith .*?) {3}.*$/, '$1'))),
    options,
    thrown.exitCode,
  )
}

/** Commands that are suggested name the project where the command did: `martsmith check --project-dir x`. */
function namingProject(error: unknown, projectDir: string | undefined): unknown {
  if (!isMartsmithError(error) || projectDir === undefined) return error
  const { code, message, details, exitCode } = error
  const mend = error.mend.map((m) =>
    /^martsmith (?!.*--project-dir)/.test(m)
      ? m.replace(/^(.*?)(?= {3}|$)/, `$1 --project-dir ${shellQuote(projectDir).replaceAll('$', '$$$$')}`)
      : m,
  )
  return new MartsmithError({ code, message, details, mend, exitCode })
}

/** What the operating system refuses is no error of ours; null for anything else. */
function fromSystem(error: unknown): MartsmithError | null {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  const where = path ?? 'A file of the project'
  if (code === 'ENOSPC') {
    return new MartsmithError({
      code: 'system.disk-full',
      message: `The disk is full: ${where} could not be written.`,
      mend: ['Free some space; martsmith runs then says whether there is something to resume.'],
      exitCode: 1,
    })
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    const why = code === 'EROFS' ? 'the file system is read-only' : 'it is not permitted'
    return new MartsmithError({
      code: 'system.not-writable',
      message: `${where} cannot be used: ${why}.`,
      mend: [
        'martsmith keeps its state in .martsmith and its tasks in .tasks, in the project folder: both must be writable.',
      ],
    })
  }
  return null
}

function jsonFailure(
  summary: string,
  next: string[],
  options: { json?: boolean },
  exitCode: ExitCode,
): ExitCode {
  if (options.json) {
    const status =
      exitCode === 0 ? 'success' : exitCode === 3 ? 'waiting' : exitCode === 4 ? 'cancelled' : 'failed'
    printJson(jsonWithoutRun(status, summary, next))
  }
  return exitCode
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
