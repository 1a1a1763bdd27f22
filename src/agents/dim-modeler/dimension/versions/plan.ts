/** From a recommendation to the files of a type 2 dimension, its snapshot where one is made, and what must be so. Reads only. */
import { list } from '../../../../core/text.ts'
import type { ProjectGraph } from '../../../../project/graph.ts'
import { dimensionsOf, factsOf } from '../../../../project/stars.ts'
import type { Claim, RefactorContext } from '../../../../refactor/types.ts'
import { dimensionName } from '../../../data-modeler/dimension/conformed.ts'
import type { VersionsRecommendation } from '../../../data-modeler/dimension/history/types.ts'
import { one } from '../../document.ts'
import type { Modelled } from '../../modelled.ts'
import { folderOf, openWriting, type Reads, readsOf, type Writing, writeModel } from '../../writing.ts'
import { type VersionsDesign, versionsDesign } from './design.ts'
import { documentationOf, joinWords } from './documentation.ts'
import { atLeast, type MadeSnapshot, writeSnapshot } from './snapshot.ts'
import { versionsSql } from './sql.ts'

export async function planVersions(
  context: RefactorContext,
  recommendation: VersionsRecommendation,
  open?: Writing,
): Promise<Modelled> {
  const writing = open ?? (await openWriting(context))
  const { style, adapter, files } = writing
  const { graph } = context
  const [read] = recommendation.reads
  if (!read) throw new Error(`${recommendation.subject} is made from nothing`)
  const source = await readsOf(writing, read)
  const snapshot = recommendation.snapshot ? await writeSnapshot(writing, recommendation, source) : null
  const reads: Reads = snapshot ? { ...source, id: snapshot.id, name: snapshot.name } : source
  const model = dimensionName(graph, style, recommendation.entity)
  const design = versionsDesign({ graph, style, adapter }, recommendation, { model, renamed: reads.renamed })
  const folder = folderOf(writing, dimensionsOf(graph, style.dimensionPrefix))
  const made = await writeModel(writing, {
    name: model,
    folder,
    sql: (materialized) => versionsSql(design, { style, folder, reads: reads.name, adapter, materialized }),
    documentation: documentationOf(
      style,
      design,
      { reads: reads.name, hasUnitTests: atLeast(graph.manifest.metadata.dbt_version, 1, 8) },
      reads.described,
    ),
  })
  const title = `Add dimension ${model}${snapshot ? ` and snapshot ${snapshot.name}` : ''}`
  const select = [...(snapshot ? [snapshot.name] : []), model].join(' ')
  return {
    made: [made],
    words: designWords(design, recommendation, snapshot),
    plan: {
      title,
      changes: await files.changeSet(title),
      claims: [
        { kind: 'builds' },
        ...source.claims,
        claimOf(design, { node: made.node, origin: reads.id }, snapshot && { ...snapshot, reads: source.id }),
      ],
      notes: [...recommendation.notes, ...factNotes(graph, style.factPrefix, design)],
      next: [
        {
          command: `martsmith pipeline --select ${source.claims.length > 0 ? `+${model}` : snapshot ? `"${select}"` : model}`,
          why: snapshot
            ? 'takes the snapshot and builds the dimension; again, whenever changes matter'
            : 'builds it in the warehouse',
        },
      ],
    },
  }
}

function claimOf(
  design: VersionsDesign,
  { node, origin }: { node: string; origin: string },
  snapshot: (MadeSnapshot & { reads: string }) | null,
): Claim {
  const { natural, attributes, history, key, from, to, current } = design
  return {
    kind: 'versions',
    node,
    key,
    natural: natural.map(({ name, original, asText, unknown }) => ({
      column: name,
      from: original,
      asText,
      unknown,
    })),
    attributes: attributes.map(({ name, original, kind, asText }) => ({
      column: name,
      from: original,
      isText: kind === 'text',
      asText,
    })),
    from: from.name,
    to: to.name,
    current: current.name,
    origin,
    history: {
      by: history.by,
      begin: time(history.from),
      end: history.by === 'intervals' ? time(history.to) : null,
      step: history.by === 'intervals' ? history.step : null,
      deleted: history.by === 'intervals' ? bare(history.deleted) : null,
    },
    snapshot: snapshot && {
      node: snapshot.id,
      reads: snapshot.reads,
      key: snapshot.key,
      updatedAt: snapshot.updatedAt,
    },
  }
}

function time({ original, type, kind }: VersionsDesign['history']['from']) {
  return { name: original, type, kind }
}

function bare(written: string | null): string | null {
  return written?.replace(/^["`]|["`]$/g, '') ?? null
}

function designWords(
  design: VersionsDesign,
  { history, snapshot: isNew, attributes, natural }: VersionsRecommendation,
  snapshot: MadeSnapshot | null,
): string[] {
  const { model, thing, key, from, to, current } = design
  const keys = list(design.natural.map((n) => n.name))
  const unknown = natural.map((n) => n.unknown).join(', ')
  const how =
    history.by === 'intervals'
      ? `${history.from.name} and ${history.to.name}`
      : history.by === 'starts'
        ? `${history.from.name}, the begin of each`
        : `${history.from.name}, the time of each copy`
  return [
    `${model}, one row per version of ${one(thing)}; natural key ${keys}, surrogate key ${key} (of the natural key and of when the version began).`,
    `Attributes: ${list(
      design.attributes.map((a) => a.name),
      12,
    )}.`,
    ...(snapshot
      ? [
          `Snapshot ${snapshot.name}: ${isNew?.updatedAt ? `strategy timestamp, by ${isNew.updatedAt.name}` : `strategy check, over ${attributes.length === 1 ? 'its attribute' : `all ${attributes.length} attributes`}`}; rows that are deleted are closed.`,
        ]
      : []),
    `Type 2: versions from ${how}; ${from.name} and ${to.name} are half-open, the first version is dated back to 1900-01-01, the last ends 9999-12-31 (${current.name}).`,
    `Unknown member ${unknown}, one version for all times.`,
    `A fact ${joinWords(design)}.`,
  ]
}

/** Facts that stand and carry the natural key: they are left alone, and it is said what they must do. */
function factNotes(graph: ProjectGraph, prefix: string, design: VersionsDesign): string[] {
  const names = design.natural.map((n) => n.name.toLowerCase())
  const facts = factsOf(graph, prefix).flatMap(({ name, columns }) => {
    const has = new Set(Object.values(columns).map((c) => c.name.toLowerCase()))
    return names.every((n) => has.has(n)) ? [name] : []
  })
  if (facts.length === 0) return []
  return [
    `${list(facts)} ${facts.length === 1 ? 'has' : 'have'} ${list(names)} and ${facts.length === 1 ? 'is' : 'are'} left as ${facts.length === 1 ? 'it is' : 'they are'}. To know ${one(design.thing)} as of the event, a fact ${joinWords(design)}; without a row there it takes the unknown member. To join on ${list(names)} alone would count an event once for each version.`,
  ]
}
