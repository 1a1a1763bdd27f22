/** Views that Postgres holds to a column, directly or by other views: what they are when they have to be made anew. */
import { type Table, type TableName, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import type { Right } from '../order/change.ts'
import type { World } from '../types.ts'
import { rightsOn } from './rename-table.ts'

export type ViewOver = { view: TableName; rights: Right[] }

/** `bound`: what would not come back with the view's text and rights. */
const OVER = `
with recursive over as (
  select r.ev_class as oid, 1 as depth
  from pg_depend d
  join pg_rewrite r on r.oid = d.objid
  join pg_class t on t.oid = d.refobjid join pg_namespace n on n.oid = t.relnamespace
  join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
  where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and r.ev_class <> t.oid
    and n.nspname = $1 and t.relname = $2 and a.attname = any($3)
  union
  select r.ev_class, over.depth + 1
  from over
  join pg_depend d on d.refobjid = over.oid and d.refclassid = 'pg_class'::regclass
    and d.classid = 'pg_rewrite'::regclass
  join pg_rewrite r on r.oid = d.objid
  where r.ev_class <> over.oid
)
select n.nspname as schema, c.relname as name, max(over.depth) as depth,
  case when c.relkind = 'm' then 'it keeps its rows'
       when c.relkind <> 'v' then 'it is no view'
       when not pg_has_role(c.relowner, 'USAGE') then 'it belongs to another user'
       when exists (select from pg_trigger g where g.tgrelid = c.oid) then 'it has triggers'
       when exists (select from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN') then 'it has rules'
       when exists (select from pg_description m where m.objoid = c.oid and m.classoid = 'pg_class'::regclass) then 'it has comments'
       when exists (select from pg_attribute a where a.attrelid = c.oid and a.attacl is not null) then 'rights are given on single columns of it'
       when exists (select from aclexplode(c.relacl) g where g.is_grantable and g.grantee <> c.relowner) then 'rights on it may be passed on'
  end as bound
from over join pg_class c on c.oid = over.oid join pg_namespace n on n.oid = c.relnamespace
group by c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl
order by 3, 1, 2`

/**
 * In an order in which they can be made: each after those that it reads.
 * @throws MartsmithError `database.used` for those that would not be the same again
 */
export async function viewsOver(table: Table, columns: string[], world: World): Promise<ViewOver[]> {
  const { db } = world
  const rows = await db.query(OVER, [table.schema, table.name, columns])
  const views = rows.map((r) => ({ schema: String(r.schema), name: String(r.name), bound: r.bound }))
  const bound = views.filter((v) => v.bound !== null)
  if (bound.length > 0)
    throw new MartsmithError({
      code: 'database.used',
      message: `The ${bound.length === 1 ? 'view' : 'views'} ${list(bound.map(tableWords))} still ${bound.length === 1 ? 'reads' : 'read'} ${tableWords(table)}.${list(columns)}, and cannot be made anew as ${bound.length === 1 ? 'it is' : 'they are'}: ${list([...new Set(bound.map((v) => String(v.bound)))])}.`,
      mend: ['Drop it, ask again, and make it anew afterwards.'],
      exitCode: 1,
    })
  const found: ViewOver[] = []
  for (const { schema, name } of views)
    found.push({ view: { schema, name }, rights: await rightsOn({ schema, name }, world) })
  return found
}
