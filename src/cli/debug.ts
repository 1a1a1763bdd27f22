/** `martsmith debug`: where it failed, why, what mends it, proven; written and run again once a person says yes. */
import { unreadConfiguration } from '../agents/dbt-doctor/configuration.ts'
import { needsApproval } from '../config/production.ts'
import { findProject } from '../config/project.ts'
import type { ExitCode } from '../core/errors.ts'
import { shortHash } from '../core/hash.ts'
import { failurePoint } from '../workflows/failure-point.ts'
import { debug as definition } from '../workflows/patterns/debug.ts'
import { openSession, withoutSecrets } from '../workflows/session.ts'
import { beginRun, tellInterrupted, UNKNOWN_TARGET } from './begin.ts'
import { confirmScope } from './confirm.ts'
import { assertUsable, dbtFlags, flagsText, type Options } from './options.ts'
import type { Terminal } from './terminal.ts'

export async function runDebug(
  run: string | null,
  { request, command }: { request: string; command: string },
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  assertUsable(options)
  const project = await findProject(options.projectDir ?? '.')
  const session = await openSession(project, dbtFlags(options), () => new Date())
  try {
    await tellInterrupted(session, terminal)
    const { dbt, redactor } = session
    const found = await failurePoint(project, run)
    const point =
      options.symptom === undefined
        ? { ...found, only: options.select ?? null }
        : {
            ...found,
            words: `The numbers: ${options.symptom}`,
            tool: 'dbt' as const,
            ran: null,
            resume: null,
            only: null,
            symptom: options.symptom,
            failed: found.ran && { words: found.words, ...found.ran },
          }
    await dbt.version()
    // A configuration that dbt cannot read is a case like any other: nothing is built before it is mended.
    const unread = await unreadConfiguration(dbt)
    const target = unread ? UNKNOWN_TARGET : await dbt.target()
    const isProtected = !unread && needsApproval(target, project)
    const lines = [
      unread
        ? `${definition.title} (dbt cannot say which target)`
        : `${definition.title} (target ${target.target}, ${target.type})`,
      `  Begins    ${point.words}`,
      '  Proof     what fails, and each fix, is built in a sandbox; files are written once that is approved',
      ...(isProtected
        ? ['  This target looks like production: building beside it needs an approval of its own.']
        : []),
    ]
    terminal.say(redactor.text(lines.join('\n')))
    if (isProtected) {
      const { dryRun: _, ...kept } = options
      const scope = { lines, target, isProtected, hash: shortHash([target.target, target.shown, point]) }
      const refused = await confirmScope({
        session,
        scope,
        workflow: definition.id,
        options: kept,
        terminal,
        command,
      })
      if (refused !== null) return refused
    }
    const params = {
      point,
      propose: options.dryRun ?? false,
      command,
      subject: run ?? options.select ?? '',
    }
    return await beginRun(
      session,
      { definition, request, params, target, scope: lines },
      answering(options, isProtected),
      terminal,
    )
  } catch (error) {
    throw withoutSecrets(error, session.redactor)
  } finally {
    await session.close()
  }
}

export function debugCommand(run: string | null, options: Options): string {
  return `martsmith debug${run === null ? '' : ` ${run}`}${flagsText(options)}`
}

/** `--fix` is a yes to what is proven, as `--yes` is; neither is enough where production is written to. */
function answering({ yes, fix, ...options }: Options, isProtected: boolean): Options {
  return (yes || fix) && !isProtected ? { ...options, yes: true } : options
}
