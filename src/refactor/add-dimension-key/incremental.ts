/** A new column in a fact that is incremental: that it is taken up at all, and how the rows that stand get it. */

import type { DbtEngine } from '../../adapters/dbt/types.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import {
  configCalls,
  type NamedValue,
  withArguments,
  withCall,
  withValue,
} from '../change-materialization/config-call.ts'
import { refused } from '../sql-file.ts'
import type { RefactorContext } from '../types.ts'
import type { NewKey } from './text.ts'

const TAKES_UP = ['append_new_columns', 'sync_all_columns']

/** The file with an `on_schema_change` that takes a new column up; as it is where it says that already. */
export function keepsNewColumns(text: string, path: string, { config }: ManifestNode): string {
  if (TAKES_UP.includes(String(config?.on_schema_change))) return text
  const calls = configCalls(text)
  if (!calls || calls.some((c) => !c.arguments))
    throw refused(path, null, 'its config() cannot be read beyond doubt')
  const standing = calls.flatMap((c) => c.arguments ?? []).find((a) => a.name === 'on_schema_change')
  if (standing) {
    if (standing.literal === null) throw refused(path, null, 'its on_schema_change is computed by Jinja')
    return withValue(text, standing, 'append_new_columns')
  }
  const named: NamedValue[] = [['on_schema_change', 'append_new_columns']]
  const [first] = calls
  return first ? withArguments(text, first, named) : withCall(text, named)
}

type About = { key: string; made: NewKey }

/** The plan for the rows that stand: nothing of it is run here. */
export async function incrementalNotes(
  { context, fact, adapter }: { context: RefactorContext; fact: ManifestNode; adapter: string },
  { key, made }: About,
): Promise<string[]> {
  const { name } = fact
  const taken = TAKES_UP.includes(String(fact.config?.on_schema_change))
  const update = await updateOf(context.dbt, fact, adapter, made, key)
  return [
    `${name} is incremental. ${taken ? 'Its on_schema_change takes new columns up' : 'Its on_schema_change becomes append_new_columns, or the next run would leave the column out'}; rows that stand have no value in ${key} until they are filled, and not_null of it fails so long.`,
    `Backfill, either: martsmith pipeline --select ${name} --full-refresh (all rows anew, from what the sources still have; needs an approval where the target is protected).`,
    update
      ? `Or in batches, after the next run has added the column: ${update}, and a range of its key or time`
      : `Or in batches, after the next run has added the column: update ${fact.relation_name}, a range of its key or time at once.`,
  ]
}

/** Only where the key is worked out of the row itself. */
async function updateOf(
  dbt: DbtEngine,
  fact: ManifestNode,
  adapter: string,
  { sql, join }: NewKey,
  key: string,
): Promise<string | null> {
  if (join) return null
  const [compiled] = await dbt.compile([{ id: fact.unique_id, rawCode: sql }])
  if (!compiled || 'error' in compiled) return null
  const own = dialectOf(adapter).quote(key)
  return `update ${fact.relation_name} set ${own} = ${compiled.compiled.replace(/\s+/g, ' ').trim()} where ${own} is null`
}
