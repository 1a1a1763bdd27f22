/** `replace-hard-coded [MODEL] [--declare]`: relations named by hand become `ref` or `source`, so that dbt knows of them. */
import { z } from 'zod'
import { type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list } from '../../core/text.ts'
import { learnHouseStyle } from '../../project/conventions/learn.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { type CompiledModel, compilable, compiledModels } from '../../project/sql/compiled.ts'
import type { Identifier } from '../../project/sql/names.ts'
import { openParser } from '../../project/sql/parse.ts'
import { comparable, ownNode, projectPath } from '../models.ts'
import { operation } from '../operation.ts'
import { dbtProject, pathsIn } from '../project-files.ts'
import { placeIn, refusedAt } from '../refused.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { type Declared, declareSource, type Place } from './declare.ts'
import { type NamedTable, tablesByHand } from './find.ts'
import { callFor, keyOfPath, meaningFinder } from './meaning.ts'

const input = z.strictObject({ model: z.string().nullable().default(null), declare: z.boolean() })
type Input = z.output<typeof input>

const about = {
  id: 'replace-hard-coded',
  purpose: 'replace relations that are named by hand by ref() or source()',
  usage: '[<model>] [--declare]',
  example: 'replace-hard-coded fct_orders --declare',
}

export const replaceHardCoded = operation<Input>({
  ...about,
  input,
  words: ['model'],
  flags: { declare: 'switch' },
  plan,
})

