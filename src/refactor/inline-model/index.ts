/** `inline-model MODEL [--into READER]`: the SQL of a model moves into those who read it, and the model goes. */
import { z } from 'zod'
import { applyEdits, collectChanges } from '../../changes/index.ts'
import { list } from '../../core/text.ts'
import type { ReadProject } from '../../project/lineage/read.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { sameStatement } from '../../project/sql/ctes.ts'
import { compileEdited } from '../compile-edited.ts'
import { tiedMacros } from '../extract-cte/carry.ts'
import { openKnown } from '../known.ts'
import { comparable, ownModel } from '../models.ts'
import { operation } from '../operation.ts'
import { houseStyleOf } from '../properties.ts'
import { refused, type SqlFile, sqlFile, type Version } from '../sql-file.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { bodyOf } from './body.ts'
import { assertInlinable, dropModel, lostWith } from './model.ts'
import { type Inlined, inlined, type Model } from './reader.ts'

const input = z.strictObject({
  model: z.string({ error: 'name the model' }),
  into: z.array(z.string()),
  dropTests: z.boolean(),
  nested: z.boolean(),
})
export type Input = z.output<typeof input>

const about = {
  id: 'inline-model',
  purpose: 'make a CTE of a model in those who read it, and take the model away',
  usage: '<model> [--into <reader>] [--nested] [--drop-tests]',
  example: 'inline-model int_order_totals --into fct_orders',
}

export const inlineModel = operation<Input>({
  ...about,
  input,
  words: ['model'],
  flags: { into: 'list', nested: 'switch', 'drop-tests': 'switch' },
  plan,
})

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const { dbt, project } = context
  const known = await openKnown(dbt, project)
  const { graph } = known
  const node = ownModel(graph, wanted.model)
  const label = graph.label(node.unique_id)
  const all = graph.children(node.unique_id).filter((id) => id.startsWith('model.'))
  const chosen = wanted.into.map((name) => ownModel(graph, name))
  const readers =
    chosen.length > 0 ? chosen : all.map((id) => ownModel(graph, `${id.split('.')[1]}.${graph.label(id)}`))
  const goes = all.every((id) => readers.some((r) => r.unique_id === id))
  const file = sqlFile(known, node, project)
  assertInlinable(graph, node, file.path, readers, goes)
  const lost = goes ? lostWith(graph, node) : []
  if (lost.length > 0 && !wanted.dropTests)
    throw refused(file.path, null, `with ${label} would go ${list(lost)}`, [
      `martsmith refactor inline-model ${label} --drop-tests   takes them away with it`,
    ])
  const style = await houseStyleOf({ ...context, graph })
  const body = bodyOf(file, wanted.nested, tiedMacros(graph))
  const model: Model = { id: node.unique_id, name: node.name, relation: node.alias ?? node.name }
  const files = collectChanges(project)
  const ctes: string[] = []
  for (const reader of readers) {
    const target = sqlFile(known, reader, project)
    const how = { indent: style.indent, leadingCommas: style.cteCommas === 'leading' }
    const made = inlined(target, model, body, how, (v) => known.lineage.resolve(v.compiled, v.ephemeral))
    await assertSame(context, known, { node, reader, file: target, of: file }, made)
    await files.write(target.path, applyEdits(target.raw, made.edits, target.path))
    ctes.push(`${graph.label(reader.unique_id)} (as the CTE ${made.cte})`)
  }
  const removed = goes ? await dropModel(files, context, known, node) : []
  const names = readers.map((r) => graph.label(r.unique_id))
  const title = `Inline ${label} into ${list(names)}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: claimsFor(known, readers),
    notes: [
      `Its SQL stands in ${list(ctes)} now.`,
      ...(goes ? [] : [`${label} stays: others read it.`]),
      ...(lost.length > 0 ? [`Gone with it: ${list(lost)}.`] : []),
      ...removed,
    ],
    next: [
      {
        command: `martsmith pipeline --select ${names.join(' ')}`,
        why: 'builds the change in the warehouse',
      },
    ],
  }
}

function claimsFor({ graph }: ReadProject, readers: ManifestNode[]): Claim[] {
  const compared = new Set(readers.flatMap((r) => comparable(graph, r.unique_id)))
  return [
    { kind: 'builds' },
    ...[...compared].map((id): Claim => ({ kind: 'same-rows', before: id, after: id })),
  ]
}

type Both = { node: ManifestNode; reader: ManifestNode; file: SqlFile; of: SqlFile }

/** The reader, compiled with the SQL in it, is what it was with that SQL in the place of the relation. */
async function assertSame(
  { dbt }: RefactorContext,
  known: ReadProject,
  { node, reader, file, of }: Both,
  made: Inlined,
): Promise<void> {
  const raw = applyEdits(file.raw, made.check, file.path)
  const compiled = await compileEdited(
    dbt,
    reader,
    raw,
    file.versions.map((v) => v.mode),
    file.path,
  )
  for (const [i, version] of file.versions.entries()) {
    const expected = made.expected[i] ?? ''
    if (!sameStatement(compiled[i] ?? '', expected, file.adapter))
      throw refused(file.path, null, `with ${node.name} in it, it would not compile to what it has to be`)
    const before = relations(known, version)
    const allowed = new Set([...before, ...relations(known, of.versions[0])])
    const after = relations(known, {
      ...version,
      compiled: expected,
      ephemeral: { ...of.versions[0].ephemeral, ...version.ephemeral },
    })
    if (after.some((id) => id === node.unique_id || !allowed.has(id)))
      throw refused(file.path, null, `a name in ${node.name} would mean something else inside of it`)
  }
}

function relations({ lineage }: ReadProject, { compiled, ephemeral }: Version): string[] {
  const resolved = lineage.resolve(compiled, ephemeral)
  return 'error' in resolved ? [`unreadable: ${resolved.error}`] : resolved.tables.map((t) => t.table.id)
}
