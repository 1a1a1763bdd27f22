/** Every habit with what new files follow and why: for the table of `martsmith conventions`. */
import type { ConventionsConfig } from '../../config/conventions-schema.ts'
import { type Facts, type Origin, overridden, teller } from './house-style.ts'
import { BY_FOLDER, GROUPS, TOPICS, type TopicId } from './topics.ts'
import { type Convention, topicName } from './types.ts'

export type Applied = {
  group: string
  id: TopicId
  folder: string | null
  topic: string
  /** What was seen; null where there was nothing to see. */
  learned: Convention | null
  /** What new files follow, and where that comes from. */
  value: string
  origin: Origin
}

export function applied(conventions: Convention[], config: ConventionsConfig, facts: Facts): Applied[] {
  const tell = teller(conventions, config, facts)
  return GROUPS.flatMap(({ title, ids }) =>
    ids.flatMap((id) =>
      placesOf(id, conventions, config).map(
        (folder): Applied => ({
          group: title,
          id,
          folder,
          topic: topicName(id, folder),
          learned: conventions.find((c) => c.id === id && c.folder === folder) ?? null,
          ...tell(id, folder ?? undefined),
        }),
      ),
    ),
  ).filter(
    ({ id, value, learned }) => learned !== null || value !== '' || TOPICS[id].words?.[''] !== undefined,
  )
}

/** Folders in which something was seen, or is said; an empty project has those of the style guide. */
function placesOf(id: TopicId, conventions: Convention[], config: ConventionsConfig): (string | null)[] {
  if (!BY_FOLDER.includes(id)) return [null]
  const seen = conventions.filter((c) => c.id === id).map((c) => c.folder ?? '')
  const said = Object.keys(config.folders ?? {}).filter((folder) => overridden(config, id, folder) !== null)
  if (conventions.length === 0 && said.length === 0) return ['staging', 'intermediate', 'marts']
  return [...new Set([...seen, ...said])].sort()
}
