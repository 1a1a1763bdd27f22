/** A database change that is killed while a statement of its migration runs: martsmith, or the session of the database. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoStack } from '../support/expect-clear.ts'
import { type Running, runMartsmith, startMartsmith } from '../support/martsmith.ts'
import { type Mysql, openMysqlDatabase } from '../support/mysql.ts'
import { openPostgres, type Postgres } from '../support/postgres.ts'
import { makeProject, type Project } from '../support/project.ts'

const CONFIG = 'databases:\n  development: $SHOP_DB\n'
const ASK = 'Add an index on quantity of invoice lines'

function repository(): Project {
  const project = makeProject('empty', { cold: true })
  project.write('martsmith.yml', CONFIG)
  return project
}

/** Waits until a session of the database is at the statement. */
async function seen(running: Running, look: () => Promise<unknown[]>): Promise<Record<string, unknown>> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(100)) {
    const [row] = await look()
    if (row) return row as Record<string, unknown>
  }
  throw new Error(`the statement was not seen; martsmith said:\n${running.said()}`)
}

describe('on Postgres', () => {
  let server: Postgres
  let url: string
  const waiting = () =>
    server.rows(
      "select pid from pg_stat_activity where datname = current_database() and query like '%CREATE INDEX CONCURRENTLY%' and state = 'active' and pid <> pg_backend_pid()",
    )
  const index = () =>
    server.rows(
      "select indisvalid as valid from pg_index where indexrelid = to_regclass('invoice_line_quantity_idx')",
    )
  const versions = () => server.rows('select version from schema_migrations')

  beforeAll(async () => {
    server = await openPostgres()
    const { env } = server
    url = `postgres://${env.SHOP_PG_USER}:${env.SHOP_PG_PASSWORD || 'any'}@${env.SHOP_PG_HOST}:${env.SHOP_PG_PORT}/${env.SHOP_PG_DATABASE}`
    await server.rows(
      'create table invoice_line (id int primary key, quantity int not null); insert into invoice_line select g, g from generate_series(1, 50) g',
    )
  })
  afterAll(() => server.close())

  /** Somebody who reads the table, and does not end. */
  async function reader(): Promise<() => Promise<void>> {
    const { default: pg } = await import('pg')
    const holder = new pg.Client({ connectionString: url })
    await holder.connect()
    await holder.query('begin; insert into invoice_line values (1000, 1)')
    return async () => {
      await holder.query('rollback')
      await holder.end()
    }
  }

  it('DBL-7: kill -9 in the middle of an index: resume finds it half built or built, and ends with one that is valid and in the books', async () => {
    const project = repository()
    const env = { SHOP_DB: url }
    const release = await reader()
    const running = startMartsmith(project, ['db', ASK, '--yes'], { env })
    await seen(running, waiting)
    running.kill('SIGKILL')
    expect((await running.result).signal).toBe('SIGKILL')
    expect(await running.orphans()).toEqual([])
    await release()
    for (let i = 0; i < 50 && (await waiting()).length > 0; i += 1) await delay(100)
    const resumed = await runMartsmith(project, ['resume', '--yes', '--json'], { env })
    expectNoStack(resumed)
    expect(resumed.code, resumed.all).toBe(0)
    expect(await index()).toEqual([{ valid: true }])
    expect(await versions()).toHaveLength(1)
    await server.rows('drop index invoice_line_quantity_idx; delete from schema_migrations')
  })

  it('DBL-7: the session that builds an index is ended: it says what was not run, and resume drops what is left and builds it', async () => {
    const project = repository()
    const env = { SHOP_DB: url }
    const release = await reader()
    const running = startMartsmith(project, ['db', ASK, '--yes', '--json'], { env })
    const { pid } = await seen(running, waiting)
    await server.rows(`select pg_terminate_backend(${pid})`)
    const failed = await running.result
    await release()
    expectNoStack(failed)
    expect(failed.code, failed.all).toBe(1)
    expect(failed.json.steps[6]?.details).toMatch(/Not run: \d{14}/)
    expect(await index()).toEqual([{ valid: false }])
    const resumed = await runMartsmith(project, ['resume', '--yes', '--json'], { env })
    expect(resumed.code, resumed.all).toBe(0)
    expect(resumed.json.steps[6]?.details).toMatch(/left invalid by an earlier try, and was dropped/)
    expect(await index()).toEqual([{ valid: true }])
    expect(await versions()).toHaveLength(1)
  })
})

describe('on MySQL or MariaDB', () => {
  let server: Mysql | null
  beforeAll(async () => {
    server = await openMysqlDatabase()
    await server?.rows(
      'create table invoice_line (id int primary key, quantity int not null); insert into invoice_line values (1, 2), (2, 3)',
    )
  })
  afterAll(async () => void (await server?.close()))

  it('DBL-7: kill -9 while the statement waits: resume ends with the index, once, and in the books', async ({
    skip,
  }) => {
    if (!server) return skip('there is no MySQL on this machine')
    const { rows, url } = server
    const project = repository()
    const env = { SHOP_DB: url }
    const { default: mysql } = await import('mysql2/promise')
    const holder = await mysql.createConnection({ uri: url })
    await holder.query('start transaction')
    await holder.query('select count(*) from invoice_line')
    const waiting = () =>
      rows(
        "select id from information_schema.processlist where db = database() and info regexp '^(create index|alter table)' and info not like '%processlist%'",
      )
    const running = startMartsmith(project, ['db', ASK, '--yes'], { env })
    await seen(running, waiting)
    running.kill('SIGKILL')
    expect((await running.result).signal).toBe('SIGKILL')
    expect(await running.orphans()).toEqual([])
    await holder.end()
    for (let i = 0; i < 80 && (await waiting()).length > 0; i += 1) await delay(100)
    const resumed = await runMartsmith(project, ['resume', '--yes', '--json'], { env })
    expectNoStack(resumed)
    expect(resumed.code, resumed.all).toBe(0)
    const indexes = await rows("show index from invoice_line where column_name = 'quantity'")
    expect(indexes).toHaveLength(1)
    expect(await rows('select version from schema_migrations')).toHaveLength(1)
  })
})
