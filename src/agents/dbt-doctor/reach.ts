/** What a failure or a fix reaches in the graph: where to begin, what is below, what has to be built before. */
import { basename } from 'node:path'
import { isMap, parseDocument, visit } from 'yaml'
import type { ChangeSet } from '../../changes/types.ts'
import { DBT_FILE } from '../../config/project.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { BuildHistory } from '../../project/history.ts'
import { fileOf, patchFile } from './fixes/files.ts'
import { isTestId } from './try.ts'
import type { Work } from './work.ts'

/** Ids of what failed and was skipped, and of all that ran, in the run that is looked at; null: the whole project. */
export type Ran = { broken: string[]; all: string[] } | null

/** Hooks, and dbt itself: they run with whatever is built. */
export const isOfAll = (id: string) => id === 'dbt' || id.startsWith('operation.')

/** What failed and was skipped then, and what reads it of what ran then. */
export function firstNodes(
  graph: ProjectGraph,
  { ran, only }: { ran: Ran; only: string | null },
): string[] | null {
  const [asked] = Object.keys(graph.manifest.nodes).filter((id) => only !== null && isRunBy(graph, id, only))
  if (asked) return [...graph.ancestors([asked]), asked]
  if (!ran || ran.broken.some(isOfAll)) return null
  const broken = modelsOf(graph, ran.broken)
  // What is gone from the project since then says nothing; then all of it is looked at.
  return broken.length > 0 ? within(graph, broken, ran) : null
}

const isRunBy = (graph: ProjectGraph, id: string, name: string) =>
  /^(model|seed|snapshot)\./.test(id) && graph.label(id) === name.replace(/^\+|\+$/g, '')

/** Tests stand for the models that they read. */
export function modelsOf(graph: ProjectGraph, ids: Iterable<string>): string[] {
  const models = [...ids].flatMap((id) => (isTestId(id) ? graph.parents(id) : [id]))
  return [...new Set(models)].filter((id) => graph.node(id) !== undefined)
}

/** These and all below them that the run that is looked at had selected. */
export function within(graph: ProjectGraph, ids: string[], ran: Ran): string[] {
  const selected = ran ? new Set(ran.all) : null
  const below = graph.descendants(ids).filter((id) => selected === null || selected.has(id))
  return [...new Set([...ids, ...below])]
}

/**
 * What these read, near or far, and what does not stand in the warehouse as the project has it now: edited since it
 * was built, or, where no run is looked at, not known to have been built at all.
 */
export function staleAbove(graph: ProjectGraph, ids: string[], history: BuildHistory, ran: Ran): string[] {
  return graph.ancestors(ids).filter((id) => {
    const known = history[id]?.checksum
    return graph.isBuilt(id) && (known ? known !== graph.node(id)?.checksum?.checksum : ran === null)
  })
}

/** Where a relation takes the views that read it along when it is built anew. */
const CASCADES = new Set(['postgres', 'redshift'])

/** These, and the views that would be gone once they are built: they have to be built again, whoever selected them. */
export function withCascade(graph: ProjectGraph, ids: string[]): string[] {
  if (!CASCADES.has(graph.manifest.metadata.adapter_type ?? '')) return ids
  const found = new Set(ids)
  // An incremental table, a seed or a snapshot stays what it is, with the views on it.
  const isReplaced = (id: string) => ['table', 'view'].includes(String(graph.node(id)?.config?.materialized))
  const open = ids.filter(isReplaced)
  for (const id of open)
    for (const child of graph.children(id))
      if (graph.node(child)?.config?.materialized === 'view' && !found.has(child)) {
        found.add(child)
        open.push(child)
      }
  return [...found]
}

/** Nodes that ask for a variable which a change of dbt_project.yml gives another value, themselves or by a macro. */
function varUsers(graph: ProjectGraph, changes: ChangeSet['changes']): string[] {
  const names = changes.flatMap((c) =>
    c.kind === 'edit' && basename(c.path) === DBT_FILE ? changedVars(c.before, c.after) : [],
  )
  if (names.length === 0) return []
  const asks = new RegExp(`\\bvar\\(\\s*['"](?:${names.join('|')})['"]`)
  const { nodes, macros } = graph.manifest
  return [
    ...Object.values(nodes).flatMap((n) => (asks.test(n.raw_code ?? '') ? [n.unique_id] : [])),
    ...Object.values(macros).flatMap((m) =>
      asks.test(m.macro_sql ?? '') ? graph.macroUsers(m.unique_id) : [],
    ),
  ]
}

/** At any depth: those of one package stand below its name. */
function changedVars(before: string, after: string): string[] {
  const [was, is] = [before, after].map((text) => varsIn(parseDocument(text).get('vars', true)))
  const names = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])]
  return names.filter((n) => /^\w+$/.test(n) && was?.get(n) !== is?.get(n))
}

function varsIn(vars: unknown): Map<string, string> {
  const found = new Map<string, string>()
  if (isMap(vars)) visit(vars, { Pair: (_, pair) => void found.set(String(pair.key), String(pair.value)) })
  return found
}

/** The nodes whose files a change touches, those that use its macros, and those that ask for its variables. */
export function changedIds(
  graph: ProjectGraph | null,
  { changes }: ChangeSet,
  { place }: Pick<Work, 'place'>,
): string[] {
  if (!graph) return []
  const paths = new Set(changes.flatMap((c) => (c.kind === 'rename' ? [c.path, c.to] : [c.path])))
  const { nodes, macros, sources, unit_tests } = graph.manifest
  // What was there twice stands in the other file.
  const gone = new Set(changes.flatMap((c) => (c.kind === 'delete' ? [basename(c.path)] : [])))
  const touched = (one: { original_file_path: string }) =>
    paths.has(fileOf(one, place)) || gone.has(basename(one.original_file_path))
  const own = Object.values(nodes).filter(
    (n) =>
      touched(n) ||
      (n.patch_path && paths.has(fileOf({ original_file_path: patchFile(n.patch_path) }, place))),
  )
  const viaMacros = Object.values(macros)
    .filter(touched)
    .flatMap((m) => graph.macroUsers(m.unique_id))
  const viaSources = Object.values(sources)
    .filter(touched)
    .flatMap((s) => graph.children(s.unique_id))
  const viaVars = varUsers(graph, changes)
  const unit = Object.values(unit_tests)
    .filter(touched)
    .map((t) => t.unique_id)
  const all = [...own.map((n) => n.unique_id), ...unit, ...viaMacros, ...viaSources, ...viaVars]
  return modelsOf(graph, all).filter(
    (id) => graph.isBuilt(id) || graph.node(id)?.config?.materialized === 'ephemeral',
  )
}
