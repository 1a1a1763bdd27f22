/**
 * Errors that a user is meant to read. Each says what is wrong, where, and how to mend it;
 * `exitCode` follows the interface: 1 the work failed, 2 wrong use or configuration,
 * 3 an answer is needed, 4 cancelled, 130 interrupted.
 *
 * They are told apart by `code`, never by `instanceof`: an error may come back from the durable
 * store, where it has lost its class.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130

export type ErrorDetails = {
  /** A stable name, `area.what`, such as `config.unknown-key`. */
  code: string
  /** One sentence: what is wrong and where. */
  message: string
  /** Further lines: a code frame, the tool's own words, what was looked at. */
  details?: string[]
  /** How to mend it, one command or one sentence each. */
  mend?: string[]
  exitCode?: ExitCode
  cause?: unknown
}

export class MartsmithError extends Error {
  readonly code: string
  readonly details: string[]
  readonly mend: string[]
  readonly exitCode: ExitCode

  constructor(about: ErrorDetails) {
    super(about.message, about.cause === undefined ? undefined : { cause: about.cause })
    this.name = 'MartsmithError'
    this.code = about.code
    this.details = about.details ?? []
    this.mend = about.mend ?? []
    this.exitCode = about.exitCode ?? 2
  }
}

export function isMartsmithError(error: unknown): error is MartsmithError {
  return error instanceof Error && error.name === 'MartsmithError'
}

/** The words of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
