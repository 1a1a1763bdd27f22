import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { factModel } from '../../../project/conventions/names.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { factsOf } from '../../../project/stars.ts'
import type { Claim, RefactorContext } from '../../../refactor/types.ts'
import { typed } from '../../data-modeler/casts/staged.ts'
import type { FactDimension, FactRecommendation, Placed } from '../../data-modeler/fact/types.ts'
import { withColumns } from '../../data-modeler/search/origins.ts'
import type { Origin, OriginColumn, Read } from '../../data-modeler/types.ts'
import { words as inWords } from '../document.ts'
import type { Made, Modelled } from '../modelled.ts'
import { folderOf, openWriting, readsOf, type Writing, writeModel } from '../writing.ts'
import { writeBusMatrix } from './bus-matrix.ts'
import { dayNumbersOf } from './calendars.ts'
import { factClaimOf, scenariosOf } from './claims.ts'
import { designOf, type FactDesign } from './design.ts'
import { documentationOf } from './documentation.ts'
import { holdingOf } from './held.ts'
import { intermediatePlace, writeIntermediate } from './intermediate.ts'
import { keyValues } from './key-values.ts'
import { newRowsOf, settingsOf } from './load.ts'
import { makeDimensions, type WithMade } from './made-dimensions.ts'
import { type Making, makingOf } from './making.ts'
import { type Extended, extendDimensions } from './members.ts'
import type { Preparing } from './prepare.ts'
import { factSql } from './sql.ts'
import { type UnitTests, unitTestsOf } from './unit-tests.ts'
import { designWords, nextOf, notesOf } from './words.ts'

type DimensionClaim = Extract<Claim, { kind: 'dimension' }>

export async function planFact(context: RefactorContext, wanted: FactRecommendation): Promise<Modelled> {
  const writing = await openWriting(context)
  const reads = [wanted, ...(wanted.make ?? []).map((m) => m.recommendation)].flatMap((r) => r.reads)
  for (const { id, casts } of reads) if (casts) writing.casts.set(id, casts)
  const added = await makeDimensions(context, writing, wanted)
  const recommendation = withoutMissing(added.recommendation)
  const extended = await extendDimensions(
    await makingFor(writing, recommendation, added.calendars),
    added.dimensions,
  )
  const { making } = extended
  const design = designOf(making, extended.membersOf)
  const { graph } = context
  const facts = factsOf(graph, writing.style.factPrefix)
  const model = factName(writing.style, facts, recommendation)
  const folder = folderOf(writing, facts)
  const place = intermediatePlace(making)
  const unitTests = await testsFor(making, design, { model, intermediate: place?.name ?? null })
  const intermediate = await writeIntermediate(making, place, {
    key: design.key,
    keyColumns: design.keyColumns,
    unitTests: unitTests.intermediate,
  })
  const preparing: Preparing = intermediate ?? { reads: making.events.name, ready: null }
  const { load } = recommendation
  const settings = settingsOf(making, design.key, design.keyColumns)
  const materialized = load.way === 'incremental' ? 'incremental' : tableIn(writing, folder)
  const made = await writeModel(writing, {
    name: model,
    folder,
    sql: (said) =>
      factSql({
        making,
        folder,
        preparing,
        newRows: newRowsOf(making, design.watermark),
        items: design.items,
        joins: design.foreignKeys.flatMap((k) => k.join ?? []),
        columns: design.columns,
        settings: said === null ? {} : { materialized: said, ...settings },
      }),
    documentation: documentationOf(making, design, unitTests.fact),
    ...(materialized === null ? {} : { materialized }),
    settings,
  })
  const parts = { model, made, intermediate: intermediate?.made ?? null, added, notes: unitTests.left }
  return modelled(extended, design, parts)
}

/** A key that finds no row is no key: until a dimension stands, the fact has what names the thing. */
function withoutMissing(recommendation: FactRecommendation): FactRecommendation {
  const { dimensions, degenerate, flags } = recommendation
  const isMissing = (d: FactDimension) => d.dimension === null && d.kind === 'missing'
  const same = (a: Placed, b: Placed) => a.from === b.from && a.column.name === b.column.name
  const bare = dimensions.filter((d) => isMissing(d) && !d.each).flatMap((d) => d.columns)
  const loose = dimensions.filter((d) => isMissing(d) && d.each).flatMap((d) => d.columns)
  return {
    ...recommendation,
    dimensions: dimensions.filter((d) => !isMissing(d)),
    flags: [...flags, ...loose.map(({ from, column }) => ({ from, column }))],
    degenerate: [
      ...degenerate,
      ...bare.filter(
        (c, i) => !degenerate.some((d) => same(c, d)) && bare.findIndex((b) => same(b, c)) === i,
      ),
    ],
  }
}

