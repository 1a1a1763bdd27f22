import { MartsmithError } from '../core/errors.ts'
import { encodeCharacters } from './text.ts'

/** A task file that cannot be understood. It is never written to. */
export function unreadable(
  path: string,
  line: number,
  what: string,
  mend: string,
  about: { details?: string[]; cause?: unknown } = {},
): MartsmithError {
  return new MartsmithError({
    code: 'ledger.unreadable',
    message: `${path}:${line}: ${encodeCharacters(what)}`,
    mend: [mend, `Or bring back what was committed: git checkout -- "${path}"`],
    ...about,
  })
}

/** The lines around `line` (from 1), numbered, as `details` of an error. */
export function codeFrame(text: string, line: number): string[] {
  const lines = text.split(/\r\n|\n/)
  const first = Math.max(1, line - 1)
  return lines
    .slice(first - 1, line)
    .map(
      (content, index) => `${String(first + index).padStart(4)} | ${encodeCharacters(content.slice(0, 160))}`,
    )
}

/** A caller's mistake: what it handed in cannot become a task or a change. */
export function invalid(what: string, mend: string): MartsmithError {
  return new MartsmithError({ code: 'ledger.invalid', message: what, mend: [mend] })
}
