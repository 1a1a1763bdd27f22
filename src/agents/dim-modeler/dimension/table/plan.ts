/** From a recommendation to the files of a dimension and what must be so of it. Reads only. */
import { count, list } from '../../../../core/text.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import type { ProjectGraph } from '../../../../project/graph.ts'
import type { Claim, RefactorContext } from '../../../../refactor/types.ts'
import { dimensionName } from '../../../data-modeler/dimension/conformed.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import { dimensionsOf } from '../../../data-modeler/search/origins.ts'
import type { Modelled } from '../../modelled.ts'
import { folderOf, openWriting, readsOf, type Writing, writeModel } from '../../writing.ts'
import { type Design, designOf } from './design.ts'
import { documentationOf } from './documentation.ts'
import { dimensionSql } from './sql.ts'

export async function planTable(
  context: RefactorContext,
  recommendation: TableRecommendation,
  open?: Writing,
): Promise<Modelled> {
  const writing = open ?? (await openWriting(context))
  const { style, adapter, files } = writing
  const { graph } = context
  const [read] = recommendation.reads
  if (!read) throw new Error(`${recommendation.subject} is made from nothing`)
  const reads = await readsOf(writing, read)
  const model = dimensionName(graph, style, recommendation.entity)
  const design = designOf(style, recommendation, { model, adapter, renamed: reads.renamed })
  const folder = folderOf(writing, dimensionsOf(graph, style.dimensionPrefix))
  const made = await writeModel(writing, {
    name: model,
    folder,
    sql: (materialized) => dimensionSql(design, { style, folder, reads: reads.name, adapter, materialized }),
    documentation: documentationOf(
      style,
      design,
      { closedList: recommendation.closedList, reads: reads.name },
      reads.described,
    ),
  })
  const title = `Add dimension ${model}`
  return {
    made: [made],
    words: designWords(design, style, recommendation, read.label),
    plan: {
      title,
      changes: await files.changeSet(title),
      claims: [{ kind: 'builds' }, ...reads.claims, dimensionClaimOf(design, made.node, reads.id)],
      notes: [...recommendation.notes, ...factNotes(graph, design, reads.id)],
      next: [
        {
          command: `martsmith pipeline --select ${reads.claims.length > 0 ? '+' : ''}${model}`,
          why: 'builds it in the warehouse',
        },
      ],
    },
  }
}

function dimensionClaimOf(design: Design, node: string, origin: string): Claim {
  const { natural, attributes, key, unknown } = design
  const names = (isText: boolean) =>
    attributes.filter((a) => (a.kind === 'text') === isText).map((a) => a.name)
  return {
    kind: 'dimension',
    node,
    key,
    natural: natural.name,
    unknown,
    asText: natural.asText,
    texts: names(true),
    others: names(false),
    origin,
    originKey: natural.name,
  }
}

function designWords(
  design: Design,
  style: HouseStyle,
  { without }: TableRecommendation,
  origin: string,
): string[] {
  const { model, thing, natural, key, attributes } = design
  const { surrogateKey: way } = style
  const made =
    way.kind === 'macro' ? `your macro ${way.name}` : `${way.function} of it, as the house makes keys`
  return [
    `${model}, one row per ${thing}; natural key ${natural.name}, surrogate key ${key} (${style.origin('surrogate_key').from === 'learned' ? made : `${made.replace(', as the house makes keys', '')}, for the project makes none yet`}).`,
    attributes.length === 0
      ? 'No attributes beside the natural key.'
      : `Attributes: ${list(
          attributes.map((a) => a.name),
          12,
        )}.`,
    `Type 1: no column of ${origin} keeps history.`,
    unknownWords(design, without),
  ]
}

function unknownWords({ unknown, distinct, thing }: Design, without: number): string {
  if (!distinct) return `Unknown member ${unknown}, for facts without a ${thing}.`
  const rows = count(without, 'row')
  return `Unknown member ${unknown}, for the ${rows} without one${without === 0 ? ' today, and those to come' : ''}.`
}

/** Facts below the origin that could take the key: they are left alone, and it is said. */
function factNotes(graph: ProjectGraph, design: Design, origin: string): string[] {
  const facts = graph.descendants([origin]).flatMap((id) => {
    const node = graph.node(id)
    const has = Object.values(node?.columns ?? {}).some(
      (c) => c.name.toLowerCase() === design.natural.name.toLowerCase(),
    )
    return node?.resource_type === 'model' && has && /^f(ct|act)?_/i.test(node.name) ? [node.name] : []
  })
  if (facts.length === 0) return []
  return [
    `${list(facts)} ${facts.length === 1 ? 'has' : 'have'} ${design.natural.name}: adding ${design.key} there is not built yet; it is left as it is.`,
  ]
}
