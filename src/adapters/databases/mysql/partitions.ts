/** Partitioned tables of MySQL and MariaDB, from information_schema; subpartitions are told by the way of their table alone. */
import type { Database, Part, Partitions, Row } from '../types.ts'

const PARTITIONS = `select table_name as tbl, partition_name as name, partition_method as method,
  subpartition_method as sub_method, partition_expression as expression, subpartition_expression as sub_expression,
  partition_description as bounds, table_rows as row_count
from information_schema.partitions where table_schema = database() and partition_name is not null
order by table_name, partition_ordinal_position, subpartition_ordinal_position`

/** By the name of the table. */
export async function partitions(
  query: Database['query'],
  keyOf: (table: string) => string[],
): Promise<Map<string, Partitions>> {
  const tables = Map.groupBy(await query(PARTITIONS), (r) => String(r.tbl))
  return new Map([...tables].map(([name, rows]) => [name, partitionsFrom(rows, keyOf(name))]))
}

function partitionsFrom(rows: Row[], key: string[]): Partitions {
  const [first] = rows
  const method = String(first?.method)
  const sub = first?.sub_method ? `, ${first.sub_method} (${first.sub_expression ?? ''})` : ''
  const written = `${first?.expression ?? ''} ${first?.sub_expression ?? ''}`
  const named = [...written.matchAll(/`((?:[^`]|``)+)`/g)].map((m) => (m[1] ?? '').replaceAll('``', '`'))
  return {
    method: methodOf(method),
    by: `${method} (${first?.expression ?? ''})${sub}`,
    key: String(first?.expression ?? ''),
    // KEY () is by the primary key.
    columns: [...new Set(named.length > 0 ? named : key)],
    parts: [...Map.groupBy(rows, (r) => String(r.name))].map(([name, of]) => partFrom(name, of, method)),
  }
}

function methodOf(method: string): Partitions['method'] {
  if (/range/i.test(method)) return 'range'
  if (/list/i.test(method)) return 'list'
  return /hash|key/i.test(method) ? 'hash' : 'other'
}

function partFrom(name: string, rows: Row[], method: string): Part {
  const bounds = rows[0]?.bounds
  const isList = /list/i.test(method)
  return {
    schema: '',
    name,
    bounds:
      bounds === null || bounds === undefined
        ? ''
        : bounds === 'MAXVALUE'
          ? isList
            ? 'DEFAULT'
            : 'VALUES LESS THAN (MAXVALUE)'
          : `VALUES ${isList ? 'IN' : 'LESS THAN'} (${bounds})`,
    of: null,
    by: null,
    own: [],
    rows: rows.reduce((n, r) => n + Number(r.row_count), 0),
  }
}
