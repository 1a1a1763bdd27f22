/** The yes before anything runs: asked at a terminal, given by flag elsewhere. */
import type { ExitCode } from '../core/errors.ts'
import { jsonWithoutRun } from '../reports/json.ts'
import { offerApproval, takeApproval } from '../workflows/approval.ts'
import type { Scope } from '../workflows/scope.ts'
import type { Session } from '../workflows/session.ts'
import { askText, askYesNo } from './ask.ts'
import { printJson } from './fail.ts'
import type { Options } from './options.ts'
import type { Terminal } from './terminal.ts'

export type Confirmation = {
  session: Session
  scope: Pick<Scope, 'lines' | 'target' | 'isProtected' | 'hash'>
  workflow: string
  options: Options
  terminal: Terminal
  /** The command that was given, to be repeated with one more flag. */
  command: string
}

/** null to go on; else the exit code with which nothing has run. */
export async function confirmScope(about: Confirmation): Promise<ExitCode | null> {
  const { scope, options, terminal, command, session } = about
  if (options.dryRun) return waiting(about, 'Nothing was run (--dry-run).', 0, [command])
  if (scope.isProtected) return confirmProtected(about)
  if (options.yes) return null
  if (terminal.canAsk)
    return (await session.state.whileAsking(() => askYesNo('Run it'))) ? null : declined(about)
  terminal.say(
    'Nothing has run: this needs a confirmation, and there is no terminal to ask. Add --yes to run it.',
  )
  return waiting(about, 'A confirmation is needed; nothing has run. Add --yes to run it.', 3, [
    `${command} --yes`,
  ])
}

/** A target that looks like production: `--yes` is not enough. */
async function confirmProtected(about: Confirmation): Promise<ExitCode | null> {
  const { session, scope, options, terminal, command } = about
  const { stateDir } = session.project
  const name = scope.target.target
  if (options.approve !== undefined) {
    await takeApproval(stateDir, options.approve, scope.hash, session.now())
    return null
  }
  if (terminal.canAsk) {
    const answer = await session.state.whileAsking(() =>
      askText(`${name} is protected. Type its name to write to it`),
    )
    return answer === name ? null : declined(about)
  }
  await offerApproval(stateDir, scope.hash, name, session.now())
  const approve = `${command} --approve ${scope.hash}`
  const why = `Nothing has run: the target ${name} is protected, and --yes is not enough for it.`
  terminal.say(`${why} To approve exactly this, once, within 24 hours:\n-> ${session.redactor.text(approve)}`)
  return waiting(about, why, 3, [approve])
}

function declined(about: Confirmation): ExitCode {
  about.terminal.say('Nothing was run.')
  return waiting(about, 'Declined; nothing was run.', 4, [])
}

function waiting(
  { scope, workflow, options, session }: Confirmation,
  summary: string,
  exitCode: ExitCode,
  next: string[],
): ExitCode {
  if (options.json) {
    const status = exitCode === 4 ? 'cancelled' : 'waiting'
    const report = jsonWithoutRun(status, [...scope.lines, summary].join('\n'), next)
    printJson(session.redactor.deep({ ...report, workflow }))
  }
  return exitCode
}
