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
  const color = options.color && !env.NO_COLOR && (tty || Boolean(env.FORCE_COLOR))
  return {
    live: tty && env.TERM !== 'dumb' && !env.CI,
    canAsk: Boolean(process.stdin.isTTY) && tty && !options.json,
    color,
    say: (text) => void process.stderr.write(`${text}\n`),
    style: (format, text) => (color ? styleText(format, text, { validateStream: false }) : text),
  }
}
