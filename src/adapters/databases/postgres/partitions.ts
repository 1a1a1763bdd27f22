/** Partitioned tables of Postgres: a part is a relation in the catalogue, and no table of its own to people. */
import type { Database, Part, Partitions, Row } from '../types.ts'

/** A table of the user that is no part of another; `c` is pg_class. */
export const ROOT = `c.relkind in ('r', 'p') and not c.relispartition`

/** How a relation is parted: `RANGE (created_at)`. */
const TABLES = `
select c.oid::int8 as oid, pg_get_partkeydef(c.oid) as by, k.partstrat as strategy,
       array(select a.attname::text from unnest(k.partattrs::int2[]) with ordinality u(n, i)
             join pg_attribute a on a.attrelid = c.oid and a.attnum = u.n order by u.i) as columns,
       array(select distinct a.attname::text from pg_partition_tree(c.oid) t
             join pg_partitioned_table p on p.partrelid = t.relid
             join pg_attribute a on a.attrelid = p.partrelid and a.attnum = any (p.partattrs::int2[])
             where t.relid <> c.oid) as deeper
from pg_class c join pg_partitioned_table k on k.partrelid = c.oid
where not c.relispartition`

/**
 * Those of a parent that were made for the part are its parent's. A constraint of a part that its parent has too is
 * marked as inherited, whichever came first.
 */
const PARTS = `
select r.oid::int8 as oid, c.oid::int8 as part, n.nspname as schema, c.relname as name, t.level as level,
       pn.nspname as of_schema, p.relname as of_name, pg_get_expr(c.relpartbound, c.oid) as bounds,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as by, greatest(c.reltuples, 0)::int8 as rows,
       array(select format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
             from pg_constraint k where k.conrelid = c.oid and k.coninhcount = 0 and k.conparentid = 0
               and k.contype in ('p', 'u', 'c', 'x', 'f')
             order by array_position(array['p', 'u', 'x', 'c', 'f'], k.contype::text), k.conname) as constraints,
       array(select pg_get_indexdef(i.indexrelid) from pg_index i
             where i.indrelid = c.oid and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
               and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
             order by 1) as indexes,
       array(select pg_get_triggerdef(g.oid) from pg_trigger g
             where g.tgrelid = c.oid and not g.tgisinternal and coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0'
             order by 1) as triggers
from pg_class r join lateral pg_partition_tree(r.oid) t on true
join pg_class c on c.oid = t.relid join pg_namespace n on n.oid = c.relnamespace
join pg_class p on p.oid = t.parentrelid join pg_namespace pn on pn.oid = p.relnamespace
where r.relkind = 'p' and not r.relispartition and t.level > 0
order by 1, t.level, c.relname`

const METHODS: Record<string, Partitions['method']> = { r: 'range', l: 'list', h: 'hash' }

/** By the oid of the table. */
export async function partitions(query: Database['query']): Promise<Map<string, Partitions>> {
  const tables = await query(TABLES)
  if (tables.length === 0) return new Map()
  const parts = Map.groupBy(await query(PARTS), (r) => String(r.oid))
  return new Map(
    tables.map((t) => [
      String(t.oid),
      {
        method: METHODS[String(t.strategy)] ?? 'other',
        by: String(t.by),
        key: /\((.*)\)$/s.exec(String(t.by))?.[1] ?? '',
        columns: [...new Set([...(t.columns as string[]), ...(t.deeper as string[])])],
        parts: (parts.get(String(t.oid)) ?? []).map(partFrom),
      },
    ]),
  )
}

function partFrom(r: Row): Part {
  return {
    schema: String(r.schema),
    name: String(r.name),
    bounds: String(r.bounds),
    of: Number(r.level) === 1 ? null : { schema: String(r.of_schema), name: String(r.of_name) },
    by: r.by === null ? null : String(r.by),
    own: [r.constraints, r.indexes, r.triggers].flatMap((of) => of as string[]),
    rows: Number(r.rows),
  }
}

/** What makes the parts of a table, those of parts after them; what they have besides comes later. */
export function partsSql(
  table: { schema: string; name: string; partitions?: Partitions },
  quote: (t: { schema: string; name: string }) => string,
): string[] {
  return (table.partitions?.parts ?? []).map(
    (p) =>
      `create table ${quote(p)} partition of ${quote(p.of ?? table)} ${p.bounds}${p.by === null ? '' : ` partition by ${p.by}`}`,
  )
}

/** What a broken CREATE INDEX CONCURRENTLY left on a part. */
export async function invalidOfParts({
  query,
  server,
}: Pick<Database, 'query' | 'server'>): Promise<{ schema: string; name: string }[]> {
  if (server.family !== 'postgres') return []
  const rows = await query(`select n.nspname as schema, x.relname as name from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid join pg_namespace n on n.oid = x.relnamespace
    where c.relispartition and c.relkind = 'r' and not i.indisvalid`)
  return rows.map((r) => ({ schema: String(r.schema), name: String(r.name) }))
}
