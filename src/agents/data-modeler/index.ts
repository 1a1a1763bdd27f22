/** data-modeler: finds what a dimension is asked for, measures it, and recommends how to make it. */
import { z } from 'zod'
import { outcome } from '../../core/outcome.ts'
import { openGraph } from '../../project/open.ts'
import { type ActionContext, type Agent, action } from '../types.ts'
import { recommend } from './recommend.ts'
import { type Wanted, wantedSchema } from './types.ts'

export const dataModeler: Agent = {
  id: 'data-modeler',
  purpose: 'Design decisions',
  whenToUse: 'Architecture, materialization',
  actions: {
    analyse: action({
      purpose: 'Find what a dimension is asked for, measure it, and recommend how to make it',
      input: z.strictObject({ wanted: wantedSchema }),
      run: analyse,
    }),
  },
}

async function analyse({ project, dbt, now }: ActionContext, { wanted }: { wanted: Wanted }) {
  const recommendation = await recommend({ project, dbt, now, graph: await openGraph(dbt) }, wanted)
  const { looked, chosen, because, rejected, notes } = recommendation
  const [first = '', ...more] = because
  return outcome('success', `${first.charAt(0).toUpperCase()}${first.slice(1)}.`, {
    details: [
      looked,
      chosen,
      ...more.map((b) => `Also: ${b}.`),
      ...rejected.map((r) => `Rejected: ${r}.`),
      ...notes,
    ],
    output: { recommendation },
  })
}
