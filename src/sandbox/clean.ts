/** Removes what sandboxes left whose process died: files, and schemas that carry the sandbox's own prefix. */
import type { DbtEngine } from '../adapters/dbt/types.ts'
import { list } from '../core/text.ts'
import { type Left, removeRecord, saveRecord } from './record.ts'

/**
 * `dbt` is the engine of the target that they were made through; null where none of them made schemas.
 * What could not be dropped is kept on record, with the reason.
 */
export async function cleanSandboxes(
  stateDir: string,
  left: Left[],
  dbt: DbtEngine | null,
): Promise<{ removed: string[]; kept: { id: string; why: string }[] }> {
  const removed: string[] = []
  const kept: { id: string; why: string }[] = []
  for (const { id, record } of left) {
    const schemas = (record?.schemas ?? []).filter((s) => record && s.schema.startsWith(record.prefix))
    const why = record && schemas.length > 0 ? await drop(dbt, record.database, schemas) : null
    if (why === null) {
      await removeRecord(stateDir, id)
      removed.push(id)
    } else {
      if (record) await saveRecord(stateDir, record)
      kept.push({ id, why })
    }
  }
  return { removed, kept }
}

type Schemas = { database: string | null; schema: string }[]

async function drop(
  dbt: DbtEngine | null,
  database: string | null,
  schemas: Schemas,
): Promise<string | null> {
  if (!dbt) return 'its schemas can only be dropped through dbt'
  const now = (await dbt.target()).database
  if (now !== database)
    return `its schemas are in the database ${database}, and the target now leads to ${now}: ${list(schemas.map((s) => s.schema))}`
  const errors = (await dbt.tools.schemas('drop', schemas)).filter((e) => e !== null)
  return errors.length === 0 ? null : (errors[0]?.trim().split('\n')[0] ?? 'a schema could not be dropped')
}
