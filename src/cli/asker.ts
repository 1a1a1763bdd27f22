/** What a run asks a person: put to whoever sits at the terminal while it goes on. */
import { userInfo } from 'node:os'
import type { Given } from '../core/demand.ts'
import { isMartsmithError } from '../core/errors.ts'
import { waitingLines } from '../reports/waiting.ts'
import type { Services } from '../workflows/engine.ts'
import type { Session } from '../workflows/session.ts'
import type { Waiting } from '../workflows/types.ts'
import { askChoice, askText } from './ask.ts'
import type { Options } from './options.ts'
import type { ProgressDisplay } from './progress/display.ts'
import type { Stop } from './run.ts'
import type { Terminal } from './terminal.ts'

/** A longer diff is shown when it is asked for. */
const LONGEST_DIFF = 60

export function asker(
  session: Session,
  options: Options,
  terminal: Terminal,
  progress: ProgressDisplay,
  stop: Stop,
): Services['ask'] {
  return async (waiting, refused) => {
    if (refused) progress.say(notTaken(waiting, refused))
    const yes = waiting.kind === 'approval' ? 'yes' : waiting.yes
    if (options.yes && yes !== undefined) return given(yes, session.now(), ' (--yes)')
    if (!terminal.canAsk) return null
    return progress.aside(() =>
      session.state.whileAsking(async () => {
        const choice = await askAbout(waiting, terminal, stop.signal)
        if (choice === 'no') stop.cancel()
        return choice === null || choice === 'no' ? null : given(choice, session.now())
      }),
    )
  }
}

export function notTaken(waiting: Waiting, why: string): string {
  return `The ${waiting.kind === 'approval' ? 'approval' : 'answer'} that was given does not hold: ${why}. It is shown anew.`
}

/** `no` is the answer no; null where the person leaves it for later. */
export async function askAbout(
  waiting: Waiting,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    return waiting.kind === 'approval'
      ? await askApproval(waiting, terminal, signal)
      : await askQuestion(waiting, terminal, signal)
  } catch (error) {
    if (isMartsmithError(error) && error.code === 'interrupted') return null
    throw error
  }
}

export function given(choice: string, at: Date, how = ''): Given {
  return { choice, by: `${userName()}${how}`, at: at.toISOString() }
}

async function askApproval(
  waiting: Waiting & { kind: 'approval' },
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<string | null> {
  const diff = waiting.diff.trimEnd().split('\n')
  const isLong = diff.length > LONGEST_DIFF
  for (const line of waiting.shown) terminal.say(line)
  if (!isLong) showDiff(diff, terminal)
  for (;;) {
    const typed = await askText(`${waiting.text}  (y/N${isLong ? '/diff' : ''}/later)`, signal)
    const word = typed.trim().toLowerCase()
    if (word === 'y' || word === 'yes') return 'yes'
    if (word === '' || word === 'n' || word === 'no') return 'no'
    if (word === 'l' || word === 'later') return null
    if (word === 'd' || word === 'diff') showDiff(diff, terminal)
  }
}

async function askQuestion(
  waiting: Waiting & { kind: 'question' },
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<string | null> {
  for (const line of waiting.shown) terminal.say(line)
  const choices = waiting.choices.map(({ id, label }) => ({ name: label, value: id as string | null }))
  return askChoice<string | null>(waiting.text, [...choices, { name: 'later', value: null }], signal)
}

function showDiff(lines: string[], terminal: Terminal): void {
  for (const line of lines) {
    const color = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : null
    terminal.say(color ? terminal.style(color, line) : line)
  }
}

/** Shows all that an answer is bound to. */
export function showWaiting(waiting: Waiting, terminal: Terminal): void {
  terminal.say(waitingLines(waiting).join('\n'))
}

/** Some containers run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
