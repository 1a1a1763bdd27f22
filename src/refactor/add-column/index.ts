/** `add-column SOURCE.TABLE.COLUMN|MODEL.COLUMN --to MART[.COLUMN]`: carries a column through the layers. */
import { z } from 'zod'
import { applyEdits, type ChangeCollector, collectChanges } from '../../changes/index.ts'
import { isMartsmithError, MartsmithError } from '../../core/errors.ts'
import { list, nearest, shellQuote } from '../../core/text.ts'
import { findColumn } from '../../project/lineage/find.ts'
import type { ReadProject } from '../../project/lineage/read.ts'
import { partsOf, relationFinder } from '../../project/lineage/relations.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { identifierOf } from '../../project/sql/ctes.ts'
import { type Identifier, keyOf, keyOfStored } from '../../project/sql/names.ts'
import { openKnown } from '../known.ts'
import { comparable, ownModel } from '../models.ts'
import { operation } from '../operation.ts'
import { refused, sqlFile } from '../sql-file.ts'
import type { Claim, Plan, RefactorContext } from '../types.ts'
import { documented, type Origin, originOf } from './document.ts'
import { assertAdded, columnAdded, type Parent, type Reads } from './model.ts'
import { SHOWN, shownWay, waysTo, whichWay } from './ways.ts'

const input = z.strictObject({
  column: z.string({ error: 'name the column: source.table.column or model.column' }),
  to: z.string({ error: 'say where it shall arrive: --to <model>' }),
  as: z.string().min(1).nullable(),
  through: z.array(z.string()),
})
export type Input = z.output<typeof input>

const about = {
  id: 'add-column',
  purpose: 'carry a column from a source or a model through the layers to a mart',
  usage: '<source.table.column|model.column> --to <mart>[.<column>] [--as <name>] [--through <model>]',
  example: 'add-column raw.trips.vendor --to fct_trips',
}

export const addColumn = operation<Input>({
  ...about,
  input,
  words: ['column'],
  flags: { to: 'text', as: 'text', through: 'list' },
  plan,
})

/** A model in which the column is new. */
type Step = { node: ManifestNode; name: string; edited: boolean }

async function plan(context: RefactorContext, wanted: Input): Promise<Plan> {
  const known = await openKnown(context.dbt, context.project)
  const { graph } = known
  const { id, column } = startOf(known, wanted.column)
  const mart = martOf(known, wanted.to)
  const origin = await originOf(context, graph, id, column)
  const asked = { ...wanted, type: origin.type }
  const { way, others } = await openWay({ context, known }, { id, column }, asked, mart)
  const files = collectChanges(context.project)
  const names = { ...asked, last: mart.column }
  const steps = await carryThrough({ context, known, files }, { id, column }, way, names)
  const last = steps.at(-1)
  if (!last) throw nothingToDo(known, mart.node, wanted)
  const notes = await documented(context, graph, files, steps, origin)
  const start = graph.label(id)
  const title = `Add column ${start}.${column} to ${graph.label(mart.node.unique_id)}${last.name === column ? '' : ` as ${last.name}`}`
  const incremental = steps.filter(({ node }) => node.config?.materialized === 'incremental')
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds' }, ...claimsFor(known, steps)],
    ...(incremental.length > 0 ? { fullRefresh: true } : {}),
    notes: [
      ...others,
      ...passing(known, steps, origin),
      ...notes,
      ...forIncremental(
        known,
        incremental.map((s) => s.node),
      ),
    ],
    next: [
      {
        command: `martsmith pipeline --select ${graph.label(steps[0]?.node.unique_id ?? '')}+${incremental.length > 0 ? ' --full-refresh' : ''}`,
        why: 'builds the change in the warehouse',
      },
    ],
  }
}

