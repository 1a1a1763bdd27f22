/** `rename-column MODEL.COLUMN NEW`: the column, every use of it, and the columns downstream that take their name from it. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { CompileAnswer } from '../../adapters/dbt/types.ts'
import { applyEdits } from '../../changes/edits.ts'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { asWord, count, list, shellQuote } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { findColumn } from '../../project/lineage/find.ts'
import { originsOf } from '../../project/lineage/origins.ts'
import type { ReadProject } from '../../project/lineage/read.ts'
import { keyOfStored } from '../../project/sql/names.ts'
import type { Resolved } from '../../project/sql/types.ts'
import { openKnown } from '../known.ts'
import { comparable, ownModel, projectPath } from '../models.ts'
import { operation } from '../operation.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { writtenName } from '../written.ts'
import { codeAfter, type Problem, renameInConfig, renameInFile } from './file.ts'
import { type RenamedColumn, renameInYaml, yamlFilesOf } from './yaml.ts'

const input = z.strictObject({
  column: z.string({ error: 'name the column: model.column' }),
  to: z.string({ error: 'say its new name' }).min(1),
  keepDownstream: z.boolean(),
})
export type Input = z.output<typeof input>

const about = {
  id: 'rename-column',
  purpose: 'rename a column with every use of it: models, tests, contracts, semantic models',
  usage: '<model.column> <new name> [--keep-downstream]',
  example: 'rename-column stg_trips.fare fare_amount',
}

export const renameColumn = operation<Input>({
  ...about,
  input,
  words: ['column', 'to'],
  flags: { 'keep-downstream': 'switch' },
  plan,
})

async function plan(
  context: RefactorContext,
  { column: words, to, keepDownstream: keep }: Input,
): Promise<Plan> {
  const { dbt, project } = context
  const known = await openKnown(dbt, project)
  const { graph, lineage, adapter } = known
  const start = startOf(known, words, to)
  const files = collectChanges(project)
  const work = newWork(known, files, { keep, written: (name) => writtenName(name, adapter) })
  const problems = await renameEverywhere(work, context, start)
  if (problems.length > 0) throw refused(work, start, problems)
  await renameInAllYaml(work, context)
  if (work.problems.length > 0) throw refused(work, start, work.problems)
  const title = `Rename column ${graph.label(start.id)}.${start.from} to ${to}`
  const incremental = work.renamed.filter(({ id }) => graph.node(id)?.config?.materialized === 'incremental')
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds' }, ...claimsFor(work)],
    fullRefresh: incremental.length > 0,
    notes: notesFor(work, start, lineage.columns(start.id)),
    next: [
      {
        command: `martsmith pipeline --select ${graph.label(start.id)}+${incremental.length > 0 ? ' --full-refresh' : ''}`,
        why: 'builds the change in the warehouse',
      },
    ],
  }
}

function startOf({ graph, lineage }: ReadProject, words: string, to: string): RenamedColumn {
  const { id, column } = findColumn(graph, lineage, words)
  const label = graph.label(id)
  const refuse = (why: string, mend: string[] = []) =>
    new MartsmithError({ code: 'refactor.refused', message: `${why} Nothing was changed.`, mend })
  if (column === null)
    throw refuse(`${words} is a model; name one of its columns.`, [`martsmith lineage ${label}   lists them`])
  if (graph.source(id))
    throw refuse(
      `${words} is a column of a source: it is named where it is loaded. Its name in the project is given by its staging model.`,
    )
  if (graph.node(id)?.resource_type !== 'model')
    throw refuse(
      `${label} is a ${graph.node(id)?.resource_type}, whose columns are not named by its SQL alone.`,
    )
  ownModel(graph, label)
  if (column === to)
    throw new MartsmithError({
      code: 'refactor.nothing-to-do',
      message: `The column is called ${to} already; there is nothing to change.`,
      exitCode: 0,
    })
  const key = keyOfStored(to, lineage.adapter)
  const taken = lineage.columns(id).find((c) => c !== column && keyOfStored(c, lineage.adapter) === key)
  if (taken !== undefined) throw refuse(`${label} has a column ${taken} already.`)
  return { id, from: column, to }
}

type Work = {
  known: ReadProject
  files: ChangeCollector
  keep: boolean
  written(name: string): string
  /** Columns of nodes that have another name by it, the first one first. */
  renamed: RenamedColumn[]
  /** Nodes whose files changed. */
  edited: Set<string>
  problems: Problem[]
  renames(table: string, column: string): string | null
}

