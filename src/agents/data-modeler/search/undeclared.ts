/** A table of the warehouse that is no source of the project yet: found, and offered to be declared. */
import { MartsmithError } from '../../../core/errors.ts'
import { shellQuote } from '../../../core/text.ts'
import { dialectOf, kindOf } from '../../../project/profile/sql.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Origin, Wanted } from '../types.ts'

type Place = { database: string | null; schema: string; table: string }
/** With what stands behind it: `status`. */
type Asked = Place & { columns: string | null }

/**
 * What `--from` names, where it is a table of the warehouse and nothing of the project; null where there is no such
 * table, or it cannot be looked for. @throws MartsmithError `dimension.undeclared` without `--declare`.
 */
export async function undeclared(
  { graph, dbt }: Pick<RefactorContext, 'graph' | 'dbt'>,
  { wanted: { from, flags, subject }, kind }: { wanted: Wanted; kind: 'dimension' | 'fact' },
): Promise<{ origin: Origin; columns: string | null } | null> {
  if (from === null) return null
  const target = await dbt.target()
  const adapter = target.type
  for (const asked of placesIn(from)) {
    const place = await lookedUp(dbt, asked, target.database, adapter)
    if (!place) continue
    const { schema, table, database } = place
    const source = Object.values(graph.manifest.sources).find(
      (s) => graph.isOwn(s.unique_id) && keyOfStored(s.schema, adapter) === keyOfStored(schema, adapter),
    )
    const label = `${source?.source_name ?? schema}.${table}`
    if (!flags.includes('declare'))
      throw new MartsmithError({
        code: 'dimension.undeclared',
        message: `${schema}.${table} is in the warehouse, and no source of this project. Nothing was run.`,
        details: ['A model reads it through a source: with --declare that is written in the same change.'],
        mend: [`martsmith ${kind} ${shellQuote(subject)} --from ${shellQuote(from)} --declare`],
        exitCode: 3,
      })
    const elsewhere = database !== null && database !== target.database
    const path = elsewhere ? [database, schema, table] : [schema, table]
    const relation = path.map(dialectOf(adapter).quote).join('.')
    const [columns] = await dbt.columns([relation])
    if (!Array.isArray(columns) || columns.length === 0) continue
    const origin: Origin = {
      id: `source.${graph.manifest.metadata.project_name}.${label}`,
      label,
      relation,
      needsStaging: true,
      stands: true,
      declare: path,
      columns: columns.map(({ name, type }) => ({ name, type, kind: kindOf(type) })),
    }
    return { origin, columns: asked.columns }
  }
  return null
}

/** `raw.orders`, `raw.orders.status`, `db.raw.orders`, `db.raw.orders.status`; a name with a dot is quoted. */
function placesIn(from: string): Asked[] {
  const [a, b, c, d] = [...from.matchAll(/"((?:[^"]|"")*)"|([^.]+)/g)].map(
    (m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '',
  )
  if (!a || !b) return []
  return [
    ...(d ? [] : [{ database: null, schema: a, table: b, columns: c ?? null }]),
    ...(c ? [{ database: a, schema: b, table: c, columns: d ?? null }] : []),
  ]
}

/** As it is stored: people write names in small letters. */
async function lookedUp(
  dbt: RefactorContext['dbt'],
  { database, schema, table }: Place,
  own: string | null,
  adapter: string,
): Promise<Place | null> {
  const is = (column: string, value: string) =>
    `lower(${column}) = '${value.toLowerCase().replaceAll("'", "''")}'`
  const where = [
    is('table_schema', schema),
    is('table_name', table),
    ...(database === null && own === null ? [] : [is('table_catalog', database ?? own ?? '')]),
  ]
  const [answer] = await dbt.query(
    [
      `select table_catalog, table_schema, table_name from information_schema.tables where ${where.join(' and ')}`,
    ],
    20,
  )
  if (!answer || 'error' in answer) return null
  const found = answer.rows.map(([d, s, t]) => ({ database: String(d), schema: String(s), table: String(t) }))
  const same = (name: string, stored: string) => keyOfStored(name, adapter) === keyOfStored(stored, adapter)
  return (
    found.find((f) => same(f.schema, schema) && same(f.table, table)) ??
    (found.length === 1 ? (found[0] ?? null) : null)
  )
}
