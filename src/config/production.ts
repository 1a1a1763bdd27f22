/** Which targets are written to only after a yes of their own. */
import type { Project } from './project.ts'

const PRODUCTION = new Set(['prod', 'production', 'prd', 'live'])

type Place = { target: string; schema: string; database: string | null }

/** By the words in the names of target, schema and database, or because the configuration says so. */
export function needsApproval(place: Place, { config }: Pick<Project, 'config'>): boolean {
  if (config.targets.protected.includes(place.target)) return true
  const words = [place.target, place.schema, place.database ?? ''].flatMap((n) =>
    n
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z]+/),
  )
  return words.some((w) => PRODUCTION.has(w))
}