/** One place in one file: what is to stand there, or why it stays. */
type Finding = { id: string; path: string; raw: string; table: NamedTable }
type Edit = Finding & { span: { start: number; end: number }; call: string }
type Left = { at: string; why: string; mend: string[] }

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const { graph, project, dbt } = context
  const adapter = (await dbt.target()).type
  const models = await readModels(context, wanted.model)
  const meaning = meaningFinder(graph, adapter)
  const left: Left[] = []
  const findings = models.flatMap((model) => findingsIn(model, graph, adapter, meaning, project, left))
  const files = collectChanges(project)
  const declare = wanted.declare ? await declarer(context, files, adapter) : null
  const edits: Edit[] = []
  for (const finding of findings) {
    const edit = await editFor(finding, { graph, meaning, declare })
    if ('why' in edit) left.push(edit)
    else edits.push(edit)
  }
  // A model that was named is done as a whole, or not at all.
  if (edits.length === 0 || wanted.model !== null) assertDone(left, edits.length, wanted.model)
  for (const [path, inside] of Map.groupBy(edits, (e) => e.path)) await write(files, path, inside)
  const ids = [...new Set(edits.map((e) => e.id))]
  const title = `Replace ${count(edits.length, 'hard-coded relation')} in ${list(ids.map(graph.label), 5)}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: claimsFor(graph, ids),
    notes: [
      ...(declare?.notes() ?? []),
      ...left.map(({ at, why, mend }) => `Left: ${at}: ${[why, ...mend].join('. ')}`),
    ],
    next: [
      {
        command: `martsmith pipeline --select ${ids.map((id) => `${graph.label(id)}+`).join(' ')}`,
        why: 'builds the change in the warehouse',
      },
    ],
  }
}

async function readModels(context: RefactorContext, name: string | null): Promise<CompiledModel[]> {
  const { graph, project, dbt } = context
  const ids =
    name === null
      ? compilable(graph).filter((id) => graph.isOwn(id))
      : [ownNode(graph, name, ['model', 'snapshot', 'test', 'analysis']).unique_id]
  await openParser()
  return compiledModels({ graph, dbtDir: project.dbtDir, compile: (nodes) => dbt.compile(nodes) }, ids)
}

function findingsIn(
  model: CompiledModel,
  graph: ProjectGraph,
  adapter: string,
  meaning: ReturnType<typeof meaningFinder>,
  project: RefactorContext['project'],
  left: Left[],
): Finding[] {
  const path = projectPath(project, model.path ?? graph.node(model.id)?.original_file_path ?? '')
  const parents = new Set(graph.parents(model.id))
  const isParent = (of: Identifier[]) => {
    const found = meaning(of)
    return (
      found.kind !== 'unknown' &&
      (found.kind === 'node' ? [found.id] : found.ids).some((id) => parents.has(id))
    )
  }
  const found = tablesByHand(model, adapter, isParent)
  if ('error' in found) {
    left.push({ at: path, why: `its SQL cannot be read: ${found.error.split('\n')[0]}`, mend: [] })
    return []
  }
  return found.tables.map((table) => ({ id: model.id, path, raw: model.raw, table }))
}

type Known = {
  graph: ProjectGraph
  meaning: ReturnType<typeof meaningFinder>
  declare: Awaited<ReturnType<typeof declarer>> | null
}

async function editFor(finding: Finding, { graph, meaning, declare }: Known): Promise<Edit | Left> {
  const { table, raw, path, id } = finding
  const offset = 'raw' in table ? table.raw.start : table.at
  const at = offset === null ? path : placeIn(path, raw, offset)
  const left = (why: string, ...mend: string[]): Left => ({ at, why: `${table.written}: ${why}`, mend })
  const found = meaning(table.path)
  if (!('raw' in table)) return left(table.noPlace)
  const edit = (call: string): Edit => ({ ...finding, span: table.raw, call })
  if (found.kind === 'several')
    return left(`${list(found.ids.map(graph.label))} have this relation, and it is open which is meant`)
  if (found.kind === 'node') {
    const why = circle(graph, id, found.id)
    return why === null ? edit(callFor(graph, found.id, quoteIn(raw))) : left(why)
  }
  if (table.path.length < 2)
    return left('it is named without its schema, so it is not known which relation it is')
  if (!declare)
    return left('it is neither a node nor a source of this project', 'With --declare it becomes a source')
  const made = await declare.source(table)
  const quote = quoteIn(raw)
  return 'why' in made
    ? left(made.why)
    : edit(`{{ source(${quote}${made.source}${quote}, ${quote}${made.table}${quote}) }}`)
}

function circle(graph: ProjectGraph, reader: string, read: string): string | null {
  if (reader === read) return 'it is its own relation, which is {{ this }}'
  if (!graph.descendants([reader]).includes(read)) return null
  return `${graph.label(read)} reads ${graph.label(reader)}, and with a ref they would read each other in a circle`
}

/** Declares each relation once, where it stands in the warehouse. */
async function declarer({ graph, project, dbt }: RefactorContext, files: ChangeCollector, adapter: string) {
  const settings = await dbtProject(project.dbtDir)
  const target = await dbt.target()
  const place: Place = {
    graph,
    adapter,
    style: await learnHouseStyle(project.dbtDir, graph, project.config.conventions),
    modelRoot: pathsIn(settings, 'model-paths')[0] ?? 'models',
    database: target.database,
    pathOf: (file) => projectPath(project, file),
  }
  const made = new Map<string, Declared>()
  return {
    async source(table: NamedTable): Promise<Declared | { why: string }> {
      const key = keyOfPath(table.path, adapter)
      const known = made.get(key)
      if (known) return known
      const [columns] = await dbt.columns([table.written])
      if (!Array.isArray(columns) || columns.length === 0)
        return { why: 'it is not in the warehouse, so it is not declared' }
      const declared = await declareSource(files, place, table.path, [...made.values()])
      made.set(key, declared)
      return declared
    },
    notes: () =>
      [...made.values()].flatMap((d) => [
        `Declares ${d.source}.${d.table} in ${d.path}.`,
        ...(d.source === target.schema
          ? [`Its schema is that of target ${target.target}: another target would read it from there too.`]
          : []),
      ]),
  }
}

function assertDone(left: Left[], edits: number, model: string | null): void {
  const [first] = left
  if (first) {
    const [at, why, mend] = [first.at, first.why, first.mend]
    if (left.length === 1) throw refusedAt(at, why, mend)
    throw new MartsmithError({
      code: 'refactor.refused',
      message: `${count(left.length, 'relation')} cannot be replaced. Nothing was changed.`,
      details: left.map((l) => `${l.at}: ${l.why}`),
      mend: [...new Set(left.flatMap((l) => l.mend))],
    })
  }
  if (edits > 0) return
  throw new MartsmithError({
    code: 'refactor.nothing-to-do',
    message: `${model === null ? 'No file of this project names a' : `${model} names no`} relation by hand; there is nothing to change.`,
    exitCode: 0,
  })
}

async function write(files: ChangeCollector, path: string, edits: Edit[]): Promise<void> {
  const text = await files.read(path)
  const ordered = edits.toSorted((a, b) => b.span.start - a.span.start)
  await files.write(
    path,
    ordered.reduce((out, { span, call }) => out.slice(0, span.start) + call + out.slice(span.end), text),
  )
}

/** The quotes that the file's own calls have. */
function quoteIn(raw: string): "'" | '"' {
  return /\b(?:ref|source)\s*\(\s*(['"])/.exec(raw)?.[1] === '"' ? '"' : "'"
}

function claimsFor(graph: ProjectGraph, ids: string[]): Claim[] {
  // A snapshot writes down when it looked: its rows are never the same twice.
  const nodes = ids.filter((id) => id.startsWith('model.')).flatMap((id) => comparable(graph, id))
  return [
    { kind: 'builds' },
    ...[...new Set(nodes)].map((id): Claim => ({ kind: 'same-rows', before: id, after: id })),
  ]
}
