/** What builds the schema of a Postgres database anew, from the definitions that the server itself prints. */
import type { Database, Index, Row, Table } from '../types.ts'
import { partsSql, ROOT } from './partitions.ts'
import { OWN, postgresSchema } from './schema.ts'

const q = (name: unknown) => `"${String(name).replaceAll('"', '""')}"`
const of = (r: { schema: unknown; name: unknown }) => `${q(r.schema)}.${q(r.name)}`

const SCHEMAS = `select nspname as name from pg_namespace
  where nspname not in ('pg_catalog', 'information_schema', 'public') and nspname !~ '^pg_(toast|temp)'`

const EXTENSIONS = `select e.extname as name, n.nspname as schema from pg_extension e
  join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'`

const NO_EXTENSION = (oid: string, catalogue: string) =>
  `not exists (select from pg_depend d where d.objid = ${oid} and d.classid = '${catalogue}'::regclass and d.deptype = 'e')`

const ENUMS = `
select n.nspname as schema, t.typname as name,
       string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) as labels
from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_enum e on e.enumtypid = t.oid
where ${NO_EXTENSION('t.oid', 'pg_type')}
group by 1, 2`

const DOMAINS = `
select n.nspname as schema, t.typname as name, format_type(t.typbasetype, t.typtypmod) as base,
       t.typnotnull as not_null, t.typdefault as "default",
       array(select pg_get_constraintdef(k.oid) from pg_constraint k where k.contypid = t.oid) as checks
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'd' and n.nspname <> 'information_schema' and ${NO_EXTENSION('t.oid', 'pg_type')}`

/** Those of identity columns come with their columns. */
const SEQUENCES = `
select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and ${OWN}
  and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i')`

/** Sequences that go with a column. */
const OWNED = `
select n.nspname as schema, c.relname as name, tn.nspname as table_schema, t.relname as table_name, a.attname as column
from pg_depend d join pg_class c on c.oid = d.objid join pg_namespace n on n.oid = c.relnamespace
join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where c.relkind = 'S' and d.deptype = 'a' and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and ${OWN}`

const FUNCTIONS = `
select pg_get_functiondef(p.oid) as definition from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind in ('f', 'p')
  and ${NO_EXTENSION('p.oid', 'pg_proc')}`

const CONSTRAINTS = `
select n.nspname as schema, c.relname as table_name, k.conname as name, pg_get_constraintdef(k.oid) as definition
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where k.contype in ('p', 'u', 'c', 'x', 'f') and k.conislocal and k.conparentid = 0 and ${ROOT} and ${OWN}
order by array_position(array['p', 'u', 'x', 'c', 'f'], k.contype::text)`

export async function postgresDdl(query: Database['query']): Promise<string[]> {
  const schema = await postgresSchema(query)
  const [schemas, extensions, enums, domains, sequences, functions, constraints, owned] = [
    await query(SCHEMAS),
    await query(EXTENSIONS),
    await query(ENUMS),
    await query(DOMAINS),
    await query(SEQUENCES),
    await query(FUNCTIONS),
    await query(CONSTRAINTS),
    await query(OWNED),
  ]
  const ofParts = schema.tables.flatMap((t) => (t.partitions?.parts ?? []).flatMap((p) => p.own))
  return [
    'set check_function_bodies = off',
    ...schemas.map((s) => `create schema ${q(s.name)}`),
    ...extensions.map((e) => `create extension if not exists ${q(e.name)} with schema ${q(e.schema)}`),
    ...enums.map((e) => `create type ${of(named(e))} as enum (${e.labels})`),
    ...domains.map(domain),
    ...sequences.map((s) => `create sequence ${of(named(s))}`),
    ...functions.map((f) => String(f.definition)),
    ...schema.tables.map(
      (t) =>
        `create table ${of(t)} (${t.columns.map(column).join(', ')})${t.partitions ? ` partition by ${t.partitions.by}` : ''}`,
    ),
    ...schema.tables.flatMap((t) => partsSql(t, of)),
    // Before what their tables have, so that the names which the server gives there are free ones.
    ...ofParts.filter((s) => !isTrigger(s)),
    ...owned.map(
      (s) => `alter sequence ${of(named(s))} owned by ${q(s.table_schema)}.${q(s.table_name)}.${q(s.column)}`,
    ),
    ...constraints.map(
      (c) =>
        `alter table ${q(c.schema)}.${q(c.table_name)} add constraint ${q(c.name)} ${String(c.definition)}`,
    ),
    ...schema.tables.flatMap((t) => [
      ...t.indexes.map((i) => indexSql(t, i)),
      ...(t.statistics ?? []).map((s) => s.definition),
    ]),
    ...schema.views.map((v) => {
      const kind = v.materialised ? 'materialized view' : 'view'
      const options = v.options ? ` with (${v.options})` : ''
      return `create ${kind} ${of(v)}${options} as ${v.definition.replace(/;\s*$/, '')}`
    }),
    ...schema.tables.flatMap((t) => t.triggers.flatMap((g) => g.columns)),
    ...ofParts.filter(isTrigger),
  ]
}

const isTrigger = (statement: string) => /^create (?:constraint )?trigger /i.test(statement)

/** One of a partitioned table that is not valid does not stand on every part yet. */
function indexSql({ partitions }: Table, { definition, valid }: Index): string {
  return partitions && !valid ? definition.replace(/ ON /, ' ON ONLY ') : definition
}

function named(r: Row): { schema: unknown; name: unknown } {
  return { schema: r.schema, name: r.name }
}

function domain(d: Row): string {
  const parts = [
    d.default === null ? '' : ` default ${d.default}`,
    d.not_null ? ' not null' : '',
    ...(d.checks as string[]).map((c) => ` ${c}`),
  ]
  return `create domain ${of(named(d))} as ${d.base}${parts.join('')}`
}

function column(c: {
  name: string
  type: string
  nullable: boolean
  default: string | null
  made: string | null
  collation: string | null
}): string {
  return [
    q(c.name),
    c.type,
    c.collation === null ? '' : `collate ${q(c.collation)}`,
    c.made ?? '',
    c.default === null ? '' : `default ${c.default}`,
    c.nullable ? '' : 'not null',
  ]
    .filter((part) => part !== '')
    .join(' ')
}
