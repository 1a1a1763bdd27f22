/** Writing models into a project: what is read, where a file belongs, its SQL and what the YAML says of it. */
import { dirname, join } from 'node:path/posix'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import type { Value } from '../../changes/yaml/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { modelPath } from '../../project/conventions/names.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { openParser } from '../../project/sql/parse.ts'
import { described } from '../../refactor/add-staging/index.ts'
import { stageRead } from '../../refactor/add-staging/read.ts'
import { projectPath } from '../../refactor/models.ts'
import { dbtProject, pathsIn } from '../../refactor/project-files.ts'
import { houseStyleOf } from '../../refactor/properties.ts'
import type { Claim, RefactorContext } from '../../refactor/types.ts'
import type { Read } from '../data-modeler/types.ts'
import { carried, type Documentation, document } from './document.ts'
import type { Made } from './modelled.ts'
import { writeSeed } from './seed.ts'

export type Writing = {
  context: RefactorContext
  style: HouseStyle
  adapter: string
  files: ChangeCollector
  /** The folder of models: `models`. */
  root: string
  /** Staging models that are made with it, by what they read: each is made once. */
  staged: Map<string, Reads>
  /** How columns are read, by the id of their source: one of several models that read it may know more of it. */
  casts: Map<string, NonNullable<Read['casts']>>
}

export async function openWriting(context: RefactorContext): Promise<Writing> {
  const { project, dbt } = context
  await openParser()
  return {
    context,
    style: await houseStyleOf(context),
    adapter: (await dbt.target()).type,
    files: collectChanges(project),
    root: pathsIn(await dbtProject(project.dbtDir), 'model-paths')[0] ?? 'models',
    staged: new Map(),
    casts: new Map(),
  }
}

export type Reads = {
  id: string
  name: string
  /** From the columns of the source to those of the staging model that is made with it; empty where one stands. */
  renamed: ReadonlyMap<string, string>
  /** What the project says of a column, by its name in what is read. */
  described: (column: string) => string
  claims: Claim[]
}

/** The model that is read: the one that stands, or a staging model that is made with it. */
export async function readsOf(writing: Writing, read: Read): Promise<Reads> {
  const { context, files, staged: made } = writing
  const before = made.get(read.id)
  if (before) return { ...before, claims: [] }
  const { graph } = context
  const columns = (graph.node(read.id) ?? graph.source(read.id))?.columns ?? {}
  if (read.seed) return writeSeed(writing, read, read.seed)
  if (!read.needsStaging) {
    const name = graph.node(read.id)?.name ?? read.label
    return {
      id: read.id,
      name,
      renamed: new Map(),
      described: (c) => carried(columns[c]?.description ?? ''),
      claims: [],
    }
  }
  const casts = read.casts ?? writing.casts.get(read.id)
  const staged = await stageRead(context, files, { ...read, casts })
  const original = new Map([...staged.names].map(([from, to]) => [to, from]))
  const reads: Reads = {
    id: `model.${graph.manifest.metadata.project_name}.${staged.name}`,
    name: staged.name,
    renamed: staged.names,
    described: (c) => carried(columns[original.get(c) ?? c]?.description ?? ''),
    claims: [staged.claim],
  }
  made.set(read.id, reads)
  return reads
}

/** Where most models of this kind lie; else where the house puts its marts. Below the models' folder. */
export function folderOf({ context: { graph }, style, root }: Writing, models: ManifestNode[]): string {
  const folders = models
    .filter((n) => graph.isOwn(n.unique_id) && n.original_file_path.startsWith(`${root}/`))
    .map((n) => dirname(n.original_file_path).slice(root.length + 1))
  const times = Map.groupBy(folders, (f) => f)
  const [most] = [...times].sort((a, b) => b[1].length - a[1].length)
  return most?.[0] ?? style.martsFolder
}

/** Node id of a model of this project, after the change. */
export function modelId({ context: { graph } }: Writing, name: string): string {
  return `model.${graph.manifest.metadata.project_name}.${name}`
}

type NewModel = {
  name: string
  folder: string
  /** The materialisation, where the house says it in the model; else null. */
  sql: (materialized: string | null) => string
  documentation: Documentation
  /** Where it is not that of its folder: then it is said of the model, wherever the house says others. */
  materialized?: string
  /** What more its configuration says; SQL that is given its materialisation says it itself. */
  settings?: Record<string, Value>
}

/** @throws MartsmithError `design.file` where there is such a file. */
export async function writeModel(writing: Writing, model: NewModel): Promise<Made> {
  const { context, style, files, root } = writing
  const { name, folder, documentation } = model
  const path = join(root, modelPath(folder, name))
  const file = projectPath(context.project, path)
  const materialized = model.materialized ?? style.folder(folder).materialized
  if (await files.exists(file))
    throw new MartsmithError({
      code: 'design.file',
      message: `There is a file ${file} already. Nothing was run.`,
    })
  const inProperties = style.materializedIn === 'properties'
  const inModel = style.materializedIn === 'model' || (!inProperties && model.materialized !== undefined)
  await files.create(file, model.sql(inModel ? materialized : null))
  const properties = await document(context, files, style, described(context.graph, path, root, name), {
    documentation,
    config: inProperties ? { materialized, ...model.settings } : {},
  })
  const tests = documentation.columns.flatMap(({ column, tests }) =>
    tests.map(({ test, args }) => ({ column, test, ...(args ? { args } : {}) })),
  )
  const has = (column: string, test: string) => tests.some((t) => t.column === column && t.test === test)
  const columns = documentation.columns.map((c) => c.column)
  return {
    node: modelId(writing, name),
    file,
    properties,
    columns,
    keys: columns.filter((c) => has(c, 'unique') && has(c, 'not_null')),
    tests,
  }
}
