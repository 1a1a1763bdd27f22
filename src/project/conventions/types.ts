/** How a house writes its dbt project: learned from what stands there, with counts as evidence. */
import { TOPICS, type TopicId } from './topics.ts'

/** One habit. `agree` of `seen` places follow it; without a majority there is no convention. */
export type Convention = {
  id: TopicId
  /** Where it holds for one folder below the models' folder only; `''` is that folder itself. */
  folder: string | null
  /** As people name it, with the folder. */
  topic: string
  /** What is usual; null where nothing is. A word that martsmith.yml takes, where the choice is closed. */
  usual: string | null
  agree: number
  seen: number
  /** Every way it is done and how often, the most frequent first. */
  choices: { choice: string; times: number }[]
  /** What is counted: models, files, columns. */
  unit: string
  /** Places that do it otherwise, a few of them. */
  exceptions: string[]
}

/** What a place does, by name of the place. */
export type Votes = { place: string; choice: string }[]

/** What was seen of one topic. */
export type Ballot = { id: TopicId; folder?: string; votes: Votes }

const MOST_EXCEPTIONS = 5
/** Below this share a choice is not usual, only the most frequent. */
const USUAL = 0.6

/** The most frequent choice, if it is frequent enough to be called usual. */
export function settle({ id, folder, votes }: Ballot): Convention | null {
  if (votes.length === 0) return null
  const counts = new Map<string, number>()
  for (const { choice } of votes) counts.set(choice, (counts.get(choice) ?? 0) + 1)
  const choices = [...counts]
    .map(([way, times]) => ({ choice: way, times }))
    .sort((a, b) => b.times - a.times || a.choice.localeCompare(b.choice))
  const { choice = '', times: agree = 0 } = choices[0] ?? {}
  const usual = agree / votes.length >= USUAL ? choice : null
  const others = usual === null ? [] : votes.filter((v) => v.choice !== choice)
  return {
    id,
    folder: folder ?? null,
    topic: topicName(id, folder ?? null),
    usual,
    agree,
    seen: votes.length,
    choices,
    unit: TOPICS[id].unit,
    exceptions: others.slice(0, MOST_EXCEPTIONS).map((v) => `${v.place} (${inWords(id, v.choice)})`),
  }
}

export function topicName(id: TopicId, folder: string | null): string {
  const { title } = TOPICS[id]
  return folder === null ? title : folder === '' ? `${title} at the top` : `${title} in ${folder}`
}

/** A choice as people say it. */
export function inWords(id: TopicId, choice: string): string {
  const words: Record<string, string> = TOPICS[id].words ?? {}
  return words[choice] ?? choice
}
