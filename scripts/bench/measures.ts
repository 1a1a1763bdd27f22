/** What is measured of a big project, in this order: the first one parses, the others find a fresh manifest. */
import type { DbtEngine } from '../../src/adapters/dbt/types.ts'
import { count } from '../../src/core/text.ts'
import { columnsOf } from '../../src/project/columns.ts'
import { learnConventions } from '../../src/project/conventions/learn.ts'
import { buildLineage } from '../../src/project/lineage/lineage.ts'
import { openGraph } from '../../src/project/open.ts'
import { compiledModels } from '../../src/project/sql/compiled.ts'
import { openParser } from '../../src/project/sql/parse.ts'

/** What is needed for it is done first, and not timed; the answer says in a few words what was done. */
type Measure = (dbt: DbtEngine, dir: string) => Promise<() => Promise<string>>

export const MEASURES: Record<string, Measure> = {
  'graph, parsed anew': async (dbt) => async () => {
    const graph = await openGraph(dbt)
    return count(Object.keys(graph.manifest.nodes).length, 'node')
  },
  'graph, manifest fresh': async (dbt) => async () => {
    const graph = await openGraph(dbt)
    return `without dbt; ${count(Object.keys(graph.manifest.sources).length, 'source')}`
  },
  'columns of all relations': async (dbt) => {
    const graph = await openGraph(dbt)
    await dbt.query(['select 1'])
    return async () => {
      const { nodes, sources } = graph.manifest
      const ids = [...Object.keys(nodes).filter(graph.isBuilt), ...Object.keys(sources)]
      const { byId } = await columnsOf(graph, ids, dbt)
      return count([...byId.values()].filter((c) => c?.source === 'warehouse').length, 'relation')
    }
  },
  'compiled models, our own part': async (dbt, dir) => {
    const graph = await openGraph(dbt)
    return async () => {
      const none = async (nodes: unknown[]) => nodes.map(() => ({ error: 'not asked' }))
      const all = await compiledModels({ graph, dbtDir: dir, compile: none })
      return `${count(all.filter((m) => !('error' in m)).length, 'model')} without dbt`
    }
  },
  'compiled models, with dbt': async (dbt, dir) => {
    const graph = await openGraph(dbt)
    await dbt.compile([{ id: Object.keys(graph.manifest.nodes)[0] ?? '' }])
    return async () => {
      const all = await compiledModels({ graph, dbtDir: dir, compile: dbt.compile })
      return `${count(all.filter((m) => 'map' in m && !('noMap' in m.map)).length, 'map')}`
    }
  },
  'column lineage, our own part': async (dbt, dir) => {
    const graph = await openGraph(dbt)
    const { nodes, sources } = graph.manifest
    const ids = [...Object.keys(nodes).filter(graph.isBuilt), ...Object.keys(sources)]
    const { byId } = await columnsOf(graph, ids, dbt)
    const models = await compiledModels({ graph, dbtDir: dir, compile: dbt.compile })
    const byModel = new Map(models.map((model) => [model.id, model]))
    await openParser()
    return async () => {
      const lineage = buildLineage({
        graph,
        adapter: 'duckdb',
        columnsOf: (id) => byId.get(id)?.columns.map((c) => c.name) ?? null,
        sqlOf: (id) => {
          const model = byModel.get(id)
          return model && !('error' in model) ? model : { unread: model?.error ?? 'no SQL' }
        },
      })
      const read = Object.keys(nodes).flatMap((id) => lineage.node(id) ?? [])
      return count(read.flatMap((n) => n.outputs).length, 'column')
    }
  },
  conventions: async (dbt, dir) => {
    const graph = await openGraph(dbt)
    return async () => count((await learnConventions(dir, graph)).length, 'habit')
  },
}
