/** Plans a refactoring on the project as it is now. Reads only. */
import { openGraph } from '../project/open.ts'
import { operationById } from './registry.ts'
import type { Plan, RefactorContext } from './types.ts'

export type PlanContext = Omit<RefactorContext, 'graph'>

/** @throws MartsmithError where a precondition does not hold: the place and the reason. */
export async function planRefactoring(context: PlanContext, id: string, input: unknown): Promise<Plan> {
  const operation = await operationById(id)
  const graph = await openGraph(context.dbt)
  return operation.plan({ ...context, graph }, operation.input.parse(input))
}
