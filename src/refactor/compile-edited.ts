/** Edited SQL, compiled as dbt would before it is written anywhere. */
import type { DbtEngine } from '../adapters/dbt/types.ts'
import type { ManifestNode } from '../project/manifest.ts'
import type { Mode } from '../project/sql/compiled.ts'
import { strippedSpan } from '../project/sql/jinja.ts'
import { refused } from './sql-file.ts'

/** What `raw` compiles to in place of a node's own code, once for each mode. @throws `refactor.refused` */
export async function compileEdited(
  dbt: DbtEngine,
  node: ManifestNode,
  raw: string,
  modes: readonly (Mode | null)[],
  path: string,
): Promise<string[]> {
  const { start, end } = strippedSpan(raw)
  const rawCode = raw.slice(start, end)
  const requests = modes.map((mode) => ({ id: node.unique_id, rawCode, ...(mode ? { mode } : {}) }))
  const answers = await dbt.compile(requests)
  return answers.map((answer) => {
    if ('error' in answer)
      throw refused(
        path,
        null,
        `the edited file would not compile: ${answer.error.trim().split('\n').join(' ')}`,
      )
    return answer.compiled
  })
}
