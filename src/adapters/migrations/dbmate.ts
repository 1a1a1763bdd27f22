/** Runs dbmate on one database. What it did is read from its books, not from what it prints. */
import { resolveBinary } from 'dbmate'
import type { Database } from '../databases/types.ts'
import { databaseOf, withParameter } from '../databases/url.ts'
import { runCommand } from '../exec/run.ts'

/** dbmate reads the address from a variable of the environment: a command line can be seen by others. */
const VARIABLE = 'MARTSMITH_DATABASE_URL'
const BOOK = 'schema_migrations'
/** Seconds to wait for a lock before giving up, rather than queueing everybody else behind us. */
export const LOCK_SECONDS = 5

export type DbmateRun = {
  url: string
  /** The folder of the migrations, absolute. */
  folder: string
  cwd: string
  env: NodeJS.ProcessEnv
  log: (line: string) => void
  signal: AbortSignal
}

export function dbmateUp(run: DbmateRun): Promise<{ ok: boolean; said: string[] }> {
  return dbmate(run, 'migrate')
}

/** Takes the latest one back. */
export function dbmateDown(run: DbmateRun): Promise<{ ok: boolean; said: string[] }> {
  return dbmate(run, 'rollback')
}

export async function hasBooks(db: Database): Promise<boolean> {
  const schema = db.server.family === 'postgres' ? 'public' : ''
  return (await db.schema()).tables.some((t) => t.name === BOOK && t.schema === schema)
}

/** The versions that the database has; none where dbmate has never run. */
export async function appliedVersions(db: Database): Promise<string[]> {
  if (!(await hasBooks(db))) return []
  const rows = await db.query(`select version from ${db.quote(BOOK)} order by version`)
  return rows.map((r) => String(r.version))
}

/** For what has run and was not written down. */
export async function addVersion(db: Database, version: string): Promise<void> {
  const mark = db.server.family === 'postgres' ? '$1' : '?'
  await db.query(`insert into ${db.quote(BOOK)} (version) values (${mark})`, [version])
}

async function dbmate(run: DbmateRun, verb: string): Promise<{ ok: boolean; said: string[] }> {
  const said: string[] = []
  const line = (text: string) => {
    said.push(text)
    run.log(text)
  }
  const code = await runCommand({
    argv: [resolveBinary(), '--env', VARIABLE, '--migrations-dir', run.folder, '--no-dump-schema', verb],
    cwd: run.cwd,
    env: { ...run.env, [VARIABLE]: dbmateUrl(run.url) },
    onStdout: line,
    onStderr: line,
    signal: run.signal,
  })
  return { ok: code === 0, said }
}

/** As its drivers take it: they ask for TLS unless told otherwise, and set what they do not know as variables. */
function dbmateUrl(url: string): string {
  const at = new URL(url)
  if (at.protocol.startsWith('postgres')) {
    const plain = at.searchParams.has('sslmode') || process.env.PGSSLMODE !== undefined
    const secured = plain ? url : withParameter(url, 'sslmode', 'disable')
    return withParameter(secured, 'lock_timeout', `${LOCK_SECONDS}s`)
  }
  const mysql = new URL(url.replace(/^mariadb:/, 'mysql:'))
  mysql.searchParams.set('lock_wait_timeout', String(LOCK_SECONDS))
  mysql.pathname = `/${encodeURIComponent(databaseOf(url))}`
  return mysql.href
}
