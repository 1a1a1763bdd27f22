/**
 * The durable store: the only module that knows DBOS. A run is one DBOS workflow, a step one DBOS step;
 * what a step answered is recorded before the next one begins, and never asked again.
 *
 * DBOS runs on PGlite, a Postgres inside this process, whose folder is the run state. DBOS would resume
 * what it finds unfinished by itself; here every process has an executor id of its own, so that nothing
 * resumes unasked. The application version is fixed: an upgrade of martsmith must not strand a run.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { MartsmithError, messageOf } from '../core/errors.ts'

/** Changes only with the shape of what is stored. */
const STORE_VERSION = '1'
const LONGEST_SOCKET_PATH = 100
const SOCKET = '.s.PGSQL.5432'

/** Runs `work` unless the store has its answer; `name` must be the same each time. */
export type DurableStep = <T>(name: string, work: () => Promise<T>) => Promise<T>
export type DurableBody<I, O> = (input: I, step: DurableStep) => Promise<O>

export type Durable = {
  start<I, O>(id: string, input: I, body: DurableBody<I, O>): Promise<O>
  /** Goes on with what was interrupted: recorded steps answer from the store. */
  resume<I, O>(id: string, body: DurableBody<I, O>): Promise<O>
  /** A new attempt under a new id: the first `keep` steps answer from the store, the rest runs. */
  again<I, O>(id: string, newId: string, keep: number, body: DurableBody<I, O>): Promise<O>
  cancel(id: string): Promise<void>
  has(id: string): Promise<boolean>
  close(): Promise<void>
}

type AnyBody = DurableBody<unknown, unknown>
let currentBody: AnyBody | null = null
let registered: ((input: unknown) => Promise<unknown>) | null = null

/** DBOS keeps its registry per process: one workflow function serves every run. */
function registeredWorkflow(): (input: unknown) => Promise<unknown> {
  registered ??= DBOS.registerWorkflow(
    (input: unknown) => {
      if (!currentBody) throw new Error('a durable run was started without a body')
      return currentBody(input, (name, work) => DBOS.runStep(work, { name }))
    },
    { name: 'martsmith-run' },
  )
  return registered
}

/** Opens the store in `folder`, which the caller has locked: PGlite has no lock of its own. */
export async function openDurable(folder: string): Promise<Durable> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sockets = socketDir(folder)
  const { db, server } = await openPglite(folder, sockets)
  const workflow = registeredWorkflow()
  DBOS.setConfig({
    name: 'martsmith',
    systemDatabaseUrl: `postgresql://postgres@localhost:5432/postgres?host=${encodeURIComponent(sockets)}&sslmode=disable`,
    // One connection: all of them share PGlite's one session and its one unnamed statement, and the socket
    // server lets their messages mix. With five, about one first run in ten bound values to another's query.
    systemDatabasePoolSize: 1,
    useListenNotify: false,
    applicationVersion: STORE_VERSION,
    executorID: randomUUID(),
    logger: SILENT,
    tracingEnabled: false,
  })
  await DBOS.launch()

  const during = async <I, O>(
    body: DurableBody<I, O>,
    go: () => Promise<{ getResult(): Promise<unknown> }>,
  ): Promise<O> => {
    currentBody = body as AnyBody
    const handle = await go()
    return (await handle.getResult()) as O
  }
  return {
    start: (id, input, body) => during(body, () => DBOS.startWorkflow(workflow, { workflowID: id })(input)),
    resume: (id, body) => during(body, () => DBOS.resumeWorkflow(id)),
    again: (id, newId, keep, body) =>
      during(body, () => DBOS.forkWorkflow(id, keep, { newWorkflowID: newId })),
    cancel: (id) => DBOS.cancelWorkflow(id),
    has: async (id) => (await DBOS.getWorkflowStatus(id)) !== null,
    close: async () => {
      await DBOS.shutdown()
      await server.stop()
      await db.close()
      if (sockets !== folder) rmSync(sockets, { recursive: true, force: true })
    },
  }
}

async function openPglite(
  folder: string,
  sockets: string,
): Promise<{ db: PGlite; server: PGLiteSocketServer }> {
  try {
    rmSync(join(sockets, SOCKET), { force: true }) // of a process that was killed
    const db = await compiledOnce(() => PGlite.create(join(folder, 'pglite')))
    const server = new PGLiteSocketServer({ db, path: join(sockets, SOCKET) })
    await server.start()
    return { db, server }
  } catch (error) {
    throw new MartsmithError({
      code: 'state.unreadable',
      message: `The run state in ${folder} cannot be opened: ${messageOf(error)}`,
      mend: [
        `Move that folder away to start afresh: mv ${folder} ${folder}.broken   (reports of earlier runs are kept beside it)`,
      ],
      cause: error,
    })
  }
}

/**
 * A run asks its store a few hundred times: for so little, compiling all of Postgres a second time, to machine
 * code that is better, costs more than everything else that the store does.
 */
async function compiledOnce<T>(load: () => Promise<T>): Promise<T> {
  // Only where they are known (Node 22 to 24): another V8 would complain on stderr.
  const flags = /^1[23]\./.test(process.versions.v8) ? ['wasm-dynamic-tiering', 'wasm-tier-up'] : []
  for (const flag of flags) setFlagsFromString(`--no-${flag}`)
  try {
    return await load()
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`)
  }
}

/** A folder for the socket that only this user may enter; a socket's path may not be long. */
function socketDir(folder: string): string {
  if (Buffer.byteLength(join(folder, SOCKET)) <= LONGEST_SOCKET_PATH) return folder
  return mkdtempSync(join(tmpdir(), 'martsmith-'))
}

const nothing = () => undefined
const SILENT = { info: nothing, debug: nothing, warn: nothing, error: nothing }
