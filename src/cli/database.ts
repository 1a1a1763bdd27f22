/** `martsmith db`: a change of a database, from the sentence to the hand-over. It needs no dbt. */
import { withDatabase } from '../adapters/databases/open.ts'
import { databasesOf, type Role } from '../agents/database-lead/databases.ts'
import { readRequest } from '../agents/database-lead/operations/index.ts'
import { sentenceFor } from '../agents/database-lead/requests/grounded/say.ts'
import { specialistFor } from '../agents/database-lead/specialists.ts'
import { findProject } from '../config/project.ts'
import type { ExitCode } from '../core/errors.ts'
import { newRun } from '../workflows/new-run.ts'
import { database } from '../workflows/patterns/database.ts'
import { openSession, type Session, withoutSecrets } from '../workflows/session.ts'
import type { RunRecord } from '../workflows/types.ts'
import { tellInterrupted } from './begin.ts'
import type { Options } from './options.ts'
import { conduct } from './run.ts'
import type { Terminal } from './terminal.ts'

export type DatabaseRequest = { request: string; requester: string; as: Role | null; command: string }

export async function runDatabase(
  { request, requester, as, command }: DatabaseRequest,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const project = await findProject(options.projectDir ?? '.', { needsDbt: false })
  databasesOf(project.config, process.env, as) // what is not configured is told before anything is opened
  const session = await openSession(project, {}, () => new Date(), { usesDbt: false })
  try {
    await tellInterrupted(session, terminal)
    const places = databasesOf(project.config, session.env, as)
    const { ask, shown, family } = await withDatabase(
      places.development.url,
      places.development.where,
      async (db) => ({
        ask: readRequest(request, await db.schema()),
        shown: db.shown,
        family: db.server.family,
      }),
    )
    const definition = database(specialistFor(family).id)
    const lines = [
      `${definition.title} on ${shown}`,
      `  Asked for   ${request}`,
      `  Read as     ${(ask.op === 'several' ? ask.asks : [ask]).map(sentenceFor).join('; ')}`,
      `  Staging     ${places.staging ? places.staging.where : 'none: a scratch copy will play its part'}`,
      places.scratch === null
        ? '  Writes to   nothing: DATABASE_URL is only read until --as development, or martsmith.yml, says what it is'
        : '  Proof       up, down and up again on scratch copies; then asked before anything is written or run',
    ]
    terminal.say(session.redactor.text(lines.join('\n')))
    await session.durable // a store that cannot be opened is told before anything is begun
    const record = await newRun(session, {
      definition,
      request,
      params: { ask, requester, as, propose: options.dryRun ?? false, command, subject: request },
      target: 'development',
      destination: shown,
      options: {},
      sameWarehouse: '',
      scope: lines,
      warn: (text) => terminal.say(terminal.style('yellow', text)),
    })
    return await conduct(session, record, 'start', options, terminal)
  } catch (error) {
    throw withoutSecrets(error, session.redactor)
  } finally {
    await session.close()
  }
}

/** The database that a run would go on with now. */
export function databaseShown({ project, env }: Session, run: RunRecord): Promise<string> {
  const { development } = databasesOf(project.config, env, (run.params.as ?? null) as Role | null)
  return withDatabase(development.url, development.where, async (db) => db.shown)
}