function newWork(known: ReadProject, files: ChangeCollector, how: Pick<Work, 'keep' | 'written'>): Work {
  const renamed: RenamedColumn[] = []
  const key = (name: string) => keyOfStored(name, known.adapter)
  return {
    known,
    files,
    ...how,
    renamed,
    edited: new Set(),
    problems: [],
    renames: (table, column) =>
      renamed.find((r) => r.id === table && key(r.from) === key(column))?.to ?? null,
  }
}

/** From the model downward: each file is edited when all that it reads is known. */
async function renameEverywhere(
  work: Work,
  context: RefactorContext,
  start: RenamedColumn,
): Promise<Problem[]> {
  const { graph } = work.known
  await renameInNode(work, context, start.id, start)
  for (const id of inOrder(graph, graph.descendants([start.id]))) {
    if (work.problems.length > 0) break
    if (graph.parents(id).some((parent) => work.renamed.some((r) => r.id === parent)))
      await renameInNode(work, context, id, null)
  }
  return work.problems
}

async function renameInNode(
  work: Work,
  context: RefactorContext,
  id: string,
  own: RenamedColumn | null,
): Promise<void> {
  const { known } = work
  const node = known.graph.node(id)
  if (!node || !['model', 'snapshot', 'analysis', 'test'].includes(node.resource_type) || node.test_metadata)
    return
  const problem = (what: string) => work.problems.push({ file: node.original_file_path, line: null, what })
  const model = known.sql.get(id)
  const old = own?.from ?? work.renamed[0]?.from ?? ''
  if (!model || 'error' in model) {
    problem(
      model
        ? `it does not compile: ${model.error.replaceAll('\n', ' ')}`
        : `it is written in ${node.language ?? 'another language'}: whether it uses ${old} cannot be known`,
    )
    return
  }
  const read = () =>
    renameInFile({ ...model, path: model.path ?? node.original_file_path }, known.lineage, {
      old,
      rename: work.renames,
      changes: (table) => work.renamed.some((r) => r.id === table),
      own: own && { from: own.from, to: own.to },
      // A snapshot's history stands under the names that it has.
      keep: work.keep || node.resource_type === 'snapshot',
      written: work.written,
    })
  const first = read()
  for (const { from, to } of first.outputs) work.renamed.push({ id, from, to })
  // An incremental model reads itself, under the names that it gets.
  const found = first.outputs.length > 0 ? read() : first
  work.problems.push(...found.problems)
  const edits = [
    ...found.edits,
    ...found.outputs.flatMap(({ from, to }) => renameInConfig(model.raw, from, to)),
  ]
  if (edits.length === 0 || work.problems.length > 0) return
  if (model.path === null) {
    problem(`it belongs to the package ${node.package_name}, whose files are never edited`)
    return
  }
  const path = projectPath(context.project, model.path)
  await work.files.read(path)
  await work.files.write(path, applyEdits(model.raw, edits, path))
  work.edited.add(id)
  const code = codeAfter(node, model.raw, edits)
  const compiled =
    code === null
      ? []
      : await context.dbt.compile(
          found.expected.map(({ mode }) => ({ id, rawCode: code, ...(mode ? { mode } : {}) })),
        )
  const differs = found.expected.some((e, i) => {
    const answer = compiled[i]
    return !answer || 'error' in answer || !means(work, answer, e.compiled)
  })
  if (differs) problem(`its Jinja would write something else than the new name: edit it by hand`)
}

/** The same words, or others that give the same columns made of the same columns: a loop writes its name each time. */
function means(
  { known: { lineage }, renames }: Work,
  answer: Exclude<CompileAnswer, { error: string }>,
  expected: string,
): boolean {
  if (answer.compiled === expected) return true
  const [made, wanted] = [answer.compiled, expected].map((sql) =>
    lineage.resolve(sql, answer.ephemeral, renames),
  )
  if (!made || !wanted || 'error' in made || 'error' in wanted) return false
  return isDeepStrictEqual(meaningOf(made), meaningOf(wanted))
}

/** Names, origins and influences without their order and their places. */
function meaningOf(resolved: Resolved) {
  const { outputs, rows, open, rowsUnknown, reads } = originsOf(resolved)
  const sorted = (refs: object[]) => refs.map((r) => JSON.stringify(r)).sort()
  return {
    outputs: outputs.map((o) => [o.name, sorted(o.value), sorted(o.influence), o.unknown]),
    rows: sorted(rows),
    rest: [open, rowsUnknown, [...reads].sort()],
  }
}

