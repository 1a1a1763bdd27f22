/** `add-staging SOURCE.TABLE [--name NAME]`: a staging model over a source table, as the house writes one. */
import { dirname, join } from 'node:path/posix'
import { z } from 'zod'
import { isAbsent, warehouseError } from '../../adapters/dbt/explain.ts'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { addTest, setDescription } from '../../changes/yaml/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list, nearest } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import {
  importName,
  modelPath,
  stagingFolder,
  stagingModel,
  wordsIn,
} from '../../project/conventions/names.ts'
import { inNumber } from '../../project/conventions/plural.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode, ManifestSource } from '../../project/manifest.ts'
import { profileRelation } from '../../project/profile/profile.ts'
import { kindOf } from '../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../project/profile/types.ts'
import { openParser } from '../../project/sql/parse.ts'
import { inHouseCase } from '../house-sql.ts'
import { projectPath } from '../models.ts'
import { operation } from '../operation.ts'
import { dbtProject, pathsIn } from '../project-files.ts'
import { type Described, houseStyleOf, propertiesOf } from '../properties.ts'
import { refusedAt } from '../refused.ts'
import { attributeWords, ended } from '../saying.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { writtenName } from '../written.ts'
import { provenTests, stagedNames } from './columns.ts'
import { stagingSql } from './sql.ts'

const input = z.strictObject({
  table: z.string({ error: 'name the table of a source: source.table' }),
  name: z
    .string()
    .regex(
      /^[\p{L}_][\p{L}\p{N}_]*$/u,
      'a name has letters, digits and underscores, and does not begin with a digit',
    )
    .nullable(),
})
type Input = z.output<typeof input>

const about = {
  id: 'add-staging',
  purpose: 'add a staging model for a source table, with the tests that its data bear out',
  usage: '<source.table> [--name <model>]',
  example: 'add-staging shop.orders',
}

