/** One connection to MySQL or MariaDB. Every value comes back as text, as the server wrote it. */
import mysql from 'mysql2/promise'
import { capabilitiesOf } from '../capabilities.ts'
import { databaseError } from '../errors.ts'
import type { Database, Holder, Row, Server } from '../types.ts'
import { databaseOf, serverOf, withDatabase } from '../url.ts'
import { mysqlDdl } from './ddl.ts'
import { mysqlSchema } from './schema.ts'
import { estimates, judged, stale } from './statistics.ts'

const PATIENCE_MS = 10_000
const BYTES = new Set(['TINY_BLOB', 'MEDIUM_BLOB', 'LONG_BLOB', 'BLOB', 'BIT', 'GEOMETRY'])

export async function openMysql(url: string, where: string): Promise<Database> {
  const at = new URL(url)
  const about = {
    where,
    server: serverOf(url),
    user: decodeURIComponent(at.username) || 'the user',
    database: databaseOf(url),
  }
  const connection = await connect(at, about.database).catch((error) => {
    throw databaseError(error, about)
  })
  connection.on('error', () => undefined) // a connection that breaks is told by the next statement
  const query = async (sql: string, values?: unknown[]): Promise<Row[]> => {
    try {
      const [rows] = await connection.query(sql, values)
      return Array.isArray(rows) ? (rows as Row[]) : []
    } catch (error) {
      throw databaseError(error, about)
    }
  }
  const [row] = await query('select version() as text')
  const server = serverFrom(String(row?.text))
  await query('set session lock_wait_timeout = 5')
  const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``
  return {
    server,
    capabilities: capabilitiesOf(server),
    user: about.user,
    name: about.database,
    shown: `${server.words} at ${about.server}, database ${about.database}`,
    quote,
    query,
    schema: () => mysqlSchema(query, server, about.database),
    ddl: () => mysqlDdl(query, about.database),
    refuses: (statement) => refuses(query, statement),
    plan: async (statement) => planLines(await query(`explain format=json ${statement}`)),
    estimates: (statement) => estimates(query, server, statement),
    tryLock: async (name) => {
      const [got] = await query('select get_lock(?, 0) as ok', [name.slice(0, 64)])
      return String(got?.ok) === '1'
    },
    holders: async () => (await query(HOLDERS, [about.database])) as Holder[],
    waste: async ({ name }) => wasteWords((await query(FREE, [name]))[0]),
    stale: (table) => stale(query, table),
    judged: (table) => judged(query, server, table),
    createScratch: async (name) => {
      const [own] = await query(
        'select default_character_set_name as charset, default_collation_name as coll from information_schema.schemata where schema_name = ?',
        [about.database],
      )
      await query(`create database ${quote(name)} character set ${own?.charset} collate ${own?.coll}`)
      return withDatabase(url, name)
    },
    dropScratch: async (name) => void (await query(`drop database if exists ${quote(name)}`)),
    scratchNames: async (prefix) =>
      (
        await query(
          'select schema_name as name from information_schema.schemata where left(schema_name, ?) = ?',
          [prefix.length, prefix],
        )
      ).map((r) => String(r.name)),
    close: () => connection.end().catch(() => undefined),
  }
}

function connect(at: URL, database: string): Promise<mysql.Connection> {
  return mysql.createConnection({
    host: at.hostname.replace(/^\[|\]$/g, ''),
    port: Number(at.port || 3306),
    user: decodeURIComponent(at.username),
    password: decodeURIComponent(at.password),
    database,
    connectTimeout: PATIENCE_MS,
    charset: 'utf8mb4',
    ...tls(at.searchParams),
    typeCast: (field) => (BYTES.has(field.type) ? textOrBytes(field.buffer()) : field.string()),
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Texts come as blobs too, and the driver does not say which; either way the same bytes go back. */
function textOrBytes(bytes: Buffer | null): string | Buffer | null {
  try {
    return bytes === null ? null : utf8.decode(bytes)
  } catch {
    return bytes
  }
}

/** `tls=true` checks the server's certificate, `tls=skip-verify` does not: the words that dbmate takes too. */
function tls(parameters: URLSearchParams): { ssl?: { rejectUnauthorized: boolean } } {
  const wanted = parameters.get('tls')
  if (wanted === null || wanted === 'false') return {}
  return { ssl: { rejectUnauthorized: wanted !== 'skip-verify' } }
}

function serverFrom(text: string): Server {
  const product = /mariadb/i.test(text) ? 'MariaDB' : 'MySQL'
  const [, major = '0', minor = '0', patch = '0'] = /(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []
  return {
    family: 'mysql',
    product,
    version: [Number(major), Number(minor)],
    words: `${product} ${major}.${minor}.${patch}`,
  }
}

const FREE = `select data_length + index_length as used, data_free as free
from information_schema.tables where table_schema = database() and table_name = ?`

/** InnoDB keeps some megabytes free ahead. */
function wasteWords(row: Row | undefined): string | null {
  const [used, free] = [Number(row?.used ?? 0), Number(row?.free ?? 0)]
  const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`
  return free < 16 * 1024 ** 2 || free < used / 5
    ? null
    : `${mebibytes(free)} free beside ${mebibytes(used)} used`
}

/** Sessions with an open transaction, or at work, in this database: the server says no more without more rights. */
const HOLDERS = `
select concat('connection ', p.id) as session, p.user as user,
       left(coalesce(p.info, concat('idle, ', p.command)), 120) as doing, concat(p.time, ' s ago') as since
from information_schema.processlist p
where p.id <> connection_id() and p.db = ?`

async function refuses(query: Database['query'], statement: string): Promise<string | null> {
  try {
    await query('set @martsmith_probe = ?', [statement])
    await query('prepare martsmith_probe from @martsmith_probe')
    await query('deallocate prepare martsmith_probe')
    return null
  } catch (error) {
    return (error as Error).message.replace(/^[^:]+: /, '')
  }
}

function planLines(rows: Row[]): string[] {
  return String(Object.values(rows[0] ?? {})[0] ?? '').split('\n')
}
