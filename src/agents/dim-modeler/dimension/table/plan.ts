/** From a recommendation to the files of a dimension and what must be so of it. Reads only. */
import { count, list, shellQuote } from '../../../../core/text.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import type { ProjectGraph } from '../../../../project/graph.ts'
import { dimensionsOf } from '../../../../project/stars.ts'
import type { Claim, RefactorContext } from '../../../../refactor/types.ts'
import { dimensionName } from '../../../data-modeler/dimension/conformed.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import { one } from '../../document.ts'
import type { Modelled } from '../../modelled.ts'
import { folderOf, openWriting, type Reads, readsOf, type Writing, writeModel } from '../../writing.ts'
import { planBridge } from '../bridge/plan.ts'
import { hasUnitTests } from '../calendar/unit-test.ts'
import { type Design, type DesignedColumn, designOf } from './design.ts'
import { documentationOf, unknownOf } from './documentation.ts'
import { dimensionSql } from './sql.ts'
import { membersTestOf, unitTestOf } from './unit-test.ts'

export async function planTable(
  context: RefactorContext,
  recommendation: TableRecommendation,
  open?: Writing,
): Promise<Modelled> {
  const writing = open ?? (await openWriting(context))
  const { style, adapter, files } = writing
  const { graph } = context
  const reads: Reads[] = []
  for (const read of recommendation.reads) reads.push(await readsOf(writing, read))
  const [first] = reads
  if (!first) throw new Error(`${recommendation.subject} is made from nothing`)
  const model = dimensionName(graph, style, recommendation.entity)
  const design = designOf(style, recommendation, { model, adapter, reads })
  const folder = folderOf(writing, dimensionsOf(graph, style.dimensionPrefix))
  const described = ({ parent, original }: DesignedColumn) =>
    (parent && !parent.isSelf ? reads.find((r) => r.name === parent.reads) : first)?.described(original) ?? ''
  const unitTest = hasUnitTests(graph.manifest.metadata.dbt_version)
    ? (unitTestOf(design, recommendation, first.name) ?? membersTestOf(design, first.name))
    : null
  const documentation = documentationOf(
    style,
    design,
    { closedList: recommendation.closedList, reads: first.name },
    described,
  )
  const made = await writeModel(writing, {
    name: model,
    folder,
    sql: (materialized) => dimensionSql(design, { style, folder, reads: first.name, adapter, materialized }),
    documentation: { ...documentation, unitTests: unitTest ? [unitTest] : [] },
  })
  const bridge = await planBridge(writing, recommendation, { design, reads, folder, node: made.node })
  const title = `Add dimension ${model}${bridge ? ` and bridge ${bridge.made.node.split('.').at(-1)}` : ''}`
  const staged = reads.flatMap((r) => r.claims)
  const isAloneMade = staged.length === 0 && !recommendation.reads.some((r) => r.seed)
  return {
    made: [made, ...(bridge ? [bridge.made] : [])],
    words: [
      ...designWords(design, style, recommendation, recommendation.reads[0]?.label ?? ''),
      ...(bridge ? [bridge.words] : []),
    ],
    plan: {
      title,
      changes: await files.changeSet(title),
      claims: [
        { kind: 'builds' },
        ...staged,
        dimensionClaimOf(design, made.node, first.id),
        ...(bridge ? [bridge.claim] : []),
      ],
      notes: [...recommendation.notes, ...factNotes(graph, design, first.id)],
      next: [
        {
          command: `martsmith pipeline --select ${[model, ...(bridge ? [bridge.made.node.split('.').at(-1)] : [])].map((name) => `${isAloneMade ? '' : '+'}${name}`).join(' ')}`,
          why: 'builds it in the warehouse',
        },
      ],
    },
  }
}

function dimensionClaimOf(design: Design, node: string, origin: string): Claim {
  const { natural, attributes, key } = design
  const names = (isText: boolean) =>
    attributes.filter((a) => (a.kind === 'text') === isText).map((a) => a.name)
  return {
    kind: 'dimension',
    node,
    key,
    natural: natural.map((n) => ({
      column: n.name,
      from: n.original,
      as: n.kind === 'boolean' ? ('flag' as const) : n.asText ? ('text' as const) : ('value' as const),
      unknown: n.unknown,
    })),
    texts: names(true),
    others: names(false),
    origin,
    ...(design.roles.length > 0 ? { roles: design.roles.map((r) => r.natural) } : {}),
  }
}

function designWords(
  design: Design,
  style: HouseStyle,
  recommendation: TableRecommendation,
  origin: string,
): string[] {
  const { model, thing, natural, key, attributes, way: kind } = design
  const { surrogateKey: way } = style
  const made =
    way.kind === 'macro' ? `your macro ${way.name}` : `${way.function} of it, as the house makes keys`
  const keys = list(natural.map((n) => n.name))
  const grain = kind === 'junk' ? `one row per combination of ${keys}` : `one row per ${thing}`
  return [
    `${model}, ${grain}; natural key ${keys}, surrogate key ${key} (${style.origin('surrogate_key').from === 'learned' ? made : `${made.replace(', as the house makes keys', '')}, for the project makes none yet`}).`,
    attributes.length === 0
      ? 'No attributes beside the natural key.'
      : `Attributes: ${list(
          attributes.map((a) => a.name),
          12,
        )}.`,
    `Type 1: no column of ${origin} keeps history.`,
    unknownWords(design, recommendation),
  ]
}

function unknownWords(
  { natural, distinct, thing, roles }: Design,
  { without, way }: TableRecommendation,
): string {
  const unknown = unknownOf(natural)
  if (roles.length > 0)
    return `Unknown member ${unknown}, for rows that have none in a role: ${count(without, 'time')} today.`
  if (!distinct || (way === 'entity' && without === 0))
    return `Unknown member ${unknown}, for facts without ${one(thing)}.`
  const rows = count(without, 'row')
  return `Unknown member ${unknown}, for the ${rows} without one${without === 0 ? ' today, and those to come' : ''}.`
}

/** Facts below the origin that could take the key: they are left alone, and it is said. */
function factNotes(graph: ProjectGraph, design: Design, origin: string): string[] {
  const keys =
    design.roles.length > 0 ? design.roles.map((r) => r.natural) : [design.natural.map((n) => n.name)]
  return keys.flatMap(([own, ...more]) => {
    if (own === undefined || more.length > 0) return []
    const facts = graph.descendants([origin]).flatMap((id) => {
      const node = graph.node(id)
      const has = Object.values(node?.columns ?? {}).some((c) => c.name.toLowerCase() === own.toLowerCase())
      return node?.resource_type === 'model' && has && /^f(ct|act)?_/i.test(node.name) ? [node.name] : []
    })
    if (facts.length === 0) return []
    return [
      `${list(facts)} ${facts.length === 1 ? 'has' : 'have'} ${own}, and ${facts.length === 1 ? 'is' : 'are'} left as ${facts.length === 1 ? 'it is' : 'they are'}. Once ${design.model} is built: ${list(facts.map((fact) => `martsmith refactor add-dimension-key ${fact} ${design.model} --column ${shellQuote(own)}`))}.`,
    ]
  })
}
