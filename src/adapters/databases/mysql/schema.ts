/** Reads the schema of a MySQL or MariaDB database from information_schema. Its tables have no schema: `''`. */
import type { Column, Database, ForeignKey, Row, Schema, Server, Table } from '../types.ts'
import { partitions } from './partitions.ts'

const TABLES = `select table_name as name, coalesce(table_rows, 0) as row_count,
  coalesce(data_length + index_length, 0) as bytes
from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE' order by 1`

const COLUMNS = `select table_name as tbl, column_name as name, column_type as type, is_nullable as nullable,
  column_default as def, extra as extra, column_comment as note, collation_name as coll, generation_expression as expression, data_type as data_type
from information_schema.columns where table_schema = database() order by table_name, ordinal_position`

const KEYS = `select k.table_name as tbl, k.constraint_name as name, c.constraint_type as type, k.column_name as col,
  k.referenced_table_name as ref_table, k.referenced_column_name as ref_col, r.delete_rule as on_delete,
  r.update_rule as on_update
from information_schema.key_column_usage k
join information_schema.table_constraints c on c.constraint_schema = k.constraint_schema
  and c.table_name = k.table_name and c.constraint_name = k.constraint_name
left join information_schema.referential_constraints r on r.constraint_schema = k.constraint_schema
  and r.table_name = k.table_name and r.constraint_name = k.constraint_name
where k.table_schema = database()
order by k.table_name, k.constraint_name, k.ordinal_position`

/** MariaDB may have checks of one name on several tables, and says on which; MySQL's names are unique. */
const CHECKS: Record<'MariaDB' | 'MySQL', string> = {
  MariaDB: `select table_name as tbl, constraint_name as name, check_clause as clause
from information_schema.check_constraints where constraint_schema = database() order by 1, 2`,
  MySQL: `select t.table_name as tbl, c.constraint_name as name, c.check_clause as clause
from information_schema.check_constraints c join information_schema.table_constraints t
  on t.constraint_schema = c.constraint_schema and t.constraint_name = c.constraint_name
  and t.constraint_type = 'CHECK'
where c.constraint_schema = database() order by 1, 2`,
}

const INDEXES = `select table_name as tbl, index_name as name, non_unique as non_unique, column_name as col,
  sub_part as sub_part
from information_schema.statistics where table_schema = database() order by table_name, index_name, seq_in_index`

const TRIGGERS = `select event_object_table as tbl, trigger_name as name,
  concat(action_timing, ' ', event_manipulation, ' ', action_statement) as body
from information_schema.triggers where trigger_schema = database() order by 1, 2`

const VIEWS = `select table_name as name, view_definition as definition, security_type as security, check_option as checked
from information_schema.views where table_schema = database() order by 1`

