/** What the terminal can do, and the few marks we set in it. Everything but the report goes to stderr. */
import { styleText } from 'node:util'

export type Terminal = {
  /** A person can see progress there. */
  live: boolean
  /** A person can be asked. */
  canAsk: boolean
  color: boolean
  say(text: string): void
  style(format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string
}

export function openTerminal(
  options: { color: boolean; json?: boolean | undefined },
  env: NodeJS.ProcessEnv,
): Terminal {
  const tty = Boolean(process.stderr.isTTY)
  const color = colorOn(process.stderr, options, env)
  return {
    live: tty && env.TERM !== 'dumb' && !env.CI,
    canAsk: Boolean(process.stdin.isTTY) && tty && !options.json,
    color,
    say: (text) => void process.stderr.write(`${text}\n`),
    style: (format, text) => (color ? styleText(format, text, { validateStream: false }) : text),
  }
}

/** Whether colour is wanted on a stream: stdout may be a pipe where stderr is a terminal. */
export function colorOn(
  stream: { isTTY?: boolean },
  options: { color: boolean },
  env: NodeJS.ProcessEnv,
): boolean {
  return options.color && !env.NO_COLOR && (Boolean(stream.isTTY) || Boolean(env.FORCE_COLOR))
}
