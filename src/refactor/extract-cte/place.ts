/** How the new model is called, where it stands and how it is kept: as the house does with its intermediate models. */
import { posix } from 'node:path'
import { MartsmithError } from '../../core/errors.ts'
import { entityOf } from '../../project/conventions/cte-style.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { modelPath } from '../../project/conventions/names.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode } from '../../project/manifest.ts'

export type Place = {
  name: string
  /** Below the models' folder. */
  folder: string
  /** Below the dbt project's folder. */
  path: string
  /** What has to be said of its materialisation, since the folder does not say it. */
  materialized: string | null
}

const INTERMEDIATE = /^(int|intermediate|prep|silver)/i
const USUAL_PREFIX = /^(int|prep)/i
/** Names that say nothing outside of their model. */
const BARE = new Set(['final', 'renamed', 'source', 'base', 'joined', 'unioned', 'result', 'results', 'cte'])
const NAME = /^[\p{L}_][\p{L}\p{N}_$-]*$/u

/** @throws MartsmithError `refactor.name-taken`, `refactor.name` */
export function placeFor(
  graph: ProjectGraph,
  style: HouseStyle,
  from: { node: ManifestNode; cte: string; name: string | null },
): Place {
  const { root, folder: own } = folderOf(from.node)
  const folder = intermediateFolder(graph, own) ?? own
  const name = from.name ?? defaultName(graph, style, folder, from)
  if (!NAME.test(name))
    throw new MartsmithError({
      code: 'refactor.name',
      message: `${name} cannot be the name of a model. Nothing was changed.`,
      mend: [`martsmith refactor extract-cte ${from.node.name} ${from.cte} <name>`],
    })
  assertFree(graph, name, from)
  const { materialized } = style.folder(folder)
  const own_ = style.materializedIn !== 'project' && folder !== own
  return {
    name,
    folder,
    path: posix.join(root, modelPath(folder, name)),
    materialized: own_ && ['table', 'ephemeral'].includes(materialized) ? materialized : null,
  }
}

/** A model's folder below that of all models, and the path to that one. */
export function folderOf(node: ManifestNode): { root: string; folder: string } {
  const parts = posix.dirname(node.original_file_path).split('/')
  const known = node.fqn.slice(1)
  const depth = parts.findIndex((_, i) => parts.slice(i).every((part, k) => part === known[k]))
  const at = depth === -1 ? parts.length : depth
  return { root: parts.slice(0, at).join('/'), folder: parts.slice(at).join('/') }
}

export function ownModels(graph: ProjectGraph): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'model' && graph.isOwn(n.unique_id),
  )
}

/** The folder with most intermediate models; of several the one called as the model's own. */
function intermediateFolder(graph: ProjectGraph, own: string): string | null {
  const folders = new Map<string, number>()
  for (const model of ownModels(graph)) {
    const { folder } = folderOf(model)
    const isOne = folder.split('/').some((part) => INTERMEDIATE.test(part)) || USUAL_PREFIX.test(model.name)
    if (isOne) folders.set(folder, (folders.get(folder) ?? 0) + 1)
  }
  const last = own.split('/').at(-1)
  const ranked = [...folders].sort(
    ([a, n], [b, m]) => Number(b.split('/').at(-1) === last) - Number(a.split('/').at(-1) === last) || m - n,
  )
  return ranked[0]?.[0] ?? null
}

function defaultName(
  graph: ProjectGraph,
  style: HouseStyle,
  folder: string,
  { node, cte }: { node: ManifestNode; cte: string },
): string {
  const plain =
    cte
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}_]+/gu, '_')
      .replace(/^_+|_+$/g, '') || 'cte'
  const named = BARE.has(plain.toLowerCase()) ? `${entityOf(node.name)}_${plain}` : plain
  const prefix = prefixFor(style, folder)
  const begins =
    prefix === null ? `${node.name}_${plain}` : prefix + named.replace(new RegExp(`^${prefix}`, 'i'), '')
  const taken = isTaken(graph, inCase(begins, style))
  return inCase(taken && prefix !== null ? `${prefix}${entityOf(node.name)}_${plain}` : begins, style)
}

/** null where the house has none. */
function prefixFor(style: HouseStyle, folder: string): string | null {
  const { prefix, prefixes } = style.folder(folder)
  const usual = prefixes.find((p) => USUAL_PREFIX.test(p))
  if (usual !== undefined) return usual
  if (INTERMEDIATE.test(folder)) return prefix ?? ''
  return prefixes.some((p) => p !== '') ? 'int_' : null
}

function inCase(name: string, { modelNames }: HouseStyle): string {
  if (modelNames === 'SNAKE_CASE') return name.toUpperCase()
  return modelNames === 'snake_case' ? name.toLowerCase() : name
}

function isTaken(graph: ProjectGraph, name: string): boolean {
  return Object.values(graph.manifest.nodes).some(
    (n) =>
      ['model', 'seed', 'snapshot'].includes(n.resource_type) && n.name.toLowerCase() === name.toLowerCase(),
  )
}

function assertFree(
  graph: ProjectGraph,
  name: string,
  { node, cte }: { node: ManifestNode; cte: string },
): void {
  if (!isTaken(graph, name)) return
  throw new MartsmithError({
    code: 'refactor.name-taken',
    message: `There is a model, seed or snapshot ${name} already. Nothing was changed.`,
    mend: [`martsmith refactor extract-cte ${node.name} ${cte} <another name>`],
  })
}
