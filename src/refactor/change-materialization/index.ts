/** `change-materialization MODEL view|table|incremental|ephemeral`: how a model is kept, not what it holds. */
import { z } from 'zod'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { openParser } from '../../project/sql/parse.ts'
import { knownColumn, nearestBuilt, ownModel, projectPath } from '../models.ts'
import { operation } from '../operation.ts'
import { houseStyleOf, propertiesOf } from '../properties.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { writtenName } from '../written.ts'
import { edited, filtered, saysMaterialization } from './edit.ts'

const KINDS = ['view', 'table', 'incremental', 'ephemeral'] as const
/** A column as SQL names it, quoted or not. */
const column = z
  .string()
  .regex(/^(?:\w+|"[^"{}]+"|`[^`{}]+`)$/u, 'a key or a watermark is a column as SQL names it')

const input = z.strictObject({
  model: z.string({ error: 'name the model' }),
  to: z.enum(KINDS, { error: `say what it becomes: ${KINDS.join(', ')}` }),
  uniqueKey: z.array(column),
  watermark: column.nullable(),
  filter: z.string().min(1).nullable(),
})
export type Input = z.output<typeof input>

const about = {
  id: 'change-materialization',
  purpose: 'keep a model as a view, a table, an incremental table, or not at all (ephemeral)',
  usage:
    '<model> view|table|incremental|ephemeral [--unique-key <columns> --watermark <column> [--filter <sql>]]',
  example: 'change-materialization stg_orders table',
}

export const changeMaterialization = operation<Input>({
  ...about,
  input,
  words: ['model', 'to'],
  flags: { 'unique-key': 'list', watermark: 'text', filter: 'text' },
  plan,
})

async function plan(context: RefactorContext, given: Input): Promise<Plan> {
  const { graph, project } = context
  const node = ownModel(graph, given.model)
  const from = node.config?.materialized ?? 'view'
  const name = graph.label(node.unique_id)
  assertPossible(graph, node, from, given)
  const wanted = await asSqlNamesIt(context, node, given)
  const files = collectChanges(project)
  const notes = (await isSaidInYaml(context, files, node))
    ? await editYamlConfig(context, files, node, wanted)
    : await editFile(context, files, node, wanted)
  const title = `Change ${name} from ${from} to ${wanted.to}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: claimsFor(graph, node, from, wanted),
    notes: [...notes, ...notesFor(graph, node, from, wanted)],
    next: [{ command: `martsmith pipeline --select ${name}+`, why: 'builds the change in the warehouse' }],
  }
}

/** Columns as they were typed, in quotes where SQL would not find them otherwise. */
async function asSqlNamesIt(context: RefactorContext, node: ManifestNode, given: Input): Promise<Input> {
  await openParser()
  const adapter = context.graph.manifest.metadata.adapter_type ?? ''
  const written = async (typed: string) => {
    if (/^["`]/.test(typed)) return typed
    const { name, checked } = await knownColumn(context, node, typed)
    return checked && writtenName(name, adapter) !== name ? writtenName(name, adapter) : typed
  }
  return {
    ...given,
    uniqueKey: await Promise.all(given.uniqueKey.map(written)),
    watermark: given.watermark === null ? null : await written(given.watermark),
  }
}

/** What stands in the file goes before the YAML; where neither says anything, the house decides. */
async function isSaidInYaml(
  context: RefactorContext,
  files: ChangeCollector,
  node: ManifestNode,
): Promise<boolean> {
  const text = await files.read(projectPath(context.project, node.original_file_path))
  if (saysMaterialization(text)) return false
  const { yaml, model } = await propertiesOf(context, files, node)
  if (yaml.has([...model, 'config', 'materialized'])) return true
  return (await houseStyleOf(context)).materializedIn === 'properties'
}

async function editYamlConfig(
  context: RefactorContext,
  files: ChangeCollector,
  node: ManifestNode,
  wanted: Input,
): Promise<string[]> {
  const path = projectPath(context.project, node.original_file_path)
  const file = filtered(await files.read(path), path, wanted)
  const properties = await propertiesOf(context, files, node)
  const { yaml, model } = properties
  const [key] = wanted.uniqueKey
  properties.ensureModel()
  yaml.set([...model, 'config', 'materialized'], wanted.to, { after: ['description', 'name'] })
  if (wanted.to === 'incremental' && key !== undefined)
    yaml.set([...model, 'config', 'unique_key'], wanted.uniqueKey.length === 1 ? key : wanted.uniqueKey)
  await properties.done()
  await files.write(path, file.text)
  return file.notes
}

async function editFile(
  { project }: RefactorContext,
  files: ChangeCollector,
  node: ManifestNode,
  wanted: Input,
): Promise<string[]> {
  const path = projectPath(project, node.original_file_path)
  const change = edited(await files.read(path), path, wanted)
  await files.write(path, change.text)
  return change.notes
}

function assertPossible(graph: ProjectGraph, node: ManifestNode, from: string, { to }: Input): void {
  const name = graph.label(node.unique_id)
  const refuse = (why: string, mend: string[] = []) =>
    new MartsmithError({
      code: 'refactor.refused',
      message: `${name} (${node.original_file_path}) cannot become ${to}: ${why}. Nothing was changed.`,
      mend,
    })
  if (from === to)
    throw new MartsmithError({
      code: 'refactor.nothing-to-do',
      message: `${name} is ${to} already; there is nothing to change.`,
      exitCode: 0,
    })
  if (!node.original_file_path.toLowerCase().endsWith('.sql')) throw refuse('it is not written in SQL')
  if (!KINDS.some((kind) => kind === from))
    throw refuse(`it is ${from}, a materialization of its own, and what that does is not known here`)
  if (to === 'ephemeral') {
    const readers = graph
      .children(node.unique_id)
      .filter((id) => /^(exposure|snapshot|semantic_model|saved_query)\./.test(id))
    if (readers.length > 0)
      throw refuse(
        `${list(readers.map(graph.label))} ${readers.length === 1 ? 'reads' : 'read'} its relation, and there would be none`,
      )
  }
}

/** Rows are compared where there is a relation before and after: in the model, else in what reads it. */
function claimsFor(graph: ProjectGraph, node: ManifestNode, from: string, { to, watermark }: Input): Claim[] {
  const id = node.unique_id
  const compared = from === 'ephemeral' || to === 'ephemeral' ? nearestBuilt(graph, id) : [id]
  return [
    { kind: 'builds' },
    ...compared.map((node): Claim => ({ kind: 'same-rows', before: node, after: node })),
    ...(to === 'incremental' && watermark !== null
      ? [{ kind: 'incremental-equals-full' as const, node: id, watermark }]
      : []),
  ]
}

function notesFor(graph: ProjectGraph, node: ManifestNode, from: string, { to, watermark }: Input): string[] {
  const below = nearestBuilt(graph, node.unique_id)
  const isHidden = from === 'ephemeral' || to === 'ephemeral'
  return [
    ...(to === 'ephemeral' && node.relation_name
      ? [
          `${node.relation_name} stays in the warehouse, and is not built any more: drop it when nobody reads it.`,
        ]
      : []),
    ...(isHidden && below.length === 0 ? ['No relation reads it, so there are no rows to compare.'] : []),
    ...(from === 'incremental'
      ? ['Rows that its source does not hold any more are lost when it is built anew.']
      : []),
    ...(watermark
      ? [
          `Rows that change later without a newer ${watermark}, and rows without one, are only seen by --full-refresh.`,
        ]
      : []),
    ...(to === 'view' && below.length > 3
      ? [`${count(below.length, 'relation')} will compute it anew, each when it is built.`]
      : []),
  ]
}
