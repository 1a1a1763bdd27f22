/** Dimensions that are made in the same change as the fact that needs them: from then on they stand. */
import { surrogateKeySql } from '../../../project/conventions/names.ts'
import { literal } from '../../../project/profile/sql.ts'
import type { Claim, RefactorContext } from '../../../refactor/types.ts'
import type { TableRecommendation } from '../../data-modeler/dimension/types.ts'
import type { FactDimension, FactRecommendation, StandingDimension } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { planDimension } from '../dimension/plan.ts'
import { type Design, type DesignedColumn, designOf } from '../dimension/table/design.ts'
import { textType } from '../dimension/table/sql.ts'
import type { Made, Modelled } from '../modelled.ts'
import { readsOf, type Writing } from '../writing.ts'
import type { MadeDimension } from './members.ts'

export type WithMade = {
  recommendation: FactRecommendation
  made: Made[]
  claims: Claim[]
  words: string[]
  /** By id: what they will have, for those that hold inferred members. */
  dimensions: Map<string, MadeDimension>
  /** Ids of date dimensions among them. */
  calendars: string[]
}

export async function makeDimensions(
  context: RefactorContext,
  writing: Writing,
  recommendation: FactRecommendation,
): Promise<WithMade> {
  const all: WithMade = {
    recommendation,
    made: [],
    claims: [],
    words: [],
    dimensions: new Map(),
    calendars: [],
  }
  for (const { roles, recommendation: of } of recommendation.make ?? []) {
    const modelled = await planDimension(context, of, writing)
    const table = of.way === 'entity' || of.way === 'promoted' || of.way === 'junk' ? of : null
    const design = table ? await designed(writing, table, modelled) : null
    const standing = standingOf(writing, modelled, design)
    if (!standing) continue
    if (design && table) all.dimensions.set(standing.id, madeOf(writing, design, modelled, table))
    all.made.push(...modelled.made)
    all.claims.push(...modelled.plan.claims.filter((c) => c.kind !== 'builds'))
    all.words.push(...modelled.words)
    if (of.way === 'calendar') all.calendars.push(standing.id)
    all.recommendation = {
      ...all.recommendation,
      dimensions: all.recommendation.dimensions.map((d) =>
        roles.includes(d.role) &&
        d.dimension === null &&
        (d.kind === 'calendar' || d.columns.length === standing.natural.length)
          ? {
              ...d,
              ...(of.way === 'entity' ? inOrderOf(of, d) : {}),
              kind: d.kind === 'calendar' ? ('calendar' as const) : ('standing' as const),
              dimension: standing,
            }
          : d,
      ),
    }
  }
  return all
}

/** The columns of the fact as the dimension has its key: one for each of it. */
function inOrderOf({ natural }: TableRecommendation, { columns, missing }: FactDimension) {
  const at = (name: string) => missing?.natural.findIndex((n) => n.name === name) ?? -1
  return { columns: natural.flatMap((n) => columns[at(n.column.name)] ?? []) }
}

async function designed(writing: Writing, of: TableRecommendation, { made }: Modelled): Promise<Design> {
  const reads = await Promise.all(of.reads.map((r) => readsOf(writing, r)))
  const model = made[0]?.node.split('.').at(-1) ?? ''
  return designOf(writing.style, of, { model, adapter: writing.adapter, reads })
}

function madeOf(
  writing: Writing,
  design: Design,
  { made, plan }: Modelled,
  of: TableRecommendation,
): MadeDimension {
  const [first] = made
  const claim = plan.claims.find((c) => c.kind === 'dimension' && c.node === first?.node)
  return {
    file: first?.file ?? '',
    columns: [keyOf(design), ...[...design.natural, ...design.attributes].map((c) => stored(writing, c))],
    tests: (first?.tests ?? []).flatMap(({ column, test }) => (column === null ? [] : [{ column, test }])),
    testedIn: first ? [first.properties] : [],
    of: of.reads.length === 1 && claim?.kind === 'dimension' ? claim.origin : null,
  }
}

function keyOf({ key }: Design): OriginColumn {
  return { name: key, type: 'varchar', kind: 'text' }
}

function stored({ adapter }: Writing, { name, type, kind, asText }: DesignedColumn): OriginColumn {
  // What is true or not is said in words, so that it can be unknown too.
  if (kind === 'boolean') return { name, type: textType(adapter), kind: 'text' }
  return { name, type: asText ? textType(adapter) : type, kind }
}

/** As it will be, by its design or what is claimed of it. */
function standingOf(
  writing: Writing,
  { made, plan }: Modelled,
  design: Design | null,
): StandingDimension | null {
  const node = made[0]?.node
  const claim = plan.claims.find((c) => 'node' in c && c.node === node)
  const name = node?.split('.').at(-1)
  if (!node || !name || !claim) return null
  if (design) {
    const literals = design.natural.map((n) => literal(n.unknown))
    return {
      id: node,
      name,
      key: keyOf(design),
      natural: design.natural.map((n) => stored(writing, n)),
      unknown: {
        key: surrogateKeySql(writing.style, literals, textType(writing.adapter)),
        natural: literals,
      },
      versions: null,
      keyIs: 'hash',
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
    keyIs: 'other',
  }
}
