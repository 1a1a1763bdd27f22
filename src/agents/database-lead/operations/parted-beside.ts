/** What goes along when a table of Postgres is exchanged for one in parts, and what cannot. */
import { isSameTable, type Table, type TableName, tableWords } from '../../../adapters/databases/types.ts'
import { list } from '../../../core/text.ts'
import { partedNames } from '../criteria.ts'
import type { ChangeOf, NewPart, Right } from '../order/change.ts'
import { tableNameSql, textSql } from '../order/sql.ts'
import type { World } from '../types.ts'
import { refused } from './in-parts.ts'
import { rightsOn } from './rename-table.ts'

type BesideOf = NonNullable<ChangeOf<'partition-table'>['beside']>

const RIGHTS = `
select g.rolname as role, a.privilege_type as may
from pg_class c cross join lateral aclexplode(c.relacl) a left join pg_roles g on g.oid = a.grantee
where c.oid = $1::regclass and a.grantee <> c.relowner order by 1, 2`

/** Views that hold on to the table itself, whatever it is called. */
const VIEWS = `
select distinct n.nspname as schema, v.relname as name, v.relkind = 'm' as keeps
from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
join pg_namespace n on n.oid = v.relnamespace
where d.classid = 'pg_rewrite'::regclass and d.refobjid = $1::regclass and v.oid <> $1::regclass order by 1, 2`

/** What would be lost or wrong without a word. */
const HINDRANCES = `
select array_remove(array[
  case when c.relrowsecurity or exists (select from pg_policy p where p.polrelid = c.oid) then 'policies on its rows' end,
  case when c.relpersistence = 'u' then 'that it is unlogged' end,
  case when c.relhassubclass or exists (select from pg_inherits i where i.inhrelid = c.oid) then 'tables that inherit' end,
  case when c.relhasrules then 'rules' end,
  case when exists (select from pg_publication_rel p where p.prrelid = c.oid) then 'a publication that names it' end,
  (select 'the exclusion ' || string_agg(k.conname, ', ') from pg_constraint k where k.conrelid = c.oid and k.contype = 'x'),
  (select 'that ' || string_agg(k.conname, ', ') || ' is deferrable' from pg_constraint k where k.conrelid = c.oid and k.condeferrable),
  (select 'the function ' || string_agg(distinct p.proname, ', ') || ', which holds on to it' from pg_depend d join pg_proc p on p.oid = d.objid
    where d.classid = 'pg_proc'::regclass and d.refobjid = c.oid)
], null) as found
from pg_class c where c.oid = $1::regclass`

const SEQUENCES = `
select a.attname as column, n.nspname as schema, s.relname as name
from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S' join pg_namespace n on n.oid = s.relnamespace
join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where d.classid = 'pg_class'::regclass and d.refobjid = $1::regclass and d.deptype = 'a'`

/** @throws MartsmithError `database.parts`, `database.exists`, `database.rights` */
export async function besideFor(table: Table, parts: readonly NewPart[], world: World): Promise<BesideOf> {
  const { db, schema } = world
  const where = tableWords(table)
  const on = [tableNameSql(table, db)]
  const { old, next, name } = partedNames(table)
  if (!table.primaryKey)
    throw refused(
      `${where} has no primary key: its rows could not be copied in batches, nor compared.`,
      'Give it one first.',
    )
  const taken = [old, next, ...parts.map((p) => ({ schema: table.schema, name: p.name }))].find((t) =>
    [...schema.tables, ...schema.views].some((o) => isSameTable(o, t)),
  )
  if (taken)
    throw refused(
      `There is a table or view ${tableWords(taken)} already, whose name would be needed.`,
      'Give that another name first.',
    )
  const [row] = await db.query(HINDRANCES, on)
  const found = row?.found as string[]
  if (found.length > 0)
    throw refused(
      `${where} has what does not go along to a table in parts: ${list(found)}.`,
      'Take that away first, or do it by hand.',
    )
  await rightsOn(table, world)
  const views = await db.query(VIEWS, on)
  const keeping = views.filter((v) => v.keeps === true)
  if (keeping.length > 0)
    throw refused(
      `${list(keeping.map((v) => String(v.name)))} ${keeping.length === 1 ? 'keeps' : 'keep'} rows of ${where}, and would go on to read the table as it was.`,
      'Drop the materialized view first, and make it again afterwards.',
    )
  const [said] = await db.query(
    `select obj_description(${textSql(on[0] ?? '', db)}::regclass, 'pg_class') as comment`,
  )
  return {
    old,
    next,
    name,
    views: views.map((v): TableName => ({ schema: String(v.schema), name: String(v.name) })),
    rights: (await db.query(RIGHTS, on)).map((r) => ({
      role: r.role === null ? null : String(r.role),
      may: r.may as Right['may'],
    })),
    comment: said?.comment === null ? null : String(said?.comment),
    sequences: (await db.query(SEQUENCES, on)).map((r) => ({
      column: String(r.column),
      sequence: { schema: String(r.schema), name: String(r.name) },
    })),
  }
}