function startOf({ graph, lineage }: ReadProject, words: string): { id: string; column: string } {
  const { id, column } = findColumn(graph, lineage, words.replace(/\."([^"]+)"$/, '.$1'))
  const columns = lineage.columns(id)
  if (column !== null && (columns.length === 0 || columns.includes(column))) return { id, column }
  const near = column === null ? [] : nearest(column, columns)
  throw new MartsmithError({
    code: 'refactor.no-column',
    message: `${words}: ${column === null ? 'name one of its columns' : `${graph.label(id)} has no column ${column}`}${near[0] ? `; did you mean ${list(near)}?` : '.'} Nothing was changed.`,
    details: [`Its columns: ${list(columns, 20)}`],
  })
}

/** `fct_trips`, or `fct_trips.vendor` for the column's name there. */
function martOf({ graph }: ReadProject, words: string): { node: ManifestNode; column: string | null } {
  const names = Object.values(graph.manifest.nodes)
    .filter((n) => n.resource_type === 'model' && graph.isOwn(n.unique_id))
    .map((n) => graph.label(n.unique_id))
  const found = names.filter((n) => words.startsWith(`${n}.`)).sort((a, b) => b.length - a.length)[0]
  if (found === undefined || names.includes(words)) return { node: ownModel(graph, words), column: null }
  return { node: ownModel(graph, found), column: identifierOf(words.slice(found.length + 1)).name }
}

/**
 * The one way on which the column can be carried. Others, on which rows are grouped or the like, are named.
 * @throws MartsmithError `refactor.which-way` where there are several; the reason where there is none.
 */
async function openWay(
  work: Omit<Work, 'files'>,
  start: Parent,
  wanted: Input & Pick<Names, 'type'>,
  mart: ReturnType<typeof martOf>,
): Promise<{ way: string[]; others: string[] }> {
  const { graph } = work.known
  const ways = waysTo(graph, start.id, mart.node.unique_id, wanted.through)
  const asked = `add-column ${shellQuote(wanted.column)} --to ${shellQuote(wanted.to)}${wanted.as === null ? '' : ` --as ${shellQuote(wanted.as)}`}`
  const [only] = ways
  if (only && ways.length === 1) return { way: only, others: [] }
  if (ways.length > SHOWN) throw whichWay(graph, start.id, ways, asked)
  const open: string[][] = []
  const closed: string[] = []
  for (const way of ways) {
    const files = collectChanges(work.context.project)
    try {
      await carryThrough({ ...work, files }, start, way, { ...wanted, last: mart.column })
      open.push(way)
    } catch (error) {
      if (!isMartsmithError(error)) throw error
      closed.push(`${shownWay(graph, start.id, way)}: ${error.message.replace(' Nothing was changed.', '')}`)
    }
  }
  const [way] = open
  if (way && open.length === 1) return { way, others: closed.map((c) => `Not taken: ${c}`) }
  if (way) throw whichWay(graph, start.id, open, asked)
  throw new MartsmithError({
    code: 'refactor.refused',
    message: `On none of the ${ways.length} ways from ${graph.label(start.id)} to ${graph.label(mart.node.unique_id)} can it be carried. Nothing was changed.`,
    details: closed,
  })
}

type Work = { context: RefactorContext; known: ReadProject; files: ChangeCollector }
type Names = { as: string | null; last: string | null; through: string[]; type: string | null }

/** From model to model: each is edited when all above it are known. */
async function carryThrough(
  { context, known, files }: Work,
  start: Parent,
  way: string[],
  names: Names,
): Promise<Step[]> {
  const { graph, adapter } = known
  const added = new Map<string, string>()
  const reads = readsWith(known, added)
  const through = new Set(names.through.map((n) => keyOf(identifierOf(n), adapter)))
  const steps: Step[] = []
  let parent = start
  for (const [i, id] of way.entries()) {
    const node = graph.node(id)
    if (!node) continue
    const isLast = i === way.length - 1
    // The first model that has to name it gives it the name.
    const own = (steps.some((s) => s.edited) ? null : names.as) ?? parent.column
    const name = (isLast ? names.last : null) ?? own
    const file = sqlFile(known, node, context.project)
    const made = columnAdded(
      file,
      { adapter, column: parent.column, name, type: names.type, through },
      parent,
      reads,
    )
    if (made.edits.length > 0) {
      if (!graph.isOwn(id))
        throw refused(
          file.path,
          null,
          `it belongs to the package ${node.package_name}, whose files are never edited`,
        )
      await assertAdded({ dbt: context.dbt, node, file, parent, added: made, reads })
      await files.read(file.path)
      await files.write(file.path, applyEdits(file.raw, made.edits, file.path))
    }
    if (isLast && names.last !== null && keyOfStored(made.name, adapter) !== keyOfStored(names.last, adapter))
      throw refused(file.path, null, `it has this column already, as ${made.name}`)
    const isNew = made.edits.length > 0 || added.has(parent.id)
    const wasThere = known.lineage
      .columns(id)
      .some((c) => keyOfStored(c, adapter) === keyOfStored(made.name, adapter))
    if (isNew && wasThere)
      throw refused(file.path, null, `it has a column ${made.name} already: choose another name with --as`)
    if (isNew) {
      steps.push({ node, name: made.name, edited: made.edits.length > 0 })
      added.set(id, made.name)
    }
    parent = { id, column: made.name }
  }
  return steps
}