export const addStaging = operation<Input>({
  ...about,
  input,
  words: ['table'],
  flags: { name: 'text' },
  plan,
})

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const { graph, project } = context
  const files = collectChanges(project)
  const { source, name, profile, readers, claim } = await stageInto(context, files, wanted)
  const title = `Add staging model ${name} for source ${graph.label(source.unique_id)}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds' }, claim],
    notes: notesFor(graph, profile, readers, name),
    next: [{ command: `martsmith pipeline --select ${name}`, why: 'builds it in the warehouse' }],
  }
}

/** A column that is read as something else: `{column}` in `sql` is the column; in words what it is in the source. */
export type StagedCast = { column: string; sql: string; type: string; words: string }

export type Staged = {
  source: ManifestSource
  /** The staging model, and what the columns of the source are called in it. */
  name: string
  path: string
  names: Map<string, string>
  profile: RelationProfile
  readers: ManifestNode[]
  claim: Claim
}

/** Writes the staging model into a change that may hold more. @throws MartsmithError where it cannot be. */
export async function stageInto(
  context: RefactorContext,
  files: ChangeCollector,
  wanted: Input,
  casts: StagedCast[] = [],
): Promise<Staged> {
  const { graph, project, dbt } = context
  const source = sourceNamed(graph, wanted.table)
  const style = await houseStyleOf(context)
  const root = pathsIn(await dbtProject(project.dbtDir), 'model-paths')[0] ?? 'models'
  const folder = stagingFolder(style, source.source_name)
  const name = wanted.name ?? stagingModel(style, source.source_name, source.name)
  const readers = directReaders(graph, source)
  assertNew(graph, source, readers, { root, style, name })
  const adapter = (await dbt.target()).type
  const profile = await measured(context, source, adapter)
  await openParser()
  const names = stagedNames(
    style,
    profile.columns.map((c) => c.name),
  )
  const path = modelPath(folder, name)
  const text = stagingSql({
    style,
    folder,
    source: `{{ source('${source.source_name}', '${source.name}') }}`,
    columns: [...names].map(([from, to]) => ({
      from: readBy(casts, from, writtenName(from, adapter), style),
      to: writtenName(to, adapter),
    })),
    readBy: importName(style, folder, source.name),
    materialized: style.materializedIn === 'model' ? style.folder(folder).materialized : null,
  })
  await files.create(projectPath(project, join(root, path)), text)
  const thing = inNumber(wordsIn(source.name).join(' ').toLowerCase(), 'singular')
  const written = {
    ...described(graph, join(root, path), root, name),
    description:
      source.description || ended(style, `One row per ${thing}, as ${graph.label(source.unique_id)} has it`),
  }
  const tests = provenTests(profile, style.idSuffix)
  await describe(
    context,
    files,
    written,
    [...names].map(([from, to]) => ({
      name: to,
      isQuoted: writtenName(to, adapter) !== to,
      description: ended(
        style,
        columnWords(to, thing, {
          said: source.columns[from]?.description ?? '',
          column: profile.columns.find((c) => c.name === from),
          cast: casts.find((c) => c.column === from),
          isKey: tests.get(from)?.includes('unique') ?? false,
        }),
      ),
      tests: tests.get(from) ?? [],
    })),
  )
  const claim: Claim = {
    kind: 'same-rows',
    before: source.unique_id,
    after: `model.${graph.manifest.metadata.project_name}.${name}`,
    renamed: Object.fromEntries([...names].filter(([from, to]) => from !== to)),
    ...(casts.length > 0
      ? { read: Object.fromEntries(casts.map(({ column, sql, type }) => [column, { sql, type }])) }
      : {}),
  }
  return { source, name, path: written.original_file_path, names, profile, readers, claim }
}

function readBy(casts: StagedCast[], name: string, written: string, style: HouseStyle): string {
  const cast = casts.find((c) => c.column === name)
  return cast
    ? inHouseCase(
        style,
        cast.sql.replaceAll('{column}', () => written),
      )
    : written
}

type Told = {
  said: string
  column: ColumnProfile | undefined
  cast: StagedCast | undefined
  isKey: boolean
}

/** What the project says of it, else its words; and what is sure of it by its rows. */
function columnWords(name: string, thing: string, { said, column, cast, isKey }: Told): string {
  const notes = [
    ...(isKey ? ['Names each row: it is never null and never repeated'] : []),
    ...(column && column.distinct === 0 ? ['Without a value in all rows so far'] : []),
    ...(cast ? [`In the source ${cast.words}`] : []),
  ]
  return [said.trim().replace(/\.$/, '') || attributeWords(name, thing), ...notes].join('. ')
}

export function described(graph: ProjectGraph, path: string, root: string, name: string): Described {
  const folders = dirname(path).slice(root.length).split('/').filter(Boolean)
  return {
    name,
    original_file_path: path,
    fqn: [graph.manifest.metadata.project_name ?? '', ...folders, name],
    patch_path: null,
  }
}

type StagedEntry = { name: string; isQuoted: boolean; description: string; tests: string[] }

/** The entry of the model, with all its columns. */
async function describe(
  context: RefactorContext,
  files: ChangeCollector,
  model: Described & { description: string },
  columns: StagedEntry[],
): Promise<void> {
  const style = await houseStyleOf(context)
  const properties = await propertiesOf(context, files, model)
  const { yaml } = properties
  properties.ensureModel()
  setDescription(yaml, properties.model, model.description)
  for (const { name, isQuoted, description, tests } of columns) {
    const entry = properties.ensureColumn(name, ...(isQuoted ? [{ quote: true as const }] : []))
    setDescription(yaml, entry, description)
    for (const test of tests)
      addTest(yaml, entry, { test }, { key: style.testsKey, arguments: style.testArguments })
  }
  await properties.done()
}

function sourceNamed(graph: ProjectGraph, words: string): ManifestSource {
  const sources = Object.values(graph.manifest.sources)
  const found = sources.find((s) => graph.label(s.unique_id) === words && graph.isOwn(s.unique_id))
  const byTable = sources.filter((s) => s.name === words && graph.isOwn(s.unique_id))
  if (found) return found
  if (byTable.length === 1 && byTable[0]) return byTable[0]
  const near = nearest(
    words,
    sources.map((s) => graph.label(s.unique_id)),
  )
  throw new MartsmithError({
    code: 'refactor.no-source',
    message: `There is no source ${words}${near[0] ? `; did you mean ${list(near)}?` : ' in this project.'} Nothing was changed.`,
    mend: [
      'dbt ls --resource-type source   lists them',
      'A table that is none yet has to be declared under sources: first.',
    ],
  })
}

/** Models of the project that read the table itself. */
function directReaders(graph: ProjectGraph, source: ManifestSource): ManifestNode[] {
  return graph.children(source.unique_id).flatMap((id) => {
    const node = graph.node(id)
    return node?.resource_type === 'model' && graph.isOwn(id) ? [node] : []
  })
}

function assertNew(
  graph: ProjectGraph,
  source: ManifestSource,
  readers: ManifestNode[],
  { root, style, name }: { root: string; style: HouseStyle; name: string },
): void {
  const top = join(root, style.stagingFolder.split('{')[0] ?? '')
  const isStaging = (n: ManifestNode) => {
    const folder = dirname(n.original_file_path)
    const others = graph
      .parents(n.unique_id)
      .filter((id) => id.startsWith('source.') && id !== source.unique_id)
    return (
      others.length === 0 &&
      (top === join(root) ? folder === root : `${folder}/`.startsWith(`${top.replace(/\/$/, '')}/`))
    )
  }
  const there = readers.find(isStaging)
  if (there)
    throw new MartsmithError({
      code: 'refactor.nothing-to-do',
      message: `${graph.label(source.unique_id)} has a staging model: ${there.name} (${there.original_file_path}); there is nothing to add.`,
      exitCode: 0,
    })
  const other = Object.values(graph.manifest.nodes).find(
    (n) => n.name === name && ['model', 'seed', 'snapshot'].includes(n.resource_type),
  )
  if (other)
    throw refusedAt(other.original_file_path, `there is a ${other.resource_type} ${name} already`, [
      `martsmith refactor add-staging ${graph.label(source.unique_id)} --name <another name>`,
    ])
}

async function measured(
  { dbt, graph, now }: RefactorContext,
  source: ManifestSource,
  adapter: string,
): Promise<RelationProfile> {
  const relation = source.relation_name ?? ''
  const [columns] = await dbt.columns([relation])
  if (!columns || 'error' in columns || columns.length === 0) {
    if (columns && 'error' in columns && !isAbsent(columns)) throw warehouseError(columns.error)
    throw refusedAt(
      graph.label(source.unique_id),
      `${relation} is not in the warehouse, so its columns are not known`,
      ['martsmith pipeline   loads what is not there yet'],
    )
  }
  const { profile } = await profileRelation({
    relation,
    columns: columns.map((c) => ({ ...c, kind: kindOf(c.type) })),
    adapter,
    today: now().toISOString().slice(0, 10),
    ask: (statements, limit) => dbt.query(statements, limit),
  })
  return profile
}

function notesFor(
  graph: ProjectGraph,
  profile: RelationProfile,
  readers: ManifestNode[],
  name: string,
): string[] {
  const key = profile.keys.find((k) => k.columns.length > 1 && k.proven)
  const tested = profile.keys.some((k) => k.columns.length === 1 && k.proven)
  return [
    ...(tested || !key
      ? []
      : [`No column alone is a key; together ${list(key.columns)} are, in ${count(profile.rows, 'row')}.`]),
    ...(profile.rows === 0 ? ['The table is empty: no test is borne out by data.'] : []),
    ...(readers.length > 0
      ? [
          `${list(readers.map((r) => graph.label(r.unique_id)))} ${readers.length === 1 ? 'reads' : 'read'} the source itself, and could read ${name}.`,
        ]
      : []),
  ]
}
