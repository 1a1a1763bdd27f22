/** Learns the conventions of a project from its files and its manifest. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { NOT_SOURCES } from '../../config/project.ts'
import type { ProjectGraph } from '../graph.ts'
import { naming } from './naming.ts'
import { sqlStyle } from './sql-style.ts'
import type { Convention } from './types.ts'
import { yamlStyle } from './yaml-style.ts'

/** @param dbtDir the folder with dbt_project.yml; packages below it are not the project's own. */
export async function learnConventions(dbtDir: string, graph: ProjectGraph): Promise<Convention[]> {
  const project = graph.manifest.metadata.project_name ?? ''
  const models = Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'model' && n.package_name === project,
  )
  const sql = await texts(
    dbtDir,
    models.map((m) => m.original_file_path).filter((path) => path.endsWith('.sql')),
  )
  const folders = [...new Set(models.map((m) => m.original_file_path.split('/')[0] ?? ''))]
  const yaml = await glob(
    folders.map((folder) => `${folder}/**/*.{yml,yaml}`),
    { cwd: dbtDir, ignore: NOT_SOURCES },
  )
  return [...naming(graph, project), ...sqlStyle(sql), ...yamlStyle(await texts(dbtDir, yaml.sort()))]
}

async function texts(dir: string, paths: string[]): Promise<{ path: string; text: string }[]> {
  return Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, text: await readFile(join(dir, path), 'utf8') })),
  )
}
