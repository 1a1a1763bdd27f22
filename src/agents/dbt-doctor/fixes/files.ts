/** Where the files of nodes lie, as changes name them. */
import { projectPath } from '../../../refactor/models.ts'
import { isTestId } from '../try.ts'
import type { Failure, FixContext } from '../types.ts'

export function fileOf(
  node: { original_file_path: string },
  place: { root: string; dbtDir: string },
): string {
  return projectPath(place, node.original_file_path)
}

/** Without the package in front: `shop://models/schema.yml`. */
export const patchFile = (patch: string) => patch.replace(/^[^:]+:\/\//, '')

/** The model that a unit test tests; null for what is no unit test. */
export function testedModel(id: string, { graph }: FixContext): string | null {
  if (!id.startsWith('unit_test.')) return null
  return graph?.parents(id).find((p) => p.startsWith('model.')) ?? null
}

/** What is built and fails: the nodes, and the models of unit tests that fail. */
export function failingNodes({ nodes }: Failure, context: FixContext): string[] {
  return [...new Set(nodes.flatMap((id) => testedModel(id, context) ?? (isTestId(id) ? [] : id)))]
}

/** Of those, the SQL that can be read. */
export async function failingSql(
  failure: Failure,
  context: FixContext,
): Promise<{ path: string; text: string }[]> {
  const paths = failingNodes(failure, context).flatMap((id) => {
    const node = context.graph?.node(id)
    const path = node ? fileOf(node, context.place) : ''
    return path.endsWith('.sql') ? [path] : []
  })
  const texts = await Promise.all(paths.map((path) => context.read(path).catch(() => null)))
  return paths.flatMap((path, i) => {
    const text = texts[i] ?? null
    return text === null ? [] : [{ path, text }]
  })
}

/**
 * The user's own files in which a failure may be written, the nearest first: where it shows, its nodes, the models that
 * its unit tests test, their YAML; dbt_project.yml last.
 */
export function ownFiles(failure: Failure, context: FixContext): string[] {
  const { graph, place, files } = context
  const ids = [...failure.nodes, ...failingNodes(failure, context)]
  const paths = ids.flatMap((id) => {
    const node = graph?.node(id)
    if (!node) return []
    return [node.original_file_path, ...(node.patch_path ? [patchFile(node.patch_path)] : [])]
  })
  const named = [...paths, 'dbt_project.yml'].map((p) => fileOf({ original_file_path: p }, place))
  return [...new Set([...(failure.file === null ? [] : [failure.file]), ...named])].filter((p) =>
    files.includes(p),
  )
}
