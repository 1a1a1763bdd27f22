/** What is read has to build as the project has it: what stands in the warehouse may be older than its file. */
import { MartsmithError } from '../../core/errors.ts'
import type { RefactorContext } from '../../refactor/types.ts'
import type { Read } from './types.ts'

/** @throws MartsmithError `modelling.broken` where a model that is read cannot be asked as it is written. */
export async function assertBuilds(
  { graph, dbt }: Pick<RefactorContext, 'graph' | 'dbt'>,
  reads: Read[],
): Promise<void> {
  const models = reads.filter((r) => !r.needsStaging && graph.node(r.id)?.resource_type === 'model')
  const views = models.filter((r) => graph.node(r.id)?.language !== 'python')
  const compiled = views.length > 0 ? await dbt.compile(views.map((r) => ({ id: r.id }))) : []
  for (const [i, { id, label }] of views.entries()) {
    const answer = compiled[i]
    if (!answer) continue
    const words = 'error' in answer ? answer.error : await whyNot(dbt, answer)
    const error = words?.trim().replace(/^(Runtime|Database) Error[^\n]*\n\s*/i, '') ?? null
    if (error !== null)
      throw new MartsmithError({
        code: 'modelling.broken',
        message: `${label} (${graph.node(id)?.original_file_path}) does not build as it is written: ${error.split('\n')[0]}. Nothing was run.`,
        details: error.split('\n').slice(1, 6),
        mend: ['martsmith debug', `dbt build --select ${label}`],
        exitCode: 1,
      })
  }
}

/** What reads ephemeral models is not whole by itself; the sandbox tells. */
async function whyNot(
  dbt: RefactorContext['dbt'],
  { compiled, ephemeral }: { compiled: string; ephemeral: Record<string, string> },
): Promise<string | null> {
  if (Object.keys(ephemeral).length > 0) return null
  const [answer] = await dbt.query([`select * from (\n${compiled}\n) as asked where 1 = 0`], 1)
  return answer && 'error' in answer ? answer.error : null
}
