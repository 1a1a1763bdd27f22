/** For verbs that only look: dbt, warm, while this process owns the state folder; closed whatever happens. */
import type { DbtEngine } from '../adapters/dbt/types.ts'
import { findProject, type Project } from '../config/project.ts'
import type { ExitCode } from '../core/errors.ts'
import { openDbt, projectRedactor, withoutSecrets } from '../workflows/session.ts'
import { ownState } from '../workflows/state.ts'
import { dbtFlags, type Options } from './options.ts'
import type { Terminal } from './terminal.ts'

export async function withDbt(
  options: Options,
  terminal: Terminal,
  look: (dbt: DbtEngine, project: Project) => Promise<ExitCode>,
): Promise<ExitCode> {
  const project = await findProject(options.projectDir ?? '.')
  const flags = dbtFlags(options)
  const state = await ownState(project.stateDir, () => new Date())
  const redactor = await projectRedactor(project, flags)
  const env = { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', ...process.env }
  const dbt = openDbt(project, flags, env, (line) => {
    if (options.verbose) terminal.say(redactor.text(line))
  })
  try {
    return await look(dbt, project)
  } catch (error) {
    throw withoutSecrets(error, redactor)
  } finally {
    await dbt.close()
    await state.release()
  }
}