export async function mysqlSchema(
  query: Database['query'],
  server: Server,
  database: string,
): Promise<Schema> {
  const of = async (sql: string) => Map.groupBy(await query(sql), (r) => String(r.tbl))
  const tables = await query(TABLES)
  const [columns, keys, checks, indexes, triggers] = [
    await of(COLUMNS),
    await of(KEYS),
    await of(CHECKS[server.product === 'MariaDB' ? 'MariaDB' : 'MySQL']),
    await of(INDEXES),
    await of(TRIGGERS),
  ]
  const parted = await partitions(query, (table) =>
    (keys.get(table) ?? []).filter((k) => k.type === 'PRIMARY KEY').map((k) => String(k.col)),
  )
  const views = await query(VIEWS)
  return {
    tables: tables.map((t) => {
      const rows = (all: Map<string, Row[]>) => all.get(String(t.name)) ?? []
      const own = parted.get(String(t.name))
      return {
        ...tableFrom(t, rows(columns), rows(keys), rows(checks), rows(indexes), rows(triggers), server),
        ...(own ? { partitions: own } : {}),
      }
    }),
    views: views.map((v) => ({
      schema: '',
      name: String(v.name),
      definition: String(v.definition).replaceAll(`\`${database.replaceAll('`', '``')}\`.`, ''),
      options: v.security === 'DEFINER' ? null : `SQL SECURITY ${v.security}`,
      checkOption: v.checked === 'NONE' ? null : String(v.checked),
    })),
  }
}

function tableFrom(
  t: Row,
  columns: Row[],
  keys: Row[],
  checks: Row[],
  indexes: Row[],
  triggers: Row[],
  server: Server,
): Table {
  const constraints = [...Map.groupBy(keys, (k) => String(k.name))]
  const ofType = (type: string) =>
    constraints
      .filter(([, parts]) => parts[0]?.type === type)
      .map(([name, parts]) => ({ name, columns: parts.map((p) => String(p.col)) }))
  const owned = new Set([...ofType('PRIMARY KEY'), ...ofType('UNIQUE')].map((k) => k.name))
  return {
    schema: '',
    name: String(t.name),
    columns: columns.map((c) => columnFrom(c, server)),
    primaryKey: ofType('PRIMARY KEY')[0] ?? null,
    uniques: ofType('UNIQUE'),
    foreignKeys: constraints.filter(([, p]) => p[0]?.type === 'FOREIGN KEY').map(foreignKey),
    checks: checks.map((c) => ({
      name: String(c.name),
      clause: expressionOf(String(c.clause), server),
      validated: true,
    })),
    indexes: [...Map.groupBy(indexes, (i) => String(i.name))]
      .filter(([name]) => !owned.has(name))
      .map(([name, parts]) => ({
        name,
        columns: parts.map((p) => `${p.col ?? 'expression'}${p.sub_part === null ? '' : `(${p.sub_part})`}`),
        unique: String(parts[0]?.non_unique) === '0',
        valid: true,
        definition: '',
      })),
    triggers: triggers.map((g) => ({ name: String(g.name), columns: [String(g.body)] })),
    rows: Number(t.row_count),
    bytes: Number(t.bytes),
  }
}

function columnFrom(c: Row, server: Server): Column {
  const extra = String(c.extra ?? '')
  const isGenerated = /generated/i.test(extra) && c.expression !== null && c.expression !== ''
  return {
    name: String(c.name),
    type: String(c.type),
    nullable: c.nullable === 'YES',
    default: isGenerated ? null : defaultOf(c, server),
    made: isGenerated
      ? `generated always as (${expressionOf(String(c.expression), server)}) ${/stored/i.test(extra) ? 'stored' : 'virtual'}`
      : /auto_increment/i.test(extra)
        ? 'auto_increment'
        : /on update/i.test(extra)
          ? extra.replace(/^.*(on update.*)$/i, '$1')
          : null,
    collation: c.coll === null ? null : String(c.coll),
    comment: c.note === '' || c.note === null ? null : String(c.note),
  }
}

/** MariaDB gives an expression, MySQL the bare value of a literal. */
function defaultOf(c: Row, server: Server): string | null {
  if (c.def === null || c.def === 'NULL') return null
  const text = String(c.def)
  if (server.product === 'MariaDB') return text
  if (/default_generated/i.test(String(c.extra))) return expressionOf(text, server)
  const isNumber = /int|decimal|float|double|bit/i.test(String(c.data_type))
  return isNumber ? text : `'${text.replaceAll("'", "''")}'`
}

/** MySQL escapes the quotes of texts, once more for the catalogue, and says their character set: `_utf8mb3\\'s\\'` is `'s'`. */
function expressionOf(written: string, { product }: Server): string {
  if (product === 'MariaDB') return written
  return written
    .replace(/\\([\s\S])/g, '$1')
    .replace(/\b_[a-z0-9]+(?=')/g, '')
    .replace(/\\([\s\S])/g, (pair, escaped) => (escaped === "'" ? "''" : pair))
}

function foreignKey([name, parts]: [string, Row[]]): ForeignKey {
  const first = parts[0]
  return {
    name,
    columns: parts.map((p) => String(p.col)),
    references: { schema: '', name: String(first?.ref_table) },
    refColumns: parts.map((p) => String(p.ref_col)),
    onDelete: String(first?.on_delete),
    onUpdate: String(first?.on_update),
    validated: true,
  }
}
