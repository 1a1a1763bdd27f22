/** From a recommendation to the files of a dimension and what must be so of it. Reads only. */
import { dirname, join } from 'node:path/posix'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { modelPath } from '../../project/conventions/names.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { openParser } from '../../project/sql/parse.ts'
import { described, stageInto } from '../../refactor/add-staging/index.ts'
import { projectPath } from '../../refactor/models.ts'
import { dbtProject, pathsIn } from '../../refactor/project-files.ts'
import { houseStyleOf } from '../../refactor/properties.ts'
import type { Claim, Plan, RefactorContext } from '../../refactor/types.ts'
import { dimensionName } from '../data-modeler/conformed.ts'
import { dimensionsOf } from '../data-modeler/origins.ts'
import type { Recommendation } from '../data-modeler/types.ts'
import { type Design, designOf } from './design.ts'
import { carried, type DesignedTest, document, documentationOf } from './document.ts'
import { dimensionSql } from './sql.ts'

export type DimensionPlan = {
  plan: Plan
  /** Id of the dimension after the change, and its file. */
  node: string
  file: string
  tests: DesignedTest[]
  /** The design in words, one line each. */
  words: string[]
}

export async function planDimension(
  context: RefactorContext,
  recommendation: Recommendation,
): Promise<DimensionPlan> {
  const { graph, project, dbt } = context
  const style = await houseStyleOf(context)
  const adapter = (await dbt.target()).type
  await openParser()
  const files = collectChanges(project)
  const reads = await readsOf(context, files, recommendation)
  const design = designOf(style, recommendation, {
    model: dimensionName(graph, style, recommendation.entity),
    adapter,
    renamed: reads.renamed,
  })
  const root = pathsIn(await dbtProject(project.dbtDir), 'model-paths')[0] ?? 'models'
  const folder = dimensionFolder(graph, style, root)
  const path = join(root, modelPath(folder, design.model))
  const file = projectPath(project, path)
  const { materialized } = style.folder(folder)
  const text = dimensionSql(design, {
    style,
    folder,
    reads: reads.name,
    adapter,
    materialized: style.materializedIn === 'model' ? materialized : null,
  })
  if (await files.exists(file))
    throw new MartsmithError({
      code: 'dimension.file',
      message: `There is a file ${file} already. Nothing was run.`,
    })
  await files.create(file, text)
  const documented = documentationOf(
    style,
    design,
    { ...recommendation, origin: { ...recommendation.origin, label: reads.name } },
    reads.described,
  )
  await document(context, files, style, described(graph, path, root, design.model), {
    documented,
    materialized: style.materializedIn === 'properties' ? materialized : null,
  })
  const node = `model.${graph.manifest.metadata.project_name}.${design.model}`
  const title = `Add dimension ${design.model}`
  return {
    node,
    file,
    tests: documented.columns.flatMap((c) => c.tests),
    words: designWords(design, style, recommendation),
    plan: {
      title,
      changes: await files.changeSet(title),
      claims: [{ kind: 'builds' }, ...reads.claims, dimensionClaimOf(design, node, reads.id)],
      notes: [...recommendation.notes, ...factNotes(graph, design, reads.id)],
      next: [
        {
          command: `martsmith pipeline --select ${reads.claims.length > 0 ? '+' : ''}${design.model}`,
          why: 'builds it in the warehouse',
        },
      ],
    },
  }
}

type Reads = {
  id: string
  name: string
  renamed: ReadonlyMap<string, string>
  described: (column: string) => string
  claims: Claim[]
}

/** The model that is read: the one that stands, or a staging model that is made with it. */
async function readsOf(
  context: RefactorContext,
  files: ChangeCollector,
  { origin }: Recommendation,
): Promise<Reads> {
  const { graph } = context
  const columns = (graph.node(origin.id) ?? graph.source(origin.id))?.columns ?? {}
  if (!origin.needsStaging) {
    const name = graph.node(origin.id)?.name ?? origin.label
    return {
      id: origin.id,
      name,
      renamed: new Map(),
      described: (c) => carried(columns[c]?.description ?? ''),
      claims: [],
    }
  }
  const staged = await stageInto(context, files, { table: origin.label, name: null })
  const before = new Map([...staged.names].map(([from, to]) => [to, from]))
  return {
    id: `model.${graph.manifest.metadata.project_name}.${staged.name}`,
    name: staged.name,
    renamed: staged.names,
    described: (c) => carried(columns[before.get(c) ?? c]?.description ?? ''),
    claims: [staged.claim],
  }
}

/** Where most dimensions lie; else where the house puts its marts. */
function dimensionFolder(graph: ProjectGraph, style: HouseStyle, root: string): string {
  const folders = dimensionsOf(graph, style.dimensionPrefix)
    .filter((n) => graph.isOwn(n.unique_id) && n.original_file_path.startsWith(`${root}/`))
    .map((n) => dirname(n.original_file_path).slice(root.length + 1))
  const times = Map.groupBy(folders, (f) => f)
  const [most] = [...times].sort((a, b) => b[1].length - a[1].length)
  return most?.[0] ?? style.martsFolder
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

function designWords(design: Design, style: HouseStyle, { without, origin }: Recommendation): string[] {
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
    `Type 1: no column of ${origin.label} keeps history.`,
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
