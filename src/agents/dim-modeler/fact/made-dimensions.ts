/** Dimensions that are made in the same change as the fact that needs them: from then on they stand. */
import { surrogateKeySql } from '../../../project/conventions/names.ts'
import type { Claim, RefactorContext } from '../../../refactor/types.ts'
import type { FactRecommendation, StandingDimension } from '../../data-modeler/fact/types.ts'
import { planDimension } from '../dimension/plan.ts'
import { textType } from '../dimension/table/sql.ts'
import type { Made, Modelled } from '../modelled.ts'
import type { Writing } from '../writing.ts'

export type WithMade = {
  recommendation: FactRecommendation
  made: Made[]
  claims: Claim[]
  words: string[]
  /** Ids of date dimensions among them. */
  calendars: string[]
}

export async function makeDimensions(
  context: RefactorContext,
  writing: Writing,
  recommendation: FactRecommendation,
): Promise<WithMade> {
  const all: WithMade = { recommendation, made: [], claims: [], words: [], calendars: [] }
  for (const { roles, recommendation: of } of recommendation.make ?? []) {
    const modelled = await planDimension(context, of, writing)
    const standing = standingOf(writing, modelled)
    if (!standing) continue
    all.made.push(...modelled.made)
    all.claims.push(...modelled.plan.claims.filter((c) => c.kind !== 'builds'))
    all.words.push(...modelled.words)
    if (of.way === 'calendar') all.calendars.push(standing.id)
    all.recommendation = {
      ...all.recommendation,
      dimensions: all.recommendation.dimensions.map((d) =>
        roles.includes(d.role) && d.dimension === null
          ? {
              ...d,
              kind: d.kind === 'calendar' ? ('calendar' as const) : ('standing' as const),
              dimension: standing,
              unmatched: 0,
            }
          : d,
      ),
    }
  }
  return all
}

/** As it will be, by what is claimed of it. */
function standingOf({ style, adapter }: Writing, { made, plan }: Modelled): StandingDimension | null {
  const node = made[0]?.node
  const claim = plan.claims.find((c) => 'node' in c && c.node === node)
  const name = node?.split('.').at(-1)
  if (!node || !name || !claim) return null
  const text = (column: string) => ({ name: column, type: 'varchar', kind: 'text' as const })
  if (claim.kind === 'dimension') {
    const [natural] = claim.natural
    if (!natural || natural.as === 'flag') return null
    const isText = typeof natural.unknown === 'string'
    const literal = isText ? `'${String(natural.unknown).replaceAll("'", "''")}'` : String(natural.unknown)
    return {
      id: node,
      name,
      key: text(claim.key),
      natural: [isText ? text(natural.column) : { ...text(natural.column), type: 'bigint', kind: 'integer' }],
      unknown: { key: surrogateKeySql(style, [literal], textType(adapter)), natural: [literal] },
      versions: null,
      keyIsHash: true,
    }
  }
  if (claim.kind !== 'calendar' || claim.of !== 'days') return null
  const key = made[0]?.keys[0]
  const day = made[0]?.keys[1]
  if (!key || !day) return null
  return {
    id: node,
    name,
    key: { name: key, type: 'integer', kind: 'integer' },
    natural: [{ name: day, type: 'date', kind: 'date' }],
    unknown: { key: '-1', natural: [] },
    versions: null,
    keyIsHash: false,
  }
}
