/** From a recommendation to the files of a fact table and what must be so of it. Reads only. */
import { MartsmithError } from '../../../core/errors.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { FactRecommendation } from '../../data-modeler/fact/types.ts'
import type { Modelled } from '../modelled.ts'

export async function planFact(_: RefactorContext, recommendation: FactRecommendation): Promise<Modelled> {
  throw new MartsmithError({
    code: 'fact.not-built',
    message: `A fact table for ${recommendation.subject} cannot be designed yet. Nothing was run.`,
  })
}
