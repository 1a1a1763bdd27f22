/** One connection to Postgres. */
import pg from 'pg'
import { capabilitiesOf } from '../capabilities.ts'
import { databaseError } from '../errors.ts'
import type { Database, Holder, Row, Server } from '../types.ts'
import { databaseOf, serverOf, withDatabase } from '../url.ts'
import { postgresDdl } from './ddl.ts'
import { postgresSchema } from './schema.ts'
import { estimates, judged, stale } from './statistics.ts'

const PATIENCE_MS = 10_000

export async function openPostgres(url: string, where: string): Promise<Database> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE_MS,
    application_name: 'martsmith',
  })
  const { username } = new URL(url)
  const about = {
    where,
    server: serverOf(url),
    user: decodeURIComponent(username) || process.env.PGUSER || 'the user',
    database: databaseOf(url),
  }
  client.on('error', () => undefined) // a connection that breaks is told by the next statement
  const query = async (sql: string, values?: unknown[]): Promise<Row[]> => {
    try {
      const result = await client.query(sql, values)
      return (Array.isArray(result) ? result.at(-1) : result).rows
    } catch (error) {
      throw databaseError(error, about)
    }
  }
  try {
    await client.connect()
  } catch (error) {
    throw databaseError(error, about)
  }
  const [version] = await query(`select current_setting('server_version') as text,
    current_setting('server_version_num')::int as number`)
  const server = serverFrom(String(version?.text), Number(version?.number))
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  return {
    server,
    capabilities: capabilitiesOf(server),
    user: about.user,
    name: about.database,
    shown: `${server.words} at ${about.server}, database ${about.database}`,
    quote,
    query,
    schema: () => postgresSchema(query),
    ddl: () => postgresDdl(query),
    refuses: (statement) => refuses(query, statement),
    plan: async (statement) =>
      (await query(`explain (analyze, buffers, summary) ${statement}`)).map((r) => String(r['QUERY PLAN'])),
    estimates: (statement) => estimates(query, statement),
    tryLock: async (name) => {
      const [row] = await query('select pg_try_advisory_lock(hashtextextended($1, 0)) as ok', [name])
      return row?.ok === true
    },
    holders: async ({ schema, name }) => (await query(HOLDERS, [schema, name])) as Holder[],
    waste: async ({ schema, name }) => wasteWords((await query(DEAD, [schema, name]))[0]),
    stale: (table) => stale(query, table),
    judged: (table) => judged(query, table),
    createScratch: async (name) => {
      await query(`create database ${quote(name)} template template0`)
      return withDatabase(url, name)
    },
    dropScratch: async (name) => void (await query(`drop database if exists ${quote(name)} with (force)`)),
    scratchNames: async (prefix) =>
      (await query('select datname from pg_database where starts_with(datname, $1)', [prefix])).map((r) =>
        String(r.datname),
      ),
    close: () => client.end().catch(() => undefined),
  }
}

function serverFrom(text: string, number: number): Server {
  const version: [number, number] = [Math.floor(number / 10_000), number % 10_000]
  return {
    family: 'postgres',
    product: 'PostgreSQL',
    version,
    words: `PostgreSQL ${text.split(' ')[0]}`,
  }
}

const DEAD = `
select n_live_tup as live, n_dead_tup as dead,
       to_char(greatest(last_vacuum, last_autovacuum) at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"') as vacuumed
from pg_stat_user_tables where schemaname = $1 and relname = $2`

/** A few dead rows are daily life: autovacuum comes at a fifth. */
function wasteWords(row: Row | undefined): string | null {
  const [live, dead] = [Number(row?.live ?? 0), Number(row?.dead ?? 0)]
  if (dead < 1000 || dead < live / 5) return null
  return `${dead} dead rows beside ${live} living ones, ${row?.vacuumed ? `vacuumed last at ${row.vacuumed}` : 'never vacuumed'}`
}

const HOLDERS = `
select 'process ' || a.pid as session, a.usename::text as user, left(coalesce(a.query, ''), 120) as doing,
       to_char(a.xact_start at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"') as since
from pg_locks l
join pg_stat_activity a on a.pid = l.pid
join pg_class c on c.oid = l.relation
join pg_namespace n on n.oid = c.relnamespace
where l.granted and n.nspname = $1 and c.relname = $2 and a.pid <> pg_backend_pid()
group by a.pid, a.usename, a.query, a.xact_start`

/** Prepared and thrown away: names and types are looked up, nothing runs. */
async function refuses(query: Database['query'], statement: string): Promise<string | null> {
  try {
    await query(`prepare martsmith_probe as ${statement}`)
    await query('deallocate martsmith_probe')
    return null
  } catch (error) {
    return (error as Error).message.replace(/^[^:]+: /, '')
  }
}
