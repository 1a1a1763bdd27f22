/** How models are materialised, folder by folder, and where that is said. */
import { isMap, parseDocument } from 'yaml'
import type { ManifestNode } from '../manifest.ts'
import type { SqlFile } from './sql-style.ts'
import type { Ballot, Votes } from './types.ts'

export type Places = {
  /** The text of dbt_project.yml. */
  project: string
  projectName: string
  /** Folders of a path below the models' folder. */
  foldersOf: (path: string) => string[]
  /** Names of models whose properties say it. */
  inProperties: Set<string>
}

export function materialised(
  models: ManifestNode[],
  files: SqlFile[],
  folderOf: (path: string) => string,
  places: Places,
): Ballot[] {
  const perFolder = [...Map.groupBy(models, (m) => folderOf(m.original_file_path))]
  return [
    ...perFolder
      .sort(([a], [b]) => a.localeCompare(b))
      .map(
        ([folder, inside]): Ballot => ({
          id: 'materialized',
          folder,
          votes: inside.map((m) => ({ place: m.name, choice: m.config?.materialized ?? 'view' })),
        }),
      ),
    { id: 'materialized_in', votes: said(models, files, places) },
  ]
}

/** A model that nobody says it of has dbt's default, and no vote. */
function said(models: ManifestNode[], files: SqlFile[], places: Places): Votes {
  const texts = new Map(files.map((f) => [f.path, f.text]))
  const project = parseDocument(places.project)
  return models.flatMap((m) => {
    const text = texts.get(m.original_file_path) ?? ''
    const choice = /\bconfig\s*\([^}]*\bmaterialized\s*=/.test(text)
      ? 'model'
      : places.inProperties.has(m.name)
        ? 'properties'
        : saidAbove(project, [places.projectName, ...places.foldersOf(m.original_file_path)])
          ? 'project'
          : null
    return choice === null ? [] : [{ place: m.name, choice }]
  })
}

/** dbt_project.yml says it for the models' root, the project or one of the folders. */
function saidAbove(project: ReturnType<typeof parseDocument>, folders: string[]): boolean {
  let at: unknown = project.get('models')
  for (const folder of [...folders, null]) {
    if (!isMap(at)) return false
    if (at.has('+materialized') || at.has('materialized')) return true
    if (folder === null) return false
    at = at.get(folder)
  }
  return false
}
