/** Since when a source holds what it should not, as far as it keeps record of its loads. */
import type { Look } from './look.ts'

/** Columns in which loaders write when, or by which load, a row came. */
export const LOADED =
  /^(?:_dlt_load_id|_loaded_at|_fivetran_synced|_airbyte_extracted_at|_sdc_batched_at|loaded_at|_etl_loaded_at|inserted_at)$/i

/** dlt keeps only the load that touched a row last. */
const TOUCHED = /^_dlt_load_id$/i

export async function sinceWhen(look: Look, id: string, relation: string, where: string): Promise<string[]> {
  const [names = null] = await look.columns([`select * from ${relation} limit 0`])
  const declared = look.graph.source(id)?.loaded_at_field
  const column = names?.find((c) => c === declared) ?? names?.find((c) => LOADED.test(c))
  if (!column) return []
  const c = look.quote(column)
  const found = await look.rows(
    `select cast(min(${c}) as varchar), cast(max(${c}) as varchar), count(distinct ${c}), (select count(distinct ${c}) from ${relation}) from ${relation} where ${where}`,
    1,
  )
  const [first, last, loads, all] = found?.rows[0] ?? []
  if (first === undefined || first === null) return []
  const verb = TOUCHED.test(column) ? 'last touched by' : 'came with'
  const span = first === last ? String(first) : `${String(first)} to ${String(last)}`
  return [`These rows were ${verb} ${Number(loads)} of ${Number(all)} ${column}: ${span}.`]
}
