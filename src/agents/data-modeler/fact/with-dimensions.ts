/** The dimensions that a fact lacks, recommended with it where it is clear how: a key that finds no row is no key. */
import { MartsmithError } from '../../../core/errors.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { recommend } from '../dimension/recommend.ts'
import type { FactDimension, FactRecommendation } from './types.ts'

/** Of one thing with a key of one column, or the calendar; the others are left, and it is said why. */
export async function withDimensions(
  context: RefactorContext,
  recommendation: FactRecommendation,
): Promise<FactRecommendation> {
  const make: NonNullable<FactRecommendation['make']> = []
  const notes: string[] = []
  for (const [subject, dimensions] of lacking(recommendation)) {
    const [first] = dimensions
    const unmatched = dimensions.some((d) => d.unmatched > 0)
    const left = (why: string) => notes.push(`The dimension ${subject} is not made with it: ${why}`)
    if (unmatched && first?.kind !== 'calendar') {
      left('the fact has values that its table does not have.')
      continue
    }
    try {
      const made = await recommend(context, { subject, from: first?.of ?? null, flags: [] })
      const isClear =
        made.way === 'calendar' ||
        (['promoted', 'entity'].includes(made.way) && 'natural' in made && made.natural.length === 1)
      if (isClear) make.push({ roles: dimensions.map((d) => d.role), recommendation: made })
      else left('it is no table of the thing with one key.')
    } catch (error) {
      if (!(error instanceof MartsmithError)) throw error
      left(error.message.replace(/ Nothing was run\.$/, ''))
    }
  }
  const made = make.flatMap((m) => m.recommendation.subject)
  // What is made now is not missing any more.
  const stays = recommendation.notes.filter(
    (n) => !made.some((subject) => n.startsWith(`No dimension of ${subject} is there yet`)),
  )
  return { ...recommendation, make, notes: [...stays, ...notes] }
}

function lacking({ dimensions }: FactRecommendation): Map<string, FactDimension[]> {
  const missing = dimensions.filter((d) => d.dimension === null)
  return Map.groupBy(missing, (d) => (d.kind === 'calendar' ? 'date' : (d.missing?.subject ?? d.role)))
}
