/** A person at a terminal: real prompts, real keys, through a pseudo-terminal. */
import { execFile } from 'node:child_process'
import { promisify, stripVTControlCharacters } from 'node:util'
import { cleanEnv, type Place } from './martsmith.ts'
import { MARTSMITH, PYTHON, ROOT } from './paths.ts'

const run = promisify(execFile)

/** Runs the command and, each time one of the texts appears, types what belongs to it. */
export async function atTerminal(
  place: Place,
  args: string[],
  typing: [string, string][],
): Promise<{ code: number; screen: string }> {
  const { stdout } = await run(
    PYTHON,
    [`${ROOT}/test/support/at-terminal.py`, JSON.stringify(typing), MARTSMITH, ...args],
    {
      cwd: place.dir,
      env: cleanEnv({ HOME: place.home }),
      maxBuffer: 1 << 26,
    },
  )
  const { code, screen } = JSON.parse(stdout) as { code: number; screen: string }
  return { code, screen: stripVTControlCharacters(screen) }
}
