/** The dimensions that a fact lacks, recommended with it where it is clear how: a key that finds no row is no key. */
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { recommend } from '../dimension/recommend.ts'
import type { CalendarRecommendation, TableRecommendation } from '../dimension/types.ts'
import { withColumns } from '../search/origins.ts'
import { isBeginning } from './names.ts'
import type { FactDimension, FactRecommendation, Placed } from './types.ts'

/** Of one thing with a key that the fact has, or the calendar; the others are left, and it is said why. */
export async function withDimensions(
  context: RefactorContext,
  recommendation: FactRecommendation,
): Promise<FactRecommendation> {
  const make: NonNullable<FactRecommendation['make']> = []
  const notes: string[] = []
  for (const [subject, dimensions] of lacking(recommendation)) {
    const [first] = dimensions
    const left = (why: string) => notes.push(`The dimension ${subject} is not made with it: ${why}`)
    try {
      const made = await recommend(context, { subject, from: first?.of ?? null, flags: [] })
      const other = made.way === 'entity' ? otherKey(made, dimensions) : null
      const isClear =
        made.way === 'calendar' ||
        made.way === 'entity' ||
        made.way === 'junk' ||
        (made.way === 'promoted' && made.natural.length === 1)
      const beyond = made.way === 'calendar' ? notCovered(recommendation, made) : []
      if (beyond.length > 0)
        left(
          `its days would not reach those of ${list(beyond)}. martsmith dimension date --from ${beyond[0]} makes one that does.`,
        )
      else if (other !== null) left(other)
      else if (isClear) make.push({ roles: dimensions.map((d) => d.role), recommendation: made })
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
  const kept = await keptOf(context, recommendation, make)
  return {
    ...recommendation,
    make,
    flags: [...recommendation.flags, ...kept],
    left: recommendation.left.filter((l) => !kept.some((k) => k.column.name === l.column)),
    notes: [...stays, ...notes],
  }
}

/** What a role alone tells of a thing, and its roles do not agree on: that is of the event, and stays on it. */
async function keptOf(
  context: RefactorContext,
  { reads, left }: FactRecommendation,
  make: NonNullable<FactRecommendation['make']>,
): Promise<Placed[]> {
  const roles = make.flatMap(({ recommendation: r }) => ('roles' in r && r.roles ? r.roles.each : []))
  const lost = left.filter(({ column, by }) => {
    const role = roles.find((r) => r.natural.some((n) => n.name === by?.column.name))
    return by?.from === 'events' && role && !role.attributes.some((a) => a.name === column)
  })
  const [events] =
    lost.length > 0
      ? await withColumns(
          context,
          reads.slice(0, 1).map((r) => r.id),
        )
      : []
  return lost.flatMap(({ column }): Placed[] => {
    const found = events?.columns.find((c) => c.name === column)
    return found ? [{ from: 'events', column: found }] : []
  })
}

/** Why the fact finds no row of it: it has other columns than those that the dimension tells its rows by. */
function otherKey({ natural, reads }: TableRecommendation, dimensions: FactDimension[]): string | null {
  const own = natural.map((n) => n.column.name)
  const fits = dimensions.every((d) => {
    const named = d.missing?.natural.map((n) => n.name) ?? []
    return named.length === own.length && named.every((n) => own.includes(n))
  })
  const named = list(dimensions[0]?.missing?.natural.map((n) => n.name) ?? [])
  return fits
    ? null
    : `its key is ${list(own)} of ${reads[0]?.label ?? ''}, and the fact names it by ${named}.`
}

/** Times of the fact whose days the calendar leaves out, as it does what a thing began with. */
export function notCovered(
  { reads, times }: Pick<FactRecommendation, 'reads' | 'times'>,
  { covers }: Pick<CalendarRecommendation, 'covers'>,
): string[] {
  return times.flatMap(({ from, column }) => {
    const read = reads[from === 'header' ? 1 : 0]
    const has = covers.some((c) => c.id === read?.id && c.column.name === column.name)
    return has || !read || !isBeginning(column.name) ? [] : [`${read.label}.${column.name}`]
  })
}

function lacking({ dimensions }: FactRecommendation): Map<string, FactDimension[]> {
  const missing = dimensions.filter((d) => d.dimension === null)
  return Map.groupBy(missing, (d) => (d.kind === 'calendar' ? 'date' : (d.missing?.subject ?? d.role)))
}
