/** The one way to the project graph: from the manifest where it is fresh, else parsed first. */
import { type ProjectGraph, projectGraph } from './graph.ts'
import { readManifest } from './manifest.ts'

/** What of dbt is needed: it sees to it that the manifest in `targetPath` is that of the project as it stands. */
export type Parser = { readonly targetPath: string; parse(): Promise<void> }

export async function openGraph(dbt: Parser): Promise<ProjectGraph> {
  await dbt.parse()
  return projectGraph(await readManifest(dbt.targetPath))
}
