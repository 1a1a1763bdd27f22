/** From a recommendation to the files of a dimension: each way to make one has its folder. */
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Recommendation } from '../../data-modeler/dimension/types.ts'
import type { Modelled } from '../modelled.ts'
import { planTable } from './table/plan.ts'

export function planDimension(context: RefactorContext, recommendation: Recommendation): Promise<Modelled> {
  switch (recommendation.way) {
    case 'promoted':
    case 'entity':
    case 'junk':
      return planTable(context, recommendation)
  }
}
