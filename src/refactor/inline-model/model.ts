/** What holds a model in its place, what is lost with it, and its removal. */
import type { ChangeCollector } from '../../changes/index.ts'
import { editYaml } from '../../changes/yaml/index.ts'
import { list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ReadProject } from '../../project/lineage/read.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { projectPath } from '../models.ts'
import { refused } from '../sql-file.ts'
import type { RefactorContext } from '../types.ts'

const KEPT = new Set(['view', 'table', 'ephemeral'])

/** @throws MartsmithError `refactor.refused` with the reason. */
export function assertInlinable(
  graph: ProjectGraph,
  node: ManifestNode,
  path: string,
  readers: ManifestNode[],
  goes: boolean,
): void {
  const id = node.unique_id
  const refuse = (why: string, mend: string[] = []) => refused(path, null, why, mend)
  const kind = node.config?.materialized ?? 'view'
  if (!KEPT.has(kind)) throw refuse(`it is ${kind}: its rows are more than what its SQL says today`)
  if (node.version != null) throw refuse('it has versions, and which of them its readers mean would be lost')
  if (readers.length === 0) throw refuse('no model reads it')
  const stranger = readers.find((r) => !graph.parents(r.unique_id).includes(id))
  if (stranger) throw refuse(`${graph.label(stranger.unique_id)} does not read it`)
  for (const reader of readers) {
    const tests = Object.values(graph.manifest.unit_tests).filter(
      (t) => t.model === reader.name && t.depends_on.nodes.includes(reader.unique_id),
    )
    if (tests.length > 0)
      throw refuse(
        `unit tests of ${reader.name} (${list(tests.map((t) => t.name))}) give rows to it, and would have to give them to what it reads`,
      )
  }
  if (goes) assertNobodyElse(graph, node, refuse)
}

function assertNobodyElse(graph: ProjectGraph, node: ManifestNode, refuse: (why: string) => Error): void {
  const id = node.unique_id
  if (node.access === 'public') throw refuse('it is public: other projects may read it')
  const hooks = [node.config?.['pre-hook'], node.config?.['post-hook']].flat().filter(Boolean)
  if (hooks.length > 0) throw refuse('it has hooks, and they would not run any more')
  const others = graph
    .children(id)
    .filter((child) => !child.startsWith('model.') && !isOwnTest(graph, node, child))
  if (others.length > 0)
    throw refuse(`${list(others.map(graph.label), 5)} ${others.length > 1 ? 'need' : 'needs'} its relation`)
}

function isOwnTest(graph: ProjectGraph, node: ManifestNode, child: string): boolean {
  const unit = graph.manifest.unit_tests[child]
  if (unit) return unit.model === node.name
  return graph.node(child)?.attached_node === node.unique_id
}

/** Tests and the contract, as people name them. */
export function lostWith(graph: ProjectGraph, node: ManifestNode): string[] {
  const tests = graph.children(node.unique_id).filter((child) => isOwnTest(graph, node, child))
  return [
    ...tests.map(
      (id) => `the ${id.startsWith('unit_test.') ? 'unit test' : 'test'} ${graph.node(id)?.name ?? id}`,
    ),
    ...(node.contract?.enforced ? ['its contract'] : []),
  ]
}

/** Its file and its entry. Answers what to know about it. */
export async function dropModel(
  files: ChangeCollector,
  { project }: RefactorContext,
  { graph }: ReadProject,
  node: ManifestNode,
): Promise<string[]> {
  await files.remove(projectPath(project, node.original_file_path))
  const described = node.patch_path?.split('://').at(-1)
  if (described) {
    await editOrRemove(files, projectPath(project, described), (yaml) => {
      if (yaml.has(['models', { name: node.name }])) yaml.remove(['models', { name: node.name }])
    })
  }
  for (const test of Object.values(graph.manifest.unit_tests)) {
    if (test.model !== node.name || !test.depends_on.nodes.includes(node.unique_id)) continue
    await editOrRemove(files, projectPath(project, test.original_file_path), (yaml) =>
      yaml.remove(['unit_tests', { name: test.name }]),
    )
  }
  const hasText = node.description !== '' || Object.values(node.columns).some((c) => c.description !== '')
  const kept = node.config?.materialized !== 'ephemeral' && node.relation_name
  return [
    ...(hasText ? ['Its descriptions are gone with its entry.'] : []),
    ...(kept
      ? [
          `${node.relation_name} stays in the warehouse, and is not built any more: drop it when nobody reads it.`,
        ]
      : []),
  ]
}

async function editOrRemove(
  files: ChangeCollector,
  path: string,
  edit: (yaml: ReturnType<typeof editYaml>) => void,
): Promise<void> {
  const yaml = editYaml(path, await files.read(path))
  edit(yaml)
  const top = Object.keys((yaml.get([]) ?? {}) as object)
  if (top.every((key) => key === 'version')) await files.remove(path)
  else await files.write(path, yaml.text)
}
