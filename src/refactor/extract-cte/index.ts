/** `extract-cte MODEL CTE [NEW_MODEL]`: a common table expression becomes a model of its own. */
import { z } from 'zod'
import { applyEdits, type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { setConfig, setDescription } from '../../changes/yaml/index.ts'
import { list } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { sameStatement, withOf } from '../../project/sql/ctes.ts'
import { compileEdited } from '../compile-edited.ts'
import { openKnown } from '../known.ts'
import { comparable, ownModel, projectPath } from '../models.ts'
import { operation } from '../operation.ts'
import { houseStyleOf, propertiesOf } from '../properties.ts'
import { eolOf, inCaseOf, refused, type SqlFile, sqlFile } from '../sql-file.ts'
import type { Plan, RefactorContext } from '../types.ts'
import { tiedMacros } from './carry.ts'
import { ownModels, type Place, placeFor } from './place.ts'
import { type Extracted, extracted, STAND_IN } from './text.ts'

const input = z.strictObject({
  model: z.string({ error: 'name the model' }),
  cte: z.string({ error: 'name the CTE in it' }),
  name: z.string().nullable().default(null),
})
type Input = z.output<typeof input>

const about = {
  id: 'extract-cte',
  purpose: 'make a model of its own of a common table expression; the model reads that instead',
  usage: '<model> <cte> [<new model>]',
  example: 'extract-cte fct_orders order_totals int_order_totals',
}

export const extractCte = operation<Input>({
  ...about,
  input,
  words: ['model', 'cte', 'name'],
  flags: {},
  plan,
})

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const { dbt, project } = context
  const known = await openKnown(dbt, project)
  const { graph } = known
  const node = ownModel(graph, wanted.model)
  const file = sqlFile(known, node, project)
  assertNoUnitTests(graph, node, file)
  const style = await houseStyleOf({ ...context, graph })
  const place = placeFor(graph, style, { node, cte: wanted.cte, name: wanted.name })
  const made = extracted(file, wanted.cte, place.name, tiedMacros(graph))
  await assertSame(dbt, node, file, made)

  const files = collectChanges(project)
  await files.write(file.path, applyEdits(file.raw, made.edits, file.path))
  await files.create(
    projectPath(project, place.path),
    withConfig(file, place, made.text, style.materializedIn),
  )
  const label = graph.label(node.unique_id)
  const described = await describe(context, known.graph, files, { node, cte: made.cte, place, style })
  const title = `Extract ${made.cte} of ${label} to ${place.name}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: [
      { kind: 'builds' },
      ...comparable(graph, node.unique_id).map((id) => ({
        kind: 'same-rows' as const,
        before: id,
        after: id,
      })),
    ],
    notes: notesFor(made, place, described, label),
    next: [{ command: `martsmith pipeline --select ${place.name}+`, why: 'builds both in the warehouse' }],
  }
}

type NewModel = { node: ManifestNode; cte: string; place: Place; style: HouseStyle }

/** An entry as its neighbours have one. Answers whether the house describes its models. */
async function describe(
  context: RefactorContext,
  graph: ProjectGraph,
  files: ChangeCollector,
  { node, cte, place, style }: NewModel,
): Promise<boolean> {
  const models = ownModels(graph)
  if (models.filter((m) => m.patch_path).length * 2 <= models.length) return false
  const folders = place.folder === '' ? [] : place.folder.split('/')
  const properties = await propertiesOf({ ...context, graph }, files, {
    ...node,
    name: place.name,
    fqn: [node.fqn[0] ?? '', ...folders, place.name],
    original_file_path: place.path,
    patch_path: null,
  })
  properties.ensureModel()
  const end = style.describe.end === 'stop' ? '.' : ''
  const text = `What was the CTE ${cte} of ${graph.label(node.unique_id)}${end}`
  if (style.describe.models) setDescription(properties.yaml, properties.model, text)
  if (place.materialized && style.materializedIn === 'properties')
    setConfig(properties.yaml, properties.model, ['materialized'], place.materialized)
  await properties.done()
  return true
}

function notesFor({ moved, copied }: Extracted, place: Place, described: boolean, label: string): string[] {
  return [
    ...(moved.length > 0
      ? [`${list(moved)} went along: nothing else in ${label} read ${moved.length > 1 ? 'them' : 'it'}.`]
      : []),
    ...(copied.length > 0
      ? [
          `${list(copied)} ${copied.length > 1 ? 'stand' : 'stands'} in both models now: both read the same relation.`,
        ]
      : []),
    ...(described ? [`${place.name} has no tests yet.`] : []),
  ]
}

function withConfig(file: SqlFile, place: Place, text: string, said: string): string {
  if (place.materialized === null || said === 'properties') return text
  const eol = eolOf(file.raw)
  return `{{ config(materialized='${place.materialized}') }}${eol}${eol}${text}`
}

/** They give rows to what the model reads directly, which would be another relation. */
function assertNoUnitTests(graph: ProjectGraph, node: ManifestNode, file: SqlFile): void {
  const tests = Object.values(graph.manifest.unit_tests).filter((t) =>
    t.depends_on.nodes.includes(node.unique_id),
  )
  const own = tests.filter((t) => t.model === node.name)
  if (own.length === 0) return
  throw refused(
    file.path,
    null,
    `its unit tests (${list(own.map((t) => t.name))}) give rows to what it reads now, and would have to give them to the new model`,
    ['Take the unit tests away first, or write them for the new model.'],
  )
}

/** Both files, compiled: nothing but the place of the CTE may have changed. */
async function assertSame(
  dbt: RefactorContext['dbt'],
  node: ManifestNode,
  file: SqlFile,
  made: Extracted,
): Promise<void> {
  const modes = file.versions.map((v) => v.mode)
  const old = applyEdits(file.raw, made.check, file.path)
  const after = await compileEdited(dbt, node, old, modes, file.path)
  const anew = await compileEdited(dbt, node, made.text, modes, file.path)
  for (const [i, { compiled }] of file.versions.entries()) {
    const expected = expectedOf(compiled, made, file)
    const fits =
      expected !== null &&
      sameStatement(after[i] ?? '', expected.old, file.adapter) &&
      sameStatement(anew[i] ?? '', expected.anew, file.adapter)
    if (!fits)
      throw refused(
        file.path,
        null,
        `taken apart, its SQL would not be what it was${modes[i] ? ` (built ${modes[i]})` : ''}`,
      )
  }
}

/** The compiled SQL taken apart at the same places, without looking at the file. */
function expectedOf(sql: string, made: Extracted, file: SqlFile): { old: string; anew: string } | null {
  const clause = withOf(sql, file.adapter)
  if (!clause) return null
  const named = (name: string) => clause.ctes.find((c) => c.name === name)
  const target = named(made.cte)
  if (!target) return null
  const along = [...made.moved, ...made.copied].map(named)
  const head = sql.slice(clause.start, clause.head)
  const text = (from: number, to: number) => sql.slice(from, to)
  const kept = clause.ctes.filter((c) => !made.moved.includes(c.name))
  const olds = kept.map((c) =>
    c === target
      ? `${text(c.nameSpan.start, c.body.start)} ${inCaseOf(text(c.body.start, c.body.end), 'select * from')} ${STAND_IN} ${text(c.body.end, c.end)}`
      : text(c.nameSpan.start, c.end),
  )
  const news = clause.ctes
    .filter((c) => c === target || along.includes(c))
    .map((c) => text(c.nameSpan.start, c.end))
  const select = inCaseOf(text(target.body.start, target.body.end), 'select * from')
  return {
    old: `${head} ${olds.join(',')} ${sql.slice(clause.rest)}`,
    anew: `${head} ${news.join(',')} ${select} ${text(target.nameSpan.start, target.nameSpan.end)}`,
  }
}