async function renameInAllYaml(work: Work, { project }: RefactorContext): Promise<void> {
  const { graph, adapter, lineage } = work.known
  const ids = [...new Set(work.renamed.map((r) => r.id))]
  for (const file of yamlFilesOf(graph, ids)) {
    const path = projectPath(project, file)
    const text = await work.files.read(path)
    const found = renameInYaml(path, text, work.renamed, {
      graph,
      adapter,
      columns: lineage.columns,
      written: work.written,
    })
    work.problems.push(...found.problems)
    await work.files.write(path, found.text)
  }
}

function inOrder(graph: ProjectGraph, ids: string[]): string[] {
  const wanted = new Set(ids)
  const ordered = new Set<string>()
  const visit = (id: string) => {
    if (ordered.has(id)) return
    for (const parent of graph.parents(id)) if (wanted.has(parent)) visit(parent)
    ordered.add(id)
  }
  for (const id of ids) visit(id)
  return [...ordered]
}

/** Every relation of which the SQL or the columns changed holds the same rows. */
function claimsFor(work: Work): Claim[] {
  const { graph } = work.known
  const touched = [...work.renamed.map((r) => r.id), ...work.edited]
  // What has no relation is seen in the first ones below it.
  const ids = new Set(touched.filter((id) => id.startsWith('model.')).flatMap((id) => comparable(graph, id)))
  return [...ids].map((id): Claim => {
    const renamed = work.renamed.filter((r) => r.id === id).map((r) => [r.from, r.to] as const)
    return {
      kind: 'same-rows',
      before: id,
      after: id,
      ...(renamed.length > 0 ? { renamed: Object.fromEntries(renamed) } : {}),
    }
  })
}

function notesFor(
  { known: { graph }, renamed, keep }: Work,
  start: RenamedColumn,
  columns: string[],
): string[] {
  const ids = [...new Set(renamed.map((r) => r.id))]
  const incremental = ids
    .filter((id) => graph.node(id)?.config?.materialized === 'incremental')
    .map(graph.label)
  const downstream = renamed.slice(1).map((r) => `${graph.label(r.id)}.${r.from}`)
  const outside = ids.flatMap((id) => graph.children(id).filter((child) => child.startsWith('exposure.')))
  const hooks = ids.flatMap((id) => {
    const { pre_hook, post_hook } = {
      ...(graph.node(id)?.config as Record<string, unknown> | undefined),
    } as Record<string, unknown>
    return asWord(start.from).test(JSON.stringify([pre_hook, post_hook])) ? [graph.label(id)] : []
  })
  return [
    ...(downstream.length > 0
      ? [
          `Renamed with it, since they take their name from it: ${list(downstream)}. --keep-downstream leaves them as they are.`,
        ]
      : []),
    ...(keep ? ['Columns downstream keep their names.'] : []),
    ...(incremental.length > 0
      ? [
          `${list(incremental)} ${incremental.length === 1 ? 'is' : 'are'} incremental and stand${incremental.length === 1 ? 's' : ''} with the old name: the next build has to be one with --full-refresh.`,
        ]
      : []),
    ...(outside.length > 0
      ? [
          `Read outside of the project, where nothing was changed: ${list([...new Set(outside)].map(graph.label))}.`,
        ]
      : []),
    ...(hooks.length > 0 ? [`Hooks of ${list(hooks)} name ${start.from}, and were left as they are.`] : []),
    ...(columns.length === 0 ? [`The columns of ${graph.label(start.id)} are not known.`] : []),
  ]
}

function refused(
  { known: { graph }, keep }: Work,
  { id, from, to }: RenamedColumn,
  problems: Problem[],
): MartsmithError {
  const lines = problems.map(({ file, line, what }) => `${file}${line === null ? '' : `:${line}`}  ${what}`)
  const command = `martsmith refactor rename-column ${shellQuote(`${graph.label(id)}.${from}`)} ${shellQuote(to)}`
  return new MartsmithError({
    code: 'refactor.refused',
    message: `${graph.label(id)}.${from} cannot be renamed to ${to} safely: ${count(new Set(lines).size, 'place')} cannot be proven. Nothing was changed.`,
    details: [...new Set(lines)].slice(0, 20),
    mend: [
      `Edit ${lines.length === 1 ? 'this place' : 'these places'} so that it can be read, then: ${command}`,
      ...(keep
        ? []
        : [`${command} --keep-downstream   leaves the columns of its readers as they are called`]),
    ],
  })
}