async function makingFor(
  writing: Writing,
  recommendation: FactRecommendation,
  calendars: string[],
): Promise<Making> {
  const [first, second] = recommendation.reads
  if (!first) throw new Error(`${recommendation.subject} is made from nothing`)
  const events = await readsOf(writing, first)
  const header = recommendation.header && second ? await readsOf(writing, second) : null
  const [ofEvents, ofHeader] = await withColumns(
    writing.context,
    [first, ...(second ? [second] : [])].map((r) => r.id),
  )
  const columns = { events: asStagedColumns(first, ofEvents), header: asStagedColumns(second, ofHeader) }
  const every = recommendation.grain.by === 'key' ? [] : columns.events
  const holding = holdingOf(recommendation, { events, header }, { adapter: writing.adapter, every, columns })
  const thing = inWords(recommendation.entity)
  const standing = await dayNumbersOf(writing.context, recommendation, writing.adapter)
  const dayNumbers = new Set([...standing, ...calendars])
  // A measure that is called as its column is called as staging calls that.
  const measures = recommendation.measures.map((m) =>
    m.name === m.column.name && m.way !== 'allocate' ? { ...m, name: holding.of(m).name } : m,
  )
  return makingOf(writing, { ...recommendation, measures }, { holding, events, header, thing, dayNumbers })
}

/** As the staging model has them that is made of a source. */
function asStagedColumns(read: Read | undefined, origin: Origin | undefined): OriginColumn[] {
  return (origin?.columns ?? []).map((c) =>
    typed(
      c,
      read?.casts?.find(({ column }) => column === c.name),
    ),
  )
}

/** Unit tests came with dbt 1.8. */
async function testsFor(
  making: Making,
  design: FactDesign,
  models: { model: string; intermediate: string | null },
): Promise<UnitTests> {
  const { dbt } = await making.writing.context.dbt.version()
  const [major = 0, minor = 0] = dbt.split('.').map(Number)
  if (major < 1 || (major === 1 && minor < 8)) return { fact: [], intermediate: [], left: [] }
  const values = await keyValues(making, design.foreignKeys)
  return unitTestsOf({ making, design, ...models, values })
}

async function modelled(
  { making, claims, words, inferred }: Extended,
  design: FactDesign,
  {
    model,
    made,
    intermediate,
    added,
    notes,
  }: { model: string; made: Made; intermediate: Made | null; added: WithMade; notes: string[] },
): Promise<Modelled> {
  const { writing, events, header } = making
  const title = `Add fact ${model}`
  const changed = claims.flatMap((c) =>
    c.kind === 'shows-difference' ? [writing.context.graph.label(c.after)] : [],
  )
  const origin = intermediate?.node ?? events.id
  const scenarios = scenariosOf(making, design, { node: made.node, origin })
  await writeBusMatrix(writing, model, design.foreignKeys)
  return {
    made: [made, ...(intermediate ? [intermediate] : []), ...added.made],
    words: [...designWords(making, design, model), ...words, ...added.words],
    plan: {
      title,
      changes: await writing.files.changeSet(title),
      claims: [
        { kind: 'builds' },
        ...added.claims.map((c) => (c.kind === 'dimension' ? withInferred(c, inferred.get(c.node)) : c)),
        ...events.claims,
        ...(header?.claims ?? []),
        factClaimOf(making, design, { node: made.node, origin, isPrepared: intermediate !== null }),
        ...claims,
        ...(scenarios ? [scenarios] : []),
      ],
      // A relation of its name that is left from before has other columns.
      ...(design.watermark ? { fullRefresh: true } : {}),
      notes: [...notesOf(making, design), ...notes],
      next: nextOf(
        making,
        [model, ...added.made.map((m) => m.node.split('.').at(-1) ?? ''), ...changed],
        intermediate !== null || events.claims.length > 0 || added.made.length > 0,
      ),
    },
  }
}

function withInferred(claim: DimensionClaim, inferred: DimensionClaim['inferred']): DimensionClaim {
  return inferred && inferred.length > 0 ? { ...claim, inferred } : claim
}

/** Null where its folder says it. */
function tableIn({ style }: Writing, folder: string): string | null {
  const isLearned = style.origin('materialized', folder).from === 'learned'
  return isLearned && style.folder(folder).materialized === 'table' ? null : 'table'
}

/** Singular or plural as the facts of the project are; where there is none, as it was said. */
export function factName(
  style: HouseStyle,
  facts: ManifestNode[],
  { subject, entity }: { subject: string; entity: string },
): string {
  const isPlural = (name: string) => /[^s]s$/i.test(name)
  const names = facts.map((n) => n.name)
  const usual = names.filter(isPlural).length * 2 > names.length ? ('plural' as const) : ('singular' as const)
  const said = isPlural(subject.trim()) ? ('plural' as const) : style.modelNumber
  return factModel({ ...style, modelNumber: names.length > 0 ? usual : said }, entity)
}
