/** Migrations run by the examiner itself, one by one, with an eye on what the server does meanwhile. */
import type { Cell, Session } from './stage.ts'
import type { ServerKind } from './types.ts'

/** A file of dbmate, which is the tool of every repository here. */
export type Migration = { file: string; up: string; down: string; transaction: boolean }

export function migrationFrom(file: string, text: string): Migration {
  const [, flags = '', up = '', , down = ''] =
    /--\s*migrate:up([^\n]*)\n([\s\S]*?)--\s*migrate:down([^\n]*)\n([\s\S]*)$/.exec(text) ?? []
  return { file, up, down, transaction: !/transaction:\s*false/.test(flags) }
}

/** What is not safe where others work on the same tables; `says` tells whether somebody was told of it. */
export type Danger = { what: string; isTold: (said: string) => boolean }

const never = () => false

/** Runs one migration up. `standing`: tables that others work on; what the change itself makes is nobody's yet. */
export async function observe(
  s: Session,
  server: ServerKind,
  migration: Migration,
  standing: ReadonlySet<string>,
): Promise<Danger[]> {
  return server === 'postgres'
    ? observePostgres(s, migration, standing)
    : observeMysql(s, migration, standing)
}

/** Locks under which nobody writes. */
const BLOCKING = "'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'"

const HELD = `
select distinct c.relname, x.seq_tup_read, x.n_tup_upd + x.n_tup_del
from pg_locks l join pg_class c on c.oid = l.relation
left join pg_stat_xact_user_tables x on x.relid = c.oid
where l.pid = pg_backend_pid() and l.mode in (${BLOCKING}) and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`

const COUNTS = 'select relname, seq_tup_read, n_tup_upd + n_tup_del from pg_stat_xact_user_tables'

const FILES = `select relname, relfilenode::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`

async function observePostgres(
  s: Session,
  { up, transaction }: Migration,
  standing: ReadonlySet<string>,
): Promise<Danger[]> {
  // It waits for others, and nobody for it; or it ends its transactions itself. It cannot be in one.
  if (!transaction && /\bconcurrently\b|\bcommit;/i.test(up)) {
    await s.rows(up)
    return []
  }
  const files = new Map((await s.rows(FILES)).map(([t, f]) => [t, f]))
  await s.rows('set lock_timeout = 0')
  await s.rows('begin')
  // What this session read before is counted until the server gets to writing it down.
  const read = new Map((await s.rows(COUNTS)).map(([t, r, w]) => [t, [Number(r), Number(w)] as const]))
  await s.rows(up)
  const held = (await s.rows(HELD)).map(([t, r, w]) => {
    const [readBefore, writtenBefore] = read.get(t ?? '') ?? [0, 0]
    return { table: t ?? '', read: Number(r ?? 0) - readBefore, written: Number(w ?? 0) - writtenBefore }
  })
  const now = await s.rows(FILES)
  const [[patience] = []] = await s.rows('show lock_timeout')
  await s.rows('commit')
  const rewritten = now
    .filter(([t, f]) => standing.has(t ?? '') && files.get(t ?? '') !== f)
    .map(([t]) => t ?? '')
  const stood = held.filter(({ table }) => standing.has(table))
  return [
    ...rewritten.map(
      (t): Danger => ({
        what: `${t} is written anew while nobody may use it`,
        isTold: tells(/rewrit|written anew|copie[sd]|copying/i),
      }),
    ),
    ...stood
      .filter(({ table, read }) => read > 0 && !rewritten.includes(table))
      .map(
        ({ table, read }): Danger => ({
          what: `${read} rows of ${table} are read while nobody may write to it`,
          isTold: never,
        }),
      ),
    ...stood
      .filter(({ written }) => written > 0)
      .map(
        ({ table, written }): Danger => ({
          what: `${written} rows of ${table} are changed under a lock of the whole table`,
          isTold: never,
        }),
      ),
    ...(patience === '0' && stood.length > 0
      ? [{ what: 'it waits for a lock without end', isTold: never }]
      : []),
  ]
}

const tells = (form: RegExp) => (said: string) => form.test(said)

/** A table that is written anew gets another number. MariaDB and MySQL keep them under different names. */
const idsIn = (version: string) =>
  `select name as name, table_id as table_id from information_schema.${/mariadb/i.test(version) ? 'innodb_sys_tables' : 'innodb_tables'} where name like concat(database(), '/%')`

async function observeMysql(s: Session, { up }: Migration, standing: ReadonlySet<string>): Promise<Danger[]> {
  const ids = new Map((await idsOf(s)).map(([t, id]) => [t, id]))
  await s.rows('set session lock_wait_timeout = 86400')
  await s.rows(up)
  const rewritten = (await idsOf(s))
    .filter(([t, id]) => standing.has(t ?? '') && ids.get(t) !== id)
    .map(([t]) => t)
  const [[patience] = []] = await s.rows('select @@session.lock_wait_timeout')
  const isDdl = /\b(alter|drop|rename|create\s+(unique\s+)?index)\b/i.test(up)
  return [
    ...rewritten.map(
      (t): Danger => ({
        what: `${t} is written anew`,
        isTold: tells(/\bCOPY\b|\bcopie[sd]\b|rebuil|rewrit|written anew/),
      }),
    ),
    ...(isDdl && Number(patience) > 3600 ? [{ what: 'it waits for a lock for a day', isTold: never }] : []),
  ]
}

async function idsOf(s: Session): Promise<[Cell, Cell][]> {
  const [[version] = []] = await s.rows('select version()')
  return (await s.rows(idsIn(version ?? ''))).map(([name, id]) => [
    (name ?? '').replace(/^.*\//, ''),
    id ?? null,
  ])
}
