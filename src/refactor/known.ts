/** What is known of the project where SQL has to be understood: graph, compiled SQL, lineage. Reads only. */
import type { DbtEngine } from '../adapters/dbt/types.ts'
import type { Project } from '../config/project.ts'
import { projectGraph } from '../project/graph.ts'
import { type ReadProject, readLineage } from '../project/lineage/read.ts'
import { readManifest } from '../project/manifest.ts'

export async function openKnown(dbt: DbtEngine, project: Project): Promise<ReadProject> {
  await dbt.list({})
  const graph = projectGraph(await readManifest(dbt.targetPath))
  const { type } = await dbt.target()
  return readLineage({
    graph,
    dbtDir: project.dbtDir,
    adapter: type,
    compile: (nodes) => dbt.compile(nodes),
    columns: async (ids) => {
      const relations = ids.map((id) => (graph.node(id) ?? graph.source(id))?.relation_name ?? '')
      const found = await dbt.columns(relations)
      return new Map(ids.map((id, i) => [id, columnNames(found[i])]))
    },
  })
}

function columnNames(found: Awaited<ReturnType<DbtEngine['columns']>>[number] | undefined): string[] | null {
  return !found || 'error' in found ? null : found.map((c) => c.name)
}
