/** The staging model of a table that is read: where the table is no source yet, it is declared in the same change. */
import type { ChangeCollector } from '../../changes/index.ts'
import { projectGraph } from '../../project/graph.ts'
import type { ManifestSource } from '../../project/manifest.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import { projectPath } from '../models.ts'
import { dbtProject, pathsIn } from '../project-files.ts'
import { houseStyleOf } from '../properties.ts'
import { declareSource } from '../replace-hard-coded/declare.ts'
import type { RefactorContext } from '../types.ts'
import { type Staged, type StagedCast, stageInto } from './index.ts'

/** @param read its label as a source, and, where it is none yet, schema and name of the table, maybe behind a database. */
export async function stageRead(
  context: RefactorContext,
  files: ChangeCollector,
  read: { label: string; declare?: string[] | undefined; casts?: StagedCast[] | undefined },
): Promise<Staged> {
  const all = read.declare ? await declared(context, files, read.declare) : context
  return stageInto(all, files, { table: read.label, name: null }, read.casts)
}

/** The project with the source, as it is once the change is written. */
async function declared(
  context: RefactorContext,
  files: ChangeCollector,
  path: string[],
): Promise<RefactorContext> {
  const { graph, project, dbt } = context
  const target = await dbt.target()
  const place = {
    graph,
    adapter: target.type,
    style: await houseStyleOf(context),
    modelRoot: pathsIn(await dbtProject(project.dbtDir), 'model-paths')[0] ?? 'models',
    database: target.database,
    pathOf: (file: string) => projectPath(project, file),
  }
  const made = await declareSource(
    files,
    place,
    path.map((name) => ({ name, quoted: true })),
    [],
  )
  const [table = '', schema = '', database = target.database] = path.toReversed()
  const { quote } = dialectOf(target.type)
  const own = graph.manifest.metadata.project_name ?? ''
  const id = `source.${own}.${made.source}.${made.table}`
  const source: ManifestSource = {
    unique_id: id,
    source_name: made.source,
    name: made.table,
    identifier: table,
    database,
    schema,
    relation_name: path.map(quote).join('.'),
    package_name: own,
    original_file_path: made.path,
    patch_path: null,
    description: '',
    source_description: '',
    loader: null,
    loaded_at_field: null,
    freshness: null,
    config: null,
    columns: {},
    meta: {},
    tags: [],
  }
  const { manifest } = graph
  return {
    ...context,
    graph: projectGraph({ ...manifest, sources: { ...manifest.sources, [id]: source } }),
  }
}
