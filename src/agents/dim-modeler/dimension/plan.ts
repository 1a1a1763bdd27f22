/** From a recommendation to the files of a dimension: each way to make one has its folder. */
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Recommendation } from '../../data-modeler/dimension/types.ts'
import type { Modelled } from '../modelled.ts'
import type { Writing } from '../writing.ts'
import { planCalendar, planClock } from './calendar/plan.ts'
import { planTable } from './table/plan.ts'
import { planVersions } from './versions/plan.ts'

/** @param open a change that it goes into, where it is made with others. */
export function planDimension(
  context: RefactorContext,
  recommendation: Recommendation,
  open?: Writing,
): Promise<Modelled> {
  switch (recommendation.way) {
    case 'promoted':
    case 'entity':
    case 'junk':
      return planTable(context, recommendation, open)
    case 'versions':
      return planVersions(context, recommendation, open)
    case 'calendar':
      return planCalendar(context, recommendation, open)
    case 'clock':
      return planClock(context, recommendation, open)
  }
}