/** Relations with the columns that they have, and those that are added to them. */
function readsWith({ graph, adapter, lineage }: ReadProject, added: Map<string, string>): Reads {
  const idOf = relationFinder(graph, adapter)
  return ({ ephemeral }, parent) => {
    const relation = (graph.node(parent) ?? graph.source(parent))?.relation_name
    const own = relation ? keysOf(partsOf(relation, adapter), adapter) : []
    return (path) => {
      const [name] = path
      const keys = keysOf(path, adapter)
      // A source over what the project builds itself is one relation with two ids: here the parent is meant.
      const isParent = keys.length > 1 && keys.every((key, i) => key === own[own.length - keys.length + i])
      const id = isParent
        ? parent
        : ((path.length === 1 && name ? ephemeral[name.name] : undefined) ?? idOf(path))
      if (id === null || id === undefined) return null
      const columns = lineage.columns(id)
      const isOpen = (lineage.node(id)?.open.length ?? 0) > 0 || columns.length === 0
      const more = added.get(id)
      return { id, columns: isOpen ? null : [...columns, ...(more === undefined ? [] : [more])] }
    }
  }
}

function keysOf(path: Identifier[], adapter: string): string[] {
  return path.map((part) => keyOf(part, adapter))
}

function claimsFor({ graph }: ReadProject, steps: Step[]): Claim[] {
  return steps.flatMap(({ node, name }) =>
    comparable(graph, node.unique_id).flatMap((id): Claim[] => {
      const step = steps.find((s) => s.node.unique_id === id)
      if (id !== node.unique_id && step) return []
      return [
        { kind: 'same-rows', before: id, after: id, ...(id === node.unique_id ? { added: [name] } : {}) },
      ]
    }),
  )
}

function nothingToDo({ graph }: ReadProject, node: ManifestNode, { column }: Input): MartsmithError {
  return new MartsmithError({
    code: 'refactor.nothing-to-do',
    message: `${graph.label(node.unique_id)} has ${column} already; there is nothing to change.`,
    exitCode: 0,
  })
}

function passing({ graph }: ReadProject, steps: Step[], { type }: Origin): string[] {
  const left = steps.filter((s) => !s.edited).map((s) => graph.label(s.node.unique_id))
  return [
    ...(left.length > 0
      ? [
          `${list(left)} ${left.length > 1 ? 'pass' : 'passes'} it on by *, and ${left.length > 1 ? 'were' : 'was'} left alone.`,
        ]
      : []),
    ...(type === null ? ['Its type could not be read from the warehouse.'] : []),
  ]
}

function forIncremental({ graph }: ReadProject, nodes: ManifestNode[]): string[] {
  return nodes.map((node) => {
    const keeps = ['append_new_columns', 'sync_all_columns'].includes(String(node.config?.on_schema_change))
    const name = graph.label(node.unique_id)
    return keeps
      ? `${name} is incremental: rows that stand in it have no value in the new column until --full-refresh.`
      : `${name} is incremental, and its on_schema_change leaves new columns out: it needs --full-refresh.`
  })
}
