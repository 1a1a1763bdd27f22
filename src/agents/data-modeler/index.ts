/** data-modeler: finds what is asked for in the data, measures it, and recommends how to make it. */
import { z } from 'zod'
import { outcome } from '../../core/outcome.ts'
import { openGraph } from '../../project/open.ts'
import type { RefactorContext } from '../../refactor/types.ts'
import { type ActionContext, type Agent, action } from '../types.ts'
import { recommend } from './dimension/recommend.ts'
import { recommendFact } from './fact/recommend.ts'
import { type Recommended, type Wanted, wantedSchema } from './types.ts'

const wanted = z.strictObject({ wanted: wantedSchema })

export const dataModeler: Agent = {
  id: 'data-modeler',
  purpose: 'Design decisions',
  whenToUse: 'Architecture, materialization',
  actions: {
    'analyse-dimension': action({
      purpose: 'Find what a dimension is asked for, measure it, and recommend how to make it',
      input: wanted,
      run: (ctx, asked) => analyse(ctx, asked, recommend),
    }),
    'analyse-fact': action({
      purpose:
        'Find the events of a process, declare the grain, identify dimensions, and recommend a fact table',
      input: wanted,
      run: (ctx, asked) => analyse(ctx, asked, recommendFact),
    }),
  },
}

type Analysis = (context: RefactorContext, wanted: Wanted) => Promise<Recommended>

async function analyse({ project, dbt, now }: ActionContext, { wanted }: { wanted: Wanted }, by: Analysis) {
  const recommendation = await by({ project, dbt, now, graph: await openGraph(dbt) }, wanted)
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
