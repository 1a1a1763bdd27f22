/** What is known of the project where SQL has to be understood: graph, compiled SQL, lineage. Reads only. */
import { join } from 'node:path'
import type { DbtEngine } from '../adapters/dbt/types.ts'
import type { Project } from '../config/project.ts'
import { columnsOf, type NodeColumns } from '../project/columns.ts'
import { type ReadProject, readLineage } from '../project/lineage/read.ts'
import { openGraph } from '../project/open.ts'

export async function openKnown(dbt: DbtEngine, project: Project): Promise<ReadProject> {
  const graph = await openGraph(dbt)
  return readLineage({
    graph,
    dbtDir: project.dbtDir,
    adapter: graph.manifest.metadata.adapter_type ?? (await dbt.target()).type,
    compile: dbt.compile,
    cache: { path: join(project.stateDir, 'cache', 'compiled.json'), settings: dbt.settings },
    columns: async (ids) => {
      const { byId, problem } = await columnsOf(graph, ids, dbt)
      return { byId: new Map(ids.map((id) => [id, standing(byId.get(id))])), problem }
    },
  })
}

/** What the YAML declares may be fewer columns than there are. */
function standing(found: NodeColumns | null | undefined): string[] | null {
  return found?.source === 'warehouse' ? found.columns.map((c) => c.name) : null
}
