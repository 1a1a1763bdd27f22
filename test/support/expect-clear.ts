/** What every refusal must be: the promised exit code, what and where and how to mend it, and no stack. */
import { expect } from 'vitest'
import type { Result } from './martsmith.ts'

const STACK =
  /^\s+at .+[:(]|Traceback \(most recent|File "[^"]+", line \d+, in |node:internal|an error of its own/m

export function expectNoStack(result: Result): void {
  expect(result.all).not.toMatch(STACK)
}

/** `says`: parts of the message; `mend`: parts of the advice, which begins with `->`. */
export function expectClear(
  result: Result,
  wanted: { code: number; says: (string | RegExp)[]; mend?: (string | RegExp)[] },
): void {
  expectNoStack(result)
  expect(result.code, result.all).toBe(wanted.code)
  for (const part of wanted.says) expect(result.stderr).toMatch(asPattern(part))
  for (const part of wanted.mend ?? []) expect(adviceIn(result.stderr)).toMatch(asPattern(part))
}

function adviceIn(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => /^\s*->/.test(line))
    .join('\n')
}

function asPattern(part: string | RegExp): RegExp {
  return typeof part === 'string' ? new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : part
}
