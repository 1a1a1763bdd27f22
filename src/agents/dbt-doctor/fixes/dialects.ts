/** What other dialects call a function or a type, and what the warehouse at hand has. */
import type { FixContext } from '../types.ts'

/** In each line the names that mean the same with the same arguments. */
const SAME = {
  functions: [
    ['coalesce', 'ifnull', 'nvl'],
    ['length', 'len', 'char_length'],
    ['substring', 'substr'],
    ['upper', 'ucase'],
    ['lower', 'lcase'],
    ['now', 'getdate', 'sysdate', 'current_timestamp'],
    ['string_agg', 'listagg', 'group_concat'],
    ['strpos', 'instr'],
    ['date_part', 'datepart'],
    ['random', 'rand'],
    ['ceil', 'ceiling'],
    ['ln', 'log_e'],
    ['power', 'pow'],
    ['every', 'bool_and', 'booland_agg', 'logical_and'],
    ['bool_or', 'boolor_agg', 'logical_or'],
  ],
  types: [
    ['varchar', 'text', 'string', 'nvarchar', 'character varying'],
    ['bigint', 'int64', 'long', 'int8'],
    ['integer', 'int32', 'int4', 'number'],
    ['double precision', 'double', 'float64', 'float8'],
    ['numeric', 'decimal', 'bignumeric', 'number'],
    ['timestamp', 'datetime', 'timestamp_ntz', 'datetime2'],
    ['timestamptz', 'timestamp_tz', 'timestamp_ltz', 'timestamp with time zone'],
    ['boolean', 'bool', 'bit'],
  ],
}

/** Types that both DuckDB and Postgres have. */
export const TYPES = [
  ...['varchar', 'text', 'integer', 'bigint', 'smallint', 'numeric', 'decimal', 'real', 'double precision'],
  ...['boolean', 'date', 'time', 'timestamp', 'timestamptz', 'interval', 'uuid', 'json'],
]

export const dialectName =
  (kind: keyof typeof SAME) =>
  (name: string, known: string[]): string[] => {
    const there = new Set(known.map((k) => k.toLowerCase()))
    return SAME[kind]
      .filter((line) => line.includes(name.toLowerCase()))
      .flatMap((line) => line.filter((other) => other !== name.toLowerCase() && there.has(other)))
  }

const FUNCTIONS: Record<string, string> = {
  duckdb: 'select distinct function_name from duckdb_functions()',
  postgres:
    "select distinct proname from pg_proc where prokind <> 'p' union select unnest(array['nullif','greatest','least'])",
}

/** Words of the grammar that look like functions stand in no catalog. */
export async function functionsOf({ adapter, dbt }: FixContext): Promise<string[]> {
  const sql = FUNCTIONS[adapter]
  if (!sql) return SAME.functions.map(([name = '']) => name)
  const [answer] = await dbt.query([sql], 20_000)
  const names = answer && 'rows' in answer ? answer.rows.map(([name]) => String(name)) : []
  return [...names, 'coalesce', ...(adapter === 'duckdb' ? ['ifnull'] : [])]
}
