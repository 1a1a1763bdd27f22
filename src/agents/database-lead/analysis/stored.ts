/** What a database keeps as text and runs by itself: it says names, and no rename reaches it. */
import type { Database } from '../../../adapters/databases/types.ts'
import { namesColumn } from '../order/sql.ts'

const POSTGRES = `
select case p.prokind when 'p' then 'procedure ' else 'function ' end || p.proname as what, p.prosrc as body
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind in ('f', 'p')
  and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
order by 1`

const MYSQL = `
select concat(lower(routine_type), ' ', routine_name) as what, routine_definition as body
from information_schema.routines where routine_schema = database()
union all
select concat('trigger ', trigger_name), action_statement from information_schema.triggers where trigger_schema = database()
union all
select concat('event ', event_name), event_definition from information_schema.events where event_schema = database()
order by 1`

/** Functions, procedures, triggers and events whose text names it. Views are elsewhere: some servers keep them as more. */
export async function storedNaming(db: Database, name: string): Promise<string[]> {
  const all = await db.query(db.server.family === 'postgres' ? POSTGRES : MYSQL)
  return all.filter((r) => namesColumn(String(r.body ?? ''), name)).map((r) => String(r.what))
}
